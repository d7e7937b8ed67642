//! What every request passes through: who asks, and headers that protect the browser.

use crate::router::App;
use app::{error::ApiError, identity::cookie};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::Error;
use server::identity;

/// Finds the sign-in of the cookie and puts it into the request's extensions. Files need none; those of messages have
/// addresses that only signed-in people are shown.
pub(crate) async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/pkg/") || path.starts_with("/vendor/") || path.starts_with("/media/") || path == "/health" {
        return next.run(request).await;
    }
    if let Some(token) = cookie::token(&app.server.config, request.headers()) {
        match identity::authenticate(&app.server, &token).await {
            Ok(Some(authenticated)) => {
                request.extensions_mut().insert(authenticated);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "sign-ins cannot be read");
                return (StatusCode::SERVICE_UNAVAILABLE, Body::empty()).into_response();
            }
        }
    }
    if request.extensions().get::<identity::Authenticated>().is_none() && is_closed(request.uri().path()) {
        return signed_out(request.headers());
    }
    next.run(request).await
}

/// What anybody may ask without a sign-in; everything else that a server function answers is closed by default.
const OPEN: [&str; 5] = [
    "/api/app/identity/api/sign_in",
    "/api/app/identity/api/sign_up",
    // Without a sign-in it does nothing, and a stale page must not fail.
    "/api/app/identity/api/sign_out",
    // The sign-in page has its language and theme, too.
    "/api/app/layout/preference/choose_language",
    "/api/app/layout/preference/choose_theme",
];

fn is_closed(path: &str) -> bool {
    path.starts_with("/api/") && !OPEN.contains(&path)
}

/// The page's code reads the error; a form without JavaScript is taken to the sign-in page.
fn signed_out(headers: &axum::http::HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        return axum::response::Redirect::to("/sign-in").into_response();
    }
    let error = ApiError::from(Error::SignedOut);
    (StatusCode::UNAUTHORIZED, axum::Json(error)).into_response()
}

/// Server functions answer every error with 500, and say in the body which it was: a refusal gets the status it
/// deserves, so that logs, proxies and other programs can tell a mistake in a form from a fault of ours.
pub(crate) async fn refusal_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR || !response.headers().contains_key("serverfnerror") {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, REFUSAL_LIMIT).await else {
        return (parts.status, Body::empty()).into_response();
    };
    if let Ok(ApiError::Domain(error)) = serde_json::from_slice(&body) {
        parts.status = status_of(&error);
    }
    Response::from_parts(parts, Body::from(body))
}

/// An error in bytes of JSON: a few hundred, however many fields were wrong.
const REFUSAL_LIMIT: usize = 64 * 1024;

fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::SignedOut => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) | Error::NotOperator => StatusCode::FORBIDDEN,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Refused(_) => StatusCode::CONFLICT,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Headers on every answer; pages add their content security policy.
pub(crate) async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_file = request.uri().path().starts_with("/pkg/") || request.uri().path().starts_with("/vendor/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    set(header::HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // Pages show what only this person may see; files are asked about every time, which costs a 304.
    set(header::CACHE_CONTROL, if is_file { "no-cache" } else { "no-store" });
    if app.server.config.is_https() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}
