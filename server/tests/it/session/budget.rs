//! Budgets: what the engine keeps of what a page promises.

use crate::support::{Member, Network, World, on_both, until};
use domain::{
    Error, Field, Millis, NumberId,
    message::{Author, MessageState},
    number::{NumberView, budget::BudgetForm},
    time::{DAY_MS, HOUR_MS},
};
use serde_json::json;
use server::{
    error, fetch_one, inbox,
    number::{self, budget},
    outbox,
};
use std::time::Duration;

/// A number of the sandbox with a cap, connected.
async fn capped(world: &World, member: &Member, cap: &str) -> NumberId {
    let (id, _) = world.connected(member, "CS").await;
    change(world, member, id, BudgetForm { cap: cap.into(), ..BudgetForm::default() }).await;
    id
}

async fn change(world: &World, member: &Member, id: NumberId, form: BudgetForm) {
    budget::change(&world.server, &member.scope, id, &form).await.expect("changes");
}

pub(super) fn person(n: usize) -> String {
    format!("62812555{n:05}")
}

/// Queues a message to each of these people, as a campaign would.
pub(super) async fn queue(world: &World, member: &Member, number: NumberId, people: impl Iterator<Item = usize>) {
    for n in people {
        let conversation = inbox::start(&world.server, &member.scope, number, &person(n)).await.expect("starts");
        let thread = world.thread(member, conversation).await;
        let mut tx = world.server.db.begin(&member.scope).await.expect("begins");
        let new = outbox::NewMessage {
            tenant: member.scope.tenant(),
            number,
            contact: thread.contact.contact,
            body: "Halo",
            author: Author::Campaign,
            author_name: None,
            file: None,
            campaign: None,
            not_before: Millis(0),
            expires_at: None,
        };
        outbox::enqueue(&world.server, &mut tx, &new).await.expect("queues");
        tx.commit().await.expect("commits");
    }
    world.server.nudge.outbox.now();
}

/// Waits until so many messages are left in the queue.
pub(super) async fn left(world: &World, member: &Member, id: NumberId, queued: u64) -> NumberView {
    until(&world.server, member, "the queue", async || {
        let number = number::get(&world.server, &member.scope, id).await.expect("asks");
        (number.queued == queued).then_some(number)
    })
    .await
}

/// An agent writes; waits until the network has it.
pub(super) async fn agent_writes(world: &World, member: &Member, id: NumberId, n: usize) {
    let conversation = inbox::start(&world.server, &member.scope, id, &person(n)).await.expect("starts");
    inbox::reply(&world.server, &member.scope, conversation, "Dari agen").await.expect("replies");
    until(&world.server, member, "the agent's message", async || {
        let thread = world.thread(member, conversation).await;
        let is_sent = |state| matches!(state, Some(MessageState::Sent | MessageState::Delivered | MessageState::Read));
        thread.messages.iter().any(|message| message.text == "Dari agen" && is_sent(message.state)).then_some(())
    })
    .await;
}

/// Whether a message was refused and is tried again.
async fn waits(world: &World, member: &Member) -> bool {
    let mut tx = world.server.db.read(&member.scope).await.expect("reads");
    let sql = "SELECT COUNT(*) FROM outbox WHERE refusals > 0";
    let (rows,): (i64,) = fetch_one!(&mut tx, (i64,), sql).expect("counts");
    rows > 0
}

