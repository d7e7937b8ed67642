//! The client library's storage: it answers as the library's own store in memory does, and keeps what that one cannot.

use crate::support::{NOON, World, on_both};
use bytes::Bytes;
use domain::{NumberId, SessionId, TenantId};
use server::{Error, Server, execute, fetch_all, whatsapp::keys::SessionKeys};
use std::{error::Error as _, fmt::Debug, sync::Arc};
use wacore::{
    appstate::{hash::HashState, processor::AppStateMutationMAC},
    store::{
        Device, InMemoryBackend,
        traits::{
            AppStateSyncKey, AppSyncStore as _, Backend, DeviceInfo, DeviceListRecord, DeviceStore as _,
            LidPnMappingEntry, MsgSecretEntry, PendingInboundKey, PendingInboundRow, SignalStore as _, TcTokenEntry,
        },
    },
};

const SITI: &str = "6281200000001@s.whatsapp.net";
const SITI_LAPTOP: &str = "6281200000001:3@s.whatsapp.net";
const BUDI: &str = "6281200000002@s.whatsapp.net";
const GROUP: &str = "120363000000000001@g.us";
const FAMILY: &str = "120363000000000002@g.us";

on_both! {
    /// Signal keys: stored, replaced, listed and forgotten as in memory.
    async fn signal_keys_answer_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(tell_signal(&mine).await, tell_signal(&InMemoryBackend::new()).await);
    }

    async fn app_state_answers_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(tell_app_state(&mine).await, tell_app_state(&InMemoryBackend::new()).await);
    }

    async fn the_network_is_remembered_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(tell_network(&mine).await, tell_network(&InMemoryBackend::new()).await);
    }

    async fn tokens_and_secrets_answer_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(tell_tokens(&mine).await, tell_tokens(&InMemoryBackend::new()).await);
        assert_eq!(tell_secrets(&mine).await, tell_secrets(&InMemoryBackend::new()).await);
    }

    async fn messages_wait_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(tell_messages(&mine).await, tell_messages(&InMemoryBackend::new()).await);
    }

    /// The device comes back whole from another process, with its private keys.
    async fn the_device_survives_a_restart(world: World) {
        let link = Link::new(&world).await;
        let keys = link.keys();
        assert!(!keys.exists().await.expect("asks"));
        assert!(keys.load().await.expect("asks").is_none());
        assert_eq!(keys.create().await.expect("creates"), 1);
        let made = keys.load().await.expect("asks").expect("there");
        assert_eq!(keys.create().await.expect("creates"), 1);
        let again = keys.load().await.expect("asks").expect("there");
        assert_eq!(json(&made), json(&again), "a device is made once");

        let mut linked = Device::new();
        linked.push_name = "Toko Siti".into();
        linked.next_pre_key_id = 813;
        linked.pn = Some(SITI.parse().expect("an address"));
        keys.save(&linked).await.expect("saves");
        let restarted = link.keys_of(world.another_process().await);
        assert!(restarted.exists().await.expect("asks"));
        assert_eq!(json(&linked), json(&restarted.load().await.expect("asks").expect("there")));
    }

    /// What linking does first: 812 one-time keys in one call, read back in the order asked for.
    async fn a_batch_of_812_prekeys_is_one_call(world: World) {
        let keys = Link::new(&world).await.keys();
        let batch: Vec<(u32, Bytes)> = (1..=812).map(|id| (id, Bytes::from(format!("key {id}")))).collect();
        keys.store_prekeys_batch(&batch, false).await.expect("stores");
        let backwards: Vec<u32> = (1..=813).rev().collect();
        let loaded = keys.load_prekeys_batch(&backwards).await.expect("loads");
        assert!(loaded.iter().eq(batch.iter().rev()));
        assert_eq!(keys.get_max_prekey_id().await.expect("asks"), 812);
    }

    /// More rows than one statement takes, some of them twice: the last one stays.
    async fn a_batch_may_be_large_and_repeat_itself(world: World) {
        let keys = Link::new(&world).await.keys();
        let address = |i: u32| Arc::from(format!("62812{i:07}@s.whatsapp.net"));
        let batch: Vec<(Arc<str>, Bytes)> =
            (0..9_000).map(|i| (address(i % 8_500), Bytes::from(i.to_string()))).collect();
        keys.put_sessions_batch(&batch).await.expect("stores");
        let stored = |i| { let keys = keys.clone(); async move { keys.get_session(&address(i)).await.expect("asks") } };
        assert_eq!(stored(8_499).await, Some(Bytes::from("8499")));
        assert_eq!(stored(0).await, Some(Bytes::from("8500")));
        assert_eq!(stored(8_500).await, None);
    }

    /// Whoever lost the session learns it at the next write, and that write leaves nothing behind.
    async fn a_lost_session_is_not_written_to(world: World) {
        let link = Link::new(&world).await;
        let former = link.keys();
        former.put_session(SITI, b"before").await.expect("stores");
        link.take_over().await;
        let errors = [
            former.put_session(SITI, b"after").await.expect_err("stale"),
            former.put_session(BUDI, b"after").await.expect_err("stale"),
            former.delete_session(SITI).await.expect_err("stale"),
            former.save(&Device::new()).await.expect_err("stale"),
            former.create().await.expect_err("stale"),
        ];
        for error in errors {
            let inner = error.source().and_then(|source| source.downcast_ref::<Error>());
            assert!(matches!(inner, Some(Error::Stale("a session"))), "{error:?}");
        }
        let owner = link.keys_with_fence(2);
        assert_eq!(owner.get_session(SITI).await.expect("asks"), Some(Bytes::from("before")));
        assert_eq!(owner.get_session(BUDI).await.expect("asks"), None);
        assert!(!owner.exists().await.expect("asks"));
        owner.put_session(SITI, b"after").await.expect("the owner writes");
    }

    /// Two numbers of one company, the same contact: neither sees, replaces or deletes the other's keys.
    async fn sessions_never_share_a_key(world: World) {
        let link = Link::new(&world).await;
        let (one, two) = (link.keys(), link.sibling("Gudang").await.keys());
        one.put_session(SITI, b"one").await.expect("stores");
        assert_eq!(two.get_session(SITI).await.expect("asks"), None);
        assert!(!two.has_signal_state_for_user("6281200000001").await.expect("asks"));
        two.put_session(SITI, b"two").await.expect("stores");
        two.delete_session(SITI).await.expect("deletes");
        assert_eq!(one.get_session(SITI).await.expect("asks"), Some(Bytes::from("one")));
        two.set_sync_key(b"k", AppStateSyncKey::default()).await.expect("stores");
        assert_eq!(one.get_latest_sync_key_id().await.expect("asks"), None);
    }

    /// A stolen database shows no key, and a value moved to another row does not open there.
    async fn values_are_sealed_to_their_row(world: World) {
        let link = Link::new(&world).await;
        let keys = link.keys();
        let secret = b"the ratchet of Siti, in plain sight";
        keys.put_session(SITI, secret).await.expect("stores");
        keys.put_session(BUDI, secret).await.expect("stores");
        let stored = link.values().await;
        assert_eq!(stored.len(), 2);
        for value in &stored {
            assert!(!value.windows(8).any(|part| secret.windows(8).any(|plain| plain == part)));
        }
        assert_ne!(stored[0], stored[1], "equal values do not look equal");
        link.copy_value(SITI, BUDI).await;
        assert!(keys.get_session(BUDI).await.is_err());
    }

    /// Both halves of a token survive when both writers come at once.
    async fn concurrent_writers_keep_both_halves_of_a_token(world: World) {
        use wacore::store::traits::ProtocolStore as _;
        let keys = Link::new(&world).await.keys();
        let given = futures::future::join_all((1..=20).map(|at| keys.touch_tc_token_sender_timestamp("1@lid", at)));
        let received =
            futures::future::join_all((1..=20).map(|at| keys.store_received_tc_token("1@lid", b"token", 100 + at)));
        let (given, received) = futures::join!(given, received);
        for done in given.into_iter().chain(received) {
            done.expect("writes");
        }
        let token = keys.get_tc_token("1@lid").await.expect("asks").expect("there");
        assert_eq!((token.token_timestamp, token.sender_timestamp), (120, Some(20)));
    }
}

