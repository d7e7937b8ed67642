//! App state: the phone's push name and address book, encrypted for its devices.

use std::collections::HashMap;

use anyhow::Result;
use buffa::{Message as _, MessageField};
use wacore::appstate::hash::{HashState, generate_patch_mac};
use wacore::appstate::{encode_record, expand_app_state_keys};
use waproto::whatsapp as wa;
use waproto::whatsapp::syncd_mutation::SyncdOperation;

use super::APP_STATE_KEY_ID;
use crate::people::Saved;
use crate::random::derive;
use crate::world::World;
use crate::world::account::Account;

/// The collection with the address book.
pub const BOOK: &str = "critical_unblock_low";
/// The collection with the push name.
const NAME: &str = "critical_block";

/// One fact of the app state: its index, what it says, and the version of its kind.
type Fact = (String, wa::SyncActionValue, i32);

/// What a device that has a collection up to `version` has not seen of it: how far it comes by that, and the patches.
/// Nothing when there is no more, or never was anything.
pub fn patches(
    world: &World,
    account: &Account,
    collection: &str,
    version: u64,
) -> Result<Option<(u64, Vec<Vec<u8>>)>> {
    match collection {
        NAME if version == 0 => {
            let mut seal = Seal::new(account, NAME);
            let mutation = seal.add(SyncdOperation::SET, push_name(world, account))?;
            let patch = seal.patch(vec![mutation]);
            Ok(Some((seal.state.version, vec![patch])))
        }
        BOOK => book(world, account, version),
        _ => Ok(None),
    }
}

/// One patch for each change after `version`: clients that have nothing yet begin with the first.
fn book(world: &World, account: &Account, version: u64) -> Result<Option<(u64, Vec<Vec<u8>>)>> {
    let mut changes = world.people.book.changes();
    // Who hides their number from this account alone is not in its phone, unless told so.
    changes.retain(|saved| {
        let hides = || world.people.character_toward(saved.phone, account.phone).hides_number();
        world.people.own(saved.phone).saved_as.is_some() || !hides()
    });
    let newest = changes.len() as u64;
    if version >= newest {
        return Ok(None);
    }
    let (mut seal, mut patches) = (Seal::new(account, BOOK), Vec::new());
    for saved in &changes {
        let operation = if saved.name.is_some() { SyncdOperation::SET } else { SyncdOperation::REMOVE };
        let mutation = seal.add(operation, contact(world, saved))?;
        if seal.state.version > version {
            patches.push(seal.patch(vec![mutation]));
        }
    }
    Ok(Some((newest, patches)))
}

/// Encrypts the changes of a collection in their order. The same change comes out the same for every device and at every
/// time: what a device has been given before counts in the hashes of what follows.
struct Seal<'a> {
    account: &'a Account,
    collection: &'static str,
    keys: wacore::appstate::keys::ExpandedAppStateKeys,
    state: HashState,
    /// The MAC of what stands under each index.
    standing: HashMap<Vec<u8>, Vec<u8>>,
}

impl<'a> Seal<'a> {
    fn new(account: &'a Account, collection: &'static str) -> Self {
        let keys = expand_app_state_keys(&account.app_state_key);
        Self { account, collection, keys, state: HashState::default(), standing: HashMap::new() }
    }

    /// The next change.
    fn add(&mut self, operation: SyncdOperation, (index, value, kind): Fact) -> Result<wa::SyncdMutation> {
        self.state.version += 1;
        let parts = [self.collection.as_bytes(), &self.state.version.to_be_bytes(), &value.encode_to_vec()];
        let derived = derive(&self.account.app_state_key, &parts);
        let iv: [u8; 16] = std::array::from_fn(|at| derived[at]);
        let (mutation, mac) =
            encode_record(operation, index.as_bytes(), &value, &self.keys, &APP_STATE_KEY_ID, &iv, kind);
        let standing = &self.standing;
        let (_, hashed) =
            self.state.update_hash(std::slice::from_ref(&mutation), |index, _| Ok(standing.get(index).cloned()));
        hashed?;
        let index = mutation.record.as_option().and_then(|record| record.index.as_option()?.blob.clone());
        match operation {
            SyncdOperation::SET => self.standing.insert(index.unwrap_or_default(), mac.to_vec()),
            SyncdOperation::REMOVE => self.standing.remove(&index.unwrap_or_default()),
        };
        Ok(mutation)
    }

    /// A patch that leads to where the collection is now.
    fn patch(&self, mutations: Vec<wa::SyncdMutation>) -> Vec<u8> {
        let mut patch = wa::SyncdPatch {
            version: MessageField::some(wa::SyncdVersion { version: Some(self.state.version) }),
            mutations,
            key_id: MessageField::some(wa::KeyId { id: Some(APP_STATE_KEY_ID.to_vec()) }),
            snapshot_mac: Some(self.state.generate_snapshot_mac(self.collection, &self.keys.snapshot_mac)),
            ..Default::default()
        };
        // After the snapshot's: the patch's own MAC covers it.
        let mac = generate_patch_mac(&patch, self.collection, &self.keys.patch_mac, self.state.version);
        patch.patch_mac = Some(mac);
        patch.encode_to_vec()
    }
}

fn push_name(world: &World, account: &Account) -> Fact {
    let setting = wa::sync_action_value::PushNameSetting { name: Some(account.name.clone()) };
    let value = wa::SyncActionValue {
        timestamp: Some(world.clock.now_ms()),
        push_name_setting: MessageField::some(setting),
        ..Default::default()
    };
    (r#"["setting_pushName"]"#.to_owned(), value, 1)
}

fn contact(world: &World, saved: &Saved) -> Fact {
    let action = |name: &String| wa::sync_action_value::ContactAction {
        first_name: name.split(' ').next().map(str::to_owned),
        full_name: Some(name.clone()),
        lid_jid: Some(world.realm().lids.jid(saved.phone).to_string()),
        ..Default::default()
    };
    let value = wa::SyncActionValue {
        timestamp: Some(saved.at_ms),
        contact_action: saved.name.as_ref().map(action).into(),
        ..Default::default()
    };
    (format!(r#"["contact","{}"]"#, saved.phone.jid()), value, 2)
}
