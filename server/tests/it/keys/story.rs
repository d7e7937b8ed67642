//! The same calls told to any store, each noted with its answer.

use bytes::Bytes;
use std::{fmt::Debug, sync::Arc};
use wacore::{
    appstate::{hash::HashState, processor::AppStateMutationMAC},
    store::traits::{
        AppStateSyncKey, Backend, DeviceInfo, DeviceListRecord, LidPnMappingEntry, MsgSecretEntry, PendingInboundKey,
        PendingInboundRow, TcTokenEntry,
    },
};

pub const SITI: &str = "6281200000001@s.whatsapp.net";
const SITI_LAPTOP: &str = "6281200000001:3@s.whatsapp.net";
pub const BUDI: &str = "6281200000002@s.whatsapp.net";
const GROUP: &str = "120363000000000001@g.us";
const FAMILY: &str = "120363000000000002@g.us";

/// Makes a call and notes it with its answer.
macro_rules! note {
    ($answers:ident, $store:ident.$call:ident($($arg:expr),* $(,)?)) => {
        $answers.push(format!(concat!(stringify!($call), " {:?}"), $store.$call($($arg),*).await.expect("answers")))
    };
    (sorted $answers:ident, $store:ident.$call:ident($($arg:expr),* $(,)?)) => {
        $answers.push(format!(concat!(stringify!($call), " {:?}"), sorted($store.$call($($arg),*).await.expect("answers"))))
    };
}

/// Answers that come in no order, in one.
fn sorted<T: Debug>(answers: impl IntoIterator<Item = T>) -> Vec<String> {
    let mut lines: Vec<String> = answers.into_iter().map(|answer| format!("{answer:?}")).collect();
    lines.sort();
    lines
}

fn arc(text: &str) -> Arc<str> {
    Arc::from(text)
}

pub async fn signal(store: &dyn Backend) -> Vec<String> {
    let mut said = Vec::new();
    note!(said, store.load_identity(SITI));
    note!(said, store.put_identity(SITI, [1; 32]));
    note!(said, store.put_identities_batch(&[(arc(BUDI), [2; 32]), (arc(SITI), [3; 32])]));
    note!(said, store.put_identities_batch(&[]));
    note!(said, store.load_identity(SITI));
    note!(said, store.delete_identity(SITI));
    note!(said, store.delete_identity(SITI));
    note!(said, store.load_identity(SITI));
    note!(said, store.load_identity(BUDI));

    note!(said, store.has_session(SITI_LAPTOP));
    note!(said, store.has_signal_state_for_user("6281200000001"));
    note!(said, store.put_session(SITI_LAPTOP, b"laptop"));
    note!(said, store.has_signal_state_for_user("6281200000001"));
    note!(said, store.has_signal_state_for_user("628120000000"));
    note!(said, store.has_signal_state_for_user("6281200000002"));
    note!(said, store.has_session(SITI_LAPTOP));
    note!(said, store.put_sessions_batch(&[(arc(SITI), Bytes::from("phone")), (arc(SITI_LAPTOP), Bytes::new())]));
    note!(said, store.get_session(SITI));
    note!(said, store.get_session(SITI_LAPTOP));
    note!(said, store.delete_session(SITI));
    note!(said, store.get_session(SITI));

    note!(said, store.get_max_prekey_id());
    note!(said, store.store_prekey(9, b"nine", true));
    note!(said, store.store_prekeys_batch(&[(10, Bytes::from("ten")), (u32::MAX, Bytes::from("last"))], false));
    note!(said, store.get_max_prekey_id());
    note!(said, store.load_prekeys_batch(&[10, 8, 9, 10]));
    note!(said, store.load_prekeys_batch(&[]));
    note!(said, store.remove_prekey(u32::MAX));
    note!(said, store.remove_prekey(9));
    note!(said, store.mark_prekeys_uploaded(&[9, 10]));
    note!(said, store.load_prekey(9));
    note!(said, store.load_prekey(10));
    note!(said, store.get_max_prekey_id());

    note!(said, store.store_signed_prekey(2, b"two"));
    note!(said, store.store_signed_prekey(1, b"one"));
    note!(sorted said, store.load_all_signed_prekeys());
    note!(said, store.load_signed_prekey(2));
    note!(said, store.remove_signed_prekey(2));
    note!(said, store.load_signed_prekey(2));

    note!(said, store.put_sender_key("group:siti", b"first"));
    note!(said, store.put_sender_keys_batch(&[(arc("group:siti"), Bytes::from("second"))]));
    note!(said, store.get_sender_key("group:siti"));
    note!(said, store.delete_sender_key("group:siti"));
    note!(said, store.get_sender_key("group:siti"));
    said
}

