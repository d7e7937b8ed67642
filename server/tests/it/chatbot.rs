//! The chatbot: it answers once, whatever crashes, and never talks over a person.

use crate::support::{Member, World, on_both};
use domain::{
    ConversationId, Error, Field, Lang, RuleId,
    chatbot::{MatchKind, NewRule},
    consent::{Wish, own_words},
    error::TemplateMistake,
    message::Author,
    time::SECOND_MS,
};
use server::{chatbot, inbox};
use std::{
    pin::pin,
    task::{Context, Poll},
};

const DEWI: &str = "6281255500142";

fn rule(name: &str, keywords: &str, answer: &str) -> NewRule {
    let (name, keywords, answer) = (name.into(), keywords.into(), answer.into());
    NewRule { name, match_kind: MatchKind::Contains, keywords, answer, active: true }
}

async fn add(world: &World, member: &Member, new: NewRule) -> RuleId {
    chatbot::add(&world.server, &member.scope, new).await.expect("adds")
}

async fn tick(world: &World) {
    chatbot::engine::tick(&world.server).await.expect("ticks");
}

/// What the bot wrote in a conversation.
async fn answers(world: &World, member: &Member, id: ConversationId) -> Vec<String> {
    let said = world.said(member, id).await;
    said.into_iter().filter(|(author, _)| *author == Some(Author::Bot)).map(|(_, text)| text).collect()
}

