//! Conversations: the thread between one number and one person.

use crate::{
    ContactId, ConversationId, Millis, NumberId, PhoneNumber,
    consent::ConsentEntry,
    contact::MergedView,
    message::{Author, Direction, MessageKind, MessageState, MessageView},
    number::NumberState,
    status::status,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

status! {
    /// Where a conversation is.
    ConversationStatus {
        /// With the team.
        Open => "open",
        /// With the bot.
        Pending => "pending",
        Resolved => "resolved",
    }
}

status! {
    /// Which conversations a list shows.
    ListView {
        /// Not resolved.
        Open => "open",
        /// With unread messages.
        Unread => "unread",
        Resolved => "resolved",
        All => "all",
    }
}

/// A row of the conversation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationView {
    pub id: ConversationId,
    pub contact: ContactId,
    /// Where the picture is that the person shows on WhatsApp.
    pub picture: Option<String>,
    /// The contact's name, or the number when there is none.
    pub name: String,
    pub phone: Option<PhoneNumber>,
    pub number: NumberId,
    pub number_label: String,
    /// Whether what is written leaves at once, or waits.
    pub number_state: NumberState,
    pub status: ConversationStatus,
    /// The bot is silent because a person took over.
    pub bot_paused: bool,
    pub unread: u64,
    pub last: Option<LastMessage>,
}

/// The newest message of a conversation, for its row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    pub direction: Direction,
    pub kind: MessageKind,
    /// Beginning of the text.
    pub preview: String,
    /// Its author took it back.
    pub is_deleted: bool,
    /// For outgoing messages.
    pub state: Option<MessageState>,
    /// Who wrote an outgoing one.
    pub author: Option<Author>,
    pub at: Millis,
}

/// How many conversations each view of the list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationCounts {
    /// Not resolved.
    pub open: u64,
    /// With unread messages.
    pub unread: u64,
    pub resolved: u64,
    pub all: u64,
}

/// A thread as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadView {
    pub conversation: ConversationView,
    /// The newest messages, oldest first.
    pub messages: Vec<MessageView>,
    /// There are older ones.
    pub older: bool,
    pub contact: ContactPanelView,
    /// False while they want no messages, and have not written since they said so.
    pub may_answer: bool,
}

/// What the panel beside a thread shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPanelView {
    pub contact: ContactId,
    /// Where the picture is that the person shows on WhatsApp.
    pub picture: Option<String>,
    pub name: String,
    pub phone: Option<PhoneNumber>,
    pub attributes: BTreeMap<String, String>,
    pub opted_out_at: Option<Millis>,
    pub created_at: Millis,
    /// Campaigns this person was written to in, newest first.
    pub campaigns: Vec<String>,
    /// Contacts that turned out to be the same person, newest first.
    pub merged: Vec<MergedView>,
    /// What they wished, the latest first.
    pub consent: Vec<ConsentEntry>,
}
