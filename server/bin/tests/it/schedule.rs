//! The process dies by SIGKILL before the time of a campaign, and the next one dies as it begins. Whoever starts then
//! writes to everybody, once.

use crate::support::{Database, Network, Web, web::eventually};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::fmt::Write as _;

const RECIPIENTS: u64 = 40;

fn contacts() -> String {
    (0..RECIPIENTS).fold("name,phone\n".to_owned(), |mut csv, n| {
        let _ = writeln!(csv, "Kontak {n},08125{n:07}");
        csv
    })
}

/// The first of the campaigns that a page of them lists.
fn first(list: &Value) -> Option<&Value> {
    list["campaigns"]["rows"].as_array()?.first()
}

async fn a_campaign_begins_whoever_is_there(database: Database) {
    let network = Network::start().await;
    let web = Web::start_beside(&database, &network).await;
    let owner = web.sign_up("Rani").await;
    owner.ask("number/api/add_sandbox_number", &[("label", "CS")]).await;
    let connected = |numbers: &Value| {
        (numbers[0]["state"] == "connected").then(|| numbers[0]["id"].as_str().expect("an id").to_owned())
    };
    let number = owner.wait("number/api/list_numbers", &[], connected).await;
    let audience = owner.upload(contacts()).await;
    owner.call("contact/api/start_import", &[("id", &audience)]).await;
    let done = |opened: &Value| (opened["import"]["status"] == "done").then_some(());
    owner.wait("contact/api/open_import", &[("id", &audience)], done).await;
    let draft = [("name", "Promo"), ("number", &number), ("message", "Halo {{name}}"), ("audience", &audience)];
    owner.call("campaign/api/save_draft", &draft).await;
    let page = [("search", ""), ("page", "1")];
    let list = owner.ask("campaign/api/list_campaigns", &page).await;
    let id = first(&list).and_then(|row| row["id"].as_str()).expect("a draft").to_owned();
    let start = [&[("id", id.as_str())][..], &draft].concat();
    owner.call("campaign/api/start_campaign", &start).await;
    // It may still be taken back, and nobody is there when it begins.
    let list = owner.ask("campaign/api/list_campaigns", &page).await;
    assert_eq!(first(&list).expect("a campaign")["status"], "scheduled");
    web.signal(Signal::SIGKILL);
    web.gone().await;
    assert_eq!(network.summary().await.accepted, 0);

    Web::die_beside(&database, &network, "campaign.begin:1").await;
    assert_eq!(network.summary().await.accepted, 0, "what began was not committed");

    let web = Web::start_beside(&database, &network).await;
    let owner = owner.at(&web);
    let done = |list: &Value| (first(list)?["status"] == "finished").then_some(());
    owner.wait("campaign/api/list_campaigns", &page, done).await;
    eventually("everybody has it", async || (network.summary().await.accepted == RECIPIENTS).then_some(())).await;
    let seen = network.summary().await;
    assert_eq!((seen.distinct_ids, seen.distinct_recipients), (RECIPIENTS, RECIPIENTS), "{seen:?}");
    assert_eq!((seen.max_distinct_ids_per_recipient, seen.signal_counter_reuse), (1, 0), "{seen:?}");
    web.signal(Signal::SIGKILL);
    web.gone().await;
    database.drop().await;
}

#[tokio::test]
async fn kill_9_on_sqlite_over_the_time_of_a_campaign() {
    a_campaign_begins_whoever_is_there(Database::sqlite()).await;
}

#[tokio::test]
async fn kill_9_on_postgres_over_the_time_of_a_campaign() {
    a_campaign_begins_whoever_is_there(Database::postgres().await).await;
}
