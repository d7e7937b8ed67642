//! Deleting a number: what goes, what stays, and what comes at that moment.

use crate::support::{Member, Network, World, on_both, phone_of, refusal, until};
use domain::{
    CampaignId, Error, Field, NumberId, PageRequest, SessionId,
    campaign::{Audience, CampaignStatus, CampaignTotals, NewCampaign},
    inbox::ListView,
    message::FailReason,
    number::{
        Network as Net,
        removal::{FAREWELL_MS, Removal},
    },
};
use server::{
    Server, analytics, campaign, contact,
    db::OnConn as _,
    engine::Tick,
    error, export, fetch_all, fetch_one, inbox,
    number::{self, health, link},
    outbox::{self, Sender},
    removal, sandbox,
};
use std::time::Duration;

const PERSON: &str = "6281255500001";

/// One round of everything that runs by itself around a deleted number.
async fn round(server: &Server) {
    while campaign::engine::tick(server).await.expect("ticks") == Tick::Again {}
    removal::engine::tick(server).await.expect("ticks");
}

/// Goes on until nothing is left of the number.
async fn until_gone(server: &Server, member: &Member, id: NumberId) {
    let goes = async {
        while !rows_of(server, member, id).await.is_empty() {
            round(server).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), goes).await.expect("it goes");
}

/// Tables that still name the number, whichever they are.
async fn rows_of(server: &Server, member: &Member, id: NumberId) -> Vec<String> {
    let mut tx = server.db.read(&member.scope).await.expect("reads");
    let tables = if tx.conn().is_sqlite() {
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'number_id'"
    } else {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.columns
         WHERE table_schema = 'public' AND column_name = 'number_id'"
    };
    let tables: Vec<(String,)> = fetch_all!(&mut tx, (String,), tables).expect("lists");
    assert!(tables.len() >= 10, "{tables:?}");
    let mut left = Vec::new();
    for (table,) in tables {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE number_id = $1");
        let (rows,): (i64,) = fetch_one!(&mut tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), id).expect("counts");
        if rows > 0 {
            left.push(table);
        }
    }
    left
}

async fn keys_of(server: &Server, member: &Member, session: SessionId) -> i64 {
    let mut tx = server.db.read(&member.scope).await.expect("reads");
    let sql = "SELECT COUNT(*) FROM session_key WHERE session_id = $1";
    let (keys,): (i64,) = fetch_one!(&mut tx, (i64,), sql, session).expect("counts");
    keys
}

async fn totals(world: &World, member: &Member, id: CampaignId) -> (CampaignStatus, CampaignTotals) {
    let view = campaign::get(&world.server, &member.scope, id).await.expect("there");
    (view.status, view.totals)
}

