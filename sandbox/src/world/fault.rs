//! Faults on command: what goes wrong, for whom, how often.

use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use crate::address::Phone;
use crate::random::Random;

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The network refuses the message with `code`.
    Nack,
    /// The message is taken and never acknowledged.
    AckNever,
    /// The message is taken and acknowledged after `delay_ms`.
    AckLate,
    /// The connection breaks.
    Disconnect,
    /// The network ends the stream with 503 and refuses logins with it.
    #[serde(rename = "server_503")]
    Server503,
    /// The network refuses messages with 429.
    #[serde(rename = "throttle_429")]
    Throttle429,
    /// Another connection of the same device takes over.
    StreamReplaced,
    /// The device is unlinked.
    LoggedOut,
    /// The account is banned for an hour (`code` is the reason, 101 by default).
    TemporaryBan,
    /// The recipient cannot read the message and asks for it again; in both directions.
    Undecryptable,
    /// The recipient reads, but its receipts are lost.
    ReceiptNever,
    /// The recipient has a new phone: other keys.
    KeyRotation,
    /// A QR code is scanned, and the network wants a passkey of the account before it links the device.
    PasskeyWanted,
    /// A client that wants to be linked is given no codes to show, as when the last one has run out. Whose phone would have
    /// scanned them nobody knows, so it strikes whoever comes next.
    CodesExpired,
    /// The media host loses the next file that is downloaded; with a person, the next that their phone downloads.
    MediaGone,
    /// The media host refuses the next upload with `code`.
    MediaRefused,
}

impl FaultKind {
    /// Whether it strikes a connection rather than a message.
    fn on_connection(self) -> bool {
        use FaultKind::{Disconnect, LoggedOut, Server503, StreamReplaced, TemporaryBan};
        matches!(self, Disconnect | Server503 | StreamReplaced | LoggedOut | TemporaryBan)
    }

    /// Whether it strikes what one recipient does with a message.
    fn on_recipient(self) -> bool {
        matches!(self, Self::Undecryptable | Self::KeyRotation)
    }

    /// Whether it strikes a client that is being linked.
    fn on_linking(self) -> bool {
        matches!(self, Self::PasskeyWanted | Self::CodesExpired)
    }

    /// Whether it strikes what the media host does.
    fn on_media(self) -> bool {
        matches!(self, Self::MediaGone | Self::MediaRefused)
    }
}

/// A fault that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub kind: FaultKind,
    /// Only for this account; absent: for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Phone>,
    /// Only for messages to this person; absent: for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Phone>,
    /// The error code, where the kind has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u32>,
    /// How likely it strikes, 0 to 1; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How often it strikes; absent: without end. In answers: how often it still will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// How late, where the kind is about lateness.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

impl Fault {
    /// A fault of a connection strikes at once and at logins, unless it is tied to messages by a person or a
    /// probability.
    pub fn strikes_connections(&self) -> bool {
        self.kind.on_connection() && self.person.is_none() && self.probability.is_none()
    }

    fn strikes_messages(&self) -> bool {
        !self.strikes_connections() && !self.kind.on_media() && !self.kind.on_linking()
    }

    fn happens(&self, random: &Random) -> bool {
        let draw = || f64::from(u32::from_be_bytes(random.bytes())) / (f64::from(u32::MAX) + 1.0);
        self.probability.is_none_or(|chance| draw() < chance)
    }

    fn concerns(&self, account: Phone, person: Option<Phone>) -> bool {
        self.account.is_none_or(|only| only == account) && self.person.is_none_or(|only| Some(only) == person)
    }
}

