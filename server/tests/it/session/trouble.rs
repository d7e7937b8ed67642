//! What a network can do to a number in the middle of its work. Whatever it is, everybody gets each message once, nobody is
//! skipped, nothing that came is missing or doubled, and no key is used twice.

use super::{
    budget::{left, person, queue},
    link::code_after,
};
use crate::support::{Gate, Member, Network, World, number_in, on_both, phone_of, until};
use domain::{
    NumberId,
    message::{Direction, MessageState},
    number::{Network as Net, NumberState, NumberView},
    time::{DAY_MS, HOUR_MS},
};
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};
use server::{
    number::{self, health, link},
    outbox,
};
use std::{ops::Range, time::Duration};

/// How long a quarter of a minute of the world takes here.
const QUICKLY: Duration = Duration::from_millis(100);

/// A number, its network, and whose it is.
struct Shop<'w> {
    world: &'w World,
    network: Network,
    rani: Member,
    id: NumberId,
    phone: String,
}

impl<'w> Shop<'w> {
    /// Connected; people read what they get and answer nothing.
    async fn open(world: &'w World) -> Self {
        let (network, rani) = (Network::start(world).await, world.sign_up("Rani").await);
        let id = number::add_sandbox(&world.server, &rani.scope, "CS").await.expect("adds");
        Self::with(world, network, rani, id).await
    }

    async fn with(world: &'w World, network: Network, rani: Member, id: NumberId) -> Self {
        let phone = phone_of(&world.server, &rani, id).await;
        Self { world, network, rani, id, phone }
    }

    async fn people_are(&self, persona: Value) {
        self.network.changes("world", json!({ "defaults": persona })).await;
    }

    /// Something goes wrong with the number from here on.
    async fn fault(&self, mut fault: Value) {
        fault["account"] = self.phone.as_str().into();
        self.network.fault(fault).await;
    }

    /// The same happens once with each of these people.
    async fn each_has(&self, people: impl IntoIterator<Item = usize>, kind: &str) {
        for n in people {
            self.fault(json!({"kind": kind, "person": person(n), "count": 1})).await;
        }
    }

    /// Queues a message to each of these people.
    async fn writes(&self, people: Range<usize>) {
        queue(self.world, &self.rani, self.id, people).await;
    }

    async fn is(&self, state: NumberState) -> NumberView {
        number_in(&self.world.server, &self.rani, self.id, state).await
    }

    async fn queued(&self, queued: u64) -> NumberView {
        left(self.world, &self.rani, self.id, queued).await
    }

    /// Time passes until nothing waits any more.
    async fn nothing_waits(&self) {
        let time = async {
            let mut period = tokio::time::interval(QUICKLY);
            loop {
                period.tick().await;
                self.world.clock.advance(outbox::LEASE_MS / 2);
                self.world.server.nudge.outbox.now();
            }
        };
        tokio::select! {
            _ = self.queued(0) => {}
            () = time => {}
        }
    }

    /// The network took `each` messages for each of so many people, each under one id, and no key twice; how often it got
    /// one again.
    async fn everybody_has(&self, people: u64, each: u64) -> u64 {
        let ledger = self.network.ask(&format!("ledger/summary?from={}", self.phone)).await;
        let count = |what: &str| ledger[what].as_u64().expect("a count");
        assert_eq!((count("accepted"), count("distinct_ids")), (people * each, people * each), "{ledger}");
        assert_eq!((count("distinct_recipients"), count("max_distinct_ids_per_recipient")), (people, each), "{ledger}");
        assert_eq!(count("signal_counter_reuse"), 0, "{ledger}");
        count("wire_duplicates")
    }

    /// Waits until so many messages of ours are with the people they are for, on their phones and readable.
    async fn arrived(&self, messages: usize) {
        until(&self.world.server, &self.rani, "the receipts", async || {
            let mut arrived = 0;
            for conversation in self.world.conversations(&self.rani).await {
                let thread = self.world.thread(&self.rani, conversation.id).await;
                let has = |state| matches!(state, Some(MessageState::Delivered | MessageState::Read));
                arrived += thread.messages.iter().filter(|message| has(message.state)).count();
            }
            (arrived == messages).then_some(())
        })
        .await;
    }

