//! The cookie of a sign-in. On https it has the `__Host-` prefix, so no other site or subdomain can set it.

use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use server::{Server, config::Config};

/// As long as a sign-in can live; the server ends it earlier when it is not used.
const AGE_S: u32 = 60 * 86_400;

/// The token a request carries, if any. For the middleware that authenticates.
pub fn token(config: &Config, headers: &HeaderMap) -> Option<String> {
    let jar = axum_extra::extract::CookieJar::from_headers(headers);
    jar.get(name(config)).map(|cookie| cookie.value().to_owned())
}

/// Gives the token to the browser, with the answer to this request.
pub fn set(server: &Server, token: &str) {
    append(&server.config, token, AGE_S);
}

/// Takes it back.
pub fn clear(server: &Server) {
    append(&server.config, "", 0);
}

fn append(config: &Config, token: &str, age_s: u32) {
    let Some(response) = use_context::<leptos_axum::ResponseOptions>() else { return };
    let secure = if config.is_https() { "; Secure" } else { "" };
    let cookie = format!("{}={token}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{secure}", name(config));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.append_header(header::SET_COOKIE, value);
    }
}

fn name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-sapa" } else { "sapa" }
}
