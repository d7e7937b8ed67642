//! The sandbox network as the dashboard plays it: each tenant its own phones and the people they talk to.
//!
//! Everything goes over the control API of the sandbox, which may be in this process or elsewhere. A phone is named by a
//! number of the tenant, and what strikes a phone strikes that one. How a simulated person behaves is set toward one
//! number, and no other tenant's number notices. Who they are (their name, their picture, whether they are on WhatsApp at
//! all, which phone they have) is the same for all, as behind every phone number there is one person; that and the world as
//! a whole are the operator's, in [`world`].

mod control;
mod persona;
mod portrait;
pub mod world;

use crate::{
    Server, contact,
    error::{Error, Result},
    number,
    scope::Scope,
};
use ::sandbox::control::dto;
use control::Control;
use domain::{
    Event, Field, Millis, NumberId, PhoneNumber,
    error::Refusal,
    message::MessageKind,
    number::{Network, NumberView},
    sandbox::{
        Fault, FaultForm, LedgerEntry, PersonForm, PersonaForm, Played, SandboxAccount, SandboxChat, SandboxDevice,
        SandboxMessage, SandboxPhone, SandboxThread, Traffic, new_group, person_text,
    },
};
use futures::future::try_join_all;
use persona::Layers;

/// How many chats, and messages of the ledger, a page shows.
const SHOWN: usize = 100;

/// Whether there is a sandbox to play with.
pub fn is_on(server: &Server) -> bool {
    server.sandbox_url().is_some()
}

/// The phones of the tenant's sandbox numbers.
///
/// Fails with `NoSandbox`.
pub async fn phones(server: &Server, scope: &Scope) -> Result<Vec<SandboxPhone>> {
    let control = Control::of(server)?;
    let numbers = number::list(server, scope).await?;
    try_join_all(numbers.into_iter().filter_map(with_phone).map(|(number, phone)| seen(&control, number, phone))).await
}

/// One phone.
///
/// Fails with `NotFound`, also for numbers that are not of the sandbox, and with `NoSandbox`.
pub async fn phone(server: &Server, scope: &Scope, number: NumberId) -> Result<SandboxPhone> {
    let control = Control::of(server)?;
    let (number, phone) = own(server, scope, number).await?;
    seen(&control, number, phone).await
}

