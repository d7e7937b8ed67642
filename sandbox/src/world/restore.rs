//! A world from its journal, and back.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use wacore_binary::Node;

use super::account::Account;
use super::feed::Feed;
use super::group::Group;
use super::ledger::Ledger;
use super::mailbox::{Held, HeldKey};
use super::{Realm, World, account_record};
use crate::address::{DeviceAddress, Phone};
use crate::clock::Clock;
use crate::disk::{Blob, Journal, Record};
use crate::media::{self, MediaLimits};
use crate::people::Profile;
use crate::random::{Random, unchosen_seed};
use crate::signal::{Endpoint, OwnChain};
use crate::wire::channel::read_stanza;
use crate::wire::noise::ServerKeys;

/// A journal's first records, which the rest is built on.
struct Origin {
    server: Option<ServerKeys>,
    openings: u64,
}

impl World {
    /// Opens the world in `folder`, or a new one in memory. `seed` is only for a world that is new.
    pub fn open(
        clock: Arc<dyn Clock>,
        seed: Option<u64>,
        folder: Option<&Path>,
        limits: MediaLimits,
    ) -> Result<Arc<Self>> {
        let mut origin = Origin { server: None, openings: 0 };
        let mut records = Vec::new();
        let journal = match folder {
            Some(folder) => Journal::open(folder, |record| records.push(record))?,
            None => Journal::in_memory(),
        };
        for record in &records {
            if let Record::Server { private, certificates, openings } = record {
                origin.server = Some(ServerKeys::restore(&private.0, certificates.0.clone())?);
                origin.openings = *openings;
            }
        }
        let seed = seed.unwrap_or_else(unchosen_seed);
        let openings = origin.openings + 1;
        let random = Random::seeded(seed, openings);
        let server = origin.server.unwrap_or_else(|| ServerKeys::generate(&mut random.fork(), clock.now_secs()));
        let journal = Arc::new(journal);
        let media = media::Store::new(folder.map(|folder| folder.join("media")), limits, journal.clone());
        let world = Self {
            realm: std::sync::RwLock::new(Arc::new(Realm::new(&random, seed))),
            ledger: Ledger::new(Arc::new(Journal::in_memory())),
            journal: journal.clone(),
            clock,
            random,
            server,
            people: Default::default(),
            groups: Default::default(),
            pictures: Default::default(),
            media: Arc::new(media),
            faults: Default::default(),
            schedule: Default::default(),
            feed: Feed::default(),
            presence: Default::default(),
            pairings: Default::default(),
            openings,
            lines: Default::default(),
            accounts: Default::default(),
        };
        for record in records {
            world.apply(record)?;
        }
        let world = Self { ledger: world.ledger.into_journal(journal), ..world };
        world.media.sweep();
        world.save();
        let world = Arc::new(world);
        world.resume();
        Ok(world)
    }

    /// Writes the world's state as a new, short journal.
    pub fn save(&self) {
        if let Err(error) = self.journal.compact(self.records()) {
            tracing::error!(%error, "cannot save the sandbox's world");
        }
    }

