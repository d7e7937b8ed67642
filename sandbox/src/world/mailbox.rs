//! What a linked device has not confirmed yet.
//!
//! Every stanza for a device waits here until the device has confirmed it, online or not: a client that dies between
//! receiving and storing gets it again at its next login.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use wacore_binary::{Jid, Node};

/// What a confirmation must name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeldKey {
    pub class: Class,
    pub id: String,
    /// The stanza's `type`, where several stanzas may carry one id (delivered and read receipts), and in groups who
    /// sent it.
    pub kind: String,
}

/// How a stanza is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// By a receipt, or an `<ack class="message">` that refuses it.
    Message,
    /// By `<ack class="receipt">`.
    Receipt,
    /// By `<ack class="notification">`.
    Notification,
}

impl HeldKey {
    /// A message's key.
    pub fn message(id: impl Into<String>) -> Self {
        Self { class: Class::Message, id: id.into(), kind: String::new() }
    }

    /// A receipt's key; `kind` is its `type`, empty for delivered.
    pub fn receipt(id: impl Into<String>, kind: &str) -> Self {
        Self { class: Class::Receipt, id: id.into(), kind: kind.into() }
    }

    /// A participant's receipt for a group's message: there is one of each kind from everybody.
    pub fn group_receipt(id: impl Into<String>, kind: &str, participant: &Jid) -> Self {
        Self { class: Class::Receipt, id: id.into(), kind: format!("{kind} {participant}") }
    }
}

/// The stanzas of one device, oldest first.
#[derive(Debug, Default)]
pub struct Mailbox {
    next: u64,
    held: BTreeMap<u64, Held>,
    places: HashMap<HeldKey, u64>,
}

/// One stanza that waits.
#[derive(Debug)]
pub struct Held {
    pub key: HeldKey,
    pub stanza: Node,
    /// Whether the journal has it.
    pub kept: bool,
}

impl Mailbox {
    /// Holds a stanza; one with the same key is replaced.
    pub fn hold(&mut self, held: Held) -> u64 {
        let at = self.next;
        self.restore(at, held);
        at
    }

    /// Puts back a stanza from the journal.
    pub fn restore(&mut self, at: u64, held: Held) {
        if let Some(older) = self.places.insert(held.key.clone(), at) {
            self.held.remove(&older);
        }
        self.held.insert(at, held);
        self.next = self.next.max(at.saturating_add(1));
    }

    /// Lets go of a stanza that was confirmed.
    pub fn confirm(&mut self, key: &HeldKey) -> Option<(u64, Held)> {
        let at = self.places.remove(key)?;
        Some((at, self.held.remove(&at)?))
    }

    /// Lets go of the stanza at a place.
    pub fn drop_at(&mut self, at: u64) {
        if let Some(held) = self.held.remove(&at) {
            self.places.remove(&held.key);
        }
    }

    /// The place that the next stanza will have.
    pub fn end(&self) -> u64 {
        self.next
    }

    /// The first stanza at a place or after it.
    pub fn first_from(&self, at: u64) -> Option<(u64, &Node)> {
        self.held.range(at..).next().map(|(at, held)| (*at, &held.stanza))
    }

    /// Everything that waits.
    pub fn waiting(&self) -> impl ExactSizeIterator<Item = (u64, &Held)> {
        self.held.iter().map(|(at, held)| (*at, held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::node;

    fn held(key: HeldKey) -> Held {
        Held { key, stanza: node("message").build(), kept: false }
    }

    #[test]
    fn a_stanza_waits_until_it_is_confirmed() {
        let mut mailbox = Mailbox::default();
        mailbox.hold(held(HeldKey::message("A")));
        mailbox.hold(held(HeldKey::receipt("B", "")));
        mailbox.hold(held(HeldKey::receipt("B", "read")));
        assert!(mailbox.confirm(&HeldKey::receipt("B", "")).is_some());
        assert!(mailbox.confirm(&HeldKey::receipt("B", "")).is_none());
        assert_eq!(mailbox.waiting().len(), 2);
    }

    #[test]
    fn a_message_sent_again_takes_the_place_of_the_first() {
        let mut mailbox = Mailbox::default();
        mailbox.hold(held(HeldKey::message("A")));
        mailbox.hold(held(HeldKey::message("A")));
        assert_eq!(mailbox.waiting().len(), 1);
    }
}
