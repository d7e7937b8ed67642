//! Groups.

use serde::{Deserialize, Serialize};

use super::{Addressing, GroupId, Phone, Rank};

/// `POST /api/groups`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGroup {
    /// 1 to 100 characters.
    pub subject: String,
    /// The account that makes the group; its first admin.
    pub account: Phone,
    /// People and other accounts: with the creator 256 at most.
    pub participants: Vec<Phone>,
}

/// The answer to [`NewGroup`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupAdded {
    pub jid: GroupId,
}

/// `GET /api/groups/{jid}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    pub jid: GroupId,
    pub subject: String,
    pub creator: Phone,
    pub created_at_ms: i64,
    /// How its participants address each other: as its creator's clients did when it was made.
    pub addressing: Addressing,
    /// By phone number.
    pub participants: Vec<ParticipantView>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantView {
    pub phone: Phone,
    /// The name they go by.
    pub name: String,
    pub rank: Rank,
}

/// `GET /api/groups`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupList {
    pub groups: Vec<GroupView>,
}

/// `PUT /api/groups/{jid}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSubject {
    pub subject: String,
}

/// `POST /api/groups/{jid}/participants`; who is added comes before who is removed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParticipantChange {
    pub add: Vec<Phone>,
    pub remove: Vec<Phone>,
}
