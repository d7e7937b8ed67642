//! Groups over the wire.

use crate::error::ApiError;
use domain::{
    NumberId, Page,
    number::group::{GroupDetail, GroupView},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    crate::cx::authorized,
    domain::{PageRequest, Permission},
};

/// Groups and members on a page.
pub const PER_PAGE: u32 = 50;

/// A page of the groups of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupList {
    /// Of the number.
    pub label: String,
    pub groups: Page<GroupView>,
}

/// A group of a number with a page of its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedGroup {
    /// Of the number.
    pub label: String,
    pub detail: GroupDetail,
}

/// One page of the groups with `search` in their subject; pages start at 1.
#[server]
pub async fn list_groups(
    number: NumberId,
    #[server(default)] search: String,
    page: u32,
) -> Result<GroupList, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    let request = PageRequest { search, page, per_page: PER_PAGE };
    let label = server::number::get(&server, &scope, number).await?.label;
    Ok(GroupList { label, groups: server::number::group::list(&server, &scope, number, &request).await? })
}

/// A group with one page of the members that contain `search`; none when the number is not in it, or is in it no more.
#[server]
pub async fn open_group(
    number: NumberId,
    group: String,
    #[server(default)] search: String,
    page: u32,
) -> Result<Option<OpenedGroup>, ApiError> {
    let (server, scope) = authorized(Permission::View).await?;
    let request = PageRequest { search, page, per_page: PER_PAGE };
    let label = server::number::get(&server, &scope, number).await?.label;
    match server::number::group::open(&server, &scope, number, &group, &request).await {
        Ok(detail) => Ok(Some(OpenedGroup { label, detail })),
        Err(server::Error::Domain(domain::Error::NotFound)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes a contact file of the members, and goes to where it is checked before it is imported.
#[server]
pub async fn import_group(number: NumberId, group: String) -> Result<(), ApiError> {
    let (server, scope) = authorized(Permission::ContactWrite).await?;
    let import = server::number::group::import(&server, &scope, number, &group).await?;
    leptos_axum::redirect(&format!("/contacts/import/{import}"));
    Ok(())
}
