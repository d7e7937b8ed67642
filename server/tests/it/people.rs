//! People whom WhatsApp tells of twice, by phone number and by LID: one person, one thread, and two again when need be.

use crate::support::{Member, World, on_both, says};
use domain::{
    ContactId, ConversationId, Error, Millis, PageRequest,
    consent::{Wish, WishSource},
    inbox::{ConversationStatus, ListView},
    message::MessageKind,
    time::MINUTE_MS,
};
use server::{
    consent, contact,
    inbox::{self, Received},
    outbox::Sender,
    whatsapp::content::{Change, Content, Said},
};

const DEWI: &str = "6281255500142";
const LID: &str = "99000142";

/// Somebody of whom only the LID is known.
fn hidden(wa_id: &str, text: &str, at: Millis) -> Received {
    Received { phone: None, lid: Some(LID.into()), ..says(DEWI, wa_id, text, at) }
}

/// The same person, of whom both are known.
fn known(wa_id: &str, text: &str, at: Millis) -> Received {
    Received { lid: Some(LID.into()), ..says(DEWI, wa_id, text, at) }
}

async fn hears(world: &World, sender: Sender, messages: Vec<Received>) {
    inbox::receive(&world.server, sender, messages).await.expect("stores");
}

/// Every conversation by what is written in it, the newest first.
async fn threads(world: &World, member: &Member) -> Vec<(ConversationId, Vec<String>)> {
    let mut threads = Vec::new();
    for conversation in world.conversations(member).await {
        let said = world.said(member, conversation.id).await;
        threads.push((conversation.id, said.into_iter().map(|(_, text)| text).collect()));
    }
    threads
}

async fn merged(world: &World, member: &Member, id: ConversationId) -> Vec<ContactId> {
    let panel = world.thread(member, id).await.contact;
    panel.merged.into_iter().map(|merged| merged.contact).collect()
}

/// A thread under the phone number, one under the LID, and the word that both are one; the two conversations.
async fn one_of_two(world: &World, member: &Member, sender: Sender) -> (ConversationId, ConversationId) {
    let now = world.server.now();
    hears(world, sender, vec![says(DEWI, "A1", "satu", now)]).await;
    let by_phone = world.only_conversation(member).await.id;
    hears(world, sender, vec![hidden("A2", "dua", now + MINUTE_MS), says(DEWI, "A3", "tiga", now + 2 * MINUTE_MS)])
        .await;
    let both = world.conversations(member).await;
    let by_lid = both.iter().find(|one| one.id != by_phone).expect("another thread").id;
    hears(world, sender, vec![known("A4", "empat", now + 3 * MINUTE_MS)]).await;
    (by_phone, by_lid)
}

