//! What the home page asks.

use crate::error::ApiError;
use domain::analytics::Overview;
use leptos::prelude::*;

/// Everything on the home page.
#[server]
pub async fn home_overview() -> Result<Overview, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::View).await?;
    Ok(server::analytics::overview(&server, &scope).await?)
}
