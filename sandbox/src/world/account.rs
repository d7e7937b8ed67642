//! A primary phone and the devices linked to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use wacore_binary::{Jid, Node};

use super::backlog::Backlog;
use super::mailbox::{Class, Held, HeldKey, Mailbox};
use crate::address::{DeviceAddress, Phone};
use crate::disk::{Blob, KeptDevice};
use crate::random::derive;
use crate::signal::{Bundle, Endpoint};
use crate::wire::channel::Line;

/// The longest that an account says about itself, in characters, as on a phone.
pub const LONGEST_ABOUT: usize = 139;

/// How an account's clients address chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Addressing {
    /// By LID: the account has been migrated.
    #[default]
    Lid,
    /// By phone number.
    Pn,
}

/// The public keys that a device registered with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The device's static Noise key: its password.
    pub noise_key: [u8; 32],
    pub identity_key: [u8; 32],
    pub registration_id: u32,
    pub signed_prekey_id: u32,
    pub signed_prekey: [u8; 32],
    pub signature: Vec<u8>,
}

/// A simulated primary phone with its account.
pub struct Account {
    pub phone: Phone,
    /// The LID's digits.
    pub lid: u64,
    pub name: String,
    addressing: Mutex<Addressing>,
    about: Mutex<String>,
    /// The phone itself: device 0.
    pub handset: Endpoint,
    /// Identifies the account in signed device lists.
    pub raw_id: u32,
    /// The key that app state is encrypted with.
    pub app_state_key: [u8; 32],
    devices: Mutex<Devices>,
    /// Accounts that asked for the list of its devices, and keep it.
    list_holders: Mutex<BTreeSet<Phone>>,
}

/// The linked devices of an account.
#[derive(Default)]
pub struct Devices {
    last_id: u16,
    by_id: BTreeMap<u16, Device>,
}

/// A linked device.
pub struct Device {
    pub id: u16,
    pub registration: Registration,
    pub platform: String,
    /// Uploaded one-time prekeys that nobody has taken.
    pub prekeys: VecDeque<(u32, [u8; 32])>,
    /// Whether prekeys were ever uploaded.
    pub uploaded: bool,
    pub identity_proof: Option<Vec<u8>>,
    pub mailbox: Mailbox,
    /// The connection, while there is one.
    pub line: Option<Line>,
    /// How far the client has come with what waited when it connected.
    pub backlog: Option<Backlog>,
    /// Whether the client has had all that waited; before that nothing may be pushed.
    pub active: bool,
}

impl Account {
    /// A phone whose keys follow from the world's `secret`.
    pub fn new(phone: Phone, lid: u64, name: String, addressing: Addressing, secret: &[u8; 32]) -> Self {
        let seed = derive(secret, &[b"account", &phone.number().to_be_bytes()]);
        let [a, b, c, d, ..] = derive(&seed, &[b"raw id"]);
        Self {
            phone,
            lid,
            name,
            addressing: Mutex::new(addressing),
            about: Mutex::default(),
            handset: Endpoint::new(derive(&seed, &[b"handset"])),
            raw_id: u32::from_be_bytes([a, b, c, d]),
            app_state_key: derive(&seed, &[b"app state"]),
            devices: Mutex::default(),
            list_holders: Mutex::default(),
        }
    }

