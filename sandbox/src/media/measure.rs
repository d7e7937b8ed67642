//! What a phone reads off a file before it sends it: how large a picture is, how long a voice note.

/// Whatever could be read off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Measures {
    /// In pixels.
    pub width: Option<u32>,
    pub height: Option<u32>,
    /// How long it plays.
    pub seconds: Option<u32>,
}

/// Opus counts in these, whatever it was recorded with.
const OPUS_SAMPLES_PER_SECOND: u64 = 48_000;

impl Measures {
    /// Reads a PNG, a JPEG or an Ogg file; nothing is known of others.
    pub fn of(file: &[u8]) -> Self {
        let size = png(file).or_else(|| jpeg(file));
        Self { width: size.map(|(width, _)| width), height: size.map(|(_, height)| height), seconds: ogg(file) }
    }
}

fn png(file: &[u8]) -> Option<(u32, u32)> {
    let header = file.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..16)?.strip_prefix(b"IHDR")?;
    let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

/// Goes from segment to segment until one tells the frame.
fn jpeg(file: &[u8]) -> Option<(u32, u32)> {
    let mut rest = file.strip_prefix(b"\xff\xd8")?;
    loop {
        let [0xff, marker, high, low, segment @ ..] = rest else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low])).checked_sub(2)?;
        // The frames, without those markers among them that are tables.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let [_, y1, y0, x1, x0, ..] = segment else { return None };
            return Some((u16::from_be_bytes([*x1, *x0]).into(), u16::from_be_bytes([*y1, *y0]).into()));
        }
        rest = segment.get(length..)?;
    }
}

/// The last page knows at which sample it ends.
fn ogg(file: &[u8]) -> Option<u32> {
    let page = file.windows(4).rposition(|bytes| bytes == b"OggS")?;
    let ends = u64::from_le_bytes(file.get(page + 6..page + 14)?.try_into().ok()?);
    u32::try_from(ends.div_ceil(OPUS_SAMPLES_PER_SECOND)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_and_voice_notes_are_measured() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08";
        assert_eq!(Measures::of(png), Measures { width: Some(640), height: Some(480), seconds: None });
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\x01\xe0\x02\x80\x01";
        assert_eq!(Measures::of(jpeg), Measures { width: Some(640), height: Some(480), seconds: None });
        let ogg = [&b"OggS\0\0\0\0\0\0\0\0\0\0rest OggS\0\x04"[..], &144_000_u64.to_le_bytes(), b"rest"].concat();
        assert_eq!(Measures::of(&ogg).seconds, Some(3));
    }

    #[test]
    fn nothing_is_read_off_rubbish() {
        for rubbish in [
            &b""[..],
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"\xff\xd8\xff\xe0\0\0",
            b"OggS",
            b"\xff\xd8\xff\xc0\0\x0b",
        ] {
            assert_eq!(Measures::of(rubbish), Measures::default(), "{rubbish:?}");
        }
    }
}
