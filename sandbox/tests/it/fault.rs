//! Faults on command.

use serde_json::{Value, json};
use wa_rs::prelude::*;

use crate::support::{Addressing, BUDI, Client, Kind, Network, OWNER, RINA, in_both_modes};

async fn linked() -> (Network, Client) {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    (network, client)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_is_counted_and_nowhere_else() {
    let (network, client) = linked().await;
    network.fault(json!({"kind": "nack", "code": 463, "person": RINA, "count": 1})).await;
    network.fault(json!({"kind": "throttle_429", "count": 1})).await;
    let refused = client.send(RINA, "halo").await;
    assert_eq!(client.ack(&refused).await.as_deref(), Some("463"));
    let throttled = client.send(BUDI, "halo").await;
    assert_eq!(client.ack(&throttled).await.as_deref(), Some("429"));
    let taken = client.send(RINA, "halo lagi").await;
    assert_eq!(client.ack(&taken).await, None);
    let summary = network.summary_when("delivery", |summary| summary.delivered == 1).await;
    assert_eq!((summary.accepted, summary.nacked, summary.distinct_ids), (1, 2, 1));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_that_never_comes_does_not_stop_delivery() {
    let (network, client) = linked().await;
    network.fault(json!({"kind": "ack_never", "count": 1})).await;
    let id = client.send(RINA, "halo").await;
    client.delivered_and_read(&id).await;
    network.fault(json!({"kind": "ack_late", "delay_ms": 20, "count": 1})).await;
    let id = client.send(RINA, "halo").await;
    assert_eq!(client.ack(&id).await, None);
    network.fault(json!({"kind": "receipt_never", "count": 1})).await;
    let id = client.send(BUDI, "halo").await;
    assert_eq!(client.ack(&id).await, None);
    let entry = network.message_when(&id, |message| message.decrypted).await;
    assert_eq!((entry.delivered_at_ms, entry.read_at_ms), (None, None));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_line_leaves_the_message_in_doubt() {
    let (network, client) = linked().await;
    network.fault(json!({"kind": "disconnect", "person": RINA, "count": 1})).await;
    client.send_as(RINA, "halo", "3EB0BBBBBBBBBBBBBBBB").await;
    client.event("the end of the line", |event| matches!(event, Event::Disconnected(_)).then_some(())).await;
    client.connected().await;
    client.send_as(RINA, "halo", "3EB0BBBBBBBBBBBBBBBB").await;
    let summary = network.summary_when("the repetition", |summary| summary.wire_duplicates == 1).await;
    assert_eq!((summary.accepted, summary.distinct_ids, summary.undecryptable), (1, 1, 0));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_break_at_once_and_at_login() {
    let (network, client) = linked().await;
    network.fault(json!({"kind": "server_503", "account": OWNER, "count": 2})).await;
    client.event("the end of the line", |event| matches!(event, Event::Disconnected(_)).then_some(())).await;
    client.connected().await;
    assert_eq!(network.get::<Value>("/api/faults").await, json!({"faults": []}), "both were used up");
    network.fault(json!({"kind": "disconnect", "count": 1})).await;
    client.event("the end of the line", |event| matches!(event, Event::Disconnected(_)).then_some(())).await;
    client.connected().await;
    network.fault(json!({"kind": "stream_replaced", "count": 1})).await;
    client.event("the other connection", |event| matches!(event, Event::StreamReplaced(_)).then_some(())).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_banned_account_is_told_at_login() {
    let (network, client) = linked().await;
    network.fault(json!({"kind": "temporary_ban", "account": OWNER, "count": 1})).await;
    client.event("the ban", |event| matches!(event, Event::TemporaryBan(_)).then_some(())).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_can_be_logged_out_by_a_fault() {
    let (network, client) = linked().await;
    network.fault(json!({"kind": "logged_out", "count": 1})).await;
    client.event("the log-out", |event| matches!(event, Event::LoggedOut(_)).then_some(())).await;
    let backend = client.stop().await;
    let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
    client.event("the refused login", |event| matches!(event, Event::LoggedOut(_)).then_some(())).await;
    client.stop().await;
}

in_both_modes! {
    async fn a_recipient_that_cannot_read_asks_again(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        network.fault(json!({"kind": "undecryptable", "count": 1})).await;
        let first = client.send(RINA, "pertama").await;
        client.delivered_and_read(&first).await;
        network.person_writes(RINA, OWNER, "ya?").await;
        client.text("ya?").await;
        // Now in a session that both sides use.
        network.fault(json!({"kind": "undecryptable", "count": 1})).await;
        let second = client.send(RINA, "kedua").await;
        client.delivered_and_read(&second).await;
        let entry = network.message_when(&second, |message| message.decrypted).await;
        // A resend that was asked for is no duplicate.
        assert_eq!((entry.text.as_deref(), entry.wire_count), (Some("kedua"), 1));
        let summary = network.summary().await;
        assert_eq!((summary.accepted, summary.wire_duplicates, summary.undecryptable), (2, 0, 0));
        client.stop().await;
    }
    async fn a_client_that_cannot_read_asks_again(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        network.fault(json!({"kind": "undecryptable", "person": RINA, "count": 1})).await;
        let id = network.person_writes(RINA, OWNER, "rusak sekali").await;
        assert_eq!(client.text("rusak sekali").await.1, id);
        network.message_when(&id, |message| message.decrypted).await;
        // The new session serves both directions.
        let answer = client.send(RINA, "sudah terbaca").await;
        client.delivered_and_read(&answer).await;
        assert_eq!(network.summary().await.undecryptable, 0);
        client.stop().await;
    }

    async fn a_person_with_a_new_phone_has_other_keys(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let first = client.send(RINA, "ke ponsel lama").await;
        client.delivered_and_read(&first).await;
        network.fault(json!({"kind": "key_rotation", "person": RINA, "count": 1})).await;
        let second = client.send(RINA, "ke ponsel baru").await;
        client.delivered_and_read(&second).await;
        network.person_writes(RINA, OWNER, "ponsel baru nih").await;
        client.text("ponsel baru nih").await;
        let summary = network.summary().await;
        assert_eq!((summary.accepted, summary.wire_duplicates, summary.undecryptable), (2, 0, 0));
        client.stop().await;
    }
}
