//! SQL of campaigns, their ledger and their minutes.

use super::SendOptions;
use crate::{
    Server,
    db::{TenantTx, found, like_pattern, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional, insert_rows,
};
use domain::{
    CampaignId, ContactId, ImportId, MessageId, Millis, NumberId, Page, PageRequest, PhoneNumber, TenantId,
    campaign::{Audience, CampaignMinute, CampaignStatus, CampaignTotals, CampaignView, NewCampaign, RecipientView},
    contact::{Attributes, display_name},
    message::{FailReason, MessageState},
};
use sqlx::types::Json;

/// Which recipients a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecipientFilter {
    pub state: Option<MessageState>,
    /// Only those who answered.
    pub replied: bool,
}

/// A campaign that has something to do.
#[derive(sqlx::FromRow)]
pub(super) struct Open {
    pub tenant_id: TenantId,
    pub campaign_id: CampaignId,
}

/// Running campaigns of all tenants, those that waited longest first.
pub(super) async fn open(server: &Server) -> Result<Vec<Open>> {
    let mut tx = server.db.system_read().await?;
    let sql = "SELECT tenant_id, campaign_id FROM campaign WHERE status = 'running' ORDER BY started_at, campaign_id";
    Ok(fetch_all!(&mut tx, Open, sql)?)
}

/// A campaign while one transaction works on it.
#[derive(sqlx::FromRow)]
pub(super) struct Locked {
    pub name: String,
    pub status: CampaignStatus,
    pub number_id: Option<NumberId>,
    pub body: String,
    audience_kind: Option<String>,
    import_id: Option<ImportId>,
    pub rate: Option<f64>,
    pub prepared: bool,
    pub prepare_after: Option<ContactId>,
    pub next_at: Millis,
    pub recipients: i64,
    sent: i64,
    failed: i64,
    expired: i64,
    cancelled: i64,
}

impl Locked {
    pub(super) fn audience(&self) -> Option<Audience> {
        audience(self.audience_kind.as_deref(), self.import_id)
    }

    pub(super) fn still_queued(&self) -> i64 {
        self.recipients - self.sent - self.failed - self.expired - self.cancelled
    }
}

fn audience(kind: Option<&str>, import: Option<ImportId>) -> Option<Audience> {
    match (kind, import) {
        (Some("import"), Some(import)) => Some(Audience::Import(import)),
        (Some("everyone"), _) => Some(Audience::Everyone),
        _ => None,
    }
}

/// Takes the campaign for this transaction: whoever else wants it waits.
pub(super) async fn lock(tx: &mut TenantTx, id: CampaignId) -> Result<Locked> {
    let tenant = tx.tenant();
    found(fetch_optional!(
        tx,
        Locked,
        "UPDATE campaign SET status = status WHERE tenant_id = $1 AND campaign_id = $2
         RETURNING name, status, number_id, body, audience_kind, import_id, rate, prepared, prepare_after, next_at,
           recipients, sent, failed, expired, cancelled",
        tenant,
        id
    )?)
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    id: CampaignId,
    new: &NewCampaign,
    options: &SendOptions,
    now: Millis,
) -> Result<()> {
    let tenant = tx.tenant();
    let (kind, import) = audience_columns(new.audience);
    one_row(execute!(
        tx,
        "INSERT INTO campaign (campaign_id, tenant_id, name, status, number_id, body, audience_kind, import_id, rate,
           send_key, send_hash, prepared, created_at)
         VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id,
        tenant,
        &new.name,
        new.number,
        &new.message,
        kind,
        import,
        options.rate,
        options.key.as_ref().map(|key| key.key.as_str()),
        options.key.as_ref().map(|key| key.hash.as_slice()),
        false,
        now
    )?)
}

pub(super) async fn update_draft(tx: &mut TenantTx, id: CampaignId, draft: &NewCampaign) -> Result<()> {
    let tenant = tx.tenant();
    let (kind, import) = audience_columns(draft.audience);
    one_row(execute!(
        tx,
        "UPDATE campaign SET name = $3, number_id = $4, body = $5, audience_kind = $6, import_id = $7
         WHERE tenant_id = $1 AND campaign_id = $2",
        tenant,
        id,
        &draft.name,
        draft.number,
        &draft.message,
        kind,
        import
    )?)
}

