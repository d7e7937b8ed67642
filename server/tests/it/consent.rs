//! Who wants messages and who does not: what they write is understood, kept as proof, and binds everybody.

use crate::support::{Member, Network, World, on_both, refusal, says, until};
use domain::{
    ContactId, ConversationId, Error, Field, Lang, PageRequest,
    consent::{ConsentForm, OptedOut, Wish, WishSource, own_words},
    error::Refusal,
    message::{Author, FailReason, MessageState},
    time::{MINUTE_MS, SECOND_MS},
};
use server::{
    consent,
    contact::{
        self,
        import::{self, Upload},
    },
    inbox,
};

const DEWI: &str = "6281255500142";

/// What became of the answers in a thread, in order.
async fn answers(world: &World, member: &Member, id: ConversationId) -> Vec<(Option<Author>, String, MessageState)> {
    let thread = world.thread(member, id).await;
    let answer = |m: domain::message::MessageView| Some((m.author, m.text, m.state?));
    thread.messages.into_iter().filter_map(answer).collect()
}

/// The ledger of a person: what they wished and how, the latest first.
async fn ledger(world: &World, member: &Member, contact: ContactId) -> Vec<(Wish, WishSource, String)> {
    let entries = consent::ledger(&world.server, &member.scope, contact).await.expect("opens");
    entries.into_iter().map(|entry| (entry.wish, entry.source, entry.words)).collect()
}

async fn list(world: &World, member: &Member) -> Vec<OptedOut> {
    consent::opted_out(&world.server, &member.scope, &PageRequest::first(50)).await.expect("lists").rows
}

fn file(name: &str, lines: &str) -> Upload {
    Upload { file_name: name.into(), bytes: lines.as_bytes().to_vec(), region: None }
}

async fn suppress(world: &World, member: &Member, lines: &str) -> (u64, u64, Vec<String>) {
    let done = consent::suppress(&world.server, &member.scope, lines).await.expect("takes");
    assert!(done.refused >= done.wrong.len() as u64);
    (done.added, done.already, done.wrong)
}

