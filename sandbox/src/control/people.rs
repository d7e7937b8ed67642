//! People: how they behave.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;

use super::account::picture_view;
use super::dto::{PersonView, PersonaToward};
use super::error::{Answer, Refusal};
use super::fields::{Fields, phone_in_path};
use super::{Control, done};
use crate::address::Phone;
use crate::people::{InvalidPersona, Persona, ReplyRule};
use crate::world::World;

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
    Ok(Json(PersonView { phone, name, persona: world.people.own(phone), picture: picture_view(world, phone) }))
}

type Pair = Path<(String, String)>;

/// How a person behaves toward one account.
pub(super) async fn set_toward(State(control): State<Control>, Path(pair): Pair, fields: Fields) -> Answer<Response> {
    let (phone, account) = person_and_account(&control.world, &pair)?;
    let persona = read_persona(fields)?;
    if let Some(field) = persona.same_for_all() {
        return Err(Refusal::field(field, "is the same for every account: set it for the person"));
    }
    let set = control.world.set_persona_toward(phone, account, Some(persona));
    set.map_err(|error| refusal("", error))?;
    Ok(done())
}

pub(super) async fn show_toward(State(control): State<Control>, Path(pair): Pair) -> Answer<Json<PersonaToward>> {
    let (phone, account) = person_and_account(&control.world, &pair)?;
    let people = &control.world.people;
    Ok(Json(PersonaToward {
        persona: people.toward(phone, account),
        inherited: people.character(phone).in_full(),
        applies: people.character_toward(phone, account).in_full(),
    }))
}

/// The person behaves toward the account as toward everybody; where they did already nothing changes.
pub(super) async fn clear_toward(State(control): State<Control>, Path(pair): Pair) -> Answer<Response> {
    let (phone, account) = person_and_account(&control.world, &pair)?;
    control.world.set_persona_toward(phone, account, None).map_err(|error| refusal("", error))?;
    Ok(done())
}

fn person_and_account(world: &World, (phone, account): &(String, String)) -> Answer<(Phone, Phone)> {
    let phone = phone_in_path(phone)?;
    let account: Phone = account.parse().map_err(|error| Refusal::field("account", error))?;
    if world.account(phone).is_some() {
        return Err(Refusal::not_found(format!("{phone} is an account, not a simulated person")));
    }
    match world.account(account) {
        Some(_) => Ok((phone, account)),
        None => Err(Refusal::not_found(format!("{account} has no account"))),
    }
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
        hides_number: fields.optional("hides_number")?,
        saved_as: fields.nullable("saved_as")?,
    };
    fields.done()?;
    Ok(persona)
}

/// An invalid persona that stands at `path` in the request.
pub(super) fn refusal(path: &str, error: InvalidPersona) -> Refusal {
    Refusal::field(format!("{path}{}", error.field), error.message)
}
