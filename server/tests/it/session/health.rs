//! How a number is doing: what is written down of it, and logging it out.

use crate::support::{Member, Network, World, number_in, on_both, until};
use domain::{
    Error, Millis, NumberId,
    message::MessageState,
    number::{
        NumberProblem, NumberState,
        health::{NumberDay, NumberDetail, NumberEvent, ReplyRate, SILENT_MS},
    },
    time::{DAY_MS, MINUTE_MS},
};
use serde_json::json;
use server::{
    clock::{Clock as _, SystemClock},
    error, inbox,
    number::{self, health, link},
    outbox,
};

const PERSON: &str = "6281255501420";

async fn open(world: &World, member: &Member, id: NumberId) -> NumberDetail {
    health::open(&world.server, &member.scope, id).await.expect("opens")
}

/// The states in the order in which they were, with their reasons.
fn states(detail: &NumberDetail) -> Vec<(NumberState, Option<NumberProblem>)> {
    let state = |event: &NumberEvent| match event {
        NumberEvent::State { state, problem } => Some((*state, *problem)),
        _ => None,
    };
    detail.timeline.iter().rev().filter_map(|entry| state(&entry.event)).collect()
}

/// Whether the network has it.
fn is_sent(state: Option<MessageState>) -> bool {
    matches!(state, Some(MessageState::Sent | MessageState::Delivered | MessageState::Read))
}

/// Writes to the person and waits until the network has it.
async fn write(world: &World, member: &Member, id: NumberId, text: &str) {
    let conversation = inbox::start(&world.server, &member.scope, id, PERSON).await.expect("starts");
    inbox::reply(&world.server, &member.scope, conversation, text).await.expect("replies");
    until(&world.server, member, "the message", async || {
        let thread = world.thread(member, conversation).await;
        thread.messages.iter().any(|message| message.text == text && is_sent(message.state)).then_some(())
    })
    .await;
}