on_both! {
    async fn both_threads_become_one_in_order(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let (by_phone, by_lid) = one_of_two(&world, &rani, sender).await;
        let all = ["satu", "dua", "tiga", "empat"].map(String::from).to_vec();
        assert_eq!(threads(&world, &rani).await, [(by_phone, all)]);
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.unread, row.last.expect("a message").preview.as_str()), (4, "empat"));
        assert_eq!(contact::list(&world.server, &rani.scope, &PageRequest::first(10)).await.expect("lists").total, 1);
        // From now on the LID alone leads there.
        hears(&world, sender, vec![hidden("A5", "lima", world.server.now() + 4 * MINUTE_MS)]).await;
        assert_eq!(world.only_conversation(&rani).await.id, by_phone);

        // Whoever has the old address open goes on there.
        assert_eq!(world.thread(&rani, by_lid).await.conversation.id, by_phone);
        inbox::reply(&world.server, &rani.scope, by_lid, "Siap, Kak").await.expect("answers");
        inbox::set_status(&world.server, &rani.scope, by_lid, ConversationStatus::Resolved).await.expect("resolves");
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.status, row.unread), (ConversationStatus::Resolved, 0));
        let claimed = world.claim(sender, 8).await;
        assert_eq!((claimed[0].phone.as_deref(), claimed[0].lid.as_deref()), (Some(DEWI), Some(LID)));
    }

    async fn a_thread_without_a_twin_only_gets_its_number(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        hears(&world, sender, vec![hidden("A1", "satu", now)]).await;
        let before = world.only_conversation(&rani).await;
        assert_eq!((before.name.as_str(), before.phone), ("~0142", None));
        hears(&world, sender, vec![known("A2", "dua", now + MINUTE_MS)]).await;
        let after = world.only_conversation(&rani).await;
        assert_eq!((after.id, after.phone.map(|phone| phone.digits().to_owned()).as_deref()), (before.id, Some(DEWI)));
        let search = PageRequest { search: "0812555".into(), ..PageRequest::first(10) };
        let found = contact::list(&world.server, &rani.scope, &search);
        assert_eq!(found.await.expect("lists").total, 1, "it is found by its number");
    }

    async fn what_came_under_both_is_there_once_and_what_waits_still_leaves(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        hears(&world, sender, vec![hidden("A1", "satu", now)]).await;
        let by_lid = world.only_conversation(&rani).await.id;
        world.clock.advance(MINUTE_MS / 2);
        inbox::reply(&world.server, &rani.scope, by_lid, "Halo").await.expect("answers");
        hears(&world, sender, vec![says(DEWI, "A1", "satu", now), known("A2", "dua", now + MINUTE_MS)]).await;
        let [(_, texts)] = &*threads(&world, &rani).await else { panic!("one thread") };
        assert_eq!(texts, &["satu", "Halo", "dua"]);
        let claimed = world.claim(sender, 8).await;
        assert_eq!(claimed.iter().map(|one| one.body.as_str()).collect::<Vec<_>>(), ["Halo"]);
        assert_eq!(claimed[0].phone.as_deref(), Some(DEWI));
    }

    async fn separated_each_has_what_was_theirs_and_nobody_joins_them_again(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let (by_phone, by_lid) = one_of_two(&world, &rani, sender).await;
        let [gone] = *merged(&world, &rani, by_phone).await else { panic!("one contact became part of it") };
        inbox::separate(&world.server, &rani.scope, gone).await.expect("separates");
        let theirs = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected = [(by_phone, theirs(&["satu", "tiga", "empat"])), (by_lid, theirs(&["dua"]))];
        assert_eq!(threads(&world, &rani).await, expected);
        assert!(merged(&world, &rani, by_phone).await.is_empty());
        let now = world.server.now();
        hears(&world, sender, vec![known("A6", "enam", now + 6 * MINUTE_MS), hidden("A7", "tujuh", now + 7 * MINUTE_MS)]).await;
        let expected = [(by_lid, theirs(&["dua", "tujuh"])), (by_phone, theirs(&["satu", "tiga", "empat", "enam"]))];
        assert_eq!(threads(&world, &rani).await, expected);
        let again = inbox::separate(&world.server, &rani.scope, gone).await.map_err(Error::from);
        assert_eq!(again, Err(Error::NotFound));
    }

    async fn a_conversation_that_only_moved_moves_back(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 142).await;
        let now = world.server.now();
        hears(&world, sender, vec![hidden("A1", "satu", now)]).await;
        let id = world.only_conversation(&rani).await.id;
        // Imported before, never written to: the word comes with something that leaves no message.
        let phone = "6281255500142";
        let delete = Said::Change(Change::Deleted { of: "nothing".into() });
        let change = Received { lid: Some(LID.into()), said: delete, ..says(phone, "C1", "", now) };
        hears(&world, sender, vec![change]).await;
        assert_eq!(world.only_conversation(&rani).await.phone, None, "nobody learns from what changes nothing");
        hears(&world, sender, vec![known("A1", "satu", now)]).await;
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.id, row.phone.map(|phone| phone.digits().to_owned()).as_deref()), (id, Some(phone)));
        let [gone] = *merged(&world, &rani, id).await else { panic!("one contact became part of it") };
        inbox::separate(&world.server, &rani.scope, gone).await.expect("separates");
        let row = world.only_conversation(&rani).await;
        assert_eq!((row.id, row.phone), (id, None));
    }

    async fn a_lid_that_went_to_another_number_takes_no_thread_along(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        hears(&world, sender, vec![known("A1", "satu", now)]).await;
        let moved = Received { lid: Some(LID.into()), ..says("6281255500999", "A2", "dua", now + MINUTE_MS) };
        hears(&world, sender, vec![moved]).await;
        let texts: Vec<_> = threads(&world, &rani).await.into_iter().map(|(_, texts)| texts).collect();
        assert_eq!(texts, [["dua"], ["satu"]], "answers go to the number that wrote");
        hears(&world, sender, vec![hidden("A3", "tiga", now + 2 * MINUTE_MS)]).await;
        assert_eq!(threads(&world, &rani).await[0].1, ["dua", "tiga"]);
        // And the number gets another one.
        let renewed = Received { lid: Some("99000777".into()), ..says(DEWI, "A4", "empat", now + 3 * MINUTE_MS) };
        hears(&world, sender, vec![renewed]).await;
        let by_lid = Received { lid: Some("99000777".into()), ..hidden("A5", "lima", now + 4 * MINUTE_MS) };
        hears(&world, sender, vec![by_lid]).await;
        assert_eq!(threads(&world, &rani).await[0].1, ["satu", "empat", "lima"]);
        // Somebody known under another one gets a LID that was somebody else's.
        let again = Received { lid: Some("99000777".into()), ..says("6281255500999", "A6", "enam", now + 5 * MINUTE_MS) };
        let by_lid = Received { lid: Some("99000777".into()), ..hidden("A7", "tujuh", now + 6 * MINUTE_MS) };
        hears(&world, sender, vec![again, by_lid]).await;
        assert_eq!(threads(&world, &rani).await[0].1, ["dua", "tiga", "enam", "tujuh"]);
        assert_eq!(world.conversations(&rani).await.len(), 2);
    }

    async fn who_asked_not_to_be_written_to_stays_so(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        hears(&world, sender, vec![hidden("A1", "STOP", now)]).await;
        hears(&world, sender, vec![says(DEWI, "A2", "dua", now + 1), known("A3", "tiga", now + MINUTE_MS)]).await;
        let panel = world.thread(&rani, world.only_conversation(&rani).await.id).await.contact;
        assert_eq!(panel.opted_out_at, Some(now));
        let ledger: Vec<_> = panel.consent.iter().map(|entry| (entry.wish, entry.words.as_str())).collect();
        assert_eq!(ledger, [(Wish::OptOut, "STOP")], "said under the other address");
    }

    async fn unread_messages_stay_unread_whoever_they_belong_to(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        // One message came under both.
        hears(&world, sender, vec![says(DEWI, "A1", "satu", now), hidden("A1", "satu", now)]).await;
        hears(&world, sender, vec![hidden("A2", "dua", now + MINUTE_MS), known("A3", "tiga", now + 2 * MINUTE_MS)]).await;
        let joined = world.only_conversation(&rani).await;
        assert_eq!(joined.unread, 3);
        let [gone] = *merged(&world, &rani, joined.id).await else { panic!("one contact became part of it") };
        inbox::separate(&world.server, &rani.scope, gone).await.expect("separates");
        let unread: Vec<_> = world.conversations(&rani).await.into_iter().map(|one| (one.id == joined.id, one.unread)).collect();
        assert_eq!(unread, [(true, 2), (false, 1)]);
    }

    async fn words_are_kept_whichever_contact_has_them(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let now = world.server.now();
        let lost = Content { kind: MessageKind::Undecryptable, text: String::new(), file: None, quote: None };
        let lost = Received { said: Said::Message(lost), ..says(DEWI, "A1", "", now) };
        hears(&world, sender, vec![lost, hidden("A1", "satu", now), known("A2", "dua", now + MINUTE_MS)]).await;
        let [(_, texts)] = &*threads(&world, &rani).await else { panic!("one thread") };
        assert_eq!(texts, &["satu", "dua"]);
    }

    async fn what_somebody_takes_back_is_gone_under_either_address(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 142).await;
        let now = world.server.now();
        hears(&world, sender, vec![hidden("A1", "Sandi saya 1234", now)]).await;
        let delete = Said::Change(Change::Deleted { of: "A1".into() });
        hears(&world, sender, vec![Received { said: delete, ..known("C1", "", now + MINUTE_MS) }]).await;
        let id = world.only_conversation(&rani).await.id;
        let message = world.thread(&rani, id).await.messages.remove(0);
        assert_eq!((message.is_deleted, message.text.as_str()), (true, ""));
    }

    async fn a_separation_holds_what_it_promises(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let (by_phone, by_lid) = one_of_two(&world, &rani, sender).await;
        let now = world.server.now();
        let whole = world.only_conversation(&rani).await.contact;
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        consent::opt_out(&world.server, &mut tx, whole, WishSource::Message, "STOP").await.expect("stores");
        tx.commit().await.expect("commits");
        // The account behind the number is another one meanwhile: the old LID is nobody's.
        let renewed = Received { lid: Some("99000777".into()), ..says(DEWI, "A5", "lima", now + 5 * MINUTE_MS) };
        hears(&world, sender, vec![renewed]).await;
        let [gone] = *merged(&world, &rani, by_phone).await else { panic!("one contact became part of it") };
        let (one, other) = tokio::join!(
            inbox::separate(&world.server, &rani.scope, gone),
            inbox::separate(&world.server, &rani.scope, gone)
        );
        let refused: Vec<_> = [one, other].into_iter().filter_map(Result::err).map(Error::from).collect();
        assert_eq!(refused, [Error::NotFound], "two clicks are one");
        assert_eq!(world.thread(&rani, by_lid).await.contact.opted_out_at, Some(now), "the wish is of both");
        hears(&world, sender, vec![hidden("A6", "enam", now + 6 * MINUTE_MS)]).await;
        assert_eq!(threads(&world, &rani).await[0], (by_lid, ["dua", "enam"].map(String::from).to_vec()));
        inbox::reply(&world.server, &rani.scope, by_lid, "Halo").await.expect("answers");
        assert_eq!(world.claim(sender, 8).await[0].lid.as_deref(), Some(LID));
    }

    async fn two_processes_and_an_agent_at_that_moment_lose_nothing(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 142).await;
        let now = world.server.now();
        hears(&world, sender, vec![hidden("A1", "satu", now)]).await;
        let id = world.only_conversation(&rani).await.id;
        let other = world.another_process().await;
        let one = inbox::receive(&world.server, sender, vec![known("A2", "dua", now + MINUTE_MS)]);
        let two = inbox::receive(&other, sender, vec![known("A3", "tiga", now + 2 * MINUTE_MS)]);
        let three = inbox::receive(&other, sender, vec![hidden("A4", "empat", now + 3 * MINUTE_MS)]);
        let answers = (0..4).map(|n| {
            let (server, scope) = (world.server.clone(), rani.scope.clone());
            async move { inbox::reply(&server, &scope, id, &format!("jawab {n}")).await }
        });
        let (one, two, three, answers) = tokio::join!(one, two, three, futures::future::join_all(answers));
        (one.and(two).and(three)).expect("stores");
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("answers")).collect();
        let all = threads(&world, &rani).await;
        let [(_, texts)] = &*all else { panic!("one thread: {all:?}") };
        assert_eq!(texts.iter().filter(|text| !text.starts_with("jawab")).count(), 4, "{texts:?}");
        assert_eq!(texts.iter().filter(|text| text.starts_with("jawab")).count(), answers.len(), "{texts:?}");
        for claimed in world.claim(sender, 8).await {
            assert_eq!(claimed.phone.as_deref(), Some(DEWI), "{claimed:?}");
        }
    }

    async fn nobody_separates_the_people_of_others(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        let (id, _) = one_of_two(&world, &rani, sender).await;
        let [gone] = *merged(&world, &rani, id).await else { panic!("one contact became part of it") };
        let theirs = inbox::separate(&world.server, &budi.scope, gone).await.map_err(Error::from);
        assert_eq!(theirs, Err(Error::NotFound));
        let page = PageRequest::first(10);
        assert_eq!(inbox::list(&world.server, &budi.scope, ListView::All, &page).await.expect("lists").total, 0);
        assert_eq!(merged(&world, &rani, id).await, [gone]);
    }
}