fn audience_columns(audience: Option<Audience>) -> (Option<&'static str>, Option<ImportId>) {
    match audience {
        None => (None, None),
        Some(Audience::Everyone) => (Some("everyone"), None),
        Some(Audience::Import(import)) => (Some("import"), Some(import)),
    }
}

pub(super) async fn find_by_key(tx: &mut TenantTx, key: &str) -> Result<Option<(CampaignId, Vec<u8>)>> {
    let tenant = tx.tenant();
    let sql = "SELECT campaign_id, send_hash FROM campaign WHERE tenant_id = $1 AND send_key = $2";
    Ok(fetch_optional!(tx, (CampaignId, Vec<u8>), sql, tenant, key)?)
}

pub(super) async fn start(tx: &mut TenantTx, id: CampaignId, status: CampaignStatus, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE campaign SET status = $3, started_at = $4 WHERE tenant_id = $1 AND campaign_id = $2";
    one_row(execute!(tx, sql, tenant, id, status, now)?)
}

pub(super) async fn set_status(
    tx: &mut TenantTx,
    id: CampaignId,
    status: CampaignStatus,
    ended: bool,
    now: Millis,
) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE campaign SET status = $3, ended_at = $4 WHERE tenant_id = $1 AND campaign_id = $2";
    one_row(execute!(tx, sql, tenant, id, status, ended.then_some(now))?)
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: CampaignId,
    name: String,
    status: CampaignStatus,
    number_id: Option<NumberId>,
    number_label: Option<String>,
    body: String,
    audience_kind: Option<String>,
    import_id: Option<ImportId>,
    file_name: Option<String>,
    prepared: bool,
    recipients: i64,
    excluded: i64,
    sent: i64,
    delivered: i64,
    read: i64,
    replied: i64,
    failed: i64,
    expired: i64,
    cancelled: i64,
    created_at: Millis,
    started_at: Option<Millis>,
    ended_at: Option<Millis>,
}

impl From<Row> for CampaignView {
    fn from(row: Row) -> Self {
        Self {
            id: row.campaign_id,
            name: row.name,
            status: row.status,
            number: row.number_id,
            number_label: row.number_label,
            message: row.body,
            audience: audience(row.audience_kind.as_deref(), row.import_id),
            audience_name: row.file_name,
            totals: CampaignTotals {
                recipients: row.recipients.unsigned_abs(),
                excluded: row.excluded.unsigned_abs(),
                sent: row.sent.unsigned_abs(),
                delivered: row.delivered.unsigned_abs(),
                read: row.read.unsigned_abs(),
                replied: row.replied.unsigned_abs(),
                failed: row.failed.unsigned_abs(),
                expired: row.expired.unsigned_abs(),
                cancelled: row.cancelled.unsigned_abs(),
            },
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            preparing: row.status == CampaignStatus::Running && !row.prepared,
        }
    }
}

const VIEW: &str =
    "SELECT c.campaign_id, c.name, c.status, c.number_id, n.label AS number_label, c.body, c.audience_kind,
           c.import_id, i.file_name, c.prepared, c.recipients, c.excluded, c.sent, c.delivered, c.read, c.replied,
           c.failed, c.expired, c.cancelled, c.created_at, c.started_at, c.ended_at
         FROM campaign c
         LEFT JOIN number n ON n.tenant_id = c.tenant_id AND n.number_id = c.number_id
         LEFT JOIN contact_import i ON i.tenant_id = c.tenant_id AND i.import_id = c.import_id";

pub(super) async fn get(tx: &mut TenantTx, id: CampaignId) -> Result<CampaignView> {
    let tenant = tx.tenant();
    let sql = format!("{VIEW} WHERE c.tenant_id = $1 AND c.campaign_id = $2");
    let row = fetch_optional!(tx, Row, sqlx::AssertSqlSafe(sql.clone()), tenant, id)?;
    found(row.map(Into::into))
}

