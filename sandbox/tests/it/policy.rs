//! A network with limits: it refuses, locks and bans.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use sandbox::control::dto::{AccountView, Limits};
use sandbox::{DrivenClock, SandboxConfig};
use serde_json::{Value, json};
use wa_rs::prelude::*;
use wa_rs::{MexError, MexRequest};
use wacore::iq::mex_operations::fetch_new_chat_message_capping_info as capping;

use crate::support::{Addressing, BUDI, Client, Kind, Network, OWNER, RINA, in_both_modes};

/// Noon of a UTC day.
const NOON_MS: i64 = 1_700_049_600_000;
const HOUR: Duration = Duration::from_secs(3_600);
const SITI: &str = "6281311110003";
const AGUS: &str = "6281311110004";
/// Another account.
const OTHER: &str = "6281200000002";

/// A network with limits, at noon.
async fn limited(policy: Value) -> (Network, Arc<DrivenClock>) {
    let clock = Arc::new(DrivenClock::at(NOON_MS));
    let network = Network::open(SandboxConfig { clock: clock.clone(), ..SandboxConfig::default() }).await;
    let quick = json!({"deliver_ms": [0, 0], "read_ms": [0, 0]});
    network.put("/api/world", json!({"defaults": quick, "policy": policy})).await;
    (network, clock)
}

async fn in_folder(folder: &Path, clock: &Arc<DrivenClock>) -> Network {
    let (dir, clock) = (Some(folder.to_owned()), clock.clone());
    Network::open(SandboxConfig { dir, clock, ..SandboxConfig::default() }).await
}

/// What the network says to a message: nothing, or the code of its refusal.
async fn says(client: &Client, to: &str) -> Option<String> {
    let id = client.send(to, "halo").await;
    client.ack(&id).await
}

async fn is_refused(client: &Client, to: &str, code: &str) {
    assert_eq!(says(client, to).await.as_deref(), Some(code), "to {to}");
}

async fn is_taken(client: &Client, to: &str) {
    assert_eq!(says(client, to).await, None, "to {to}");
}

async fn limits(network: &Network) -> Limits {
    network.get::<AccountView>(&format!("/api/accounts/{OWNER}")).await.limits
}

/// Waits until a client is told of its ban, and for how many seconds.
async fn banned_secs(client: &Client) -> i64 {
    let ban = |event: &Event| match event {
        Event::TemporaryBan(ban) => Some(ban.expire.num_seconds()),
        _ => None,
    };
    client.event("the ban", ban).await
}

in_both_modes! {
    async fn the_next_stranger_is_refused_and_people_it_knows_are_not(mode) {
        let (network, _) = limited(json!({"new_chats_per_day": 2})).await;
        network.add_account(OWNER, mode).await;
        let client = Client::pre_linked(&network, OWNER).await;
        network.person_writes(AGUS, OWNER, "masih buka?").await;
        client.text("masih buka?").await;
        is_taken(&client, RINA).await;
        is_taken(&client, BUDI).await;
        is_refused(&client, SITI, "463").await;
        for known in [RINA, BUDI, AGUS] {
            is_taken(&client, known).await;
        }
        is_refused(&client, SITI, "463").await;
        // Who writes first is no stranger any more.
        network.person_writes(SITI, OWNER, "halo, ada siapa?").await;
        client.text("halo, ada siapa?").await;
        is_taken(&client, SITI).await;
        let summary = network.summary_when("delivery", |summary| summary.delivered == 6).await;
        assert_eq!((summary.accepted, summary.nacked, summary.distinct_recipients), (6, 2, 4));
        let chat: Value = network.get(&format!("/api/people/{SITI}/chats/{OWNER}")).await;
        assert_eq!(chat["messages"].as_array().unwrap().len(), 2, "what was refused was never shown: {chat}");
        client.stop().await;
    }

    async fn accounts_are_strangers_too(mode) {
        let (network, _) = limited(json!({"new_chats_per_day": 0})).await;
        network.add_account(OWNER, mode).await;
        network.add_account(OTHER, mode).await;
        let (first, second) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OTHER).await);
        is_refused(&first, OTHER, "463").await;
        network.put("/api/world", json!({"policy": {"new_chats_per_day": 1}})).await;
        // The limit is another, the lock is still the same; the other account has none.
        is_refused(&first, OTHER, "463").await;
        is_taken(&second, OWNER).await;
        first.text("halo").await;
        is_taken(&first, OTHER).await;
        first.stop().await;
        second.stop().await;
    }
}

