//! People: how they behave, what they say, what their phones show.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::dto::{Chat, ChatMessage, MessageSent, PersonView};
use super::error::{Answer, Refusal};
use super::fields::{Fields, phone_in_path};
use super::{Control, done};
use crate::address::Phone;
use crate::people::{InvalidPersona, Persona, ReplyRule};

pub(super) async fn set(State(control): State<Control>, Path(phone): Path<String>, fields: Fields) -> Answer<Response> {
    let phone = phone_in_path(&phone)?;
    control.world.set_persona(phone, read_persona(fields)?).map_err(|error| refusal("", error))?;
    Ok(done())
}

pub(super) async fn show(State(control): State<Control>, Path(phone): Path<String>) -> Answer<Json<PersonView>> {
    let phone = phone_in_path(&phone)?;
    let world = &control.world;
    if world.account(phone).is_some() {
        return Err(Refusal::not_found(format!("{phone} is an account, not a simulated person")));
    }
    let name = world.people.name(phone, world.realm().seed);
    Ok(Json(PersonView { phone, name, persona: world.people.own(phone) }))
}

pub(super) async fn write(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<(StatusCode, Json<MessageSent>)> {
    let world = &control.world;
    let person = phone_in_path(&phone)?;
    let to: Phone = fields.required("to")?;
    let media: Option<Value> = fields.optional("media")?;
    if media.is_some() {
        return Err(Refusal::field("media", "people cannot send media yet; send text"));
    }
    let text: String = fields.required("text")?;
    fields.done()?;
    if text.is_empty() {
        return Err(Refusal::field("text", "must not be empty"));
    }
    if world.account(person).is_some() {
        return Err(Refusal::field("phone", "is an account; only people write through the control API"));
    }
    if !world.is_on_whatsapp(person) {
        return Err(Refusal::field("phone", "is not on WhatsApp"));
    }
    let account = world.account(to).ok_or_else(|| Refusal::not_found(format!("{to} has no account")))?;
    let sent = world.person_says(person, &account, &text);
    let id = sent.map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")))?;
    Ok((StatusCode::ACCEPTED, Json(MessageSent { id })))
}

pub(super) async fn chat(
    State(control): State<Control>,
    Path((phone, account)): Path<(String, String)>,
) -> Answer<Json<Chat>> {
    let person = phone_in_path(&phone)?;
    let account: Phone = account.parse().map_err(|error| Refusal::field("account", error))?;
    if control.world.account(account).is_none() {
        return Err(Refusal::not_found(format!("{account} has no account")));
    }
    let shown = control.world.ledger.chat(person, account).into_iter().map(|entry| ChatMessage {
        at_ms: entry.delivered_at_ms.filter(|_| !entry.from_person).unwrap_or(entry.accepted_at_ms),
        id: entry.id,
        from: entry.from,
        text: entry.text,
        kind: entry.kind,
    });
    Ok(Json(Chat { messages: shown.collect() }))
}

/// A persona, every field optional.
pub(super) fn read_persona(mut fields: Fields) -> Answer<Persona> {
    let rule = |fields: &mut Fields| {
        Ok(ReplyRule {
            pattern: fields.required("match")?,
            text: fields.required("text")?,
            after_ms: fields.optional("after_ms")?.unwrap_or(0),
        })
    };
    let persona = Persona {
        name: fields.optional("name")?,
        on_whatsapp: fields.optional("on_whatsapp")?,
        deliver_ms: fields.nullable("deliver_ms")?,
        read_ms: fields.nullable("read_ms")?,
        read_probability: fields.optional("read_probability")?,
        replies: fields.objects("replies", rule)?,
        reply_probability: fields.optional("reply_probability")?,
        blocks: fields.optional("blocks")?,
    };
    fields.done()?;
    Ok(persona)
}

/// An invalid persona that stands at `path` in the request.
pub(super) fn refusal(path: &str, error: InvalidPersona) -> Refusal {
    Refusal::field(format!("{path}{}", error.field), error.message)
}
