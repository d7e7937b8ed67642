//! A number that is connected as far as the rows say: for tests of what happens around the network.

use super::{Member, World};
use domain::{
    CampaignId, ContactId, NumberId, PhoneNumber, SessionId,
    campaign::{Audience, CampaignTotals, CampaignView, NewCampaign, Schedule},
};
use server::{
    campaign, contact,
    engine::Tick,
    execute, fetch_one,
    outbox::{self, Claimed, Sender, claim, pacing::Pace},
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

    /// A draft to everybody, over the number.
    pub async fn draft(&self, member: &Member, sender: Sender, schedule: Schedule) -> CampaignId {
        let draft = NewCampaign {
            name: "Promo".into(),
            number: Some(sender.number),
            message: "{Halo|Hai} {{name|Kak}}".into(),
            audience: Some(Audience::Everyone),
            schedule,
        };
        campaign::save_draft(&self.server, &member.scope, None, draft).await.expect("saves").id
    }

    /// A started campaign to everybody, over the number.
    pub async fn campaign(&self, member: &Member, sender: Sender) -> CampaignView {
        let id = self.draft(member, sender, Schedule::default()).await;
        campaign::start(&self.server, &member.scope, id).await.expect("starts")
    }

    pub async fn totals(&self, member: &Member, id: CampaignId) -> CampaignTotals {
        campaign::get(&self.server, &member.scope, id).await.expect("there").totals
    }

    /// The counters of the campaign and the rows of its ledger say the same.
    pub async fn assert_adds_up(&self, member: &Member, id: CampaignId) {
        let totals = self.totals(member, id).await;
        let mut tx = self.server.db.read(&member.scope).await.expect("reads");
        let count =
            |states: &str| format!("CAST(COALESCE(SUM(CASE WHEN state IN ({states}) THEN 1 ELSE 0 END), 0) AS BIGINT)");
        let sql = format!(
            "SELECT COUNT(*), {}, {}, {}, {} FROM campaign_message WHERE tenant_id = $1 AND campaign_id = $2",
            count("'sent', 'delivered', 'read'"),
            count("'failed'"),
            count("'expired'"),
            count("'cancelled'")
        );
        let sql = || sqlx::AssertSqlSafe(sql.clone());
        let (rows, sent, failed, expired, cancelled): (i64, i64, i64, i64, i64) =
            fetch_one!(&mut tx, (i64, i64, i64, i64, i64), sql(), member.viewer.tenant, id).expect("counts");
        let ledger = [rows, sent, failed, expired, cancelled].map(i64::unsigned_abs);
        assert_eq!(ledger, [totals.recipients, totals.sent, totals.failed, totals.expired, totals.cancelled]);
    }

    /// Sends everything that can leave; the ids in the order in which they left.
    pub async fn send_all(&self, sender: Sender) -> Vec<String> {
        let mut left = Vec::new();
        loop {
            self.settle().await;
            let claimed = self.claim(sender, 64).await;
            if claimed.is_empty() {
                return left;
            }
            let ids: Vec<_> = claimed.into_iter().map(|message| message.wa_id).collect();
            left.extend(ids.iter().cloned());
            outbox::accepted(&self.server, sender, ids).await.expect("accepts");
        }
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
