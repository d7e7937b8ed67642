//! The inbox: nothing that comes in is lost or doubled, and nobody reads another tenant's.

use crate::support::{on_both, says};
use domain::{
    ConversationId, Error, Field, NumberId,
    inbox::{ConversationCounts, ConversationStatus, ListView},
    message::{Author, Direction, MessageState},
    time::SECOND_MS,
};
use server::{
    inbox::{self, Received},
    outbox,
};

const DEWI: &str = "6281255500142";
const BUDI: &str = "6281255500143";

on_both! {
    async fn a_message_that_comes_twice_is_one(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let message = says(DEWI, "A1", "Halo", world.server.now());
        inbox::receive(&world.server, sender, vec![message.clone(), message.clone()]).await.expect("stores");
        world.clock.advance(SECOND_MS);
        inbox::receive(&world.server, sender, vec![message]).await.expect("stores");
        let conversation = world.only_conversation(&rani).await;
        assert_eq!(conversation.unread, 1);
        assert_eq!(world.said(&rani, conversation.id).await, [(None, "Halo".to_owned())]);
        assert_eq!(inbox::unread(&world.server, &rani.scope).await.expect("counts"), 1);
    }

    async fn phone_and_lid_told_together_are_one_thread(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        let both = Received { lid: Some("990001".into()), push_name: "Dewi".into(), ..says(DEWI, "A1", "satu", now) };
        let by_lid = Received { phone: None, lid: Some("990001".into()), ..says(DEWI, "A2", "dua", now) };
        let by_phone = says(DEWI, "A3", "tiga", now);
        inbox::receive(&world.server, sender, vec![both, by_lid, by_phone]).await.expect("stores");
        let conversation = world.only_conversation(&rani).await;
        assert_eq!((conversation.name.as_str(), conversation.unread), ("Dewi", 3));
        let texts: Vec<_> = world.said(&rani, conversation.id).await.into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["satu", "dua", "tiga"], "as they came, though the network told one second");
    }

    async fn an_answer_within_the_second_stands_below_the_question(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let id = inbox::start(&world.server, &rani.scope, sender.number, "0812 5550 0142").await.expect("opens");
        world.clock.advance(700);
        inbox::reply(&world.server, &rani.scope, id, "Halo Kak").await.expect("queues");
        let whole_second = domain::Millis(world.server.now().0 / SECOND_MS * SECOND_MS);
        inbox::receive(&world.server, sender, vec![says(DEWI, "A1", "Ya?", whole_second)]).await.expect("stores");
        let said = world.said(&rani, id).await;
        assert_eq!(said, [(Some(Author::Agent), "Halo Kak".to_owned()), (None, "Ya?".to_owned())]);
        let last = world.only_conversation(&rani).await.last.expect("a last message");
        assert_eq!((last.direction, last.preview.as_str()), (Direction::Incoming, "Ya?"));
    }

    async fn an_agent_answers_and_the_ticks_move(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.hears(sender, DEWI, "A1", "Masih ada?").await;
        let id = world.only_conversation(&rani).await.id;
        inbox::reply(&world.server, &rani.scope, id, "  Masih, Kak  ").await.expect("queues");
        let state = async || world.thread(&rani, id).await.messages.last().expect("the answer").state;
        assert_eq!(state().await, Some(MessageState::Queued));
        assert_eq!(world.only_conversation(&rani).await.unread, 0, "who answers has read");
        let claimed = world.claim(sender, 8).await;
        assert_eq!(claimed.iter().map(|c| c.body.as_str()).collect::<Vec<_>>(), ["Masih, Kak"]);
        let wa_id = claimed[0].wa_id.clone();
        outbox::accepted(&world.server, sender, vec![wa_id.clone()]).await.expect("accepts");
        assert_eq!(state().await, Some(MessageState::Sent));
        let answer = world.thread(&rani, id).await.messages.pop().expect("the answer");
        assert_eq!((answer.author, answer.author_name.as_deref()), (Some(Author::Agent), Some("Rani")));
    }

    async fn an_empty_answer_and_a_strange_number_are_refused_by_field(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let refused = inbox::start(&world.server, &rani.scope, sender.number, "12").await.map_err(Error::from);
        assert_eq!(refused, Err(Error::field("phone", Field::NotAPhone)));
        let id = inbox::start(&world.server, &rani.scope, sender.number, "+62 812-5550-0142").await.expect("opens");
        let again = inbox::start(&world.server, &rani.scope, sender.number, "081255500142").await.expect("opens");
        assert_eq!(again, id, "however the number is written");
        let refused = inbox::reply(&world.server, &rani.scope, id, " \n").await.map_err(Error::from);
        assert_eq!(refused, Err(Error::field("text", Field::Required)));
    }

    async fn the_views_hold_what_they_say(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.hears(sender, DEWI, "A1", "Halo").await;
        world.clock.advance(SECOND_MS);
        world.hears(sender, BUDI, "B1", "Siang").await;
        let newest_first = world.conversations(&rani).await;
        let (budi, dewi) = (newest_first[0].id, newest_first[1].id);
        inbox::mark_read(&world.server, &rani.scope, dewi).await.expect("marks");
        inbox::set_status(&world.server, &rani.scope, dewi, ConversationStatus::Resolved).await.expect("resolves");
        let ids = async |view, search: &str| {
            world.conversations_in(&rani, view, search).await.into_iter().map(|c| c.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(ListView::Open, "").await, [budi]);
        assert_eq!(ids(ListView::Unread, "").await, [budi]);
        assert_eq!(ids(ListView::Resolved, "").await, [dewi]);
        assert_eq!(ids(ListView::All, "").await, [budi, dewi]);
        assert_eq!(ids(ListView::All, "0812-5550-0142").await, [dewi]);
        assert_eq!(ids(ListView::All, "%").await, [] as [ConversationId; 0]);
        let counts = inbox::counts(&world.server, &rani.scope).await.expect("counts");
        assert_eq!(counts, ConversationCounts { open: 1, unread: 1, resolved: 1, all: 2 });
        world.clock.advance(SECOND_MS);
        world.hears(sender, DEWI, "A2", "Satu lagi").await;
        assert_eq!(ids(ListView::Open, "").await, [dewi, budi], "who writes again opens it again");
    }

    async fn a_long_thread_says_that_there_is_more(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let messages = (0..7).map(|n| says(DEWI, &format!("A{n}"), &n.to_string(), world.server.now() + n * 400));
        inbox::receive(&world.server, sender, messages.collect()).await.expect("stores");
        let id = world.only_conversation(&rani).await.id;
        let shown = inbox::thread(&world.server, &rani.scope, id, 5).await.expect("opens");
        let texts: Vec<_> = shown.messages.iter().map(|message| message.text.as_str()).collect();
        assert_eq!((texts, shown.older), (vec!["2", "3", "4", "5", "6"], true));
        assert!(!inbox::thread(&world.server, &rani.scope, id, 7).await.expect("opens").older);
    }

    async fn another_tenant_finds_nothing(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.hears(sender, DEWI, "A1", "Halo").await;
        let conversation = world.only_conversation(&rani).await;
        let (id, contact) = (conversation.id, conversation.contact);
        let eve = world.sign_up("Eve").await;
        let (server, scope) = (&world.server, &eve.scope);
        assert_eq!(world.conversations(&eve).await.len(), 0);
        assert_eq!(inbox::unread(server, scope).await.expect("counts"), 0);
        assert_eq!(inbox::counts(server, scope).await.expect("counts"), ConversationCounts::default());
        assert_eq!(inbox::of_contact(server, scope, contact).await.expect("asks"), None);
        let nothing = |answer: server::error::Result<()>| assert_eq!(answer.map_err(Error::from), Err(Error::NotFound));
        nothing(inbox::get(server, scope, id).await.map(drop));
        nothing(inbox::thread(server, scope, id, 50).await.map(drop));
        nothing(inbox::reply(server, scope, id, "hai").await.map(drop));
        nothing(inbox::set_status(server, scope, id, ConversationStatus::Resolved).await);
        nothing(inbox::set_bot(server, scope, id, false).await);
        nothing(inbox::start(server, scope, sender.number, DEWI).await.map(drop));
        nothing(inbox::start(server, scope, world.server.new_id::<NumberId>(), DEWI).await.map(drop));
        nothing(inbox::mark_read(server, scope, id).await);
        assert_eq!(world.only_conversation(&rani).await, conversation, "and changed nothing");
    }
}