    /// Each of these people writes so many messages, one after the other; all of them at once.
    async fn hears(&self, people: Range<usize>, each: usize) {
        let writing = people.map(async |n| {
            for m in 0..each {
                self.network.writes(&person(n), &self.phone, &format!("Pesan {m}")).await;
            }
        });
        stream::iter(writing).buffer_unordered(8).collect::<Vec<()>>().await;
    }

    /// Waits until so many are unread; what each person wrote, in order.
    async fn heard(&self, unread: u64) -> Vec<Vec<String>> {
        until(&self.world.server, &self.rani, "what they wrote", async || {
            let sum: u64 = self.world.conversations(&self.rani).await.iter().map(|row| row.unread).sum();
            (sum == unread).then_some(())
        })
        .await;
        let mut threads = Vec::new();
        for conversation in self.world.conversations(&self.rani).await {
            let thread = self.world.thread(&self.rani, conversation.id).await;
            let incoming = thread.messages.into_iter().filter(|message| message.direction == Direction::Incoming);
            threads.push(incoming.map(|message| message.text).collect());
        }
        threads
    }

    /// Links the number again, with the phone it had.
    async fn link_again(&self) {
        let (server, scope) = (&self.world.server, &self.rani.scope);
        link::relink(server, scope, self.id).await.expect("asks");
        let qr =
            until(server, &self.rani, "a QR code", async || link::qr_code(server, scope, self.id).await.expect("asks"));
        let code = qr.await.text;
        self.network.posts(&format!("accounts/{}/scan", self.phone), json!({ "qr": code })).await;
        self.is(NumberState::Connected).await;
    }
}

fn in_order(messages: usize) -> Vec<String> {
    (0..messages).map(|m| format!("Pesan {m}")).collect()
}

