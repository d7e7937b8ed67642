//! Files in messages: where the network keeps them and with which key, in its words and in ours.

use anyhow::{Context as _, Result};
use buffa::MessageField;
use domain::{
    media::{MAX_RECEIVED_BYTES, MediaProblem, tidy_name},
    message::MessageKind,
};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    os::unix::fs::FileExt as _,
    sync::Arc,
};
use wa_rs::{
    Client,
    download::{DownloadParams, MediaType},
};
use wacore::{download::DownloadWriter, upload::UploadSource};
use waproto::whatsapp as wa;

/// A file that a message announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Empty when it has none.
    pub name: String,
    pub bytes: Option<u64>,
    pub seconds: Option<u32>,
    pub place: std::result::Result<Place, MediaProblem>,
}

/// Where the network keeps a file, and its key. Not printable: whoever knows it can read the file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub kind: MessageKind,
    pub path: String,
    pub key: [u8; 32],
    pub sha256: [u8; 32],
    pub enc_sha256: [u8; 32],
    pub bytes: u64,
    /// Of a file that we gave.
    #[serde(default)]
    pub given: Option<GivenPlace>,
}

/// What messages say besides about a file that we gave.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenPlace {
    pub url: String,
    pub key_at_secs: i64,
    pub sidecar: Option<Vec<u8>>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({}, {} bytes)", self.kind, self.bytes)
    }
}

/// The file of a message, as far as it has one.
pub(super) fn announced(message: &wa::Message) -> Option<Announced> {
    macro_rules! place {
        ($m:expr, $kind:expr, $seconds:expr, $name:expr) => {{
            let m = $m;
            Announced {
                name: $name,
                bytes: m.file_length,
                seconds: $seconds,
                place: place($kind, &m.direct_path, [&m.media_key, &m.file_sha256, &m.file_enc_sha256], m.file_length),
            }
        }};
    }
    if let Some(m) = message.image_message.as_option() {
        return Some(place!(m, MessageKind::Image, None, String::new()));
    }
    if let Some(m) = message.video_message.as_option() {
        return Some(place!(m, MessageKind::Video, m.seconds, String::new()));
    }
    if let Some(m) = message.audio_message.as_option() {
        return Some(place!(m, MessageKind::Audio, m.seconds, String::new()));
    }
    if let Some(m) = message.document_message.as_option() {
        let name = m.file_name.as_deref().or(m.title.as_deref()).map(tidy_name).unwrap_or_default();
        return Some(place!(m, MessageKind::Document, None, name));
    }
    message.sticker_message.as_option().map(|m| place!(m, MessageKind::Sticker, None, String::new()))
}

/// Checked: the path becomes part of an address, behind a host that the network names.
fn place(
    kind: MessageKind,
    path: &Option<String>,
    [key, sha256, enc_sha256]: [&Option<Vec<u8>>; 3],
    bytes: Option<u64>,
) -> std::result::Result<Place, MediaProblem> {
    let is_path = |path: &&String| path.starts_with('/') && path.len() <= 2_048 && !path.contains(char::is_control);
    let path = path.as_ref().filter(is_path);
    let exactly = |bytes: &Option<Vec<u8>>| <[u8; 32]>::try_from(bytes.as_deref()?).ok();
    let parts = (path, exactly(key), exactly(sha256), exactly(enc_sha256));
    let (Some(path), Some(key), Some(sha256), Some(enc_sha256)) = parts else { return Err(MediaProblem::Damaged) };
    let bytes = bytes.unwrap_or_default();
    if bytes > MAX_RECEIVED_BYTES {
        return Err(MediaProblem::TooLarge);
    }
    Ok(Place { kind, path: path.clone(), key, sha256, enc_sha256, bytes, given: None })
}

fn media_type(kind: MessageKind) -> MediaType {
    match kind {
        MessageKind::Image => MediaType::Image,
        MessageKind::Video => MediaType::Video,
        MessageKind::Audio | MessageKind::Voice => MediaType::Audio,
        MessageKind::Sticker => MediaType::Sticker,
        _ => MediaType::Document,
    }
}

impl Place {
    /// Fetches the file into `file`, decrypted and checked, however large: in parts.
    pub async fn download(&self, client: &Client, file: File) -> Result<File> {
        let params = DownloadParams::encrypted(
            &*self.path,
            &self.key,
            &self.sha256,
            &self.enc_sha256,
            self.bytes,
            media_type(self.kind),
        );
        let capped = Capped { file: BufWriter::with_capacity(64 * 1024, file), at: 0 };
        let capped = client.download_from_params_to_writer(&params, capped).await?;
        Ok(capped.file.into_inner().map_err(std::io::IntoInnerError::into_error)?)
    }

