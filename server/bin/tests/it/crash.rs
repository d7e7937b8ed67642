//! M4: the process dies by SIGKILL at every labelled point while a campaign runs, and is started again. The network's
//! ledger then shows every recipient with exactly one message id, none missing, and no Signal counter used twice.
//!
//! `SAPA_TEST_SEEDS` sets how many seeds run per database.

use crate::support::{Campaign, Database, Network, totals};
use std::{fmt::Write as _, os::unix::process::ExitStatusExt as _};

/// Where the process dies; see `crash_point` in the engines.
const LABELS: [&str; 5] = ["campaign.prepare", "campaign.feed", "outbox.claimed", "outbox.written", "outbox.acked"];
/// Deaths before the run that is left alone.
const DEATHS: u64 = 3;
/// Recipients of a campaign.
const RECIPIENTS: u64 = 300;

fn seeds() -> u64 {
    std::env::var("SAPA_TEST_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2)
}

/// A small generator: the seed alone decides where a run dies.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn contacts() -> String {
    let mut csv = String::from("name,phone\n");
    for n in 0..RECIPIENTS {
        let _ = writeln!(csv, "Kontak {n},08125{n:07}");
    }
    csv
}

async fn nobody_twice_nobody_skipped(database: Database, seed: u64) {
    let network = Network::start().await;
    let file = database.dir().join("contacts.csv");
    std::fs::write(&file, contacts()).expect("writes the contacts");
    let campaign = Campaign { database: &database, network: &network, contacts: &file };
    let mut dice = Dice(seed);
    let mut deaths = Vec::new();
    for _ in 0..DEATHS {
        let label = LABELS[usize::try_from(dice.below(LABELS.len() as u64)).expect("small")];
        // Labels that are passed once per chunk die early; those passed per message anywhere in the run.
        let passes = if label.starts_with("campaign") { 1 + dice.below(2) } else { 1 + dice.below(60) };
        let output = campaign.run(Some(&format!("{label}:{passes}"))).await;
        let killed = output.status.signal() == Some(9);
        assert!(killed || output.status.success(), "seed {seed}: {}", String::from_utf8_lossy(&output.stderr));
        deaths.push(format!("{label}:{passes}{}", if killed { "" } else { " (not reached)" }));
    }
    let output = campaign.run(None).await;
    assert!(output.status.success(), "seed {seed}, {deaths:?}: {}", String::from_utf8_lossy(&output.stderr));
    let totals = totals(&output);
    assert_eq!((totals.imported, totals.recipients), (RECIPIENTS, RECIPIENTS), "seed {seed}, {deaths:?}");
    assert_eq!((totals.sent, totals.failed), (RECIPIENTS, 0), "seed {seed}, {deaths:?}");
    let seen = network.summary().await;
    assert_eq!(seen.accepted, RECIPIENTS, "seed {seed}, {deaths:?}: {seen:?}");
    assert_eq!(seen.distinct_ids, RECIPIENTS, "seed {seed}, {deaths:?}: {seen:?}");
    assert_eq!(seen.distinct_recipients, RECIPIENTS, "seed {seed}, {deaths:?}: {seen:?}");
    assert_eq!(seen.max_distinct_ids_per_recipient, 1, "seed {seed}, {deaths:?}: {seen:?}");
    assert_eq!((seen.undecryptable, seen.signal_counter_reuse), (0, 0), "seed {seed}, {deaths:?}: {seen:?}");
    database.drop().await;
}

#[tokio::test]
async fn m4_kill_9_on_sqlite_sends_to_nobody_twice_and_skips_nobody() {
    for seed in 0..seeds() {
        nobody_twice_nobody_skipped(Database::sqlite(), seed).await;
    }
}

#[tokio::test]
async fn m4_kill_9_on_postgres_sends_to_nobody_twice_and_skips_nobody() {
    for seed in 0..seeds() {
        nobody_twice_nobody_skipped(Database::postgres().await, 1_000 + seed).await;
    }
}
