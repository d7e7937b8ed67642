//! The wire of the world's pages: only for operators of the installation.

use crate::error::ApiError;
use domain::sandbox::{Fault, FaultForm, LedgerEntry, PersonForm, PersonaForm, PolicyForm, WorldRules, WorldView};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {crate::cx::operating, server::sandbox::world};

/// Totals, and every phone with whose number it is.
#[server]
pub async fn open_world() -> Result<WorldView, ApiError> {
    let (server, operator) = operating()?;
    Ok(world::view(&server, &operator).await?)
}

/// How the world works.
#[server]
pub async fn open_rules() -> Result<WorldRules, ApiError> {
    let (server, operator) = operating()?;
    Ok(world::rules(&server, &operator).await?)
}

/// The latest messages of the whole network.
#[server]
pub async fn open_ledger() -> Result<Vec<LedgerEntry>, ApiError> {
    let (server, operator) = operating()?;
    Ok(world::ledger(&server, &operator).await?)
}

/// Every fault in force.
#[server]
pub async fn open_faults() -> Result<Vec<Fault>, ApiError> {
    let (server, operator) = operating()?;
    Ok(world::faults(&server, &operator).await?)
}

/// Everybody who was not told otherwise behaves differently from now on.
#[server]
pub async fn set_defaults(persona: PersonaForm) -> Result<(), ApiError> {
    let (server, operator) = operating()?;
    Ok(world::set_defaults(&server, &operator, &persona).await?)
}

/// The network has other limits from now on.
#[server]
pub async fn set_policy(policy: PolicyForm) -> Result<(), ApiError> {
    let (server, operator) = operating()?;
    Ok(world::set_policy(&server, &operator, &policy).await?)
}

/// What people do follows from another seed from now on.
#[server]
pub async fn set_seed(#[server(default)] seed: String) -> Result<(), ApiError> {
    let (server, operator) = operating()?;
    Ok(world::set_seed(&server, &operator, &seed).await?)
}

/// Somebody is another person from now on, for every number.
#[server]
pub async fn set_person(person: String, profile: PersonForm) -> Result<(), ApiError> {
    let (server, operator) = operating()?;
    Ok(world::set_person(&server, &operator, &person, &profile).await?)
}

/// Puts a fault in force for every phone.
#[server]
pub async fn cause_everywhere(#[server(default)] person: String, fault: FaultForm) -> Result<(), ApiError> {
    let (server, operator) = operating()?;
    Ok(world::cause(&server, &operator, &person, &fault).await?)
}

/// Ends every fault.
#[server]
pub async fn end_everywhere() -> Result<(), ApiError> {
    let (server, operator) = operating()?;
    Ok(world::end_faults(&server, &operator).await?)
}

/// Begins a new, empty world.
#[server]
pub async fn reset_world(#[server(default)] word: String) -> Result<(), ApiError> {
    let (server, operator) = operating()?;
    Ok(world::reset(&server, &operator, &word).await?)
}
