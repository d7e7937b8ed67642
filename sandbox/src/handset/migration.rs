//! An account moves from phone numbers to LIDs.

use std::collections::BTreeSet;

use anyhow::Result;
use buffa::{Message as _, MessageField};
use waproto::whatsapp as wa;
use waproto::whatsapp::message::ProtocolMessage;

use crate::world::World;
use crate::world::account::Account;

/// How many people a phone names when it moves: those it spoke to last, and those the world was told of.
const MOST_MAPPINGS: usize = 10_000;

/// Tells a device who is who, as the phone does when its account moves.
pub fn tell_mappings(world: &World, account: &Account, device: u16) -> Result<()> {
    let realm = world.realm();
    let spoken_to = world.ledger.latest_of_chats(account.phone, MOST_MAPPINGS).into_iter();
    let spoken_to = spoken_to.flat_map(|entry| [Some(entry.from), entry.to.phone()]).flatten();
    let known: BTreeSet<_> = spoken_to.chain(world.people.told_of(account.phone)).take(2 * MOST_MAPPINGS).collect();
    let mapping = |phone: crate::address::Phone| wa::LIDMigrationMapping {
        pn: phone.number(),
        assigned_lid: realm.lids.of(phone),
        latest_lid: None,
    };
    let payload = wa::LIDMigrationMappingSyncPayload {
        pn_to_lid_mappings: known.into_iter().take(MOST_MAPPINGS).map(mapping).collect(),
        chat_db_migration_timestamp: Some(world.clock.now_secs()),
    };
    let sync = wa::LIDMigrationMappingSyncMessage { encoded_mapping_payload: Some(payload.encode_to_vec()) };
    let told = ProtocolMessage {
        r#type: Some(wa::message::protocol_message::Type::LID_MIGRATION_MAPPING_SYNC),
        lid_migration_mapping_sync_message: MessageField::some(sync),
        ..Default::default()
    };
    super::tell(world, account, device, told)
}
