//! Files for browsers and programs: what type they are told to be, and what a browser may do with them.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

use super::Control;
use super::error::{Answer, Refusal};
use crate::media::store::Contents;
use crate::media::{File, MediaKind, phone, range};

const UNKNOWN: &str = "application/octet-stream";
/// What a browser would run or draw with scripts; the type is not told then.
const ACTIVE: [&str; 4] = ["html", "xml", "svg", "script"];

/// Answers with a file that a phone has.
pub(super) async fn answer(control: &Control, headers: &HeaderMap, file: File) -> Answer<Response> {
    let world = control.world.clone();
    let broken = |error: &dyn std::fmt::Display| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    let opened = tokio::task::spawn_blocking(move || (phone::open(&world, &file), file)).await;
    let (bytes, file) = opened.map_err(|error| broken(&error))?;
    let bytes = bytes.map_err(|error| broken(&error))?;
    let size = bytes.len() as u64;
    let answered = range::answer(headers, Contents::Memory(bytes.into()), size).await;
    let mut response = answered.map_err(|error| broken(&error))?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type(&file));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if !is_shown(&file) {
        headers.insert(CONTENT_DISPOSITION, attachment(&file));
    }
    Ok(response)
}

/// The type of a file that came without one.
pub(super) fn usual_type(kind: MediaKind, bytes: &[u8]) -> &'static str {
    match kind {
        MediaKind::Image if bytes.starts_with(b"\x89PNG") => "image/png",
        MediaKind::Image if bytes.starts_with(b"GIF8") => "image/gif",
        MediaKind::Image if bytes.starts_with(b"RIFF") => "image/webp",
        MediaKind::Image => "image/jpeg",
        MediaKind::Video => "video/mp4",
        MediaKind::Audio => "audio/mpeg",
        MediaKind::Voice => "audio/ogg; codecs=opus",
        MediaKind::Sticker => "image/webp",
        MediaKind::Document => UNKNOWN,
    }
}

/// Pictures, films and sounds are shown in place; anything else, whatever it says it is, is saved.
fn is_shown(file: &File) -> bool {
    let shown = ["image/", "video/", "audio/"].iter().any(|kind| file.mime.starts_with(kind));
    file.kind != MediaKind::Document && shown && !is_active(&file.mime)
}

fn is_active(mime: &str) -> bool {
    let mime = mime.to_ascii_lowercase();
    ACTIVE.iter().any(|word| mime.contains(word))
}

fn content_type(file: &File) -> HeaderValue {
    let told = Some(&file.mime).filter(|mime| mime.contains('/') && !is_active(mime));
    let told = told.and_then(|mime| HeaderValue::from_str(mime).ok());
    told.unwrap_or_else(|| HeaderValue::from_static(UNKNOWN))
}

fn attachment(file: &File) -> HeaderValue {
    let name = file.name.as_deref().unwrap_or(file.kind.name());
    let mut told = "attachment; filename*=UTF-8''".to_owned();
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => told.push(byte.into()),
            _ => told += &format!("%{byte:02X}"),
        }
    }
    HeaderValue::from_str(&told).expect("only letters, digits and signs")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Blob;

    fn file(kind: MediaKind, mime: &str, name: Option<&str>) -> File {
        let empty = || Blob(Vec::new());
        File {
            kind,
            mime: mime.into(),
            name: name.map(Into::into),
            size: 0,
            sha256: empty(),
            enc_sha256: empty(),
            key: empty(),
            key_at_secs: 0,
            direct_path: String::new(),
        }
    }

    #[test]
    fn nothing_that_could_run_is_shown() {
        for mime in
            ["text/html", "TEXT/HTML; charset=utf-8", "image/svg+xml", "application/xhtml+xml", "text/javascript"]
        {
            for kind in [MediaKind::Image, MediaKind::Document] {
                let file = file(kind, mime, None);
                assert_eq!(
                    (content_type(&file), is_shown(&file)),
                    (HeaderValue::from_static(UNKNOWN), false),
                    "{mime}"
                );
            }
        }
        for mime in ["", "image", "image/png\nX: y"] {
            assert_eq!(content_type(&file(MediaKind::Image, mime, None)), UNKNOWN, "{mime}");
        }
        let picture = file(MediaKind::Image, "image/png", None);
        assert!(is_shown(&picture) && content_type(&picture) == "image/png");
        assert!(!is_shown(&file(MediaKind::Document, "image/png", None)));
    }

    #[test]
    fn names_of_documents_stay_within_their_header() {
        let named = |name| attachment(&file(MediaKind::Document, UNKNOWN, Some(name)));
        assert_eq!(named("harga \"baru\".pdf"), "attachment; filename*=UTF-8''harga%20%22baru%22.pdf");
        assert_eq!(named("a\r\nb"), "attachment; filename*=UTF-8''a%0D%0Ab");
    }
}
