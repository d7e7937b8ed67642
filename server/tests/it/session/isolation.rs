//! Numbers beside each other in one process: what happens to one is not felt by another.

use crate::support::{Network, on_both, until};
use domain::message::MessageState;
use futures::{StreamExt as _, future::ready, stream};
use server::inbox;
use std::cell::Cell;

/// How many people flood a number at once, and how many messages at least they write.
const WRITERS: usize = 8;
const FLOOD: u64 = 100;

on_both! {
    async fn a_number_that_is_flooded_holds_up_no_other(world: World) {
        let network = Network::start(&world).await;
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let (_, flooded) = world.connected(&rani, "Ramai").await;
        let (quiet, _) = world.connected(&budi, "Sepi").await;
        let conversation = inbox::start(&world.server, &budi.scope, quiet, "6281255501420").await.expect("starts");
        let mut happenings = network.watch().await;
        // The flood goes on until the answer has come, however long that takes.
        let (written, is_answered) = (Cell::new(0), Cell::new(false));
        let flood = stream::iter(0u64..).take_while(|n| ready(*n < FLOOD || !is_answered.get())).map(async |n| {
            network.writes(&format!("62812{:08}", n % 50), &flooded, "banjir").await;
            written.set(written.get() + 1);
        });
        let answering = async {
            happenings
                .next("the flood", |happening| {
                    happening["event"] == "message_delivered" && happening["to"] == flooded.as_str()
                })
                .await;
            inbox::reply(&world.server, &budi.scope, conversation, "Tenang").await.expect("replies");
            until(&world.server, &budi, "the answer", async || {
                let messages = world.thread(&budi, conversation).await.messages;
                messages.iter().any(|message| message.state != Some(MessageState::Queued)).then_some(())
            })
            .await;
            is_answered.set(true);
        };
        tokio::join!(flood.buffer_unordered(WRITERS).for_each(|()| ready(())), answering);
        until(&world.server, &rani, "every message of the flood", async || {
            let unread: u64 = world.conversations(&rani).await.iter().map(|row| row.unread).sum();
            (unread == written.get()).then_some(())
        })
        .await;
    }
}
