//! Numbers: adding them, and what their pages show. Their life with the network is in [`session`](crate::session).

pub mod budget;
pub mod group;
pub mod health;
pub(crate) mod limits;
pub mod link;
pub mod manner;
pub mod profile;
pub(crate) mod store;

use crate::{
    Server,
    error::{Error, Result},
    scope::{Operator, Scope},
    whatsapp::{
        keys::SessionKeys,
        prelinked::{self, Prelinked},
        transport::MAY_DIAL_WHATSAPP,
    },
};
use domain::{
    Event, Field, NumberId, PhoneNumber, SessionId,
    error::Refusal,
    number::{Network, NumberProblem, NumberState, NumberView, budget::Budget, label, profile::NAME_MAX},
    sandbox::PhoneOwner,
};
use std::collections::HashMap;
use wacore::store::traits::DeviceStore as _;

/// Every number of the tenant, oldest first.
pub async fn list(server: &Server, scope: &Scope) -> Result<Vec<NumberView>> {
    let (now, mut tx) = (server.now(), server.db.read(scope).await?);
    store::list(&mut tx, health::zone().day(now), now).await
}

/// Whose the phones of sandbox numbers are, whatever tenant they belong to. A read across tenants: the world of the sandbox
/// is the operator's.
pub async fn owners(server: &Server, _: &Operator) -> Result<HashMap<PhoneNumber, PhoneOwner>> {
    store::owners(&mut server.db.system_read().await?).await
}

/// One number.
pub async fn get(server: &Server, scope: &Scope, id: NumberId) -> Result<NumberView> {
    list(server, scope).await?.into_iter().find(|n| n.id == id).ok_or(Error::Domain(domain::Error::NotFound))
}

/// A number of the sandbox network, linked before it connects: one click, connected in a second.
///
/// Fails with `Invalid { label }` and, without a sandbox, `NoSandbox`.
pub async fn add_sandbox(server: &Server, scope: &Scope, name: &str) -> Result<NumberId> {
    let label = label(name)?;
    let base_url = sandbox_url(server)?;
    let phone = random_phone(server);
    // The network first: a transaction never waits for one. A number that then fails to be stored leaves a phone in the
    // sandbox that nobody uses.
    // A profile's name is shorter than a label may be.
    let name: String = label.chars().take(NAME_MAX as usize).collect();
    let prelinked = prelinked::make(&server.http, base_url, &phone, name.trim_end()).await?;
    let number = server.new_id();
    let session: SessionId = server.new_id();
    let mut tx = server.db.begin(scope).await?;
    insert(&mut tx, server, number, &label, Network::Sandbox, NumberState::Connecting).await?;
    store::set_identity(&mut tx, number, &phone, lid(&prelinked).as_deref()).await?;
    store::insert_session(&mut tx, session, number, Some(&prelinked.server_id), server.now()).await?;
    health::store::linked(&mut tx, number, server.now()).await?;
    tx.publish(Event::NumberChanged(number));
    tx.commit().await?;
    let keys = SessionKeys::new(server, scope.tenant(), session, 0);
    keys.save(&prelinked.device).await.map_err(|error| anyhow::anyhow!("storing the device: {error}"))?;
    keys.settle().await?;
    store::ready(server, scope, session).await?;
    server.nudge.session.now();
    Ok(number)
}

/// A number that is linked by scanning a code.
///
/// Fails with `Invalid { label }`, `SandboxBuild` when this build may not dial WhatsApp, `NoSandbox`.
pub async fn add_linked(server: &Server, scope: &Scope, name: &str, network: Network) -> Result<NumberId> {
    let label = label(name)?;
    may_dial(server, network)?;
    let number = server.new_id();
    let mut tx = server.db.begin(scope).await?;
    insert(&mut tx, server, number, &label, network, NumberState::Linking).await?;
    store::insert_session(&mut tx, server.new_id(), number, None, server.now()).await?;
    tx.publish(Event::NumberChanged(number));
    tx.commit().await?;
    server.nudge.session.now();
    Ok(number)
}

/// Gives a number another name.
pub async fn rename(server: &Server, scope: &Scope, id: NumberId, name: &str) -> Result<()> {
    let label = label(name)?;
    let mut tx = server.db.begin(scope).await?;
    if let Err(error) = store::update_label(&mut tx, id, &label).await {
        return Err(taken(error));
    }
    tx.publish(Event::NumberChanged(id));
    tx.commit().await
}

/// Takes this device off the account. History and queue stay, and the number can be linked again.
///
/// A connected session tells the network; without a connection the phone goes on listing the device.
pub async fn log_out(server: &Server, scope: &Scope, id: NumberId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let number = store::get_for_update(&mut tx, id).await?;
    match number.state {
        NumberState::Connecting | NumberState::Connected | NumberState::Reconnecting => {
            store::ask_log_out(&mut tx, id).await?;
        }
        // No session runs that could tell anybody.
        NumberState::Banned | NumberState::Replaced | NumberState::Outdated => {
            let problem = Some(NumberProblem::LoggedOutHere);
            store::set_state(&mut tx, id, NumberState::LoggedOut, problem, server.now()).await?;
        }
        NumberState::Unlinked | NumberState::Linking | NumberState::LoggedOut => return Ok(()),
    }
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    server.nudge.session.now();
    Ok(())
}

fn may_dial(server: &Server, network: Network) -> Result<()> {
    match network {
        Network::Whatsapp if !MAY_DIAL_WHATSAPP => Err(Refusal::SandboxBuild.into()),
        Network::Whatsapp => Ok(()),
        Network::Sandbox => sandbox_url(server).map(|_| ()),
    }
}

fn sandbox_url(server: &Server) -> Result<&str> {
    Ok(server.sandbox_url().ok_or(Refusal::NoSandbox)?)
}

async fn insert(
    tx: &mut crate::db::TenantTx,
    server: &Server,
    id: NumberId,
    label: &str,
    network: Network,
    state: NumberState,
) -> Result<()> {
    store::insert(tx, id, label, network, state, server.now()).await.map_err(taken)?;
    budget::store::update(tx, id, &Budget::of_new(network, health::zone().day(server.now()))).await
}

fn taken(error: Error) -> Error {
    if error.is_unique_violation() { domain::Error::field("label", Field::Taken).into() } else { error }
}

fn lid(prelinked: &Prelinked) -> Option<String> {
    prelinked.device.lid.as_ref().map(|lid| lid.user.to_string())
}

/// A number of the shape people have here. It lives in the sandbox only.
fn random_phone(server: &Server) -> PhoneNumber {
    let random = u32::from_le_bytes(server.random.bytes());
    PhoneNumber::from_e164(&format!("62855{:08}", random % 100_000_000)).expect("thirteen digits")
}
