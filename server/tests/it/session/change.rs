//! What people do to messages after they wrote them, and messages that cannot be read at first: over the real protocol.

use crate::support::{Member, Network, World, on_both, says, until};
use domain::{
    ConversationId,
    chatbot::{MatchKind, NewRule},
    message::{Direction, MessageKind, MessageState, MessageView, Quote, Reaction},
};
use serde_json::json;
use server::{
    chatbot,
    inbox::{self, Received},
    whatsapp::content::{Change, Content, Said},
};

const RINA: &str = "6281311110001";

/// The messages of the one conversation, once they are as wanted.
async fn thread(
    world: &World,
    member: &Member,
    what: &str,
    wanted: impl Fn(&[MessageView]) -> bool,
) -> (ConversationId, Vec<MessageView>) {
    until(&world.server, member, what, async || {
        let id = world.conversations(member).await.first()?.id;
        let messages = world.thread(member, id).await.messages;
        wanted(&messages).then_some((id, messages))
    })
    .await
}

on_both! {
    async fn what_a_person_changes_and_takes_back_is_changed_and_gone(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let phone = world.connected(&rani, "CS").await.1;
        let order = network.says(RINA, &phone, json!({"text": "Pesan dua"})).await;
        let secret = network.says(RINA, &phone, json!({"text": "Sandi saya 1234"})).await;
        network.says(RINA, &phone, json!({"edit": {"of": order, "text": "Pesan tiga"}})).await;
        network.says(RINA, &phone, json!({"delete": secret})).await;
        let done = |messages: &[MessageView]| messages.last().is_some_and(|message| message.is_deleted);
        let (id, messages) = thread(&world, &rani, "the changes", done).await;
        let shown: Vec<_> = messages.iter().map(|m| (m.text.as_str(), m.edited_at.is_some(), m.is_deleted)).collect();
        assert_eq!(shown, [("Pesan tiga", true, false), ("", false, true)]);
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.id, row.unread), (id, 2), "changes are no messages");
        assert!(row.last.is_some_and(|last| last.is_deleted && last.preview.is_empty()));
    }

    async fn reactions_and_answers_stand_with_their_message(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let phone = world.connected(&rani, "CS").await.1;
        let question = network.says(RINA, &phone, json!({"text": "Masih ada?"})).await;
        let (id, _) = thread(&world, &rani, "the question", |messages| messages.len() == 1).await;
        inbox::reply(&world.server, &rani.scope, id, "Masih, Kak").await.expect("queues");
        let read = |messages: &[MessageView]| {
            messages.iter().any(|m| matches!(m.state, Some(MessageState::Delivered | MessageState::Read)))
        };
        thread(&world, &rani, "that it has arrived", read).await;
        let chat = network.ask(&format!("people/{RINA}/chats/{phone}")).await;
        let answer = chat["messages"][1]["id"].as_str().expect("the answer").to_owned();
        network.says(RINA, &phone, json!({"reaction": {"to": answer, "emoji": "👍"}})).await;
        network.says(RINA, &phone, json!({"reaction": {"to": answer, "emoji": "❤️"}})).await;
        network.says(RINA, &phone, json!({"reaction": {"to": question, "emoji": "🙏"}})).await;
        network.says(RINA, &phone, json!({"reaction": {"to": question, "emoji": ""}})).await;
        network.says(RINA, &phone, json!({"text": "Oke", "quote": answer})).await;
        let (_, messages) = thread(&world, &rani, "the answer to the answer", |messages| messages.len() == 3).await;
        let heart = Reaction { from: Direction::Incoming, emoji: "❤️".into() };
        // The clocks of the world and of the network differ, and so does the order.
        let said = |text: &str| messages.iter().find(|message| message.text == text).expect("it is there");
        assert_eq!(said("Masih, Kak").reactions, [heart]);
        assert_eq!((said("Masih ada?").reactions.as_slice(), said("Oke").reactions.as_slice()), (&[][..], &[][..]));
        let quote = Quote {
            direction: Some(Direction::Outgoing),
            kind: MessageKind::Text,
            text: "Masih, Kak".into(),
            is_deleted: false,
        };
        assert_eq!(said("Oke").quote, Some(quote));
        assert_eq!(world.only_conversation(&rani).await.unread, 1, "only the words count");
    }

    async fn a_message_that_cannot_be_read_at_first_is_there_once_with_its_words(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let phone = world.connected(&rani, "CS").await.1;
        network.fault(json!({"kind": "undecryptable", "count": 1})).await;
        network.writes(RINA, &phone, "Bisa dibaca?").await;
        let is_read = |messages: &[MessageView]| messages.iter().any(|message| message.kind == MessageKind::Text);
        let (_, messages) = thread(&world, &rani, "the words", is_read).await;
        assert_eq!(messages.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), ["Bisa dibaca?"]);
        assert_eq!(world.only_conversation(&rani).await.unread, 1);
    }

    async fn a_placeholder_waits_in_its_place_and_the_bot_with_it(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let (name, keywords, answer) = ("Baca".into(), "dibaca".into(), "Bisa".into());
        let rule = NewRule { name, match_kind: MatchKind::Contains, keywords, answer, active: true };
        chatbot::add(&world.server, &rani.scope, rule).await.expect("adds");
        let now = world.server.now();
        let lost = Content { kind: MessageKind::Undecryptable, text: String::new(), file: None, quote: None };
        let lost = Received { said: Said::Message(lost), ..says(RINA, "A1", "", now) };
        inbox::receive(&world.server, sender, vec![lost.clone(), says(RINA, "A2", "Halo?", now + 1)]).await.expect("stores");
        let id = world.only_conversation(&rani).await.id;
        let shown = async || -> Vec<_> {
            let messages = world.thread(&rani, id).await.messages;
            messages.into_iter().map(|message| (message.kind, message.text)).collect()
        };
        assert_eq!(shown().await, [(MessageKind::Undecryptable, String::new()), (MessageKind::Text, "Halo?".into())]);
        chatbot::engine::tick(&world.server).await.expect("ticks");
        let read = says(RINA, "A1", "Bisa dibaca?", now);
        inbox::receive(&world.server, sender, vec![read.clone(), lost, read]).await.expect("stores");
        let expected = ["Bisa dibaca?", "Halo?"].map(|text| (MessageKind::Text, text.to_owned()));
        assert_eq!(shown().await, expected);
        assert_eq!(world.only_conversation(&rani).await.unread, 2);
        chatbot::engine::tick(&world.server).await.expect("ticks");
        let answers = world.claim(sender, 8).await;
        assert_eq!(answers.iter().map(|answer| answer.body.as_str()).collect::<Vec<_>>(), ["Bisa"], "once it could read");
    }

    async fn a_deletion_that_could_not_be_read_at_first_leaves_nothing_behind(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        world.hears(sender, RINA, "A1", "Sandi saya 1234").await;
        let lost = Content { kind: MessageKind::Undecryptable, text: String::new(), file: None, quote: None };
        let lost = Received { said: Said::Message(lost), ..says(RINA, "D1", "", now + 1) };
        inbox::receive(&world.server, sender, vec![lost]).await.expect("stores");
        assert_eq!(world.only_conversation(&rani).await.unread, 2);
        let delete = Said::Change(Change::Deleted { of: "A1".into() });
        inbox::receive(&world.server, sender, vec![Received { said: delete, ..says(RINA, "D1", "", now + 1) }])
            .await
            .expect("stores");
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.unread, row.last.map(|last| last.is_deleted)), (1, Some(true)));
        let messages = world.thread(&rani, row.id).await.messages;
        assert_eq!(messages.iter().map(|message| message.is_deleted).collect::<Vec<_>>(), [true]);
    }

    async fn nobody_changes_the_words_of_others(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        world.hears(sender, RINA, "A1", "Satu").await;
        let id = world.only_conversation(&rani).await.id;
        inbox::reply(&world.server, &rani.scope, id, "Dua").await.expect("queues");
        let ours = world.claim(sender, 1).await.remove(0).wa_id;
        let change = |from_me, wa_id: &str, change| Received {
            from_me,
            said: Said::Change(change),
            ..says(RINA, wa_id, "", now)
        };
        let strange = vec![
            change(false, "C1", Change::Deleted { of: ours.clone() }),
            change(false, "C2", Change::Edited { of: ours, kind: MessageKind::Text, text: "Gratis".into() }),
            change(true, "C3", Change::Deleted { of: "A1".into() }),
            change(false, "C4", Change::Deleted { of: "nothing".into() }),
            change(false, "C5", Change::Reacted { to: "nothing".into(), own: true, emoji: "👍".into() }),
        ];
        inbox::receive(&world.server, sender, strange).await.expect("takes them");
        let texts: Vec<_> = world.said(&rani, id).await.into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["Satu", "Dua"]);
    }

    async fn a_change_that_comes_late_changes_nothing(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        world.hears(sender, RINA, "A1", "satu").await;
        let id = world.only_conversation(&rani).await.id;
        let change = |at, change| Received { said: Said::Change(change), ..says(RINA, "C", "", at) };
        let edited = |words: &str| Change::Edited { of: "A1".into(), kind: MessageKind::Text, text: words.into() };
        let reacted = |emoji: &str| Change::Reacted { to: "A1".into(), own: true, emoji: emoji.into() };
        let changes = vec![
            change(now + 2_000, edited("tiga")),
            change(now + 1_000, edited("dua")),
            change(now + 2_000, reacted("")),
            change(now + 1_000, reacted("👍")),
        ];
        inbox::receive(&world.server, sender, changes).await.expect("takes them");
        let message = world.thread(&rani, id).await.messages.remove(0);
        assert_eq!((message.text.as_str(), message.reactions.as_slice()), ("tiga", [].as_slice()));
        let gone = vec![change(now, Change::Deleted { of: "A1".into() }), change(now + 9_000, edited("empat"))];
        inbox::receive(&world.server, sender, gone).await.expect("takes them");
        let message = world.thread(&rani, id).await.messages.remove(0);
        assert_eq!((message.text.as_str(), message.is_deleted), ("", true), "what is gone stays gone");
    }
}
