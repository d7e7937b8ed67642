//! How fast one client can send: first messages to many people, then many messages to few.
//!
//! `cargo run -p sandbox --release --example throughput [PEOPLE] [MESSAGES]`

#[expect(unused, clippy::unwrap_used, reason = "the tests' actors, of which this needs a few")]
#[path = "../tests/it/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Instant;

use support::{Addressing, Client, Network, OWNER, RINA};

/// How many tasks send at once.
const SENDERS: usize = 16;

#[tokio::main]
async fn main() {
    let mut sizes = std::env::args().skip(1).map(|size| size.parse::<usize>().expect("a number"));
    let people = sizes.next().unwrap_or(1_000);
    let messages = sizes.next().unwrap_or(10_000);
    let folder = tempfile::tempdir().expect("a folder for the world");
    let network = Network::in_folder(folder.path()).await;
    network.people_are(serde_json::json!({"deliver_ms": [0, 50], "read_ms": [0, 50]})).await;
    network.add_account(OWNER, Addressing::Lid).await;
    let client = Arc::new(Client::pre_linked(&network, OWNER).await);

    let started = Instant::now();
    let phones = (0..people).map(|number| format!("62813{number:08}"));
    send_all(&client, phones.collect()).await;
    report("first messages", people, started, &network, people).await;

    client.send(RINA, "halo").await;
    let started = Instant::now();
    send_all(&client, vec![RINA.to_owned(); messages]).await;
    report("further messages", messages, started, &network, people + 1 + messages).await;
    println!("{:?}", network.summary().await);
}

async fn send_all(client: &Arc<Client>, phones: Vec<String>) {
    let mut senders = tokio::task::JoinSet::new();
    for part in phones.chunks(phones.len().div_ceil(SENDERS)) {
        let (client, part) = (client.clone(), part.to_vec());
        senders.spawn(async move {
            for phone in part {
                client.send(&phone, "Halo, ada promo minggu ini").await;
            }
        });
    }
    senders.join_all().await;
}

async fn report(what: &str, count: usize, started: Instant, network: &Network, total: usize) {
    network.summary_when("delivery", |summary| summary.delivered as usize >= total).await;
    let seconds = started.elapsed().as_secs_f64();
    println!("{what}: {count} sent and delivered in {seconds:.2} s, {:.0} per second", count as f64 / seconds);
}