    /// How its clients address chats.
    pub fn addressing(&self) -> Addressing {
        *self.addressing.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// From now on its clients address chats by LID. False when they did before.
    pub fn move_to_lid(&self) -> bool {
        let mut addressing = self.addressing.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        std::mem::replace(&mut *addressing, Addressing::Lid) == Addressing::Pn
    }

    /// What it says about itself; nothing until a client says it.
    pub fn about(&self) -> String {
        self.about.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// From now on it says this about itself.
    pub fn set_about(&self, about: String) {
        *self.about.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = about;
    }

    /// The devices. Never hold this while taking another lock.
    pub fn devices(&self) -> MutexGuard<'_, Devices> {
        self.devices.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Something about one device, if it is linked.
    pub fn with_device<T>(&self, id: u16, read: impl FnOnce(&mut Device) -> T) -> Option<T> {
        self.devices().get_mut(id).map(read)
    }

    /// The numbers of its linked devices.
    pub fn device_ids(&self) -> Vec<u16> {
        self.devices().iter().map(|device| device.id).collect()
    }

    /// Accounts that hold a list of its devices.
    pub fn list_holders(&self) -> BTreeSet<Phone> {
        self.list_holders.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Another account holds a list of its devices from now on. False when it did before.
    pub fn add_list_holder(&self, holder: Phone) -> bool {
        self.list_holders.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(holder)
    }

    /// Ends every connection of its devices.
    pub fn hang_up(&self) {
        self.devices().iter().filter_map(|device| device.line.as_ref()).for_each(Line::hang_up);
    }

    /// The address of the account, or of one device when `device` is not 0.
    pub fn jid(&self, device: u16, by_lid: bool) -> Jid {
        if by_lid {
            Jid::lid_device(self.lid.to_string(), device)
        } else {
            Jid::pn_device(self.phone.to_string(), device)
        }
    }

    /// The name of one of its devices in Signal sessions.
    pub fn device(&self, device: u16) -> DeviceAddress {
        DeviceAddress { account: self.phone, device }
    }
}

impl Devices {
    /// Links a device and gives it the next number. Numbers are never used twice.
    pub fn link(&mut self, registration: Registration, platform: String) -> &mut Device {
        self.last_id += 1;
        let device = Device::new(self.last_id, registration, platform);
        self.by_id.entry(self.last_id).or_insert(device)
    }

    /// Puts back a device from the journal, or what changed about it.
    pub fn restore(&mut self, kept: KeptDevice) {
        self.last_id = self.last_id.max(kept.id);
        let device = self
            .by_id
            .entry(kept.id)
            .or_insert_with(|| Device::new(kept.id, kept.registration.clone(), kept.platform.clone()));
        device.registration = kept.registration;
        device.platform = kept.platform;
        device.identity_proof = kept.identity_proof.map(|proof| proof.0);
    }

    /// Unlinks a device.
    pub fn unlink(&mut self, id: u16) -> Option<Device> {
        self.by_id.remove(&id)
    }

    /// How many devices were ever linked: the highest number given out.
    pub fn ever(&self) -> u16 {
        self.last_id
    }

    /// Puts back how many devices were ever linked.
    pub fn restore_ever(&mut self, ever: u16) {
        self.last_id = self.last_id.max(ever);
    }

    /// A device, if it is linked.
    pub fn get_mut(&mut self, id: u16) -> Option<&mut Device> {
        self.by_id.get_mut(&id)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Device> {
        self.by_id.values()
    }
}

impl Device {
    fn new(id: u16, registration: Registration, platform: String) -> Self {
        Self {
            id,
            registration,
            platform,
            prekeys: VecDeque::new(),
            uploaded: false,
            identity_proof: None,
            mailbox: Mailbox::default(),
            line: None,
            backlog: None,
            active: false,
        }
    }

    /// What a stranger needs to write to it. Uses up a one-time prekey.
    pub fn take_bundle(&mut self) -> Bundle {
        let Registration { identity_key, registration_id, signed_prekey_id, signed_prekey, signature, .. } =
            self.registration.clone();
        let prekey = self.prekeys.pop_front();
        Bundle { registration_id, identity: identity_key, signed_prekey_id, signed_prekey, signature, prekey }
    }

    /// Holds a stanza until it is confirmed and sends it if the device listens.
    ///
    /// Returns the stanza's place if it is worth a line in the journal: a message always, a receipt only when nobody
    /// is there to confirm it at once.
    pub fn post(&mut self, key: HeldKey, stanza: Node) -> Option<u64> {
        let listening = self.line.as_ref().filter(|_| self.active);
        if let Some(line) = listening {
            line.send(stanza.clone());
        }
        let kept = listening.is_none() || key.class == Class::Message;
        let at = self.mailbox.hold(Held { key, stanza, kept });
        kept.then_some(at)
    }

    /// The device as the journal keeps it.
    pub fn kept(&self) -> KeptDevice {
        KeptDevice {
            id: self.id,
            registration: self.registration.clone(),
            platform: self.platform.clone(),
            identity_proof: self.identity_proof.clone().map(Blob),
        }
    }
}
