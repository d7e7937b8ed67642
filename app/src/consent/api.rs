//! The wire of consent.

use crate::error::ApiError;
use domain::{
    ContactId, Page,
    consent::{ConsentForm, OptedOut, Suppressed, Wish},
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {crate::cx::authorized, domain::Permission, server::consent};

/// People on a page of the list.
pub const PER_PAGE: u32 = 50;

/// Everybody who wants no messages, the latest first.
#[server]
pub async fn list_opted_out(#[server(default)] search: String, page: u32) -> Result<Page<OptedOut>, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    let request = domain::PageRequest { search, page, per_page: PER_PAGE };
    Ok(consent::opted_out(&server, &scope, &request).await?)
}

/// How wishes are understood and answered.
#[server]
pub async fn open_setting() -> Result<ConsentForm, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    Ok(consent::setting(&server, &scope).await?)
}

/// Understands and answers them otherwise.
#[server]
pub async fn change_setting(setting: ConsentForm) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::ContactWrite).await?;
    Ok(consent::change_setting(&server, &scope, setting).await?)
}

/// Nobody on a pasted list gets messages any more.
#[server]
pub async fn suppress_list(#[server(default)] list: String) -> Result<Suppressed, ApiError> {
    let (server, scope) = authorized(Permission::ContactWrite).await?;
    Ok(consent::suppress(&server, &scope, &list).await?)
}

/// Writes down what somebody wished.
#[server]
pub async fn record_wish(contact: ContactId, wish: Wish, #[server(default)] note: String) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::InboxUse).await?;
    Ok(consent::record(&server, &scope, contact, wish, &note).await?)
}