pub(super) async fn list(tx: &mut TenantTx, page: PageRequest) -> Result<Page<CampaignView>> {
    let tenant = tx.tenant();
    let pattern = like_pattern(&page.search);
    let sql = format!(
        "{VIEW} WHERE c.tenant_id = $1 AND lower(c.name) LIKE $2 ESCAPE '\\'
         ORDER BY c.created_at DESC, c.campaign_id DESC LIMIT $3 OFFSET $4"
    );
    let rows = fetch_all!(tx, Row, sqlx::AssertSqlSafe(sql.clone()), tenant, &pattern, page.limit(), page.offset())?;
    let sql = "SELECT COUNT(*) FROM campaign WHERE tenant_id = $1 AND lower(name) LIKE $2 ESCAPE '\\'";
    let (total,): (i64,) = fetch_one!(tx, (i64,), sql, tenant, &pattern)?;
    Ok(Page {
        rows: rows.into_iter().map(Into::into).collect(),
        total: total.unsigned_abs(),
        page: page.page,
        per_page: page.per_page,
    })
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

pub(super) async fn minutes(tx: &mut TenantTx, id: CampaignId) -> Result<Vec<CampaignMinute>> {
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

#[derive(sqlx::FromRow)]
struct RecipientRow {
    contact_id: ContactId,
    name: String,
    push_name: String,
    phone: PhoneNumber,
    state: MessageState,
    fail_reason: Option<FailReason>,
    replied_at: Option<Millis>,
    changed_at: Millis,
}

pub(super) async fn recipients(
    tx: &mut TenantTx,
    id: CampaignId,
    filter: RecipientFilter,
    page: PageRequest,
) -> Result<Page<RecipientView>> {
    let tenant = tx.tenant();
    let pattern = like_pattern(&page.search);
    let (state, replied) = (filter.state.map(MessageState::as_str), i64::from(filter.replied));
    let from = "FROM campaign_message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id
         WHERE m.tenant_id = $1 AND m.campaign_id = $2 AND ($3 IS NULL OR m.state = $3)
           AND ($4 = 0 OR m.replied_at IS NOT NULL)
           AND ($5 = '%%' OR lower(c.name) LIKE $5 ESCAPE '\\' OR c.phone LIKE $5)";
    let sql = format!(
        "SELECT m.contact_id, c.name, c.push_name, c.phone, m.state, m.fail_reason, m.replied_at, m.changed_at {from}
         ORDER BY m.position LIMIT $6 OFFSET $7"
    );
    let rows = fetch_all!(
        tx,
        RecipientRow,
        sqlx::AssertSqlSafe(sql.clone()),
        tenant,
        id,
        state,
        replied,
        &pattern,
        page.limit(),
        page.offset()
    )?;
    let sql = format!("SELECT COUNT(*) {from}");
    let (total,): (i64,) =
        fetch_one!(tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), tenant, id, state, replied, &pattern)?;
    let rows = rows
        .into_iter()
        .map(|row| RecipientView {
            contact: row.contact_id,
            name: display_name(&row.name, &row.push_name, Some(&row.phone)),
            phone: row.phone,
            state: row.state,
            replied: row.replied_at.is_some(),
            fail_reason: row.fail_reason,
            changed_at: row.changed_at,
        })
        .collect();
    Ok(Page { rows, total: total.unsigned_abs(), page: page.page, per_page: page.per_page })
}

pub(super) struct NewRecipient {
    pub contact: ContactId,
    pub position: i64,
}

/// How many were new.
pub(super) async fn insert_recipients(
    tx: &mut TenantTx,
    id: CampaignId,
    recipients: &[NewRecipient],
    now: Millis,
) -> Result<u64> {
    let tenant = tx.tenant();
    Ok(insert_rows!(
        tx,
        "INSERT INTO campaign_message (tenant_id, campaign_id, contact_id, position, state, changed_at)",
        recipients,
        |r| [tenant, id, r.contact, r.position, MessageState::Queued, now],
        "ON CONFLICT (campaign_id, contact_id, step, bubble) DO NOTHING"
    )?)
}

pub(super) async fn set_prepared(
    tx: &mut TenantTx,
    id: CampaignId,
    after: Option<ContactId>,
    prepared: bool,
) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE campaign SET prepare_after = $3, prepared = $4 WHERE tenant_id = $1 AND campaign_id = $2";
    one_row(execute!(tx, sql, tenant, id, after, prepared)?)
}