pub async fn app_state(store: &dyn Backend) -> Vec<String> {
    let mac = |index: u8, value: u8| AppStateMutationMAC { index_mac: vec![index; 32], value_mac: vec![value; 32] };
    let sync_key = |byte: u8| AppStateSyncKey { key_data: vec![byte; 32], fingerprint: vec![byte], timestamp: 7 };
    let version = HashState { version: 5, hash: [6; 128], ..HashState::default() };
    let mut said = Vec::new();
    note!(said, store.get_latest_sync_key_id());
    note!(said, store.set_sync_key(&[0, 2], sync_key(2)));
    note!(said, store.set_sync_key(&[0, 1], sync_key(1)));
    note!(said, store.get_latest_sync_key_id());
    note!(said, store.set_sync_key(&[0, 2], sync_key(3)));
    note!(said, store.get_latest_sync_key_id());
    note!(said, store.get_sync_key(&[0, 2]));
    note!(said, store.get_sync_key(&[0, 3]));

    note!(said, store.get_version("regular"));
    note!(said, store.set_version("regular", version));
    note!(said, store.get_version("regular"));
    note!(said, store.get_version("regular_low"));

    note!(said, store.put_mutation_macs("regular", 5, &[mac(1, 1), mac(2, 2), mac(1, 3)]));
    note!(said, store.put_mutation_macs("regular_low", 1, &[mac(1, 9)]));
    note!(said, store.get_mutation_mac("regular", &[1; 32]));
    note!(sorted said, store.get_mutation_macs("regular", &[[1; 32], [2; 32], [3; 32], [1; 32]]));
    note!(said, store.delete_mutation_macs("regular", &[vec![1; 32], vec![4; 32]]));
    note!(sorted said, store.get_mutation_macs("regular", &[[1; 32], [2; 32]]));
    note!(said, store.clear_mutation_macs("regular"));
    note!(sorted said, store.get_mutation_macs("regular", &[[1; 32], [2; 32]]));
    note!(said, store.get_mutation_mac("regular_low", &[1; 32]));
    said
}

