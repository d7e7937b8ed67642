//! What a file is, by its content; and pictures written anew.

use crate::error::Result;
use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgba, RgbaImage,
    codecs::jpeg::JpegEncoder,
    imageops::{FilterType, overlay},
};
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{BufReader, Cursor, Read as _, Seek as _, Write as _},
};

/// Sides of the largest picture that is opened, in pixels.
const SIDE_MAX: u32 = 12_000;
/// Memory that an opened one may take, in bytes: 48 million pixels in 8 bits and three colours.
const MEMORY_MAX: u64 = 144 * 1024 * 1024;
/// Largest file that is tried as a picture, in bytes.
const PICTURE_MAX: u64 = 24 * 1024 * 1024;
/// Longest side of a preview, in pixels.
const PREVIEW_SIDE: u32 = 640;
/// Smaller pictures are their own preview, in bytes.
const PREVIEW_FROM: u64 = 48 * 1024;
const QUALITY: u8 = 90;
const PREVIEW_QUALITY: u8 = 78;
/// What tells the type of a file stands within its first bytes.
const HEAD: usize = 8 * 1024;

/// The type of what is only for saving.
const UNKNOWN: &str = "application/octet-stream";

/// Who gave a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Somebody of the team: it will be sent.
    Team,
    /// Somebody else: it will be shown.
    Network,
}

/// A file that can be kept.
pub(crate) struct Inspected {
    pub file: File,
    /// In hexadecimal.
    pub sha256: String,
    pub mime: String,
    pub bytes: u64,
    /// Width and height, when it is a picture that could be opened.
    pub size: Option<(u32, u32)>,
    /// A smaller JPEG.
    pub preview: Option<Bytes>,
}

/// Reads the whole file; blocks. `spare` is an empty file, for a picture that is written anew.
pub(crate) fn inspect(mut file: File, mut spare: File, origin: Origin) -> Result<Inspected> {
    let bytes = file.metadata()?.len();
    file.rewind()?;
    let mut head = Vec::with_capacity(HEAD);
    (&mut file).take(HEAD as u64).read_to_end(&mut head)?;
    let mut mime = mime_of(&head).to_owned();
    let format = format_of(&mime);
    let picture = match format.filter(|_| bytes <= PICTURE_MAX) {
        Some(format) => open(&mut file, format).map(|picture| (picture, format)),
        None => None,
    };
    let (mut size, mut preview) = (None, None);
    if format.is_some() && picture.is_none() {
        // Nobody shows as a picture what cannot be opened as one.
        mime = UNKNOWN.to_owned();
    }
    if let Some((picture, format)) = picture {
        size = Some((picture.width(), picture.height()));
        if let Some(format) = written_as(&picture, format, origin)
            && let Some(clean) = write(&picture, format, QUALITY)
        {
            spare.write_all(&clean)?;
            (file, mime) = (spare, format.to_mime_type().to_owned());
        }
        preview = preview_of(&picture, file.metadata()?.len());
    }
    let (sha256, bytes) = digest(&mut file)?;
    Ok(Inspected { file, sha256, mime, bytes, size, preview })
}

/// Of pictures that are opened.
fn format_of(mime: &str) -> Option<ImageFormat> {
    match mime {
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/png" => Some(ImageFormat::Png),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// By content. Nothing that a browser would run has a type of its own: it is a file to download.
fn mime_of(head: &[u8]) -> &'static str {
    match infer::get(head).map(|kind| kind.mime_type()) {
        Some("text/html" | "text/xml" | "image/svg+xml" | "application/xhtml+xml") | None => UNKNOWN,
        Some(mime) => mime,
    }
}

/// Upright, as its metadata say it was taken. `None` for what is damaged, or a bomb.
fn open(file: &mut File, format: ImageFormat) -> Option<DynamicImage> {
    file.rewind().ok()?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(SIDE_MAX), Some(SIDE_MAX));
    limits.max_alloc = Some(MEMORY_MAX);
    let mut reader = ImageReader::with_format(BufReader::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    // The limits above bound what a decoder takes besides, not the picture itself.
    if decoder.total_bytes() > MEMORY_MAX {
        return None;
    }
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Some(picture)
}

/// What it is written as anew. A sticker that came is left as it is: it may move.
fn written_as(picture: &DynamicImage, format: ImageFormat, origin: Origin) -> Option<ImageFormat> {
    match (format, origin) {
        (ImageFormat::WebP, Origin::Network) => None,
        (ImageFormat::WebP, Origin::Team) if picture.color().has_alpha() => Some(ImageFormat::Png),
        (ImageFormat::WebP, Origin::Team) => Some(ImageFormat::Jpeg),
        (format, _) => Some(format),
    }
}

fn write(picture: &DynamicImage, format: ImageFormat, quality: u8) -> Option<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.to_rgb8())
            .write_with_encoder(JpegEncoder::new_with_quality(&mut out, quality)),
        _ => picture.write_to(&mut out, format),
    }
    .ok()?;
    Some(out.into_inner())
}

