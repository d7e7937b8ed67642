//! What waits for a client that is away, given as it asks for it.

use serde_json::json;
use wa_rs::prelude::*;

use crate::support::{Addressing, Client, Kind, Network, OWNER, RINA, in_both_modes};

const MANY: usize = 500;

in_both_modes! {
    async fn five_hundred_messages_come_once_and_in_order(mode) {
        let (network, client, ids) = with_many_waiting(mode).await;
        let preview = client.event("the preview", |event| match event {
            Event::OfflineSyncPreview(preview) => Some(preview.messages),
            _ => None,
        });
        assert_eq!(usize::try_from(preview.await).unwrap(), MANY);
        assert_eq!(client.all_in_order(&ids).await, ids);
        client.event("the end", |event| matches!(event, Event::OfflineSyncCompleted(_)).then_some(())).await;
        // What comes afterwards needs no question.
        network.person_writes(RINA, OWNER, "sesudah").await;
        client.text("sesudah").await;
        let last = ids.last().unwrap();
        network.message_when(last, |message| message.delivered_at_ms.is_some()).await;
        let backend = client.stop().await;
        // Nothing that was confirmed comes again.
        let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
        network.person_writes(RINA, OWNER, "lagi").await;
        let mut came = Vec::new();
        client.each_event("the next message", |event| {
            if let Event::Messages(batch) = event {
                came.extend(batch.iter().filter_map(|inbound| inbound.message.conversation.clone()));
            }
            came.last().is_some_and(|text| text == "lagi")
        }).await;
        assert!(came.iter().all(|text| text == "lagi" || text == "sesudah"), "{came:?}");
        client.stop().await;
    }

    async fn a_line_that_breaks_in_the_middle_loses_and_repeats_nothing(mode) {
        let (network, client, ids) = with_many_waiting(mode).await;
        client.event("the first messages", |event| match event {
            Event::OfflineSyncPreview(_) => Some(()),
            _ => None,
        }).await;
        network.fault(json!({"kind": "disconnect", "account": OWNER, "count": 1})).await;
        assert_eq!(client.all_in_order(&ids).await, ids);
        let last = ids.last().unwrap();
        network.message_when(last, |message| message.delivered_at_ms.is_some()).await;
        let summary = network.summary().await;
        assert_eq!((summary.undecryptable, summary.replies), (0, MANY as u64 + 1));
        client.stop().await;
    }
}

/// A client that comes back to many messages, with their ids.
async fn with_many_waiting(mode: Addressing) -> (Network, Client, Vec<String>) {
    let network = Network::start().await;
    network.add_account(OWNER, mode).await;
    let client = Client::pre_linked(&network, OWNER).await;
    network.person_writes(RINA, OWNER, "pertama").await;
    let (_, first) = client.text("pertama").await;
    network.message_when(&first, |message| message.delivered_at_ms.is_some()).await;
    let backend = client.stop().await;
    let mut ids = Vec::new();
    for number in 0..MANY {
        ids.push(network.person_writes(RINA, OWNER, &format!("pesan {number}")).await);
    }
    let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
    (network, client, ids)
}
