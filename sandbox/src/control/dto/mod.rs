//! What goes over the control API, for those who call it.

mod group;
mod message;

pub use group::{GroupAdded, GroupList, GroupSubject, GroupView, NewGroup, ParticipantChange, ParticipantView};
pub use message::{
    Chat, ChatMessage, MediaView, MessageSent, NewContact, NewEdit, NewLocation, NewMedia, NewMessage, NewPresence,
    NewReaction, PersonState, ReactionView,
};

use serde::{Deserialize, Serialize};

pub use crate::address::{GroupId, Phone, Recipient};
pub use crate::media::MediaKind;
pub use crate::people::{Persona, ReplyRule};
pub use crate::wire::noise::Handshake;
pub use crate::world::account::Addressing;
pub use crate::world::fault::{Fault, FaultKind};
pub use crate::world::feed::Happening;
pub use crate::world::group::Rank;
pub use crate::world::ledger::Summary;
pub use crate::world::policy::{Limits, Policy};
pub use crate::world::presence::ChatState;

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What is wrong, in words.
    pub error: String,
    /// The field it is about, as a path (`replies[0].match`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// `GET /health`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`
    pub status: String,
    /// Changes when the world is reset.
    pub server_id: String,
    /// The server's static Noise key: base64, 32 bytes.
    pub server_key: String,
}

/// `POST /api/accounts`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    pub phone: Phone,
    /// The push name.
    pub name: String,
    /// How its clients address chats; LID when absent.
    #[serde(default)]
    pub addressing: Addressing,
}

/// The answer to [`NewAccount`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAdded {
    pub phone: Phone,
    /// The account's LID: digits, without server.
    pub lid: String,
}

/// `GET /api/accounts/{phone}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    pub phone: Phone,
    pub lid: String,
    pub name: String,
    pub addressing: Addressing,
    pub devices: Vec<DeviceView>,
    /// How it stands with the network's limits.
    #[serde(default)]
    pub limits: Limits,
    /// What it says about itself; empty until a client says it.
    #[serde(default)]
    pub about: String,
    /// One of its clients says that it is there.
    #[serde(default)]
    pub online: bool,
    /// The picture that it shows, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureView>,
}

/// A profile picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureView {
    /// Changes with the picture.
    pub id: String,
    /// In bytes.
    pub size: u64,
    /// Hexadecimal.
    pub sha256: String,
}

/// `PUT /api/people/{phone}/picture`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPicture {
    /// At most 512 KiB.
    pub base64: String,
}

/// `POST /api/accounts/{phone}/addressing`; only `lid` changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAddressing {
    pub addressing: Addressing,
}

/// `GET /api/accounts`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountList {
    pub accounts: Vec<AccountView>,
}

/// A linked device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    pub id: u16,
    pub connected: bool,
    pub platform: String,
}

/// `POST /api/accounts/{phone}/devices`: the public keys of a device that is to be linked without a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDevice {
    /// The device's static Noise key: base64, 32 bytes.
    pub noise_key: String,
    /// Its Signal identity key: base64, 32 bytes, without type byte.
    pub identity_key: String,
    pub registration_id: u32,
    pub signed_prekey: SignedPrekey,
}

/// A signed prekey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedPrekey {
    /// At most 24 bits.
    pub id: u32,
    /// Base64, 32 bytes, without type byte.
    pub key: String,
    /// XEdDSA by the identity key over the key *with* its type byte `05`: base64, 64 bytes.
    pub signature: String,
}

/// The answer to [`NewDevice`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLinked {
    /// The device's number: `{phone}:{device}@s.whatsapp.net`, `{lid}:{device}@lid`.
    pub device: u16,
    /// The account's LID: digits, without server.
    pub lid: String,
    /// An encoded `ADVSignedDeviceIdentity` with the account's signature, base64. The device adds its own: XEdDSA by
    /// its identity key over `06 01 ‖ details ‖ identity_key ‖ account_signature_key`.
    pub adv_identity: String,
    /// The server's static Noise key, to be pinned for Noise IK: base64, 32 bytes.
    pub server_key: String,
    /// Changes when the world is reset: then the device is gone and has to be linked again.
    pub server_id: String,
}

/// `POST /api/accounts/{phone}/scan`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// What the client shows as QR.
    pub qr: String,
}

/// `POST /api/accounts/{phone}/code`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterCode {
    /// The eight characters that the client shows, with or without dash.
    pub code: String,
}

/// The answer to a scan or code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    pub device: u16,
}

/// `GET /api/accounts/{phone}/chats`: with whom the account talks, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatList {
    pub chats: Vec<LatestOfChat>,
}

/// The latest message of a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestOfChat {
    pub person: Phone,
    /// The name the person goes by.
    pub name: String,
    pub from: Phone,
    pub text: Option<String>,
    pub kind: String,
    pub at_ms: i64,
}

/// `GET /api/people/{phone}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonView {
    pub phone: Phone,
    /// The name the person goes by: their own, or one that follows from the world's seed.
    pub name: String,
    /// What was set for this person; what is absent is inherited.
    pub persona: Persona,
    /// The picture that they show, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureView>,
}

/// `GET /api/people/{phone}/personas/{account}`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonaToward {
    /// What was set for this person toward this account; what is absent is inherited.
    pub persona: Persona,
    /// What would apply without it: how the person behaves toward everybody, with all that nobody set.
    pub inherited: Persona,
    /// What applies.
    pub applies: Persona,
}

/// `GET /api/world`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorldView {
    /// What people do follows from it.
    pub seed: u64,
    /// What was set for everybody who was not told otherwise.
    pub defaults: Persona,
    /// How they behave, with all that nobody set.
    pub applies: Persona,
    /// The network's limits.
    pub policy: Policy,
    /// How many phones have an account.
    pub accounts: usize,
    /// How many people ever wrote or were written to.
    pub people: usize,
}

/// `PUT /api/world`; what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorldSettings {
    /// What people do follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// How everybody behaves who was not told otherwise. Replaces earlier defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defaults: Option<Persona>,
    /// The network's limits. Replaces earlier ones; an empty policy lifts them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

/// `GET /api/ledger`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPage {
    pub messages: Vec<LedgerMessage>,
    /// The `cursor` of the next page; null on the last.
    pub next: Option<String>,
}

/// A message that the network accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerMessage {
    pub id: String,
    pub from: Phone,
    /// A phone, or a group.
    pub to: Recipient,
    /// `text`, `image`, …; `unknown` until it is decrypted.
    pub kind: String,
    /// As the recipient decrypted it.
    pub text: Option<String>,
    pub accepted_at_ms: i64,
    /// In a group when the last participant received it; so with `read_at_ms`, and `decrypted` when all could read it.
    pub delivered_at_ms: Option<i64>,
    pub read_at_ms: Option<i64>,
    pub wire_count: u32,
    pub decrypted: bool,
    /// The message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The message that this one edits, deletes or reacts to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaView>,
}

/// `GET /api/faults`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultList {
    pub faults: Vec<Fault>,
}
