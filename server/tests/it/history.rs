//! What becomes of a history when it is stored, in whatever order its parts come.

use crate::support::{Member, World, on_both, says};
use domain::{
    Millis,
    message::{Direction, MessageState, MessageView},
    time::{DAY_MS, MINUTE_MS, SECOND_MS},
};
use server::{
    chatbot, contact,
    inbox::{
        self, Received,
        history::{self, Brought, Chat, Past, Reaction},
    },
    number,
    outbox::Sender,
    whatsapp::content::Said,
};

const RINA: &str = "6281311110001";

/// The messages of the one conversation.
async fn messages(world: &World, member: &Member) -> Vec<MessageView> {
    let id = world.only_conversation(member).await.id;
    inbox::thread(&world.server, &member.scope, id, 5_000).await.expect("opens").messages
}

/// A message of a person as a history tells it.
fn past(wa_id: &str, text: &str, at: Millis) -> Past {
    Past {
        message: says(RINA, wa_id, text, at),
        order: at.0,
        state: MessageState::Sent,
        is_deleted: false,
        reactions: Vec::new(),
    }
}

/// The chat with Rina.
fn chat(messages: Vec<Past>) -> Chat {
    let who = messages.first().map(|past| past.message.phone.clone());
    let who = contact::Identity { phone: who.flatten(), lid: None, push_name: "Rina".into() };
    Chat { who, saved_name: String::new(), unread: 0, messages }
}

async fn take_in(world: &World, sender: Sender, chat: Chat) -> Brought {
    history::take_in(&world.server, sender, chat, &mut 0).await.expect("stores")
}

on_both! {
    async fn what_the_network_brings_after_the_history_counts_as_written_now(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.answers_everything(&rani).await;
        let now = world.server.now();
        let told = Chat { unread: 1, ..chat(vec![past("A1", "Apa ada?", now)]) };
        assert_eq!(take_in(&world, sender, told.clone()).await.messages, 1);
        chatbot::engine::tick(&world.server).await.expect("ticks");
        let queued = async || number::get(&world.server, &rani.scope, sender.number).await.expect("asks").queued;
        assert_eq!(queued().await, 0, "nobody answers what was told");
        for fresh in [1, 0] {
            let received = inbox::receive(&world.server, sender, vec![says(RINA, "A1", "Apa ada?", now)]).await;
            assert_eq!(received.expect("stores"), fresh);
        }
        let Brought { messages, known, .. } = take_in(&world, sender, told).await;
        assert_eq!((messages, known), (0, 1));
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.unread, world.said(&rani, row.id).await.len()), (1, 1));
        chatbot::engine::tick(&world.server).await.expect("ticks");
        assert_eq!(queued().await, 1, "what was written is answered, once");
    }

    async fn parts_may_come_in_any_order_and_again(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let begin = world.server.now() - DAY_MS;
        // Three of each second, so that parts end within one.
        let said = |number: i64| {
            let at = begin + number / 3 * SECOND_MS;
            Past { order: number, ..past(&format!("A{number}"), &format!("Pesan {number:03}"), at) }
        };
        let part = |from: i64, until: i64| Chat { unread: 7, ..chat((from..until).map(said).collect()) };
        for (from, until, fresh) in [(0, 40, 40), (80, 100, 20), (40, 80, 40), (30, 90, 0)] {
            assert_eq!(take_in(&world, sender, part(from, until)).await.messages, fresh);
        }
        let row = world.only_conversation(&rani).await;
        let texts: Vec<_> = messages(&world, &rani).await.into_iter().map(|message| message.text).collect();
        let expected: Vec<_> = (0..100).map(|number| format!("Pesan {number:03}")).collect();
        assert_eq!(texts, expected);
        assert_eq!((row.unread, row.last.expect("a message").preview.as_str()), (7, "Pesan 099"));
    }

    /// The clock of whoever tells may stand a second before the network's.
    async fn what_came_on_the_stroke_of_a_second_keeps_its_place(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let second = Millis((world.server.now() - MINUTE_MS).0.div_euclid(SECOND_MS) * SECOND_MS);
        inbox::receive(&world.server, sender, vec![says(RINA, "A2", "Dua", second)]).await.expect("stores");
        let told = [("A1", "Satu", -1), ("A2", "Dua", -1), ("A3", "Tiga", 0)];
        let told = told.into_iter().enumerate().map(|(order, (wa_id, text, seconds))| {
            let order = i64::try_from(order).expect("few");
            Past { order, ..past(wa_id, text, second + seconds * SECOND_MS) }
        });
        assert_eq!(take_in(&world, sender, chat(told.collect())).await.messages, 2);
        let texts: Vec<_> = messages(&world, &rani).await.into_iter().map(|message| message.text).collect();
        assert_eq!(texts, ["Satu", "Dua", "Tiga"]);
    }

    async fn what_became_of_a_message_since_is_told_as_well(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now() - MINUTE_MS;
        world.hears(sender, RINA, "A1", "Sandi saya 1234").await;
        let thumb = Reaction { from_me: true, emoji: "👍".into(), at: now };
        let own = Past { state: MessageState::Delivered, ..past("A3", "Siap", now) };
        let own = Past { message: Received { from_me: true, ..own.message.clone() }, ..own };
        let nothing = Past { message: Received { said: Said::Nothing, ..says(RINA, "A1", "", now) }, ..past("", "", now) };
        let told = vec![
            Past { is_deleted: true, ..nothing },
            Past { reactions: vec![thumb], ..past("A2", "Terima kasih", now) },
            own,
        ];
        take_in(&world, sender, chat(told)).await;
        let shown = messages(&world, &rani).await;
        let find = |text: &str| shown.iter().find(|message| message.text == text).expect("it is there");
        assert!(find("").is_deleted, "its words are gone here too");
        let from: Vec<_> = find("Terima kasih").reactions.iter().map(|reaction| reaction.from).collect();
        assert_eq!(from, [Direction::Outgoing]);
        assert_eq!(find("Siap").state, Some(MessageState::Delivered));
        assert_eq!(shown.len(), 3);
    }

    async fn another_owner_of_the_session_ends_the_taking_in(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let old = Sender { fence: sender.fence - 1, ..sender };
        let told = chat(vec![past("A1", "Halo", world.server.now())]);
        let refused = history::take_in(&world.server, old, told, &mut 0).await;
        assert!(matches!(refused, Err(server::error::Error::Stale(_))), "{refused:?}");
        assert_eq!(world.conversations(&rani).await.len(), 0);
    }
}
