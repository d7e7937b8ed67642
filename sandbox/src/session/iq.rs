//! Questions and commands. Every one is answered: silence makes a client hang or drop the line.

use anyhow::Result;
use wacore_binary::Node;

use super::{Role, Session};
use crate::wire::{NETWORK, Stanza, node};

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
                let props = node("props").attr("protocol", "1").attr("hash", "sandbox").attr("refresh", "86400");
                self.result(iq, vec![props.build()]);
            }
            ("privacy", "get", _) => {
                let category = |(name, value): (&'static str, &'static str)| {
                    node("category").attr("name", name).attr("value", value).build()
                };
                self.result(iq, vec![node("privacy").children(PRIVACY.map(category)).build()]);
            }
            ("blocklist", "get", _) => self.result(iq, vec![node("list").attr("matched", "false").build()]),
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

    /// The client is ready: it gets what waited, and a new device what its phone has for it, which is no part of what
    /// the network kept for it.
    fn activate(&self, iq: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        self.result(iq, vec![]);
        account.with_device(device, |device| {
            // Under the lock, so that nothing new overtakes what waited.
            let waiting = device.mailbox.waiting().map(|(_, held)| held.stanza.clone());
            let (from_phone, waiting): (Vec<_>, Vec<_>) = waiting.partition(|it| it.attrs.contains_key("category"));
            self.line.send(offline_preview(&waiting));
            let count = waiting.len();
            for mut stanza in waiting {
                stanza.attrs.insert("offline", "0");
                self.line.send(stanza);
            }
            let end = node("offline").attr("count", count).build();
            self.line.send(node("ib").attr("from", NETWORK).children([end]).build());
            from_phone.into_iter().for_each(|stanza| self.line.send(stanza));
            device.active = true;
        });
        Ok(())
    }
}

fn offline_preview(waiting: &[Node]) -> Node {
    let count = |tag: &str| waiting.iter().filter(|stanza| stanza.tag == tag).count();
    let preview = node("offline_preview")
        .attr("count", waiting.len())
        .attr("message", count("message"))
        .attr("receipt", count("receipt"))
        .attr("notification", count("notification"))
        .attr("appdata", "0")
        .attr("call", "0");
    node("ib").attr("from", NETWORK).children([preview.build()]).build()
}