on_both! {
    async fn a_line_that_breaks_again_and_again(world: World) {
        let shop = Shop::open(&world).await;
        shop.each_has([3, 4, 11, 19, 27], "disconnect").await;
        shop.writes(0..40).await;
        shop.nothing_waits().await;
        assert_eq!(shop.network.ask("faults").await, json!({"faults": []}), "it broke each time");
        shop.everybody_has(40, 1).await;
    }

    async fn a_network_that_is_not_there_for_a_while(world: World) {
        let shop = Shop::open(&world).await;
        shop.fault(json!({"kind": "server_503"})).await;
        shop.is(NumberState::Reconnecting).await;
        shop.writes(0..10).await;
        shop.hears(20..22, 3).await;
        shop.network.mend().await;
        shop.is(NumberState::Connected).await;
        assert_eq!(shop.heard(6).await.iter().filter(|thread| **thread == in_order(3)).count(), 2);
        shop.queued(0).await;
        assert_eq!(shop.everybody_has(10, 1).await, 0);
    }

    async fn another_connection_takes_over_and_the_queue_waits(world: World) {
        let shop = Shop::open(&world).await;
        shop.fault(json!({"kind": "stream_replaced", "count": 1})).await;
        shop.is(NumberState::Replaced).await;
        shop.writes(0..10).await;
        assert_eq!(shop.queued(10).await.state, NumberState::Replaced);
        shop.link_again().await;
        shop.queued(0).await;
        assert_eq!(shop.everybody_has(10, 1).await, 0);
    }

    async fn a_number_that_is_logged_out_keeps_its_queue(world: World) {
        let shop = Shop::open(&world).await;
        shop.writes(0..5).await;
        shop.queued(0).await;
        shop.fault(json!({"kind": "logged_out", "count": 1})).await;
        shop.is(NumberState::LoggedOut).await;
        shop.writes(0..5).await;
        assert_eq!(shop.queued(5).await.state, NumberState::LoggedOut);
        shop.link_again().await;
        shop.queued(0).await;
        assert_eq!(shop.everybody_has(5, 2).await, 0);
        shop.arrived(10).await;
    }

    async fn a_number_that_is_banned_keeps_its_queue_and_comes_back(world: World) {
        let shop = Shop::open(&world).await;
        shop.fault(json!({"kind": "temporary_ban", "count": 1})).await;
        let banned = shop.is(NumberState::Banned).await;
        assert_eq!(banned.held_until, Some(world.server.now() + HOUR_MS));
        shop.writes(0..10).await;
        world.clock.advance(HOUR_MS - 1);
        world.server.nudge.session.now();
        assert_eq!(shop.queued(10).await.state, NumberState::Banned);
        world.clock.advance(1);
        world.server.nudge.session.now();
        shop.is(NumberState::Connected).await;
        shop.queued(0).await;
        assert_eq!(shop.everybody_has(10, 1).await, 0);
    }

    async fn acknowledgements_that_never_come(world: World) {
        let shop = Shop::open(&world).await;
        // No receipt tells either.
        shop.people_are(json!({"deliver_ms": null})).await;
        shop.fault(json!({"kind": "ack_never", "count": 5})).await;
        shop.writes(0..20).await;
        shop.queued(5).await;
        shop.nothing_waits().await;
        assert!(shop.everybody_has(20, 1).await >= 5, "what is in doubt goes again as it was");
    }

    async fn acknowledgements_that_come_late(world: World) {
        let shop = Shop::open(&world).await;
        shop.people_are(json!({"deliver_ms": null})).await;
        shop.fault(json!({"kind": "ack_late", "delay_ms": 1_500, "count": 20})).await;
        shop.writes(0..20).await;
        shop.queued(0).await;
        assert_eq!(shop.everybody_has(20, 1).await, 0, "nothing goes again that is only late");
    }

    async fn people_with_new_phones(world: World) {
        let shop = Shop::open(&world).await;
        shop.writes(0..10).await;
        shop.arrived(10).await;
        shop.each_has(0..10, "key_rotation").await;
        shop.writes(0..10).await;
        shop.arrived(20).await;
        shop.everybody_has(10, 2).await;
        shop.hears(0..10, 1).await;
        assert_eq!(shop.heard(10).await, vec![in_order(1); 10]);
    }

    async fn messages_that_cannot_be_read_at_first(world: World) {
        let shop = Shop::open(&world).await;
        shop.each_has(0..10, "undecryptable").await;
        shop.writes(0..10).await;
        shop.arrived(10).await;
        assert_eq!(shop.network.ask("faults").await, json!({"faults": []}), "each was unreadable once");
        shop.everybody_has(10, 1).await;
        shop.each_has(0..10, "undecryptable").await;
        shop.hears(0..10, 1).await;
        assert_eq!(shop.heard(10).await, vec![in_order(1); 10]);
        assert_eq!(shop.network.ask("faults").await, json!({"faults": []}), "theirs as well");
    }

    async fn five_hundred_messages_that_came_while_nobody_was_there(world: World) {
        let shop = Shop::open(&world).await;
        shop.fault(json!({"kind": "server_503"})).await;
        shop.is(NumberState::Reconnecting).await;
        shop.hears(0..25, 20).await;
        shop.network.mend().await;
        assert_eq!(shop.heard(500).await, vec![in_order(20); 25]);
    }

    /// Many people write at once and are stored together.
    async fn a_message_that_the_database_refuses_takes_nobody_with_it(world: World) {
        let shop = Shop::open(&world).await;
        let refused = (
            "CREATE TRIGGER refused BEFORE INSERT ON message WHEN new.body = 'Racun'
             BEGIN SELECT RAISE(ABORT, 'refused'); END",
            "ALTER TABLE message ADD CONSTRAINT refused CHECK (body <> 'Racun')",
        );
        world.alter(refused.0, refused.1).await;
        let writing = (0..40).map(async |n| {
            let text = if n == 20 { "Racun" } else { "Pesan 0" };
            shop.network.writes(&person(n), &shop.phone, text).await;
        });
        stream::iter(writing).buffer_unordered(40).collect::<Vec<()>>().await;
        assert_eq!(shop.heard(39).await, vec![in_order(1); 39]);

        world.alter("DROP TRIGGER refused", "ALTER TABLE message DROP CONSTRAINT refused").await;
        // It was not acknowledged, and comes again with the line.
        shop.fault(json!({"kind": "server_503"})).await;
        shop.is(NumberState::Reconnecting).await;
        shop.network.mend().await;
        let threads = shop.heard(40).await;
        assert_eq!(threads.iter().filter(|thread| **thread == ["Racun"]).count(), 1, "{threads:?}");
    }

    async fn a_clock_that_is_set_forward_and_back(world: World) {
        let shop = Shop::open(&world).await;
        for (n, jump) in [DAY_MS, -2 * DAY_MS, HOUR_MS, -HOUR_MS, DAY_MS].into_iter().enumerate() {
            shop.writes(10 * n..10 * (n + 1)).await;
            world.clock.advance(jump);
            world.server.nudge.session.now();
            // Nothing waits for as long as the clock was wrong.
            shop.nothing_waits().await;
        }
        shop.everybody_has(50, 1).await;
    }

    async fn a_number_that_moves_to_lids_while_everybody_writes(world: World) {
        let (network, rani) = (Network::start(&world).await, world.sign_up("Rani").await);
        let (server, phone) = (&world.server, "6281255500142");
        network.posts("accounts", json!({"phone": phone, "name": "Toko", "addressing": "pn"})).await;
        let id = number::add_linked(server, &rani.scope, "CS", Net::Sandbox).await.expect("adds");
        number_in(server, &rani, id, NumberState::Linking).await;
        until(server, &rani, "a QR code", async || link::qr_code(server, &rani.scope, id).await.expect("asks")).await;
        link::ask_pair_code(server, &rani.scope, id, phone).await.expect("asks for a code");
        let code = code_after(server, &rani, id, None).await;
        link::type_on_sandbox_phone(server, &rani.scope, id, &code).await.expect("types it");
        let shop = Shop::with(&world, network, rani, id).await;

        shop.writes(0..10).await;
        shop.hears(5..15, 2).await;
        shop.network.posts(&format!("accounts/{phone}/addressing"), json!({"addressing": "lid"})).await;
        shop.writes(0..10).await;
        shop.hears(5..15, 2).await;
        let threads = shop.heard(40).await;
        shop.nothing_waits().await;
        assert_eq!(threads.len(), 15, "one thread for each, whatever they are called");
        // The client takes each address of a person by itself: what came to two of them within a second may change places.
        let one_by_one = [in_order(2), in_order(2)].concat();
        let side_by_side = ["Pesan 0", "Pesan 0", "Pesan 1", "Pesan 1"].map(str::to_owned).to_vec();
        let in_order = |thread: &&Vec<String>| [&one_by_one, &side_by_side].contains(thread);
        assert_eq!(threads.iter().filter(in_order).count(), 10, "{threads:?}");
        shop.everybody_has(10, 2).await;
    }
}

/// Nothing comes, nothing goes, and nobody hangs up: as behind a router that forgot the connection. The client's own
/// patience counts here, which no clock of ours moves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_dead_and_looks_alive() {
    let world = World::sqlite().await;
    let gate = Gate::before_a_sandbox(&world).await;
    let shop = Shop::open(&world).await;
    gate.shut();
    shop.writes(0..10).await;
    shop.hears(0..10, 2).await;
    assert_eq!(shop.heard(20).await, vec![in_order(2); 10]);
    shop.nothing_waits().await;
    shop.everybody_has(10, 1).await;
    let detail = health::open(&world.server, &shop.rani.scope, shop.id).await.expect("opens");
    assert_eq!(detail.health.reconnects, 1, "{:?}", detail.timeline);
}
