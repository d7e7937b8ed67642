//! Campaigns over a network that answers as the tests say: nobody twice, nobody skipped.

use crate::support::{Member, on_both};
use domain::{
    Error, Field, Millis, PageRequest,
    campaign::{Again, Audience, CampaignFile, CampaignStatus, CampaignTotals, NewCampaign, Schedule},
    consent::WishSource,
    error::Refusal,
    message::{FailReason, MessageKind, MessageState},
    number::budget::BudgetForm,
    time::DAY_MS,
};
use server::{
    campaign, consent,
    media::{self, Upload},
    number,
    outbox::{self, LEASE_MS, Sender},
    removal,
};
use std::collections::HashSet;

/// A document, by its content.
const PDF: &[u8] = b"%PDF-1.4\nharga baru\n%%EOF";
/// Sound, by its beginning.
const SOUND: &[u8] = b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0OpusHead";

on_both! {
    async fn m1_everybody_in_the_audience_gets_one_message(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 1_300).await;
        let id = world.campaign(&rani, sender).await.id;
        let left = world.send_all(sender).await;
        assert_eq!(left.len(), 1_300);
        assert_eq!(left.iter().collect::<HashSet<_>>().len(), 1_300, "every message has an id of its own");
        let view = campaign::get(&world.server, &rani.scope, id).await.expect("there");
        assert_eq!((view.status, view.totals.sent), (CampaignStatus::Finished, 1_300));
        world.assert_adds_up(&rani, id).await;
    }

    async fn strangers_do_not_stand_before_people_the_number_knows(world: World) {
        // More than the outbox holds of one campaign, and the one it knows comes last.
        const PEOPLE: u32 = 1_100;
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let last = *world.contacts(&rani, PEOPLE).await.last().expect("people");
        world.hears(sender, &format!("62812555{PEOPLE:05}"), "IN1", "Masih buka?").await;
        let none = BudgetForm { cap: "0".into(), ..BudgetForm::default() };
        number::budget::change(&world.server, &rani.scope, sender.number, &none).await.expect("changes");
        world.campaign(&rani, sender).await;
        world.settle().await;
        let claimed: Vec<_> = world.claim(sender, 64).await.into_iter().map(|message| message.contact_id).collect();
        assert_eq!(claimed, [last]);
    }

    async fn m3_a_retry_sends_the_same_message(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        world.campaign(&rani, sender).await;
        world.settle().await;
        let first = world.claim(sender, 64).await;
        assert!(world.claim(sender, 64).await.is_empty(), "what is on its way is not claimed again");
        // Never acknowledged: the lease runs out.
        world.clock.advance(LEASE_MS + 1);
        let second = world.claim(sender, 64).await;
        let said = |claims: &[outbox::Claimed]| claims.iter().map(|c| (c.wa_id.clone(), c.body.clone())).collect::<Vec<_>>();
        assert_eq!(said(&first), said(&second));
        assert_eq!(second[0].attempts, 2);
    }

    async fn m5_an_acknowledgement_counts_once_however_often_it_comes(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 1).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        let wa_id = world.claim(sender, 1).await.remove(0).wa_id;
        for _ in 0..3 {
            outbox::accepted(&world.server, sender, vec![wa_id.clone()]).await.expect("accepts");
            outbox::receipt(&world.server, sender, vec![wa_id.clone()], MessageState::Read, Millis(5)).await.expect("reads");
            outbox::receipt(&world.server, sender, vec![wa_id.clone()], MessageState::Delivered, Millis(6)).await.expect("late");
        }
        world.settle().await;
        let expected = CampaignTotals { recipients: 1, sent: 1, delivered: 1, read: 1, ..CampaignTotals::default() };
        assert_eq!(world.totals(&rani, id).await, expected);
    }

    async fn a_flood_of_receipts_is_written_whole_though_a_statement_takes_less(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        // Eight values a row: more than 32,766 of them.
        world.contacts(&rani, 4_200).await;
        let id = world.campaign(&rani, sender).await.id;
        let left = world.send_all(sender).await;
        outbox::receipt(&world.server, sender, left, MessageState::Delivered, Millis(5)).await.expect("all are written");
        world.settle().await;
        let totals = world.totals(&rani, id).await;
        assert_eq!((totals.sent, totals.delivered), (4_200, 4_200));
    }

    async fn m6_a_refusal_is_never_counted_as_sent(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 2).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        let mut claimed = world.claim(sender, 64).await;
        let (gone, odd) = (claimed.remove(0).wa_id, claimed.remove(0).wa_id);
        outbox::failed(&world.server, sender, gone, FailReason::NotOnWhatsapp).await.expect("fails");
        for attempt in 1..=3 {
            outbox::refused(&world.server, sender, odd.clone()).await.expect("counts");
            world.clock.advance(3_000);
            assert_eq!(world.claim(sender, 64).await.len(), usize::from(attempt < 3), "tried twice more, then failed");
        }
        world.settle().await;
        let view = campaign::get(&world.server, &rani.scope, id).await.expect("there");
        assert_eq!((view.totals.sent, view.totals.failed, view.status), (0, 2, CampaignStatus::Finished));
        let page = PageRequest::first(10);
        let people = campaign::recipients(&world.server, &rani.scope, id, Default::default(), page).await.expect("lists");
        let reasons: Vec<_> = people.rows.iter().filter_map(|r| r.fail_reason).collect();
        assert_eq!(reasons, [FailReason::NotOnWhatsapp, FailReason::Refused]);
    }

    async fn m9_whoever_opts_out_before_the_claim_gets_nothing(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let people = world.contacts(&rani, 5).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        consent::opt_out(&world.server, &mut tx, people[2], WishSource::Message, "STOP").await.expect("opts out");
        tx.commit().await.expect("commits");
        let claimed = world.claim(sender, 64).await;
        assert_eq!(claimed.len(), 4);
        assert!(claimed.iter().all(|message| message.contact_id != people[2]));
        world.settle().await;
        assert_eq!(world.totals(&rani, id).await.failed, 1);
    }

    async fn pausing_stops_within_one_message_and_resuming_skips_nobody(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 400).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        let on_the_wire: Vec<_> = world.claim(sender, 10).await.into_iter().map(|m| m.wa_id).collect();
        campaign::pause(&world.server, &rani.scope, id).await.expect("pauses");
        world.settle().await;
        world.clock.advance(LEASE_MS + 1);
        assert!(world.claim(sender, 64).await.is_empty(), "nothing leaves a paused campaign");
        outbox::accepted(&world.server, sender, on_the_wire.clone()).await.expect("their acknowledgements still count");
        campaign::resume(&world.server, &rani.scope, id).await.expect("resumes");
        let rest = world.send_all(sender).await;
        assert_eq!(rest.len(), 390);
        assert!(rest.iter().all(|wa_id| !on_the_wire.contains(wa_id)));
        assert_eq!(world.totals(&rani, id).await.sent, 400);
        world.assert_adds_up(&rani, id).await;
    }

    async fn what_the_network_held_back_is_stopped_with_its_campaign(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 10).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        // One may have arrived before the line broke; of the others it is certain that they did not.
        let first = world.claim(sender, 1).await.remove(0).wa_id;
        world.clock.advance(LEASE_MS + 1);
        let claimed: Vec<_> = world.claim(sender, 64).await.into_iter().map(|m| m.wa_id).collect();
        assert!(claimed.len() == 10 && claimed.contains(&first));
        for wa_id in claimed {
            outbox::held_back(&world.server, sender, wa_id).await.expect("waits");
        }
        campaign::cancel(&world.server, &rani.scope, id).await.expect("cancels");
        assert_eq!(world.totals(&rani, id).await.cancelled, 9);
        assert_eq!(world.send_all(sender).await, [first]);
        world.assert_adds_up(&rani, id).await;
    }

    async fn a_cancelled_campaign_sends_no_more_and_still_adds_up(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 50).await;
        let id = world.campaign(&rani, sender).await.id;
        world.settle().await;
        let on_the_wire: Vec<_> = world.claim(sender, 5).await.into_iter().map(|m| m.wa_id).collect();
        campaign::cancel(&world.server, &rani.scope, id).await.expect("cancels");
        outbox::accepted(&world.server, sender, on_the_wire).await.expect("accepts");
        assert!(world.send_all(sender).await.is_empty());
        let expected = CampaignTotals { recipients: 50, sent: 5, cancelled: 45, ..CampaignTotals::default() };
        assert_eq!(world.totals(&rani, id).await, expected);
        world.assert_adds_up(&rani, id).await;
        let again = campaign::resume(&world.server, &rani.scope, id).await.expect_err("ended");
        assert_eq!(Error::from(again), Error::Refused(Refusal::CampaignState));
    }

    async fn a_copy_is_for_the_same_people_or_for_those_it_did_not_reach(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        let mut expected: HashSet<_> = world.contacts(&rani, 7).await.into_iter().collect();
        let id = world.campaign(&rani, sender).await.id;
        let copy = async |again| campaign::duplicate(&world.server, &rani.scope, id, again).await;
        world.settle().await;
        let mut claimed = world.claim(sender, 3).await.into_iter();
        let mut next = || claimed.next().expect("on its way");
        let (reached, nowhere, refused) = (next(), next(), next());
        expected.retain(|person| ![reached.contact_id, nowhere.contact_id].contains(person));
        let stops = *expected.iter().find(|person| **person != refused.contact_id).expect("somebody");
        expected.remove(&stops);
        outbox::accepted(&world.server, sender, vec![reached.wa_id]).await.expect("accepts");
        outbox::failed(&world.server, sender, nowhere.wa_id, FailReason::NotOnWhatsapp).await.expect("fails");
        outbox::failed(&world.server, sender, refused.wa_id, FailReason::InvalidContent).await.expect("fails");
        world.settle().await;
        let running = copy(Again::Unreached).await.expect_err("it may still reach them");
        assert_eq!(Error::from(running), Error::Refused(Refusal::CampaignState));
        campaign::cancel(&world.server, &rani.scope, id).await.expect("cancels");
        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        consent::opt_out(&world.server, &mut tx, stops, WishSource::Message, "STOP").await.expect("opts out");
        tx.commit().await.expect("commits");

        let same = copy(Again::Everybody).await.expect("copies");
        assert_eq!((same.name.as_str(), same.status), ("Promo (2)", CampaignStatus::Draft));
        assert_eq!((same.number, same.audience), (Some(sender.number), Some(Audience::Everyone)));
        let rest = copy(Again::Unreached).await.expect("copies");
        let unreached = Audience::Unreached(id);
        assert_eq!((rest.audience, rest.audience_name.as_deref()), (Some(unreached), Some("Promo")));
        let count = async |scope| campaign::count_audience(&world.server, scope, unreached).await.expect("counts");
        assert_eq!(count(&rani.scope).await, (4, 1));
        let shown = campaign::sample(&world.server, &rani.scope, unreached, 20).await.expect("shows some");
        assert_eq!(shown.iter().map(|person| person.id).collect::<HashSet<_>>(), expected);
        campaign::start(&world.server, &rani.scope, rest.id).await.expect("starts");
        world.settle().await;
        let again = world.claim(sender, 64).await;
        assert_eq!(again.iter().map(|message| message.contact_id).collect::<HashSet<_>>(), expected);
        assert_eq!(again.len(), 4);
        let totals = world.totals(&rani, rest.id).await;
        assert_eq!((totals.recipients, totals.excluded), (4, 1));
        world.assert_adds_up(&rani, rest.id).await;

        let foreign = campaign::duplicate(&world.server, &budi.scope, id, Again::Everybody).await.expect_err("not theirs");
        assert_eq!(Error::from(foreign), Error::NotFound);
        assert_eq!(count(&budi.scope).await, (0, 0));
        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        assert_eq!(copy(Again::Everybody).await.expect("copies").number, None, "a number that is gone is not chosen");
    }

    async fn a_campaign_that_lacks_something_says_what(world: World) {
        let rani = world.sign_up("Rani").await;
        let draft = NewCampaign { name: " Promo ".into(), number: None, message: "{{".into(), ..NewCampaign::default() };
        let saved = campaign::save_draft(&world.server, &rani.scope, None, draft).await.expect("a draft may lack things");
        assert_eq!(saved.name, "Promo");
        let error = Error::from(campaign::start(&world.server, &rani.scope, saved.id).await.expect_err("refused"));
        assert_eq!(error.of_field("number"), Some(&Field::Required));
        assert_eq!(error.of_field("audience"), Some(&Field::Required));
        assert!(matches!(error.of_field("message"), Some(Field::Template { .. })), "{error:?}");
    }

    async fn a_file_stands_in_for_words_and_stays_as_long_as_its_campaign(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 1).await;
        let wordless = NewCampaign {
            name: "Promo".into(), number: Some(sender.number), audience: Some(Audience::Everyone), ..NewCampaign::default()
        };
        let save = async |id, message: &str| {
            let draft = NewCampaign { message: message.into(), ..wordless.clone() };
            campaign::save_draft(&world.server, &rani.scope, id, draft).await.expect("saves").id
        };
        let id = save(None, "").await;
        let attach = async |member: &Member, content: &[u8]| {
            let mut upload = Upload::begin(&world.server, "../harga.pdf").expect("begins");
            upload.write(content).expect("writes");
            campaign::attach(&world.server, &member.scope, id, upload).await.map_err(Error::from)
        };
        let start = async || campaign::start(&world.server, &rani.scope, id).await.map_err(Error::from);
        let file = async || campaign::file(&world.server, &rani.scope, id).await.expect("asks");
        assert_eq!(start().await.expect_err("says nothing").of_field("message"), Some(&Field::Required));
        assert_eq!(attach(&budi, PDF).await, Err(Error::NotFound));
        assert_eq!(attach(&rani, b"").await, Err(Error::field("file", Field::Required)));

        attach(&rani, SOUND).await.expect("attaches");
        save(Some(id), "Halo").await;
        assert_eq!(start().await.expect_err("too much").of_field("message"), Some(&Field::WordsWithSound));
        attach(&rani, PDF).await.expect("takes its place");
        save(Some(id), "").await;
        let CampaignFile { kind, shown } = file().await.expect("a file");
        assert_eq!((kind, shown.name.as_str(), shown.bytes), (MessageKind::Document, "harga.pdf", Some(PDF.len() as u64)));

        // Longer than a file is kept that nothing carries.
        world.clock.advance(3 * DAY_MS);
        media::tick(&world.server).await.expect("sweeps");
        assert_eq!(file().await.map(|file| file.kind), Some(MessageKind::Document));
        let copy = campaign::duplicate(&world.server, &rani.scope, id, Again::Everybody).await.expect("copies").id;
        campaign::detach(&world.server, &rani.scope, id).await.expect("detaches");
        assert_eq!(file().await, None);
        let kept = campaign::file(&world.server, &rani.scope, copy).await.expect("asks");
        assert_eq!(kept.map(|file| file.shown.name), Some("harga.pdf".into()), "a copy keeps its own");
        attach(&rani, PDF).await.expect("attaches");
        start().await.expect("a file is enough");
        assert_eq!(attach(&rani, PDF).await, Err(Error::Refused(Refusal::CampaignState)));
        let detached = campaign::detach(&world.server, &rani.scope, id).await.map_err(Error::from);
        assert_eq!(detached, Err(Error::Refused(Refusal::CampaignState)));
        let theirs = campaign::file(&world.server, &budi.scope, id).await.map_err(Error::from);
        assert_eq!(theirs, Err(Error::NotFound));
    }

    async fn a_draft_is_tried_on_one_phone_with_the_very_words_that_somebody_will_get(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        let id = world.draft(&rani, sender, Schedule::default()).await;
        let try_on = async |member: &Member, phone: &str| {
            campaign::try_out(&world.server, &member.scope, id, phone).await.map_err(Error::from)
        };
        assert_eq!(try_on(&rani, "12").await, Err(Error::field("phone", Field::NotAPhone)));
        assert_eq!(try_on(&budi, "0812 5550 0003").await, Err(Error::NotFound));
        let conversation = try_on(&rani, "0812 5550 0003").await.expect("tries");
        let tried = world.claim(sender, 64).await;
        let (of, ids): (Vec<_>, Vec<_>) = tried.iter().map(|m| (m.contact_id, m.wa_id.clone())).unzip();
        assert_eq!(of.len(), 1, "nobody else is written to");
        outbox::accepted(&world.server, sender, ids).await.expect("accepts");
        let seen = world.only_conversation(&rani).await;
        assert_eq!((seen.id, seen.bot_paused), (conversation, false), "the bot may answer there as it may after a campaign");
        assert_eq!(campaign::get(&world.server, &rani.scope, id).await.expect("there").status, CampaignStatus::Draft);

        let shown = campaign::sample(&world.server, &rani.scope, Audience::Everyone, 1).await.expect("somebody")[0].id;
        campaign::start(&world.server, &rani.scope, id).await.expect("starts");
        world.settle().await;
        let sent = world.claim(sender, 64).await;
        assert_eq!(sent.len(), 3);
        let theirs = sent.iter().find(|message| message.contact_id == shown).expect("the one who was shown");
        assert_eq!(theirs.body, tried[0].body);

        let mut tx = world.server.db.begin(&rani.scope).await.expect("begins");
        consent::opt_out(&world.server, &mut tx, of[0], WishSource::Message, "STOP").await.expect("opts out");
        tx.commit().await.expect("commits");
        assert_eq!(try_on(&rani, "0812 5550 0003").await, Err(Error::Refused(Refusal::OptedOut)));
        let draft = NewCampaign { name: "Promo".into(), message: "{{".into(), ..NewCampaign::default() };
        let unready = campaign::save_draft(&world.server, &rani.scope, None, draft).await.expect("saves").id;
        let error = campaign::try_out(&world.server, &rani.scope, unready, "0812 5550 0003").await.expect_err("not ready");
        let error = Error::from(error);
        assert_eq!(error.of_field("number"), Some(&Field::Required));
        assert!(matches!(error.of_field("message"), Some(Field::Template { .. })), "{error:?}");
    }

    async fn a_campaign_needs_somebody_to_write_to(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let draft = NewCampaign {
            name: "Promo".into(), number: Some(sender.number), message: "Halo".into(), audience: Some(Audience::Everyone),
            ..NewCampaign::default()
        };
        let saved = campaign::save_draft(&world.server, &rani.scope, None, draft).await.expect("saves");
        let error = campaign::start(&world.server, &rani.scope, saved.id).await.expect_err("refused");
        assert_eq!(Error::from(error), Error::Refused(Refusal::NoRecipients));
    }

    async fn t1_another_tenant_sees_and_changes_nothing(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 2).await;
        let id = world.campaign(&rani, sender).await.id;
        let (server, scope) = (&world.server, &budi.scope);
        let page = || PageRequest::first(10);
        let outcomes = [
            campaign::get(server, scope, id).await.err(),
            campaign::minutes(server, scope, id).await.err(),
            campaign::recipients(server, scope, id, Default::default(), page()).await.err(),
            campaign::pause(server, scope, id).await.err(),
            campaign::resume(server, scope, id).await.err(),
            campaign::cancel(server, scope, id).await.err(),
            campaign::start(server, scope, id).await.err(),
        ];
        for outcome in outcomes {
            assert_eq!(outcome.map(Error::from), Some(Error::NotFound));
        }
        assert_eq!(campaign::list(server, scope, page()).await.expect("lists").total, 0);
    }

    async fn a_stale_owner_claims_and_acknowledges_nothing(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 1).await;
        world.campaign(&rani, sender).await;
        world.settle().await;
        let stale = Sender { fence: 0, ..sender };
        let claim = outbox::claim(&world.server, stale, 1, Default::default()).await;
        assert!(matches!(claim, Err(server::Error::Stale(_))));
        let wa_id = world.claim(sender, 1).await.remove(0).wa_id;
        assert!(matches!(outbox::accepted(&world.server, stale, vec![wa_id]).await, Err(server::Error::Stale(_))));
    }
}
