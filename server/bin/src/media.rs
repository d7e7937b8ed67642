//! `GET /media/{address}`: a file of a message, for whoever has its address.

use crate::router::App;
use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::media::{percent_encoded, tidy_name};
use http_range_header::parse_range_header;
use server::media::{self, Link};
use std::ops::RangeInclusive;

/// Nothing in a file runs, whatever it is.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
/// An address is always the same file.
const KEEP: &str = "private, max-age=21600, immutable";

#[derive(serde::Deserialize)]
pub(crate) struct Asked {
    /// What the file is called when it is saved.
    #[serde(default)]
    name: String,
}

/// 404 also for an address that has ended: a page that is loaded again has another.
pub(crate) async fn file(
    State(app): State<App>,
    Path(address): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let Some(link) = Link::read(&address, &app.server.signer, app.server.now()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match answer(&app, &link, &asked, &headers).await {
        Ok(response) => response,
        Err(error) => match domain::Error::from(error) {
            domain::Error::NotFound => StatusCode::NOT_FOUND.into_response(),
            _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
    }
}

async fn answer(app: &App, link: &Link, asked: &Asked, headers: &HeaderMap) -> server::Result<Response> {
    let found = media::find(&app.server, link).await?;
    let range = match wanted_range(headers, found.bytes) {
        Ok(range) => range,
        Err(()) => {
            let all = format!("bytes */{}", found.bytes.unwrap_or_default());
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, all)]).into_response());
        }
    };
    let content = media::read(&app.server, link, range.as_ref().map(|range| *range.start()..range.end() + 1)).await?;
    let mut response = Body::from_stream(content).into_response();
    let out = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, if media::plays(&found.mime) { &found.mime } else { "application/octet-stream" });
    set(header::CONTENT_DISPOSITION, &disposition(&found.mime, &asked.name));
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::CACHE_CONTROL, KEEP);
    let Some(bytes) = found.bytes else { return Ok(response) };
    set(header::ACCEPT_RANGES, "bytes");
    match range {
        Some(range) => {
            set(header::CONTENT_RANGE, &format!("bytes {}-{}/{bytes}", range.start(), range.end()));
            set(header::CONTENT_LENGTH, &(range.end() + 1 - range.start()).to_string());
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        None => set(header::CONTENT_LENGTH, &bytes.to_string()),
    }
    Ok(response)
}

/// Players ask for one range; whoever asks for several, or for none that can be read, gets the whole file.
fn wanted_range(headers: &HeaderMap, bytes: Option<u64>) -> Result<Option<RangeInclusive<u64>>, ()> {
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (Some(asked), Some(bytes)) = (asked, bytes) else { return Ok(None) };
    let Ok(ranges) = parse_range_header(asked) else { return Ok(None) };
    let ranges = ranges.validate(bytes).map_err(|_| ())?;
    Ok(<[_; 1]>::try_from(ranges).ok().map(|[range]| range))
}

/// What a browser can show is shown, all else is saved.
fn disposition(mime: &str, name: &str) -> String {
    let how = if media::plays(mime) { "inline" } else { "attachment" };
    let name = percent_encoded(&tidy_name(name));
    if name.is_empty() { how.to_owned() } else { format!("{how}; filename*=UTF-8''{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(disposition("image/png", ""), "inline");
        assert_eq!(
            disposition("application/pdf", "../daftar harga\r\nX: 1\".pdf"),
            "attachment; filename*=UTF-8''daftar%20hargaX%3A%201%22.pdf"
        );
    }

    #[test]
    fn one_range_is_a_range() {
        let range = |asked: &str| {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(asked).expect("a header"))]);
            wanted_range(&headers, Some(100))
        };
        assert_eq!(range("bytes=0-9"), Ok(Some(0..=9)));
        assert_eq!(range("bytes=90-"), Ok(Some(90..=99)));
        assert_eq!(range("bytes=-10"), Ok(Some(90..=99)));
        assert_eq!(range("bytes=0-9,20-29"), Ok(None));
        assert_eq!(range("cats=0-9"), Ok(None));
        assert_eq!(range("bytes=100-"), Err(()));
        assert_eq!(wanted_range(&HeaderMap::new(), Some(100)), Ok(None));
    }
}
