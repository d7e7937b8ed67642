//! How people behave: toward everybody, and toward one account.

use reqwest::{Method, StatusCode};
use sandbox::control::dto::{PersonaToward, WorldView};
use serde_json::{Value, json};

use crate::support::{Addressing, Client, Network, OWNER, RINA, in_both_modes};

const OTHER: &str = "6281200000002";

/// Sets how a person behaves toward an account.
async fn toward(network: &Network, person: &str, account: &str, persona: Value) {
    let path = format!("/api/people/{person}/personas/{account}");
    let answer = network.request(Method::PUT, &path, Some(&persona)).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}

async fn behaves(network: &Network, person: &str, account: &str) -> PersonaToward {
    network.get(&format!("/api/people/{person}/personas/{account}")).await
}

in_both_modes! {
    async fn a_person_answers_one_account_and_blocks_another(mode) {
        let folder = tempfile::tempdir().unwrap();
        let network = Network::in_folder(folder.path()).await;
        network.people_are(json!({"deliver_ms": [0, 0], "read_ms": [0, 0]})).await;
        network.add_account(OWNER, mode).await;
        network.add_account(OTHER, mode).await;
        toward(&network, RINA, OWNER, json!({"replies": [{"match": "", "text": "Siap"}]})).await;
        toward(&network, RINA, OTHER, json!({"blocks": true})).await;
        let (first, second) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OTHER).await);
        first.send(RINA, "Halo dari satu").await;
        let blocked = second.send(RINA, "Halo dari dua").await;
        assert_eq!(second.ack(&blocked).await, None, "the network takes it");
        first.text("Siap").await;
        let entry = network.message_when(&blocked, |message| message.decrypted).await;
        assert_eq!(entry.delivered_at_ms, None);
        let (first, second) = (first.stop().await, second.stop().await);
        network.shutdown().await;

        // Twice: what is read from the journal is written into a shorter one, and read again.
        Network::in_folder(folder.path()).await.shutdown().await;
        let network = Network::in_folder(folder.path()).await;
        let (first, second) = (Client::connect(&network, first).await, Client::connect(&network, second).await);
        let blocked = second.send(RINA, "Masih di sana?").await;
        first.send(RINA, "Halo lagi").await;
        first.text("Siap").await;
        let entry = network.message_when(&blocked, |message| message.decrypted).await;
        assert_eq!(entry.delivered_at_ms, None);

        // Taken back: as toward everybody.
        let path = format!("/api/people/{RINA}/personas/{OTHER}");
        assert_eq!(network.request(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(network.request(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
        let read = second.send(RINA, "Sekarang?").await;
        second.delivered_and_read(&read).await;
        first.stop().await;
        second.stop().await;
        network.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_applies_is_told_field_by_field() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.add_account(OTHER, Addressing::Lid).await;
    let anybody: WorldView = network.get("/api/world").await;
    assert_eq!((anybody.applies.on_whatsapp, anybody.applies.reply_probability), (Some(true), Some(0.0)));
    network.people_are(json!({"deliver_ms": [1, 1], "read_ms": [2, 2], "read_probability": 0.5})).await;
    network.person_is(RINA, json!({"name": "Rina", "read_ms": [3, 3], "blocks": true})).await;
    toward(&network, RINA, OWNER, json!({"blocks": false, "read_ms": null})).await;

    let told = behaves(&network, RINA, OWNER).await;
    assert_eq!((told.persona.blocks, told.persona.deliver_ms), (Some(false), None));
    assert_eq!((told.inherited.blocks, told.inherited.read_ms), (Some(true), Some(Some([3, 3]))));
    let applies = told.applies;
    assert_eq!((applies.blocks, applies.read_ms, applies.deliver_ms), (Some(false), Some(None), Some(Some([1, 1]))));
    assert_eq!((applies.name.as_deref(), applies.on_whatsapp), (Some("Rina"), Some(true)));
    assert_eq!(applies.read_probability, Some(0.5));
    // The other account is told nothing of it.
    let other = behaves(&network, RINA, OTHER).await;
    assert_eq!((other.persona, other.applies), (Default::default(), other.inherited));
    // Nor is who asks for the person.
    let rina: Value = network.get(&format!("/api/people/{RINA}")).await;
    assert_eq!(rina["persona"], json!({"name": "Rina", "read_ms": [3, 3], "blocks": true}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_hidden_from_one_account() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.add_account(OTHER, Addressing::Lid).await;
    toward(&network, RINA, OWNER, json!({"hides_number": true})).await;
    let (first, second) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OTHER).await);
    network.person_writes(RINA, OWNER, "tebak siapa").await;
    network.person_writes(RINA, OTHER, "ini saya").await;
    let (hidden, _) = first.text("tebak siapa").await;
    let (open, _) = second.text("ini saya").await;
    assert_eq!(hidden.user, open.user, "the same LID");
    let known = first.library.get_lid_pn_entry(&hidden).await.unwrap();
    assert!(known.is_none(), "the number is not told");
    assert_eq!(second.phone_of(&open).await, RINA);
    first.stop().await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_takes_what_was_set_along() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    toward(&network, RINA, OWNER, json!({"blocks": true})).await;
    network.person_writes(RINA, OWNER, "halo").await;
    let world: WorldView = network.get("/api/world").await;
    assert_eq!((world.accounts, world.people), (1, 1));
    network.post("/api/reset", json!({})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    assert_eq!(behaves(&network, RINA, OWNER).await.persona, Default::default());
}
