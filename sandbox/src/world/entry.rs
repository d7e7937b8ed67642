//! One message in the ledger.

use serde::{Deserialize, Serialize};

use super::audience::Reader;
use crate::address::{Phone, Recipient};
use crate::disk::Blob;
use crate::media::Media;

/// One message. There is one entry per sender and id, however often it comes over the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    pub from: Phone,
    /// A phone, or a group: then what became of it stands in `audience`, and here what holds for all.
    pub to: Recipient,
    /// `text`, `image`, …; `unknown` until it is decrypted.
    pub kind: String,
    /// The text or caption.
    pub text: Option<String>,
    pub accepted_at_ms: i64,
    pub delivered_at_ms: Option<i64>,
    pub read_at_ms: Option<i64>,
    /// How often it came over the wire, without resends that the recipient asked for.
    pub wire_count: u32,
    pub decrypted: bool,
    /// Whether a simulated person sent it.
    pub from_person: bool,
    /// The sender's device; 0 for people.
    pub device: u16,
    /// Whether the sender addressed the chat by LID, so that receipts come back the same way.
    pub by_lid: bool,
    /// Of the ciphertext for the recipient: tells a repetition from a counter that was used twice.
    pub fingerprint: u64,
    /// How often the recipient asked for it again.
    pub retries: u32,
    /// Whether the next repetition was asked for.
    pub resend_due: bool,
    /// False when a fault swallows the receipts.
    pub receipts: bool,
    /// Whether the recipient has answered it, or decided not to.
    pub answered: bool,
    /// The message that this one quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The message that this one edits, deletes or reacts to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The file that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Box<Media>>,
    /// What a person wrote when it is more than a text, encoded, for devices that ask for it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Blob>,
    /// Those whom a group's message is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<Reader>,
}

/// The place of an entry in the ledger.
pub type EntryIndex = usize;

/// Whether a message is new to the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    New,
    /// The recipient had asked for it again.
    Resend,
    /// The sender repeated it unasked.
    Repeated,
}

/// An entry for tests: a message of an account, unless its number begins with 6283.
#[cfg(test)]
pub fn an_entry(from: u64, to: u64, id: &str) -> Entry {
    let phone = |number| Phone::from_number(number).expect("a phone");
    Entry {
        id: id.to_owned(),
        from: phone(from),
        to: phone(to).into(),
        kind: "text".into(),
        text: None,
        accepted_at_ms: 0,
        delivered_at_ms: None,
        read_at_ms: None,
        wire_count: 1,
        decrypted: false,
        from_person: from.to_string().starts_with("6283"),
        device: 1,
        by_lid: true,
        fingerprint: 0,
        retries: 0,
        resend_due: false,
        receipts: true,
        answered: false,
        quote: None,
        about: None,
        media: None,
        written: None,
        audience: Vec::new(),
    }
}
