//! When campaigns leave: at their time, by whose clock it is, and not when it is too late.

use crate::support::{Member, NOON, World, on_both, refusal};
use domain::{
    CampaignId, ContactId, Error, Field, PhoneNumber,
    campaign::{CampaignStatus, Clock, Schedule, TAKE_BACK_MS},
    error::Refusal,
    message::MessageState,
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};
use server::{
    campaign,
    contact::{
        self,
        import::{self, Upload},
    },
    outbox::{self, LEASE_MS, Sender},
    removal,
};

/// On the clock of [`NOON`]'s day or one that follows.
fn schedule(start: &str, deadline: &str, clock: Clock) -> Schedule {
    let wall = |written: &str| (!written.is_empty()).then(|| written.parse().expect("a time"));
    Schedule { start: wall(start), deadline: wall(deadline), clock }
}

async fn status(world: &World, member: &Member, id: CampaignId) -> CampaignStatus {
    campaign::get(&world.server, &member.scope, id).await.expect("there").status
}

/// Whose messages leave now.
async fn leaving(world: &World, sender: Sender) -> Vec<ContactId> {
    world.settle().await;
    let claimed = world.claim(sender, 64).await;
    let (contacts, ids) = claimed.into_iter().map(|message| (message.contact_id, message.wa_id)).unzip();
    outbox::accepted(&world.server, sender, ids).await.expect("accepts");
    contacts
}

