//! S1: two processes share the numbers of one PostgreSQL. Whichever way the owner of a session goes (frozen, killed, told
//! to end), the other goes on, and the network's ledger shows every recipient with exactly one message id and no Signal
//! counter used twice.

use crate::support::{Database, Network, Person, Web, network::Summary};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::{fmt::Write as _, time::Duration};

const RECIPIENTS: u64 = 1_500;
/// Accepted before the owner goes.
const BEFORE: u64 = 150;

/// How long it may take until another process sends: the lease of a session, and what a busy machine adds.
const TAKEOVER: Duration = Duration::from_secs(60);

/// Two processes, a number that the first owns, and a campaign that it has begun.
struct Shared {
    database: Database,
    network: Network,
    owner: Web,
    _other: Web,
    /// Signed in at the other process.
    person: Person,
    number: String,
    campaign: String,
}

impl Shared {
    async fn begin() -> Self {
        let database = Database::postgres().await;
        let network = Network::start().await;
        let owner = Web::start_beside(&database, &network).await;
        let person = owner.sign_up("Rani").await;
        let number = person.ask("number/api/add_sandbox_number", &[("label", "CS")]).await;
        let number = number.as_str().expect("the id of a number").to_owned();
        let connected = |numbers: &Value| (numbers[0]["state"] == "connected").then_some(());
        person.wait("number/api/list_numbers", &[], connected).await;
        let other = Web::start_beside(&database, &network).await;
        let person = person.at(&other);
        let audience = person.upload(contacts()).await;
        person.call("contact/api/start_import", &[("id", &audience)]).await;
        let imported = |opened: &Value| (opened["import"]["status"] == "done").then_some(());
        person.wait("contact/api/open_import", &[("id", &audience)], imported).await;
        let campaign = start_campaign(&person, &number, &audience).await;
        let shared = Self { database, network, owner, _other: other, person, number, campaign };
        shared.accepted(BEFORE).await;
        shared
    }

    /// Waits until the network has taken so many.
    async fn accepted(&self, many: u64) {
        while self.network.summary().await.accepted < many {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The other process goes on, and brings the campaign to its end.
    async fn finished(&self) {
        let before = self.network.summary().await.accepted;
        tokio::time::timeout(TAKEOVER, self.accepted(before + 1)).await.expect("somebody goes on");
        let all = |opened: &Value| (opened["campaign"]["totals"]["sent"] == RECIPIENTS).then_some(());
        self.person.wait("campaign/api/open_campaign", &[("id", &self.campaign)], all).await;
    }

    /// An agent writes to somebody new; waits until it is sent.
    async fn write(&self, person: &Person, phone: &str) {
        let form = [("number", self.number.as_str()), ("phone", phone)];
        person.call("inbox/api/start_conversation", &form).await;
        let conversation = person
            .wait("inbox/api/list_conversations", &[("view", "all"), ("search", phone), ("page", "1")], |list| {
                Some(list["page"]["rows"][0]["id"].as_str()?.to_owned())
            })
            .await;
        person.call("inbox/api/send_reply", &[("conversation", &conversation), ("text", "Halo")]).await;
        let form = [("conversation", conversation.as_str()), ("limit", "50")];
        let sent = |opened: &Value| {
            let state = opened["thread"]["messages"][0]["state"].as_str()?;
            ["sent", "delivered", "read"].contains(&state).then_some(())
        };
        person.wait("inbox/api/open_conversation", &form, sent).await;
    }

    /// Nobody twice, nobody missing, no key twice.
    async fn is_clean(&self, people: u64) {
        let summary = self.network.summary().await;
        let clean = Summary {
            accepted: summary.accepted,
            distinct_ids: people,
            distinct_recipients: people,
            undecryptable: 0,
            max_distinct_ids_per_recipient: 1,
            signal_counter_reuse: 0,
        };
        assert_eq!(summary, clean);
    }
}

fn contacts() -> String {
    let mut csv = String::from("name,phone\n");
    for n in 0..RECIPIENTS {
        let _ = writeln!(csv, "Kontak {n},0812555{n:05}");
    }
    csv
}

async fn start_campaign(person: &Person, number: &str, audience: &str) -> String {
    let draft =
        [("name", "Gajian"), ("number", number), ("message", "{Halo|Hai} {{name|Kak}}"), ("audience", audience)];
    person.call("campaign/api/save_draft", &draft).await;
    let id = person
        .wait("campaign/api/list_campaigns", &[("search", "Gajian"), ("page", "1")], |list| {
            Some(list["campaigns"]["rows"][0]["id"].as_str()?.to_owned())
        })
        .await;
    person.call("campaign/api/begin_campaign", &[("id", &id)]).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_owner_loses_its_numbers_and_sends_nothing_when_it_wakes() {
    let shared = Shared::begin().await;
    shared.owner.signal(Signal::SIGSTOP);
    shared.finished().await;
    shared.is_clean(RECIPIENTS).await;
    shared.owner.signal(Signal::SIGCONT);
    // Asked at the process that was frozen, so that it is awake for certain; sent by whoever owns the number.
    shared.write(&shared.person.at(&shared.owner), "081399990001").await;
    shared.is_clean(RECIPIENTS + 1).await;
    shared.database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_owner_is_followed_by_the_other() {
    let shared = Shared::begin().await;
    shared.owner.signal(Signal::SIGKILL);
    shared.finished().await;
    shared.is_clean(RECIPIENTS).await;
    shared.database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_that_is_told_to_end_hands_over() {
    let mut shared = Shared::begin().await;
    let owner = shared.owner;
    owner.signal(Signal::SIGTERM);
    owner.gone().await;
    // Nobody waits for a lease to run out: a third process finds the sessions free.
    shared.owner = Web::start_beside(&shared.database, &shared.network).await;
    shared.finished().await;
    shared.write(&shared.person, "081399990001").await;
    shared.is_clean(RECIPIENTS + 1).await;
    shared.database.drop().await;
}
