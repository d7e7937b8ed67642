//! From bytes to text: which encoding a file is in, and whether it is text at all.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The file as text; `None` when it is not a text file (a picture, a PDF, a spreadsheet program's own format).
///
/// A byte-order mark decides; then zero bytes betray UTF-16; then UTF-8 if it is valid; what remains is what Excel writes
/// on Windows in Indonesia and in the West.
pub fn decode(bytes: &[u8]) -> Option<String> {
    if is_binary(bytes) {
        return None;
    }
    let (encoding, skip) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None => (utf16_without_mark(bytes).unwrap_or(UTF_8), 0),
    };
    let bytes = &bytes[skip..];
    if encoding == UTF_8 {
        return Some(match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        });
    }
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

/// Known beginnings of files that are not text, and bytes that text does not have. A lone zero byte is tolerated: it
/// occurs in exports that are otherwise fine.
fn is_binary(bytes: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"%PDF",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"\x1f\x8b",
        b"\x7fELF",
        b"MZ\x90",
        b"RIFF",
    ];
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        return true;
    }
    if Encoding::for_bom(bytes).is_some() || utf16_without_mark(bytes).is_some() {
        return false;
    }
    let start = &bytes[..bytes.len().min(8192)];
    let control = start.iter().filter(|b| matches!(b, 0..=8 | 14..=31 | 127)).count();
    control > 2 && control * 50 > start.len()
}

/// Text of mostly Latin letters has a zero in every second byte: in odd places when little-endian.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(8192) & !1];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), start.len() / 2);
    match pairs {
        0..4 => None,
        _ if odd * 10 > pairs * 6 && even * 10 < pairs => Some(UTF_16LE),
        _ if even * 10 > pairs * 6 && odd * 10 < pairs => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_in_five_encodings_is_one_text() {
        let text = "Nama;No. HP\nDewi Café;0812\n";
        let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
        let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let windows_1252: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            with_mark(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
            with_mark(b"\xff\xfe", utf16(u16::to_le_bytes)),
            with_mark(b"\xfe\xff", utf16(u16::to_be_bytes)),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            windows_1252,
        ] {
            assert_eq!(decode(&bytes).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_not_text_is_refused() {
        assert_eq!(decode(b"PK\x03\x04 a workbook"), None);
        assert_eq!(decode(b"\x89PNG\r\n"), None);
        assert_eq!(decode(&(0..=255).cycle().take(4000).collect::<Vec<u8>>()), None);
        assert!(decode(b"phone,name\n0812,nul\0here\n").is_some(), "a stray zero byte is not a reason");
    }
}
