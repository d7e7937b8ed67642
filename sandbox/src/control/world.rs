//! The world as a whole.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::dto::{Health, WorldView};
use super::error::{Answer, Refusal};
use super::fields::Fields;
use super::{Control, done, people};
use crate::world::policy::Policy;

pub(super) async fn health(State(control): State<Control>) -> Json<Health> {
    let server_key = crate::base64(&control.world.server.public());
    Json(Health { status: "ok".into(), server_id: control.world.realm().server_id.clone(), server_key })
}

pub(super) async fn show(State(control): State<Control>) -> Json<WorldView> {
    let world = &control.world;
    Json(WorldView {
        seed: world.realm().seed,
        defaults: world.people.personas().0,
        applies: world.people.anybody().in_full(),
        policy: world.ledger.policy(),
        accounts: world.accounts().len(),
        people: world.ledger.everybody().into_iter().filter(|phone| world.account(*phone).is_none()).count(),
    })
}

pub(super) async fn configure(State(control): State<Control>, mut fields: Fields) -> Answer<Response> {
    let seed = fields.optional("seed")?;
    let defaults: Option<Value> = fields.optional("defaults")?;
    let policy: Option<Value> = fields.optional("policy")?;
    fields.done()?;
    let defaults = defaults.map(|value| people::read_persona(Fields::of("defaults", value)?)).transpose()?;
    let policy = policy.map(|value| read_policy(Fields::of("policy", value)?)).transpose()?;
    control.world.configure(seed, defaults, policy).map_err(|error| people::refusal("defaults.", error))?;
    Ok(done())
}

/// The network's limits, every one optional.
fn read_policy(mut fields: Fields) -> Answer<Policy> {
    let policy = Policy {
        new_chats_per_day: fields.optional("new_chats_per_day")?,
        time_lock_ms: at_least_one(&mut fields, "time_lock_ms")?,
        messages_per_minute: at_least_one(&mut fields, "messages_per_minute")?,
        ban_after: at_least_one(&mut fields, "ban_after")?,
        ban_ms: at_least_one(&mut fields, "ban_ms")?,
    };
    fields.done()?;
    Ok(policy)
}

fn at_least_one(fields: &mut Fields, name: &str) -> Answer<Option<u64>> {
    match fields.optional(name)? {
        Some(0) => Err(Refusal::field(format!("policy.{name}"), "must be at least 1")),
        number => Ok(number),
    }
}

pub(super) async fn reset(State(control): State<Control>, fields: Fields) -> Answer<Response> {
    fields.done()?;
    control.world.reset();
    Ok(done())
}
