//! A world that outlives its process.

use std::sync::Arc;
use std::time::Duration;

use sandbox::control::dto::{AccountView, Health, MediaView};
use sandbox::{DrivenClock, OpenError, Sandbox, SandboxConfig};
use serde_json::json;
use wa_rs::download::MediaType;
use wa_rs::media::{ImageOptions, image_message};
use wa_rs::upload::UploadOptions;

use crate::support::{Client, Network, OWNER, RINA, in_both_modes};

in_both_modes! {
    async fn everything_is_there_after_a_restart(mode) {
        let folder = tempfile::tempdir().unwrap();
        let network = Network::in_folder(folder.path()).await;
        network.people_are(json!({"deliver_ms": [0, 0], "read_ms": [0, 0]})).await;
        network.person_is(RINA, json!({"replies": [{"match": "kabar", "text": "Baik"}]})).await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        client.send(RINA, "apa kabar?").await;
        client.text("Baik").await;
        let before: Health = network.get("/health").await;
        let summary = network.summary_when("the answer", |summary| summary.read == 1).await;
        let backend = client.stop().await;
        network.person_writes(RINA, OWNER, "masih di sana?").await;
        network.shutdown().await;

        let network = Network::in_folder(folder.path()).await;
        assert_eq!(network.get::<Health>("/health").await, before);
        let again = network.summary().await;
        assert_eq!((again.accepted, again.read, again.replies), (summary.accepted, summary.read, 2));
        let client = Client::start(&network.chat_url(), backend, crate::support::Kind::Qr).await;
        client.text("masih di sana?").await;
        // Sessions and personas are the same as before.
        let id = client.send(RINA, "kabar baik?").await;
        client.text("Baik").await;
        let entry = network.message_when(&id, |message| message.decrypted).await;
        assert_eq!(entry.wire_count, 1);
        assert_eq!(network.summary().await.undecryptable, 0);
        client.stop().await;
        network.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_had_not_done_yet_they_do_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(DrivenClock::at(1_700_000_000_000));
    let open = || {
        let dir = Some(folder.path().to_owned());
        Network::open(SandboxConfig { dir, clock: clock.clone(), ..SandboxConfig::default() })
    };
    let network = open().await;
    network.people_are(json!({"deliver_ms": [60_000, 60_000], "read_ms": [60_000, 60_000]})).await;
    network.add_account(OWNER, crate::support::Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let id = client.send(RINA, "halo").await;
    network.message_when(&id, |message| message.decrypted).await;
    clock.advance(Duration::from_secs(61));
    network.message_when(&id, |message| message.delivered_at_ms.is_some()).await;
    let backend = client.stop().await;
    network.shutdown().await;

    let network = open().await;
    let client = Client::connect(&network, backend).await;
    clock.advance(Duration::from_secs(61));
    let entry = network.message_when(&id, |message| message.read_at_ms.is_some()).await;
    assert_eq!(entry.read_at_ms, Some(1_700_000_122_000));
    client.stop().await;
}

/// Dropping the network is as sudden as killing it, apart from what the operating system still holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_network_dies() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    network.add_account(OWNER, crate::support::Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let id = client.send(RINA, "halo").await;
    assert_eq!(client.ack(&id).await, None);
    let backend = client.stop().await;
    drop(network);

    let network = Network::in_folder(folder.path()).await;
    assert_eq!(network.ledger().await[0].id, id);
    let account: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
    assert_eq!(account.devices.len(), 1);
    let client = Client::connect(&network, backend).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_port_is_a_clear_error() {
    let network = Network::start().await;
    let listen = network.base_url().trim_start_matches("http://").parse().unwrap();
    let error = Sandbox::open(SandboxConfig { listen, ..SandboxConfig::default() }).await.err().unwrap();
    assert!(matches!(error, OpenError::Busy(address) if address == listen));
    assert!(error.to_string().contains("in use by another program"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_phone_was_fetching_it_fetches_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    network.add_account(OWNER, crate::support::Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let up = client.library.upload(vec![7; 3_000], MediaType::Image, UploadOptions::new()).await.unwrap();
    let id = client.send_message(RINA, image_message(up, ImageOptions::default())).await;
    network.message_when(&id, |message| message.media.is_some()).await;
    client.stop().await;
    drop(network);
    // As it stood a moment before.
    let journal = folder.path().join("world.jsonl");
    let lines = std::fs::read_to_string(&journal).unwrap();
    assert!(lines.contains(r#""state":"here""#));
    std::fs::write(&journal, lines.replace(r#""state":"here""#, r#""state":"coming""#)).unwrap();

    let network = Network::in_folder(folder.path()).await;
    let entry = network.message_when(&id, |message| message.media.is_some()).await;
    assert!(matches!(entry.media, Some(MediaView::Here { size: 3_000, .. })));
    network.shutdown().await;
}
