//! SQL of a campaign's minutes: how many reached each state in each of them. The chart reads this, never the ledger.

use crate::{
    db::{TenantTx, one_row},
    error::Result,
    execute, fetch_all,
};
use domain::{CampaignId, Millis, campaign::CampaignMinute};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct MinuteRow {
    minute: Millis,
    sent: i64,
    delivered: i64,
    read: i64,
    replied: i64,
    failed: i64,
}

pub(super) async fn list(tx: &mut TenantTx, id: CampaignId) -> Result<Vec<CampaignMinute>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        MinuteRow,
        "SELECT minute, sent, delivered, read, replied, failed FROM campaign_minute
         WHERE tenant_id = $1 AND campaign_id = $2 ORDER BY minute",
        tenant,
        id
    )?;
    let count = i64::unsigned_abs;
    Ok(rows
        .into_iter()
        .map(|row| CampaignMinute {
            at: row.minute,
            sent: count(row.sent),
            delivered: count(row.delivered),
            read: count(row.read),
            replied: count(row.replied),
            failed: count(row.failed),
        })
        .collect())
}

pub(super) async fn add(tx: &mut TenantTx, id: CampaignId, minutes: &BTreeMap<Millis, CampaignMinute>) -> Result<()> {
    let tenant = tx.tenant();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    for minute in minutes.values() {
        one_row(execute!(
            tx,
            "INSERT INTO campaign_minute (tenant_id, campaign_id, minute, sent, delivered, read, replied, failed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (campaign_id, minute) DO UPDATE SET sent = campaign_minute.sent + excluded.sent,
               delivered = campaign_minute.delivered + excluded.delivered, read = campaign_minute.read + excluded.read,
               replied = campaign_minute.replied + excluded.replied, failed = campaign_minute.failed + excluded.failed",
            tenant,
            id,
            minute.at,
            count(minute.sent),
            count(minute.delivered),
            count(minute.read),
            count(minute.replied),
            count(minute.failed)
        )?)?;
    }
    Ok(())
}
