//! Signing in, up and out.

use crate::error::ApiError;
use leptos::prelude::*;

/// Ends the sign-in and goes to the sign-in page. A plain form posts to it.
#[server]
pub async fn sign_out() -> Result<(), ApiError> {
    leptos_axum::redirect("/sign-in");
    Ok(())
}
