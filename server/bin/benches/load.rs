//! What the release build does on this machine, asked from outside: `cargo xtask bench`. Nothing here passes or fails;
//! the table says what was measured beside what we aim at, and how busy the machine was.

#[path = "../tests/it/support/mod.rs"]
#[expect(dead_code, reason = "shared with the tests, which use the rest")]
mod support;
#[expect(dead_code, reason = "shared with the other benchmark")]
mod table;

use serde_json::Value;
use std::{
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};
use support::{Database, Person, Web};
use table::{Table, load, per_second, rss_kb};

/// Contacts of the import, and recipients of the largest campaign.
const CONTACTS: usize = 100_000;
/// Recipients of each measured dispatch.
const DISPATCHED: usize = 4_000;
/// Numbers that send at the same time in the last dispatch.
const NUMBERS: usize = 4;
/// Page requests: how many a second, and for how long.
const RATE: u32 = 200;
const SECONDS: u32 = 10;
/// How long any one measurement may take.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::main]
async fn main() {
    let mut table = Table::default();
    table.row("load before", load(), "");
    let database = Database::sqlite();
    let web = Web::start(&database).await;
    let pid = web.pid();
    // Idle is what is left when the start is over.
    tokio::time::sleep(Duration::from_secs(5)).await;
    table.row("RSS idle", format!("{} MB", rss_kb(pid) / 1_024), "≤ 80 MB");
    wasm_size(&mut table);

    web.people_are(serde_json::json!({ "deliver_ms": [50, 500], "read_ms": [500, 3_000], "read_probability": 1 }))
        .await;
    let person = web.sign_up("Bench").await;
    let numbers = connect(&person).await;
    let everyone = import(&mut table, &person).await;
    enqueue(&mut table, &person, &numbers[0], &everyone).await;

    let first = imported(&person, 1, DISPATCHED).await;
    for words in ["dispatch, 1 number, people never written to", "dispatch, 1 number, people written to before"] {
        let began = Instant::now();
        let campaign = start(&person, &numbers[0], &first, words).await;
        sent(&person, &campaign, DISPATCHED).await;
        table.row(words, per_second(DISPATCHED, began), "≥ 1,000 msg/s");
        totals(&person, &campaign, |totals| totals["read"] == DISPATCHED).await;
    }
    let mut files = Vec::new();
    for n in 0..NUMBERS {
        files.push(imported(&person, 2 + n, DISPATCHED).await);
    }
    for words in ["never written to", "written to before"] {
        let words = format!("dispatch, {NUMBERS} numbers, people {words}");
        let began = Instant::now();
        let mut campaigns = Vec::new();
        for (n, (number, file)) in numbers.iter().zip(&files).enumerate() {
            campaigns.push(start(&person, number, file, &format!("{words} {n}")).await);
        }
        for campaign in &campaigns {
            sent(&person, campaign, DISPATCHED).await;
        }
        table.row(&*words, per_second(NUMBERS * DISPATCHED, began), "≥ 1,000 msg/s");
        // The receipts of one measurement must not be in the next.
        for campaign in &campaigns {
            totals(&person, campaign, |totals| totals["read"] == DISPATCHED).await;
        }
    }
    for (page, aim) in [("/", "p95 ≤ 60 ms"), ("/inbox", "p95 ≤ 60 ms")] {
        let latencies = requests(&person, page).await;
        let words = format!("GET {page} at {RATE}/s");
        table.row(words, format!("p50 {} ms, p95 {} ms", at(&latencies, 50), at(&latencies, 95)), aim);
    }
    table.row("RSS afterwards", format!("{} MB", rss_kb(pid) / 1_024), "");
    table.row("load after", load(), "");
    table.print();
}

async fn connect(person: &Person) -> Vec<String> {
    let mut numbers = Vec::new();
    for n in 0..NUMBERS {
        let label = format!("Bench {n}");
        let id = person.ask("number/api/add_sandbox_number", &[("label", &label)]).await;
        numbers.push(id.as_str().expect("the id of a number").to_owned());
    }
    let all_connected = |list: &Value| {
        let list = list.as_array().expect("numbers");
        list.iter().all(|number| number["state"] == "connected").then_some(())
    };
    person.wait("number/api/list_numbers", &[], all_connected).await;
    numbers
}