on_both! {
    async fn a_campaign_begins_at_its_time_and_not_before(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        let (server, scope) = (&world.server, &rani.scope);
        let id = world.draft(&rani, sender, schedule("2026-11-20T15:00", "", Clock::Tenant)).await;
        let view = campaign::schedule(server, scope, id).await.expect("schedules");
        assert_eq!((view.status, view.starts_at), (CampaignStatus::Scheduled, Some(NOON + 3 * HOUR_MS)));
        // It is no draft any more: nobody changes it under way, nor starts it twice.
        assert_eq!(refusal(campaign::schedule(server, scope, id).await), Error::Refused(Refusal::CampaignState));
        world.clock.advance(3 * HOUR_MS - 1);
        assert!(leaving(&world, sender).await.is_empty());
        world.clock.advance(1);
        assert_eq!(leaving(&world, sender).await.len(), 3);
        world.settle().await;
        assert_eq!(status(&world, &rani, id).await, CampaignStatus::Finished);
        world.assert_adds_up(&rani, id).await;
    }

    async fn what_was_missed_while_nobody_ran_begins_late(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        let id = world.draft(&rani, sender, schedule("2026-11-20T15:00", "2026-11-21T20:00", Clock::Tenant)).await;
        campaign::schedule(&world.server, &rani.scope, id).await.expect("schedules");
        world.clock.advance(DAY_MS);
        assert_eq!(leaving(&world, sender).await.len(), 3);
        let view = campaign::get(&world.server, &rani.scope, id).await.expect("there");
        assert_eq!((view.started_at, view.starts_at), (Some(NOON + DAY_MS), None));
    }

    async fn start_can_be_taken_back_for_five_seconds(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        let (server, scope) = (&world.server, &rani.scope);
        let id = world.draft(&rani, sender, Schedule::default()).await;
        campaign::schedule(server, scope, id).await.expect("schedules");
        world.clock.advance(TAKE_BACK_MS - 1);
        world.settle().await;
        let view = campaign::take_back(server, scope, id).await.expect("takes back");
        assert_eq!((view.status, view.starts_at), (CampaignStatus::Draft, None));
        world.clock.advance(HOUR_MS);
        assert!(leaving(&world, sender).await.is_empty());
        campaign::schedule(server, scope, id).await.expect("schedules again");
        world.clock.advance(TAKE_BACK_MS);
        assert_eq!(leaving(&world, sender).await.len(), 3);
        assert_eq!(refusal(campaign::take_back(server, scope, id).await), Error::Refused(Refusal::CampaignState));
    }

    async fn what_is_scheduled_can_be_started_at_once(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 3).await;
        let id = world.draft(&rani, sender, schedule("2026-11-25T09:00", "", Clock::Recipient)).await;
        campaign::schedule(&world.server, &rani.scope, id).await.expect("schedules");
        let view = campaign::start(&world.server, &rani.scope, id).await.expect("starts");
        assert_eq!((view.status, view.schedule.start), (CampaignStatus::Running, None));
        assert_eq!(leaving(&world, sender).await.len(), 3, "nobody waits for the 25th");
    }

    async fn a_time_that_is_over_is_refused_where_it_was_typed(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 1).await;
        for (start, deadline, field, problem) in [
            ("2026-11-20T11:00", "", "start", Field::Past),
            ("", "2026-11-19T11:00", "deadline", Field::Past),
            ("2026-11-22T09:00", "2026-11-21T09:00", "deadline", Field::BeforeStart),
        ] {
            let id = world.draft(&rani, sender, schedule(start, deadline, Clock::Tenant)).await;
            let refused = refusal(campaign::schedule(&world.server, &rani.scope, id).await);
            assert_eq!(refused.of_field(field), Some(&problem));
            assert_eq!(status(&world, &rani, id).await, CampaignStatus::Draft, "nothing typed is lost");
        }
    }

    async fn nine_o_clock_is_nine_o_clock_where_each_one_lives(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        let file = "nama,hp,zona waktu\nSolo,081255500001,\nBali,081255500002,WITA\nAmbon,081255500003,wit\nLondon,+447911123456,\n";
        let upload = Upload { file_name: "pelanggan.csv".into(), bytes: file.into(), region: None };
        let (server, scope) = (&world.server, &rani.scope);
        import::import_file(server, scope, upload).await.expect("imports");
        let id = world.draft(&rani, sender, schedule("2026-11-21T09:00", "2026-11-21T11:00", Clock::Recipient)).await;
        campaign::schedule(server, scope, id).await.expect("schedules");

        let who = async |digits: &str| {
            let phone = PhoneNumber::from_e164(digits).expect("a number");
            let mut tx = server.db.begin(scope).await.expect("begins");
            contact::find_or_insert_by_phone(server, &mut tx, &phone, "test").await.expect("there").id
        };
        let (solo, bali) = (who("6281255500001").await, who("6281255500002").await);
        let (ambon, london) = (who("6281255500003").await, who("447911123456").await);
        let mut left = Vec::new();
        // From 01:00 in Jakarta on 21 November until the evening, minute by minute where something happens.
        for (hour, minute, expected) in [
            (6, 59, vec![]),
            (7, 0, vec![ambon]),
            (7, 59, vec![]),
            (8, 0, vec![bali]),
            (9, 0, vec![solo]),
            (15, 59, vec![]),
            (16, 0, vec![london]),
        ] {
            let clock = NOON + (12 + hour) * HOUR_MS + minute * MINUTE_MS;
            world.clock.advance(clock.since(server.now()));
            let now = leaving(&world, sender).await;
            assert_eq!(now, expected, "{hour}:{minute:02}");
            left.extend(now);
            if hour == 8 && minute == 0 {
                let next = campaign::next_due(server, scope, id).await.expect("asks");
                assert_eq!(next, Some((world.server.now() + HOUR_MS, 1)), "Solo");
            }
        }
        assert_eq!(left.len(), 4);
        world.settle().await;
        assert_eq!(status(&world, &rani, id).await, CampaignStatus::Finished);
    }

    async fn m9_what_is_too_late_does_not_leave(world: World) {
        const PEOPLE: u32 = 700;
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, PEOPLE).await;
        let (server, scope) = (&world.server, &rani.scope);
        let id = world.draft(&rani, sender, schedule("", "2026-11-20T13:00", Clock::Tenant)).await;
        campaign::start(server, scope, id).await.expect("starts");
        assert_eq!(leaving(&world, sender).await.len(), 64);
        // Three are on the wire when it ends, and nobody knows whether they arrived.
        let on_the_wire = world.claim(sender, 3).await;
        world.clock.advance(HOUR_MS);
        // Before the engine has looked, what it put into the outbox does not leave.
        assert_eq!(world.claim(sender, 64).await.len(), 3, "the same three go on");
        world.settle().await;
        let totals = world.totals(&rani, id).await;
        assert_eq!((totals.sent, totals.expired, totals.queued()), (64, u64::from(PEOPLE) - 67, 3));
        world.assert_adds_up(&rani, id).await;
        let ids = on_the_wire.into_iter().map(|message| message.wa_id).collect();
        outbox::accepted(server, sender, ids).await.expect("accepts");
        world.settle().await;
        let view = campaign::get(server, scope, id).await.expect("there");
        assert_eq!((view.status, view.totals.sent), (CampaignStatus::Finished, 67));
        world.assert_adds_up(&rani, id).await;
        let filter = campaign::RecipientFilter { state: Some(MessageState::Expired), replied: false };
        let late = campaign::recipients(server, scope, id, filter, domain::PageRequest::first(5)).await.expect("lists");
        assert_eq!(late.total, u64::from(PEOPLE) - 67);
    }

    async fn a_campaign_that_begins_after_its_deadline_sends_nothing(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 5).await;
        let id = world.draft(&rani, sender, schedule("2026-11-20T15:00", "2026-11-20T16:00", Clock::Tenant)).await;
        campaign::schedule(&world.server, &rani.scope, id).await.expect("schedules");
        world.clock.advance(DAY_MS);
        assert!(leaving(&world, sender).await.is_empty());
        world.settle().await;
        let view = campaign::get(&world.server, &rani.scope, id).await.expect("there");
        assert_eq!((view.status, view.totals.recipients, view.totals.expired), (CampaignStatus::Finished, 5, 5));
    }

    async fn a_paused_campaign_does_not_outlive_its_deadline(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 5).await;
        let (server, scope) = (&world.server, &rani.scope);
        let id = world.draft(&rani, sender, schedule("", "2026-11-20T13:00", Clock::Tenant)).await;
        campaign::start(server, scope, id).await.expect("starts");
        world.settle().await;
        campaign::pause(server, scope, id).await.expect("pauses");
        world.clock.advance(2 * HOUR_MS);
        campaign::resume(server, scope, id).await.expect("resumes");
        assert!(leaving(&world, sender).await.is_empty());
        world.settle().await;
        assert_eq!(world.totals(&rani, id).await.expired, 5);
        world.clock.advance(LEASE_MS);
        assert!(leaving(&world, sender).await.is_empty());
    }

    async fn what_is_scheduled_is_a_draft_again_when_its_number_goes(world: World) {
        let rani = world.sign_up("Rani").await;
        let sender = world.connected_number(&rani).await;
        world.contacts(&rani, 1).await;
        let id = world.draft(&rani, sender, schedule("2026-11-21T09:00", "", Clock::Tenant)).await;
        campaign::schedule(&world.server, &rani.scope, id).await.expect("schedules");
        let told = removal::preview(&world.server, &rani.scope, sender.number).await.expect("looks");
        assert_eq!((told.campaigns, told.scheduled), (0, 1));
        removal::remove(&world.server, &rani.scope, sender.number, "CS").await.expect("deletes");
        let view = campaign::get(&world.server, &rani.scope, id).await.expect("there");
        assert_eq!((view.status, view.number, view.starts_at), (CampaignStatus::Draft, None, None));
        world.clock.advance(2 * DAY_MS);
        world.settle().await;
        assert_eq!(status(&world, &rani, id).await, CampaignStatus::Draft);
    }
}
