//! M4: the process dies by SIGKILL at every labelled point while a campaign runs, and is started again. The network's
//! ledger then shows every recipient with exactly one message id, none missing, and no Signal counter used twice.
//!
//! `SAPA_TEST_SEEDS` sets how many seeds run per database.

use crate::support::{Campaign, Database, Network, totals};
use futures::{StreamExt as _, stream};
use std::{fmt::Write as _, os::unix::process::ExitStatusExt as _};

/// Where the process dies (see `crash_point` in the engines), and how often about a third of a run passes there.
const LABELS: [(&str, u64); 6] = [
    ("campaign.prepare", 1),
    ("campaign.feed", 2),
    ("outbox.claimed", 25),
    ("keys.write", 60),
    ("outbox.written", 700),
    ("outbox.acked", 30),
];
/// Deaths before the run that is left alone.
const DEATHS: u64 = 3;
/// Seeds that run at the same time.
const AT_ONCE: usize = 2;
/// Recipients of a campaign.
const RECIPIENTS: u64 = 2_000;

fn seeds() -> u64 {
    std::env::var("SAPA_TEST_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(20)
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

/// How many of the deaths happened; a label that is not passed so often any more lets the run end.
async fn nobody_twice_nobody_skipped(database: Database, seed: u64) -> u64 {
    let network = Network::start().await;
    let file = database.dir().join("contacts.csv");
    std::fs::write(&file, contacts()).expect("writes the contacts");
    let campaign = Campaign { database: &database, network: &network, contacts: &file };
    let mut dice = Dice(seed);
    let (mut deaths, mut died) = (Vec::new(), 0);
    for _ in 0..DEATHS {
        let (label, often) = LABELS[usize::try_from(dice.below(LABELS.len() as u64)).expect("small")];
        let passes = 1 + dice.below(often);
        let output = campaign.run(Some(&format!("{label}:{passes}"))).await;
        let killed = output.status.signal() == Some(9);
        assert!(killed || output.status.success(), "seed {seed}: {}", String::from_utf8_lossy(&output.stderr));
        died += u64::from(killed);
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
    died
}

/// Every seed, some at a time: a run waits for disks and deaths as much as it computes.
async fn every_seed<F: Future<Output = u64>>(run: impl Fn(u64) -> F) {
    let deaths: Vec<u64> = stream::iter(0..seeds()).map(run).buffer_unordered(AT_ONCE).collect().await;
    let (died, wanted) = (deaths.iter().sum::<u64>(), seeds() * DEATHS);
    // Runs that nobody kills prove nothing.
    assert!(3 * died >= 2 * wanted, "only {died} of {wanted} deaths happened");
}

#[tokio::test]
async fn m4_kill_9_on_sqlite_sends_to_nobody_twice_and_skips_nobody() {
    every_seed(|seed| nobody_twice_nobody_skipped(Database::sqlite(), seed)).await;
}

#[tokio::test]
async fn m4_kill_9_on_postgres_sends_to_nobody_twice_and_skips_nobody() {
    every_seed(|seed| async move { nobody_twice_nobody_skipped(Database::postgres().await, 1_000 + seed).await }).await;
}