on_both! {
    async fn an_answer_counts_once_for_the_day_on_which_the_person_was_asked(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        world.hears(sender, "6281255500003", "IN1", "Saya yang mulai").await;
        world.campaign(&rani, sender).await;
        world.settle().await;
        let sent: Vec<_> = world.claim(sender, 10).await.into_iter().map(|message| message.wa_id).collect();
        assert_eq!(sent.len(), 3);
        outbox::accepted(&world.server, sender, sent).await.expect("accepts");
        let counts = async || -> Vec<_> {
            let days = open(&world, &rani, sender.number).await.days;
            days.iter().filter(|day| day.asked > 0).map(|day| (day.asked, day.answered)).collect()
        };
        assert_eq!(counts().await, [(2, 0)], "who wrote first was not asked");
        world.clock.advance(DAY_MS);
        world.hears(sender, "6281255500001", "IN2", "Berapa?").await;
        world.hears(sender, "6281255500001", "IN3", "Halo?").await;
        world.hears(sender, "6281255500003", "IN4", "Oke").await;
        world.hears(sender, "6281255500001", "IN2", "Berapa?").await;
        let days = open(&world, &rani, sender.number).await.days;
        assert_eq!(counts().await, [(2, 1)]);
        assert_eq!(ReplyRate::of(&days), ReplyRate { asked: 2, answered: 1 });
    }

    async fn a_number_tells_what_it_did_and_what_happened_to_it(world: World) {
        // What people write bears the time of the network: today, not the day of this world.
        let today = Millis(SystemClock.now().0 + MINUTE_MS);
        world.clock.advance(today.since(world.server.now()));
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        let fresh = open(&world, &rani, id).await;
        assert_eq!(states(&fresh), [(NumberState::Connected, None)]);
        assert_eq!(fresh.health.linked_at, Some(world.server.now()));
        assert_eq!(fresh.health.seen_at, Some(world.server.now()));
        assert_eq!((fresh.health.sent_at, fresh.health.received_at), (None, None));
        assert_eq!(fresh.days.len(), 14);

        network.persona(PERSON, json!({"reply_probability": 0.0})).await;
        write(&world, &rani, id, "Halo").await;
        let account = fresh.number.phone.expect("linked");
        network.writes(PERSON, account.digits(), "Halo juga").await;
        let busy = until(&world.server, &rani, "the answer", async || {
            let detail = open(&world, &rani, id).await;
            (detail.health.received_at.is_some()).then_some(detail)
        })
        .await;
        let sum = |of: fn(&NumberDay) -> u64| busy.days.iter().map(of).sum::<u64>();
        assert_eq!((sum(|day| day.sent), sum(|day| day.received), sum(|day| day.refused)), (1, 1, 0));
        assert_eq!((busy.number.sent_today, busy.days[13].sent), (1, 1));
        assert_eq!(busy.health.sent_at, Some(world.server.now()));
    }

    async fn a_lost_connection_is_counted_when_it_is_back(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        network.fault(json!({"kind": "disconnect", "count": 1})).await;
        let back = until(&world.server, &rani, "the reconnect", async || {
            let detail = open(&world, &rani, id).await;
            (detail.health.reconnects == 1).then_some(detail)
        })
        .await;
        let (up, down) = ((NumberState::Connected, None), (NumberState::Reconnecting, None));
        assert_eq!(states(&back), [up, down, up]);
    }

    async fn what_was_missed_while_the_line_was_gone_is_written_down(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        let phone = number::get(&world.server, &rani.scope, id).await.expect("asks").phone.expect("linked");
        network.persona(PERSON, json!({"reply_probability": 0.0})).await;
        write(&world, &rani, id, "Halo").await;
        let caught_up = async |what: &str, count: usize| {
            until(&world.server, &rani, what, async || {
                let timeline = open(&world, &rani, id).await.timeline;
                let found = timeline.iter().rev().filter_map(|entry| match entry.event {
                    NumberEvent::CaughtUp { received, unsure } => Some((received, unsure)),
                    _ => None,
                });
                Some(found.collect::<Vec<_>>()).filter(|found| found.len() == count)
            })
            .await
        };
        // One of ours is on its way, and nobody says that it arrived.
        let mut happenings = network.watch().await;
        network.persona(PERSON, json!({"reply_probability": 0.0, "deliver_ms": null})).await;
        network.fault(json!({"kind": "ack_never", "account": phone.digits(), "count": 1})).await;
        let conversation = inbox::start(&world.server, &rani.scope, id, PERSON).await.expect("starts");
        inbox::reply(&world.server, &rani.scope, conversation, "Sudah sampai?").await.expect("replies");
        happenings.next("the network has it", |happening| happening["event"] == "message_accepted").await;
        network.fault(json!({"kind": "server_503", "account": phone.digits()})).await;
        network.fault(json!({"kind": "disconnect", "account": phone.digits(), "count": 1})).await;
        number_in(&world.server, &rani, id, NumberState::Reconnecting).await;
        for text in ["Halo?", "Kak?"] {
            network.writes(PERSON, phone.digits(), text).await;
        }
        network.mend().await;
        assert_eq!(caught_up("what was missed", 1).await, [(2, 1)]);
        network.fault(json!({"kind": "disconnect", "account": phone.digits(), "count": 1})).await;
        assert_eq!(caught_up("what is still unknown", 2).await, [(2, 1), (0, 1)], "it goes again when its lease is over");
        network.persona(PERSON, json!({"reply_probability": 0.0})).await;
        world.clock.advance(outbox::LEASE_MS);
        until(&world.server, &rani, "what was unknown", async || {
            let thread = world.thread(&rani, conversation).await;
            thread.messages.iter().any(|message| message.text == "Sudah sampai?" && is_sent(message.state)).then_some(())
        })
        .await;
        let summary = network.ask(&format!("ledger/summary?from={}", phone.digits())).await;
        assert_eq!(summary["max_distinct_ids_per_recipient"], 2, "it went as the same message");
    }

    async fn a_pause_the_network_asks_for_is_told_once_and_loses_nothing(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        network.fault(json!({"kind": "nack", "code": 463, "count": 1})).await;
        let conversation = inbox::start(&world.server, &rani.scope, id, PERSON).await.expect("starts");
        inbox::reply(&world.server, &rani.scope, conversation, "Halo").await.expect("replies");
        let held = until(&world.server, &rani, "the pause", async || {
            let detail = open(&world, &rani, id).await;
            detail.number.held_until.is_some().then_some(detail)
        })
        .await;
        let until = held.number.held_until.expect("held");
        let pauses = held.timeline.iter().filter(|entry| entry.event == NumberEvent::Held { until }).count();
        assert_eq!((pauses, held.health.refused, held.number.queued), (1, 1, 1));
    }

    async fn a_number_nobody_looks_after_does_not_count_as_connected(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        network.stop().await;
        world.clock.advance(SILENT_MS);
        assert_eq!(open(&world, &rani, id).await.number.state, NumberState::Connected);
        world.clock.advance(1);
        let silent = open(&world, &rani, id).await.number;
        assert_eq!((silent.state, silent.problem), (NumberState::Reconnecting, Some(NumberProblem::Silent)));
    }

    async fn a_number_that_is_logged_out_leaves_the_phone_and_keeps_everything_else(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        write(&world, &rani, id, "Sebelum").await;
        let phone = number::get(&world.server, &rani.scope, id).await.expect("asks").phone.expect("linked");
        let path = format!("accounts/{}", phone.digits());
        assert_eq!(network.ask(&path).await["devices"].as_array().map(Vec::len), Some(1));

        number::log_out(&world.server, &rani.scope, id).await.expect("logs out");
        let out = number_in(&world.server, &rani, id, NumberState::LoggedOut).await;
        assert_eq!(out.problem, Some(NumberProblem::LoggedOutHere));
        assert_eq!(network.ask(&path).await["devices"], json!([]), "the network knows");
        number::log_out(&world.server, &rani.scope, id).await.expect("a second time changes nothing");

        let conversation = inbox::start(&world.server, &rani.scope, id, PERSON).await.expect("starts");
        inbox::reply(&world.server, &rani.scope, conversation, "Sesudah").await.expect("replies");
        assert_eq!(number::get(&world.server, &rani.scope, id).await.expect("asks").queued, 1, "held, not failed");
        link::relink(&world.server, &rani.scope, id).await.expect("links again");
        until(&world.server, &rani, "a QR code", async || {
            link::qr_code(&world.server, &rani.scope, id).await.expect("asks")
        })
        .await;
        link::scan_with_sandbox_phone(&world.server, &rani.scope, id).await.expect("scans");
        number_in(&world.server, &rani, id, NumberState::Connected).await;
        until(&world.server, &rani, "what waited", async || {
            let thread = world.thread(&rani, conversation).await;
            let sent = thread.messages.iter().filter(|message| is_sent(message.state)).count();
            (sent == 2).then_some(())
        })
        .await;
        let history = states(&open(&world, &rani, id).await);
        let out = (NumberState::LoggedOut, Some(NumberProblem::LoggedOutHere));
        let up = (NumberState::Connected, None);
        assert_eq!(history, [up, out, (NumberState::Linking, None), up]);
    }

    async fn a_wish_to_log_out_outlasts_the_way_to_the_network(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        network.stop().await;
        number::log_out(&world.server, &rani.scope, id).await.expect("logs out");
        // Nobody runs it now. Whoever does next says that it is connecting first.
        let _network = Network::start(&world).await;
        let out = number_in(&world.server, &rani, id, NumberState::LoggedOut).await;
        assert_eq!(out.problem, Some(NumberProblem::LoggedOutHere));
    }

    async fn a_banned_number_can_be_logged_out_without_its_network(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let id = world.connected(&rani, "CS").await.0;
        network.fault(json!({"kind": "temporary_ban", "count": 1})).await;
        let banned = number_in(&world.server, &rani, id, NumberState::Banned).await;
        assert!(banned.held_until > Some(world.server.now() + MINUTE_MS));
        number::log_out(&world.server, &rani.scope, id).await.expect("logs out");
        let out = number::get(&world.server, &rani.scope, id).await.expect("asks");
        assert_eq!((out.state, out.problem), (NumberState::LoggedOut, Some(NumberProblem::LoggedOutHere)));
    }

    async fn a_strangers_number_is_not_there(world: World) {
        let _network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let id = world.connected(&rani, "CS").await.0;
        let opened = health::open(&world.server, &budi.scope, id).await;
        assert!(matches!(opened, Err(error::Error::Domain(Error::NotFound))), "{opened:?}");
        let out = number::log_out(&world.server, &budi.scope, id).await;
        assert!(matches!(out, Err(error::Error::Domain(Error::NotFound))), "{out:?}");
    }
}
