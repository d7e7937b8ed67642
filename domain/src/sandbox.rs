//! The sandbox network as the dashboard shows it: phones, what a person's phone shows, faults on command, the ledger.

mod persona;
mod world;

pub use persona::{AnswerRule, PersonForm, PersonaForm, PersonaRules};
pub use world::{PhoneOwner, PolicyForm, PolicyRules, RESET_WORD, WorldPhone, WorldRules, WorldView, reset_word, seed};

use crate::{
    Error, Field, Millis, NumberId, PhoneNumber,
    error::Result,
    message::MessageKind,
    number::{NumberState, budget::whole},
    status::status,
    time::SECOND_MS,
};
use serde::{Deserialize, Serialize};

/// The longest subject of a group, in characters, as on WhatsApp.
const SUBJECT_MAX: u32 = 100;
/// The most people that a group is made of on the page.
const GROUP_MAX: u32 = 50;
/// The longest message a person writes, in characters.
const TEXT_MAX: u32 = 4_096;

/// A phone of the sandbox, known by the number of the tenant that it has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandboxPhone {
    pub number: NumberId,
    pub label: String,
    pub phone: PhoneNumber,
    pub state: NumberState,
    /// None where the sandbox knows no such phone any more: its world was reset.
    pub account: Option<SandboxAccount>,
}

/// What the network knows of a phone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SandboxAccount {
    pub devices: Vec<SandboxDevice>,
    pub traffic: Traffic,
    /// Until then the network lets it write to nobody new.
    pub locked_until: Option<Millis>,
    /// Until then it cannot log in.
    pub banned_until: Option<Millis>,
}

/// A device that is linked to a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxDevice {
    pub id: u16,
    pub connected: bool,
    /// What it says it is.
    pub platform: String,
}

/// What a phone sent, as the network counted it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// Messages the network took.
    pub accepted: u64,
    pub delivered: u64,
    pub read: u64,
    /// What people wrote to it.
    pub replies: u64,
    /// Messages the network refused.
    pub refused: u64,
    /// Messages that came again although nobody had asked for them.
    pub repeated: u64,
    /// Messages that their recipient cannot read, so far.
    pub unreadable: u64,
    /// Keys of messages used twice.
    pub keys_reused: u64,
}

/// A chat of a phone and the latest message in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxChat {
    pub person: PhoneNumber,
    pub name: String,
    pub last: SandboxMessage,
}

/// A message of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxMessage {
    pub id: String,
    pub from_person: bool,
    pub kind: MessageKind,
    /// Text or caption.
    pub text: String,
    pub at: Millis,
}

/// What the phone of a person shows of a chat, and how the person behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxThread {
    pub person: PhoneNumber,
    pub name: String,
    /// In the order in which they came to this phone.
    pub messages: Vec<SandboxMessage>,
    /// None for a phone with an account: nobody plays its owner.
    pub played: Option<Played>,
}

/// A person that can be played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Played {
    /// All that applies toward the number, whoever set it.
    pub persona: PersonaForm,
    pub person: PersonForm,
}

/// A message in the ledger of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub from: PhoneNumber,
    /// None: a group.
    pub to: Option<PhoneNumber>,
    pub kind: MessageKind,
    /// As the recipient decrypted it.
    pub text: String,
    pub accepted_at: Millis,
    pub delivered_at: Option<Millis>,
    pub read_at: Option<Millis>,
    /// How often it came; more than once is one too many.
    pub came: u32,
}

status! {
    /// What can go wrong on command.
    FaultKind {
        /// The network refuses messages with a code.
        Nack => "nack",
        /// The network refuses messages with 429.
        Throttle => "throttle_429",
        /// Messages are taken and never acknowledged.
        AckNever => "ack_never",
        /// Messages are acknowledged late.
        AckLate => "ack_late",
        /// The recipient cannot read them and asks again.
        Undecryptable => "undecryptable",
        /// The recipient's receipts are lost.
        ReceiptNever => "receipt_never",
        /// The recipient has a new phone: other keys.
        KeyRotation => "key_rotation",
        /// The connection breaks.
        Disconnect => "disconnect",
        /// The network answers logins with 503.
        Server503 => "server_503",
        /// Another program takes the connection over.
        StreamReplaced => "stream_replaced",
        /// The device is unlinked.
        LoggedOut => "logged_out",
        /// The account is banned for an hour.
        TemporaryBan => "temporary_ban",
        /// Linking by a QR code wants a passkey.
        PasskeyWanted => "passkey_wanted",
        /// The media host loses the next file that is downloaded.
        MediaGone => "media_gone",
        /// The media host refuses uploads.
        MediaRefused => "media_refused",
    }
}

impl FaultKind {
    /// Whether it can be about the messages to one person.
    pub fn may_name_person(self) -> bool {
        !matches!(self, Self::PasskeyWanted | Self::MediaRefused)
    }
}

