//! A file, or the part of it that was asked for, as an answer over HTTP.

use std::io::{self, SeekFrom};

use axum::body::Body;
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::store::Contents;

/// What a `Range` asks for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// From the first to the last byte, both included.
    Bytes(u64, u64),
    /// Nothing that exists.
    Nothing,
}

impl Part {
    /// What is asked for of a file with `size` bytes. What is not understood, and several parts at once, count as all.
    fn asked(headers: &HeaderMap, size: u64) -> Self {
        let range = headers.get(RANGE).and_then(|range| range.to_str().ok()).and_then(|it| it.strip_prefix("bytes="));
        let Some((first, last)) = range.and_then(|range| range.trim().split_once('-')) else { return Self::Whole };
        match (first.parse::<u64>(), last.parse::<u64>(), first.is_empty(), last.is_empty()) {
            (Ok(first), Ok(last), ..) if first <= last && first < size => Self::Bytes(first, last.min(size - 1)),
            (Ok(first), _, _, true) if first < size => Self::Bytes(first, size - 1),
            (_, Ok(tail), true, _) if tail > 0 && size > 0 => Self::Bytes(size - tail.min(size), size - 1),
            (Ok(first), Ok(last), ..) if first > last => Self::Whole,
            (Ok(_), Ok(_), ..) | (Ok(_), _, _, true) | (_, Ok(_), true, _) => Self::Nothing,
            _ => Self::Whole,
        }
    }
}

/// Answers with what was asked for of a file that has `size` bytes.
pub async fn answer(headers: &HeaderMap, contents: Contents, size: u64) -> io::Result<Response> {
    let (status, first, length) = match Part::asked(headers, size) {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Bytes(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Nothing => {
            let range = [(CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
    };
    let mut response = (status, body(contents, first, length).await?).into_response();
    let headers = response.headers_mut();
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(CONTENT_LENGTH, length.into());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{size}", first + length - 1);
        headers.insert(CONTENT_RANGE, HeaderValue::from_str(&range).expect("digits and signs"));
    }
    Ok(response)
}

async fn body(contents: Contents, first: u64, length: u64) -> io::Result<Body> {
    match contents {
        Contents::Memory(bytes) => {
            let out_of_range = || io::Error::from(io::ErrorKind::UnexpectedEof);
            let at = |place: u64| usize::try_from(place).ok().filter(|at| *at <= bytes.len()).ok_or_else(out_of_range);
            Ok(Body::from(bytes.slice(at(first)?..at(first + length)?)))
        }
        Contents::Disk(path) => {
            let mut file = tokio::fs::File::open(path).await?;
            file.seek(SeekFrom::Start(first)).await?;
            Ok(Body::from_stream(ReaderStream::new(file.take(length))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_understood() {
        let asked = |range: &str, size| Part::asked(&HeaderMap::from_iter([(RANGE, range.parse().unwrap())]), size);
        assert_eq!(Part::asked(&HeaderMap::new(), 10), Part::Whole);
        assert_eq!(asked("bytes=0-3", 10), Part::Bytes(0, 3));
        assert_eq!(asked("bytes=4-", 10), Part::Bytes(4, 9));
        assert_eq!(asked("bytes=4-99", 10), Part::Bytes(4, 9));
        assert_eq!(asked("bytes=-3", 10), Part::Bytes(7, 9));
        assert_eq!(asked("bytes=-30", 10), Part::Bytes(0, 9));
        for nothing in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(asked(nothing, 10), Part::Nothing, "{nothing}");
        }
        assert_eq!(asked("bytes=0-", 0), Part::Nothing);
        for whole in ["bytes=3-1", "bytes=0-1,3-4", "lines=0-1", "bytes=-", "bytes=a-b", "bytes"] {
            assert_eq!(asked(whole, 10), Part::Whole, "{whole}");
        }
    }
}