    pub(crate) fn apply(&self, record: Record) -> Result<()> {
        match record {
            Record::Server { .. } => {}
            Record::Realm { server_id, secret, seed } => {
                let secret = secret.0.as_slice().try_into().context("the world's secret has 32 bytes")?;
                self.forget_all();
                self.replace_realm(|_| Realm::from_secret(server_id, secret, seed));
            }
            Record::Defaults { seed, persona, policy } => {
                self.people.set_defaults(Profile::new(persona)?);
                self.ledger.limit(policy);
                self.replace_realm(|realm| Realm { seed, ..realm.clone() });
            }
            Record::Account { phone, name, addressing, devices_ever, about } => {
                let realm = self.realm();
                let account = Account::new(phone, realm.lids.of(phone), name, addressing, &realm.secret);
                account.devices().restore_ever(devices_ever);
                account.set_about(about);
                self.accounts.write().expect("one thread opens a world").insert(phone, Arc::new(account));
            }
            Record::Persona { phone, persona } => self.people.set(phone, Profile::new(persona)?),
            Record::PersonaToward { phone, account, persona } => {
                self.people.set_toward(phone, account, persona.map(Profile::new).transpose()?);
            }
            Record::Saved(saved) => self.people.book.restore(saved),
            Record::NewPhone { phone, phones } => self.people.restore_phones(phone, phones),
            Record::Session { owner, account, device, session } => {
                let peer = DeviceAddress { account, device };
                self.with_endpoint(owner, |endpoint| endpoint.restore(peer, session.0));
            }
            Record::SessionGone { owner, account, device } => {
                self.with_endpoint(owner, |endpoint| endpoint.forget(DeviceAddress { account, device }));
            }
            Record::Picture { phone, picture } => self.pictures.restore(phone, picture),
            Record::Group(group) => self.groups.restore(group),
            Record::Reader { at, reader } => self.ledger.restore_reader(usize::try_from(at)?, reader),
            Record::Message { at, entry } => self.ledger.restore(usize::try_from(at)?, entry),
            Record::Tally { account, nacked, counter_reuse, standing } => {
                self.ledger.restore_tally(account, nacked, counter_reuse, standing);
            }
            Record::File(card) => self.media.restore(card),
            other => self.apply_to_chain(other)?,
        }
        Ok(())
    }

    fn apply_to_chain(&self, record: Record) -> Result<()> {
        match record {
            Record::HeardChain { owner, group, account, device, key } => {
                let from = DeviceAddress { account, device };
                self.with_endpoint(owner, |endpoint| endpoint.restore_heard_chain(group, from, key.0));
            }
            Record::OwnChain { owner, group, key: Some(key), told } => {
                let own = OwnChain { key: key.0, told: told.into_iter().collect() };
                self.with_endpoint(owner, |endpoint| endpoint.restore_own_chain(group, own));
            }
            Record::OwnChain { owner, group, key: None, .. } => {
                self.with_endpoint(owner, |endpoint| endpoint.drop_own_chain(group));
            }
            other => self.apply_to_device(other)?,
        }
        Ok(())
    }

    fn apply_to_device(&self, record: Record) -> Result<()> {
        let with = |account: Phone, id: u16, change: &mut dyn FnMut(&mut super::account::Device)| {
            self.account(account).and_then(|account| account.with_device(id, |device| change(device)))
        };
        match record {
            Record::Device { account, device } => {
                let account = self.account(account).context("the journal has a device without account")?;
                account.devices().restore(device);
            }
            Record::ListGiven { account, holder } => {
                self.account(account).map(|account| account.add_list_holder(holder));
            }
            Record::DeviceRemoved { account, device } => {
                self.account(account).and_then(|account| account.devices().unlink(device));
            }
            Record::Prekeys { account, device, keys } => {
                let keys: Vec<_> =
                    keys.iter().filter_map(|(id, key)| Some((*id, key.0.as_slice().try_into().ok()?))).collect();
                with(account, device, &mut |device| {
                    device.uploaded = true;
                    device.prekeys.extend(keys.iter().copied());
                });
            }
            Record::PrekeyTaken { account, device, id } => {
                with(account, device, &mut |device| device.prekeys.retain(|(other, _)| *other != id));
            }
            Record::Held { account, device, at, key, stanza } => {
                let Ok(stanza) = read_stanza(&stanza.0) else {
                    // The device could not have read it either.
                    tracing::warn!(%account, device, "dropped a stanza that cannot be read");
                    return Ok(());
                };
                with(account, device, &mut |device| {
                    device.mailbox.restore(at, Held { key: key.clone(), stanza: stanza.clone(), kept: true });
                });
            }
            Record::Confirmed { account, device, at } => {
                with(account, device, &mut |device| device.mailbox.drop_at(at));
            }
            other => anyhow::bail!("{other:?} is not about a device"),
        }
        Ok(())
    }

    fn forget_all(&self) {
        self.accounts.write().expect("one thread opens a world").clear();
        self.people.clear();
        self.groups.clear();
        self.pictures.clear();
        self.ledger.clear();
        self.media.forget();
    }

