//! The campaign engine: writes the ledger, feeds the outbox from it, folds back what became of each message.
//!
//! Every step is a short transaction that starts by locking its campaign, so it can be killed anywhere and run anywhere:
//! what is committed is whole, what is not never happened.

use super::{
    audience, file, fold,
    ledger::{self, Fed, Unfed},
    minute, store,
};
use crate::{
    Server,
    crash::crash_point,
    db::TenantTx,
    engine::Tick,
    error::{Error, Result},
    number, outbox,
    scope::Scope,
};
use domain::{
    CampaignId, Event, Millis, Template, TenantId,
    campaign::{CampaignMinute, CampaignStatus, CampaignTotals},
    contact::Variables,
    message::Author,
    time::SECOND_MS,
};
use std::collections::BTreeMap;

/// Ledger rows written in one transaction: some milliseconds of the writer.
const PREPARE: i64 = 1_000;
/// Messages put into the outbox in one transaction.
const FEED: i64 = 256;
/// The outbox holds about this many messages of a campaign ahead of the pace.
const AHEAD: i64 = 512;

/// One round over everything that is open; fair, because every campaign gets one step.
pub async fn tick(server: &Server) -> Result<Tick> {
    let mut more = fold::tick(server).await?;
    for open in store::open(server).await? {
        let scope = Scope::system(open.tenant_id, "campaign engine");
        let step = match open.status {
            CampaignStatus::Scheduled => begin(server, &scope, open.campaign_id).await,
            _ => step(server, &scope, open.campaign_id).await,
        };
        match step {
            Ok(progressed) => more |= progressed,
            // Another worker changed it, or it was deleted: its next round sees the truth.
            Err(Error::Domain(error)) => tracing::info!(campaign.id = %open.campaign_id, %error, "skipped"),
            Err(error) => return Err(error),
        }
    }
    Ok(if more { Tick::Again } else { Tick::Idle })
}

