//! What people say and do, and what their phones show.

use serde::{Deserialize, Serialize};

use super::{ChatState, MediaKind, Phone, Recipient};
use crate::media::{Media, MediaState};

/// `POST /api/people/{phone}/messages`: exactly one of the contents, and perhaps a `quote`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewMessage {
    /// The account or group that is written to.
    pub to: Recipient,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<NewMedia>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<NewReaction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<NewLocation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<NewContact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<NewPoll>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<NewEdit>,
    /// The message of the person's that is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
    /// The message of the chat that is answered; with texts, media, places, contacts and polls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

impl NewMessage {
    /// A text.
    pub fn text(to: impl Into<Recipient>, text: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            text: Some(text.into()),
            media: None,
            reaction: None,
            location: None,
            contact: None,
            poll: None,
            edit: None,
            delete: None,
            quote: None,
        }
    }
}

/// A file that a person sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMedia {
    pub kind: MediaKind,
    /// The file's bytes.
    pub base64: String,
    /// What a document is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The words below an image, video or document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The media type; the usual one of its kind when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
}

/// An emoji on a message; an empty one takes the reaction back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewReaction {
    pub to: String,
    pub emoji: String,
}

/// A place, in degrees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewLocation {
    pub latitude: f64,
    pub longitude: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Somebody's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewContact {
    pub name: String,
    pub phone: Phone,
}

/// A question with options, of which one is chosen, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPoll {
    pub question: String,
    /// Two to twelve.
    pub options: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
}

/// Other words for a text of the person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEdit {
    pub of: String,
    pub text: String,
}

/// `POST /api/people/{phone}/presence`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPresence {
    /// The account in whose chat it is shown; presence is shown to everybody who subscribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Phone>,
    pub state: PersonState,
}

/// What a person does, or whether they are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonState {
    Composing,
    Recording,
    Paused,
    Available,
    Unavailable,
}

/// The answer to [`NewMessage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSent {
    pub id: String,
}

/// `GET /api/people/{phone}/chats/{account}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    pub messages: Vec<ChatMessage>,
    /// Whether the account is typing or recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typing: Option<ChatState>,
}

/// What a person's phone shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    pub id: String,
    pub from: Phone,
    /// As it is now, after edits; null once it was deleted.
    pub text: Option<String>,
    pub kind: String,
    pub at_ms: i64,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The latest reaction of each side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaView>,
}

/// A reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionView {
    pub from: Phone,
    pub emoji: String,
}

/// The file of a message as its recipient's phone has it; absent while the phone is fetching it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MediaView {
    Here {
        kind: MediaKind,
        mime: String,
        /// In bytes.
        size: u64,
        /// Hexadecimal.
        sha256: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_name: Option<String>,
    },
    /// The phone could not have it.
    Lost {
        /// Why, in words.
        error: String,
    },
}

impl MediaView {
    pub(crate) fn of(media: Media) -> Option<Self> {
        let file = media.file;
        match media.state {
            MediaState::Coming => None,
            MediaState::Lost(error) => Some(Self::Lost { error }),
            MediaState::Here => Some(Self::Here {
                kind: file.kind,
                mime: file.mime,
                size: file.size,
                sha256: file.sha256.0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")),
                file_name: file.name,
            }),
        }
    }
}