/// A recipient whose message is still to be put into the outbox.
#[derive(sqlx::FromRow)]
pub(super) struct Unfed {
    pub contact_id: ContactId,
    name: String,
    push_name: String,
    pub phone: Option<PhoneNumber>,
    pub attributes: Json<Attributes>,
}

impl Unfed {
    /// The tenant's name for the person, else their own.
    pub(super) fn name(&self) -> &str {
        if self.name.trim().is_empty() { &self.push_name } else { &self.name }
    }
}

pub(super) async fn unfed(tx: &mut TenantTx, id: CampaignId, limit: i64) -> Result<Vec<Unfed>> {
    let tenant = tx.tenant();
    Ok(fetch_all!(
        tx,
        Unfed,
        "SELECT m.contact_id, c.name, c.push_name, c.phone, c.attributes
         FROM campaign_message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id
         WHERE m.tenant_id = $1 AND m.campaign_id = $2 AND m.message_id IS NULL AND m.state = 'queued'
         ORDER BY m.position LIMIT $3",
        tenant,
        id,
        limit
    )?)
}

pub(super) async fn set_fed(tx: &mut TenantTx, id: CampaignId, fed: &[(ContactId, MessageId)]) -> Result<()> {
    let tenant = tx.tenant();
    for (contact, message) in fed {
        one_row(execute!(
            tx,
            "UPDATE campaign_message SET message_id = $4
             WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id = $3 AND message_id IS NULL",
            tenant,
            id,
            *contact,
            *message
        )?)?;
    }
    Ok(())
}

/// Back to the ledger: their messages were taken out of the outbox before they left.
pub(super) async fn unfeed(tx: &mut TenantTx, id: CampaignId, contacts: &[ContactId]) -> Result<()> {
    let tenant = tx.tenant();
    for contact in contacts {
        one_row(execute!(
            tx,
            "UPDATE campaign_message SET message_id = NULL
             WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id = $3 AND state = 'queued'",
            tenant,
            id,
            *contact
        )?)?;
    }
    Ok(())
}

/// Everything that is not in the outbox will not be sent any more; how many.
pub(super) async fn cancel_unfed(tx: &mut TenantTx, id: CampaignId, now: Millis) -> Result<u64> {
    let tenant = tx.tenant();
    Ok(execute!(
        tx,
        "UPDATE campaign_message SET state = 'cancelled', changed_at = $3
         WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'queued' AND message_id IS NULL",
        tenant,
        id,
        now
    )?)
}

pub(super) async fn set_next_at(tx: &mut TenantTx, id: CampaignId, at: Millis) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(tx, "UPDATE campaign SET next_at = $3 WHERE tenant_id = $1 AND campaign_id = $2", tenant, id, at)?)
}

/// Campaigns with news, and tenants with replies (no campaign).
#[derive(sqlx::FromRow)]
pub(super) struct Changed {
    pub tenant_id: TenantId,
    pub campaign_id: Option<CampaignId>,
}

pub(super) async fn changed(server: &Server) -> Result<Vec<Changed>> {
    let mut tx = server.db.system_read().await?;
    // What happened to messages first: a reply counts only for a message that is known to have been sent.
    Ok(fetch_all!(
        &mut tx,
        Changed,
        "SELECT tenant_id, campaign_id FROM message_change GROUP BY tenant_id, campaign_id
         ORDER BY CASE WHEN campaign_id IS NULL THEN 1 ELSE 0 END, campaign_id"
    )?)
}

#[derive(sqlx::FromRow)]
pub(super) struct Change {
    seq: i64,
    pub message_id: MessageId,
    pub change: MessageState,
    pub fail_reason: Option<FailReason>,
    pub at: Millis,
}

/// Removes and returns the oldest changes of a campaign, in order.
pub(super) async fn take_changes(tx: &mut TenantTx, id: CampaignId, limit: i64) -> Result<Vec<Change>> {
    let tenant = tx.tenant();
    let mut changes = fetch_all!(
        tx,
        Change,
        "DELETE FROM message_change WHERE seq IN (
           SELECT seq FROM message_change WHERE tenant_id = $1 AND campaign_id = $2 ORDER BY seq LIMIT $3)
         RETURNING seq, message_id, change, fail_reason, at",
        tenant,
        id,
        limit
    )?;
    changes.sort_by_key(|change| change.seq);
    Ok(changes)
}

