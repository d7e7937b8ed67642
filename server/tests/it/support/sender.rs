//! A number that is connected as far as the rows say: for tests of what happens around the network.

use super::{Member, World};
use domain::{
    ContactId, NumberId, PhoneNumber, SessionId,
    campaign::{Audience, CampaignView, NewCampaign},
};
use server::{
    campaign, contact,
    engine::Tick,
    execute,
    outbox::{Claimed, Sender, claim, pacing::Pace},
};

impl World {
    /// A connected sandbox number owned by this process.
    pub async fn connected_number(&self, member: &Member) -> Sender {
        let (number, session): (NumberId, SessionId) = (self.server.new_id(), self.server.new_id());
        let tenant = member.viewer.tenant;
        let mut tx = self.server.db.begin(&member.scope).await.expect("begins");
        execute!(
            &mut tx,
            "INSERT INTO number (number_id, tenant_id, label, network, state, changed_at, created_at)
             VALUES ($1, $2, 'CS', 'sandbox', 'connected', 0, 0)",
            number,
            tenant
        )
        .expect("inserts");
        execute!(
            &mut tx,
            "INSERT INTO session (session_id, tenant_id, number_id, fence, ready, created_at) VALUES ($1, $2, $3, 1, $4, 0)",
            session,
            tenant,
            number,
            true
        )
        .expect("inserts");
        tx.commit().await.expect("commits");
        Sender { tenant, number, session, fence: 1 }
    }

    /// People with consecutive numbers, named Kontak 1, Kontak 2, …
    pub async fn contacts(&self, member: &Member, count: u32) -> Vec<ContactId> {
        let mut ids = Vec::new();
        let mut tx = self.server.db.begin(&member.scope).await.expect("begins");
        for n in 1..=count {
            let phone = PhoneNumber::from_e164(&format!("62812555{n:05}")).expect("well formed");
            let contact = contact::find_or_insert_by_phone(&self.server, &mut tx, &phone, "test").await;
            ids.push(contact.expect("inserts").id);
        }
        tx.commit().await.expect("commits");
        ids
    }

    /// A started campaign to everybody, over the number.
    pub async fn campaign(&self, member: &Member, sender: Sender) -> CampaignView {
        let draft = NewCampaign {
            name: "Promo".into(),
            number: Some(sender.number),
            message: "{Halo|Hai} {{name|Kak}}".into(),
            audience: Some(Audience::Everyone),
        };
        let saved = campaign::save_draft(&self.server, &member.scope, None, draft).await.expect("saves");
        campaign::start(&self.server, &member.scope, saved.id).await.expect("starts")
    }

    /// Runs the campaign engine until it has nothing to do.
    pub async fn settle(&self) {
        for _ in 0..1_000 {
            if campaign::engine::tick(&self.server).await.expect("ticks") == Tick::Idle {
                return;
            }
        }
        panic!("the campaign engine never rests");
    }

    /// Claims as the session would.
    pub async fn claim(&self, sender: Sender, window: i64) -> Vec<Claimed> {
        claim(&self.server, sender, window, Pace).await.expect("claims")
    }
}
