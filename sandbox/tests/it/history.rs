//! What a phone gives a device that it is linked with: its chats as they are, and its address book as it changes.

use std::collections::HashSet;

use reqwest::Method;
use sandbox::control::dto::AccountView;
use serde_json::json;
use wa_rs::prelude::*;
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use waproto::whatsapp::history_sync::HistorySyncType;
use waproto::whatsapp::web_message_info::{Status, StubType};

use crate::support::{Addressing, BUDI, Client, Kind, Network, OWNER, RINA, in_both_modes, soon};

const BOOK: &str = "critical_unblock_low";

/// The next part of the history that a client was given.
async fn part(client: &Client) -> wa::HistorySync {
    client
        .event("a part of the history", |event| match event {
            Event::HistorySync(part) => Some(part.get().expect("a part that can be read").clone()),
            _ => None,
        })
        .await
}

/// All parts of a history, in their order: the client takes in several at a time.
async fn whole(client: &Client) -> Vec<wa::HistorySync> {
    let mut parts = vec![part(client).await];
    let is_whole = |parts: &[wa::HistorySync]| {
        let last = parts.iter().find(|part| part.progress == Some(100)).and_then(|part| part.chunk_order);
        last.is_some_and(|last| parts.len() as u32 == last + 1)
    };
    while !is_whole(&parts) {
        parts.push(part(client).await);
    }
    parts.sort_by_key(|part| part.chunk_order);
    parts
}

/// The first part of a history.
async fn first(client: &Client) -> wa::HistorySync {
    whole(client).await.remove(0)
}

/// A client that scans nothing but a phone: it waits to be linked.
async fn linked_by_qr(network: &Network) -> Client {
    let client = Client::unlinked(network, Kind::Qr).await;
    let qr = client.qr().await;
    network.post(&format!("/api/accounts/{OWNER}/scan"), json!({"qr": qr})).await;
    client
}

fn infos(conversation: &wa::Conversation) -> impl Iterator<Item = &wa::WebMessageInfo> {
    conversation.messages.iter().filter_map(|message| message.message.as_option())
}

fn id(info: &wa::WebMessageInfo) -> &str {
    info.key.id.as_deref().expect("an id")
}

fn words(info: &wa::WebMessageInfo) -> Option<&str> {
    let message = info.message.as_option()?;
    let extended = message.extended_text_message.as_option().and_then(|text| text.text.as_deref());
    let image = message.image_message.as_option().and_then(|image| image.caption.as_deref());
    message.conversation.as_deref().or(extended).or(image)
}

/// Waits until a client's address book has somebody under this name.
async fn saved(client: &Client, who: &str, name: &str) {
    let wanted = |event: &Event| match event {
        Event::ContactUpdate(update) if update.jid.user == who => update.action.full_name.as_deref() == Some(name),
        _ => false,
    };
    client.event("a change of the address book", |event| wanted(event).then_some(())).await;
}

/// The hash of a client's address book, once it is of this version.
async fn book(client: &Client, version: u64) -> [u8; 128] {
    let wait = async {
        loop {
            let state = client.backend.get_version(BOOK).await.unwrap();
            if state.version == version {
                return state.hash;
            }
            tokio::task::yield_now().await;
        }
    };
    soon("the address book", wait).await
}