on_both! {
    async fn a_deleted_number_is_on_no_list_and_its_name_is_free(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let (id, _) = world.connected(&rani, "CS").await;
        let conversation = inbox::start(server, scope, id, PERSON).await.expect("starts");
        let person = world.only_conversation(&rani).await.contact;
        // Nobody clears up after it: what is seen is seen between the deletion and its end.
        network.stop().await;

        removal::remove(server, scope, id, "cs").await.expect("deletes");
        assert_eq!(number::list(server, scope).await.expect("lists"), []);
        let home = analytics::overview(server, scope).await.expect("asks");
        assert!(home.numbers.is_empty() && home.open_conversations == 0 && !home.steps.number, "the dashboard");
        assert!(sandbox::phones(server, scope).await.expect("lists").is_empty(), "the sandbox page");
        assert_eq!(world.conversations_in(&rani, ListView::All, "").await, []);
        assert_eq!(inbox::counts(server, scope).await.expect("counts").all, 0);
        assert_eq!(inbox::of_contact(server, scope, person).await.expect("asks"), None);
        let asked = [
            refusal(number::get(server, scope, id).await),
            refusal(health::open(server, scope, id).await),
            refusal(number::rename(server, scope, id, "Lain").await),
            refusal(number::log_out(server, scope, id).await),
            refusal(number::budget::change(server, scope, id, &Default::default()).await),
            refusal(link::relink(server, scope, id).await),
            refusal(link::qr_code(server, scope, id).await),
            refusal(link::pair_code(server, scope, id).await),
            refusal(inbox::thread(server, scope, conversation, 50).await),
            refusal(inbox::reply(server, scope, conversation, "Halo").await),
            refusal(inbox::start(server, scope, id, PERSON).await),
            refusal(removal::preview(server, scope, id).await),
            refusal(removal::remove(server, scope, id, "CS").await),
            refusal(export::open(server, scope, id).await),
        ];
        assert!(asked.iter().all(|answer| *answer == Error::NotFound), "{asked:?}");
        let draft = NewCampaign { name: "Promo".into(), number: Some(id), message: "Halo".into(), audience: None, ..NewCampaign::default() };
        let chosen = refusal(campaign::save_draft(server, scope, None, draft).await);
        assert_eq!(chosen.of_field("number"), Some(&Field::NotAChoice));
        let again = number::add_linked(server, scope, "CS", Net::Sandbox).await.expect("the name is free");
        assert_eq!(number::list(server, scope).await.expect("lists").first().map(|number| number.id), Some(again));
    }

    async fn what_waits_fails_campaigns_add_up_and_nothing_is_left(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 700).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        world.hears(sender, PERSON, "IN1", "Masih buka?").await;
        let mut on_the_wire: Vec<_> = world.claim(sender, 10).await.into_iter().map(|m| m.wa_id).collect();
        let never_answered = on_the_wire.split_off(4);
        let preview = removal::preview(&world.server, &rani.scope, sender.number).await.expect("asks");
        let expected = Removal { conversations: 1, messages: 513, queued: 512, campaigns: 1, unreached: 700, scheduled: 0 };
        assert_eq!(preview, expected, "512 of the campaign wait, and one was heard");

        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        assert!(world.claim(sender, 64).await.is_empty(), "nothing leaves any more");
        // The network's word on what was on its way still counts while the session says goodbye.
        outbox::accepted(&world.server, sender, on_the_wire).await.expect("accepts");
        round(&world.server).await;
        assert!(!never_answered.is_empty() && !rows_of(&world.server, &rani, sender.number).await.is_empty());
        world.clock.advance(FAREWELL_MS);
        until_gone(&world.server, &rani, sender.number).await;
        world.settle().await;

        let (status, sum) = totals(&world, &rani, id).await;
        let expected = CampaignTotals { recipients: 700, sent: 4, failed: 696, ..CampaignTotals::default() };
        assert_eq!((status, sum), (CampaignStatus::Finished, CampaignTotals { replied: sum.replied, ..expected }));
        let failed = campaign::RecipientFilter { state: Some(domain::message::MessageState::Failed), replied: false };
        let page = campaign::recipients(&world.server, &rani.scope, id, failed, PageRequest::first(1_000)).await;
        let page = page.expect("lists");
        assert_eq!(page.total, 696);
        assert!(page.rows.iter().all(|row| row.fail_reason == Some(FailReason::NumberGone)));
        let people = contact::list(&world.server, &rani.scope, &PageRequest::first(1)).await.expect("lists");
        assert!(people.total >= 700, "people stay");
        assert_eq!(keys_of(&world.server, &rani, sender.session).await, 0);
    }

    async fn an_answer_that_nobody_counted_yet_counts(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        let sent: Vec<_> = world.claim(sender, 10).await.into_iter().map(|m| m.wa_id).collect();
        outbox::accepted(&world.server, sender, sent).await.expect("accepts");
        world.hears(sender, "6281255500002", "IN1", "Berapa?").await;
        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        world.clock.advance(FAREWELL_MS);
        until_gone(&world.server, &rani, sender.number).await;
        let (_, sum) = totals(&world, &rani, id).await;
        assert_eq!((sum.sent, sum.replied), (3, 1));
    }

    async fn a_draft_that_is_saved_at_that_moment_does_not_keep_the_number(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let draft = NewCampaign {
            name: "Promo".into(), number: Some(sender.number), message: "Halo".into(), audience: None, ..NewCampaign::default() };
        let mut known = Vec::new();
        for _ in 0..4 {
            known.push(campaign::save_draft(&world.server, &rani.scope, None, draft.clone()).await.expect("saves").id);
        }
        let which = known.iter().copied().map(Some).chain([None; 4]);
        let saves = which.map(|id| campaign::save_draft(&world.server, &rani.scope, id, draft.clone()));
        let removes = removal::remove(&world.server, &rani.scope, sender.number, "CS");
        let (saved, removed) = tokio::join!(futures::future::join_all(saves), removes);
        removed.expect("deletes");
        let new = saved.into_iter().flatten().map(|saved| saved.id);
        for id in known.into_iter().chain(new) {
            let left = campaign::get(&world.server, &rani.scope, id).await.expect("there");
            assert_eq!(left.number, None, "whoever was first");
        }
    }

    async fn a_paused_campaign_ends_and_a_draft_needs_another_number(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 20).await;
        let paused = world.campaign(&rani, sender).await.id;
        world.settle().await;
        campaign::pause(&world.server, &rani.scope, paused).await.expect("pauses");
        let draft = NewCampaign {
            name: "Nanti".into(), number: Some(sender.number), message: "Halo".into(), audience: Some(Audience::Everyone), ..NewCampaign::default() };
        let draft = campaign::save_draft(&world.server, &rani.scope, None, draft).await.expect("saves").id;
        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        world.clock.advance(FAREWELL_MS);
        until_gone(&world.server, &rani, sender.number).await;
        world.settle().await;
        let (status, sum) = totals(&world, &rani, paused).await;
        assert_eq!((status, sum.recipients, sum.failed), (CampaignStatus::Finished, 20, 20));
        let error = Error::from(campaign::start(&world.server, &rani.scope, draft).await.expect_err("refused"));
        assert_eq!(error.of_field("number"), Some(&Field::Required));
    }

    async fn two_processes_delete_the_same_number(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 600).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        world.clock.advance(FAREWELL_MS);
        // The first one dies on its way: what is left is found by whoever looks next.
        for _ in 0..2 {
            removal::engine::tick(&world.server).await.expect("ticks");
        }
        let (one, other) = (world.another_process().await, world.another_process().await);
        tokio::join!(until_gone(&one, &rani, sender.number), until_gone(&other, &rani, sender.number));
        world.settle().await;
        let (status, sum) = totals(&world, &rani, id).await;
        assert_eq!((status, sum.recipients, sum.failed), (CampaignStatus::Finished, 600, 600));
    }

    async fn what_comes_for_a_deleted_number_is_taken_and_kept_nowhere(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        world.hears(sender, PERSON, "IN1", "Masih buka?").await;
        world.clock.advance(FAREWELL_MS);
        until_gone(&world.server, &rani, sender.number).await;
        world.hears(sender, PERSON, "IN2", "Halo?").await;
        assert_eq!(rows_of(&world.server, &rani, sender.number).await, [] as [String; 0]);
        assert_eq!(contact::list(&world.server, &rani.scope, &PageRequest::first(1)).await.expect("lists").total, 0);
        let claim = outbox::claim(&world.server, sender, 1, Default::default()).await;
        assert!(matches!(claim, Err(error::Error::Stale(_))), "{claim:?}");
    }

    async fn a_campaign_that_runs_ends_with_what_the_network_took(world: World) {
        const PEOPLE: u32 = 400;
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        world.contacts(&rani, PEOPLE).await;
        let sender = Sender { tenant: rani.viewer.tenant, number: id, session: SessionId(uuid::Uuid::nil()), fence: 0 };
        let campaign = world.campaign(&rani, sender).await.id;
        until(&world.server, &rani, "the first messages", async || {
            (totals(&world, &rani, campaign).await.1.sent > 0).then_some(())
        })
        .await;
        removal::remove(&world.server, &rani.scope, id, "CS").await.expect("deletes");
        until_gone(&world.server, &rani, id).await;
        let sum = until(&world.server, &rani, "the end", async || {
            let (status, sum) = totals(&world, &rani, campaign).await;
            (status == CampaignStatus::Finished).then_some(sum)
        })
        .await;
        assert_eq!(sum.sent + sum.failed, u64::from(PEOPLE), "{sum:?}");
        let seen = network.ask(&format!("ledger/summary?from={phone}")).await;
        assert_eq!((&seen["accepted"], &seen["distinct_recipients"]), (&sum.sent.into(), &sum.sent.into()), "{seen}");
        assert_eq!((&seen["max_distinct_ids_per_recipient"], &seen["signal_counter_reuse"]), (&1.into(), &0.into()));
        assert_eq!(network.ask(&format!("accounts/{phone}")).await["devices"], serde_json::json!([]), "logged out");
    }

    async fn the_same_phone_is_linked_again_at_once(world: World) {
        const PHONE: &str = "0812 5550 0142";
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let mut numbers = Vec::new();
        for _ in 0..2 {
            let id = number::add_linked(server, scope, "CS", Net::Sandbox).await.expect("adds");
            until(server, &rani, "a QR code", async || link::qr_code(server, scope, id).await.expect("asks")).await;
            link::ask_pair_code(server, scope, id, PHONE).await.expect("asks for a code");
            let code = until(server, &rani, "a code to type", async || {
                link::pair_code(server, scope, id).await.expect("asks")?.code
            })
            .await;
            link::type_on_sandbox_phone(server, scope, id, &code.0).await.expect("types it");
            assert_eq!(phone_of(server, &rani, id).await, "6281255500142");
            if numbers.is_empty() {
                removal::remove(server, scope, id, "CS").await.expect("deletes");
            }
            numbers.push(id);
        }
        until_gone(server, &rani, numbers[0]).await;
        assert_eq!(phone_of(server, &rani, numbers[1]).await, "6281255500142");
        let account = network.ask("accounts/6281255500142").await;
        assert_eq!(account["devices"].as_array().map(Vec::len), Some(1), "{account}");
        network.writes(PERSON, "6281255500142", "Halo").await;
        let talked = until(server, &rani, "the message", async || world.conversations(&rani).await.pop()).await;
        assert_eq!(talked.number, numbers[1]);
    }

    async fn only_its_own_name_and_its_own_tenant_delete_a_number(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        let (server, id) = (&world.server, sender.number);
        let wrong = refusal(removal::remove(server, &rani.scope, id, "Toko").await);
        assert_eq!(wrong.of_field("label"), Some(&Field::OtherName));
        let strange = [
            refusal(removal::remove(server, &budi.scope, id, "CS").await),
            refusal(removal::preview(server, &budi.scope, id).await),
            refusal(export::open(server, &budi.scope, id).await),
        ];
        assert_eq!(strange, [(); 3].map(|()| Error::NotFound));
        assert_eq!(number::list(server, &rani.scope).await.expect("lists").len(), 1);
    }
}
