//! Files that messages carry: pictures, videos, sound, documents.

use crate::{Lang, message::MessageKind, status::status};
use serde::{Deserialize, Serialize};

const MIB: u64 = 1024 * 1024;

/// Largest file that somebody of the team may send, in bytes.
pub const MAX_SENT_BYTES: u64 = 32 * MIB;
/// Largest picture that may be sent as one, in bytes. Larger ones go as documents.
pub const MAX_PICTURE_BYTES: u64 = 16 * MIB;
/// Largest file that is fetched from the network, in bytes.
pub const MAX_RECEIVED_BYTES: u64 = 100 * MIB;

status! {
    /// Why a file that somebody sent is not here.
    MediaProblem {
        /// The network has it no longer, and the sender's phone did not give it again.
        Expired => "expired",
        TooLarge => "too_large",
        /// What came is not what was sent.
        Damaged => "damaged",
        /// The network could not be asked, for days.
        Unreachable => "unreachable",
        /// It is of the time before the number was linked, and nobody wanted it yet.
        Earlier => "earlier",
    }
}

/// A file of a message, as the thread shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// As the sender called it; empty when it has no name.
    pub name: String,
    pub bytes: Option<u64>,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    pub seconds: Option<u32>,
    pub file: MediaFile,
}

/// Where the file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaFile {
    /// Being fetched from the network.
    Waiting,
    Here {
        /// Address for a browser. It ends; a page that is loaded again gets another.
        link: String,
        /// Address of a smaller picture of it.
        preview: Option<String>,
        /// A browser can show or play it. What it cannot is for downloading.
        plays: bool,
    },
    Missing {
        problem: MediaProblem,
        /// It can be tried again.
        again: bool,
    },
}

impl MessageKind {
    /// Whether messages of this kind carry a file.
    pub fn has_file(self) -> bool {
        use MessageKind::{Audio, Document, Image, Sticker, Video, Voice};
        matches!(self, Image | Video | Audio | Voice | Document | Sticker)
    }
}

/// How the name of a file of this type ends; `bin` for what nobody asks for.
pub fn extension(mime: &str) -> &'static str {
    match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "video/mp4" => "mp4",
        "video/3gpp" => "3gp",
        "video/webm" => "webm",
        "audio/ogg" => "ogg",
        "audio/mpeg" => "mp3",
        "audio/mp4" | "audio/m4a" => "m4a",
        "audio/aac" => "aac",
        "audio/wav" | "audio/x-wav" => "wav",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "pptx",
        "text/plain" => "txt",
        _ => "bin",
    }
}

impl MediaProblem {
    /// The reason in words.
    pub fn message(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Expired, Lang::Id) => "Berkas ini sudah tidak ada di WhatsApp",
            (Self::Expired, Lang::En) => "WhatsApp no longer has this file",
            (Self::TooLarge, Lang::Id) => "Berkas ini lebih besar dari 100 MB; buka di ponsel",
            (Self::TooLarge, Lang::En) => "This file is larger than 100 MB; open it on the phone",
            (Self::Damaged, Lang::Id) => "Berkas ini rusak di perjalanan",
            (Self::Damaged, Lang::En) => "This file was damaged on its way",
            (Self::Unreachable, Lang::Id) => "Berkas ini tidak bisa diambil dari WhatsApp",
            (Self::Unreachable, Lang::En) => "This file could not be fetched from WhatsApp",
            (Self::Earlier, Lang::Id) => "Berkas dari riwayat ponsel, belum diambil",
            (Self::Earlier, Lang::En) => "A file from the phone's history, not fetched yet",
        }
    }
}

/// A file name without what a file system or a header could misread: no folders, no control characters, 120 characters.
pub fn tidy_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // Characters that turn the direction of writing can make "gpj.exe" look like a picture.
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let kept: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let kept = kept.trim_end().trim_start_matches(|c: char| c == '.' || c.is_whitespace());
    let length = kept.chars().count();
    if length <= NAME_MAX {
        return kept.to_owned();
    }
    // The ending says what it is.
    let ending = kept.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= 10);
    let kept: String = kept.chars().take(NAME_MAX - ending.map_or(0, |ending| ending.chars().count() + 1)).collect();
    ending.map_or(kept.trim_end().to_owned(), |ending| format!("{kept}.{ending}"))
}

/// A name as it stands in an address or a header.
pub fn percent_encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Characters of a file name that are kept.
const NAME_MAX: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_only_a_name() {
        assert_eq!(tidy_name("../../etc/passwd"), "passwd");
        assert_eq!(tidy_name("C:\\Users\\toko\\harga.pdf"), "harga.pdf");
        assert_eq!(tidy_name(" daftar\r\nharga\u{0}.xlsx "), "daftarharga.xlsx");
        assert_eq!(tidy_name("foto\u{202e}gpj.exe"), "fotogpj.exe");
        assert_eq!(tidy_name(".."), "");
        assert_eq!(tidy_name(".env"), "env");
        assert_eq!(tidy_name(". .env"), "env");
    }

    #[test]
    fn a_name_in_an_address_is_only_a_name() {
        assert_eq!(percent_encoded("daftar harga&x=1\r\n.pdf"), "daftar%20harga%26x%3D1%0D%0A.pdf");
        assert_eq!(percent_encoded("é"), "%C3%A9");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = tidy_name(&format!("{}.pdf", "a".repeat(300)));
        assert_eq!(name.chars().count(), NAME_MAX);
        assert!(name.ends_with("a.pdf"), "{name}");
        assert_eq!(tidy_name(&"é".repeat(300)).chars().count(), NAME_MAX);
    }
}