on_both! {
    async fn a_rule_answers_once_however_often_the_engine_looks(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let id = add(&world, &rani, rule("Harga", "harga", "Mulai 150 ribu, {{nama|Kak}}.")).await;
        world.hears(sender, DEWI, "A1", "Harga kaosnya?").await;
        tick(&world).await;
        tick(&world).await;
        // The same message arrives again, as after a lost acknowledgement.
        world.hears(sender, DEWI, "A1", "Harga kaosnya?").await;
        tick(&world).await;
        let conversation = world.only_conversation(&rani).await.id;
        assert_eq!(answers(&world, &rani, conversation).await, ["Mulai 150 ribu, Kak."]);
        let rules = chatbot::list(&world.server, &rani.scope).await.expect("lists");
        assert_eq!((rules[0].id, rules[0].answered), (id, 1));
        assert_eq!(world.claim(sender, 8).await.len(), 1, "one message leaves");
    }

    async fn two_workers_answer_once(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        add(&world, &rani, rule("Harga", "harga", "150 ribu")).await;
        let other = world.another_process().await;
        for n in 0..5 {
            world.hears(sender, DEWI, &format!("A{n}"), "harga?").await;
            let (one, two) = tokio::join!(chatbot::engine::tick(&world.server), chatbot::engine::tick(&other));
            one.and(two).expect("both tick");
        }
        let conversation = world.only_conversation(&rani).await.id;
        assert_eq!(answers(&world, &rani, conversation).await.len(), 5);
    }

    async fn an_engine_that_is_cut_off_anywhere_answers_once(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        add(&world, &rani, rule("Harga", "harga", "150 ribu")).await;
        for polls in 0..12 {
            world.hears(sender, DEWI, &format!("A{polls}"), "harga?").await;
            cut_off_after(polls, chatbot::engine::tick(&world.server)).await;
            tick(&world).await;
        }
        let conversation = world.only_conversation(&rani).await.id;
        assert_eq!(answers(&world, &rani, conversation).await.len(), 12);
        let rules = chatbot::list(&world.server, &rani.scope).await.expect("lists");
        assert_eq!(rules[0].answered, 12);
    }

    async fn an_agent_silences_the_bot_until_it_is_handed_back(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        add(&world, &rani, rule("Harga", "harga", "150 ribu")).await;
        world.hears(sender, DEWI, "A1", "halo").await;
        let id = world.only_conversation(&rani).await.id;
        inbox::reply(&world.server, &rani.scope, id, "Dengan Rani, ada yang bisa dibantu?").await.expect("queues");
        assert!(world.only_conversation(&rani).await.bot_paused);
        world.clock.advance(SECOND_MS);
        world.hears(sender, DEWI, "A2", "harga?").await;
        tick(&world).await;
        assert_eq!(answers(&world, &rani, id).await, [] as [String; 0]);
        inbox::set_bot(&world.server, &rani.scope, id, true).await.expect("hands back");
        tick(&world).await;
        assert_eq!(answers(&world, &rani, id).await, [] as [String; 0], "what a person saw stays with them");
        world.clock.advance(SECOND_MS);
        world.hears(sender, DEWI, "A3", "harga?").await;
        tick(&world).await;
        assert_eq!(answers(&world, &rani, id).await, ["150 ribu"]);
    }

    async fn who_opted_out_gets_no_answer(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        add(&world, &rani, rule("Harga", "harga", "150 ribu")).await;
        world.hears(sender, DEWI, "A1", "BERHENTI").await;
        let conversation = world.only_conversation(&rani).await;
        world.clock.advance(SECOND_MS);
        world.hears(sender, DEWI, "A2", "harga?").await;
        tick(&world).await;
        let last_word = own_words(Wish::OptOut, Lang::Id);
        assert_eq!(answers(&world, &rani, conversation.id).await, [last_word], "and nothing of the bot's");
    }

    async fn the_first_rule_that_is_on_and_matches_answers(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let first = add(&world, &rani, rule("Umum", "harga", "umum")).await;
        let second = add(&world, &rani, rule("Grosir", "harga, grosir", "grosir")).await;
        let ask = async |n: u8| {
            world.clock.advance(SECOND_MS);
            world.hears(sender, DEWI, &format!("A{n}"), "harga grosir?").await;
            tick(&world).await;
            let conversation = world.only_conversation(&rani).await.id;
            answers(&world, &rani, conversation).await.pop().expect("an answer")
        };
        assert_eq!(ask(1).await, "umum");
        chatbot::shift(&world.server, &rani.scope, second, true).await.expect("moves");
        assert_eq!(ask(2).await, "grosir");
        chatbot::shift(&world.server, &rani.scope, second, true).await.expect("the first stays the first");
        chatbot::set_active(&world.server, &rani.scope, second, false).await.expect("switches off");
        assert_eq!(ask(3).await, "umum");
        assert!(chatbot::is_on(&world.server, &rani.scope).await.expect("asks"));
        chatbot::remove(&world.server, &rani.scope, first).await.expect("removes");
        assert!(!chatbot::is_on(&world.server, &rani.scope).await.expect("asks"));
    }

    async fn a_rule_is_refused_by_field(world: World) {
        let rani = world.sign_up("Rani").await;
        let refused = async |new| chatbot::add(&world.server, &rani.scope, new).await.map_err(Error::from).expect_err("refuses");
        let empty = refused(rule(" ", ",;", "")).await;
        for field in ["name", "keywords", "answer"] {
            assert!(empty.of_field(field).is_some(), "{field}");
        }
        let broken = refused(rule("Harga", "harga", "Halo {{nama")).await;
        let problem = Field::Template { at: 5, mistake: TemplateMistake::UnclosedVariable };
        assert_eq!(broken, Error::field("answer", problem));
    }

    async fn another_tenant_finds_no_rule(world: World) {
        let rani = world.sign_up("Rani").await;
        let id = add(&world, &rani, rule("Harga", "harga", "150 ribu")).await;
        let before = chatbot::list(&world.server, &rani.scope).await.expect("lists");
        let eve = world.sign_up("Eve").await;
        let (server, scope) = (&world.server, &eve.scope);
        assert_eq!(chatbot::list(server, scope).await.expect("lists"), []);
        let nothing = |answer: server::error::Result<()>| assert_eq!(answer.map_err(Error::from), Err(Error::NotFound));
        nothing(chatbot::update(server, scope, id, rule("Milikku", "x", "y")).await);
        nothing(chatbot::set_active(server, scope, id, false).await);
        nothing(chatbot::shift(server, scope, id, true).await);
        nothing(chatbot::remove(server, scope, id).await);
        assert_eq!(chatbot::list(server, &rani.scope).await.expect("lists"), before);
    }
}

/// Lets a piece of work be interrupted where it waits for the so-manieth time, as a killed process would be.
async fn cut_off_after<T>(polls: usize, work: impl Future<Output = T>) {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|context: &mut Context<'_>| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        work.as_mut().poll(context).map(drop)
    })
    .await;
}
