//! People: how they behave.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;

use super::account::picture_view;
use super::dto::PersonView;
use super::error::{Answer, Refusal};
use super::fields::{Fields, phone_in_path};
use super::{Control, done};
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
    Ok(Json(PersonView { phone, name, persona: world.people.own(phone), picture: picture_view(world, phone) }))
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
