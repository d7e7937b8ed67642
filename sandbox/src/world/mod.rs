//! The simulated world: accounts, people, what was sent and what is due.
//!
//! Locks are small and never nested, with one exception: a phone encrypting for a device takes the device's prekey
//! while it holds its own sessions.

pub mod account;
pub mod announce;
pub mod audience;
pub mod backlog;
pub mod chat;
pub mod delivery;
pub mod entry;
pub mod fault;
pub mod feed;
pub mod group;
pub mod ledger;
pub mod mailbox;
mod persona;
pub mod picture;
pub mod policy;
pub mod presence;
pub mod restore;
pub mod schedule;
pub mod writing;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use crate::address::{Lids, Phone};
use crate::clock::Clock;
use crate::disk::{Journal, Record};
use crate::handset;
use crate::media::store::Contents;
use crate::media::{self, Absence, Link};
use crate::people::{InvalidPersona, People, Person, Persona, Profile};
use crate::random::Random;
use crate::session::pairing::Pairings;
use crate::signal::Endpoint;
use crate::wire::channel::Line;
use crate::wire::node;
use crate::wire::noise::ServerKeys;
use account::{Account, Addressing, Registration};
use fault::{Fault, FaultKind, Faults};
use feed::{Feed, Happening};
use ledger::Ledger;
use mailbox::HeldKey;
use policy::Policy;
use presence::Presence;
use schedule::Schedule;

/// Everything the network knows.
pub struct World {
    pub clock: Arc<dyn Clock>,
    pub random: Random,
    pub server: ServerKeys,
    pub journal: Arc<Journal>,
    pub ledger: Ledger,
    pub people: People,
    pub groups: group::Groups,
    pub pictures: picture::Pictures,
    pub media: Arc<media::Store>,
    pub faults: Faults,
    pub schedule: Schedule,
    pub feed: Feed,
    pub presence: Presence,
    pub pairings: Pairings,
    openings: u64,
    lines: AtomicU64,
    realm: RwLock<Arc<Realm>>,
    accounts: RwLock<HashMap<Phone, Arc<Account>>>,
}

/// What makes this world this one, until it is reset.
#[derive(Clone)]
pub struct Realm {
    /// Changes when the world is reset.
    pub server_id: String,
    /// Every simulated key follows from it.
    pub secret: [u8; 32],
    /// What people do follows from it.
    pub seed: u64,
    pub lids: Lids,
}

impl Realm {
    fn new(random: &Random, seed: u64) -> Self {
        let server_id = random.bytes::<8>().iter().fold(String::new(), |id, byte| id + &format!("{byte:02x}"));
        Self::from_secret(server_id, random.bytes(), seed)
    }

    fn from_secret(server_id: String, secret: [u8; 32], seed: u64) -> Self {
        Self { server_id, secret, seed, lids: Lids::new(secret) }
    }
}

/// The phone has an account already.
#[derive(Debug, thiserror::Error)]
#[error("the account exists")]
pub struct AccountExists;