    /// The shortest journal that leads to this world.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record> {
        let realm = self.realm();
        let (_, personas) = self.people.personas();
        let accounts: HashMap<_, _> = self.accounts().into_iter().map(|account| (account.phone, account)).collect();
        let head = [
            Record::Server {
                private: Blob(self.server.private().to_vec()),
                certificates: Blob(self.server.certificates().to_vec()),
                openings: self.openings,
            },
            Record::Realm { server_id: realm.server_id.clone(), secret: Blob(realm.secret.to_vec()), seed: realm.seed },
            self.defaults_record(),
        ];
        let personas = personas.into_iter().map(|(phone, persona)| Record::Persona { phone, persona });
        let toward = self.people.personas_toward().into_iter();
        let toward =
            toward.map(|(phone, account, persona)| Record::PersonaToward { phone, account, persona: Some(persona) });
        let book = self.people.book.changes().into_iter().map(Record::Saved);
        let phones = self.people.former_phones().into_iter();
        let phones = phones.map(|(phone, phones)| Record::NewPhone { phone, phones });
        let met = self.people.met().into_iter().filter(move |person| !accounts.contains_key(&person.phone));
        let met = met.flat_map(|person| sessions(person.phone, &person.endpoint));
        let accounts = self.accounts().into_iter().flat_map(|account| {
            let mut records = vec![account_record(&account)];
            records.extend(sessions(account.phone, &account.handset));
            let (phone, holders) = (account.phone, account.list_holders().into_iter());
            records.extend(holders.map(|holder| Record::ListGiven { account: phone, holder }));
            account.devices().iter().for_each(|device| records.extend(device_records(phone, device)));
            records
        });
        let groups = self.groups.all().into_iter().map(|group| Record::Group(Group::clone(&group)));
        let pictures = self.pictures.all().into_iter();
        let pictures = pictures.map(|(phone, picture)| Record::Picture { phone, picture: Some(picture) });
        let books = groups.chain(pictures).chain(self.media.records()).chain(self.ledger.records());
        head.into_iter().chain(personas).chain(toward).chain(book).chain(phones).chain(met).chain(accounts).chain(books)
    }

    pub(super) fn defaults_record(&self) -> Record {
        Record::Defaults { seed: self.realm().seed, persona: self.people.personas().0, policy: self.ledger.policy() }
    }
}

/// The sessions and sender keys of a phone.
fn sessions(owner: Phone, endpoint: &Endpoint) -> Vec<Record> {
    let session = |(DeviceAddress { account, device }, session): (_, Vec<u8>)| Record::Session {
        owner,
        account,
        device,
        session: Blob(session),
    };
    let mut records: Vec<_> = endpoint.kept_sessions().into_iter().map(session).collect();
    for (group, DeviceAddress { account, device }, key) in endpoint.kept_heard_chains() {
        records.push(Record::HeardChain { owner, group, account, device, key: Blob(key) });
    }
    for (group, own) in endpoint.kept_own_chains() {
        let told = own.told.into_iter().collect();
        records.push(Record::OwnChain { owner, group, key: Some(Blob(own.key)), told });
    }
    records
}

fn device_records(account: Phone, device: &super::account::Device) -> Vec<Record> {
    let mut records = vec![Record::Device { account, device: device.kept() }];
    if device.uploaded {
        let keys = device.prekeys.iter().map(|(id, key)| (*id, Blob(key.to_vec()))).collect();
        records.push(Record::Prekeys { account, device: device.id, keys });
    }
    let waiting = device.mailbox.waiting();
    records.extend(waiting.map(|(at, held)| held_record(account, device.id, at, held.key.clone(), &held.stanza)));
    records
}

pub(super) fn held_record(account: Phone, device: u16, at: u64, key: HeldKey, stanza: &Node) -> Record {
    let stanza = Blob(wacore_binary::marshal::marshal(stanza).expect("our own stanzas can be written"));
    Record::Held { account, device, at, key, stanza }
}
