//! What the network says of a number's new chats, and what follows from it before anything is refused.

use super::budget::{agent_writes, left, person, queue};
use crate::support::{Member, NOON, Network, World, on_both, until};
use domain::{
    NumberId,
    number::{
        NumberView,
        health::NumberEvent,
        limits::{CapStatus, Limits},
    },
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};
use serde_json::json;
use server::{inbox, number};

async fn get(world: &World, member: &Member, id: NumberId) -> NumberView {
    number::get(&world.server, &member.scope, id).await.expect("asks")
}

/// Waits until the network said something of the number.
async fn told(world: &World, member: &Member, id: NumberId, what: impl Fn(&Limits) -> bool) -> NumberView {
    until(&world.server, member, "what the network says", async || {
        let number = get(world, member, id).await;
        what(&number.limits).then_some(number)
    })
    .await
}

/// An agent writes to somebody new, and nobody waits for it.
async fn agent_greets(world: &World, member: &Member, id: NumberId, n: usize) {
    let conversation = inbox::start(&world.server, &member.scope, id, &person(n)).await.expect("starts");
    inbox::reply(&world.server, &member.scope, conversation, "Salam kenal").await.expect("replies");
}

/// When the network took the messages to these people; milliseconds after noon.
async fn taken(network: &Network, people: impl Iterator<Item = usize>) -> Vec<i64> {
    let ledger = network.ask("ledger").await;
    let messages = ledger["messages"].as_array().expect("messages");
    let to = |n: usize| messages.iter().rfind(|message| message["to"] == person(n).as_str());
    people.map(|n| to(n).expect("taken")["accepted_at_ms"].as_i64().expect("a time") - NOON.0).collect()
}

async fn refusals(network: &Network) -> u64 {
    network.ask("ledger/summary").await["nacked"].as_u64().expect("a number")
}

