//! The control API's manners.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Addressing, Client, Network, OWNER, RINA, soon};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_requests_are_refused_by_name() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let account = format!("/api/accounts/{OWNER}");
    let devices = format!("{account}/devices");
    let person = format!("/api/people/{RINA}");
    let write = format!("{person}/messages");
    let toward = format!("{person}/personas/{OWNER}");
    let key = "A".repeat(43) + "=";
    let device =
        json!({"noise_key": key, "identity_key": key, "registration_id": 1, "signed_prekey": {"id": 1, "key": key}});
    let cases = [
        (Method::POST, "/api/accounts", json!({"name": "A"}), "phone"),
        (Method::POST, "/api/accounts", json!({"phone": "+628123456", "name": "A"}), "phone"),
        (Method::POST, "/api/accounts", json!({"phone": "628123456", "name": ""}), "name"),
        (Method::POST, "/api/accounts", json!({"phone": "628123456", "name": "A", "addressing": "x"}), "addressing"),
        (Method::POST, "/api/accounts", json!({"phone": "628123456", "name": "A", "colour": 1}), "colour"),
        (Method::POST, "/api/accounts", json!([]), "body"),
        (Method::POST, &devices, json!({"noise_key": "AAAA"}), "noise_key"),
        (Method::POST, &devices, device, "signed_prekey.signature"),
        (Method::POST, &format!("{account}/scan"), json!({}), "qr"),
        (Method::POST, &format!("{account}/code"), json!({"code": 1}), "code"),
        (Method::PUT, "/api/world", json!({"seed": -1}), "seed"),
        (Method::PUT, "/api/world", json!({"policy": {"messages_per_day": 5}}), "policy.messages_per_day"),
        (Method::PUT, "/api/world", json!({"defaults": {"blocks": "yes"}}), "defaults.blocks"),
        (Method::PUT, "/api/world", json!({"defaults": {"deliver_ms": [5, 1]}}), "defaults.deliver_ms"),
        (Method::PUT, &person, json!({"replies": [{"match": "(", "text": "a"}]}), "replies[0].match"),
        (Method::PUT, &person, json!({"replies": [{"match": "a"}]}), "replies[0].text"),
        (Method::PUT, &person, json!({"read_probability": 2}), "read_probability"),
        (Method::PUT, "/api/people/rina", json!({}), "phone"),
        (Method::PUT, &toward, json!({"name": "Rina"}), "name"),
        (Method::PUT, &toward, json!({"on_whatsapp": true}), "on_whatsapp"),
        (Method::PUT, &toward, json!({"read_probability": -1}), "read_probability"),
        (Method::PUT, &toward, json!({"replies": [{"match": "(", "text": "a"}]}), "replies[0].match"),
        (Method::PUT, &format!("{person}/personas/rina"), json!({}), "account"),
        (Method::POST, &write, json!({"to": OWNER}), "text"),
        (Method::POST, &write, json!({"to": OWNER, "media": {"kind": "image"}}), "media.base64"),
        (Method::POST, "/api/faults", json!({"kind": "earthquake"}), "kind"),
        (Method::POST, "/api/faults", json!({"kind": "nack", "probability": 1.5}), "probability"),
        (Method::POST, "/api/faults", json!({"kind": "nack", "count": 0}), "count"),
        (Method::GET, "/api/ledger?limit=0", Value::Null, "limit"),
        (Method::GET, "/api/ledger?newest_first=yes", Value::Null, "newest_first"),
        (Method::GET, "/api/ledger?newest_first=true&cursor=1", Value::Null, "cursor"),
        (Method::GET, &format!("{account}/chats?limit=1001"), Value::Null, "limit"),
        (Method::DELETE, "/api/faults?account=x", Value::Null, "account"),
        (Method::GET, "/api/ledger?since_ms=yesterday", Value::Null, "since_ms"),
        (Method::GET, "/api/ledger?form=628123456", Value::Null, "form"),
        (Method::GET, "/api/ledger/summary?from=x", Value::Null, "from"),
    ];
    for (method, path, body, field) in cases {
        let answer = network.request(method.clone(), path, Some(&body).filter(|body| !body.is_null())).await;
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(
            (status, &answer["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{method} {path} {body}: {answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_exists_conflicts_and_what_does_not_is_not_found() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Pn).await;
    let (status, _) = network.post("/api/accounts", json!({"phone": OWNER, "name": "B"})).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let missing = [
        (Method::GET, "/api/accounts/6281299999999".to_owned()),
        (Method::DELETE, format!("/api/accounts/{OWNER}/devices/9")),
        (Method::POST, "/api/accounts/6281299999999/scan".to_owned()),
        (Method::GET, format!("/api/people/{RINA}/chats/6281299999999")),
        (Method::GET, "/api/accounts/6281299999999/chats".to_owned()),
        (Method::GET, format!("/api/people/{OWNER}")),
        (Method::GET, format!("/api/people/{RINA}/personas/6281299999999")),
        (Method::PUT, format!("/api/people/{RINA}/personas/6281299999999")),
        (Method::DELETE, format!("/api/people/{OWNER}/personas/{OWNER}")),
        (Method::GET, "/api/groups/120363000000000001@g.us".to_owned()),
        (Method::GET, "/api/nothing".to_owned()),
    ];
    for (method, path) in missing {
        assert_eq!(
            network.request(method.clone(), &path, None).await.status(),
            StatusCode::NOT_FOUND,
            "{method} {path}"
        );
    }
    let (status, answer) =
        network.post(&format!("/api/people/{RINA}/messages"), json!({"to": "6281299999999", "text": "a"})).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_may_not_call() {
    let network = Network::start().await;
    let http = reqwest::Client::new();
    let port = network.base_url().rsplit(':').next().unwrap().to_owned();
    let own = format!("http://localhost:{port}");
    let cases = [
        ("host", "example.com", StatusCode::FORBIDDEN),
        ("host", "localhost", StatusCode::OK),
        ("origin", "https://example.com", StatusCode::FORBIDDEN),
        ("origin", "https://web.whatsapp.com", StatusCode::FORBIDDEN),
        ("origin", own.as_str(), StatusCode::OK),
    ];
    for (header, value, expected) in cases {
        let answer = http.get(format!("{}/health", network.base_url())).header(header, value).send().await.unwrap();
        assert_eq!(answer.status(), expected, "{header}: {value}");
    }
    let chat = http.get(format!("{}/ws/chat", network.base_url())).header("origin", "https://example.com");
    assert_eq!(chat.send().await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_is_read_page_by_page() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    for number in 0..5 {
        client.send(&format!("628131111000{number}"), "halo").await;
    }
    network.summary_when("five messages", |summary| summary.accepted == 5).await;
    let (mut ids, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page: Value = network.get(&format!("/api/ledger?limit=2&cursor={cursor}")).await;
        ids.extend(page["messages"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    ids.dedup();
    assert_eq!((ids.len(), pages), (5, 3));
    let one: Value = network.get("/api/ledger?to=6281311110003").await;
    assert_eq!(one["messages"].as_array().unwrap().len(), 1);
    let none: Value = network.get(&format!("/api/ledger?from={RINA}")).await;
    assert_eq!(none, json!({"messages": [], "next": null}));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chats_of_an_account_stand_newest_first() {
    let network = Network::start().await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    network.put(&format!("/api/people/{RINA}"), json!({"name": "Rina", "blocks": true})).await;
    for number in 0..3 {
        client.send(&format!("628131111900{number}"), "halo").await;
    }
    network.summary_when("three messages", |summary| summary.accepted == 3).await;
    network.post(&format!("/api/people/{RINA}/messages"), json!({"to": OWNER, "text": "masih buka?"})).await;
    let chats: Value = network.get(&format!("/api/accounts/{OWNER}/chats?limit=3")).await;
    let chats = chats["chats"].as_array().unwrap();
    assert_eq!(chats.len(), 3);
    let told = |at: usize, field: &str| chats[at][field].as_str().unwrap().to_owned();
    assert_eq!(
        (told(0, "person"), told(0, "name"), told(0, "text")),
        (RINA.into(), "Rina".into(), "masih buka?".into())
    );
    assert_eq!((told(1, "person"), told(1, "from")), ("6281311119002".into(), OWNER.into()));
    let newest: Value = network.get("/api/ledger?newest_first=true&limit=1").await;
    assert_eq!(newest["messages"][0]["text"], "masih buka?");
    let rina: Value = network.get(&format!("/api/people/{RINA}")).await;
    assert_eq!(rina, json!({"phone": RINA, "name": "Rina", "persona": {"name": "Rina", "blocks": true}}));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_of_one_account_end_without_those_of_others() {
    let network = Network::start().await;
    for fault in [
        json!({"kind": "nack"}),
        json!({"kind": "ack_late", "account": OWNER}),
        json!({"kind": "ack_never", "account": RINA}),
    ] {
        network.post("/api/faults", fault).await;
    }
    network.request(Method::DELETE, &format!("/api/faults?account={OWNER}"), None).await;
    let left: Value = network.get("/api/faults").await;
    assert_eq!(left, json!({"faults": [{"kind": "nack"}, {"kind": "ack_never", "account": RINA}]}));
    network.request(Method::DELETE, "/api/faults", None).await;
    let left: Value = network.get("/api/faults").await;
    assert_eq!(left, json!({"faults": []}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_is_streamed() {
    let network = Network::start().await;
    let mut events = network.request(Method::GET, "/api/events", None).await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    network.add_account(OWNER, Addressing::Lid).await;
    let event = soon("an event", events.chunk()).await.unwrap().unwrap();
    let expected = json!({"event": "account_added", "account": OWNER});
    let data = event.strip_prefix(b"data: ").expect("a data line");
    assert_eq!(serde_json::from_slice::<Value>(data).unwrap(), expected);
    // An open stream does not keep the network from stopping.
    network.shutdown().await;
}