on_both! {
    async fn nobody_new_is_written_to_beyond_the_cap_and_the_rest_leave_the_day_after(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = capped(&world, &rani, "3").await;
        queue(&world, &rani, id, 0..8).await;
        let today = left(&world, &rani, id, 5).await;
        assert_eq!((today.new_chats, today.budget.left(today.new_chats, number_day(&world))), (3, Some(0)));

        // Both pass though the budget is spent: an agent's own words, and those to people the number knows.
        agent_writes(&world, &rani, id, 20).await;
        queue(&world, &rani, id, 0..2).await;
        let spent = left(&world, &rani, id, 5).await;
        assert_eq!(spent.new_chats, 4, "the agent's chat counts, and stops nobody but strangers");

        world.clock.advance(DAY_MS);
        world.server.nudge.outbox.now();
        let tomorrow = left(&world, &rani, id, 2).await;
        assert_eq!(tomorrow.new_chats, 3);
        assert_eq!(network.ask("ledger/summary").await["max_distinct_ids_per_recipient"], 2);
    }

    async fn who_wrote_first_is_no_stranger(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = capped(&world, &rani, "0").await;
        let account = number::get(&world.server, &rani.scope, id).await.expect("asks").phone.expect("linked");
        network.persona(&person(1), json!({"reply_probability": 0.0})).await;
        network.writes(&person(1), account.digits(), "Masih buka?").await;
        until(&world.server, &rani, "the question", async || world.conversations(&rani).await.pop()).await;
        queue(&world, &rani, id, 1..3).await;
        assert_eq!(left(&world, &rani, id, 1).await.new_chats, 0);
    }

    async fn a_message_that_is_sent_again_is_one_new_chat(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = capped(&world, &rani, "2").await;
        network.fault(json!({"kind": "nack", "code": 500, "count": 1})).await;
        queue(&world, &rani, id, 0..1).await;
        until(&world.server, &rani, "the refusal", async || {
            let detail = number::health::open(&world.server, &rani.scope, id).await.expect("opens");
            (detail.health.refused == 1).then_some(())
        })
        .await;
        // It waits from the moment at which that is written down, which is a little later.
        let waits = async {
            while !waits(&world, &rani).await {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waits).await.expect("it is tried again");
        world.clock.advance(HOUR_MS);
        world.server.nudge.outbox.now();
        assert_eq!(left(&world, &rani, id, 0).await.new_chats, 1);
    }

    async fn too_many_new_chats_end_the_day_and_lower_the_next(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = capped(&world, &rani, "100").await;
        queue(&world, &rani, id, 0..10).await;
        left(&world, &rani, id, 0).await;
        network.fault(json!({"kind": "nack", "code": 463, "count": 1})).await;
        queue(&world, &rani, id, 10..11).await;
        let held = until(&world.server, &rani, "the pause", async || {
            let number = number::get(&world.server, &rani.scope, id).await.expect("asks");
            number.held_until.is_some().then_some(number)
        })
        .await;
        let lowered = held.budget.lowered.expect("lowered");
        assert_eq!(lowered.used, 11, "whoever was refused was tried");
        let today = number_day(&world);
        assert_eq!(held.budget.left(held.new_chats, today), Some(0));
        assert_eq!(held.budget.cap_on(domain::time::Day(today.0 + 1)), Some(lowered.used * 4 / 5));

        // The hold is over, and the day is not: who was refused is a stranger again.
        world.clock.advance(HOUR_MS + 1);
        agent_writes(&world, &rani, id, 30).await;
        left(&world, &rani, id, 1).await;
        world.clock.advance(DAY_MS);
        world.server.nudge.outbox.now();
        left(&world, &rani, id, 0).await;
        assert_eq!(network.ask("ledger/summary").await["max_distinct_ids_per_recipient"], 1);
    }

    async fn the_longer_pause_counts_whichever_came_first(world: World) {
        let network = Network::start(&world).await;
        for (name, codes) in [("Rani", [429, 463]), ("Budi", [463, 429])] {
            let member = world.sign_up(name).await;
            let id = capped(&world, &member, "0").await;
            for code in codes {
                network.fault(json!({"kind": "nack", "code": code, "count": 1})).await;
            }
            // Both leave together, so that the second is on its way when the first is refused.
            queue(&world, &member, id, 0..2).await;
            change(&world, &member, id, BudgetForm { cap: "100".into(), ..BudgetForm::default() }).await;
            let refused = async || number::health::open(&world.server, &member.scope, id).await.expect("opens").health.refused;
            until(&world.server, &member, "both refusals", async || (refused().await == 2).then_some(())).await;
            let held = until(&world.server, &member, "the slower pace", async || {
                let number = number::get(&world.server, &member.scope, id).await.expect("asks");
                number.budget.lowered.is_some().then_some(number)
            })
            .await;
            assert_eq!(held.held_until, Some(Millis(world.server.now().0 + HOUR_MS)), "{codes:?}");

            // Another cap is another rule for the days to come; what the network said of this one stays said.
            change(&world, &member, id, BudgetForm { cap: "200".into(), ..BudgetForm::default() }).await;
            let changed = number::get(&world.server, &member.scope, id).await.expect("asks").budget;
            assert_eq!(changed.lowered, held.budget.lowered);
        }
    }

    async fn an_agent_goes_before_a_campaign_that_waits_for_the_same_person(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = capped(&world, &rani, "0").await;
        queue(&world, &rani, id, 0..1).await;
        agent_writes(&world, &rani, id, 0).await;
        // They know each other now, so the campaign's message follows.
        left(&world, &rani, id, 0).await;
        let quiet = BudgetForm { quiet_from: "11:00".into(), quiet_until: "14:00".into(), ..BudgetForm::default() };
        change(&world, &rani, id, quiet).await;
        queue(&world, &rani, id, 0..1).await;
        let conversation = inbox::start(&world.server, &rani.scope, id, &person(0)).await.expect("starts");
        inbox::reply(&world.server, &rani.scope, conversation, "Sebentar ya").await.expect("replies");
        left(&world, &rani, id, 1).await;
        let said = world.said(&rani, conversation).await;
        assert!(said.iter().any(|(author, text)| *author == Some(Author::Agent) && text == "Sebentar ya"), "{said:?}");
    }

    async fn campaigns_wait_for_the_morning_and_agents_do_not(world: World) {
        let _network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = capped(&world, &rani, "").await;
        // It is noon in this world.
        let quiet = BudgetForm { quiet_from: "11:00".into(), quiet_until: "14:00".into(), ..BudgetForm::default() };
        change(&world, &rani, id, quiet).await;
        queue(&world, &rani, id, 0..2).await;
        agent_writes(&world, &rani, id, 5).await;
        assert_eq!(left(&world, &rani, id, 2).await.new_chats, 1);
        world.clock.advance(2 * HOUR_MS);
        world.server.nudge.outbox.now();
        left(&world, &rani, id, 0).await;
    }

    async fn rules_are_checked_and_belong_to_their_tenant(world: World) {
        let _network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let id = capped(&world, &rani, "40").await;
        let wrong = BudgetForm { cap: "banyak".into(), ..BudgetForm::default() };
        match budget::change(&world.server, &rani.scope, id, &wrong).await {
            Err(error::Error::Domain(error)) => {
                assert!(matches!(error.of_field("cap"), Some(Field::OutOfRange { .. })), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
        let strange = budget::change(&world.server, &budi.scope, id, &BudgetForm::default()).await;
        assert!(matches!(strange, Err(error::Error::Domain(Error::NotFound))), "{strange:?}");
        let kept = number::get(&world.server, &rani.scope, id).await.expect("asks").budget;
        assert_eq!(BudgetForm::of(&kept).cap, "40");
    }
}

/// The day of this world.
fn number_day(world: &World) -> domain::time::Day {
    domain::time::Zone::default().day(world.server.now())
}