/// A picture cut to its middle square, no larger than `side`, as JPEG. `None` for what is no picture; blocks.
pub(crate) fn square(mut file: File, side: u32) -> Result<Option<Vec<u8>>> {
    if file.metadata()?.len() > PICTURE_MAX {
        return Ok(None);
    }
    file.rewind()?;
    let mut head = Vec::with_capacity(HEAD);
    (&mut file).take(HEAD as u64).read_to_end(&mut head)?;
    let Some(picture) = format_of(mime_of(&head)).and_then(|format| open(&mut file, format)) else { return Ok(None) };
    let least = picture.width().min(picture.height());
    let picture = picture.crop_imm((picture.width() - least) / 2, (picture.height() - least) / 2, least, least);
    let side = least.min(side);
    let small = picture.resize_exact(side, side, FilterType::Lanczos3);
    // JPEG knows nothing that is seen through: a logo stands on white.
    let mut on_white = RgbaImage::from_pixel(side, side, Rgba([u8::MAX; 4]));
    overlay(&mut on_white, &small.to_rgba8(), 0, 0);
    Ok(write(&DynamicImage::ImageRgba8(on_white), ImageFormat::Jpeg, QUALITY))
}

fn preview_of(picture: &DynamicImage, bytes: u64) -> Option<Bytes> {
    if bytes < PREVIEW_FROM || picture.color().has_alpha() {
        return None;
    }
    let longest = picture.width().max(picture.height());
    let small = if longest > PREVIEW_SIDE { picture.thumbnail(PREVIEW_SIDE, PREVIEW_SIDE) } else { picture.clone() };
    let preview = write(&small, ImageFormat::Jpeg, PREVIEW_QUALITY)?;
    ((preview.len() as u64) < bytes).then(|| preview.into())
}

