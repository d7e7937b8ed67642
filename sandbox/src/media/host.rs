//! The media host: uploads and downloads over HTTP, on the sandbox's own listener.
//!
//! A client uploads to `/mms/{type}/{token}` and downloads from a message's `direct_path`; where, it asks for by
//! `media_conn`.

use std::io;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::upload::{NotTaken, Progress, Upload};
use super::{Absence, Link, Token, pass, range};
use crate::address::Phone;
use crate::control::Control;
use crate::control::error::{Answer, Refusal};
use crate::control::fields::Query;
use crate::world::fault::FaultKind;

/// What may be uploaded, as the address names it.
const TYPES: [&str; 9] = [
    "image",
    "video",
    "audio",
    "document",
    "md-msg-hist",
    "md-app-state",
    "sticker-pack",
    "thumbnail-sticker-pack",
    "thumbnail-link",
];

/// How much of a refused upload is heard out, in bytes.
const MOST_HEARD: u64 = 256 * 1024 * 1024;

/// The answer to an upload, or to the question how far it came.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Uploaded {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_path: Option<String>,
    /// `complete`, or how many bytes have come.
    #[serde(skip_serializing_if = "Option::is_none")]
    resume: Option<String>,
}

/// The host's routes.
pub(crate) fn router() -> Router<Control> {
    Router::new().route("/mms/{type}/{token}", post(upload)).route("/v/{token}/{edition}", get(download))
}

async fn upload(
    State(control): State<Control>,
    Path((kind, token)): Path<(String, String)>,
    mut query: Query,
    headers: HeaderMap,
    body: Body,
) -> Answer<Json<Uploaded>> {
    let media = &control.world.media;
    if !TYPES.contains(&kind.as_str()) {
        return Err(Refusal::not_found(format!("nothing of the type {kind:?} is kept here")));
    }
    let account = account(&control, &mut query)?.ok_or_else(unauthorized)?;
    let token: Token = token.parse().map_err(|error| bad(format!("token: {error}")))?;
    let now = control.world.clock.now_ms();
    if query.parsed::<u8>("resume", "must be 1")? == Some(1) {
        return Ok(Json(match media.progress(token, now) {
            Progress::Complete(link) => Uploaded { resume: Some("complete".into()), ..found(&headers, link) },
            Progress::Begun(bytes) => Uploaded { resume: Some(bytes.to_string()), ..Uploaded::default() },
        }));
    }
    let offset = query.parsed("file_offset", "must be a number of bytes")?.unwrap_or(0);
    let mut pieces = body.into_data_stream();
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let most = media.limits.file_bytes;
    let begun = match refused(&control, account) {
        Some(refusal) => Err(refusal),
        None if announced.is_some_and(|length| length > most) => Err(NotTaken::TooLarge(most).into()),
        None => media.begin(token, offset).map_err(Refusal::from),
    };
    let taken = match begun {
        Ok(upload) => receive(upload, &mut pieces, now).await.map_err(Refusal::from),
        Err(refusal) => Err(refusal),
    };
    if taken.is_err() {
        drain(pieces).await;
    }
    Ok(Json(found(&headers, taken?)))
}

/// A `media_refused` fault.
fn refused(control: &Control, account: Phone) -> Option<Refusal> {
    let world = &control.world;
    let fault = world.faults.strike_media(FaultKind::MediaRefused, Some(account), None, &world.random)?;
    let status = fault.code.and_then(|code| StatusCode::from_u16(code.try_into().ok()?).ok());
    Some(Refusal::new(status.unwrap_or(StatusCode::INSUFFICIENT_STORAGE), "the media host refuses uploads"))
}

/// Takes in what comes. A line that breaks leaves what came, to be gone on with.
async fn receive(mut upload: Upload, pieces: &mut BodyDataStream, now: i64) -> Result<Link, NotTaken> {
    while let Some(piece) = pieces.next().await {
        upload.write(&piece.map_err(io::Error::other)?)?;
    }
    upload.finish(now)
}

/// Lets a refused client finish what it is saying, within reason, or it would not hear the refusal.
async fn drain(mut pieces: BodyDataStream) {
    let mut left = MOST_HEARD;
    while let Some(Ok(piece)) = pieces.next().await {
        match left.checked_sub(piece.len() as u64) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

async fn download(
    State(control): State<Control>,
    Path((token, edition)): Path<(String, String)>,
    mut query: Query,
    headers: HeaderMap,
) -> Answer<Response> {
    let account = account(&control, &mut query)?;
    let link: Link = format!("/v/{token}/{edition}").parse().map_err(|_| Refusal::from(Absence::Unknown))?;
    let (contents, size) = control.world.find_file(link, account, None)?;
    let answer = range::answer(&headers, contents, size).await;
    let mut response = answer.map_err(|error| Refusal::from(NotTaken::Io(error)))?;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Ok(response)
}

/// Whose `auth` came along; a wrong one is refused, none is nobody's: who knows a file's address may have it.
fn account(control: &Control, query: &mut Query) -> Answer<Option<Phone>> {
    let auth = query.parsed::<String>("auth", "must be text")?;
    let holder = |auth: String| pass::holder(&control.world.realm(), &auth).ok_or_else(unauthorized);
    let holder = auth.map(holder).transpose()?;
    match holder {
        Some(phone) if control.world.account(phone).is_none() => Err(unauthorized()),
        holder => Ok(holder),
    }
}

fn found(headers: &HeaderMap, link: Link) -> Uploaded {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    Uploaded { url: Some(format!("https://{host}{link}")), direct_path: Some(link.to_string()), ..Uploaded::default() }
}

fn unauthorized() -> Refusal {
    Refusal::new(StatusCode::UNAUTHORIZED, "auth: ask for media_conn again")
}

fn bad(error: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, error)
}

impl From<Absence> for Refusal {
    fn from(absence: Absence) -> Self {
        let status = match absence {
            Absence::Unknown => StatusCode::NOT_FOUND,
            Absence::Gone => StatusCode::GONE,
        };
        Self::new(status, absence.to_string())
    }
}

impl From<NotTaken> for Refusal {
    fn from(error: NotTaken) -> Self {
        let status = match error {
            NotTaken::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            NotTaken::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
            NotTaken::OtherHash => StatusCode::BAD_REQUEST,
            NotTaken::OtherOffset(_) | NotTaken::OtherWorld => StatusCode::CONFLICT,
            NotTaken::Io(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}
