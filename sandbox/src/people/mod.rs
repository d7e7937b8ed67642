//! Simulated people: everybody who has a phone number and is not an account.
//!
//! A person exists once somebody asks for their keys. Until then they are nothing but their number, so a hundred
//! thousand people known to a campaign cost nothing.

mod book;
mod persona;
mod phrase;

pub use book::{AddressBook, Saved};
pub use persona::{Character, InvalidPersona, Persona, Plan, Profile, ReplyRule};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, RwLock};

use crate::address::Phone;
use crate::random::derive;
use crate::signal::Endpoint;

/// People are spread over this many locks: a prime, so that patterns in numbers do not meet in one.
const SHARDS: usize = 61;

/// One simulated person.
pub struct Person {
    pub phone: Phone,
    pub endpoint: Endpoint,
}

/// Everybody.
pub struct People {
    pub book: AddressBook,
    shards: Vec<Mutex<HashMap<Phone, Arc<Person>>>>,
    profiles: RwLock<Profiles>,
}

#[derive(Default)]
struct Profiles {
    /// How many phones somebody had before, where it is not none.
    former_phones: HashMap<Phone, u32>,
    defaults: Arc<Profile>,
    nobody: Arc<Profile>,
    own: HashMap<Phone, Arc<Profile>>,
}

impl Default for People {
    fn default() -> Self {
        Self {
            book: AddressBook::default(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            profiles: RwLock::default(),
        }
    }
}

impl People {
    /// The person with this number; `secret` is the world's, from which their keys follow.
    pub fn person(&self, phone: Phone, secret: &[u8; 32]) -> Arc<Person> {
        let make = || {
            let phones = self.read(|profiles| profiles.former_phones.get(&phone).copied().unwrap_or(0));
            let seed = derive(secret, &[b"person", &phone.number().to_be_bytes(), &phones.to_be_bytes()]);
            Arc::new(Person { phone, endpoint: Endpoint::new(seed) })
        };
        self.shard(phone).entry(phone).or_insert_with(make).clone()
    }

    /// The person with this number, if anything was ever done with their keys.
    pub fn known(&self, phone: Phone) -> Option<Arc<Person>> {
        self.shard(phone).get(&phone).cloned()
    }

    /// The person gets a new phone, with other keys and no sessions. Returns how many they had before.
    pub fn new_phone(&self, phone: Phone) -> u32 {
        let phones = 1 + self.read(|profiles| profiles.former_phones.get(&phone).copied().unwrap_or(0));
        self.restore_phones(phone, phones);
        phones
    }

    /// Puts back how many phones a person had before.
    pub fn restore_phones(&self, phone: Phone, phones: u32) {
        self.write(|profiles| _ = profiles.former_phones.insert(phone, phones));
        self.shard(phone).remove(&phone);
    }

    /// Everybody who had other phones before, and how many.
    pub fn former_phones(&self) -> Vec<(Phone, u32)> {
        self.read(|profiles| profiles.former_phones.iter().map(|(phone, phones)| (*phone, *phones)).collect())
    }

    /// Everybody who was ever spoken to.
    pub fn met(&self) -> Vec<Arc<Person>> {
        let all = self.shards.iter().flat_map(|shard| lock(shard).values().cloned().collect::<Vec<_>>());
        all.collect()
    }

    /// How the person behaves.
    pub fn character(&self, phone: Phone) -> Character {
        self.read(|profiles| {
            let own = profiles.own.get(&phone).unwrap_or(&profiles.nobody);
            Character::new(own.clone(), profiles.defaults.clone())
        })
    }

    /// What was set for the person.
    pub fn own(&self, phone: Phone) -> Persona {
        self.read(|profiles| profiles.own.get(&phone).map(|profile| profile.persona.clone()).unwrap_or_default())
    }

    /// The name the person goes by.
    pub fn name(&self, phone: Phone, seed: u64) -> String {
        let character = self.character(phone);
        character.name().map_or_else(|| phrase::name(seed, phone.number()), str::to_owned)
    }

    /// Sets how a person behaves.
    pub fn set(&self, phone: Phone, profile: Profile) {
        self.write(|profiles| _ = profiles.own.insert(phone, Arc::new(profile)));
    }

    /// Sets how everybody else behaves.
    pub fn set_defaults(&self, profile: Profile) {
        self.write(|profiles| profiles.defaults = Arc::new(profile));
    }

    /// The world's defaults and everything that was set for one person.
    pub fn personas(&self) -> (Persona, Vec<(Phone, Persona)>) {
        self.read(|profiles| {
            let own = profiles.own.iter().map(|(phone, profile)| (*phone, profile.persona.clone())).collect();
            (profiles.defaults.persona.clone(), own)
        })
    }

    /// Everybody whose behaviour was set: the phones know who they are.
    pub fn told_of(&self) -> Vec<Phone> {
        self.personas().1.into_iter().map(|(phone, _)| phone).collect()
    }

    /// Forgets everybody.
    pub fn clear(&self) {
        self.shards.iter().for_each(|shard| lock(shard).clear());
        self.book.clear();
        self.write(|profiles| *profiles = Profiles::default());
    }

    fn shard(&self, phone: Phone) -> MutexGuard<'_, HashMap<Phone, Arc<Person>>> {
        lock(&self.shards[phone.number() as usize % SHARDS])
    }

    fn read<T>(&self, read: impl FnOnce(&Profiles) -> T) -> T {
        read(&self.profiles.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    fn write(&self, change: impl FnOnce(&mut Profiles)) {
        change(&mut self.profiles.write().unwrap_or_else(|poisoned| poisoned.into_inner()));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
