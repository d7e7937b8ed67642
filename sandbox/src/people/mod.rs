//! Simulated people: everybody who has a phone number and is not an account.
//!
//! A person exists once somebody asks for their keys. Until then they are nothing but their number, so a hundred
//! thousand people known to a campaign cost nothing.

mod book;
mod persona;
mod phrase;

pub use book::{AddressBook, Saved};
pub use persona::{Character, InvalidPersona, Persona, Plan, Profile, ReplyRule};

use std::collections::{BTreeSet, HashMap};
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
    /// How people behave toward one account, by account and person.
    toward: HashMap<Phone, HashMap<Phone, Arc<Profile>>>,
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

    /// How the person behaves toward everybody about whom nothing else was said.
    pub fn character(&self, phone: Phone) -> Character {
        self.read(|profiles| profiles.character(phone, &profiles.nobody))
    }

    /// How the person behaves toward an account.
    pub fn character_toward(&self, phone: Phone, account: Phone) -> Character {
        self.read(|profiles| profiles.character(phone, profiles.toward(phone, account).unwrap_or(&profiles.nobody)))
    }

    /// How somebody behaves who was never spoken of.
    pub fn anybody(&self) -> Character {
        self.read(|profiles| {
            Character::new(profiles.nobody.clone(), profiles.nobody.clone(), profiles.defaults.clone())
        })
    }

    /// What was set for the person.
    pub fn own(&self, phone: Phone) -> Persona {
        self.read(|profiles| profiles.own.get(&phone).map(|profile| profile.persona.clone()).unwrap_or_default())
    }

    /// What was set for the person toward an account.
    pub fn toward(&self, phone: Phone, account: Phone) -> Persona {
        self.read(|profiles| profiles.toward(phone, account).map(|profile| profile.persona.clone()).unwrap_or_default())
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

    /// Sets how a person behaves toward an account; nothing: as toward everybody.
    pub fn set_toward(&self, phone: Phone, account: Phone, profile: Option<Profile>) {
        self.write(|profiles| {
            let known = profiles.toward.entry(account).or_default();
            match profile {
                Some(profile) => _ = known.insert(phone, Arc::new(profile)),
                None => _ = known.remove(&phone),
            }
        });
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

    /// Everything that was set for one person toward one account: the person, the account, the persona.
    pub fn personas_toward(&self) -> Vec<(Phone, Phone, Persona)> {
        self.read(|profiles| {
            let of_account = |(account, known): (&Phone, &HashMap<Phone, Arc<Profile>>)| {
                let account = *account;
                let one = move |(phone, profile): (&Phone, &Arc<Profile>)| (*phone, account, profile.persona.clone());
                known.iter().map(one).collect::<Vec<_>>()
            };
            profiles.toward.iter().flat_map(of_account).collect()
        })
    }

    /// Everybody whose behaviour was set, toward everybody or toward this account: its phone knows who they are, unless they
    /// hide their number from it.
    pub fn told_of(&self, account: Phone) -> Vec<Phone> {
        self.read(|profiles| {
            let toward = profiles.toward.get(&account).into_iter().flat_map(HashMap::keys);
            let book: BTreeSet<_> = profiles.own.keys().chain(toward).copied().collect();
            let nobody = &profiles.nobody;
            let toward = |phone| profiles.character(phone, profiles.toward(phone, account).unwrap_or(nobody));
            book.into_iter().filter(|phone| !toward(*phone).hides_number()).collect()
        })
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

impl Profiles {
    fn toward(&self, phone: Phone, account: Phone) -> Option<&Arc<Profile>> {
        self.toward.get(&account)?.get(&phone)
    }

    fn character(&self, phone: Phone, toward: &Arc<Profile>) -> Character {
        let own = self.own.get(&phone).unwrap_or(&self.nobody);
        Character::new(toward.clone(), own.clone(), self.defaults.clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
