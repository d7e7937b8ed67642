//! SQL of the numbers. Counters kept by the engines are added up; the ledger itself is never counted here.

use crate::{db::TenantTx, error::Result, fetch_all, fetch_one, number::store::IS_HERE};
use domain::{
    CampaignId, Millis, NumberId, PhoneNumber,
    analytics::{CampaignBrief, FirstSteps, FrameState, NumberBrief},
    campaign::{CampaignMinute, CampaignStatus, CampaignTotals},
    number::{Network, NumberProblem, NumberState},
};

#[derive(sqlx::FromRow)]
struct CountRow {
    open_conversations: i64,
    unread: i64,
}

pub(super) struct Counts {
    pub open_conversations: u64,
    pub unread: u64,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    number: bool,
    contacts: bool,
    campaign: bool,
    answer: bool,
}

#[derive(sqlx::FromRow)]
struct FrameRow {
    unread: i64,
    only_sandbox: bool,
}

#[derive(sqlx::FromRow)]
struct TotalsRow {
    recipients: i64,
    excluded: i64,
    sent: i64,
    delivered: i64,
    read: i64,
    replied: i64,
    failed: i64,
    expired: i64,
    cancelled: i64,
}

#[derive(sqlx::FromRow)]
struct MinuteRow {
    minute: Millis,
    sent: i64,
    delivered: i64,
    read: i64,
    replied: i64,
    failed: i64,
}

#[derive(sqlx::FromRow)]
struct CampaignRow {
    campaign_id: CampaignId,
    name: String,
    status: CampaignStatus,
    number_label: Option<String>,
    #[sqlx(flatten)]
    totals: TotalsRow,
}

#[derive(sqlx::FromRow)]
struct NumberRow {
    number_id: NumberId,
    label: String,
    network: Network,
    phone: Option<PhoneNumber>,
    state: NumberState,
    problem: Option<NumberProblem>,
    held_until: Option<Millis>,
    queued: i64,
}

impl From<TotalsRow> for CampaignTotals {
    fn from(row: TotalsRow) -> Self {
        Self {
            recipients: count(row.recipients),
            excluded: count(row.excluded),
            sent: count(row.sent),
            delivered: count(row.delivered),
            read: count(row.read),
            replied: count(row.replied),
            failed: count(row.failed),
            expired: count(row.expired),
            cancelled: count(row.cancelled),
        }
    }
}

/// A count of rows is never negative.
fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}

pub(super) async fn counts(tx: &mut TenantTx) -> Result<Counts> {
    let tenant = tx.tenant();
    let row = fetch_one!(
        tx,
        CountRow,
        sqlx::AssertSqlSafe(format!(
            "SELECT (SELECT COUNT(*) FROM conversation v
                     WHERE v.tenant_id = $1 AND v.status <> 'resolved' AND {IS_HERE}) AS open_conversations,
                    {} AS unread",
            unread()
        )),
        tenant
    )?;
    Ok(Counts { open_conversations: count(row.open_conversations), unread: count(row.unread) })
}

fn unread() -> String {
    format!(
        "(SELECT CAST(COALESCE(SUM(v.unread), 0) AS BIGINT) FROM conversation v WHERE v.tenant_id = $1 AND {IS_HERE})"
    )
}

pub(super) async fn first_steps(tx: &mut TenantTx) -> Result<FirstSteps> {
    let tenant = tx.tenant();
    let row = fetch_one!(
        tx,
        StepRow,
        "SELECT EXISTS (SELECT 1 FROM number WHERE tenant_id = $1 AND removed_at IS NULL) AS number,
                EXISTS (SELECT 1 FROM contact WHERE tenant_id = $1) AS contacts,
                EXISTS (SELECT 1 FROM campaign WHERE tenant_id = $1 AND started_at IS NOT NULL) AS campaign,
                EXISTS (SELECT 1 FROM message WHERE tenant_id = $1 AND author = 'agent') AS answer",
        tenant
    )?;
    Ok(FirstSteps { number: row.number, contacts: row.contacts, campaign: row.campaign, answer: row.answer })
}