pub async fn network(store: &dyn Backend) -> Vec<String> {
    let mapping = |lid: &str, phone: &str, at| LidPnMappingEntry {
        lid: lid.into(),
        phone_number: phone.into(),
        created_at: at,
        updated_at: at,
        learning_source: "usync".into(),
    };
    let devices = |user: &str, ids: &[u32]| DeviceListRecord {
        user: user.into(),
        devices: ids.iter().map(|id| DeviceInfo::new(*id, Some(1))).collect(),
        timestamp: 1,
        phash: Some("2:abc".into()),
        raw_id: Some(9),
    };
    let mut said = Vec::new();
    note!(sorted said, store.get_sender_key_devices(GROUP));
    note!(said, store.set_sender_key_status(GROUP, &[(SITI, true), (SITI_LAPTOP, true), (BUDI, false), (BUDI, true)]));
    note!(said, store.set_sender_key_status(FAMILY, &[(SITI, true), (BUDI, true)]));
    note!(said, store.set_sender_key_status(GROUP, &[(SITI, false)]));
    note!(sorted said, store.get_sender_key_devices(GROUP));
    note!(said, store.delete_sender_key_device_rows(&[BUDI]));
    note!(said, store.delete_sender_key_device_rows(&[]));
    note!(sorted said, store.get_sender_key_devices(GROUP));
    note!(sorted said, store.get_sender_key_devices(FAMILY));
    note!(said, store.clear_sender_key_devices(GROUP));
    note!(sorted said, store.get_sender_key_devices(GROUP));
    note!(sorted said, store.get_sender_key_devices(FAMILY));
    note!(said, store.clear_all_sender_key_devices());
    note!(sorted said, store.get_sender_key_devices(FAMILY));

    note!(said, store.get_pn_mapping("62811"));
    note!(said, store.put_lid_mapping(&mapping("1001", "62811", 1)));
    note!(said, store.put_lid_mappings(&[mapping("1002", "62812", 1), mapping("1003", "62811", 2)]));
    note!(said, store.get_pn_mapping("62811"));
    note!(said, store.put_lid_mapping(&mapping("1003", "62813", 3)));
    note!(said, store.get_pn_mapping("62811"));
    note!(said, store.get_pn_mapping("62813"));
    note!(said, store.get_lid_mapping("1003"));
    note!(sorted said, store.get_all_lid_mappings());

    note!(said, store.save_base_key(SITI, "M1", b"base"));
    note!(said, store.has_same_base_key(SITI, "M1", b"base"));
    note!(said, store.has_same_base_key(SITI, "M1", b"other"));
    note!(said, store.has_same_base_key(SITI, "M2", b"base"));
    note!(said, store.delete_base_key(SITI, "M1"));
    note!(said, store.has_same_base_key(SITI, "M1", b"base"));

    note!(said, store.get_devices("62811"));
    note!(said, store.update_device_list(devices("62811", &[0])));
    note!(said, store.update_device_lists(vec![devices("62812", &[0]), devices("62811", &[0, 3])]));
    note!(said, store.get_devices("62811"));
    note!(said, store.delete_devices("62811"));
    note!(said, store.get_devices("62811"));

    note!(said, store.get_group_metadata(GROUP));
    note!(said, store.put_group_metadata(GROUP, b"two members"));
    note!(said, store.get_group_metadata(GROUP));
    note!(said, store.delete_group_metadata(GROUP));
    note!(said, store.get_group_metadata(GROUP));
    said
}

pub async fn tokens(store: &dyn Backend) -> Vec<String> {
    let token = |at: i64| TcTokenEntry { token: vec![1], token_timestamp: at, sender_timestamp: None };
    let mut said = Vec::new();
    note!(said, store.get_tc_token("1@lid"));
    note!(said, store.put_tc_token("1@lid", &token(50)));
    note!(said, store.touch_tc_token_sender_timestamp("1@lid", 70));
    note!(said, store.touch_tc_token_sender_timestamp("1@lid", 60));
    note!(said, store.store_received_tc_token("1@lid", &[2], 40));
    note!(said, store.get_tc_token("1@lid"));
    note!(said, store.store_received_tc_token("1@lid", &[3], 50));
    note!(said, store.get_tc_token("1@lid"));
    note!(said, store.touch_tc_token_sender_timestamp("2@lid", 20));
    note!(said, store.get_tc_token("2@lid"));
    note!(said, store.store_received_tc_token("2@lid", &[4], 10));
    note!(said, store.get_tc_token("2@lid"));
    note!(said, store.store_received_tc_token("3@lid", &[5], 90));
    note!(sorted said, store.get_all_tc_token_jids());
    note!(said, store.delete_expired_tc_tokens(60, 70));
    note!(sorted said, store.get_all_tc_token_jids());
    note!(said, store.delete_tc_token("1@lid"));
    note!(sorted said, store.get_all_tc_token_jids());
    said
}