on_both! {
    async fn whoever_asks_to_stop_is_answered_once_and_hears_nothing_more(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let (number, phone) = world.connected(&rani, "CS").await;
        network.writes(DEWI, &phone, "Tolong berhenti ya kak").await;
        let dewi = until(server, &rani, "the answer", async || {
            let conversation = world.conversations(&rani).await.pop()?;
            let answers = answers(&world, &rani, conversation.id).await;
            matches!(&*answers, [(_, _, MessageState::Delivered | MessageState::Read)]).then_some(conversation)
        })
        .await;
        let told = answers(&world, &rani, dewi.id).await;
        assert_eq!((told[0].0, told[0].1.as_str()), (Some(Author::Bot), own_words(Wish::OptOut, Lang::Id)));
        let expected = [(Wish::OptOut, WishSource::Message, "Tolong berhenti ya kak".to_owned())];
        assert_eq!(ledger(&world, &rani, dewi.contact).await, expected);
        let row = list(&world, &rani).await.pop().expect("is listed");
        assert_eq!((row.contact, row.conversation), (dewi.contact, Some(dewi.id)));

        // Nobody writes to her, not even an agent.
        assert!(!world.thread(&rani, dewi.id).await.may_answer);
        let refused = refusal(inbox::reply(server, scope, dewi.id, "Yakin, kak?").await);
        assert_eq!(refused, Error::Refused(Refusal::OptedOut));
        let again = inbox::start(server, scope, number, DEWI).await.expect("opens");
        assert_eq!(again, dewi.id);

        // Said twice it is answered once; whatever else she writes may be answered by an agent.
        network.writes(DEWI, &phone, "STOP").await;
        network.writes(DEWI, &phone, "Pesanan saya sampai mana?").await;
        until(server, &rani, "the question", async || world.thread(&rani, dewi.id).await.may_answer.then_some(())).await;
        inbox::reply(server, scope, dewi.id, "Besok sampai, kak").await.expect("answers");
        until(server, &rani, "the way of the answer", async || {
            let sent = |answer: &(Option<Author>, String, MessageState)| {
                answer.0 == Some(Author::Agent) && answer.2 != MessageState::Queued
            };
            answers(&world, &rani, dewi.id).await.iter().any(sent).then_some(())
        })
        .await;
        assert_eq!(answers(&world, &rani, dewi.id).await.len(), 2);

        network.writes(DEWI, &phone, "MULAI").await;
        until(server, &rani, "the welcome", async || {
            let answers = answers(&world, &rani, dewi.id).await;
            answers.iter().any(|answer| answer.1 == own_words(Wish::OptIn, Lang::Id)).then_some(())
        })
        .await;
        assert!(list(&world, &rani).await.is_empty());
        let wishes: Vec<_> = ledger(&world, &rani, dewi.contact).await.into_iter().map(|entry| entry.0).collect();
        assert_eq!(wishes, [Wish::OptIn, Wish::OptOut, Wish::OptOut]);
    }

    async fn an_answer_that_waits_is_taken_back(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.hears(sender, DEWI, "A1", "Halo").await;
        let id = world.only_conversation(&rani).await.id;
        inbox::reply(&world.server, &rani.scope, id, "Ada promo, kak").await.expect("answers");
        world.clock.advance(SECOND_MS);
        world.hears(sender, DEWI, "A2", "stop").await;
        let claimed = world.claim(sender, 8).await;
        let last_word = own_words(Wish::OptOut, Lang::Id);
        assert_eq!(claimed.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), [last_word]);
        let thread = world.thread(&rani, id).await;
        let promo = thread.messages.iter().find(|message| message.text == "Ada promo, kak").expect("stays in the thread");
        assert_eq!((promo.state, promo.fail_reason), (Some(MessageState::Failed), Some(FailReason::OptedOut)));
    }

    async fn who_asks_for_messages_has_proved_it_once(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        for (id, text) in [("A1", "Mulai"), ("A2", "mulai kak"), ("A3", "Mulai jam berapa?")] {
            world.clock.advance(SECOND_MS);
            world.hears(sender, DEWI, id, text).await;
        }
        let conversation = world.only_conversation(&rani).await;
        let proof = [(Wish::OptIn, WishSource::Message, "Mulai".to_owned())];
        assert_eq!(ledger(&world, &rani, conversation.contact).await, proof);
        // Nothing has changed for her: nothing is answered.
        assert!(answers(&world, &rani, conversation.id).await.is_empty());
    }

    async fn said_again_it_holds_again(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let may_answer = async |n: u8, text: &str| {
            world.clock.advance(SECOND_MS);
            world.hears(sender, DEWI, &format!("A{n}"), text).await;
            let id = world.only_conversation(&rani).await.id;
            world.thread(&rani, id).await.may_answer
        };
        assert!(!may_answer(1, "stop").await);
        assert!(may_answer(2, "Pesanan saya mana?").await);
        assert!(!may_answer(3, "STOP").await, "the wish itself is nothing to be answered");
        assert_eq!(list(&world, &rani).await.len(), 1);
    }

    async fn a_tenant_says_it_in_its_own_words_or_not_at_all(world: World) {
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let sender = world.connected_number(&rani).await;
        let form = ConsentForm {
            out_words: " cukup sekian ".into(),
            out_answer: "Siap, sampai jumpa".into(),
            ..ConsentForm::default()
        };
        consent::change_setting(server, scope, form.clone()).await.expect("saves");
        world.hears(sender, DEWI, "A1", "Cukup sekian!").await;
        let id = world.only_conversation(&rani).await.id;
        let said: Vec<_> = answers(&world, &rani, id).await.into_iter().map(|answer| answer.1).collect();
        assert_eq!(said, ["Siap, sampai jumpa"]);
        assert_eq!(consent::setting(server, scope).await.expect("opens").out_words, "cukup sekian");

        consent::change_setting(server, scope, ConsentForm { answers: false, ..form }).await.expect("saves");
        world.hears(sender, "6281255500143", "B1", "berhenti").await;
        assert_eq!(list(&world, &rani).await.len(), 2);
        let quiet = world.conversations(&rani).await.into_iter().find(|row| row.id != id).expect("theirs");
        assert!(answers(&world, &rani, quiet.id).await.is_empty());
        let long = ConsentForm { out_words: "x\n".repeat(51), ..ConsentForm::default() };
        let refused = refusal(consent::change_setting(server, scope, long).await);
        assert_eq!(refused, Error::field("out_words", Field::TooManyLines { max: 50 }));
        // What one tenant says is no word of another's.
        let budi = world.sign_up("Budi").await;
        assert_eq!(consent::setting(server, &budi.scope).await.expect("opens"), ConsentForm::default());
    }

    async fn the_latest_wish_holds_however_late_it_comes(world: World) {
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        let sender = world.connected_number(&rani).await;
        world.hears(sender, DEWI, "A1", "Halo").await;
        let dewi = world.only_conversation(&rani).await;
        let written = says(DEWI, "A2", "stop", server.now());
        world.clock.advance(MINUTE_MS);
        consent::record(server, scope, dewi.contact, Wish::OptIn, "Lewat telepon").await.expect("records");
        // Written before she called, and on its way until now.
        inbox::receive(server, sender, vec![written]).await.expect("stores");
        assert!(list(&world, &rani).await.is_empty());
        assert_eq!(ledger(&world, &rani, dewi.contact).await.len(), 2, "both stand in the ledger");
        assert!(answers(&world, &rani, dewi.id).await.is_empty());
    }

    async fn a_member_writes_down_what_was_said_elsewhere(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let (server, scope) = (&world.server, &rani.scope);
        let contact = world.contacts(&rani, 1).await[0];
        consent::record(server, scope, contact, Wish::OptOut, " Di toko ").await.expect("records");
        let entry = consent::ledger(server, scope, contact).await.expect("opens").remove(0);
        assert_eq!((entry.wish, entry.words.as_str(), entry.member.as_deref()), (Wish::OptOut, "Di toko", Some("Rani")));
        let unproven = refusal(consent::record(server, scope, contact, Wish::OptIn, " ").await);
        assert_eq!(unproven, Error::field("note", Field::Required));
        assert_eq!(list(&world, &rani).await.len(), 1);
        for of_hers in [
            consent::record(server, &budi.scope, contact, Wish::OptIn, "Ya").await,
            consent::ledger(server, &budi.scope, contact).await.map(|_| ()),
        ] {
            assert_eq!(refusal(of_hers), Error::NotFound);
        }
        assert!(list(&world, &budi).await.is_empty());
        consent::record(server, scope, contact, Wish::OptIn, "Lewat telepon").await.expect("records");
        assert!(list(&world, &rani).await.is_empty());
    }

    async fn a_list_is_taken_given_back_and_outlives_an_import(world: World) {
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        world.contacts(&rani, 1).await;
        let lines = "Nomor,Nama\n0812-5550-0001;Dewi\n+62 812 5550 0002\n628\n\n6281255500002,dua kali\nbukan nomor";
        assert_eq!(suppress(&world, &rani, lines).await, (2, 0, vec!["628".into(), "bukan nomor".into()]));
        assert_eq!(suppress(&world, &rani, "081255500001\n081255500003").await, (1, 1, vec![]));
        assert_eq!(
            refusal(consent::suppress(server, scope, " \n ").await),
            Error::field("list", Field::Required)
        );
        let csv = String::from_utf8(consent::export(server, scope).await.expect("writes")).expect("text");
        let mut phones: Vec<_> = csv.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default()).collect();
        phones.sort_unstable();
        assert_eq!(phones, ["6281255500001", "6281255500002", "6281255500003"]);
        // What is given out can be taken in.
        let budi = world.sign_up("Budi").await;
        assert_eq!(suppress(&world, &budi, &csv).await, (3, 0, vec![]));

        // A file that knows nothing of it changes nothing.
        let file = file("baru.csv", "nama,hp\nAni,0812-5550-0003\nEko,081255500009\n");
        let done = import::import_file(server, scope, file).await.expect("imports");
        assert_eq!((done.counts.imported, done.counts.excluded), (2, 1));
        assert_eq!(list(&world, &rani).await.len(), 3);
    }

    async fn a_file_is_the_proof_where_it_says_so(world: World) {
        let rani = world.sign_up("Rani").await;
        let (server, scope) = (&world.server, &rani.scope);
        world.contacts(&rani, 1).await;
        let lines = "nama,hp,berhenti\nDewi,6281255500001,ya\nAni,6281255500002,ya\nEko,6281255500003,\n";
        import::import_file(server, scope, file("lama.csv", lines)).await.expect("imports");
        let mut proofs: Vec<_> = list(&world, &rani)
            .await
            .into_iter()
            .map(|row| row.proof.map(|entry| (entry.source, entry.words)).expect("a proof"))
            .collect();
        proofs.sort_by(|one, other| one.1.cmp(&other.1));
        assert_eq!(proofs, [(WishSource::File, "lama.csv:2".into()), (WishSource::File, "lama.csv:3".into())]);
        let page = contact::list(server, scope, &PageRequest::first(10)).await.expect("lists");
        assert_eq!(page.total, 3);
    }
}