    /// Encrypts a file and gives it to the network, in parts. `scratch` holds it meanwhile.
    pub async fn upload(client: &Client, kind: MessageKind, file: File, mut scratch: File) -> Result<Self> {
        let media_type = media_type(kind);
        let encrypt = move || -> Result<_> {
            let mut writer = BufWriter::new(&mut scratch);
            let info = wacore::upload::encrypt_media_streaming(BufReader::new(file), &mut writer, media_type)?;
            writer.flush()?;
            drop(writer);
            let length = scratch.metadata()?.len();
            Ok((info, Encrypted { file: Arc::new(scratch), length }))
        };
        let (info, source) = tokio::task::spawn_blocking(encrypt).await.context("encrypting a file")??;
        let answer = client.upload_stream(source, info, media_type).await?;
        Ok(Self {
            kind,
            path: answer.direct_path,
            key: answer.media_key,
            sha256: answer.file_sha256,
            enc_sha256: answer.file_enc_sha256,
            bytes: answer.file_length,
            given: Some(GivenPlace {
                url: answer.url,
                key_at_secs: answer.media_key_timestamp,
                sidecar: answer.streaming_sidecar,
            }),
        })
    }
}

/// A file in a message of ours.
pub struct Attached {
    pub place: Place,
    pub name: String,
    pub mime: String,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    pub seconds: Option<u32>,
    pub caption: String,
}

/// A message with a file.
pub fn message(attached: Attached) -> wa::Message {
    let Attached { place, name, mime, size, seconds, caption } = attached;
    let given = place.given.unwrap_or_default();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    // The same fields, in messages of different types.
    macro_rules! with_file {
        ($field:ident: $message:ident { $($name:ident: $value:expr),* $(,)? }) => {
            wa::Message {
                $field: MessageField::some(wa::message::$message {
                    url: Some(given.url),
                    direct_path: Some(place.path),
                    media_key: Some(place.key.to_vec()),
                    file_sha256: Some(place.sha256.to_vec()),
                    file_enc_sha256: Some(place.enc_sha256.to_vec()),
                    file_length: Some(place.bytes),
                    media_key_timestamp: Some(given.key_at_secs),
                    mimetype: Some(mime),
                    $($name: $value,)*
                    ..Default::default()
                }),
                ..Default::default()
            }
        };
    }
    let (width, height) = size.unzip();
    match place.kind {
        MessageKind::Image => {
            with_file!(image_message: ImageMessage { caption: some(caption), width: width, height: height })
        }
        MessageKind::Video => with_file!(video_message: VideoMessage {
            caption: some(caption), seconds: seconds, width: width, height: height, streaming_sidecar: given.sidecar,
        }),
        kind @ (MessageKind::Audio | MessageKind::Voice) => with_file!(audio_message: AudioMessage {
            seconds: seconds, ptt: Some(kind == MessageKind::Voice), streaming_sidecar: given.sidecar,
        }),
        _ => with_file!(document_message: DocumentMessage {
            caption: some(caption), title: some(name.clone()), file_name: some(name),
        }),
    }
}

/// A file that takes no more than it may, whatever its message said.
struct Capped {
    /// The library writes sixteen bytes at a time.
    file: BufWriter<File>,
    at: u64,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.at + bytes.len() as u64 > MAX_RECEIVED_BYTES {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let written = self.file.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Capped {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

impl DownloadWriter for Capped {
    fn truncate(&mut self, length: u64) -> std::io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().set_len(length)
    }
}

/// A file that is read from several places at once.
struct Encrypted {
    file: Arc<File>,
    length: u64,
}

impl UploadSource for Encrypted {
    fn len(&self) -> u64 {
        self.length
    }

    fn reader_from(&self, offset: u64) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(From { file: self.file.clone(), at: offset }))
    }
}

struct From {
    file: Arc<File>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(path: &str) -> wa::Message {
        let image = wa::message::ImageMessage {
            direct_path: Some(path.into()),
            media_key: Some(vec![1; 32]),
            file_sha256: Some(vec![2; 32]),
            file_enc_sha256: Some(vec![3; 32]),
            file_length: Some(10),
            ..Default::default()
        };
        wa::Message { image_message: MessageField::some(image), ..Default::default() }
    }

    #[test]
    fn a_path_that_would_change_the_host_is_not_followed() {
        let place = |path: &str| announced(&image(path)).expect("a picture").place;
        assert!(place("/v/t62.7118-24/1.enc").is_ok());
        let long = format!("/{}", "x".repeat(3_000));
        for hostile in ["", "@10.0.0.1/x", ".evil.example/x", ":8080/x", "/v\r\nHost: evil.example", &long] {
            assert_eq!(place(hostile), Err(MediaProblem::Damaged), "{hostile}");
        }
    }

    #[test]
    fn a_file_that_says_it_is_too_large_is_not_fetched() {
        let mut message = image("/v/1");
        if let Some(image) = message.image_message.as_option_mut() {
            image.file_length = Some(MAX_RECEIVED_BYTES + 1);
        }
        assert_eq!(announced(&message).expect("a picture").place, Err(MediaProblem::TooLarge));
    }

    #[test]
    fn a_key_is_never_printed() {
        let place = announced(&image("/v/1")).expect("a picture").place.expect("complete");
        assert_eq!(format!("{place:?}"), "Place(image, 10 bytes)");
    }
}
