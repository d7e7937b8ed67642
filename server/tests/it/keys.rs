//! The client library's storage: it answers as the library's own store in memory does, and keeps what that one cannot.

mod story;

use crate::support::{NOON, World, on_both};
use async_trait::async_trait;
use bytes::Bytes;
use domain::{NumberId, SessionId, TenantId};
use server::{
    Error, Server, execute, fetch_all,
    whatsapp::{keys::SessionKeys, transport::AfterKeys},
};
use std::{
    error::Error as _,
    sync::{Arc, Mutex},
    time::Duration,
};
use story::{BUDI, SITI};
use tokio::sync::watch;
use wacore::net::Transport;
use wacore::store::{
    Device, InMemoryBackend,
    traits::{AppStateSyncKey, AppSyncStore as _, DeviceStore as _, ProtocolStore as _, SignalStore as _},
};

/// How long frames may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

on_both! {
    /// Signal keys: stored, replaced, listed and forgotten as in memory.
    async fn signal_keys_answer_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(story::signal(&mine).await, story::signal(&InMemoryBackend::new()).await);
    }

    async fn app_state_answers_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(story::app_state(&mine).await, story::app_state(&InMemoryBackend::new()).await);
    }

    async fn the_network_is_remembered_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(story::network(&mine).await, story::network(&InMemoryBackend::new()).await);
    }

    async fn tokens_and_secrets_answer_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(story::tokens(&mine).await, story::tokens(&InMemoryBackend::new()).await);
        assert_eq!(story::secrets(&mine).await, story::secrets(&InMemoryBackend::new()).await);
    }

    async fn messages_wait_as_in_memory(world: World) {
        let mine = Link::new(&world).await.keys();
        assert_eq!(story::messages(&mine).await, story::messages(&InMemoryBackend::new()).await);
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
        keys.settle().await.expect("writes");
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
        former.put_session(SITI, b"before").await.expect("takes");
        former.settle().await.expect("writes");
        link.take_over().await;
        former.put_session(SITI, b"after").await.expect("takes, and does not know yet");
        assert!(matches!(former.settle().await, Err(Error::Stale("a session"))));
        assert!(matches!(former.written().failed().await, Error::Stale("a session")));
        let errors = [
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
        owner.put_session(SITI, b"after").await.expect("takes");
        owner.settle().await.expect("the owner writes");
    }

    /// Writes on their way while the session changes hands: in before the new owner, or not at all.
    async fn nothing_is_written_behind_the_new_owner(world: World) {
        let link = Link::new(&world).await;
        let write = |i: u32| {
            let former = link.keys();
            tokio::spawn(async move {
                former.put_session(&format!("{i}@lid"), b"on its way").await.is_ok() && former.settle().await.is_ok()
            })
        };
        let writes: Vec<_> = (0..60).map(write).collect();
        link.take_over().await;
        let seen = link.values().await.len();
        let written = futures::future::join_all(writes).await;
        assert_eq!(seen, link.values().await.len());
        assert_eq!(seen, written.into_iter().filter(|done| *done.as_ref().expect("no panic")).count());
    }

    /// Storing does not wait for the disk, so the wire does: whatever a frame was made with is there when it leaves.
    async fn a_frame_leaves_after_its_keys(world: World) {
        let link = Link::new(&world).await;
        let keys = link.keys();
        let wire = Arc::new(Wire::of(&link));
        let transport = AfterKeys::over(wire.clone(), keys.written());
        for i in 0..300 {
            keys.put_session(&format!("{i}@lid"), b"a ratchet").await.expect("takes");
            assert!(keys.get_session(&format!("{i}@lid")).await.expect("asks").is_some(), "read before it is written");
            transport.send(Bytes::from(i.to_string())).await.expect("takes");
        }
        // Whoever hangs up waits for the last frames only as long as a disk may take.
        let mut arrived = wire.arrived.subscribe();
        let all = arrived.wait_for(|arrived| *arrived == 300);
        tokio::time::timeout(PATIENCE, all).await.expect("every frame arrives").expect("the wire is there");
        transport.disconnect().await;
        let frames = std::mem::take(&mut *wire.frames.lock().expect("no panic"));
        assert!(frames.iter().map(|(frame, _)| frame).eq((0..300).map(|i: i32| i.to_string()).collect::<Vec<_>>().iter()));
        for (frame, keys_on_disk) in frames {
            assert!(keys_on_disk > frame.parse::<usize>().expect("a number"), "frame {frame} left with {keys_on_disk} keys");
        }
    }

    /// A frame whose keys cannot be written never leaves, and the connection ends.
    async fn a_frame_without_its_keys_never_leaves(world: World) {
        let link = Link::new(&world).await;
        let keys = link.keys();
        let wire = Arc::new(Wire::of(&link));
        let transport = AfterKeys::over(wire.clone(), keys.written());
        link.take_over().await;
        keys.put_session(SITI, b"a ratchet").await.expect("takes");
        transport.send(Bytes::from_static(b"0")).await.expect("takes");
        transport.disconnect().await;
        transport.send(Bytes::from_static(b"1")).await.expect_err("closed");
        assert!(wire.frames.lock().expect("no panic").is_empty());
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
        keys.settle().await.expect("writes");
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
#[derive(Clone)]
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
        let sql = "INSERT INTO session (session_id, tenant_id, number_id, fence, ready, created_at)
                   VALUES ($1, $2, $3, 1, $4, $5)";
        execute!(&mut tx, sql, session, tenant, number, true, NOON).expect("a session");
        tx.commit().await.expect("commits");
        Self { server, tenant, session }
    }

    fn keys(&self) -> SessionKeys {
        self.keys_with_fence(1)
    }

    fn keys_with_fence(&self, fence: i64) -> SessionKeys {
        SessionKeys::new(&self.server, self.tenant, self.session, fence)
    }

    fn keys_of(&self, process: Server) -> SessionKeys {
        SessionKeys::new(&process, self.tenant, self.session, 1)
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

/// Where frames arrive: each with how many keys were on the disk by then.
struct Wire {
    link: Link,
    frames: Mutex<Vec<(String, usize)>>,
    arrived: watch::Sender<usize>,
}

impl Wire {
    fn of(link: &Link) -> Self {
        Self { link: link.clone(), frames: Mutex::default(), arrived: watch::Sender::default() }
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, data: Bytes) -> anyhow::Result<()> {
        let frame = String::from_utf8(data.to_vec())?;
        let keys_on_disk = self.link.values().await.len();
        self.frames.lock().expect("no panic").push((frame, keys_on_disk));
        self.arrived.send_modify(|arrived| *arrived += 1);
        Ok(())
    }

    async fn disconnect(&self) {}
}

fn json(device: &Device) -> serde_json::Value {
    serde_json::to_value(device).expect("a device")
}