impl World {
    /// What makes this world this one.
    pub fn realm(&self) -> Arc<Realm> {
        self.realm.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// The account of a phone.
    pub fn account(&self, phone: Phone) -> Option<Arc<Account>> {
        self.accounts.read().unwrap_or_else(|poisoned| poisoned.into_inner()).get(&phone).cloned()
    }

    /// All accounts, by phone number.
    pub fn accounts(&self) -> Vec<Arc<Account>> {
        let accounts = self.accounts.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut accounts: Vec<_> = accounts.values().cloned().collect();
        accounts.sort_by_key(|account| account.phone);
        accounts
    }

    /// The person with a number.
    pub fn person(&self, phone: Phone) -> Arc<Person> {
        self.people.person(phone, &self.realm().secret)
    }

    /// The name that somebody goes by.
    pub fn name_of(&self, phone: Phone) -> String {
        match self.account(phone) {
            Some(account) => account.name.clone(),
            None => self.people.name(phone, self.realm().seed),
        }
    }

    /// Whether somebody has WhatsApp on this number.
    pub fn is_on_whatsapp(&self, phone: Phone) -> bool {
        self.account(phone).is_some() || self.people.character(phone).on_whatsapp()
    }

    /// A number for a new connection.
    pub fn next_line(&self) -> u64 {
        self.lines.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds a primary phone.
    pub fn add_account(
        &self,
        phone: Phone,
        name: String,
        addressing: Addressing,
    ) -> Result<Arc<Account>, AccountExists> {
        let realm = self.realm();
        let mut accounts = self.accounts.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if accounts.contains_key(&phone) {
            return Err(AccountExists);
        }
        let account = Arc::new(Account::new(phone, realm.lids.of(phone), name, addressing, &realm.secret));
        self.journal.append(&account_record(&account));
        accounts.insert(phone, account.clone());
        drop(accounts);
        self.feed.tell(Happening::AccountAdded { account: phone });
        Ok(account)
    }

    /// An account says something else about itself.
    pub fn set_about(&self, account: &Account, about: String) {
        account.set_about(about);
        self.journal.append(&account_record(account));
    }

    /// An account that addressed chats by phone number moves to LIDs. Its phone tells every device who is who, and the
    /// network ends their connections, so that they come back and learn from its settings that they have moved.
    pub fn move_to_lid(&self, account: &Account) -> anyhow::Result<()> {
        if !account.move_to_lid() {
            return Ok(());
        }
        self.journal.append(&account_record(account));
        for device in account.device_ids() {
            handset::tell_mappings(self, account, device)?;
            if let Some(line) = account.with_device(device, |device| device.line.clone()).flatten() {
                line.send(node("stream:error").attr("code", "515").build());
                line.hang_up();
            }
        }
        Ok(())
    }

    /// Another account gets the list of an account's devices: it is told when they change.
    pub fn give_list(&self, account: &Account, holder: Phone) {
        if holder != account.phone && account.add_list_holder(holder) {
            self.journal.append(&Record::ListGiven { account: account.phone, holder });
        }
    }

    /// Links a device to an account and returns its number.
    pub fn link_device(&self, account: &Account, registration: Registration, platform: &str) -> u16 {
        let kept = {
            let mut devices = account.devices();
            devices.link(registration, platform.to_owned()).kept()
        };
        let id = kept.id;
        self.journal.append(&Record::Device { account: account.phone, device: kept });
        self.feed.tell(Happening::DeviceLinked { account: account.phone, device: id });
        id
    }

    /// Changes something about a device that the journal keeps.
    pub fn change_device(&self, account: &Account, id: u16, change: impl FnOnce(&mut account::Device)) {
        let kept = account.with_device(id, |device| {
            change(device);
            device.kept()
        });
        if let Some(device) = kept {
            self.journal.append(&Record::Device { account: account.phone, device });
        }
    }

    /// Unlinks a device and tells it so. False when there is none.
    pub fn unlink_device(&self, account: &Account, id: u16) -> bool {
        let Some(device) = self.forget_device(account, id) else { return false };
        if let Some(line) = device.line {
            let removed = node("conflict").attr("type", "device_removed").build();
            line.send(node("stream:error").attr("code", "401").children([removed]).build());
            line.hang_up();
        }
        true
    }

    /// Unlinks a device that knows already.
    pub fn forget_device(&self, account: &Account, id: u16) -> Option<account::Device> {
        let device = account.devices().unlink(id)?;
        self.journal.append(&Record::DeviceRemoved { account: account.phone, device: id });
        announce::devices_changed(self, account, id, announce::Change::Removed);
        self.feed.tell(Happening::DeviceUnlinked { account: account.phone, device: id });
        Some(device)
    }

    /// Sends a stanza to a device now or at its next login, again and again until it is confirmed.
    pub fn post(&self, account: &Account, device: u16, key: HeldKey, stanza: wacore_binary::Node) {
        let kept = account.with_device(device, |device| device.post(key.clone(), stanza.clone())).flatten();
        if let Some(at) = kept {
            self.journal.append_with(|| restore::held_record(account.phone, device, at, key, &stanza));
        }
    }

    /// A device has confirmed a stanza.
    pub fn confirm(&self, account: &Account, device: u16, key: &HeldKey) {
        let confirmed = account.with_device(device, |device| device.mailbox.confirm(key)).flatten();
        if let Some((at, _)) = confirmed.filter(|(_, held)| held.kept) {
            self.journal.append(&Record::Confirmed { account: account.phone, device, at });
        }
    }

    /// A person gets a new phone: other keys, no sessions.
    pub fn new_phone(&self, phone: Phone) {
        let phones = self.people.new_phone(phone);
        self.journal.append(&Record::NewPhone { phone, phones });
    }

    /// Sets how everybody behaves who was not told otherwise, the seed of what they do, and the network's limits.
    pub fn configure(
        &self,
        seed: Option<u64>,
        defaults: Option<Persona>,
        policy: Option<Policy>,
    ) -> Result<(), InvalidPersona> {
        if let Some(persona) = defaults {
            self.people.set_defaults(Profile::new(persona)?);
        }
        if let Some(seed) = seed {
            self.replace_realm(|realm| Realm { seed, ..realm.clone() });
        }
        if let Some(policy) = policy {
            self.ledger.limit(policy);
        }
        self.journal.append(&self.defaults_record());
        Ok(())
    }

    /// Puts a fault in force; one of a connection strikes those that are open at once.
    pub fn cause(&self, fault: Fault) {
        let at_once = fault.strikes_connections();
        self.faults.add(fault);
        if !at_once {
            return;
        }
        for account in self.accounts() {
            let online: Vec<_> = account.devices().iter().filter_map(|it| Some((it.id, it.line.clone()?))).collect();
            for (device, line) in online {
                if let Some(fault) = self.faults.strike_connection(account.phone) {
                    self.break_line(&account, device, &line, &fault);
                }
            }
        }
    }

    /// What stands at an address of the media host, and how many bytes it has, for a client of `account` or the phone of
    /// `person`. A `media_gone` fault loses it.
    pub fn find_file(
        &self,
        link: Link,
        account: Option<Phone>,
        person: Option<Phone>,
    ) -> Result<(Contents, u64), Absence> {
        let found = self.media.find(link, self.clock.now_ms())?;
        if self.faults.strike_media(FaultKind::MediaGone, account, person, &self.random).is_some() {
            self.media.lose(link.token);
            return Err(Absence::Gone);
        }
        Ok(found)
    }

    /// Ends a connection the way a fault wants it.
    pub fn break_line(&self, account: &Account, device: u16, line: &Line, fault: &Fault) {
        match fault.kind {
            FaultKind::Server503 => line.send(node("stream:error").attr("code", "503").build()),
            FaultKind::StreamReplaced => {
                let replaced = node("conflict").attr("type", "replaced").build();
                line.send(node("stream:error").children([replaced]).build());
            }
            FaultKind::LoggedOut => _ = self.unlink_device(account, device),
            // The ban itself is told at the next login, as the real network does.
            FaultKind::TemporaryBan => {
                let account = Some(account.phone);
                self.faults.add(Fault { account, count: Some(1), probability: None, person: None, ..fault.clone() });
            }
            _ => {}
        }
        line.hang_up();
    }

    /// Makes a new, empty world on the same server: everybody is gone and every device is logged out.
    pub fn reset(&self) {
        let seed = self.realm().seed;
        let accounts: Vec<_> = {
            let mut accounts = self.accounts.write().unwrap_or_else(|poisoned| poisoned.into_inner());
            accounts.drain().map(|(_, account)| account).collect()
        };
        for account in accounts {
            account.device_ids().into_iter().for_each(|device| _ = self.unlink_device(&account, device));
        }
        self.schedule.clear();
        self.faults.clear(None);
        self.pairings.clear();
        self.presence.clear();
        self.people.clear();
        self.groups.clear();
        self.pictures.clear();
        self.ledger.clear();
        let realm = Realm::new(&self.random, seed);
        let server_id = realm.server_id.clone();
        self.replace_realm(|_| realm);
        // Now that nobody's `auth` is good any more.
        self.media.clear();
        self.save();
        self.feed.tell(Happening::Reset { server_id });
    }

    /// Ends every connection.
    pub fn hang_up_all(&self) {
        self.accounts().iter().for_each(|account| account.hang_up());
        self.pairings.clear();
    }

    /// The phone or person behind a number, as a Signal endpoint.
    pub fn with_endpoint<T>(&self, phone: Phone, read: impl FnOnce(&Endpoint) -> T) -> T {
        match self.account(phone) {
            Some(account) => read(&account.handset),
            None => read(&self.person(phone).endpoint),
        }
    }

    /// A number for a one-time prekey: any 24 bits, because the keys follow from it.
    pub fn prekey_id(&self) -> u32 {
        let [a, b, c] = self.random.bytes();
        u32::from_be_bytes([0, a, b, c]).max(1)
    }

    fn replace_realm(&self, change: impl FnOnce(&Realm) -> Realm) {
        let mut realm = self.realm.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        *realm = Arc::new(change(&realm));
    }
}

fn account_record(account: &Account) -> Record {
    let Account { phone, .. } = *account;
    let addressing = account.addressing();
    let (name, about, devices_ever) = (account.name.clone(), account.about(), account.devices().ever());
    Record::Account { phone, name, addressing, devices_ever, about }
}