fn digest(file: &mut File) -> Result<(String, u64)> {
    file.rewind()?;
    let mut sha256 = Sha256::new();
    let (mut bytes, mut part) = (0, vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            break;
        }
        sha256.update(&part[..read]);
        bytes += read as u64;
    }
    let hex = sha256.finalize().iter().fold(String::with_capacity(64), |hex, byte| format!("{hex}{byte:02x}"));
    Ok((hex, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn inspect(content: &[u8], origin: Origin) -> Inspected {
        let [mut file, spare] = [(); 2].map(|()| tempfile::tempfile().expect("a scratch file"));
        file.write_all(content).expect("writes");
        super::inspect(file, spare, origin).expect("inspects")
    }

    fn content(mut file: File) -> Vec<u8> {
        let mut content = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut content)).expect("reads");
        content
    }

    /// A JPEG with Exif data: orientation "turned by 90°" and a place.
    fn photo(width: u32, height: u32) -> Vec<u8> {
        let noise = RgbImage::from_fn(width, height, |x, y| Rgb([(x * 7) as u8, (y * 13) as u8, (x * y) as u8]));
        let plain = write(&DynamicImage::ImageRgb8(noise), ImageFormat::Jpeg, 95).expect("writes");
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
        // One entry: tag 0x0112 (orientation), type SHORT, one value, 6.
        exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"-6.2088,106.8456");
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn a_square_is_the_middle_of_a_picture_and_of_nothing_else() {
        let square = |content: &[u8], side| {
            let mut file = tempfile::tempfile().expect("a scratch file");
            file.write_all(content).expect("writes");
            super::square(file, side).expect("reads").map(|square| image::load_from_memory(&square).expect("a picture"))
        };
        let large = square(&photo(900, 600), 640).expect("a square");
        assert_eq!((large.width(), large.height()), (600, 600), "never larger than it was");
        assert_eq!(square(&photo(900, 700), 96).map(|small| (small.width(), small.height())), Some((96, 96)));
        assert!(square(b"%PDF-1.4", 96).is_none() && square(b"", 96).is_none());
        let logo = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0])));
        let logo = square(&write(&logo, ImageFormat::Png, 0).expect("writes"), 96).expect("a square").to_rgb8();
        assert!(logo.pixels().all(|pixel| pixel.0.iter().all(|colour| *colour > 250)), "a logo stands on white");
    }

    #[test]
    fn a_photo_forgets_where_it_was_taken_and_stands_upright() {
        let photo = photo(900, 600);
        let found = inspect(&photo, Origin::Network);
        assert_eq!((found.mime.as_str(), found.size), ("image/jpeg", Some((600, 900))));
        let kept = content(found.file);
        assert_eq!(found.bytes, kept.len() as u64);
        assert!(photo.windows(7).any(|part| part == b"106.845"), "the test has a place");
        assert!(!kept.windows(7).any(|part| part == b"106.845"), "nothing of it is left");
        let preview = image::load_from_memory(&found.preview.expect("a preview")).expect("a picture");
        assert_eq!((preview.width(), preview.height()), (427, 640));
    }

    #[test]
    fn the_same_photo_is_the_same_file() {
        let photo = photo(64, 48);
        let sums = [0, 1].map(|_| inspect(&photo, Origin::Team).sha256);
        assert_eq!(sums[0], sums[1]);
    }

    #[test]
    fn a_picture_that_is_none_is_a_file() {
        let mut damaged = photo(64, 48);
        damaged.truncate(300);
        let found = inspect(&damaged, Origin::Network);
        assert_eq!((found.mime.as_str(), found.size, found.preview), (UNKNOWN, None, None));
        assert_eq!(content(found.file), damaged);
    }

    #[test]
    fn a_bomb_is_not_opened() {
        // 60,000 × 60,000 pixels by its own word, in a file of some bytes.
        let mut bomb = write(&DynamicImage::ImageRgb8(RgbImage::new(8, 8)), ImageFormat::Png, 0).expect("writes");
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let sum = crc(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&sum);
        let found = inspect(&bomb, Origin::Team);
        assert_eq!((found.mime.as_str(), found.size), (UNKNOWN, None));
        // Within the sides, and half a gigabyte of nothing.
        let flat = DynamicImage::ImageRgba8(RgbaImage::new(11_000, 11_000));
        let flat = write(&flat, ImageFormat::Png, 0).expect("writes");
        assert!(flat.len() < 4 * 1024 * 1024, "{} bytes", flat.len());
        assert_eq!(inspect(&flat, Origin::Network).size, None);
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
        })
    }

    #[test]
    fn what_a_browser_would_run_is_a_file_to_download() {
        for hostile in
            ["<html><script>alert(1)</script>", "<?xml version=\"1.0\"?><svg onload='alert(1)'/>", "plain words"]
        {
            let found = inspect(hostile.as_bytes(), Origin::Network);
            assert_eq!(found.mime, "application/octet-stream", "{hostile}");
            assert!(!super::super::plays(&found.mime));
        }
    }

    #[test]
    fn a_sticker_stays_as_it_came_and_is_written_anew_when_it_is_sent() {
        let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(64, 64, Rgba([200, 30, 30, 0])));
        let webp = write(&picture, ImageFormat::WebP, 0).expect("writes");
        let came = inspect(&webp, Origin::Network);
        assert_eq!((came.mime.as_str(), content(came.file)), ("image/webp", webp.clone()));
        let sent = inspect(&webp, Origin::Team);
        assert_eq!((sent.mime.as_str(), sent.size), ("image/png", Some((64, 64))));
    }

    #[test]
    fn an_empty_file_is_one() {
        let found = inspect(b"", Origin::Network);
        assert_eq!((found.bytes, found.mime.as_str()), (0, "application/octet-stream"));
    }
}
