//! Receipts and acknowledgements from a linked device.

use anyhow::{Context as _, Result};
use wacore_binary::{JidExt as _, Node};

use super::Session;
use super::keys::read_bundle;
use crate::address::{Phone, Recipient};
use crate::disk::Record;
use crate::handset;
use crate::wire::{Stanza, node};
use crate::world::entry::{Entry, EntryIndex};
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
        if let Some(participant) = receipt.jid("participant") {
            ack = ack.attr("participant", participant);
        }
        self.line.send(ack.build());
        match kind.as_deref() {
            Some("retry") => return self.send_again(receipt),
            Some("server-error") => return self.upload_again(receipt),
            _ => {}
        }
        // In a group the writer stands beside it.
        let from = if to.is_group() { receipt.jid("participant") } else { Some(to) };
        let from = from.and_then(|from| self.phone_of(&from));
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
        if world.ledger.get(at).is_some_and(|entry| entry.to.group().is_some()) {
            return self.note_group_receipt(at, kind);
        }
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

    /// A participant's client has decrypted a group's message, or its owner has read it.
    fn note_group_receipt(&self, at: EntryIndex, kind: Option<&str>) {
        let (world, Ok((account, _))) = (&self.world, self.device()) else { return };
        let now = world.clock.now_ms();
        let read = matches!(kind, Some("read" | "read-self" | "played"));
        let noted = world.ledger.update_reader(at, account.phone, |reader| {
            reader.decrypted = true;
            reader.delivered_at_ms.get_or_insert(now);
            if read {
                reader.read_at_ms.get_or_insert(now);
            }
        });
        let Some(entry) = noted else { return };
        if !entry.from_person && entry.receipts {
            world.send_group_receipt(&entry, account.phone, read.then_some("read"));
        }
        let Entry { from, to, id, .. } = entry;
        world.feed.tell(match read {
            true => Happening::MessageRead { from, to, id },
            false => Happening::MessageDelivered { from, to, id },
        });
    }

    /// The client could not read a message and wants it again, under the same id.
    fn send_again(&self, receipt: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let id = receipt.text("id").context("a retry without id")?;
        let attempt = receipt.needs("retry")?.text("count").and_then(|count| count.parse().ok()).unwrap_or(1);
        let keys = receipt.child("keys").map(|keys| read_bundle(receipt, keys)).transpose()?;
        let to = receipt.jid("to").context("a retry to nobody")?;
        let group = to.is_group();
        let from = if group { receipt.jid("participant") } else { Some(to) };
        let from = from.and_then(|from| self.phone_of(&from)).context("a retry to nobody")?;
        let peer = account.device(device);
        if from == account.phone && !group {
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
        // Nobody is given what was not for them.
        if !entry.is_for(account.phone) {
            return Ok(());
        }
        if entry.to.group().is_some() {
            return self.world.repeat_in_group(&entry, &account, device, attempt, keys);
        }
        self.world.deliver_from_person(&entry, &account, device, Some(attempt), keys)
    }

    /// Between two clients the network only carries the question.
    fn pass_on_retry(&self, entry: &Entry, receipt: &Node) {
        let Ok((account, device)) = self.device() else { return };
        let Some(sender) = self.world.account(entry.from) else { return };
        let asker = account.jid(device, entry.by_lid);
        if let Some(at) = self.world.ledger.find(entry.from, &entry.id) {
            let asked_in_group = self.world.ledger.update_reader(at, account.phone, |reader| {
                reader.retries += 1;
                reader.resends_due = reader.resends_due.saturating_add(1);
            });
            if asked_in_group.is_none() && entry.to.phone().is_some() {
                self.world.ledger.update(at, |entry| {
                    entry.retries += 1;
                    entry.resend_due = true;
                });
            }
        }
        let (question, key) = match entry.to {
            Recipient::One(_) => (node("receipt").attr("from", &asker), HeldKey::receipt(&entry.id, "retry")),
            Recipient::Group(group) => (
                node("receipt").attr("from", group.jid()).attr("participant", &asker),
                HeldKey::group_receipt(&entry.id, "retry", &asker),
            ),
        };
        let question = question
            .attr("id", &entry.id)
            .attr("type", "retry")
            .attr("t", self.world.clock.now_secs())
            .apply_content(receipt.content.clone())
            .build();
        self.world.post(&sender, entry.device, key, question);
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
        let key = match ack.jid("participant").filter(|_| class == Class::Receipt) {
            Some(participant) => HeldKey::group_receipt(id, &kind, &participant),
            None => HeldKey { class, id, kind },
        };
        self.world.confirm(&account, device, &key);
        Ok(())
    }
}

/// A receipt may speak of several messages.
fn ids(receipt: &Node) -> Vec<String> {
    let listed = receipt.child("list").into_iter().flat_map(|list| list.get_children_by_tag("item"));
    receipt.text("id").into_iter().chain(listed.filter_map(|item| item.text("id"))).collect()
}
