//! I1, I2: the process dies by SIGKILL while people write: before what came is stored, after that and before the network is
//! told, and while the bot answers. Whoever starts next has every message once, in order, and each was answered once.

use crate::support::{Database, Network, Person, Web, web::eventually};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

/// Where the process dies, the first time that it passes there.
const DEATHS: [&str; 3] = ["inbox.store:1", "inbox.stored:1", "chatbot.answer:1"];
/// Who writes, and how many messages each before every start.
const PEOPLE: usize = 4;
const MESSAGES: usize = 5;

fn person(n: usize) -> String {
    format!("62813111100{n:02}")
}

/// Everybody writes while nobody is there.
async fn write(network: &Network, phone: &str, start: usize) {
    for m in 0..MESSAGES {
        for n in 0..PEOPLE {
            let message = json!({"to": phone, "text": format!("Pesan {}", start * MESSAGES + m)});
            network.tell(reqwest::Method::POST, &format!("people/{}/messages", person(n)), &message).await;
        }
    }
}

/// What a thread holds of one direction, in order.
fn said(opened: &Value, direction: &str) -> Vec<String> {
    let messages = opened["thread"]["messages"].as_array().expect("messages");
    let of = messages.iter().filter(|message| message["direction"] == direction);
    of.map(|message| message["text"].as_str().expect("a text").to_owned()).collect()
}

/// The conversations there are.
async fn threads(owner: &Person) -> Vec<Value> {
    let list = owner.ask("inbox/api/list_conversations", &[("view", "all"), ("search", ""), ("page", "1")]).await;
    let mut threads = Vec::new();
    for row in list["page"]["rows"].as_array().expect("rows") {
        let form = [("conversation", row["id"].as_str().expect("an id")), ("limit", "200")];
        threads.push(owner.ask("inbox/api/open_conversation", &form).await);
    }
    threads
}

async fn nothing_is_lost_and_nothing_answered_twice(database: Database) {
    let network = Network::start().await;
    network.tell(reqwest::Method::PUT, "world", &json!({"defaults": {"reply_probability": 0.0}})).await;
    let web = Web::start_beside(&database, &network).await;
    let owner = web.sign_up("Rani").await;
    owner.ask("number/api/add_sandbox_number", &[("label", "CS")]).await;
    let connected = |numbers: &Value| {
        let phone = numbers[0]["phone"].as_str()?.trim_start_matches('+').to_owned();
        (numbers[0]["state"] == "connected").then_some(phone)
    };
    let phone = owner.wait("number/api/list_numbers", &[], connected).await;
    let rule =
        [("name", "Salam"), ("match_kind", "contains"), ("keywords", "pesan"), ("answer", "Baik"), ("active", "true")];
    owner.ask("chatbot/api/save_rule", &rule).await;
    web.signal(Signal::SIGKILL);
    web.gone().await;

    for (start, death) in DEATHS.iter().enumerate() {
        write(&network, &phone, start).await;
        Web::die_beside(&database, &network, death).await;
    }
    write(&network, &phone, DEATHS.len()).await;
    let web = Web::start_beside(&database, &network).await;
    let owner = owner.at(&web);

    let each = (DEATHS.len() + 1) * MESSAGES;
    let threads = eventually("every answer", async || {
        let threads = threads(&owner).await;
        let answers: usize = threads.iter().map(|opened| said(opened, "outgoing").len()).sum();
        (answers == PEOPLE * each).then_some(threads)
    })
    .await;
    let wanted: Vec<String> = (0..each).map(|m| format!("Pesan {m}")).collect();
    assert_eq!(threads.len(), PEOPLE);
    for opened in &threads {
        assert_eq!(said(opened, "incoming"), wanted);
        assert_eq!(said(opened, "outgoing"), vec!["Baik"; each]);
    }
    let all = (PEOPLE * each) as u64;
    eventually("the answers are with the network", async || (network.summary().await.accepted == all).then_some(()))
        .await;
    let summary = network.summary().await;
    assert_eq!((summary.distinct_ids, summary.distinct_recipients), (all, PEOPLE as u64), "{summary:?}");
    assert_eq!((summary.undecryptable, summary.signal_counter_reuse), (0, 0), "{summary:?}");
    web.signal(Signal::SIGKILL);
    web.gone().await;
    database.drop().await;
}

#[tokio::test]
async fn i2_kill_9_on_sqlite_loses_nothing_that_came() {
    nothing_is_lost_and_nothing_answered_twice(Database::sqlite()).await;
}

#[tokio::test]
async fn i2_kill_9_on_postgres_loses_nothing_that_came() {
    nothing_is_lost_and_nothing_answered_twice(Database::postgres().await).await;
}
