//! Groups: messages in both directions, who is in them, and what everybody is told.

use reqwest::StatusCode;
use sandbox::control::dto::{ChatMessage, GroupView, LedgerMessage, Rank};
use serde_json::json;
use wa_rs::features::{GroupCreateOptions, GroupParticipantOptions, GroupSubject};
use wa_rs::prelude::*;
use wacore::stanza::groups::GroupNotificationAction;
use wacore::types::presence::ReceiptType;
use wacore_binary::Jid;

use crate::support::{Addressing, BUDI, Client, Kind, Network, OWNER, RINA, in_both_modes, jid, pre_link, soon};

const OTHER: &str = "6281200000002";

in_both_modes! {
    async fn what_an_account_writes_reaches_everybody_in_the_group(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let group = network.add_group(OWNER, &[RINA, BUDI]).await;
        for text in ["pertama", "kedua"] {
            let id = client.send_to_group(&group, text).await;
            assert_eq!(client.ack(&id).await, None);
            let entry = network.message_when(&id, |message| message.read_at_ms.is_some()).await;
            assert_eq!((entry.to.to_string(), entry.text.as_deref()), (group.clone(), Some(text)));
            assert!(entry.decrypted && entry.wire_count == 1);
            for person in [RINA, BUDI] {
                client.group_receipt(&id, ReceiptType::Delivered, &network, person).await;
                client.group_receipt(&id, ReceiptType::Read, &network, person).await;
            }
        }
        for person in [RINA, BUDI] {
            assert_eq!(texts(&network.chat(person, &group).await), ["pertama", "kedua"]);
        }
        let summary = network.summary().await;
        assert_eq!((summary.accepted, summary.distinct_ids, summary.distinct_recipients), (2, 2, 1));
        assert_eq!((summary.undecryptable, summary.wire_duplicates, summary.signal_counter_reuse), (0, 0, 0));
        assert_eq!(summary.replies, 0, "nobody answers in groups");
        client.stop().await;
    }

    async fn what_was_confirmed_does_not_come_again(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let group = network.add_group(OWNER, &[RINA, BUDI]).await;
        let id = client.send_to_group(&group, "halo").await;
        network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        network.person_writes(RINA, &group, "halo juga").await;
        client.text("halo juga").await;
        let mut backend = client.stop().await;
        let nothing_waits = async {
            loop {
                let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
                let waits = client.event("the preview", |event| match event {
                    Event::OfflineSyncPreview(preview) => Some(preview.total),
                    _ => None,
                }).await;
                client.connected().await;
                backend = client.stop().await;
                // What the client was about to confirm when it stopped it confirms this time.
                if waits == 0 {
                    return;
                }
            }
        };
        soon("everything to be confirmed", nothing_waits).await;
    }

    async fn what_people_write_reaches_every_device(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let (desk, shelf) = (pre_link(&network, OWNER).await, pre_link(&network, OWNER).await);
        let desk = Client::connect(&network, desk).await;
        let shelf = Client::connect(&network, shelf).await;
        let group = network.add_group(OWNER, &[RINA, BUDI]).await;
        for (person, text) in [(RINA, "satu"), (RINA, "dua"), (BUDI, "tiga")] {
            let id = network.person_writes(person, &group, text).await;
            for client in [&desk, &shelf] {
                let (sender, inbound) = client.text(text).await;
                assert_eq!((inbound.as_str(), sender.is_lid()), (id.as_str(), mode == Addressing::Lid));
                assert_eq!(client.phone_of(&sender).await, person);
            }
            let entry = network.message_when(&id, |message| message.delivered_at_ms.is_some()).await;
            assert!(entry.decrypted && entry.read_at_ms.is_none());
        }
        let id = network.person_writes(RINA, &group, "empat").await;
        let (sender, _) = desk.text("empat").await;
        let at: Jid = group.parse().unwrap();
        desk.library.mark_as_read(&at, Some(&sender), &[id.as_str()]).await.unwrap();
        network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        // What one device writes the other one shows, and so do people.
        let id = desk.send_to_group(&group, "dari meja").await;
        assert_eq!(shelf.text("dari meja").await.1, id);
        network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        assert_eq!(texts(&network.chat(BUDI, &group).await), ["satu", "dua", "tiga", "empat", "dari meja"]);
        assert_eq!((network.summary().await.undecryptable, network.summary().await.replies), (0, 4));
        desk.stop().await;
        shelf.stop().await;
    }

    async fn who_lost_the_sender_key_asks_and_reads(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let group = network.add_group(OWNER, &[RINA, BUDI]).await;
        let id = client.send_to_group(&group, "pertama").await;
        network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        // A new phone has no sender key, and the client believes that Rina has one.
        network.fault(json!({"kind": "key_rotation", "person": RINA, "count": 1})).await;
        let id = client.send_to_group(&group, "kedua").await;
        let entry = network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        assert!(entry.decrypted && entry.wire_count == 1, "a repetition that was asked for is none");
        let id = client.send_to_group(&group, "ketiga").await;
        network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        assert_eq!(texts(&network.chat(RINA, &group).await), ["pertama", "kedua", "ketiga"]);
        let summary = network.summary().await;
        assert_eq!((summary.accepted, summary.wire_duplicates, summary.undecryptable), (3, 0, 0));
        client.stop().await;
    }

    async fn a_client_asks_for_what_it_cannot_read_in_a_group(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let group = network.add_group(OWNER, &[RINA]).await;
        network.person_writes(RINA, &group, "pertama").await;
        client.text("pertama").await;
        network.fault(json!({"kind": "undecryptable", "account": OWNER, "person": RINA, "count": 1})).await;
        let id = network.person_writes(RINA, &group, "rusak").await;
        assert_eq!(client.text("rusak").await.1, id);
        network.message_when(&id, |message| message.delivered_at_ms.is_some()).await;
        network.person_writes(RINA, &group, "ketiga").await;
        client.text("ketiga").await;
        client.stop().await;
    }

    async fn two_accounts_share_a_group(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.add_account(OTHER, mode).await;
        let (first, second) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OTHER).await);
        let group = network.add_group(OWNER, &[OTHER, RINA]).await;
        let id = first.send_to_group(&group, "halo semua").await;
        let (from, inbound) = second.text("halo semua").await;
        assert_eq!((inbound.as_str(), second.phone_of(&from).await.as_str()), (id.as_str(), OWNER));
        first.group_receipt(&id, ReceiptType::Delivered, &network, OTHER).await;
        let answer = second.send_to_group(&group, "halo juga").await;
        assert_eq!(first.text("halo juga").await.1, answer);
        network.message_when(&answer, |message| message.delivered_at_ms.is_some() && message.decrypted).await;
        assert_eq!(texts(&network.chat(RINA, &group).await), ["halo semua", "halo juga"]);
        first.stop().await;
        second.stop().await;
    }

    async fn clients_make_and_change_groups(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let groups = client.library.groups();
        let options = GroupCreateOptions::builder()
            .subject("Arisan")
            .participants(vec![GroupParticipantOptions::new(jid(RINA))])
            .build();
        let made = groups.create_group(options).await.unwrap().metadata;
        let group = made.id.clone();
        let path = format!("/api/groups/{group}");
        let seen: GroupView = network.get(&path).await;
        assert_eq!((seen.subject.as_str(), seen.addressing), ("Arisan", mode));
        assert_eq!(ranks(&seen), [(OWNER.to_owned(), Rank::Superadmin), (RINA.to_owned(), Rank::Member)]);

        let added = groups.add_participants(&group, &[jid(BUDI), jid(RINA)]).await.unwrap();
        assert_eq!(added.iter().map(|one| one.error.as_deref()).collect::<Vec<_>>(), [None, Some("409")]);
        groups.set_subject(&group, GroupSubject::new("Arisan RT 5").unwrap()).await.unwrap();
        let removed = groups.remove_participants(&group, &[jid(RINA)]).await.unwrap();
        assert!(removed.iter().all(|one| one.is_ok()));
        let told = groups.get_metadata(&group).await.unwrap();
        assert_eq!((told.subject.as_str(), told.participants.len()), ("Arisan RT 5", 2));
        let phones = told.participants.iter().map(|one| one.phone_number.as_ref().unwrap_or(&one.jid).user.to_string());
        assert_eq!(phones.collect::<Vec<_>>(), [OWNER, BUDI]);
        assert_eq!(groups.get_participating().await.unwrap().keys().collect::<Vec<_>>(), [&group]);

        groups.leave(&group).await.unwrap();
        let seen: GroupView = network.get(&path).await;
        assert_eq!(ranks(&seen), [(BUDI.to_owned(), Rank::Member)]);
        assert!(groups.get_participating().await.unwrap().is_empty());
        assert!(client.library.send_text(group, "masih di sini?").await.is_err(), "the client asks who is there");
        client.stop().await;
    }

    async fn everybody_is_told_who_comes_and_goes_and_keys_change_then(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let group = network.add_group(OWNER, &[RINA]).await;
        let made = client.group_update("a new group", |action| matches!(action, GroupNotificationAction::Create { .. }));
        assert_eq!(made.await, group);
        for text in ["dari Rina", "lagi"] {
            network.person_writes(RINA, &group, text).await;
            client.text(text).await;
        }
        let path = format!("/api/groups/{group}");
        let change = json!({"add": [BUDI]});
        assert_eq!(network.post(&format!("{path}/participants"), change).await.0, StatusCode::NO_CONTENT);
        client.group_update("Budi's coming", |action| {
            matches!(action, GroupNotificationAction::Add { participants, .. } if participants.len() == 1)
        }).await;
        let id = client.send_to_group(&group, "halo Budi").await;
        network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        assert_eq!(texts(&network.chat(BUDI, &group).await), ["halo Budi"]);

        let change = json!({"remove": [BUDI]});
        assert_eq!(network.post(&format!("{path}/participants"), change).await.0, StatusCode::NO_CONTENT);
        client.group_update("Budi's leaving", |action| matches!(action, GroupNotificationAction::Remove { .. })).await;
        network.put(&path, json!({"subject": "Tanpa Budi"})).await;
        client.group_update("another subject", |action| {
            matches!(action, GroupNotificationAction::Subject { subject, .. } if subject == "Tanpa Budi")
        }).await;
        // Both sides have begun new chains, and everybody who is there can read them.
        let id = client.send_to_group(&group, "tanpa Budi").await;
        network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        network.person_writes(RINA, &group, "juga tanpa Budi").await;
        client.text("juga tanpa Budi").await;
        assert_eq!(texts(&network.chat(BUDI, &group).await), ["halo Budi"]);
        let shown = network.chat(RINA, &group).await;
        assert_eq!(texts(&shown), ["dari Rina", "lagi", "halo Budi", "tanpa Budi", "juga tanpa Budi"]);
        // Who is not there any more cannot write, whatever their client believes.
        let change = json!({"remove": [OWNER]});
        assert_eq!(network.post(&format!("{path}/participants"), change).await.0, StatusCode::NO_CONTENT);
        client.group_update("the end", |action| matches!(action, GroupNotificationAction::Remove { .. })).await;
        let id = client.send_to_group(&group, "masih di sini?").await;
        assert_eq!(client.ack(&id).await.as_deref(), Some("403"));
        let summary = network.summary().await;
        assert_eq!((summary.undecryptable, summary.nacked), (0, 1));
        client.stop().await;
    }

    async fn a_group_outlives_a_restart(mode) {
        let folder = tempfile::tempdir().unwrap();
        let network = Network::in_folder(folder.path()).await;
        network.people_are(json!({"deliver_ms": [0, 0], "read_ms": [0, 0]})).await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let group = network.add_group(OWNER, &[RINA, BUDI]).await;
        let sent = client.send_to_group(&group, "sebelum").await;
        let before = network.message_when(&sent, |message| message.read_at_ms.is_some()).await;
        network.person_writes(RINA, &group, "dari Rina").await;
        client.text("dari Rina").await;
        let backend = client.stop().await;
        let path = format!("/api/groups/{group}");
        let seen: GroupView = network.get(&path).await;
        network.person_writes(RINA, &group, "sementara itu").await;
        // As sudden as a kill: what is appended has to be enough.
        drop(network);

        let network = Network::in_folder(folder.path()).await;
        assert_eq!(network.get::<GroupView>(&path).await, seen);
        assert_eq!(ledger_entry(&network, &sent).await, before);
        let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
        client.text("sementara itu").await;
        network.person_writes(RINA, &group, "sesudah").await;
        client.text("sesudah").await;
        let id = client.send_to_group(&group, "sesudah juga").await;
        let entry = network.message_when(&id, |message| message.read_at_ms.is_some()).await;
        assert_eq!(entry.wire_count, 1);
        assert_eq!(network.summary().await.undecryptable, 0);
        network.post("/api/reset", json!({})).await;
        assert_eq!(network.post(&format!("{path}/participants"), json!({})).await.0, StatusCode::NOT_FOUND);
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repetitions_faults_and_limits_count_in_groups_too() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let group = network.add_group(OWNER, &[RINA, BUDI]).await;
    for _ in 0..2 {
        client.send_as_to_group(&group, "sekali saja", "3EB0AAAAAAAAAAAAAAAA").await;
    }
    let summary = network.summary_when("the repetition", |summary| summary.wire_duplicates == 1 && summary.read == 1);
    let summary = summary.await;
    assert_eq!((summary.accepted, summary.undecryptable, summary.signal_counter_reuse), (1, 0, 0));
    assert_eq!(texts(&network.chat(RINA, &group).await), ["sekali saja"]);

    network.fault(json!({"kind": "nack", "code": 479, "account": OWNER, "count": 1})).await;
    let refused = client.send_to_group(&group, "ditolak").await;
    assert_eq!(client.ack(&refused).await.as_deref(), Some("479"));
    // Nobody in a group is a stranger; too many messages are too many there as well.
    network.put("/api/world", json!({"policy": {"new_chats_per_day": 0, "messages_per_minute": 2}})).await;
    let accepted = client.send_to_group(&group, "kedua").await;
    assert_eq!(client.ack(&accepted).await, None);
    let refused = client.send_to_group(&group, "ketiga").await;
    assert_eq!(client.ack(&refused).await.as_deref(), Some("429"));
    let summary = network.summary().await;
    assert_eq!((summary.accepted, summary.nacked), (2, 2));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_react_quote_and_delete_in_groups() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let group = network.add_group(OWNER, &[RINA, BUDI]).await;
    let id = client.send_to_group(&group, "Siapa ikut?").await;
    network.message_when(&id, |message| message.read_at_ms.is_some()).await;
    network.person_sends(RINA, &group, json!({"reaction": {"to": id, "emoji": "👍"}})).await;
    let answer = network.person_sends(BUDI, &group, json!({"text": "Saya", "quote": id})).await;
    let quoted = client.message(&answer).await;
    let context = quoted.extended_text_message.as_option().and_then(|text| text.context_info.as_option());
    assert_eq!(context.and_then(|context| context.stanza_id.as_deref()), Some(id.as_str()));
    network.person_sends(BUDI, &group, json!({"delete": answer})).await;
    let shown = network.chat(RINA, &group).await;
    assert_eq!((shown.len(), shown[0].reactions.len(), shown[1].deleted), (2, 1, true));
    // What is somebody else's stays theirs.
    let stolen = json!({"to": group, "delete": id});
    let (status, refusal) = network.post(&format!("/api/people/{RINA}/messages"), stolen).await;
    assert_eq!((status, refusal["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("delete")));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_done_with_a_group_is_named() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.person_is(BUDI, json!({"on_whatsapp": false})).await;
    let refused = async |path: &str, body: serde_json::Value| {
        let (status, answer) = network.post(path, body).await;
        (status.as_u16(), answer["field"].as_str().map(str::to_owned))
    };
    let named = |field: &str| (422, Some(field.to_owned()));
    let new = |subject: &str, participants: &[&str]| json!({"subject": subject, "account": OWNER, "participants": participants});
    assert_eq!(refused("/api/groups", new("", &[])).await, named("subject"));
    assert_eq!(refused("/api/groups", new(&"a".repeat(101), &[])).await, named("subject"));
    assert_eq!(refused("/api/groups", new("Arisan", &["62"])).await, named("participants"));
    assert_eq!(refused("/api/groups", new("Arisan", &[RINA, BUDI])).await, named("participants[1]"));
    let crowd: Vec<String> = (0..256).map(|number| format!("62812{number:05}")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    assert_eq!(refused("/api/groups", new("Semua", &crowd)).await, named("participants"));
    let mut colourful = new("Arisan", &[]);
    colourful["colour"] = json!("red");
    assert_eq!(refused("/api/groups", colourful).await, named("colour"));
    let stranger = json!({"subject": "Arisan", "account": OTHER, "participants": []});
    assert_eq!(refused("/api/groups", stranger).await, (404, None));

    let group = network.add_group(OWNER, &[]).await;
    let participants = format!("/api/groups/{group}/participants");
    assert_eq!(refused(&participants, json!({"remove": [RINA]})).await, named("remove[0]"));
    assert_eq!(refused(&participants, json!({"add": [BUDI]})).await, named("add[0]"));
    let written = json!({"to": group, "text": "halo"});
    assert_eq!(refused(&format!("/api/people/{RINA}/messages"), written).await, named("to"));
    let written = json!({"to": "120363000000000001@g.us", "text": "halo"});
    assert_eq!(refused(&format!("/api/people/{RINA}/messages"), written).await, (404, None));
    assert_eq!(refused("/api/groups/arisan/participants", json!({})).await, named("jid"));
    let filtered: serde_json::Value = network.get(&format!("/api/ledger?to={group}")).await;
    assert_eq!(filtered["messages"], json!([]));
}

fn texts(chat: &[ChatMessage]) -> Vec<&str> {
    chat.iter().filter_map(|message| message.text.as_deref()).collect()
}

fn ranks(group: &GroupView) -> Vec<(String, Rank)> {
    group.participants.iter().map(|one| (one.phone.to_string(), one.rank)).collect()
}

async fn ledger_entry(network: &Network, id: &str) -> LedgerMessage {
    network.message_when(id, |_| true).await
}