/// A fault that is in force or asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    /// The phone that it strikes; none: every phone.
    pub phone: Option<PhoneNumber>,
    /// Only messages to this person.
    pub person: Option<PhoneNumber>,
    /// How often it still strikes; none: without end.
    pub count: Option<u64>,
    /// The code of a refusal.
    pub code: Option<u32>,
    /// How late.
    pub delay_ms: Option<u64>,
}

/// A fault as a form asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultForm {
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub count: String,
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub delay_s: String,
}

impl FaultForm {
    /// The fault for every phone, checked; `person` is who it is about, if anybody.
    ///
    /// # Errors
    /// `Invalid` with the field that is wrong.
    pub fn read(&self, person: Option<PhoneNumber>) -> Result<Fault> {
        let kind = self.kind.parse().map_err(|_| Error::field("kind", Field::NotAChoice))?;
        if person.is_some() && !FaultKind::may_name_person(kind) {
            return Err(Error::field("person", Field::NotAChoice));
        }
        let count = whole("count", &self.count, 1, 1_000_000)?.map(u64::from);
        let code = match kind {
            FaultKind::Nack => Some(whole("code", &self.code, 400, 599)?.unwrap_or(463)),
            _ => None,
        };
        let delay_ms = match kind {
            FaultKind::AckLate => {
                Some(u64::from(whole("delay_s", &self.delay_s, 1, 3_600)?.unwrap_or(30)) * SECOND_MS.unsigned_abs())
            }
            _ => None,
        };
        Ok(Fault { kind, phone: None, person, count, code, delay_ms })
    }
}

/// A group as a form makes it: its subject, and the number of a person in each line. What is in the lines, checked as far
/// as it can be without the network.
///
/// # Errors
/// `Invalid { subject, people }`
pub fn new_group<'a>(subject: &'a str, people: &'a str) -> Result<(&'a str, Vec<&'a str>)> {
    let subject = subject.trim();
    match subject.chars().count() {
        0 => return Err(Error::field("subject", Field::Required)),
        n if n > SUBJECT_MAX as usize => return Err(Error::field("subject", Field::TooLong { max: SUBJECT_MAX })),
        _ => {}
    }
    let people: Vec<_> = people.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match people.len() {
        0 => Err(Error::field("people", Field::Required)),
        n if n > GROUP_MAX as usize => Err(Error::field("people", Field::TooManyLines { max: GROUP_MAX })),
        _ => Ok((subject, people)),
    }
}

/// What a person writes, checked.
///
/// # Errors
/// `Invalid { text }`
pub fn person_text(text: &str) -> Result<&str> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::field("text", Field::Required)),
        n if n > TEXT_MAX as usize => Err(Error::field("text", Field::TooLong { max: TEXT_MAX })),
        _ => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_a_subject_and_people() {
        assert_eq!(new_group(" Reseller ", "0812 \n\n +62813"), Ok(("Reseller", vec!["0812", "+62813"])));
        assert_eq!(wrong_field(new_group(" ", "0812")), "subject");
        assert_eq!(wrong_field(new_group(&"x".repeat(101), "0812")), "subject");
        assert_eq!(wrong_field(new_group("Reseller", " \n")), "people");
        assert_eq!(wrong_field(new_group("Reseller", &"0812\n".repeat(51))), "people");
    }

    fn wrong_field<T>(result: Result<T>) -> String {
        match result {
            Err(Error::Invalid(problems)) => problems[0].field.clone(),
            _ => panic!("not refused"),
        }
    }

    #[test]
    fn a_fault_has_what_its_kind_needs() {
        let form = |kind: &str| FaultForm { kind: kind.into(), ..FaultForm::default() };
        assert_eq!(form("nack").read(None).expect("a fault").code, Some(463));
        assert_eq!(form("ack_late").read(None).expect("a fault").delay_ms, Some(30_000));
        let disconnect = FaultForm { code: "x".into(), ..form("disconnect") };
        assert_eq!(disconnect.read(None).expect("what it does not need is not read").code, None);
        let person = PhoneNumber::from_e164("6281255500142").ok();
        assert_eq!(form("nack").read(person.clone()).expect("a fault").person, person);
        assert_eq!(wrong_field(form("passkey_wanted").read(person)), "person");
        assert_eq!(wrong_field(form("earthquake").read(None)), "kind");
        assert_eq!(wrong_field(FaultForm { count: "0".into(), ..form("nack") }.read(None)), "count");
        assert_eq!(wrong_field(FaultForm { code: "99999".into(), ..form("nack") }.read(None)), "code");
        assert_eq!(wrong_field(FaultForm { delay_s: "-1".into(), ..form("ack_late") }.read(None)), "delay_s");
    }

    #[test]
    fn a_person_writes_something_of_a_reasonable_length() {
        assert_eq!(person_text("  halo "), Ok("halo"));
        assert_eq!(wrong_field(person_text("  ")), "text");
        assert_eq!(wrong_field(person_text(&"x".repeat(4_097))), "text");
    }
}
