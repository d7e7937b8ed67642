//! Receipts and acknowledgements from a linked device.

use anyhow::{Context as _, Result};
use wacore_binary::Node;

use super::Session;
use super::keys::read_bundle;
use crate::address::Phone;
use crate::disk::Record;
use crate::handset;
use crate::wire::{Stanza, node};
use crate::world::entry::Entry;
use crate::world::feed::Happening;
use crate::world::mailbox::{Class, HeldKey};

impl Session {
    pub(super) fn take_receipt(&self, receipt: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let to = receipt.jid("to").context("a receipt to nobody")?;
        let kind = receipt.text("type");
        let mut ack = node("ack").attr("class", "receipt").attr("from", &to);
        ack = ack.attr("id", receipt.text("id").unwrap_or_default());
        if let Some(kind) = &kind {
            ack = ack.attr("type", kind);
        }
        self.line.send(ack.build());
        match kind.as_deref() {
            Some("retry") => return self.send_again(receipt),
            Some("server-error") => return self.upload_again(receipt),
            _ => {}
        }
        let from = self.phone_of(&to);
        for id in ids(receipt) {
            self.world.confirm(&account, device, &HeldKey::message(&id));
            if let Some(from) = from.filter(|from| *from != account.phone) {
                self.note_receipt(from, &id, kind.as_deref());
            }
        }
        Ok(())
    }

    /// The recipient's client has decrypted a message, or its owner has read it.
    fn note_receipt(&self, from: Phone, id: &str, kind: Option<&str>) {
        let world = &self.world;
        let Some(at) = world.ledger.find(from, id) else { return };
        let first = world.ledger.get(at).is_some_and(|entry| entry.delivered_at_ms.is_none());
        let now = world.clock.now_ms();
        let read = matches!(kind, Some("read" | "read-self" | "played"));
        let noted = world.ledger.update(at, |entry| {
            entry.decrypted = true;
            entry.delivered_at_ms.get_or_insert(now);
            if read {
                entry.read_at_ms.get_or_insert(now);
            }
        });
        let Some(entry) = noted else { return };
        if !entry.from_person && entry.receipts {
            world.send_receipt(&entry, if read { Some("read") } else { None });
        }
        let Entry { from, to, id, .. } = entry;
        if read {
            world.feed.tell(Happening::MessageRead { from, to, id });
        } else if first {
            world.feed.tell(Happening::MessageDelivered { from, to, id });
        }
    }

    /// The client could not read a message and wants it again, under the same id.
    fn send_again(&self, receipt: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let id = receipt.text("id").context("a retry without id")?;
        let attempt = receipt.needs("retry")?.text("count").and_then(|count| count.parse().ok()).unwrap_or(1);
        let keys = receipt.child("keys").map(|keys| read_bundle(receipt, keys)).transpose()?;
        let from = receipt.jid("to").and_then(|to| self.phone_of(&to)).context("a retry to nobody")?;
        let peer = account.device(device);
        if from == account.phone {
            account.handset.forget(peer);
            self.world.confirm(&account, device, &HeldKey::message(id));
            return handset::welcome(&self.world, &account, device);
        }
        let Some(entry) = self.world.ledger.find(from, &id).and_then(|at| self.world.ledger.get(at)) else {
            return Ok(());
        };
        if !entry.from_person {
            self.pass_on_retry(&entry, receipt);
            return Ok(());
        }
        self.world.person(from).endpoint.forget(peer);
        self.world.journal.append(&Record::SessionGone { owner: from, account: peer.account, device });
        self.world.deliver_from_person(&entry, &account, device, Some(attempt), keys)
    }

    /// Between two clients the network only carries the question.
    fn pass_on_retry(&self, entry: &Entry, receipt: &Node) {
        let Ok((account, device)) = self.device() else { return };
        let Some(sender) = self.world.account(entry.from) else { return };
        if let Some(at) = self.world.ledger.find(entry.from, &entry.id) {
            self.world.ledger.update(at, |entry| {
                entry.retries += 1;
                entry.resend_due = true;
            });
        }
        let question = node("receipt")
            .attr("from", account.jid(device, entry.by_lid))
            .attr("id", &entry.id)
            .attr("type", "retry")
            .attr("t", self.world.clock.now_secs())
            .apply_content(receipt.content.clone())
            .build();
        self.world.post(&sender, entry.device, HeldKey::receipt(&entry.id, "retry"), question);
    }

    pub(super) fn take_ack(&self, ack: &Node) -> Result<()> {
        let Ok((account, device)) = self.device() else { return Ok(()) };
        let id = ack.text("id").unwrap_or_default();
        let class = match ack.text("class").as_deref() {
            Some("receipt") => Class::Receipt,
            // A client refuses what it cannot even parse; asking it again would not help.
            Some("message") => Class::Message,
            Some("notification") => Class::Notification,
            _ => return Ok(()),
        };
        let kind = if class == Class::Receipt { ack.text("type").unwrap_or_default() } else { String::new() };
        self.world.confirm(&account, device, &HeldKey { class, id, kind });
        Ok(())
    }
}

/// A receipt may speak of several messages.
fn ids(receipt: &Node) -> Vec<String> {
    let listed = receipt.child("list").into_iter().flat_map(|list| list.get_children_by_tag("item"));
    receipt.text("id").into_iter().chain(listed.filter_map(|item| item.text("id"))).collect()
}
