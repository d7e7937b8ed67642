//! What is taken along as files: `GET /numbers/{id}/export`, everything of a number, sent while it is written; `GET
//! /contacts/consent.csv`, who wants no messages.

use crate::router::App;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use domain::{NumberId, Permission};
use futures::{Stream, StreamExt as _, stream};
use server::{Scope, consent, export, identity::Authenticated};
use std::{fmt::Write as _, io};
use tokio_util::io::ReaderStream;

/// Bytes that wait for the reader; beyond it, whoever writes the file waits.
const AHEAD: usize = 64 * 1024;

/// The file, for whoever may delete the number.
pub(crate) async fn number(
    State(app): State<App>,
    authenticated: Option<Extension<Authenticated>>,
    Path(id): Path<String>,
) -> Response {
    let Some(Extension(authenticated)) = authenticated else { return Redirect::to("/sign-in").into_response() };
    match open(&app, &authenticated.scope, &id).await {
        Ok(export) => {
            let headers = headers(&export.name());
            (headers, Body::from_stream(bytes(export, app))).into_response()
        }
        Err(error) => refused(&error).into_response(),
    }
}

/// Who wants no messages, for whoever may import such a list.
pub(crate) async fn opted_out(State(app): State<App>, authenticated: Option<Extension<Authenticated>>) -> Response {
    let Some(Extension(authenticated)) = authenticated else { return Redirect::to("/sign-in").into_response() };
    match list(&app, &authenticated.scope).await {
        Ok(csv) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"opted-out.csv\""),
            ];
            (headers, csv).into_response()
        }
        Err(error) => refused(&error).into_response(),
    }
}

async fn list(app: &App, scope: &Scope) -> Result<Vec<u8>, domain::Error> {
    scope.require(Permission::ContactWrite)?;
    Ok(consent::export(&app.server, scope).await?)
}

async fn open(app: &App, scope: &Scope, id: &str) -> Result<export::Export, domain::Error> {
    scope.require(Permission::NumberWrite)?;
    let id: NumberId = id.parse().map_err(|_| domain::Error::NotFound)?;
    Ok(export::open(&app.server, scope, id).await?)
}

fn refused(error: &domain::Error) -> StatusCode {
    match error {
        domain::Error::NotFound => StatusCode::NOT_FOUND,
        domain::Error::Forbidden(_) => StatusCode::FORBIDDEN,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What is written, as it is written. A file that was not finished ends with an error, so that no browser takes it for
/// whole; so does one that is still being written when the server stops.
fn bytes(export: export::Export, app: App) -> impl Stream<Item = io::Result<Bytes>> {
    let (to, from) = tokio::io::duplex(AHEAD);
    let writing = tokio::spawn(async move {
        tokio::select! {
            written = export.write(to) => written.map_err(|error| error.to_string()),
            () = app.stop.cancelled() => Err("the server stops".to_owned()),
        }
    });
    let end = stream::once(writing).filter_map(|written| async move {
        let error = match written {
            Ok(Ok(())) => return None,
            Ok(Err(error)) => error,
            Err(error) => error.to_string(),
        };
        tracing::info!(error, "an export was not finished");
        Some(Err(io::Error::other(error)))
    });
    ReaderStream::new(from).chain(end)
}

fn headers(name: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    // Nothing but ASCII is in it.
    if let Ok(disposition) = HeaderValue::from_str(&disposition(name)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers
}

/// The name of the file twice: in letters that every program reads, and as people wrote it (RFC 6266, RFC 8187).
fn disposition(name: &str) -> String {
    // What no file system takes, and what would end the header or hide the ending of the name.
    let refused = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%');
    let is_bidi = |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = name.chars().map(|c| if refused(c) || is_bidi(c) { '_' } else { c }).collect();
    let clean = clean.trim_matches(['.', ' ']);
    let plain: String = clean.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut whole = String::new();
    for byte in clean.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            whole.push(char::from(byte));
        } else {
            let _ = write!(whole, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}.zip\"; filename*=UTF-8''{whole}.zip")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_a_file_and_nothing_else() {
        let named = |name| disposition(name);
        assert_eq!(
            named("CS Solo 2026-11-20"),
            "attachment; filename=\"CS Solo 2026-11-20.zip\"; filename*=UTF-8''CS%20Solo%202026-11-20.zip"
        );
        assert_eq!(
            named("Toko \"é\"; x=1\r\nA: b"),
            "attachment; filename=\"Toko ___; x=1__A_ b.zip\"; filename*=UTF-8''Toko%20_%C3%A9_%3B%20x%3D1__A_%20b.zip"
        );
        assert_eq!(
            named("../../etc/passwd"),
            "attachment; filename=\"_.._etc_passwd.zip\"; filename*=UTF-8''_.._etc_passwd.zip"
        );
        assert!(!named("a\u{202e}piz.exe").contains("%E2%80%AE"));
        assert!(named("店 1").is_ascii());
    }
}
