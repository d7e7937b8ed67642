//! What the journal can say.

use serde::{Deserialize, Serialize};

use crate::address::{DeviceAddress, GroupId, Phone};
use crate::media::store::Card;
use crate::people::{Persona, Saved};
use crate::world::account::{Addressing, Registration};
use crate::world::audience::Reader;
use crate::world::entry::Entry;
use crate::world::group::Group;
use crate::world::picture::Picture;
use crate::world::policy::{Policy, Standing};

/// One line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// The server's static key; it outlives a reset, so that pinned devices can still be told that they are gone.
    Server {
        private: Blob,
        certificates: Blob,
        openings: u64,
    },
    /// The world itself. Everything before this record belongs to an earlier world.
    Realm {
        server_id: String,
        secret: Blob,
        seed: u64,
    },
    /// What `PUT /api/world` set.
    Defaults {
        seed: u64,
        persona: Persona,
        #[serde(default)]
        policy: Policy,
    },
    /// A primary phone.
    Account {
        phone: Phone,
        name: String,
        addressing: Addressing,
        devices_ever: u16,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        about: String,
    },
    /// An account holds a list of another one's devices.
    ListGiven {
        account: Phone,
        holder: Phone,
    },
    /// A linked device, without its prekeys.
    Device {
        account: Phone,
        device: KeptDevice,
    },
    DeviceRemoved {
        account: Phone,
        device: u16,
    },
    /// One-time prekeys that a device uploaded.
    Prekeys {
        account: Phone,
        device: u16,
        keys: Vec<(u32, Blob)>,
    },
    /// A one-time prekey was handed out.
    PrekeyTaken {
        account: Phone,
        device: u16,
        id: u32,
    },
    /// What `PUT /api/people/{phone}` set.
    Persona {
        phone: Phone,
        persona: Persona,
    },
    /// What `PUT /api/people/{phone}/personas/{account}` set; none when it was taken back.
    PersonaToward {
        phone: Phone,
        account: Phone,
        persona: Option<Persona>,
    },
    /// A change of the address book.
    Saved(Saved),
    /// The picture that somebody shows; none when they took it away.
    Picture {
        phone: Phone,
        picture: Option<Picture>,
    },
    /// A person got a new phone; how many they had before.
    NewPhone {
        phone: Phone,
        phones: u32,
    },
    /// The Signal session that a phone or person has with a device.
    Session {
        owner: Phone,
        account: Phone,
        device: u16,
        session: Blob,
    },
    /// A session was dropped.
    SessionGone {
        owner: Phone,
        account: Phone,
        device: u16,
    },
    /// A group, as it is now; without participants it is gone.
    Group(Group),
    /// The sender key by which a phone reads what a device writes to a group.
    HeardChain {
        owner: Phone,
        group: GroupId,
        account: Phone,
        device: u16,
        key: Blob,
    },
    /// The sender key by which a phone itself writes to a group, and who knows it; none when the next message makes one.
    OwnChain {
        owner: Phone,
        group: GroupId,
        key: Option<Blob>,
        told: Vec<DeviceAddress>,
    },
    /// A file of the media host, as it is now; its bytes stand beside the journal.
    File(Card),
    /// A ledger entry, as it is now.
    Message {
        at: u64,
        entry: Entry,
    },
    /// What became of a group's message with one participant.
    Reader {
        at: u64,
        reader: Reader,
    },
    /// How many messages of an account were refused, what followed from it, and how often it used a counter twice.
    Tally {
        account: Phone,
        nacked: u64,
        counter_reuse: u64,
        #[serde(default, skip_serializing_if = "Standing::is_clean")]
        standing: Standing,
    },
    /// A stanza that a device has not confirmed.
    Held {
        account: Phone,
        device: u16,
        at: u64,
        key: crate::world::mailbox::HeldKey,
        stanza: Blob,
    },
    /// It has now.
    Confirmed {
        account: Phone,
        device: u16,
        at: u64,
    },
}

/// A linked device, as the journal keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeptDevice {
    pub id: u16,
    pub registration: Registration,
    pub platform: String,
    /// The encoded `ADVSignedDeviceIdentity` with both signatures, once the device has shown it.
    pub identity_proof: Option<Blob>,
}

/// Bytes, as base64.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&crate::base64(&self.0))
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        crate::from_base64(&text).map(Self).ok_or_else(|| serde::de::Error::custom("not base64"))
    }
}