pub(super) async fn frame_state(tx: &mut TenantTx) -> Result<FrameState> {
    let tenant = tx.tenant();
    let row = fetch_one!(
        tx,
        FrameRow,
        sqlx::AssertSqlSafe(format!(
            "SELECT {} AS unread,
                    EXISTS (SELECT 1 FROM number WHERE tenant_id = $1 AND removed_at IS NULL)
                    AND NOT EXISTS (SELECT 1 FROM number
                                    WHERE tenant_id = $1 AND removed_at IS NULL AND network = 'whatsapp') AS only_sandbox",
            unread()
        )),
        tenant
    )?;
    Ok(FrameState { unread: count(row.unread), only_sandbox: row.only_sandbox, sandbox: false })
}

/// All campaigns started since then, added up.
pub(super) async fn totals_since(tx: &mut TenantTx, since: Millis) -> Result<CampaignTotals> {
    let tenant = tx.tenant();
    let row = fetch_one!(
        tx,
        TotalsRow,
        "SELECT CAST(COALESCE(SUM(recipients), 0) AS BIGINT) AS recipients,
                CAST(COALESCE(SUM(excluded), 0) AS BIGINT) AS excluded,
                CAST(COALESCE(SUM(sent), 0) AS BIGINT) AS sent,
                CAST(COALESCE(SUM(delivered), 0) AS BIGINT) AS delivered,
                CAST(COALESCE(SUM(read), 0) AS BIGINT) AS read,
                CAST(COALESCE(SUM(replied), 0) AS BIGINT) AS replied,
                CAST(COALESCE(SUM(failed), 0) AS BIGINT) AS failed,
                CAST(COALESCE(SUM(expired), 0) AS BIGINT) AS expired,
                CAST(COALESCE(SUM(cancelled), 0) AS BIGINT) AS cancelled
         FROM campaign WHERE tenant_id = $1 AND started_at >= $2",
        tenant,
        since
    )?;
    Ok(row.into())
}

/// What campaigns did in each minute since then, in order; minutes in which nothing happened are absent.
pub(super) async fn minutes_since(tx: &mut TenantTx, since: Millis) -> Result<Vec<CampaignMinute>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        MinuteRow,
        "SELECT minute,
                CAST(SUM(sent) AS BIGINT) AS sent, CAST(SUM(delivered) AS BIGINT) AS delivered,
                CAST(SUM(read) AS BIGINT) AS read, CAST(SUM(replied) AS BIGINT) AS replied,
                CAST(SUM(failed) AS BIGINT) AS failed
         FROM campaign_minute WHERE tenant_id = $1 AND minute >= $2 GROUP BY minute ORDER BY minute",
        tenant,
        since
    )?;
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

pub(super) async fn list_campaigns(tx: &mut TenantTx, limit: i64) -> Result<Vec<CampaignBrief>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        CampaignRow,
        "SELECT c.campaign_id, c.name, c.status, n.label AS number_label,
                c.recipients, c.excluded, c.sent, c.delivered, c.read, c.replied, c.failed, c.expired, c.cancelled
         FROM campaign c LEFT JOIN number n ON n.tenant_id = c.tenant_id AND n.number_id = c.number_id
         WHERE c.tenant_id = $1
         ORDER BY CASE WHEN c.status IN ('running', 'paused', 'scheduled') THEN 0 ELSE 1 END, c.created_at DESC
         LIMIT $2",
        tenant,
        limit
    )?;
    Ok(rows
        .into_iter()
        .map(|row| CampaignBrief {
            id: row.campaign_id,
            name: row.name,
            status: row.status,
            number_label: row.number_label,
            totals: row.totals.into(),
        })
        .collect())
}

pub(super) async fn list_numbers(tx: &mut TenantTx, limit: i64) -> Result<Vec<NumberBrief>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        NumberRow,
        "SELECT n.number_id, n.label, n.network, n.phone, n.state, n.problem, n.held_until,
                (SELECT COUNT(*) FROM outbox o WHERE o.number_id = n.number_id AND o.tenant_id = n.tenant_id) AS queued
         FROM number n WHERE n.tenant_id = $1 AND n.removed_at IS NULL ORDER BY lower(n.label) LIMIT $2",
        tenant,
        limit
    )?;
    Ok(rows
        .into_iter()
        .map(|row| NumberBrief {
            id: row.number_id,
            label: row.label,
            network: row.network,
            phone: row.phone,
            state: row.state,
            problem: row.problem,
            held_until: row.held_until,
            queued: count(row.queued),
        })
        .collect())
}
