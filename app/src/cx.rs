//! What a server function stands on: the server, and who asks.

use crate::error::ApiError;
use domain::{Error, Permission};
use leptos::prelude::use_context;
use server::{Operator, Scope, Server, identity::Authenticated};

/// The server of this request.
///
/// # Panics
/// Outside a request: the router provides it for every page and server function.
pub fn server() -> Server {
    use_context::<Server>().expect("the router provides the server")
}

/// The server and the scope of the member who asks, who must have the permission.
pub async fn authorized(permission: Permission) -> Result<(Server, Scope), ApiError> {
    let server = server();
    let Authenticated { scope, .. } = signed_in()?;
    scope.require(permission)?;
    Ok((server, scope))
}

/// The server and the proof that an operator of the installation asks; fails with `NotOperator`.
pub fn operating() -> Result<(Server, Operator), ApiError> {
    let operator = signed_in()?.operator.ok_or(ApiError::from(Error::NotOperator))?;
    Ok((server(), operator))
}

/// Who asks; fails with `SignedOut`. The middleware has checked the cookie before the request came here.
pub fn signed_in() -> Result<Authenticated, ApiError> {
    use_context::<Option<Authenticated>>().flatten().ok_or(ApiError::from(Error::SignedOut))
}
