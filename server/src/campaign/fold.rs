//! Folds what happened to messages into the ledger, its counters and its minutes.

use super::{
    ledger::{self, Change, NewState},
    minute, store,
};
use crate::{Server, error::Result, scope::Scope};
use domain::{
    CampaignId, Event, MessageId, Millis,
    campaign::{CampaignMinute, CampaignTotals},
    message::{FailReason, MessageState},
};
use std::collections::{BTreeMap, HashMap};

/// Changes folded in one transaction.
const FOLD: i64 = 500;

/// One round over every campaign with news; whether there may be more.
pub(super) async fn tick(server: &Server) -> Result<bool> {
    let mut more = false;
    for changed in ledger::changed(server).await? {
        let scope = Scope::system(changed.tenant_id, "campaign engine");
        more |= match changed.campaign_id {
            Some(campaign) => fold(server, &scope, campaign).await?,
            None => fold_replies(server, &scope).await?,
        };
    }
    Ok(more)
}

async fn fold(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool> {
    let mut tx = server.db.begin(scope).await?;
    store::lock(&mut tx, id).await?;
    let changes = ledger::take_changes(&mut tx, id, FOLD).await?;
    let mut states = ledger::states(&mut tx, id, &changes).await?;
    let (mut totals, mut minutes) = (CampaignTotals::default(), Minutes::default());
    let mut changed: BTreeMap<MessageId, &Change> = BTreeMap::new();
    for change in &changes {
        let Some(state) = states.get_mut(&change.message_id) else { continue };
        let before = *state;
        let after = match before {
            MessageState::Queued => change.change,
            sent => sent.after_receipt(change.change),
        };
        if after != before {
            *state = after;
            changed.insert(change.message_id, change);
            count(before, after, &mut totals, minutes.at(change.at));
        }
    }
    let states: Vec<NewState> = changed.into_values().map(|change| new_state(change, &states)).collect();
    ledger::set_states(&mut tx, id, &states).await?;
    store::add_totals(&mut tx, id, &totals).await?;
    minute::add(&mut tx, id, &minutes.0).await?;
    tx.publish(Event::CampaignChanged(id));
    let taken = i64::try_from(changes.len()).unwrap_or(FOLD);
    tx.commit().await?;
    Ok(taken == FOLD)
}

/// What the last change of a message leaves in the ledger.
fn new_state(last: &Change, states: &HashMap<MessageId, MessageState>) -> NewState {
    NewState {
        message_id: last.message_id,
        state: states.get(&last.message_id).unwrap_or(&last.change).as_str(),
        fail_reason: last.fail_reason.map(FailReason::as_str),
        changed_at: last.at,
    }
}

/// A step from `before` to `after` counts in every state it passed: sent includes delivered includes read.
fn count(before: MessageState, after: MessageState, totals: &mut CampaignTotals, minute: &mut CampaignMinute) {
    let reached = |state: MessageState| match state {
        MessageState::Sent => 1,
        MessageState::Delivered => 2,
        MessageState::Read => 3,
        _ => 0,
    };
    let passed = |step: u8| u64::from(reached(before) < step && step <= reached(after));
    totals.sent += passed(1);
    totals.delivered += passed(2);
    totals.read += passed(3);
    minute.sent += passed(1);
    minute.delivered += passed(2);
    minute.read += passed(3);
    match after {
        MessageState::Failed => {
            totals.failed += 1;
            minute.failed += 1;
        }
        MessageState::Expired => totals.expired += 1,
        MessageState::Cancelled => totals.cancelled += 1,
        _ => {}
    }
}

/// Who answered: each person counts once for the campaign that wrote to them last.
async fn fold_replies(server: &Server, scope: &Scope) -> Result<bool> {
    let mut tx = server.db.begin(scope).await?;
    let replies = ledger::take_replies(&mut tx, FOLD).await?;
    let mut by_campaign: BTreeMap<CampaignId, (u64, Minutes)> = BTreeMap::new();
    for reply in &replies {
        let Some(campaign) = ledger::answered_campaign(&mut tx, reply).await? else { continue };
        if ledger::mark_replied(&mut tx, campaign, reply).await? {
            let (replied, minutes) = by_campaign.entry(campaign).or_default();
            *replied += 1;
            minutes.at(reply.at).replied += 1;
        }
    }
    // In the order of ids, as every transaction that locks several campaigns.
    for (campaign, (replied, minutes)) in by_campaign {
        store::add_totals(&mut tx, campaign, &CampaignTotals { replied, ..CampaignTotals::default() }).await?;
        minute::add(&mut tx, campaign, &minutes.0).await?;
        tx.publish(Event::CampaignChanged(campaign));
    }
    let taken = i64::try_from(replies.len()).unwrap_or(FOLD);
    tx.commit().await?;
    Ok(taken == FOLD)
}

/// Counts by minute.
#[derive(Default)]
struct Minutes(BTreeMap<Millis, CampaignMinute>);

impl Minutes {
    fn at(&mut self, at: Millis) -> &mut CampaignMinute {
        let minute = at.minute();
        self.0.entry(minute).or_insert_with(|| CampaignMinute { at: minute, ..CampaignMinute::default() })
    }
}