/// The time of a scheduled campaign has come, lately or while nobody ran: it begins.
async fn begin(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool> {
    let mut tx = server.db.begin(scope).await?;
    let (campaign, now) = (store::lock(&mut tx, id).await?, server.now());
    // Somebody may have taken it back, or moved it.
    if campaign.status != CampaignStatus::Scheduled || campaign.starts_at.is_none_or(|at| at > now) {
        return Ok(false);
    }
    store::start(&mut tx, id, campaign.status.start()?, now).await?;
    tx.publish(Event::CampaignChanged(id));
    crash_point("campaign.begin");
    tx.commit().await?;
    Ok(true)
}

/// One step of one campaign; whether it may have another right away.
async fn step(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool> {
    let prepared = prepare(server, scope, id).await?;
    let expired = expire(server, scope, id).await?;
    let fed = feed(server, scope, id).await?;
    if prepared || expired || fed {
        return Ok(true);
    }
    finish(server, scope, id).await?;
    Ok(false)
}

/// Writes the next part of the ledger. The unique key makes a person who is in the audience twice one recipient.
async fn prepare(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool> {
    let mut tx = server.db.begin(scope).await?;
    let campaign = store::lock(&mut tx, id).await?;
    let (false, CampaignStatus::Running) = (campaign.prepared, campaign.status) else { return Ok(false) };
    let Some(from) = campaign.audience() else { return Ok(false) };
    let schedule = campaign.schedule();
    let candidates =
        audience::next(&mut tx, from, campaign.number_id, schedule.clock, campaign.prepare_after, PREPARE).await?;
    let last = candidates.last().map(|c| c.contact_id);
    let (recipients, excluded) = audience::split(&candidates, &schedule, campaign.recipients);
    let added = ledger::insert_recipients(&mut tx, id, &recipients, server.now()).await?;
    crash_point("campaign.prepare");
    let totals = CampaignTotals { recipients: added, excluded, ..CampaignTotals::default() };
    store::add_totals(&mut tx, id, &totals).await?;
    store::set_prepared(&mut tx, id, last.or(campaign.prepare_after), last.is_none()).await?;
    tx.publish(Event::CampaignChanged(id));
    tx.commit().await?;
    Ok(true)
}

/// Whose deadline has passed gets nothing any more, unless it may be on the wire. Some at a time.
async fn expire(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool> {
    let now = server.now();
    if !ledger::is_late(&mut server.db.read(scope).await?, id, now).await? {
        return Ok(false);
    }
    let mut tx = server.db.begin(scope).await?;
    if store::lock(&mut tx, id).await?.status != CampaignStatus::Running {
        return Ok(false);
    }
    let contacts = outbox::take_back_late(&mut tx, scope.tenant(), id, now).await?;
    ledger::unfeed(&mut tx, id, &contacts).await?;
    let expired = ledger::expire_unfed(&mut tx, id, PREPARE, now).await?;
    store::add_totals(&mut tx, id, &CampaignTotals { expired, ..CampaignTotals::default() }).await?;
    crash_point("campaign.expire");
    tx.publish(Event::CampaignChanged(id));
    tx.commit().await?;
    Ok(expired > 0)
}

/// Moves the next recipients from the ledger into the outbox.
async fn feed(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool> {
    let mut tx = server.db.begin(scope).await?;
    let campaign = store::lock(&mut tx, id).await?;
    if campaign.status != CampaignStatus::Running {
        return Ok(false);
    }
    let Some(sender) = campaign.number_id else { return give_up(server, tx, id).await };
    // Where strangers wait for a budget, whom the number knows is fed first, and that is known when all are.
    if !campaign.prepared && number::budget::is_limited(&mut tx, sender, server.now()).await? {
        return Ok(false);
    }
    let room = (AHEAD - outbox::waiting(&mut tx, scope.tenant(), id).await?).min(FEED);
    if room < AHEAD / 4 {
        return Ok(false);
    }
    let recipients = ledger::unfed(&mut tx, id, server.now(), room).await?;
    if recipients.is_empty() {
        return Ok(false);
    }
    let template = Template::parse(&campaign.body).map_err(|error| domain::Error::field("message", error.into()))?;
    let file = file::given(&mut tx, id).await?;
    let mut pace = Pace::new(campaign.rate, campaign.next_at, server.now());
    let bodies: Vec<String> = recipients.iter().map(|r| render(&template, scope.tenant(), id, r)).collect();
    let messages: Vec<_> = recipients
        .iter()
        .zip(&bodies)
        .map(|(recipient, body)| outbox::NewMessage {
            tenant: scope.tenant(),
            number: sender,
            contact: recipient.contact_id,
            body,
            author: Author::Campaign,
            author_name: Some(&campaign.name),
            file: file.as_ref(),
            campaign: Some(id),
            not_before: pace.next(),
            expires_at: recipient.expires_at,
        })
        .collect();
    let ids = outbox::enqueue_many(server, &mut tx, &messages).await?;
    let fed: Vec<_> = recipients
        .iter()
        .zip(ids)
        .map(|(recipient, message_id)| Fed { contact_id: recipient.contact_id, message_id })
        .collect();
    ledger::set_fed(&mut tx, id, &fed).await?;
    store::set_next_at(&mut tx, id, pace.at).await?;
    crash_point("campaign.feed");
    tx.commit().await?;
    server.nudge.outbox.now();
    Ok(true)
}

/// Its number was deleted: nobody more can be written to. Some at a time, until none is left.
async fn give_up(server: &Server, mut tx: TenantTx, id: CampaignId) -> Result<bool> {
    let now = server.now();
    let failed = ledger::fail_unfed(&mut tx, id, PREPARE, now).await?;
    if failed == 0 {
        return Ok(false);
    }
    store::add_totals(&mut tx, id, &CampaignTotals { failed, ..CampaignTotals::default() }).await?;
    let minute = CampaignMinute { at: now.minute(), failed, ..CampaignMinute::default() };
    minute::add(&mut tx, id, &BTreeMap::from([(minute.at, minute)])).await?;
    tx.publish(Event::CampaignChanged(id));
    tx.commit().await?;
    Ok(true)
}

/// The text for one person.
fn render(template: &Template, tenant: TenantId, id: CampaignId, recipient: &Unfed) -> String {
    let seed = domain::campaign::text_seed(tenant, id, recipient.contact_id);
    let variables = Variables::of(recipient.name(), recipient.phone.as_ref(), &recipient.attributes.0);
    template.render(seed, |key| variables.get(key)).text
}

/// Finished when every recipient is final.
async fn finish(server: &Server, scope: &Scope, id: CampaignId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let campaign = store::lock(&mut tx, id).await?;
    if campaign.status != CampaignStatus::Running || !campaign.prepared || campaign.still_queued() > 0 {
        return Ok(());
    }
    store::set_status(&mut tx, id, campaign.status.finish()?, true, server.now()).await?;
    tx.publish(Event::CampaignChanged(id));
    tx.commit().await
}

/// Spreads messages by the campaign's own rate.
struct Pace {
    gap_ms: f64,
    at: Millis,
    passed_ms: f64,
}

impl Pace {
    fn new(rate: Option<f64>, next_at: Millis, now: Millis) -> Self {
        let gap_ms = rate.filter(|rate| *rate > 0.0).map_or(0.0, |rate| SECOND_MS as f64 / rate);
        Self { gap_ms, at: next_at.max(now), passed_ms: 0.0 }
    }

    fn next(&mut self) -> Millis {
        let at = self.at;
        self.passed_ms += self.gap_ms;
        // A thousandth of a millisecond makes up for what a third cannot say in binary.
        let whole = (self.passed_ms + 0.001).floor();
        self.passed_ms -= whole;
        self.at = at + whole as i64;
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_spreads_messages_without_drift() {
        let mut pace = Pace::new(Some(3.0), Millis(0), Millis(1_000));
        let times: Vec<i64> = (0..7).map(|_| pace.next().0).collect();
        assert_eq!(times, [1_000, 1_333, 1_666, 2_000, 2_333, 2_666, 3_000]);
        let mut free = Pace::new(None, Millis(0), Millis(1_000));
        assert_eq!((free.next(), free.next()), (Millis(1_000), Millis(1_000)));
    }
}
