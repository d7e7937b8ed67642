//! Many numbers in one process, their network in another, asked from outside: `cargo xtask bench sessions`. Nothing here
//! passes or fails.

#[path = "../tests/it/support/mod.rs"]
#[expect(dead_code, reason = "shared with the tests, which use the rest")]
mod support;
mod table;

use futures::{StreamExt as _, stream};
use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use support::{Database, Network, Person, Web};
use table::{Table, cpu, load, per_second, rss_kb};

/// How many numbers are connected when it is measured.
const NUMBERS: [usize; 3] = [10, 100, 1_000];
/// Numbers that are added at once.
const ADDED_AT_ONCE: usize = 8;
/// How long nothing happens before memory is looked at, and how long idling is measured.
const SETTLE: Duration = Duration::from_secs(8);
const IDLE: Duration = Duration::from_secs(20);
/// Messages that people write to one number, and how many of them write at once.
const INBOUND: usize = 5_000;
const WRITERS: usize = 32;
/// Messages a second that one number is flooded with.
const FLOOD: u32 = 2_000;
/// Answers of an agent whose way is timed, quietly and while another number is flooded.
const ANSWERS: usize = 100;
/// People of the sandbox that have a character of their own, and that are in a conversation.
const KNOWN: usize = 100_000;
const TALKING: usize = 10_000;
/// How long any one measurement may take.
const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() {
    let mut table = Table::default();
    table.row("load before", load(), "");
    let network = Network::start().await;
    network.tell(Method::PUT, "world", &json!({"defaults": {"deliver_ms": [1, 20], "read_ms": null}})).await;
    let database = Database::sqlite();
    let web = Web::start_beside(&database, &network).await;
    let person = web.sign_up("Bench").await;

    let mut numbers = Vec::new();
    let mut before = (0, 0);
    for count in NUMBERS {
        let began = Instant::now();
        numbers.extend(add(&person, numbers.len(), count).await);
        connected(&network, &person, count).await;
        let words = format!("{count} numbers: the last added and connected after");
        table.row(words, format!("{:.1} s", began.elapsed().as_secs_f64()), "");
        before = measure(&mut table, &web, count, before).await;
    }

    let began = Instant::now();
    web.signal(Signal::SIGTERM);
    web.gone().await;
    table.row("handing over and ending", format!("{:.1} s", began.elapsed().as_secs_f64()), "");
    let began = Instant::now();
    let web = Web::start_beside(&database, &network).await;
    let person = person.at(&web);
    connected(&network, &person, numbers.len()).await;
    let seconds = began.elapsed().as_secs_f64();
    table.row(format!("{} numbers back after a restart", numbers.len()), format!("{seconds:.1} s"), "≤ 60 s");

    inbound(&mut table, &network, &person, &numbers[0]).await;
    isolation(&mut table, &network, &person, &numbers).await;
    people(&mut table, &network, &numbers[2].1).await;
    table.row("load after", load(), "");
    table.print();
}

/// Adds numbers until there are `count`: their ids and phones.
async fn add(person: &Person, have: usize, count: usize) -> Vec<(String, String)> {
    let made = stream::iter(have..count).map(async |n| {
        let label = format!("Bench {n}");
        person.ask("number/api/add_sandbox_number", &[("label", &label)]).await
    });
    let ids: Vec<Value> = made.buffered(ADDED_AT_ONCE).collect().await;
    let all = person.ask("number/api/list_numbers", &[]).await;
    let phone = |id: &Value| {
        let number = all.as_array()?.iter().find(|number| number["id"] == *id)?;
        Some((id.as_str()?.to_owned(), number["phone"].as_str()?.trim_start_matches('+').to_owned()))
    };
    ids.iter().map(|id| phone(id).expect("a number with a phone")).collect()
}

/// Waits until so many numbers are connected: as the network sees it, because a number that was heard a moment ago still
/// counts as connected, and as the pages show it.
async fn connected(network: &Network, person: &Person, count: usize) {
    until("every device is connected", Duration::from_millis(200), async || {
        let all = network.ask("accounts").await;
        let is_there = |account: &&Value| account["devices"][0]["connected"] == true;
        (all["accounts"].as_array()?.iter().filter(is_there).count() == count).then_some(())
    })
    .await;
    until("every number is connected", Duration::from_millis(200), async || {
        let all = person.ask("number/api/list_numbers", &[]).await;
        let connected = all.as_array()?.iter().filter(|number| number["state"] == "connected").count();
        (connected == count).then_some(())
    })
    .await;
}

/// Memory and idling of the process; what they were before, in numbers and KiB, and what they are.
async fn measure(table: &mut Table, web: &Web, count: usize, before: (usize, u64)) -> (usize, u64) {
    tokio::time::sleep(SETTLE).await;
    let (pid, kb) = (web.pid(), rss_kb(web.pid()));
    table.row(format!("{count} numbers: RSS"), format!("{} MB", kb / 1_024), "");
    if before.0 > 0 {
        let each = kb.saturating_sub(before.1) as f64 / (count - before.0) as f64 / 1_024.0;
        table.row(format!("{count} numbers: RSS for each more"), format!("{each:.2} MB"), "≤ 1.0 MB, must ≤ 1.5");
    }
    let (began, used) = (Instant::now(), cpu(pid));
    tokio::time::sleep(IDLE).await;
    let share = (cpu(pid) - used).as_secs_f64() / began.elapsed().as_secs_f64() * 100.0;
    let each = share * 100.0 / count as f64;
    let measured = format!("{share:.1} % of a core, {each:.1} % for 100");
    table.row(format!("{count} numbers: idle CPU"), measured, "≤ 2 % for 100");
    (count, kb)
}