/// A file of people whose numbers begin with `block`.
fn csv(block: usize, rows: usize) -> String {
    let mut csv = String::from("name,phone,city\n");
    for n in 0..rows {
        let _ = writeln!(csv, "Kontak {n},0812{block:02}{n:06},Solo");
    }
    csv
}

async fn imported(person: &Person, block: usize, rows: usize) -> String {
    let import = person.upload(csv(block, rows)).await;
    person.call("contact/api/start_import", &[("id", &import)]).await;
    person
        .wait("contact/api/open_import", &[("id", &import)], |opened| {
            (opened["import"]["status"] == "done").then_some(())
        })
        .await;
    import
}

async fn import(table: &mut Table, person: &Person) -> String {
    let began = Instant::now();
    let import = imported(person, 0, CONTACTS).await;
    table.row(format!("CSV import, {CONTACTS} rows"), per_second(CONTACTS, began), "≥ 50,000 rows/s");
    import
}

/// Starts a campaign; its id.
async fn start(person: &Person, number: &str, audience: &str, name: &str) -> String {
    let message = "{Halo|Hai} {{name|Kak}}, pesanan Anda siap diambil.";
    let draft = [("name", name), ("number", number), ("message", message), ("audience", audience)];
    person.call("campaign/api/save_draft", &draft).await;
    let id = person
        .wait("campaign/api/list_campaigns", &[("search", name), ("page", "1")], |list| {
            let rows = list["campaigns"]["rows"].as_array()?;
            let draft = rows.iter().find(|row| row["name"] == name && row["status"] == "draft")?;
            Some(draft["id"].as_str()?.to_owned())
        })
        .await;
    person.call("campaign/api/begin_campaign", &[("id", &id)]).await;
    id
}

async fn enqueue(table: &mut Table, person: &Person, number: &str, audience: &str) {
    let began = Instant::now();
    let id = start(person, number, audience, "enqueue").await;
    totals(person, &id, |totals| totals["recipients"] == CONTACTS).await;
    table.row(format!("campaign enqueue, {CONTACTS} recipients"), per_second(CONTACTS, began), "");
    person.call("campaign/api/cancel_campaign", &[("id", &id)]).await;
    let nothing_waits = |numbers: &Value| {
        let numbers = numbers.as_array().expect("numbers");
        numbers.iter().all(|number| number["queued"] == 0).then_some(())
    };
    person.wait("number/api/list_numbers", &[], nothing_waits).await;
}

async fn sent(person: &Person, campaign: &str, all: usize) {
    totals(person, campaign, |totals| totals["sent"] == all).await;
}

/// Returns when the totals of a campaign are as wanted; a campaign that stands still ends the run.
async fn totals(person: &Person, campaign: &str, wanted: impl Fn(&Value) -> bool) {
    let asking = async {
        loop {
            let opened = person.ask("campaign/api/open_campaign", &[("id", campaign)]).await;
            if wanted(&opened["campaign"]["totals"]) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("a campaign stands still");
}

/// Asks at a steady rate, whether or not answers come; latencies in order, from when each should have been asked.
async fn requests(person: &Person, page: &str) -> Vec<Duration> {
    let mut period = tokio::time::interval(Duration::from_secs(1) / RATE);
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..RATE * SECONDS {
        let due = period.tick().await;
        let (person, page) = (person.clone(), page.to_owned());
        asked.spawn(async move {
            let (status, _) = person.page(&page).await;
            assert_eq!(status, 200, "{page}");
            due.elapsed()
        });
    }
    let mut latencies = asked.join_all().await;
    latencies.sort_unstable();
    latencies
}

fn at(latencies: &[Duration], percent: usize) -> u128 {
    latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)].as_millis()
}

/// As the browser gets it.
fn wasm_size(table: &mut Table) {
    let site = std::env::var("LEPTOS_SITE_ROOT").expect("LEPTOS_SITE_ROOT: run `cargo xtask bench`");
    let file = Path::new(&site).join("pkg/sapa.wasm.br");
    let bytes = std::fs::metadata(file).expect("a release build of the dashboard").len();
    table.row("dashboard.wasm, brotli", format!("{} KB", bytes / 1_024), "≤ 450 KB");
}
