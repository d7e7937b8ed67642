//! The wire of the sandbox pages. Whoever may change numbers may play with theirs.

use crate::error::ApiError;
use domain::{
    NumberId,
    sandbox::{Fault, FaultForm, LedgerEntry, PersonaForm, SandboxChat, SandboxPhone, SandboxThread},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {crate::cx::authorized, domain::Permission, server::sandbox};

/// The phones of the tenant's sandbox numbers.
#[server]
pub async fn list_phones() -> Result<Vec<SandboxPhone>, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::phones(&server, &scope).await?)
}

/// One phone.
#[server]
pub async fn open_phone(number: NumberId) -> Result<SandboxPhone, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::phone(&server, &scope, number).await?)
}

/// With whom a phone talks, the latest first.
#[server]
pub async fn list_chats(number: NumberId) -> Result<Vec<SandboxChat>, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::chats(&server, &scope, number).await?)
}

/// What a person's phone shows of the chat with a number.
#[server]
pub async fn open_chat(number: NumberId, person: String) -> Result<SandboxThread, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::thread(&server, &scope, number, &person).await?)
}

/// A person writes to a number.
#[server]
pub async fn write_as(
    number: NumberId,
    #[server(default)] person: String,
    #[server(default)] text: String,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::write(&server, &scope, number, &person, &text).await?)
}

/// A person behaves differently toward a number from now on.
#[server]
pub async fn set_persona(number: NumberId, person: String, persona: PersonaForm) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::set_persona(&server, &scope, number, &person, &persona).await?)
}

/// A phone makes a group.
#[server]
pub async fn make_group(
    number: NumberId,
    #[server(default)] subject: String,
    #[server(default)] people: String,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::make_group(&server, &scope, number, &subject, &people).await?)
}

/// The faults in force for a phone.
#[server]
pub async fn list_faults(number: NumberId) -> Result<Vec<Fault>, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::faults(&server, &scope, number).await?)
}

/// Puts a fault in force for a phone.
#[server]
pub async fn cause_fault(
    number: NumberId,
    #[server(default)] person: String,
    fault: FaultForm,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::cause(&server, &scope, number, &person, &fault).await?)
}

/// Ends the faults of a phone.
#[server]
pub async fn end_faults(number: NumberId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::end_faults(&server, &scope, number).await?)
}

/// The latest messages that a phone sent, as the network has them.
#[server]
pub async fn list_ledger(number: NumberId) -> Result<Vec<LedgerEntry>, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::ledger(&server, &scope, number).await?)
}

/// Takes a device off a phone, as its owner would.
#[server]
pub async fn unlink_device(number: NumberId, device: u16) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(sandbox::unlink(&server, &scope, number, device).await?)
}
