//! What was typed into a form survives its refusal without JavaScript. Such a form is answered with a redirect back to its
//! page, with the error in the address; a cookie of one minute carries the fields. A cookie, not memory: with several
//! processes any of them may be asked for the page.

use crate::router::App;
use app::ui::typed::Typed;
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use server::config::Config;
use std::io::{Read as _, Write as _};

/// A form with more bytes than this is of a kind that nobody types: it passes by.
const FORM_LIMIT: usize = 64 * 1024;

/// Browsers take 4,096 bytes with the name and the attributes.
const COOKIE_LIMIT: usize = 3_800;

/// Gives the fields of a refused form to the browser.
pub(crate) async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    if !is_plain_form(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(form) = to_bytes(body, FORM_LIMIT).await else {
        return (StatusCode::BAD_REQUEST, Body::empty()).into_response();
    };
    let mut response = next.run(Request::from_parts(parts, Body::from(form.clone()))).await;
    if is_refusal(response.headers())
        && let Some(cookie) = cookie(&app.server.config, &form)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The fields that the page of this request shall show again.
pub(crate) fn of(config: &Config, parts: &Parts) -> Option<Typed> {
    if !parts.uri.query()?.contains("__err=") {
        return None;
    }
    let jar = CookieJar::from_headers(&parts.headers);
    let packed = URL_SAFE_NO_PAD.decode(jar.get(name(config))?.value()).ok()?;
    let mut form = Vec::new();
    DeflateDecoder::new(packed.as_slice()).take(FORM_LIMIT as u64).read_to_end(&mut form).ok()?;
    Some(Typed(form_urlencoded::parse(&form).into_owned().collect()))
}

/// A form sent by the browser itself, and short enough.
fn is_plain_form(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    text(header::ACCEPT).contains("text/html")
        && text(header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded")
        && text(header::CONTENT_LENGTH).parse().is_ok_and(|length: usize| length <= FORM_LIMIT)
}

/// Leptos answers a refused form with the way back and the error in it.
fn is_refusal(headers: &HeaderMap) -> bool {
    headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).is_some_and(|to| to.contains("__err="))
}

/// The cookie with all that was typed but passwords. If it is too much, the longest texts stay behind.
fn cookie(config: &Config, form: &[u8]) -> Option<HeaderValue> {
    let mut fields: Vec<(String, String)> =
        form_urlencoded::parse(form).into_owned().filter(|(name, _)| !name.contains("password")).collect();
    fields.sort_by_key(|(_, text)| text.len());
    let packed = loop {
        let packed = URL_SAFE_NO_PAD.encode(pack(&fields)?);
        if packed.len() <= COOKIE_LIMIT {
            break packed;
        }
        fields.pop();
    };
    let secure = if config.is_https() { "; Secure" } else { "" };
    let cookie = format!("{}={packed}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict{secure}", name(config));
    HeaderValue::from_str(&cookie).ok()
}

fn pack(fields: &[(String, String)]) -> Option<Vec<u8>> {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(form.as_bytes()).ok()?;
    packed.finish().ok()
}

fn name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-sapa-typed" } else { "sapa-typed" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;
    use std::collections::HashMap;

    /// What the next page is given, when `form` was refused.
    fn shown_again(form: &[(&str, &str)]) -> HashMap<String, String> {
        let config = Config::load(None, std::iter::empty()).expect("defaults");
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let cookie = cookie(&config, form.as_bytes()).expect("a cookie");
        assert!(cookie.len() <= 4_096, "browsers drop a cookie of {} bytes", cookie.len());
        let pair = cookie.to_str().expect("text").split(';').next().expect("a pair").to_owned();
        let request = Request::builder().uri("/sign-in?__err=e&__path=p").header(header::COOKIE, pair);
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        of(&config, &parts).expect("what was typed").0
    }

    #[test]
    fn all_is_shown_again_but_the_password() {
        let typed = shown_again(&[("email", "sari@example.com"), ("password", "hunter2"), ("next", "/a?b=c&d")]);
        let wanted = [("email", "sari@example.com"), ("next", "/a?b=c&d")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(typed, HashMap::from(wanted));
    }

    #[test]
    fn what_fits_no_cookie_stays_behind_and_takes_nothing_with_it() {
        // Hashes do not get shorter by packing.
        let noise: String =
            (0..400u32).map(|n| URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(n.to_be_bytes()))).collect();
        let typed = shown_again(&[("message", &noise), ("name", "Promo November")]);
        assert_eq!(typed, HashMap::from([("name".to_owned(), "Promo November".to_owned())]));
    }

    #[test]
    fn a_page_that_follows_no_refusal_is_as_it_always_is() {
        let config = Config::load(None, std::iter::empty()).expect("defaults");
        let request = Request::builder().uri("/sign-in?next=/").header(header::COOKIE, "sapa-typed=AAAA");
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        assert!(of(&config, &parts).is_none());
    }
}