/// A number with a session that was taken over once: its fence is 1.
struct Link {
    server: Server,
    tenant: TenantId,
    session: SessionId,
}

impl Link {
    async fn new(world: &World) -> Self {
        let siti = world.sign_up("Siti").await;
        Self::insert(world.server.clone(), siti.viewer.tenant, "Kasir").await
    }

    async fn sibling(&self, label: &str) -> Self {
        Self::insert(self.server.clone(), self.tenant, label).await
    }

    async fn insert(server: Server, tenant: TenantId, label: &str) -> Self {
        let (number, session): (NumberId, SessionId) = (server.new_id(), server.new_id());
        let mut tx = server.db.system().await.expect("begins");
        let sql = "INSERT INTO number (number_id, tenant_id, label, network, state, changed_at, created_at)
                   VALUES ($1, $2, $3, 'sandbox', 'connected', $4, $4)";
        execute!(&mut tx, sql, number, tenant, label, NOON).expect("a number");
        let sql = "INSERT INTO session (session_id, tenant_id, number_id, fence, created_at)
                   VALUES ($1, $2, $3, 1, $4)";
        execute!(&mut tx, sql, session, tenant, number, NOON).expect("a session");
        tx.commit().await.expect("commits");
        Self { server, tenant, session }
    }

    fn keys(&self) -> SessionKeys {
        self.keys_with_fence(1)
    }

