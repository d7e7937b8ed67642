//! App state: the phone's push name and address book, encrypted for its devices.

use anyhow::Result;
use buffa::{Message as _, MessageField};
use wacore::appstate::hash::{HashState, generate_patch_mac};
use wacore::appstate::{encode_record, expand_app_state_keys};
use waproto::whatsapp as wa;

use super::APP_STATE_KEY_ID;
use crate::world::World;
use crate::world::account::Account;

/// One fact of the app state: its index, what it says, and the version of its kind.
type Fact = (String, wa::SyncActionValue, i32);

/// The first patch of a collection, with its version; `None` for a collection that is empty.
pub fn genesis(world: &World, account: &Account, collection: &str) -> Result<Option<(u64, Vec<u8>)>> {
    let facts = match collection {
        "critical_block" => vec![push_name(world, account)],
        "critical_unblock_low" => address_book(world, account),
        _ => vec![],
    };
    if facts.is_empty() {
        return Ok(None);
    }
    let keys = expand_app_state_keys(&account.app_state_key);
    let set = wa::syncd_mutation::SyncdOperation::SET;
    let seal = |(index, value, version): Fact| {
        let iv = world.random.bytes();
        encode_record(set, index.as_bytes(), &value, &keys, &APP_STATE_KEY_ID, &iv, version).0
    };
    let mutations: Vec<wa::SyncdMutation> = facts.into_iter().map(seal).collect();
    let mut state = HashState { version: 1, ..Default::default() };
    let (_, hashed) = state.update_hash(&mutations, |_, _| Ok(None));
    hashed?;
    let mut patch = wa::SyncdPatch {
        version: MessageField::some(wa::SyncdVersion { version: Some(state.version) }),
        mutations,
        key_id: MessageField::some(wa::KeyId { id: Some(APP_STATE_KEY_ID.to_vec()) }),
        snapshot_mac: Some(state.generate_snapshot_mac(collection, &keys.snapshot_mac)),
        ..Default::default()
    };
    // After the snapshot's: the patch's own MAC covers it.
    patch.patch_mac = Some(generate_patch_mac(&patch, collection, &keys.patch_mac, state.version));
    Ok(Some((state.version, patch.encode_to_vec())))
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

fn address_book(world: &World, account: &Account) -> Vec<Fact> {
    let realm = world.realm();
    let book = world.people.address_book(account.phone).into_iter().filter(|phone| *phone != account.phone);
    let fact = |phone: crate::address::Phone| {
        let name = world.people.name(phone, realm.seed);
        let action = wa::sync_action_value::ContactAction {
            first_name: name.split(' ').next().map(str::to_owned),
            full_name: Some(name),
            lid_jid: Some(realm.lids.jid(phone).to_string()),
            ..Default::default()
        };
        let value = wa::SyncActionValue {
            timestamp: Some(world.clock.now_ms()),
            contact_action: MessageField::some(action),
            ..Default::default()
        };
        (format!(r#"["contact","{}"]"#, phone.jid()), value, 2)
    };
    book.map(fact).collect()
}
