//! The history that a phone gives a new device: its chats with their latest messages first, what people call themselves,
//! then more messages.

mod chat;

use std::collections::BTreeSet;
use std::io::Write as _;

use anyhow::Result;
use buffa::{Message as _, MessageField};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use waproto::whatsapp as wa;
use waproto::whatsapp::history_sync::HistorySyncType;
use waproto::whatsapp::message::{HistorySyncNotification, ProtocolMessage};

use crate::address::Phone;
use crate::media::phone::{self, Parcel};
use crate::world::World;
use crate::world::account::{Account, Addressing};
use chat::Chat;

/// Chats in a history: those with the latest messages.
const CHATS: usize = 500;
/// Messages of a chat that come with the first part.
const FIRST: usize = 20;
/// Messages of a chat in a history.
const PER_CHAT: usize = 1_000;
/// Messages in a history, with what changed them.
const IN_ALL: usize = 10_000;
/// Messages in one of the later parts.
const PER_PART: usize = 500;
/// People of whom a history tells who they are.
const PEOPLE: usize = 10_000;
/// A larger part lies on the media host.
const INLINE_BYTES: usize = 8 * 1024;

/// The messages that hand a history over, in order.
pub(super) fn of(world: &World, account: &Account) -> Result<Vec<ProtocolMessage>> {
    let chats = chat::of(world, account);
    let mut parts = vec![first(world, account, &chats)?, names(world, account, &chats)];
    parts.extend(more(world, account, &chats)?);
    let last = parts.len();
    let number = |(at, part): (usize, wa::HistorySync)| wa::HistorySync {
        chunk_order: Some(at as u32),
        progress: Some((100 * (at + 1) / last) as u32),
        ..part
    };
    parts.into_iter().enumerate().map(number).map(|part| hand_over(world, &part)).collect()
}

/// Every chat with its latest messages, and who is who.
fn first(world: &World, account: &Account, chats: &[Chat]) -> Result<wa::HistorySync> {
    let conversation = |chat: &Chat| chat.conversation(world, account, chat.latest(0..FIRST));
    Ok(wa::HistorySync {
        sync_type: HistorySyncType::INITIAL_BOOTSTRAP,
        conversations: chats.iter().map(conversation).collect::<Result<_>>()?,
        phone_number_to_lid_mappings: mappings(world, account, chats),
        ..Default::default()
    })
}

/// Phone numbers and LIDs of the same people, as far as the phone knows both.
fn mappings(world: &World, account: &Account, chats: &[Chat]) -> Vec<wa::PhoneNumberToLIDMapping> {
    let realm = world.realm();
    let by_lid = account.addressing() == Addressing::Lid;
    let knows = |phone: &Phone| {
        let is_saved = world.people.book.name(*phone).is_some();
        *phone != account.phone
            && (is_saved || !(by_lid && world.people.character_toward(*phone, account.phone).hides_number()))
    };
    let people = chats.iter().flat_map(Chat::people).chain(world.people.told_of(account.phone)).filter(knows);
    let people: BTreeSet<Phone> = people.take(2 * PEOPLE).collect();
    let mapping = |phone: Phone| wa::PhoneNumberToLIDMapping {
        pn_jid: Some(phone.jid().to_string()),
        lid_jid: Some(realm.lids.jid(phone).to_string()),
    };
    people.into_iter().take(PEOPLE).map(mapping).collect()
}

/// What the people of the chats call themselves.
fn names(world: &World, account: &Account, chats: &[Chat]) -> wa::HistorySync {
    let by_lid = account.addressing() == Addressing::Lid;
    let people: BTreeSet<Phone> = chats.iter().flat_map(Chat::people).filter(|phone| *phone != account.phone).collect();
    let name = |phone: Phone| wa::Pushname {
        id: Some(world.chat_jid(phone, by_lid).to_string()),
        pushname: Some(world.name_of(phone)),
    };
    wa::HistorySync {
        sync_type: HistorySyncType::PUSH_NAME,
        pushnames: people.into_iter().take(PEOPLE).map(name).collect(),
        ..Default::default()
    }
}

/// The messages before the latest ones, chat after chat.
fn more(world: &World, account: &Account, chats: &[Chat]) -> Result<Vec<wa::HistorySync>> {
    let (mut parts, mut room) = (Vec::new(), 0);
    for chat in chats {
        let mut from = FIRST;
        while from < chat.messages.len() {
            if room == 0 {
                parts.push(wa::HistorySync { sync_type: HistorySyncType::RECENT, ..Default::default() });
                room = PER_PART;
            }
            let until = chat.messages.len().min(from + room);
            let conversation = chat.conversation(world, account, chat.latest(from..until))?;
            if let Some(part) = parts.last_mut() {
                part.conversations.push(conversation);
            }
            (room, from) = (room - (until - from), until);
        }
    }
    Ok(parts)
}

/// Tells of a part: with the part itself while it is small, else with its place on the media host.
fn hand_over(world: &World, part: &wa::HistorySync) -> Result<ProtocolMessage> {
    let packed = deflate(&part.encode_to_vec())?;
    let told = HistorySyncNotification {
        sync_type: Some(kind_of(part.sync_type)),
        chunk_order: part.chunk_order,
        progress: part.progress,
        file_length: Some(packed.len() as u64),
        ..Default::default()
    };
    let uploaded = if packed.len() > INLINE_BYTES { phone::upload_history(world, &packed) } else { None };
    let told = match uploaded {
        Some(Parcel { sha256, enc_sha256, key, direct_path }) => HistorySyncNotification {
            file_sha256: Some(sha256),
            file_enc_sha256: Some(enc_sha256),
            media_key: Some(key),
            direct_path: Some(direct_path),
            ..told
        },
        None => HistorySyncNotification { initial_hist_bootstrap_inline_payload: Some(packed), ..told },
    };
    Ok(ProtocolMessage {
        r#type: Some(wa::message::protocol_message::Type::HISTORY_SYNC_NOTIFICATION),
        history_sync_notification: MessageField::some(told),
        ..Default::default()
    })
}

/// The same word in the message that tells of a part.
fn kind_of(kind: HistorySyncType) -> wa::message::HistorySyncType {
    match kind {
        HistorySyncType::PUSH_NAME => wa::message::HistorySyncType::PUSH_NAME,
        HistorySyncType::RECENT => wa::message::HistorySyncType::RECENT,
        _ => wa::message::HistorySyncType::INITIAL_BOOTSTRAP,
    }
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
