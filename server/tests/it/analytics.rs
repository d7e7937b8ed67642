//! The numbers of the home page.

use crate::support::{Member, World, on_both};
use domain::{
    PhoneNumber,
    analytics::{FirstSteps, FrameState},
    campaign::{Audience, CampaignStatus, NewCampaign},
};
use server::{
    analytics::{frame_state, overview},
    campaign, contact,
};

async fn knows(world: &World, member: &Member, phone: &str) {
    let phone = PhoneNumber::from_e164(phone).expect("a number");
    let mut tx = world.server.db.begin(&member.scope).await.expect("begins");
    contact::find_or_insert_by_phone(&world.server, &mut tx, &phone, "test").await.expect("is stored");
    tx.commit().await.expect("commits");
}

async fn drafts(world: &World, member: &Member, name: &str) {
    let draft = NewCampaign {
        name: name.into(),
        number: None,
        message: "Halo".into(),
        audience: Some(Audience::Everyone),
        ..NewCampaign::default()
    };
    campaign::save_draft(&world.server, &member.scope, None, draft).await.expect("is saved");
}

on_both! {
    async fn a_new_tenant_has_everything_before_it(world: World) {
        let rani = world.sign_up("Rani").await;
        let home = overview(&world.server, &rani.scope).await.expect("answers");
        assert_eq!(home.steps, FirstSteps { number: false, contacts: false, campaign: false, answer: false });
        assert!(home.today.is_empty() && home.campaigns.is_empty() && home.numbers.is_empty());
        let frame = frame_state(&world.server, &rani.scope).await.expect("answers");
        assert_eq!(frame, FrameState { unread: 0, only_sandbox: false, sandbox: false });
    }

    async fn steps_are_done_by_doing_them(world: World) {
        let rani = world.sign_up("Rani").await;
        knows(&world, &rani, "6281255500142").await;
        drafts(&world, &rani, "Promo gajian").await;
        let home = overview(&world.server, &rani.scope).await.expect("answers");
        assert!(home.steps.contacts, "a contact is there");
        assert!(!home.steps.campaign, "a draft is not a campaign that was sent");
        assert_eq!(home.campaigns.iter().map(|c| (c.name.as_str(), c.status)).collect::<Vec<_>>(), [("Promo gajian", CampaignStatus::Draft)]);
    }

    async fn another_tenant_adds_nothing(world: World) {
        let (rani, budi) = (world.sign_up("Rani").await, world.sign_up("Budi").await);
        knows(&world, &rani, "6281255500142").await;
        drafts(&world, &rani, "Promo gajian").await;
        let home = overview(&world.server, &budi.scope).await.expect("answers");
        assert!(!home.steps.contacts && home.campaigns.is_empty());
    }
}