on_both! {
    async fn while_a_number_is_locked_strangers_wait_and_nobody_else_does(world: World) {
        let network = Network::start_in_step(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        queue(&world, &rani, id, 0..2).await;
        left(&world, &rani, id, 0).await;
        // What was sent before the policy counts: the next stranger is one too many.
        network.policy(json!({"new_chats_per_day": 2, "time_lock_ms": 36 * HOUR_MS})).await;
        queue(&world, &rani, id, 2..4).await;
        let locked = told(&world, &rani, id, |limits| limits.locked_until.is_some()).await;
        assert_eq!(locked.limits.lock(NOON), Some(NOON + 36 * HOUR_MS));
        let pause = locked.held_until.expect("a pause");
        assert!(pause <= NOON + 5 * MINUTE_MS, "who knows the number waits minutes, not {}", pause.since(NOON));
        let refused = refusals(&network).await;

        // Only the lock keeps them from here on, not the quota.
        network.policy(json!({"new_chats_per_day": 100})).await;
        agent_greets(&world, &rani, id, 9).await;
        queue(&world, &rani, id, 0..2).await;
        network.pass(&world, 5 * MINUTE_MS);
        left(&world, &rani, id, 3).await;
        let timeline = number::health::open(&world.server, &rani.scope, id).await.expect("opens").timeline;
        let locks = timeline.iter().filter(|entry| matches!(entry.event, NumberEvent::Locked { .. })).count();
        assert_eq!(locks, 1, "{timeline:?}");

        network.pass(&world, 36 * HOUR_MS - 5 * MINUTE_MS);
        left(&world, &rani, id, 0).await;
        assert_eq!(taken(&network, 0..2).await, [5 * MINUTE_MS; 2]);
        assert_eq!(taken(&network, [2, 3, 9].into_iter()).await, [36 * HOUR_MS; 3]);
        assert_eq!(refusals(&network).await, refused, "the lock was never tried");
    }

    async fn a_quota_is_kept_before_anything_is_refused(world: World) {
        let network = Network::start_in_step(&world).await;
        network.policy(json!({"new_chats_per_day": 5})).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        let begun = told(&world, &rani, id, |limits| limits.quota.is_some()).await;
        assert_eq!((begun.limits.quota, begun.limits.used, begun.limits.status), (Some(5), 0, Some(CapStatus::Free)));
        queue(&world, &rani, id, 0..12).await;
        let full = left(&world, &rani, id, 7).await;
        assert_eq!((full.new_chats, full.limits.used, full.limits.left(NOON)), (5, 5, Some(0)));

        // An agent's first words wait as well, and no answer does.
        agent_greets(&world, &rani, id, 20).await;
        agent_writes(&world, &rani, id, 0).await;
        assert_eq!(get(&world, &rani, id).await.queued, 8);

        // Midnight in the network's zone; the agent goes first. Nobody new leaves before the network said how it goes on.
        let night = full.limits.resets_at.expect("an end").since(NOON);
        assert!((0..DAY_MS).contains(&night), "{night}");
        network.pass(&world, night);
        left(&world, &rani, id, 3).await;
        assert_eq!(taken(&network, [20].into_iter()).await, [night]);
        network.pass(&world, DAY_MS);
        left(&world, &rani, id, 0).await;
        assert_eq!(refusals(&network).await, 0, "the number never met the wall");
    }

    async fn the_stricter_of_both_rules_counts_and_the_promise_is_kept(world: World) {
        let network = Network::start_in_step(&world).await;
        network.policy(json!({"new_chats_per_day": 4})).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        let number = told(&world, &rani, id, |limits| limits.quota.is_some()).await;
        let zone = domain::time::Zone::default();
        let said = number.allowance().forecast(10, 10, 0, 0, zone, world.server.now());
        queue(&world, &rani, id, 0..10).await;
        let today = left(&world, &rani, id, 6).await;
        assert_eq!(said.today, today.new_chats);
        let night = today.limits.resets_at.expect("an end").since(NOON);
        network.pass(&world, night);
        left(&world, &rani, id, 2).await;
        network.pass(&world, DAY_MS);
        left(&world, &rani, id, 0).await;
        assert_eq!(said.done_at, Some(NOON + night + DAY_MS));
        assert_eq!(refusals(&network).await, 0);
    }

    async fn the_network_is_asked_again_hourly(world: World) {
        let network = Network::start_in_step(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        // The first answer: there are no limits.
        queue(&world, &rani, id, 0..6).await;
        left(&world, &rani, id, 0).await;
        network.policy(json!({"new_chats_per_day": 8})).await;
        network.pass(&world, HOUR_MS);
        let warned = told(&world, &rani, id, |limits| limits.quota.is_some()).await;
        assert_eq!((warned.limits.used, warned.limits.status), (6, Some(CapStatus::SecondWarning)));
        network.policy(json!({})).await;
        network.pass(&world, HOUR_MS);
        let lifted = told(&world, &rani, id, |limits| limits.quota.is_none()).await;
        assert_eq!(lifted.limits.left(world.server.now()), None);
    }

    async fn a_refusal_the_network_does_not_explain_holds_everybody_for_an_hour(world: World) {
        let network = Network::start_in_step(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        queue(&world, &rani, id, 0..1).await;
        left(&world, &rani, id, 0).await;
        network.fault(json!({"kind": "nack", "code": 463, "count": 1})).await;
        queue(&world, &rani, id, 1..2).await;
        let held = until(&world.server, &rani, "the pause", async || {
            let number = get(&world, &rani, id).await;
            number.held_until.is_some().then_some(number)
        })
        .await;
        assert_eq!((held.held_until, held.limits.lock(NOON)), (Some(NOON + HOUR_MS), None));
        queue(&world, &rani, id, 0..1).await;
        network.pass(&world, 5 * MINUTE_MS);
        network.pass(&world, 55 * MINUTE_MS);
        left(&world, &rani, id, 1).await;
        assert_eq!(taken(&network, 0..1).await, [HOUR_MS]);
    }

    async fn a_lock_that_meets_somebody_known_holds_everybody_for_an_hour(world: World) {
        let network = Network::start_in_step(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        queue(&world, &rani, id, 0..1).await;
        left(&world, &rani, id, 0).await;
        network.policy(json!({"new_chats_per_day": 1, "time_lock_ms": 36 * HOUR_MS})).await;
        queue(&world, &rani, id, 1..2).await;
        told(&world, &rani, id, |limits| limits.locked_until.is_some()).await;
        // Asked again, so that nothing of the first refusal is under way any more.
        network.policy(json!({"new_chats_per_day": 100})).await;
        network.pass(&world, HOUR_MS);
        told(&world, &rani, id, |limits| limits.quota == Some(100)).await;
        network.pass(&world, MINUTE_MS);
        network.fault(json!({"kind": "nack", "code": 463, "count": 1})).await;
        queue(&world, &rani, id, 0..1).await;
        until(&world.server, &rani, "the pause", async || {
            let number = get(&world, &rani, id).await;
            (number.held_until == Some(world.server.now() + HOUR_MS)).then_some(())
        })
        .await;
        network.pass(&world, HOUR_MS);
        left(&world, &rani, id, 1).await;
        assert_eq!(taken(&network, 0..1).await, [2 * HOUR_MS + MINUTE_MS]);
    }

    async fn messages_under_way_count_until_it_is_known_that_the_network_has_them(world: World) {
        let network = Network::start_in_step(&world).await;
        network.policy(json!({"new_chats_per_day": 5})).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        told(&world, &rani, id, |limits| limits.quota.is_some()).await;
        network.fault(json!({"kind": "ack_never"})).await;
        for n in 0..3 {
            // A receipt would be as good as an acknowledgement.
            network.persona(&person(n), json!({"deliver_ms": null})).await;
        }
        queue(&world, &rani, id, 0..3).await;
        while network.ask("ledger/summary").await["distinct_ids"] != 3 {}
        network.pass(&world, HOUR_MS);
        let vague = told(&world, &rani, id, |limits| limits.used == 6).await;
        assert_eq!(vague.limits.left(world.server.now()), Some(0), "rather too few than one too many");

        queue(&world, &rani, id, 3..8).await;
        network.mend().await;
        network.pass(&world, MINUTE_MS);
        until(&world.server, &rani, "the acknowledgements", async || {
            (get(&world, &rani, id).await.queued <= 5).then_some(())
        })
        .await;
        network.pass(&world, HOUR_MS);
        assert_eq!(left(&world, &rani, id, 3).await.limits.used, 5);
        assert_eq!(refusals(&network).await, 0);
    }
}
