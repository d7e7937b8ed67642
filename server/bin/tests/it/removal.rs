//! A number that is deleted while the process dies by SIGKILL: whoever starts next finishes it, and its campaign adds up.

use crate::support::{Database, Person, Web, web::eventually};
use server::fetch_one;
use std::fmt::Write as _;

/// More than one chunk of everything.
const RECIPIENTS: u64 = 600;

/// Adds a number without a connection, and a campaign whose messages wait for it; the ids of both.
async fn a_full_queue(owner: &Person) -> (String, String) {
    let number = owner.ask("number/api/add_sandbox_number", &[("label", "CS")]).await;
    let number = number.as_str().expect("the id of a number").to_owned();
    let state = |wanted: &'static str| move |numbers: &serde_json::Value| (numbers[0]["state"] == wanted).then_some(());
    owner.wait("number/api/list_numbers", &[], state("connected")).await;
    owner.ask("number/api/log_out_number", &[("number", &number)]).await;
    owner.wait("number/api/list_numbers", &[], state("logged_out")).await;
    let mut csv = String::from("name,phone\n");
    for n in 0..RECIPIENTS {
        let _ = writeln!(csv, "Kontak {n},08125{n:07}");
    }
    let import = owner.upload(csv).await;
    owner.call("contact/api/start_import", &[("id", &import)]).await;
    owner
        .wait("contact/api/open_import", &[("id", &import)], |opened| {
            (opened["import"]["status"] == "done").then_some(())
        })
        .await;
    let form = [("name", "Promo"), ("number", number.as_str()), ("message", "Halo"), ("audience", import.as_str())];
    owner.call("campaign/api/save_draft", &form).await;
    let campaigns = owner.ask("campaign/api/list_campaigns", &[("search", ""), ("page", "1")]).await;
    let campaign = campaigns["campaigns"]["rows"][0]["id"].as_str().expect("a draft").to_owned();
    owner.call("campaign/api/begin_campaign", &[("id", &campaign)]).await;
    owner
        .wait("number/api/list_numbers", &[], |numbers| (numbers[0]["queued"].as_u64() > Some(500)).then_some(()))
        .await;
    (number, campaign)
}

/// Rows that are left of the one number there ever was.
async fn left(server: &server::Server) -> i64 {
    let mut tx = server.db.system_read().await.expect("reads");
    let sql = "SELECT (SELECT COUNT(*) FROM number) + (SELECT COUNT(*) FROM message) + (SELECT COUNT(*) FROM outbox)
                 + (SELECT COUNT(*) FROM session) + (SELECT COUNT(*) FROM session_key) + (SELECT COUNT(*) FROM message_change)";
    let (rows,): (i64,) = fetch_one!(&mut tx, (i64,), sql).expect("counts");
    rows
}

async fn dies_and_goes_on(database: Database, death: &str) {
    let web = Web::start_to_die(&database, death).await;
    let owner = web.sign_up("Rani").await;
    let (number, campaign) = a_full_queue(&owner).await;
    let asking = owner.clone();
    let _may_die_before_it_answers = tokio::spawn(async move {
        asking.call("number/api/remove_number", &[("number", &number), ("label", "cs")]).await;
    })
    .await;
    web.gone().await;

    let server = database.server().await;
    assert!(left(&server).await > 0, "{death}: it died on the way");
    let web = Web::start(&database).await;
    let owner = owner.at(&web);
    let totals = owner
        .wait("campaign/api/open_campaign", &[("id", &campaign)], |opened| {
            let campaign = &opened["campaign"];
            (campaign["status"] == "finished").then(|| campaign["totals"].clone())
        })
        .await;
    assert_eq!((&totals["recipients"], &totals["failed"]), (&RECIPIENTS.into(), &RECIPIENTS.into()), "{death}");
    owner.wait("number/api/list_numbers", &[], |numbers| (*numbers == serde_json::json!([])).then_some(())).await;
    eventually(death, async || (left(&server).await == 0).then_some(())).await;
    server.db.close().await;
    drop(web);
    database.drop().await;
}

#[tokio::test]
async fn kill_9_while_a_number_is_deleted_leaves_nothing_half_on_sqlite() {
    for death in ["outbox.given_up:2", "removal.delete:1", "removal.deleted:2", "removal.finish:1"] {
        dies_and_goes_on(Database::sqlite(), death).await;
    }
}

#[tokio::test]
async fn kill_9_while_a_number_is_deleted_leaves_nothing_half_on_postgres() {
    for death in ["outbox.given_up:1", "removal.deleted:2"] {
        dies_and_goes_on(Database::postgres().await, death).await;
    }
}
