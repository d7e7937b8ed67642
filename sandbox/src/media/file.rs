//! The file that a message carries: what the message says of it, and the message that says so.

use buffa::MessageField;
use serde::{Deserialize, Serialize};
use wacore::download::MediaType;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{AudioMessage, DocumentMessage, ImageMessage, StickerMessage, VideoMessage};

use super::measure::Measures;
use crate::disk::Blob;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    /// Recorded on the spot, played in place.
    Voice,
    Document,
    Sticker,
}

impl MediaKind {
    /// What the ledger calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }

    /// Whether words can stand below it.
    pub fn has_caption(self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Document)
    }

    /// The kind by which its keys are derived.
    pub fn keys(self) -> MediaType {
        match self {
            Self::Image => MediaType::Image,
            Self::Video => MediaType::Video,
            Self::Audio | Self::Voice => MediaType::Audio,
            Self::Document => MediaType::Document,
            Self::Sticker => MediaType::Sticker,
        }
    }
}

/// What a message says of its file. What it leaves out is empty, and then the file cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub kind: MediaKind,
    pub mime: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In bytes, decrypted.
    pub size: u64,
    /// Of the decrypted file.
    pub sha256: Blob,
    /// Of the encrypted file.
    pub enc_sha256: Blob,
    pub key: Blob,
    /// When the key was made, in seconds since 1970.
    pub key_at_secs: i64,
    pub direct_path: String,
}

macro_rules! file_of {
    ($kind:expr, $message:expr, $name:expr) => {
        File {
            kind: $kind,
            mime: $message.mimetype.clone().unwrap_or_default(),
            name: $name,
            size: $message.file_length.unwrap_or_default(),
            sha256: Blob($message.file_sha256.clone().unwrap_or_default()),
            enc_sha256: Blob($message.file_enc_sha256.clone().unwrap_or_default()),
            key: Blob($message.media_key.clone().unwrap_or_default()),
            key_at_secs: $message.media_key_timestamp.unwrap_or_default(),
            direct_path: $message.direct_path.clone().unwrap_or_default(),
        }
    };
}

macro_rules! message_of {
    ($type:ident, $file:expr, { $($more:tt)* }) => {
        MessageField::some($type {
            mimetype: Some($file.mime.clone()),
            file_length: Some($file.size),
            file_sha256: Some($file.sha256.0.clone()),
            file_enc_sha256: Some($file.enc_sha256.0.clone()),
            media_key: Some($file.key.0.clone()),
            media_key_timestamp: Some($file.key_at_secs),
            direct_path: Some($file.direct_path.clone()),
            $($more)*
            ..Default::default()
        })
    };
}

impl File {
    /// The file of a message, out of its wrappers already.
    pub fn of(message: &wa::Message) -> Option<Self> {
        if let Some(image) = message.image_message.as_option() {
            return Some(file_of!(MediaKind::Image, image, None));
        }
        if let Some(video) = message.video_message.as_option() {
            return Some(file_of!(MediaKind::Video, video, None));
        }
        if let Some(audio) = message.audio_message.as_option() {
            let kind = if audio.ptt == Some(true) { MediaKind::Voice } else { MediaKind::Audio };
            return Some(file_of!(kind, audio, None));
        }
        if let Some(document) = message.document_message.as_option() {
            return Some(file_of!(MediaKind::Document, document, document.file_name.clone()));
        }
        let sticker = message.sticker_message.as_option()?;
        Some(file_of!(MediaKind::Sticker, sticker, None))
    }

    /// A message that carries the file.
    pub fn message(&self, caption: Option<String>, measures: Measures) -> wa::Message {
        let Measures { width, height, seconds } = measures;
        let mut message = wa::Message::default();
        match self.kind {
            MediaKind::Image => message.image_message = message_of!(ImageMessage, self, { caption, width, height, }),
            MediaKind::Video => message.video_message = message_of!(VideoMessage, self, { caption, seconds, }),
            MediaKind::Audio | MediaKind::Voice => {
                let ptt = Some(self.kind == MediaKind::Voice);
                message.audio_message = message_of!(AudioMessage, self, { ptt, seconds, });
            }
            MediaKind::Document => {
                let (file_name, title) = (self.name.clone(), self.name.clone());
                message.document_message = message_of!(DocumentMessage, self, { caption, file_name, title, });
            }
            MediaKind::Sticker => message.sticker_message = message_of!(StickerMessage, self, { width, height, }),
        }
        message
    }
}
