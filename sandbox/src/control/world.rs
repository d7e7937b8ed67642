//! The world as a whole.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::dto::Health;
use super::error::{Answer, Refusal};
use super::fields::Fields;
use super::{Control, done, people};

pub(super) async fn health(State(control): State<Control>) -> Json<Health> {
    let server_key = crate::base64(&control.world.server.public());
    Json(Health { status: "ok".into(), server_id: control.world.realm().server_id.clone(), server_key })
}

pub(super) async fn configure(State(control): State<Control>, mut fields: Fields) -> Answer<Response> {
    let seed = fields.optional("seed")?;
    let defaults: Option<Value> = fields.optional("defaults")?;
    let policy: Option<Value> = fields.optional("policy")?;
    fields.done()?;
    // An empty policy asks for nothing, which is what every world has.
    if policy.is_some_and(|policy| policy.as_object().is_none_or(|policy| !policy.is_empty())) {
        return Err(Refusal::field("policy", "limits of the network are not simulated yet; use faults"));
    }
    let defaults = defaults.map(|value| people::read_persona(Fields::of("defaults", value)?)).transpose()?;
    control.world.configure(seed, defaults).map_err(|error| people::refusal("defaults.", error))?;
    Ok(done())
}

pub(super) async fn reset(State(control): State<Control>, fields: Fields) -> Answer<Response> {
    fields.done()?;
    control.world.reset();
    Ok(done())
}
