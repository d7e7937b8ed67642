//! Linking a device: by QR, by code, without a phone.

use reqwest::StatusCode;
use sandbox::control::dto::{AccountView, Handshake, Happening, Health};
use serde_json::json;
use wa_rs::prelude::*;

use crate::support::{Addressing, Client, Kind, Network, OWNER, RINA, in_both_modes, soon};

in_both_modes! {
    async fn a_phone_scans_the_qr_code(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.person_is(RINA, json!({"name": "Rina"})).await;
        let client = Client::unlinked(&network, Kind::Qr).await;
        let qr = client.qr().await;
        let (status, answer) = network.post(&format!("/api/accounts/{OWNER}/scan"), json!({"qr": qr})).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({"device": 1})));
        let (mut names, mut history) = (Vec::new(), false);
        client
            .event("names, history and connection", |event| {
                match event {
                    Event::ContactUpdate(update) => names.push(update.action.full_name.clone()),
                    Event::HistorySync(_) => history = true,
                    Event::Connected(_) => names.push(Some("connected".into())),
                    _ => {}
                }
                (history && names.len() >= 2).then_some(())
            })
            .await;
        assert!(names.contains(&Some("Rina".into())), "the address book came: {names:?}");
        let account: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
        assert_eq!((account.devices.len(), account.devices[0].connected), (1, true));
        let id = client.send(RINA, "halo").await;
        client.delivered_and_read(&id).await;
        client.stop().await;
    }

    async fn the_code_is_typed_on_the_phone(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let client = Client::unlinked(&network, Kind::Code(OWNER)).await;
        let code = client
            .event("a code", |event| match event {
                Event::PairingCode(code) => Some(code.code.clone()),
                _ => None,
            })
            .await;
        let (status, answer) = network.post(&format!("/api/accounts/{OWNER}/code"), json!({"code": code})).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({"device": 1})));
        client.connected().await;
        let id = client.send(RINA, "halo").await;
        client.delivered_and_read(&id).await;
        client.stop().await;
    }

    async fn a_passkey_is_asked_for_where_a_code_is_scanned(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        network.fault(json!({"kind": "passkey_wanted", "account": OWNER, "count": 1})).await;
        let client = Client::unlinked(&network, Kind::Qr).await;
        let qr = client.qr().await;
        let (status, _) = network.post(&format!("/api/accounts/{OWNER}/scan"), json!({"qr": qr})).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let options = client
            .event("the question for a passkey", |event| match event {
                Event::PairPasskeyRequest(request) => Some(request.request_options_json.clone()),
                _ => None,
            })
            .await;
        let options: serde_json::Value = serde_json::from_str(&options).unwrap();
        assert_eq!(options["rpId"], "web.whatsapp.com");
        let (status, _) = network.post(&format!("/api/accounts/{OWNER}/scan"), json!({"qr": qr})).await;
        assert_eq!(status, StatusCode::OK, "the fault is used up, the code is as good as before");
        client.connected().await;
        client.stop().await;
    }

    async fn a_device_is_linked_without_a_phone(mode) {
        let network = Network::start().await;
        network.add_account(OWNER, mode).await;
        let mut happenings = network.watch();
        let client = Client::pre_linked(&network, OWNER).await;
        let id = client.send(RINA, "halo").await;
        client.delivered_and_read(&id).await;
        let handshake = soon("the login", async {
            loop {
                if let Happening::DeviceConnected { handshake, .. } = happenings.recv().await.unwrap() {
                    return handshake;
                }
            }
        });
        // It knew the server's key, so it had no certificate to check: a build that checks them connects as well.
        assert_eq!(handshake.await, Handshake::Ik);
        // It is the same device after a reconnect.
        let backend = client.stop().await;
        let client = Client::connect(&network, backend).await;
        let id = client.send(RINA, "lagi").await;
        client.delivered_and_read(&id).await;
        client.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_can_run_out() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.fault(json!({"kind": "codes_expired", "count": 1})).await;
    let client = Client::unlinked(&network, Kind::Qr).await;
    client
        .event("the end of the codes", |event| matches!(event, Event::PairingQrCodesExhausted(_)).then_some(()))
        .await;
    client.stop().await;
    let client = Client::unlinked(&network, Kind::Qr).await;
    let qr = client.qr().await;
    let (status, _) = network.post(&format!("/api/accounts/{OWNER}/scan"), json!({"qr": qr})).await;
    assert_eq!(status, StatusCode::OK, "others get theirs");
    client.connected().await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_qr_code_of_nobody_is_refused() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let scan = format!("/api/accounts/{OWNER}/scan");
    for qr in ["hello", "2@abc,QUFB,QUFB,QUFB,1"] {
        let (status, answer) = network.post(&scan, json!({"qr": qr})).await;
        assert_eq!((status, &answer["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("qr")), "{answer}");
    }
    let (status, _) = network.post(&format!("/api/accounts/{OWNER}/code"), json!({"code": "ABCD-EFGH"})).await;
    assert_eq!(status, StatusCode::CONFLICT, "nobody asked for a code");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_code_links_nothing() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::unlinked(&network, Kind::Code(OWNER)).await;
    client.event("a code", |event| matches!(event, Event::PairingCode(_)).then_some(())).await;
    let (status, answer) = network.post(&format!("/api/accounts/{OWNER}/code"), json!({"code": "11111111"})).await;
    assert_eq!((status, &answer["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("code")), "{answer}");
    let account: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
    assert!(account.devices.is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_device_is_logged_out_at_once_and_at_login() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let path = format!("/api/accounts/{OWNER}/devices/1");
    assert_eq!(network.delete(&path).await, StatusCode::NO_CONTENT);
    client.event("the log-out", |event| matches!(event, Event::LoggedOut(_)).then_some(())).await;
    assert_eq!(network.delete(&path).await, StatusCode::NOT_FOUND);
    let backend = client.stop().await;
    let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
    client.event("the refused login", |event| matches!(event, Event::LoggedOut(_)).then_some(())).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_can_log_itself_out() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    client.library.logout().await;
    let account: AccountView = network.get(&format!("/api/accounts/{OWNER}")).await;
    assert!(account.devices.is_empty());
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_world_is_another_one() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let before: Health = network.get("/health").await;
    assert_eq!(network.post("/api/reset", json!({})).await.0, StatusCode::NO_CONTENT);
    client.event("the log-out", |event| matches!(event, Event::LoggedOut(_)).then_some(())).await;
    let after: Health = network.get("/health").await;
    assert_ne!(before.server_id, after.server_id);
    assert_eq!(before.server_key, after.server_key, "pinned devices can still be told");
    assert_eq!(network.summary().await, Default::default());
    client.stop().await;
}
