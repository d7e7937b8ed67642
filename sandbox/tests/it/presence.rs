//! Typing and presence.

use reqwest::{Method, StatusCode};
use sandbox::control::dto::{Chat, ChatState, Happening};
use serde_json::json;
use wa_rs::prelude::*;
use wacore::types::presence::{ChatPresence, ChatPresenceMedia};

use crate::support::{Addressing, BUDI, Client, Network, OWNER, RINA, in_both_modes, jid, soon};

const OTHER: &str = "6281200000002";

/// What a client is told of somebody's doing in a chat.
async fn typing(client: &Client) -> (wacore_binary::Jid, ChatPresence, ChatPresenceMedia) {
    client
        .event("typing", |event| match event {
            Event::ChatPresence(update) => Some((update.source.sender.clone(), update.state, update.media)),
            _ => None,
        })
        .await
}

/// What a client is told of somebody's presence: whether they are there, and when they were seen last.
async fn presence(client: &Client) -> (wacore_binary::Jid, bool, bool) {
    client
        .event("presence", |event| match event {
            Event::Presence(update) => Some((update.from.clone(), !update.unavailable, update.last_seen.is_some())),
            _ => None,
        })
        .await
}

async fn shows(network: &Network, person: &str, body: serde_json::Value) {
    let answer = network.request(Method::POST, &format!("/api/people/{person}/presence"), Some(&body)).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{body}");
}

in_both_modes! {
    async fn a_person_is_seen_typing(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let states = [
            ("composing", ChatPresence::Composing, ChatPresenceMedia::Text),
            ("recording", ChatPresence::Composing, ChatPresenceMedia::Audio),
            ("paused", ChatPresence::Paused, ChatPresenceMedia::Text),
        ];
        for (state, expected, media) in states {
            shows(&network, RINA, json!({"to": OWNER, "state": state})).await;
            let (from, told, told_media) = typing(&client).await;
            assert_eq!((told, told_media, from.is_lid()), (expected, media, mode == Addressing::Lid), "{state}");
        }
        client.stop().await;
    }

    async fn people_type_before_they_answer(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.person_is(RINA, json!({"replies": [{"match": "", "text": "Mau", "after_ms": 30}]})).await;
        let client = Client::pre_linked(&network, OWNER).await;
        client.send(RINA, "Ada promo").await;
        let first = client
            .event("typing or the answer", |event| match event {
                Event::ChatPresence(update) => Some(format!("{:?}", update.state)),
                Event::Messages(batch) => batch.iter().find_map(|inbound| inbound.message.conversation.clone()),
                _ => None,
            })
            .await;
        assert_eq!(first, "Composing");
        client.text("Mau").await;
        client.stop().await;
    }

    async fn an_account_is_seen_typing_until_it_writes(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let path = format!("/api/people/{RINA}/chats/{OWNER}");
        let mut happenings = network.watch();
        let mut seen = async |expected| {
            let state = async {
                loop {
                    if let Ok(Happening::ChatState { state, .. }) = happenings.recv().await {
                        return state;
                    }
                }
            };
            assert_eq!(soon("typing", state).await, expected);
            network.get::<Chat>(&path).await.typing
        };
        let chat_state = client.library.chatstate();
        chat_state.send_composing(&jid(RINA)).await.unwrap();
        assert_eq!(seen(ChatState::Composing).await, Some(ChatState::Composing));
        chat_state.send_recording(&jid(RINA)).await.unwrap();
        assert_eq!(seen(ChatState::Recording).await, Some(ChatState::Recording));
        chat_state.send_paused(&jid(RINA)).await.unwrap();
        assert_eq!(seen(ChatState::Paused).await, None);
        chat_state.send_composing(&jid(RINA)).await.unwrap();
        assert_eq!(seen(ChatState::Composing).await, Some(ChatState::Composing));
        let id = client.send(RINA, "halo").await;
        client.ack(&id).await;
        assert_eq!(network.get::<Chat>(&path).await.typing, None);
        client.stop().await;
    }

    async fn who_asks_is_told_who_is_there(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        shows(&network, RINA, json!({"state": "available"})).await;
        client.library.presence().subscribe(jid(RINA)).await.unwrap();
        assert_eq!(presence(&client).await, (jid(RINA), true, false));
        shows(&network, RINA, json!({"to": OWNER, "state": "unavailable"})).await;
        assert_eq!(presence(&client).await, (jid(RINA), false, true));
        // Nobody has seen Budi yet.
        client.library.presence().subscribe(jid(BUDI)).await.unwrap();
        assert_eq!(presence(&client).await, (jid(BUDI), false, false));
        client.library.presence().unsubscribe(&jid(RINA)).await.unwrap();
        client.library.presence().subscribe(jid(BUDI)).await.unwrap();
        assert_eq!(presence(&client).await.0, jid(BUDI), "after the network has read the line before");
        shows(&network, RINA, json!({"state": "available"})).await;
        shows(&network, BUDI, json!({"state": "available"})).await;
        assert_eq!(presence(&client).await, (jid(BUDI), true, false), "and nothing of Rina");
        client.stop().await;
    }

    async fn accounts_see_each_other_type_and_come_and_go(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.add_account(OTHER, mode).await;
        let first = Client::pre_linked(&network, OWNER).await;
        first.library.presence().subscribe(jid(OTHER)).await.unwrap();
        assert_eq!(presence(&first).await, (jid(OTHER), false, false));
        let second = Client::pre_linked(&network, OTHER).await;
        assert_eq!(presence(&first).await, (jid(OTHER), true, false), "a client that connects is there");
        second.library.chatstate().send_composing(&jid(OWNER)).await.unwrap();
        let (from, state, _) = typing(&first).await;
        assert_eq!((state, from.is_lid()), (ChatPresence::Composing, mode == Addressing::Lid));
        second.stop().await;
        assert_eq!(presence(&first).await, (jid(OTHER), false, true), "one that hangs up is not");
        let third = Client::pre_linked(&network, OTHER).await;
        assert_eq!(presence(&first).await, (jid(OTHER), true, false));
        assert_eq!(network.delete(&format!("/api/accounts/{OTHER}/devices/2")).await, StatusCode::NO_CONTENT);
        assert_eq!(presence(&first).await, (jid(OTHER), false, true), "one that was logged out neither");
        third.stop().await;
        first.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presence_that_makes_no_sense_is_refused_by_name() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.person_is(BUDI, json!({"on_whatsapp": false})).await;
    let cases = [
        (RINA, json!({"to": OWNER}), "state"),
        (RINA, json!({"to": OWNER, "state": "asleep"}), "state"),
        (RINA, json!({"state": "composing"}), "to"),
        (RINA, json!({"to": "x", "state": "available"}), "to"),
        (RINA, json!({"to": OWNER, "state": "paused", "until": 1}), "until"),
        (OWNER, json!({"state": "available"}), "phone"),
        (BUDI, json!({"to": OWNER, "state": "composing"}), "phone"),
        ("rina", json!({"state": "available"}), "phone"),
    ];
    for (person, body, field) in cases {
        let (status, answer) = network.post(&format!("/api/people/{person}/presence"), body).await;
        assert_eq!((status, &answer["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{answer}");
    }
    let (status, _) =
        network.post(&format!("/api/people/{RINA}/presence"), json!({"to": BUDI, "state": "paused"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
