//! Typing and presence of a linked device, and what it wants to know of others'.

use anyhow::Result;
use wacore_binary::Node;

use super::Session;
use crate::wire::Stanza;
use crate::world::presence::ChatState;

impl Session {
    /// The account types, records or stops.
    pub(super) fn take_chat_state(&self, stanza: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let Some(to) = stanza.jid("to").and_then(|to| self.phone_of(&to)) else { return Ok(()) };
        let state = match stanza.child("composing") {
            Some(doing) if doing.text("media").as_deref() == Some("audio") => ChatState::Recording,
            Some(_) => ChatState::Composing,
            None => ChatState::Paused,
        };
        self.world.write_to(account.phone, to, state);
        Ok(())
    }

    /// The device comes or goes, or wants to know whether somebody else does.
    pub(super) fn take_presence(&self, stanza: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let about = stanza.jid("to").and_then(|to| Some((self.phone_of(&to)?, to)));
        match (stanza.text("type").as_deref(), about) {
            (Some("subscribe"), Some((who, address))) => {
                self.line.send(self.world.watch(who, account.device(device), address));
            }
            (Some("unsubscribe"), Some((who, _))) => self.world.presence.unwatch(who, account.device(device)),
            (Some("available") | None, None) => self.world.show(account.phone, device, true),
            (Some("unavailable"), None) => self.world.show(account.phone, device, false),
            // Groups are not simulated.
            _ => {}
        }
        Ok(())
    }
}