/// A lock that ends within the day, and one that the day's end would have overtaken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_ends_by_the_clock_and_a_new_day_counts_afresh() {
    let (network, clock) = limited(json!({"new_chats_per_day": 1, "time_lock_ms": 600_000})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    is_taken(&client, RINA).await;
    let free =
        Limits { new_chats_today: Some(1), new_chats_per_day: Some(1), locked_until_ms: None, banned_until_ms: None };
    assert_eq!(limits(&network).await, free, "the last one that may pass locks nothing");
    is_refused(&client, BUDI, "463").await;
    let locked = Limits { locked_until_ms: Some(NOON_MS + 600_000), ..free };
    clock.advance(Duration::from_secs(599));
    is_refused(&client, SITI, "463").await;
    assert_eq!(limits(&network).await, locked, "trying again does not prolong it");
    clock.advance(Duration::from_secs(1));
    assert_eq!(limits(&network).await, free);
    // Still the same day: the next stranger is one too many again.
    is_refused(&client, BUDI, "463").await;
    assert_eq!(limits(&network).await.locked_until_ms, Some(NOON_MS + 1_200_000));
    clock.advance(HOUR * 12);
    assert_eq!(limits(&network).await, Limits { new_chats_today: Some(0), ..free });
    is_taken(&client, BUDI).await;
    is_refused(&client, SITI, "463").await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_outlasts_the_day() {
    let (network, clock) = limited(json!({"new_chats_per_day": 1, "time_lock_ms": 86_400_000})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    is_taken(&client, RINA).await;
    is_refused(&client, BUDI, "463").await;
    clock.advance(HOUR * 23);
    is_refused(&client, BUDI, "463").await;
    clock.advance(HOUR);
    is_taken(&client, BUDI).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_messages_in_a_minute_are_refused() {
    let (network, clock) = limited(json!({"messages_per_minute": 2})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    is_taken(&client, RINA).await;
    clock.advance(Duration::from_secs(30));
    client.send_as(RINA, "sekali saja", "3EB0AAAAAAAAAAAAAAAA").await;
    assert_eq!(client.ack("3EB0AAAAAAAAAAAAAAAA").await, None);
    is_refused(&client, RINA, "429").await;
    // What was accepted once is accepted again: only its sender does not know.
    client.send_as(RINA, "sekali saja", "3EB0AAAAAAAAAAAAAAAA").await;
    assert_eq!(client.ack("3EB0AAAAAAAAAAAAAAAA").await, None);
    clock.advance(Duration::from_secs(29));
    is_refused(&client, BUDI, "429").await;
    // The minute slides: the first message falls out of it, the second is still in.
    clock.advance(Duration::from_secs(1));
    is_taken(&client, BUDI).await;
    is_refused(&client, BUDI, "429").await;
    assert_eq!(limits(&network).await, Limits::default(), "new chats are unlimited");
    let summary = network.summary().await;
    assert_eq!((summary.accepted, summary.nacked, summary.wire_duplicates), (3, 3, 1));
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_refusals_ban_the_account_for_a_while() {
    let policy = json!({"new_chats_per_day": 0, "messages_per_minute": 1, "ban_after": 3, "ban_ms": 1_800_500});
    let (network, clock) = limited(policy).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    network.person_writes(RINA, OWNER, "halo").await;
    client.text("halo").await;
    is_refused(&client, BUDI, "463").await;
    // Refusals of another day do not count.
    clock.advance(HOUR * 12);
    is_taken(&client, RINA).await;
    is_refused(&client, RINA, "429").await;
    is_refused(&client, BUDI, "463").await;
    assert_eq!(limits(&network).await.banned_until_ms, None);
    is_refused(&client, BUDI, "463").await;
    assert_eq!(banned_secs(&client).await, 1_801, "rounded up");
    assert_eq!(limits(&network).await.banned_until_ms, Some(NOON_MS + 12 * 3_600_000 + 1_800_500));
    let backend = client.stop().await;
    clock.advance(Duration::from_secs(1_800));
    let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
    assert_eq!(banned_secs(&client).await, 1, "what remains of it");
    let backend = client.stop().await;
    clock.advance(Duration::from_secs(1));
    let client = Client::connect(&network, backend).await;
    // Who comes back begins anew: one refusal is no reason for the next ban.
    is_refused(&client, BUDI, "463").await;
    is_taken(&client, RINA).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_ends_every_connection_of_the_account_and_a_lifted_limit_the_ban() {
    let (network, _) = limited(json!({"new_chats_per_day": 0, "ban_after": 1})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    network.add_account(OTHER, Addressing::Lid).await;
    let (desk, shelf) = (Client::pre_linked(&network, OWNER).await, Client::pre_linked(&network, OWNER).await);
    let other = Client::pre_linked(&network, OTHER).await;
    is_refused(&desk, RINA, "463").await;
    assert_eq!((banned_secs(&desk).await, banned_secs(&shelf).await), (3_600, 3_600));
    let backend = desk.stop().await;
    shelf.stop().await;
    network.put("/api/world", json!({"policy": {}})).await;
    let desk = Client::connect(&network, backend).await;
    is_taken(&desk, RINA).await;
    is_taken(&other, RINA).await;
    desk.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_outlive_a_restart_and_no_reset() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(DrivenClock::at(NOON_MS));
    let network = in_folder(folder.path(), &clock).await;
    network.put("/api/world", json!({"policy": {"new_chats_per_day": 1, "ban_after": 3}})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    is_taken(&client, RINA).await;
    is_refused(&client, BUDI, "463").await;
    let before = limits(&network).await;
    assert_eq!((before.new_chats_today, before.locked_until_ms), (Some(1), Some(NOON_MS + 3_600_000)));
    let backend = client.stop().await;
    network.shutdown().await;

    let network = in_folder(folder.path(), &clock).await;
    assert_eq!(limits(&network).await, before);
    let client = Client::connect(&network, backend).await;
    is_taken(&client, RINA).await;
    is_refused(&client, BUDI, "463").await;
    is_refused(&client, SITI, "463").await;
    assert_eq!(banned_secs(&client).await, 3_600, "with the refusal before the restart there are three");
    let backend = client.stop().await;
    // As sudden as a kill: the journal alone has to know.
    drop(network);

    let network = in_folder(folder.path(), &clock).await;
    let client = Client::start(&network.chat_url(), backend, Kind::Qr).await;
    assert_eq!(banned_secs(&client).await, 3_600);
    client.stop().await;
    assert_eq!(network.post("/api/reset", json!({})).await.0, StatusCode::NO_CONTENT);
    network.add_account(OWNER, Addressing::Lid).await;
    assert_eq!(limits(&network).await, Limits::default());
    let client = Client::pre_linked(&network, OWNER).await;
    is_taken(&client, RINA).await;
    is_taken(&client, BUDI).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_counts_what_was_sent_before_it() {
    let (network, _) = limited(json!({})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    is_taken(&client, RINA).await;
    is_taken(&client, BUDI).await;
    assert_eq!(limits(&network).await, Limits::default());
    network.put("/api/world", json!({"policy": {"new_chats_per_day": 2}})).await;
    assert_eq!(limits(&network).await.new_chats_today, Some(2));
    is_refused(&client, SITI, "463").await;
    is_taken(&client, BUDI).await;
    // What is absent stays as it is.
    network.put("/api/world", json!({"seed": 7})).await;
    is_refused(&client, SITI, "463").await;
    network.put("/api/world", json!({"policy": {}})).await;
    is_taken(&client, SITI).await;
    client.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_can_ask_how_it_stands() {
    let (network, clock) = limited(json!({"new_chats_per_day": 4, "time_lock_ms": 90_500})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Client::pre_linked(&network, OWNER).await;
    let asked = async || client.library.mex().fetch_reachout_timelock().await.unwrap();
    let free = asked().await;
    assert_eq!((free.is_active, free.time_enforcement_ends), (Some(false), None));
    for (number, status) in ["NONE", "FIRST_WARNING", "SECOND_WARNING", "CAPPED"].into_iter().enumerate() {
        is_taken(&client, &format!("628131111000{number}")).await;
        let info = capping_info(&client).await.unwrap();
        let used = (number + 1).to_string();
        assert_eq!((info.used_quota.as_deref(), info.total_quota.as_deref()), (Some(used.as_str()), Some("4")));
        assert_eq!(info.capping_status.as_deref(), Some(status), "{used} of 4");
        let day = NOON_MS / 1000 - 43_200;
        assert_eq!((info.cycle_start_timestamp, info.cycle_end_timestamp), (Some(day), Some(day + 86_400)));
    }
    assert_eq!(asked().await.is_active, Some(false), "nobody was refused yet");
    is_refused(&client, "6281311110009", "463").await;
    let locked = asked().await;
    let ends = (NOON_MS / 1000 + 91).to_string();
    assert_eq!((locked.is_active, locked.time_enforcement_ends), (Some(true), Some(ends)));
    clock.advance(Duration::from_secs(91));
    assert_eq!(asked().await.is_active, Some(false));
    network.put("/api/world", json!({"policy": {}})).await;
    let unlimited = capping_info(&client).await.unwrap();
    assert_eq!((unlimited.capping_status.as_deref(), unlimited.total_quota), (Some("NONE"), None));
    let unknown = MexRequest::new("SomethingElse", "1", json!({}));
    assert!(client.library.mex().query(unknown).await.is_err(), "refused, not left hanging");
    client.stop().await;
}

async fn capping_info(client: &Client) -> Result<capping::Xwa2MessageCappingInfo, MexError> {
    let variables = json!({"input": {"type": "INDIVIDUAL_NEW_CHAT_MSG"}});
    let request = MexRequest::new(capping::NAME, capping::DOC_ID, variables);
    let answer = client.library.mex().query(request).await?;
    let answer: capping::Response = serde_json::from_value(answer.data.unwrap())?;
    Ok(answer.xwa2_message_capping_info.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_cannot_be_is_refused_by_name_and_changes_nothing() {
    let (network, _) = limited(json!({"new_chats_per_day": 0})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let before = limits(&network).await;
    let cases = [
        (json!([]), "policy"),
        (json!("strict"), "policy"),
        (json!({"new_chats_per_day": -1}), "policy.new_chats_per_day"),
        (json!({"new_chats_per_day": 1.5}), "policy.new_chats_per_day"),
        (json!({"time_lock_ms": 0}), "policy.time_lock_ms"),
        (json!({"messages_per_minute": 0}), "policy.messages_per_minute"),
        (json!({"messages_per_minute": "many"}), "policy.messages_per_minute"),
        (json!({"ban_after": 0}), "policy.ban_after"),
        (json!({"ban_ms": 0}), "policy.ban_ms"),
        (json!({"messages_per_day": 5}), "policy.messages_per_day"),
    ];
    for (policy, field) in cases {
        let body = json!({"seed": 3, "policy": policy});
        let answer = network.request(Method::PUT, "/api/world", Some(&body)).await;
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap();
        assert_eq!((status, &answer["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{policy}: {answer}");
    }
    assert_eq!(limits(&network).await, before);
    // Null is the same as absent.
    let nothing = json!({"new_chats_per_day": null, "messages_per_minute": null, "ban_after": null});
    network.put("/api/world", json!({"policy": nothing})).await;
    assert_eq!(limits(&network).await, Limits::default());
}
