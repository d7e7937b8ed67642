//! What a device asks of the network about media.

use anyhow::{Context as _, Result};
use wacore_binary::Node;

use super::Session;
use crate::media::retry::Refusal;
use crate::media::{pass, retry};
use crate::wire::{Stanza, node};
use crate::world::mailbox::{Class, HeldKey};

/// How long a client may go on with what it was told, in seconds.
const GOOD_FOR_SECS: u32 = 21_600;

impl Session {
    /// Where files are uploaded and downloaded: here, under the name by which the client called.
    pub(super) fn name_media_host(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let can = [node("upload").build(), node("download").build()];
        let host = node("host").attr("hostname", &self.host).attr("type", "primary").children(can).build();
        let answer = node("media_conn")
            .attr("auth", pass::of(&self.world.realm(), account.phone))
            .attr("auth_ttl", GOOD_FOR_SECS)
            .attr("ttl", GOOD_FOR_SECS)
            .attr("max_buckets", "12")
            .children([host]);
        self.result(iq, vec![answer.build()]);
        Ok(())
    }

    /// The client could not download the file of a message: whoever sent it is asked for it.
    pub(super) fn upload_again(&self, receipt: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let id = receipt.text("id").context("a question for a file without message")?;
        // A history that could not be had is asked for without a chat; it came with its message here.
        let Some(chat) = receipt.child("rmr") else { return Ok(()) };
        let own = chat.text("from_me").as_deref() == Some("true");
        let other = chat.jid("jid").and_then(|jid| self.phone_of(&jid));
        let from = if own { Some(account.phone) } else { other };
        let ledger = &self.world.ledger;
        let entry = from.and_then(|from| ledger.get(ledger.find(from, &id)?));
        let entry = entry.filter(|entry| entry.from == account.phone || entry.is_for(account.phone));
        let told = match entry.and_then(|entry| entry.media) {
            Some(media) => {
                let outcome = retry::upload_again(&self.world, &media.file, &id, receipt);
                retry::answer(&self.world, &media.file, &id, outcome)?
            }
            None => retry::refused(Refusal::NotFound),
        };
        let answer = node("notification")
            .attr("from", account.jid(0, chat.jid("jid").is_some_and(|jid| jid.is_lid())))
            .attr("type", "mediaretry")
            .attr("id", &id)
            .attr("t", self.world.clock.now_secs())
            .children([chat.clone(), told]);
        let key = HeldKey { class: Class::Notification, id, kind: String::new() };
        self.world.post(&account, device, key, answer.build());
        Ok(())
    }
}
