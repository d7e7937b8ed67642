//! Messages between clients and people.

use serde_json::json;
use wa_rs::prelude::*;
use wacore::types::presence::ReceiptType;

use crate::support::{Addressing, BUDI, Client, Kind, Network, OWNER, RINA, in_both_modes, jid, pre_link};

const OTHER: &str = "6281200000002";
const THIRD: &str = "6281200000003";

in_both_modes! {
    async fn what_is_sent_is_in_the_ledger_as_its_recipient_read_it(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let mut ids = Vec::new();
        for (person, text) in [(RINA, "Halo Rina"), (BUDI, "Halo Budi"), (RINA, "Lagi")] {
            let id = client.send(person, text).await;
            assert_eq!(client.ack(&id).await, None);
            client.delivered_and_read(&id).await;
            ids.push((id, person, text));
        }
        let ledger = network.ledger().await;
        for (entry, (id, person, text)) in ledger.iter().zip(&ids) {
            assert_eq!(&entry.id, id);
            assert_eq!((entry.from.to_string().as_str(), entry.to.to_string().as_str()), (OWNER, *person));
            assert_eq!((entry.kind.as_str(), entry.text.as_deref()), ("text", Some(*text)));
            assert!(entry.decrypted && entry.delivered_at_ms <= entry.read_at_ms && entry.wire_count == 1);
        }
        let summary = network.summary().await;
        assert_eq!((summary.accepted, summary.distinct_ids, summary.distinct_recipients), (3, 3, 2));
        assert_eq!((summary.delivered, summary.read, summary.max_distinct_ids_per_recipient), (3, 3, 2));
        assert_eq!((summary.wire_duplicates, summary.undecryptable, summary.signal_counter_reuse), (0, 0, 0));
        client.stop().await;
    }

    async fn people_answer_what_matches(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.person_is(RINA, json!({"replies": [
            {"match": "(?i)harga", "text": "Mahal ya", "after_ms": 5},
            {"match": "", "text": "Siapa ini?", "after_ms": 5},
        ]})).await;
        let client = Client::pre_linked(&network, OWNER).await;
        client.send(RINA, "Harga spesial").await;
        let (from, id) = client.text("Mahal ya").await;
        assert_eq!(from.is_lid(), mode == Addressing::Lid);
        client.library.mark_as_read(&from.to_non_ad(), None, &[id.as_str()]).await.unwrap();
        network.message_when(&id, |message| message.read_at_ms.is_some() && message.decrypted).await;
        // The session is warm now: the next message is not a first one any more.
        client.send(RINA, "Halo").await;
        client.text("Siapa ini?").await;
        let summary = network.summary_when("two answers", |summary| summary.replies == 2).await;
        assert_eq!((summary.accepted, summary.undecryptable), (2, 0));
        let chat: serde_json::Value = network.get(&format!("/api/people/{RINA}/chats/{OWNER}")).await;
        let shown = chat["messages"].as_array().unwrap().iter();
        let shown: Vec<_> = shown.map(|message| message["text"].as_str().unwrap()).collect();
        assert_eq!(shown, ["Harga spesial", "Mahal ya", "Halo", "Siapa ini?"]);
        client.stop().await;
    }

    async fn what_people_write_waits_for_a_client_that_is_away(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        network.person_writes(RINA, OWNER, "pertama").await;
        client.text("pertama").await;
        let backend = client.stop().await;
        let mut ids = Vec::new();
        for number in 0..50 {
            ids.push(network.person_writes(RINA, OWNER, &format!("pesan {number}")).await);
        }
        let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
        let mut came = Vec::new();
        client.event("all that waited", |event| {
            if let Event::Messages(batch) = event {
                came.extend(batch.iter().map(|inbound| inbound.info.id.to_string()));
            }
            (came.len() >= ids.len()).then_some(())
        }).await;
        assert_eq!(came, ids, "in order, each once");
        network.summary_when("all answers", |summary| summary.replies == 51).await;
        let last = ids.last().unwrap();
        network.message_when(last, |message| message.delivered_at_ms.is_some()).await;
        client.stop().await;
    }

    async fn two_accounts_talk_to_each_other(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.add_account(OTHER, mode).await;
        let (first, second) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OTHER).await);
        let id = first.send(OTHER, "halo toko").await;
        let (from, inbound) = second.text("halo toko").await;
        assert_eq!(inbound, id);
        first.receipt(&id, ReceiptType::Delivered).await;
        second.library.mark_as_read(&from.to_non_ad(), None, &[id.as_str()]).await.unwrap();
        first.receipt(&id, ReceiptType::Read).await;
        let answer = second.send(OWNER, "halo juga").await;
        assert_eq!(first.text("halo juga").await.1, answer);
        let entry = network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        assert_eq!(entry.text.as_deref(), Some("halo toko"));
        first.stop().await;
        second.stop().await;
    }

    async fn all_devices_of_an_account_see_the_chat(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.person_is(RINA, json!({"replies": [{"match": "", "text": "halo semua", "after_ms": 5}]})).await;
        // Both are linked before either connects: the library asks for its devices when it connects, and an answer from
        // before the news of another device may be the last to be stored.
        let (desk, shelf) = (pre_link(&network, OWNER).await, pre_link(&network, OWNER).await);
        let desk = Client::connect(&network, desk).await;
        let shelf = Client::connect(&network, shelf).await;
        let id = desk.send(RINA, "dari meja").await;
        assert_eq!(shelf.text("dari meja").await.1, id, "a copy of what the other device sent");
        desk.text("halo semua").await;
        shelf.text("halo semua").await;
        let summary = network.summary_when("the answer", |summary| summary.replies == 1).await;
        assert_eq!((summary.accepted, summary.undecryptable), (1, 0), "copies are no messages");
        desk.stop().await;
        shelf.stop().await;
    }

    async fn who_wrote_to_an_account_learns_of_its_new_device_and_nobody_else(mode) {
        let network = Network::start().await;
        for phone in [OWNER, OTHER, THIRD] {
            network.add_account(phone, mode).await;
        }
        let (first, second) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OTHER).await);
        let third = Client::pre_linked(&network, THIRD).await;
        first.send(OTHER, "halo toko").await;
        second.text("halo toko").await;
        let shelf = pre_link(&network, OTHER).await;
        let is_news = |event: &Event| matches!(event, Event::DeviceListUpdate(_));
        first.each_event("the news of the device", is_news).await;
        let shelf = Client::connect(&network, shelf).await;
        let id = first.send(OTHER, "ke semua").await;
        assert_eq!((second.text("ke semua").await.1, shelf.text("ke semua").await.1), (id.clone(), id));

        let last = network.person_writes(RINA, THIRD, "selesai").await;
        let mut news = 0;
        third
            .each_event("the last message", |event| {
                news += usize::from(is_news(event));
                matches!(event, Event::Messages(batch) if batch.iter().any(|inbound| inbound.info.id == *last))
            })
            .await;
        assert_eq!(news, 0, "who never asked is not told");
        for client in [first, second, third, shelf] {
            client.stop().await;
        }
    }

    async fn a_number_without_whatsapp_is_no_recipient(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.person_is(RINA, json!({"on_whatsapp": false})).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let asked = [jid(RINA), jid(BUDI)];
        let found = client.library.contacts().is_on_whatsapp(&asked).await.unwrap();
        let registered: Vec<_> = found.iter().map(|one| one.is_registered).collect();
        assert_eq!(registered, [false, true]);
        // The library writes the message all the same; only the acknowledgement tells.
        let id = client.send(RINA, "halo").await;
        assert_eq!(client.ack(&id).await.as_deref(), Some("404"));
        assert_eq!(network.summary().await.accepted, 0);
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_blocks_never_receives() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.person_is(RINA, json!({"blocks": true, "replies": [{"match": "", "text": "?"}]})).await;
    network.person_is(BUDI, json!({"deliver_ms": [0, 0], "read_ms": null})).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let blocked = client.send(RINA, "halo").await;
    assert_eq!(client.ack(&blocked).await, None, "one tick");
    let unread = client.send(BUDI, "halo").await;
    client.receipt(&unread, ReceiptType::Delivered).await;
    let summary = network.summary().await;
    assert_eq!((summary.accepted, summary.delivered, summary.read, summary.replies), (2, 1, 0, 0));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_sent_again_is_counted_and_not_entered_twice() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    for _ in 0..3 {
        client.send_as(RINA, "sekali saja", "3EB0AAAAAAAAAAAAAAAA").await;
    }
    let summary = network
        .summary_when("both repetitions", |summary| summary.wire_duplicates == 2 && summary.delivered == 1)
        .await;
    assert_eq!((summary.accepted, summary.distinct_ids, summary.max_distinct_ids_per_recipient), (1, 1, 1));
    assert_eq!((summary.signal_counter_reuse, summary.undecryptable), (0, 0));
    assert_eq!(network.ledger().await[0].wire_count, 3);
    let chat: serde_json::Value = network.get(&format!("/api/people/{RINA}/chats/{OWNER}")).await;
    assert_eq!(chat["messages"].as_array().unwrap().len(), 1);
    client.stop().await;
}