/// With whom a phone talks, the latest first.
pub async fn chats(server: &Server, scope: &Scope, number: NumberId) -> Result<Vec<SandboxChat>> {
    let (control, (_, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let list: dto::ChatList = control
        .ask(&format!("accounts/{}/chats?limit={SHOWN}", phone.digits()))
        .await?
        .ok_or(Refusal::SandboxPhoneGone)?;
    let chat = |chat: dto::LatestOfChat| {
        let person = phone_number(chat.person)?;
        let from_person = chat.from == chat.person;
        let last = message(String::new(), from_person, &chat.kind, chat.text, chat.at_ms);
        Some(SandboxChat { person, name: chat.name, last })
    };
    Ok(list.chats.into_iter().filter_map(chat).collect())
}

/// What the phone of `person` shows of its chat with the number. `person` is a phone number as people write it.
///
/// Fails with `Invalid { person }`.
pub async fn thread(server: &Server, scope: &Scope, number: NumberId, person: &str) -> Result<SandboxThread> {
    let (control, (_, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let person = person_of(server, person)?;
    let chat: dto::Chat = control
        .ask(&format!("people/{}/chats/{}", person.digits(), phone.digits()))
        .await?
        .ok_or(Refusal::SandboxPhoneGone)?;
    let known: Option<dto::PersonView> = control.ask(&format!("people/{}", person.digits())).await?;
    let is_person = |from: dto::Phone| from.to_string() == person.digits();
    let said = |m: dto::ChatMessage| message(m.id, is_person(m.from), &m.kind, m.text, m.at_ms);
    let mut messages: Vec<_> = chat.messages.into_iter().map(said).collect();
    // The network lists them as it took them; one that came late stands where it came.
    messages.sort_by_key(|message| message.at);
    // What others call their numbers is theirs.
    let name = known.as_ref().map_or_else(|| person.readable(), |known| known.name.clone());
    let toward: Option<dto::PersonaToward> = control.ask(&toward(&person, &phone)).await?;
    let played = known.zip(toward).map(|(known, toward)| Played {
        persona: persona::form(&toward.applies),
        person: PersonForm {
            name: known.persona.name.unwrap_or_default(),
            on_whatsapp: toward.applies.on_whatsapp.unwrap_or(true),
            shows_picture: known.picture.is_some(),
        },
    });
    Ok(SandboxThread { person, name, messages, played })
}

/// The person writes to the number.
///
/// Fails with `Invalid { person, text }`, `NotAPerson`, `PersonNotOnWhatsapp`.
pub async fn write(server: &Server, scope: &Scope, number: NumberId, person: &str, text: &str) -> Result<()> {
    let (control, (_, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let person = person_of(server, person)?;
    let new = dto::NewMessage::text(in_sandbox(&phone)?, person_text(text)?);
    let refused = |field: &str| match field {
        "phone" => Some(Refusal::PersonNotOnWhatsapp),
        _ => None,
    };
    control.person(&person).await?;
    control.tell(reqwest::Method::POST, &format!("people/{}/messages", person.digits()), &new, refused).await
}

/// The person behaves differently toward the number from now on.
///
/// Fails with `Invalid { person, answers }`, `NotAPerson`.
pub async fn set_persona(
    server: &Server,
    scope: &Scope,
    number: NumberId,
    person: &str,
    form: &PersonaForm,
) -> Result<()> {
    let (control, (_, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let person = person_of(server, person)?;
    let rules = form.read()?;
    control.person(&person).await?;
    let path = toward(&person, &phone);
    let before: dto::PersonaToward = control.ask(&path).await?.ok_or(Refusal::SandboxPhoneGone)?;
    let layers = Layers { set: before.persona, inherited: before.inherited, applies: before.applies };
    match layers.changed(&rules) {
        // As toward everybody: nothing has to be kept.
        nothing if nothing == dto::Persona::default() => control.delete(&path).await.map(|_| ()),
        persona => control.tell(reqwest::Method::PUT, &path, &persona, |_| None).await,
    }
}

/// The phone makes a group of itself and the people in the lines of `people`.
///
/// Fails with `Invalid { subject, people }`, `NotAPerson`, `PersonNotOnWhatsapp`.
pub async fn make_group(server: &Server, scope: &Scope, number: NumberId, subject: &str, people: &str) -> Result<()> {
    let (control, (_, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let (subject, lines) = new_group(subject, people)?;
    let mut participants = Vec::with_capacity(lines.len());
    for line in lines {
        let person = person_of(server, line).map_err(|_| domain::Error::field("people", Field::NotAPhone))?;
        // What has an account is somebody else's number.
        control.person(&person).await?;
        participants.push(in_sandbox(&person)?);
    }
    let group = dto::NewGroup { subject: subject.to_owned(), account: in_sandbox(&phone)?, participants };
    let refused = |field: &str| field.starts_with("participants").then_some(Refusal::PersonNotOnWhatsapp);
    control.tell(reqwest::Method::POST, "groups", &group, refused).await
}

/// The faults that are in force for a phone, those for every phone among them.
pub async fn faults(server: &Server, scope: &Scope, number: NumberId) -> Result<Vec<Fault>> {
    let (control, (_, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let list: dto::FaultList = control.ask("faults").await?.unwrap_or(dto::FaultList { faults: Vec::new() });
    let faults = list.faults.into_iter().filter_map(fault);
    Ok(faults.filter(|fault| fault.phone.as_ref().is_none_or(|struck| *struck == phone)).collect())
}

/// Puts a fault in force for a phone; `person` limits it to the messages to one person, empty to nobody in particular.
///
/// Fails with `Invalid { kind, person, count, code, delay_s }`.
pub async fn cause(server: &Server, scope: &Scope, number: NumberId, person: &str, form: &FaultForm) -> Result<()> {
    let (control, (number, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let person = Some(person).filter(|person| !person.trim().is_empty());
    let person = person.map(|person| person_of(server, person)).transpose()?;
    throw(&control, &Fault { phone: Some(phone), ..form.read(person)? }).await?;
    changed(server, scope, &number).await
}

/// Puts a fault in force, for one phone or for all.
async fn throw(control: &Control<'_>, fault: &Fault) -> Result<()> {
    let body = dto::Fault {
        kind: serde_json::from_value(fault.kind.as_str().into()).map_err(anyhow::Error::from)?,
        account: fault.phone.as_ref().map(in_sandbox).transpose()?,
        person: fault.person.as_ref().map(in_sandbox).transpose()?,
        code: fault.code,
        probability: None,
        count: fault.count,
        delay_ms: fault.delay_ms,
    };
    control.tell(reqwest::Method::POST, "faults", &body, |_| None).await
}

/// Ends the faults of a phone.
pub async fn end_faults(server: &Server, scope: &Scope, number: NumberId) -> Result<()> {
    let (control, (number, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    control.delete(&format!("faults?account={}", phone.digits())).await?;
    changed(server, scope, &number).await
}

/// The latest messages that a phone sent, newest first, as the network has them.
pub async fn ledger(server: &Server, scope: &Scope, number: NumberId) -> Result<Vec<LedgerEntry>> {
    let (control, (_, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    newest(&control, &format!("&from={}", phone.digits())).await
}

/// The newest entries of the ledger; `of` narrows them, as the control API writes it.
async fn newest(control: &Control<'_>, of: &str) -> Result<Vec<LedgerEntry>> {
    let path = format!("ledger?newest_first=true&limit={SHOWN}{of}");
    let page: dto::LedgerPage = control.ask(&path).await?.ok_or(Refusal::SandboxPhoneGone)?;
    let entry = |entry: dto::LedgerMessage| {
        Some(LedgerEntry {
            from: phone_number(entry.from)?,
            to: entry.to.phone().and_then(phone_number),
            kind: if entry.decrypted { kind(&entry.kind) } else { MessageKind::Undecryptable },
            text: entry.text.unwrap_or_default(),
            accepted_at: Millis(entry.accepted_at_ms),
            delivered_at: entry.delivered_at_ms.map(Millis),
            read_at: entry.read_at_ms.map(Millis),
            came: entry.wire_count,
        })
    };
    Ok(page.messages.into_iter().filter_map(entry).collect())
}

/// Takes a device off a phone, as its owner would in WhatsApp's settings; one that left already is no error.
pub async fn unlink(server: &Server, scope: &Scope, number: NumberId, device: u16) -> Result<()> {
    let (control, (number, phone)) = (Control::of(server)?, own(server, scope, number).await?);
    let was_there = control.delete(&format!("accounts/{}/devices/{device}", phone.digits())).await?;
    if !was_there && control.ask::<dto::AccountView>(&format!("accounts/{}", phone.digits())).await?.is_none() {
        return Err(Refusal::SandboxPhoneGone.into());
    }
    changed(server, scope, &number).await
}

/// Pages that show the number look again. What the network does about it comes by itself.
async fn changed(server: &Server, scope: &Scope, number: &NumberView) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    tx.publish(Event::NumberChanged(number.id));
    tx.commit().await
}

/// Where it stands how a person behaves toward a phone.
fn toward(person: &PhoneNumber, phone: &PhoneNumber) -> String {
    format!("people/{}/personas/{}", person.digits(), phone.digits())
}

/// The tenant's own number of the sandbox, and its phone.
async fn own(server: &Server, scope: &Scope, number: NumberId) -> Result<(NumberView, PhoneNumber)> {
    let number = number::get(server, scope, number).await?;
    with_phone(number).ok_or(Error::Domain(domain::Error::NotFound))
}

fn with_phone(number: NumberView) -> Option<(NumberView, PhoneNumber)> {
    let phone = number.phone.clone().filter(|_| number.network == Network::Sandbox)?;
    Some((number, phone))
}

async fn seen(control: &Control<'_>, number: NumberView, phone: PhoneNumber) -> Result<SandboxPhone> {
    let account: Option<dto::AccountView> = control.ask(&format!("accounts/{}", phone.digits())).await?;
    let account = match account {
        Some(account) => {
            let path = format!("ledger/summary?from={}", phone.digits());
            let summary: dto::Summary = control.ask(&path).await?.unwrap_or_default();
            Some(SandboxAccount {
                devices: account.devices.into_iter().map(device).collect(),
                traffic: traffic(&summary),
                locked_until: account.limits.locked_until_ms.map(Millis),
                banned_until: account.limits.banned_until_ms.map(Millis),
            })
        }
        None => None,
    };
    Ok(SandboxPhone { number: number.id, label: number.label, phone, state: number.state, account })
}

fn device(device: dto::DeviceView) -> SandboxDevice {
    SandboxDevice { id: device.id, connected: device.connected, platform: device.platform }
}

fn traffic(summary: &dto::Summary) -> Traffic {
    Traffic {
        accepted: summary.accepted,
        delivered: summary.delivered,
        read: summary.read,
        replies: summary.replies,
        refused: summary.nacked,
        repeated: summary.wire_duplicates,
        unreadable: summary.undecryptable,
        keys_reused: summary.signal_counter_reuse,
    }
}

fn message(id: String, from_person: bool, word: &str, text: Option<String>, at_ms: i64) -> SandboxMessage {
    SandboxMessage { id, from_person, kind: kind(word), text: text.unwrap_or_default(), at: Millis(at_ms) }
}

/// The sandbox has more words for kinds than a page.
fn kind(word: &str) -> MessageKind {
    word.parse().unwrap_or(MessageKind::Other)
}

fn fault(fault: dto::Fault) -> Option<Fault> {
    let kind = serde_json::to_value(fault.kind).ok()?;
    Some(Fault {
        kind: kind.as_str()?.parse().ok()?,
        phone: fault.account.and_then(phone_number),
        person: fault.person.and_then(phone_number),
        count: fault.count,
        code: fault.code,
        delay_ms: fault.delay_ms,
    })
}

/// A person as an address names them, or as somebody types their number. Simulated people may have numbers that nobody
/// could call.
fn person_of(server: &Server, written: &str) -> Result<PhoneNumber> {
    let written = written.trim();
    if let Some(known) = PhoneNumber::from_e164(written).ok().filter(|_| written.starts_with('+')) {
        return Ok(known);
    }
    let typed = contact::phone::of_field(server, "person", written);
    Ok(typed.or_else(|error| PhoneNumber::from_e164(written).map_err(|_| error))?)
}

fn phone_number(phone: dto::Phone) -> Option<PhoneNumber> {
    PhoneNumber::from_e164(&phone.to_string()).ok()
}

fn in_sandbox(phone: &PhoneNumber) -> Result<dto::Phone> {
    Ok(phone.digits().parse().map_err(|_| domain::Error::field("person", Field::NotAPhone))?)
}