/// All faults in force, in the order they were asked for.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Puts a fault in force.
    pub fn add(&self, fault: Fault) {
        self.list().push(fault);
    }

    /// What is in force.
    pub fn all(&self) -> Vec<Fault> {
        self.list().clone()
    }

    /// Ends all faults, or only those of one account.
    pub fn clear(&self, account: Option<Phone>) {
        self.list().retain(|fault| account.is_some() && fault.account != account);
    }

    /// The fault that strikes a connection of `account`, if any. Uses it up.
    pub fn strike_connection(&self, account: Phone) -> Option<Fault> {
        self.strike(|fault| fault.strikes_connections() && fault.concerns(account, None))
    }

    /// The fault that strikes a phone of `account` that scans a code, if any. Uses it up.
    pub fn strike_link(&self, account: Phone, random: &Random) -> Option<Fault> {
        self.strike(|fault| {
            fault.kind == FaultKind::PasskeyWanted && fault.concerns(account, None) && fault.happens(random)
        })
    }

    /// Whether the next client that wants to be linked is given no codes. Uses the fault up.
    pub fn strike_codes(&self, random: &Random) -> bool {
        self.strike(|fault| fault.kind == FaultKind::CodesExpired && fault.happens(random)).is_some()
    }

    /// The fault that strikes a message, if any. Uses it up.
    pub fn strike_message(&self, account: Phone, person: Phone, random: &Random) -> Option<Fault> {
        self.strike(|fault| fault.strikes_messages() && fault.concerns(account, Some(person)) && fault.happens(random))
    }

    /// The fault that strikes a message to a group, if any; what strikes its participants one by one does not. Uses it up.
    pub fn strike_group(&self, account: Phone, random: &Random) -> Option<Fault> {
        self.strike(|fault| {
            fault.strikes_messages()
                && !fault.kind.on_recipient()
                && fault.concerns(account, None)
                && fault.happens(random)
        })
    }

    /// The fault that strikes a group's message with one participant, if any. Uses it up.
    pub fn strike_participant(&self, account: Phone, person: Phone, random: &Random) -> Option<Fault> {
        self.strike(|fault| fault.kind.on_recipient() && fault.concerns(account, Some(person)) && fault.happens(random))
    }

    /// The fault that strikes what a person writes to `account`, if any. Uses it up.
    pub fn strike_reply(&self, account: Phone, person: Phone, random: &Random) -> Option<Fault> {
        self.strike(|fault| {
            fault.kind == FaultKind::Undecryptable && fault.concerns(account, Some(person)) && fault.happens(random)
        })
    }

    /// The fault of `kind` that strikes an upload or download, if any: of a client of `account`, as far as it says who it
    /// is, or of the phone of `person`. Uses it up.
    pub fn strike_media(
        &self,
        kind: FaultKind,
        account: Option<Phone>,
        person: Option<Phone>,
        random: &Random,
    ) -> Option<Fault> {
        let one_of = |only: Option<Phone>, who| only.is_none() || only == who;
        self.strike(|fault| {
            fault.kind == kind
                && one_of(fault.account, account)
                && one_of(fault.person, person)
                && fault.happens(random)
        })
    }

    fn strike(&self, strikes: impl FnMut(&Fault) -> bool) -> Option<Fault> {
        let mut list = self.list();
        let at = list.iter().position(strikes)?;
        let struck = list[at].clone();
        if let Some(count) = &mut list[at].count {
            *count = count.saturating_sub(1);
            if *count == 0 {
                list.remove(at);
            }
        }
        Some(struck)
    }

    fn list(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_counted_fault_is_used_up() {
        let faults = Faults::default();
        let (account, person) = ("62811111".parse().unwrap(), "62822222".parse().unwrap());
        faults.add(fault(r#"{"kind":"nack","person":"62822222","count":2}"#));
        let random = Random::seeded(1, 1);
        let strike = |person| faults.strike_message(account, person, &random).is_some();
        assert!(!strike("62833333".parse().unwrap()));
        assert!(strike(person) && strike(person) && !strike(person));
        assert!(faults.all().is_empty());
    }

    #[test]
    fn a_disconnect_tied_to_messages_spares_connections() {
        assert!(fault(r#"{"kind":"disconnect","count":1}"#).strikes_connections());
        assert!(!fault(r#"{"kind":"disconnect","probability":0.5}"#).strikes_connections());
        assert!(!fault(r#"{"kind":"nack"}"#).strikes_connections());
    }
}