pub async fn secrets(store: &dyn Backend) -> Vec<String> {
    let secret = |id: &str, byte: u8, expires_at: i64, message_ts: i64| MsgSecretEntry {
        chat: arc(GROUP),
        sender: arc(SITI),
        msg_id: arc(id),
        secret: [byte; 32],
        expires_at,
        message_ts,
    };
    let mut said = Vec::new();
    note!(said, store.get_msg_secret(GROUP, SITI, "M1"));
    note!(said, store.put_msg_secrets(vec![secret("M1", 1, 100, 10), secret("M2", 2, 100, 0), secret("M1", 3, 50, 0)]));
    note!(said, store.put_msg_secrets(vec![secret("M2", 4, 300, 5), secret("M3", 5, 200, 0)]));
    note!(said, store.put_msg_secrets(vec![]));
    note!(said, store.put_msg_secret(GROUP, SITI, "M4", &[6; 32]));
    note!(said, store.get_msg_secret_with_ts(GROUP, SITI, "M1"));
    note!(said, store.get_msg_secret_with_ts(GROUP, SITI, "M2"));
    note!(said, store.delete_expired_msg_secrets(99));
    note!(said, store.delete_expired_msg_secrets(200));
    note!(said, store.get_msg_secret(GROUP, SITI, "M1"));
    note!(said, store.get_msg_secret(GROUP, SITI, "M2"));
    note!(said, store.get_msg_secret(GROUP, SITI, "M3"));
    note!(said, store.put_msg_secrets(vec![secret("M2", 7, 0, 0)]));
    note!(said, store.delete_expired_msg_secrets(i64::MAX));
    note!(said, store.get_msg_secret_with_ts(GROUP, SITI, "M2"));
    note!(said, store.get_msg_secret_with_ts(GROUP, SITI, "M4"));
    said
}

pub async fn messages(store: &dyn Backend) -> Vec<String> {
    let row = |id: &'static str, message: &'static [u8]| PendingInboundRow { chat: GROUP, sender: SITI, id, message };
    let tomorrow = wacore::time::now_secs() + 86_400;
    let mut said = Vec::new();
    note!(said, store.store_sent_message(SITI, "M1", b"halo"));
    note!(said, store.store_sent_message(SITI, "M1", b"halo lagi"));
    note!(said, store.store_sent_message(SITI, "M2", b"apa kabar"));
    note!(said, store.take_sent_message(BUDI, "M1"));
    note!(said, store.take_sent_message(SITI, "M1"));
    note!(said, store.take_sent_message(SITI, "M1"));
    note!(said, store.delete_expired_sent_messages(tomorrow - 2 * 86_400));
    note!(said, store.delete_expired_sent_messages(tomorrow));
    note!(said, store.take_sent_message(SITI, "M2"));

    note!(said, store.get_pending_inbound(GROUP, SITI, "M1"));
    note!(said, store.store_pending_inbound(GROUP, SITI, "M1", b"pesan"));
    note!(said, store.store_pending_inbound_batch(&[row("M2", b"dua"), row("M3 x", b"tiga"), row("M4", b"empat")]));
    note!(said, store.get_pending_inbound(GROUP, SITI, "M1"));
    note!(said, store.get_pending_inbound(GROUP, SITI, "M3 x"));
    note!(said, store.delete_pending_inbound(GROUP, SITI, "M1"));
    let taken_over = PendingInboundKey { chat: GROUP, sender: SITI, id: "M2" };
    note!(said, store.delete_pending_inbound_batch(&[taken_over]));
    note!(said, store.delete_expired_pending_inbound(tomorrow - 2 * 86_400));
    note!(said, store.get_pending_inbound(GROUP, SITI, "M2"));
    note!(said, store.delete_expired_pending_inbound(tomorrow));
    note!(said, store.get_pending_inbound(GROUP, SITI, "M4"));
    said
}
