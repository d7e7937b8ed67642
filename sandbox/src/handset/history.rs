//! The history that a phone gives a new device: who is in its address book.

use std::io::Write as _;

use buffa::{Message as _, MessageField};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{HistorySyncNotification, ProtocolMessage};

use crate::address::Phone;
use crate::world::World;
use crate::world::account::Account;

/// The first history, inline: small enough that no media host is needed.
pub(super) fn initial(world: &World, account: &Account) -> ProtocolMessage {
    let realm = world.realm();
    let book: Vec<Phone> =
        world.people.address_book(account.phone).into_iter().filter(|phone| *phone != account.phone).collect();
    let named = |phone: Phone| (phone.jid().to_string(), world.people.name(phone, realm.seed));
    let conversation = |phone: &Phone| {
        let (id, name) = named(*phone);
        wa::Conversation {
            id,
            name: Some(name),
            unread_count: Some(0),
            conversation_timestamp: Some(world.clock.now_secs()),
            lid_jid: Some(realm.lids.jid(*phone).to_string()),
            ..Default::default()
        }
    };
    let pushname = |phone: &Phone| {
        let (id, name) = named(*phone);
        wa::Pushname { id: Some(id), pushname: Some(name) }
    };
    let mapping = |phone: &Phone| wa::PhoneNumberToLIDMapping {
        pn_jid: Some(phone.jid().to_string()),
        lid_jid: Some(realm.lids.jid(*phone).to_string()),
    };
    let history = wa::HistorySync {
        sync_type: wa::history_sync::HistorySyncType::INITIAL_BOOTSTRAP,
        conversations: book.iter().map(conversation).collect(),
        pushnames: book.iter().map(pushname).collect(),
        phone_number_to_lid_mappings: book.iter().map(mapping).collect(),
        progress: Some(100),
        chunk_order: Some(0),
        ..Default::default()
    };
    let packed = deflate(&history.encode_to_vec());
    let notification = HistorySyncNotification {
        file_length: Some(packed.len() as u64),
        sync_type: Some(wa::message::HistorySyncType::INITIAL_BOOTSTRAP),
        chunk_order: Some(0),
        progress: Some(100),
        initial_hist_bootstrap_inline_payload: Some(packed),
        ..Default::default()
    };
    ProtocolMessage {
        r#type: Some(wa::message::protocol_message::Type::HISTORY_SYNC_NOTIFICATION),
        history_sync_notification: MessageField::some(notification),
        ..Default::default()
    }
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}
