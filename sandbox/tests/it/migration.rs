//! An account that moves from phone numbers to LIDs while it is in use.

use std::collections::HashMap;

use reqwest::StatusCode;
use sandbox::control::dto::{AccountView, Addressing};
use serde_json::json;
use wa_rs::prelude::*;

use crate::support::{BUDI, Client, Network, OWNER, RINA};

const EACH: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_before_during_and_after_reaches_its_thread_once() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Pn).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let group = network.add_group(OWNER, &[RINA, BUDI]).await;
    let (mut sent, mut written) = (Vec::new(), HashMap::new());
    let said = |phase: &str, number: usize| format!("{phase} {number}");
    for number in 0..EACH {
        let text = said("sebelum", number);
        sent.push(client.send(RINA, &text).await);
        sent.push(client.send_to_group(&group, &text).await);
        written.insert(network.person_writes(RINA, OWNER, &text).await, RINA);
    }
    assert!(!client.library.is_lid_migrated().await);

    let path = format!("/api/accounts/{OWNER}/addressing");
    let during = async {
        let mut ids = Vec::new();
        for number in 0..EACH {
            ids.push((network.person_writes(RINA, OWNER, &said("saat", number)).await, RINA));
            ids.push((network.person_writes(BUDI, OWNER, &said("saat", number)).await, BUDI));
            ids.push((network.person_writes(BUDI, &group, &said("saat", number)).await, BUDI));
        }
        ids
    };
    let moving = async {
        let (status, _) = network.post(&path, json!({"addressing": "lid"})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    };
    client
        .connected_again(async {
            let (during, ()) = tokio::join!(during, moving);
            written.extend(during);
        })
        .await;
    client.library_knows_it_moved().await;

    for number in 0..EACH {
        let text = said("sesudah", number);
        sent.push(client.send(RINA, &text).await);
        sent.push(client.send(BUDI, &text).await);
        sent.push(client.send_to_group(&group, &text).await);
        written.insert(network.person_writes(RINA, OWNER, &text).await, RINA);
    }
    let came = client.all_messages(&written.keys().cloned().collect::<Vec<_>>()).await;
    for (id, sender) in &came {
        assert_eq!(client.phone_of(sender).await, written[id]);
    }
    for id in &sent {
        let entry = network.message_when(id, |message| message.read_at_ms.is_some()).await;
        assert!(entry.decrypted && entry.wire_count == 1, "{entry:?}");
    }
    let shown = network.chat(RINA, OWNER).await;
    assert_eq!(shown.len(), 5 * EACH, "her thread is one");
    let summary = network.summary().await;
    assert_eq!((summary.undecryptable, summary.wire_duplicates, summary.signal_counter_reuse), (0, 0, 0));
    // What is sent now goes to the LID.
    let id = client.send(RINA, "terakhir").await;
    let chat = client.event("a receipt", |event| match event {
        Event::Receipt(receipt) if receipt.message_ids.contains(&id) => Some(receipt.source.chat.clone()),
        _ => None,
    });
    assert!(chat.await.is_lid(), "the receipt comes in the LID's name");
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_moved_stays_there() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    network.add_account(OWNER, Addressing::Pn).await;
    let path = format!("/api/accounts/{OWNER}/addressing");
    let ask = async |network: &Network, body| {
        let (status, answer) = network.post(&path, body).await;
        (status.as_u16(), answer["field"].as_str().map(str::to_owned))
    };
    assert_eq!(ask(&network, json!({"addressing": "pn"})).await, (204, None));
    assert_eq!(ask(&network, json!({"addressing": "lid"})).await, (204, None));
    drop(network);
    let network = Network::in_folder(folder.path()).await;
    let account: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
    assert_eq!(account.addressing, Addressing::Lid);
    assert_eq!(ask(&network, json!({"addressing": "lid"})).await, (204, None));
    assert_eq!(ask(&network, json!({"addressing": "pn"})).await, (422, Some("addressing".into())));
    assert_eq!(ask(&network, json!({"addressing": "email"})).await, (422, Some("addressing".into())));
    assert_eq!(ask(&network, json!({"addressing": "lid", "colour": "red"})).await, (422, Some("colour".into())));
    let stranger = network.post(&format!("/api/accounts/{RINA}/addressing"), json!({"addressing": "lid"})).await;
    assert_eq!(stranger.0, StatusCode::NOT_FOUND);
    network.shutdown().await;
}
