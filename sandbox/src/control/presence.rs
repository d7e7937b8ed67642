//! Typing and presence of people.

use axum::extract::{Path, State};
use axum::response::Response;

use super::dto::{PersonState, Phone};
use super::error::{Answer, Refusal};
use super::fields::{Fields, phone_in_path};
use super::{Control, done};
use crate::world::presence::ChatState;

/// A person types, records or stops in the chat with an account, or comes and goes.
pub(super) async fn show(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<Response> {
    let world = &control.world;
    let person = phone_in_path(&phone)?;
    let state: PersonState = fields.required("state")?;
    let to: Option<Phone> = match state {
        PersonState::Available | PersonState::Unavailable => fields.optional("to")?,
        _ => Some(fields.required("to")?),
    };
    fields.done()?;
    if world.account(person).is_some() {
        return Err(Refusal::field("phone", "is an account; its clients show what they do themselves"));
    }
    if !world.is_on_whatsapp(person) {
        return Err(Refusal::field("phone", "is not on WhatsApp"));
    }
    if let Some(to) = to.filter(|to| world.account(*to).is_none()) {
        return Err(Refusal::not_found(format!("{to} has no account")));
    }
    let writes = |state| _ = to.map(|to| world.write_to(person, to, state));
    match state {
        PersonState::Composing => writes(ChatState::Composing),
        PersonState::Recording => writes(ChatState::Recording),
        PersonState::Paused => writes(ChatState::Paused),
        PersonState::Available => world.show(person, 0, true),
        PersonState::Unavailable => world.show(person, 0, false),
    }
    Ok(done())
}
