//! What a primary phone does: it vouches for the devices it links and shares its state with them.

mod adv;
mod history;
mod migration;
mod state;

pub use adv::{device_proof_is_valid, signed_identity, signed_key_indexes};
pub use migration::tell_mappings;
pub use state::{BOOK, patches};

use anyhow::Result;
use buffa::MessageField;
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::ProtocolMessage;

use crate::signal::pad;
use crate::wire::node;
use crate::world::World;
use crate::world::account::Account;
use crate::world::mailbox::HeldKey;

/// The id of the only app-state key that a simulated phone ever makes.
const APP_STATE_KEY_ID: [u8; 6] = [0, 0, 0, 0, 0, 1];

/// Sends a freshly linked device the app-state key and the history. Clients wait for the key and the first of the
/// history, and because both are posted like any other stanza, they come again until the device confirms them.
pub fn welcome(world: &World, account: &Account, device: u16) -> Result<()> {
    share_key(world, account, device)?;
    for part in history::of(world, account)? {
        tell(world, account, device, part)?;
    }
    Ok(())
}

/// Sends a device the app-state key.
pub fn share_key(world: &World, account: &Account, device: u16) -> Result<()> {
    use wa::message::{
        AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyFingerprint, AppStateSyncKeyId, AppStateSyncKeyShare,
    };
    let fingerprint = AppStateSyncKeyFingerprint {
        raw_id: Some(account.raw_id),
        current_index: Some(u32::from(device)),
        device_indexes: vec![0, u32::from(device)],
    };
    let data = AppStateSyncKeyData {
        key_data: Some(account.app_state_key.to_vec()),
        timestamp: Some(world.clock.now_ms()),
        fingerprint: MessageField::some(fingerprint),
    };
    let key = AppStateSyncKey {
        key_id: MessageField::some(AppStateSyncKeyId { key_id: Some(APP_STATE_KEY_ID.to_vec()) }),
        key_data: MessageField::some(data),
    };
    let share = ProtocolMessage {
        r#type: Some(wa::message::protocol_message::Type::APP_STATE_SYNC_KEY_SHARE),
        app_state_sync_key_share: MessageField::some(AppStateSyncKeyShare { keys: vec![key] }),
        ..Default::default()
    };
    tell(world, account, device, share)
}

/// What a linked device asks of its phone.
pub fn listen(world: &World, account: &Account, device: u16, message: &wa::Message) -> Result<()> {
    let asked = message.protocol_message.as_option();
    if asked.is_some_and(|message| message.app_state_sync_key_request.is_set()) {
        share_key(world, account, device)?;
    }
    Ok(())
}

/// A message from the phone to one of its devices.
fn tell(world: &World, account: &Account, device: u16, what: ProtocolMessage) -> Result<()> {
    let message = wa::Message { protocol_message: MessageField::some(what), ..Default::default() };
    let (to, mut rng) = (account.device(device), world.random.fork());
    let take = || world.take_bundle(account, device);
    let encrypted = account.handset.encrypt(to, &pad(&message), take, &mut rng)?;
    world.keep_session(account.phone, to, &encrypted.session);
    let id = world.stanza_id();
    let enc = node("enc").attr("v", "2").attr("type", encrypted.kind).bytes(encrypted.bytes).build();
    let stanza = node("message")
        .attr("from", Jid::pn(account.phone.to_string()))
        .attr("id", &id)
        .attr("t", world.clock.now_secs())
        .attr("type", "text")
        .attr("category", "peer")
        .children([enc]);
    world.post(account, device, HeldKey::message(id), stanza.build());
    Ok(())
}