    fn keys_with_fence(&self, fence: i64) -> SessionKeys {
        SessionKeys::new(self.server.clone(), self.tenant, self.session, fence)
    }

    fn keys_of(&self, process: Server) -> SessionKeys {
        SessionKeys::new(process, self.tenant, self.session, 1)
    }

    /// Another owner takes the session.
    async fn take_over(&self) {
        let mut tx = self.server.db.system().await.expect("begins");
        let sql = "UPDATE session SET fence = fence + 1 WHERE session_id = $1";
        assert_eq!(execute!(&mut tx, sql, self.session).expect("raises the fence"), 1);
        tx.commit().await.expect("commits");
    }

    /// What a thief of the database sees.
    async fn values(&self) -> Vec<Vec<u8>> {
        let mut tx = self.server.db.system_read().await.expect("begins");
        let sql = "SELECT value FROM session_key WHERE session_id = $1";
        let rows: Vec<(Vec<u8>,)> = fetch_all!(&mut tx, (Vec<u8>,), sql, self.session).expect("reads");
        rows.into_iter().map(|(value,)| value).collect()
    }

    async fn copy_value(&self, from: &str, to: &str) {
        let mut tx = self.server.db.system().await.expect("begins");
        let sql = "UPDATE session_key SET value = (SELECT s.value FROM session_key s WHERE s.session_id = $1
                   AND s.kind = 'session' AND s.key = $2) WHERE session_id = $1 AND kind = 'session' AND key = $3";
        assert_eq!(execute!(&mut tx, sql, self.session, from, to).expect("copies"), 1);
        tx.commit().await.expect("commits");
    }
}

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

fn json(device: &Device) -> serde_json::Value {
    serde_json::to_value(device).expect("a device")
}

fn arc(text: &str) -> Arc<str> {
    Arc::from(text)
}

async fn tell_signal(store: &dyn Backend) -> Vec<String> {
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

async fn tell_app_state(store: &dyn Backend) -> Vec<String> {
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

async fn tell_network(store: &dyn Backend) -> Vec<String> {
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

async fn tell_tokens(store: &dyn Backend) -> Vec<String> {
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

async fn tell_secrets(store: &dyn Backend) -> Vec<String> {
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

async fn tell_messages(store: &dyn Backend) -> Vec<String> {
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
