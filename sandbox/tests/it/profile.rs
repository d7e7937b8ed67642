//! What people and accounts show of themselves.

use reqwest::{Method, StatusCode};
use sandbox::control::dto::{AccountView, PersonView};
use serde_json::json;
use wa_rs::prelude::*;

use crate::support::{Addressing, BUDI, Client, Network, OWNER, RINA, in_both_modes, jid};

/// As base64.
const SUNRISE: &str = "c3VucmlzZQ==";
const SUNSET: &str = "c3Vuc2V0";
const OTHER: &str = "6281200000002";

in_both_modes! {
    async fn a_persons_picture_is_seen_and_its_change_is_told(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        let contacts = client.library.contacts();
        assert!(contacts.get_profile_picture(&jid(RINA), false).await.unwrap().is_none(), "nobody shows one at first");
        network.person_writes(RINA, OWNER, "halo").await;
        client.text("halo").await;

        let path = format!("/api/people/{RINA}/picture");
        network.put(&path, json!({"base64": SUNRISE})).await;
        let first = client.picture_update(RINA).await.expect("a picture");
        for preview in [false, true] {
            let picture = contacts.get_profile_picture(&jid(RINA), preview).await.unwrap().expect("a picture");
            assert_eq!(picture.id, first);
            let file = network.request(Method::GET, &picture.direct_path.unwrap(), None).await;
            assert_eq!(file.bytes().await.unwrap(), "sunrise");
        }
        network.put(&path, json!({"base64": SUNSET})).await;
        let second = client.picture_update(RINA).await.expect("another picture");
        assert_ne!(first, second);
        let shown: PersonView = network.get(&format!("/api/people/{RINA}")).await;
        assert_eq!(shown.picture.map(|picture| (picture.id, picture.size)), Some((second, 6)));
        assert_eq!(network.delete(&path).await, StatusCode::NO_CONTENT);
        assert_eq!(client.picture_update(RINA).await, None);
        assert!(contacts.get_profile_picture(&jid(RINA), true).await.unwrap().is_none());
        client.stop().await;
    }

    async fn a_new_name_comes_with_the_next_message(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        for name in ["Rina", "Rina Toko Kue"] {
            network.person_is(RINA, json!({"name": name})).await;
            let id = network.person_writes(RINA, OWNER, name).await;
            let shown = client.event("the message", |event| {
                let Event::Messages(batch) = event else { return None };
                batch.iter().find(|inbound| inbound.info.id == *id).map(|inbound| inbound.info.push_name.to_string())
            });
            assert_eq!(shown.await, name);
        }
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_shows_what_its_client_sets() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.add_account(OTHER, Addressing::Pn).await;
    let (client, other) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OTHER).await);
    client.send(OTHER, "halo").await;
    other.text("halo").await;
    let profile = client.library.profile();
    profile.set_status_text("Buka jam 8").await.unwrap();
    let set = profile.set_profile_picture(b"sunrise".to_vec()).await.unwrap();
    assert_eq!(other.picture_update(OWNER).await, Some(set.id.clone()));
    let seen = other.library.contacts().get_profile_picture(&jid(OWNER), false).await.unwrap().expect("a picture");
    assert_eq!(seen.id, set.id);
    client.stop().await;
    other.stop().await;
    // As sudden as a kill.
    drop(network);

    let network = Network::in_folder(folder.path()).await;
    let shown: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
    assert_eq!((shown.about.as_str(), shown.picture.map(|picture| picture.id)), ("Buka jam 8", Some(set.id)));
    let file = network.request(Method::GET, &seen.direct_path.unwrap(), None).await;
    assert_eq!(file.bytes().await.unwrap(), "sunrise");
    network.post("/api/reset", json!({})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let shown: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
    assert_eq!((shown.about.as_str(), shown.picture), ("", None));
    network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_cannot_be_used_is_named() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let refused = async |who: &str, body: serde_json::Value| {
        let answer = network.request(Method::PUT, &format!("/api/people/{who}/picture"), Some(&body)).await;
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().await.unwrap();
        (status, body["field"].as_str().map(str::to_owned))
    };
    let named = |field: &str| (422, Some(field.to_owned()));
    assert_eq!(refused(RINA, json!({})).await, named("base64"));
    assert_eq!(refused(RINA, json!({"base64": ""})).await, named("base64"));
    assert_eq!(refused(RINA, json!({"base64": "?"})).await, named("base64"));
    assert_eq!(refused(RINA, json!({"base64": "AAAA".repeat(180_000)})).await, named("base64"));
    assert_eq!(refused(RINA, json!({"base64": SUNRISE, "colour": "red"})).await, named("colour"));
    assert_eq!(refused(OWNER, json!({"base64": SUNRISE})).await, named("phone"));
    let shown: PersonView = network.get(&format!("/api/people/{BUDI}")).await;
    assert_eq!(shown.picture, None);
}
