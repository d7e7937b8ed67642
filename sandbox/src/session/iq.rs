//! Questions and commands. Every one is answered: silence makes a client hang or drop the line.

use anyhow::Result;
use wacore_binary::Node;

use super::{Role, Session};
use crate::wire::{Stanza, node};
use crate::world::account::{Addressing, Device};

/// The setting that tells a client that its account addresses chats by LID.
const MOVED_TO_LID: u32 = 9435;
/// What the phone's owner shows to whom.
const PRIVACY: [(&str, &str); 6] = [
    ("readreceipts", "all"),
    ("last", "all"),
    ("profile", "all"),
    ("status", "contacts"),
    ("online", "all"),
    ("groupadd", "all"),
];

impl Session {
    pub(super) fn take_iq(&mut self, iq: &Node) -> Result<()> {
        let kind = iq.text("type").unwrap_or_default();
        if kind == "result" {
            return iq.child("pair-device-sign").map_or(Ok(()), |signed| self.take_pairing_signature(signed));
        }
        let space = iq.text("xmlns").unwrap_or_default();
        let first = iq.children().and_then(|children| children.first()).map_or("", |child| child.tag.as_ref());
        match (space.as_str(), kind.as_str(), first) {
            ("md", "set", "link_code_companion_reg") => return self.take_link_code(iq),
            ("w:p", ..) | ("urn:xmpp:ping", ..) => {
                self.result(iq, vec![]);
                return Ok(());
            }
            _ if !matches!(self.role, Role::Device { .. }) => {
                self.error(iq, 401, "not-authorized");
                return Ok(());
            }
            _ => {}
        }
        match (space.as_str(), kind.as_str(), first) {
            ("passive", "set", "active") => self.activate(iq)?,
            ("encrypt", "set", _) => self.store_keys(iq)?,
            ("encrypt", "get", "count") => self.count_prekeys(iq)?,
            ("encrypt", "get", "digest") => self.digest_keys(iq)?,
            ("encrypt", "get", "key") => self.give_bundles(iq)?,
            ("usync", "get", _) => self.answer_usync(iq)?,
            ("w:mex", "get", "query") => self.answer_mex(iq)?,
            ("w:sync:app:state", "set", _) => self.sync_app_state(iq)?,
            ("w:m", "set", "media_conn") => self.name_media_host(iq)?,
            ("md", "set", "remove-companion-device") => {
                // The client ends the connection itself once it has its answer.
                self.result(iq, vec![]);
                let (account, device) = self.device()?;
                self.world.forget_device(&account, device);
            }
            ("abt", "get", _) => {
                let (account, _) = self.device()?;
                let moved = account.addressing() == Addressing::Lid;
                let props = node("props").attr("protocol", "1").attr("refresh", "86400");
                let props = props.attr("hash", if moved { "sandbox-lid" } else { "sandbox-pn" });
                let setting = node("prop").attr("config_code", MOVED_TO_LID).attr("config_value", u8::from(moved));
                self.result(iq, vec![props.children([setting.build()]).build()]);
            }
            ("privacy", "get", _) => {
                let category = |(name, value): (&'static str, &'static str)| {
                    node("category").attr("name", name).attr("value", value).build()
                };
                self.result(iq, vec![node("privacy").children(PRIVACY.map(category)).build()]);
            }
            ("blocklist", "get", _) => self.result(iq, vec![node("list").attr("matched", "false").build()]),
            ("w:profile:picture", "get", "picture") => self.give_picture(iq)?,
            ("w:profile:picture", "set", _) => self.set_picture(iq)?,
            ("status", "set", "status") => self.set_about(iq)?,
            ("w:g2", ..) => self.take_group_iq(iq, &kind, first)?,
            ("passive" | "privacy" | "urn:xmpp:whatsapp:dirty" | "urn:xmpp:whatsapp:push" | "w:stats", ..) => {
                self.result(iq, vec![]);
            }
            _ => {
                tracing::debug!(space, kind, first, "unknown question");
                self.error(iq, 501, "feature-not-implemented");
            }
        }
        Ok(())
    }

    /// The client is ready for what waited.
    fn activate(&self, iq: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        self.result(iq, vec![]);
        // Under the lock, so that nothing new overtakes what waited.
        account.with_device(device, Device::begin_backlog);
        Ok(())
    }

    /// `<ib>` of a client: it asks for more of what waited, or tells what the network does not care for.
    pub(super) fn take_notice(&self, ib: &Node) -> Result<()> {
        let Some(asked) = ib.child("offline_batch") else { return Ok(()) };
        let (account, device) = self.device()?;
        let count = asked.text("count").and_then(|count| count.parse().ok()).unwrap_or(0);
        account.with_device(device, |device| device.give(count));
        Ok(())
    }
}