/// People write to one number as fast as the control API lets them.
async fn inbound(table: &mut Table, network: &Network, person: &Person, (_, phone): &(String, String)) {
    let began = Instant::now();
    let written = stream::iter(0..INBOUND).map(async |n| {
        let path = format!("people/6281311{:06}/messages", n % 1_000);
        network.tell(Method::POST, &path, &json!({"to": phone, "text": format!("Halo {n}")})).await;
    });
    written.buffer_unordered(WRITERS).collect::<Vec<()>>().await;
    until("every message is in the inbox", Duration::from_millis(50), async || {
        (unread(person).await >= INBOUND).then_some(())
    })
    .await;
    table.row(format!("inbound, {INBOUND} messages to one number"), per_second(INBOUND, began), "");
}

/// Unread messages of all conversations, as the navigation counts them.
async fn unread(person: &Person) -> usize {
    let frame = person.ask("layout/viewer/fresh_frame", &[]).await;
    frame["unread"].as_u64().and_then(|unread| usize::try_from(unread).ok()).unwrap_or_default()
}

/// How long an answer of an agent takes to the network's acknowledgement: alone, and while another number of the same
/// process is flooded.
async fn isolation(table: &mut Table, network: &Network, person: &Person, numbers: &[(String, String)]) {
    let form = [("number", numbers[1].0.as_str()), ("phone", "+628131122334")];
    let conversation = person.ask("inbox/api/start_conversation", &form).await;
    let conversation = conversation.as_str().expect("a conversation").to_owned();
    // The first message makes keys.
    answer(person, &conversation).await;
    let quiet = answers(person, &conversation).await;
    table.row("an answer to its acknowledgement", quantiles(&quiet), "");

    let (stop, flooded) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let flood = {
        let (stop, flooded, phone) = (stop.clone(), flooded.clone(), &numbers[0].1);
        async move {
            let clock = tokio::time::interval(Duration::from_secs(1) / FLOOD);
            let steady = stream::unfold((clock, 0usize), |(mut clock, n)| async move {
                clock.tick().await;
                Some((n, (clock, n + 1)))
            });
            steady
                .take_while(|_| {
                    let stop = stop.load(Relaxed);
                    async move { !stop }
                })
                .map(async |n| {
                    let path = format!("people/6281311{:06}/messages", n % 1_000);
                    network.tell(Method::POST, &path, &json!({"to": phone, "text": "x"})).await;
                    flooded.fetch_add(1, Relaxed);
                })
                .buffer_unordered(WRITERS)
                .collect::<Vec<()>>()
                .await;
        }
    };
    let began = Instant::now();
    let (latencies, ()) = tokio::join!(
        async {
            let latencies = answers(person, &conversation).await;
            stop.store(true, Relaxed);
            latencies
        },
        flood
    );
    let rate = flooded.load(Relaxed) as f64 / began.elapsed().as_secs_f64();
    let words = format!("the same while another number gets {rate:.0} messages/s");
    table.row(words, quantiles(&latencies), "p99 ≤ 250 ms at 2,000/s");
}

async fn answers(person: &Person, conversation: &str) -> Vec<Duration> {
    let mut latencies = Vec::with_capacity(ANSWERS);
    for _ in 0..ANSWERS {
        latencies.push(answer(person, conversation).await);
    }
    latencies.sort_unstable();
    latencies
}

/// From asking for it until the thread shows that the network has it.
async fn answer(person: &Person, conversation: &str) -> Duration {
    let began = Instant::now();
    person.call("inbox/api/send_reply", &[("conversation", conversation), ("text", "Baik, kami kirim.")]).await;
    until("the answer is sent", Duration::from_millis(3), async || {
        let form = [("conversation", conversation), ("limit", "1")];
        let opened = person.ask("inbox/api/open_conversation", &form).await;
        let state = opened["thread"]["messages"].as_array()?.last()?["state"].as_str()?.to_owned();
        assert_ne!(state, "failed", "an answer was refused");
        (state != "queued").then_some(())
    })
    .await;
    began.elapsed()
}

fn quantiles(latencies: &[Duration]) -> String {
    let at = |percent: usize| latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)].as_millis();
    format!("p50 {} ms, p99 {} ms", at(50), at(99))
}

/// What the sandbox needs for many people.
async fn people(table: &mut Table, network: &Network, phone: &str) {
    let known = stream::iter(0..KNOWN).map(async |n| {
        let path = format!("people/62813{n:08}");
        network.tell(Method::PUT, &path, &json!({"name": format!("Orang {n}"), "read_probability": 0.5})).await;
    });
    known.buffer_unordered(WRITERS).collect::<Vec<()>>().await;
    let talking = stream::iter(0..TALKING).map(async |n| {
        let path = format!("people/62813{n:08}/messages");
        network.tell(Method::POST, &path, &json!({"to": phone, "text": "Halo"})).await;
    });
    talking.buffer_unordered(WRITERS).collect::<Vec<()>>().await;
    let words = format!("the sandbox: RSS with {} accounts, {KNOWN} people, {TALKING} of them talking", NUMBERS[2]);
    table.row(words, format!("{} MB", rss_kb(network.pid()) / 1_024), "≤ 1,536 MB");
}

/// Asks again and again until there is an answer.
async fn until<T>(what: &str, period: Duration, ask: impl AsyncFn() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(period).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{what}: never"))
}
