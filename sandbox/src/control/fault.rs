//! Faults on command.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::dto::{Fault, FaultKind, FaultList};
use super::error::{Answer, Refusal};
use super::fields::{Fields, Query};
use super::{Control, done};

pub(super) async fn add(State(control): State<Control>, mut fields: Fields) -> Answer<Response> {
    let fault = Fault {
        kind: fields.required("kind")?,
        account: fields.optional("account")?,
        person: fields.optional("person")?,
        code: fields.optional("code")?,
        probability: fields.optional("probability")?,
        count: fields.optional("count")?,
        delay_ms: fields.optional("delay_ms")?,
    };
    fields.done()?;
    if fault.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
        return Err(Refusal::field("probability", "must be between 0 and 1"));
    }
    if fault.count == Some(0) {
        return Err(Refusal::field("count", "must be at least 1"));
    }
    let is_refusal = |code: u32| (400..600).contains(&code);
    if fault.kind == FaultKind::MediaRefused && !fault.code.is_none_or(is_refusal) {
        return Err(Refusal::field("code", "must be a status of HTTP between 400 and 599"));
    }
    control.world.cause(fault);
    Ok(done())
}

pub(super) async fn list(State(control): State<Control>) -> Json<FaultList> {
    Json(FaultList { faults: control.world.faults.all() })
}

/// Ends all faults, or those that were asked for one account.
pub(super) async fn clear(State(control): State<Control>, mut query: Query) -> Answer<Response> {
    let account = query.phone("account")?;
    query.0.done()?;
    control.world.faults.clear(account);
    Ok(done())
}