#[derive(sqlx::FromRow)]
pub(super) struct Reply {
    seq: i64,
    number_id: NumberId,
    contact_id: ContactId,
    pub at: Millis,
}

/// Removes and returns the oldest replies of the tenant, in order.
pub(super) async fn take_replies(tx: &mut TenantTx, limit: i64) -> Result<Vec<Reply>> {
    let tenant = tx.tenant();
    let mut replies = fetch_all!(
        tx,
        Reply,
        "DELETE FROM message_change WHERE seq IN (
           SELECT seq FROM message_change WHERE tenant_id = $1 AND campaign_id IS NULL ORDER BY seq LIMIT $2)
         RETURNING seq, number_id, contact_id, at",
        tenant,
        limit
    )?;
    replies.sort_by_key(|reply| reply.seq);
    Ok(replies)
}

pub(super) async fn ledger_state(
    tx: &mut TenantTx,
    id: CampaignId,
    message: MessageId,
) -> Result<Option<MessageState>> {
    let tenant = tx.tenant();
    let sql = "SELECT state FROM campaign_message WHERE tenant_id = $1 AND campaign_id = $2 AND message_id = $3";
    let row: Option<(MessageState,)> = fetch_optional!(tx, (MessageState,), sql, tenant, id, message)?;
    Ok(row.map(|(state,)| state))
}

pub(super) async fn set_ledger_state(
    tx: &mut TenantTx,
    id: CampaignId,
    change: &Change,
    state: MessageState,
) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(
        tx,
        "UPDATE campaign_message SET state = $4, fail_reason = $5, changed_at = $6
         WHERE tenant_id = $1 AND campaign_id = $2 AND message_id = $3",
        tenant,
        id,
        change.message_id,
        state,
        change.fail_reason,
        change.at
    )?)
}

/// The campaign that wrote to this person last, over the number they answered.
pub(super) async fn answered_campaign(tx: &mut TenantTx, reply: &Reply) -> Result<Option<CampaignId>> {
    let tenant = tx.tenant();
    let row: Option<(CampaignId,)> = fetch_optional!(
        tx,
        (CampaignId,),
        "SELECT m.campaign_id FROM campaign_message m JOIN campaign c ON c.tenant_id = m.tenant_id AND c.campaign_id = m.campaign_id
         WHERE m.tenant_id = $1 AND m.contact_id = $2 AND c.number_id = $3 AND m.message_id IS NOT NULL
           AND m.state IN ('queued', 'sent', 'delivered', 'read')
         ORDER BY m.message_id DESC LIMIT 1",
        tenant,
        reply.contact_id,
        reply.number_id
    )?;
    Ok(row.map(|(id,)| id))
}

/// False when this person had answered already.
pub(super) async fn mark_replied(tx: &mut TenantTx, id: CampaignId, reply: &Reply) -> Result<bool> {
    let tenant = tx.tenant();
    Ok(execute!(
        tx,
        "UPDATE campaign_message SET replied_at = $4, changed_at = $4
         WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id = $3 AND replied_at IS NULL",
        tenant,
        id,
        reply.contact_id,
        reply.at
    )? > 0)
}

pub(super) async fn add_totals(tx: &mut TenantTx, id: CampaignId, add: &CampaignTotals) -> Result<()> {
    let tenant = tx.tenant();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    one_row(execute!(
        tx,
        "UPDATE campaign SET recipients = recipients + $3, excluded = excluded + $4, sent = sent + $5,
           delivered = delivered + $6, read = read + $7, replied = replied + $8, failed = failed + $9,
           expired = expired + $10, cancelled = cancelled + $11
         WHERE tenant_id = $1 AND campaign_id = $2",
        tenant,
        id,
        count(add.recipients),
        count(add.excluded),
        count(add.sent),
        count(add.delivered),
        count(add.read),
        count(add.replied),
        count(add.failed),
        count(add.expired),
        count(add.cancelled)
    )?)
}

pub(super) async fn add_minutes(
    tx: &mut TenantTx,
    id: CampaignId,
    minutes: &std::collections::BTreeMap<Millis, CampaignMinute>,
) -> Result<()> {
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
