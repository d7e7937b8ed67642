//! How the control API says no.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::dto::ErrorBody;

/// A refused request: a status and, as JSON, `{"error", "field"?}`.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    body: ErrorBody,
}

/// What every handler returns.
pub type Answer<T> = Result<T, Refusal>;

impl Refusal {
    /// A refusal without a field.
    pub fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, body: ErrorBody { error: error.into(), field: None } }
    }

    /// 422: a value that cannot be used, by the name of its field.
    pub fn field(field: impl Into<String>, error: impl std::fmt::Display) -> Self {
        let field = field.into();
        let body = ErrorBody { error: format!("{field}: {error}"), field: Some(field) };
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body }
    }

    /// The field that was refused.
    #[cfg(test)]
    pub fn named_field(&self) -> Option<&str> {
        self.body.field.as_deref()
    }

    /// 404.
    pub fn not_found(error: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error)
    }

    /// 409.
    pub fn conflict(error: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
