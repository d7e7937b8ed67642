//! Numbers over the wire.

use crate::error::ApiError;
use domain::{
    Millis, NumberId,
    number::{LinkCode, NumberView, PairCode, health::NumberDetail, removal::Removal},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::{MultipartData, MultipartFormData};

#[cfg(feature = "ssr")]
use {
    crate::cx::authorized,
    domain::{
        Permission,
        number::{budget::BudgetForm, manner::Manner},
    },
};

/// A number that is being linked, and what the phone has to scan now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkState {
    pub number: NumberView,
    pub code: Option<LinkCode>,
    /// The code that was asked for, to be typed on the phone.
    pub pair_code: Option<PairCode>,
    /// The server's clock: how long the code still lasts is reckoned from it.
    pub now: Millis,
}

/// Every number of the tenant, oldest first.
#[server]
pub async fn list_numbers() -> Result<Vec<NumberView>, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    Ok(server::number::list(&server, &scope).await?)
}

/// A number, its days, and what happened to it.
#[server]
pub async fn open_number(id: NumberId) -> Result<NumberDetail, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    Ok(server::number::health::open(&server, &scope, id).await?)
}

/// Adds a number of the sandbox, linked from the start.
#[server]
pub async fn add_sandbox_number(label: String) -> Result<NumberId, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::add_sandbox(&server, &scope, &label).await?)
}

/// Adds a number that is linked by a code, and goes to where the code is shown.
#[server]
pub async fn link_number(label: String, #[server(default)] network: String) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    let id = server::number::add_linked(&server, &scope, &label, domain::number::network(&network)?).await?;
    leptos_axum::redirect(&format!("/numbers/link?number={id}"));
    Ok(())
}

/// How far the linking of a number is.
#[server]
pub async fn linking(id: NumberId) -> Result<LinkState, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    let number = server::number::get(&server, &scope, id).await?;
    let code = server::number::link::qr_code(&server, &scope, id).await?;
    let pair_code = server::number::link::pair_code(&server, &scope, id).await?;
    Ok(LinkState { number, code, pair_code, now: server.now() })
}

/// Scans the code that is shown with a phone of the sandbox.
#[server]
pub async fn scan_with_sandbox_phone(number: NumberId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::link::scan_with_sandbox_phone(&server, &scope, number).await?)
}

/// Asks the network for a code that is typed on the phone with this number.
#[server]
pub async fn ask_pair_code(number: NumberId, #[server(default)] phone: String) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::link::ask_pair_code(&server, &scope, number, &phone).await?)
}

/// Types a code on the phone of the sandbox for which it was asked.
#[server]
pub async fn type_on_sandbox_phone(number: NumberId, #[server(default)] code: String) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::link::type_on_sandbox_phone(&server, &scope, number, &code).await?)
}

/// Asks for new codes. They are shown on the page that asks.
#[server]
pub async fn relink_number(number: NumberId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::link::relink(&server, &scope, number).await?)
}

/// Gives a number another name.
#[server]
pub async fn rename_number(number: NumberId, label: String) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::rename(&server, &scope, number, &label).await?)
}

/// Takes this device off the account; history and queue stay.
#[server]
pub async fn log_out_number(number: NumberId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::log_out(&server, &scope, number).await?)
}

/// What would go with a number.
#[server]
pub async fn preview_removal(id: NumberId) -> Result<Removal, ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::removal::preview(&server, &scope, id).await?)
}

/// Deletes a number, if its name was typed.
#[server]
pub async fn remove_number(number: NumberId, #[server(default)] label: String) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::removal::remove(&server, &scope, number, &label).await?)
}

/// A number behaves differently from now on.
#[server]
pub async fn change_manner(
    number: NumberId,
    #[server(default)] types: bool,
    #[server(default)] stays_online: bool,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::manner::change(&server, &scope, number, Manner { types, stays_online }).await?)
}

/// The account of a number shows another name and other words.
#[server]
pub async fn change_profile(
    number: NumberId,
    #[server(default)] name: String,
    #[server(default)] about: String,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::profile::change(&server, &scope, number, &name, &about).await?)
}

/// It shows another picture: the fields `number` and `file` of a form.
#[server(input = MultipartFormData)]
pub async fn show_picture(form: MultipartData) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    let mut form = crate::multipart::Received::read(&server, form).await?;
    let number = form.id("number")?;
    Ok(server::number::profile::show_picture(&server, &scope, number, form.file()?).await?)
}

/// It shows no picture.
#[server]
pub async fn hide_picture(number: NumberId) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    Ok(server::number::profile::hide_picture(&server, &scope, number).await?)
}

/// Gives a number other rules for new chats and quiet hours.
#[server]
pub async fn change_budget(
    number: NumberId,
    #[server(default)] cap: String,
    #[server(default)] warm_up_days: String,
    #[server(default)] warm_up_first: String,
    #[server(default)] quiet_from: String,
    #[server(default)] quiet_until: String,
) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::NumberWrite).await?;
    let form = BudgetForm { cap, warm_up_days, warm_up_first, quiet_from, quiet_until };
    Ok(server::number::budget::change(&server, &scope, number, &form).await?)
}