in_both_modes! {
    async fn a_new_device_is_given_the_chats_as_they_are(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.person_is(RINA, json!({"name": "Rina", "saved_as": "Bu Rina"})).await;
        let price = network.person_writes(RINA, OWNER, "Harga 10").await;
        let gone = network.person_writes(RINA, OWNER, "Sandi saya 1234").await;
        let photo = json!({"media": {"kind": "image", "base64": "Zm90bw==", "caption": "fotonya"}});
        network.person_sends(RINA, OWNER, photo).await;
        network.person_sends(RINA, OWNER, json!({"edit": {"of": price, "text": "Harga 9"}})).await;
        network.person_sends(RINA, OWNER, json!({"delete": gone})).await;
        let before = Client::pre_linked(&network, OWNER).await;
        let answer = before.send(RINA, "Siap").await;
        before.delivered_and_read(&answer).await;
        before.library.logout().await;
        before.stop().await;
        network.person_sends(RINA, OWNER, json!({"reaction": {"to": answer, "emoji": "👍"}})).await;
        network.person_sends(RINA, OWNER, json!({"text": "Masih ada?", "quote": answer})).await;
        network.person_writes(BUDI, OWNER, "Halo").await;

        let client = linked_by_qr(&network).await;
        let parts = whole(&client).await;
        let kinds: Vec<_> = parts.iter().map(|part| part.sync_type).collect();
        assert_eq!(kinds, [HistorySyncType::INITIAL_BOOTSTRAP, HistorySyncType::PUSH_NAME]);
        let (saved, strange): (Vec<_>, Vec<_>) = parts[0].conversations.iter().partition(|chat| chat.name.is_some());
        let (&[rina], &[budi]) = (&saved[..], &strange[..]) else { panic!("two chats: {:?}", parts[0].conversations) };
        let account: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
        assert_eq!(account.addressing, mode);
        let address: Jid = rina.id.parse().unwrap();
        assert_eq!(address.is_lid(), mode == Addressing::Lid);
        let other = if address.is_lid() { &rina.pn_jid } else { &rina.lid_jid };
        assert!(other.is_some(), "both addresses are told");
        assert_eq!((rina.name.as_deref(), rina.unread_count, budi.unread_count), (Some("Bu Rina"), Some(1), Some(1)));
        let told: Vec<_> = infos(rina).collect();
        let said: Vec<_> = told.iter().map(|info| words(info)).collect();
        assert_eq!(said, [Some("Masih ada?"), Some("Siap"), Some("fotonya"), None, Some("Harga 9")], "the latest first");
        let [question, siap, photo, deleted, _] = &told[..] else { panic!("five messages") };
        assert_eq!((siap.key.from_me, siap.status), (Some(true), Some(Status::READ)));
        assert_eq!(siap.reactions.iter().map(|it| (it.key.from_me, it.text.as_deref())).collect::<Vec<_>>(), [(Some(false), Some("👍"))]);
        assert_eq!((question.key.from_me, question.push_name.as_deref()), (Some(false), Some("Rina")));
        let quoted = &question.message.extended_text_message.context_info;
        assert_eq!(quoted.stanza_id.as_deref(), Some(answer.as_str()));
        assert_eq!((deleted.message_stub_type, deleted.message.is_set()), (Some(StubType::REVOKE), false));
        assert!(photo.message_timestamp.is_some_and(|at| at > 1_000_000_000));
        let image = photo.message.image_message.as_option().expect("a picture");
        client.connected().await;
        assert_eq!(client.library.download(image).await.expect("its place and key are told"), b"foto");

        let names: HashSet<_> = parts[1].pushnames.iter().filter_map(|it| it.pushname.as_deref()).collect();
        assert!(names.contains("Rina") && names.len() == 2, "{names:?}");
        assert_eq!(parts[0].phone_number_to_lid_mappings.len(), 2);
        client.stop().await;
    }

    async fn a_long_chat_comes_in_parts_each_message_once(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let mut written = Vec::new();
        for number in 0..1_100 {
            written.push(network.person_writes(RINA, OWNER, &format!("Pesan {number}")).await);
        }
        let client = linked_by_qr(&network).await;
        let parts = whole(&client).await;
        let counts: Vec<_> = parts.iter().map(|part| part.conversations.iter().map(|it| it.messages.len()).sum::<usize>()).collect();
        assert_eq!(counts, [20, 0, 500, 480], "a thousand of them");
        let mut told: Vec<_> = parts.iter().flat_map(|part| &part.conversations).flat_map(infos).map(id).collect();
        told.reverse();
        assert_eq!(told, written[100..], "the latest, in order");
        let on_host = client.web.asked().into_iter().filter(|address| address.contains("/v/")).count();
        assert_eq!(on_host, 2, "what is large lies on the media host");
        client.connected().await;
        client.stop().await;
    }

    async fn a_change_of_the_address_book_reaches_every_device(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let is_saved = async |person, name| network.person_is(person, json!({ "saved_as": name })).await;
        for name in [Some("Budi"), None, Some("Pak Budi")] {
            is_saved(BUDI, name).await;
        }
        is_saved(RINA, Some("Rina")).await;
        // What says nothing new about names changes nothing.
        is_saved(RINA, Some("Rina")).await;
        let (client, other) = (linked_by_qr(&network).await, linked_by_qr(&network).await);
        // A client passes over news that come while it asks for the book: it has asked when it is connected.
        for device in [&client, &other] {
            saved(device, RINA, "Rina").await;
            saved(device, BUDI, "Pak Budi").await;
            device.connected().await;
            book(device, 4).await;
        }
        is_saved(RINA, Some("Bu Rina")).await;
        for device in [&client, &other] {
            saved(device, RINA, "Bu Rina").await;
        }
        assert_eq!(book(&client, 5).await, book(&other, 5).await, "both have the same book");
        client.stop().await;
        other.stop().await;
    }

    async fn a_group_is_told_with_who_wrote_in_it(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let group = network.add_group(OWNER, &[RINA, BUDI]).await;
        network.person_writes(RINA, &group, "Arisan jam 3").await;
        let client = linked_by_qr(&network).await;
        let told = first(&client).await;
        let [chat] = &told.conversations[..] else { panic!("one chat: {told:?}") };
        assert_eq!((chat.id.as_str(), chat.name.as_deref()), (group.as_str(), Some("Arisan")));
        let info = infos(chat).next().expect("a message");
        let author: Jid = info.key.participant.as_deref().expect("who wrote").parse().unwrap();
        assert_eq!((words(info), author.is_lid()), (Some("Arisan jam 3"), mode == Addressing::Lid));
        client.connected().await;
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hides_the_number_is_told_by_lid_alone() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.person_is(RINA, json!({"hides_number": true})).await;
    network.person_writes(RINA, OWNER, "Halo").await;
    let client = linked_by_qr(&network).await;
    let told = first(&client).await;
    let [chat] = &told.conversations[..] else { panic!("one chat: {told:?}") };
    assert_eq!((chat.id.ends_with("@lid"), &chat.pn_jid, &chat.name), (true, &None, &None));
    assert!(told.phone_number_to_lid_mappings.is_empty());
    client.connected().await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_book_outlives_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.person_is(RINA, json!({"saved_as": "Rina"})).await;
    network.person_is(RINA, json!({"name": "Rina", "saved_as": "Bu Rina"})).await;
    let client = linked_by_qr(&network).await;
    saved(&client, RINA, "Bu Rina").await;
    client.connected().await;
    book(&client, 2).await;
    let backend = client.stop().await;
    // As sudden as a kill, then once more with a journal that was written anew.
    drop(network);
    Network::in_folder(folder.path()).await.shutdown().await;
    let network = Network::in_folder(folder.path()).await;
    let client = Client::connect(&network, backend).await;
    network.person_is(BUDI, json!({"saved_as": "Budi"})).await;
    saved(&client, BUDI, "Budi").await;
    book(&client, 3).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_no_address_book_takes_is_named() {
    let network = Network::start().await;
    for name in [json!(""), json!(" "), json!("x".repeat(101)), json!(7)] {
        let path = format!("/api/people/{RINA}");
        let answer = network.request(Method::PUT, &path, Some(&json!({"saved_as": name}))).await;
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().await.unwrap();
        assert_eq!((status, body["field"].as_str()), (422, Some("saved_as")), "{name}");
    }
}
