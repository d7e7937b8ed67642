//! SQL of campaigns.

use super::SendOptions;
use crate::{
    Server,
    db::{TenantTx, found, like_pattern, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
};
use domain::{
    CampaignId, ContactId, ImportId, Millis, NumberId, Page, PageRequest, TenantId,
    campaign::{Audience, CampaignStatus, CampaignTotals, CampaignView, Clock, NewCampaign, Schedule},
    message::MessageKind,
    time::Wall,
};

/// A campaign that has something to do.
#[derive(sqlx::FromRow)]
pub(super) struct Open {
    pub tenant_id: TenantId,
    pub campaign_id: CampaignId,
    pub status: CampaignStatus,
}

/// Campaigns of all tenants that run or are to begin, those that waited longest first.
pub(super) async fn open(server: &Server) -> Result<Vec<Open>> {
    let mut tx = server.db.system_read().await?;
    let sql = "SELECT tenant_id, campaign_id, status FROM campaign
         WHERE status = 'running' OR (status = 'scheduled' AND starts_at <= $1)
         ORDER BY COALESCE(started_at, starts_at), campaign_id";
    Ok(fetch_all!(&mut tx, Open, sql, server.now())?)
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
    source_id: Option<CampaignId>,
    pub rate: Option<f64>,
    pub prepared: bool,
    pub prepare_after: Option<ContactId>,
    pub next_at: Millis,
    start_wall: Option<Wall>,
    deadline_wall: Option<Wall>,
    clock: Clock,
    pub starts_at: Option<Millis>,
    pub recipients: i64,
    sent: i64,
    failed: i64,
    expired: i64,
    cancelled: i64,
}

impl Locked {
    pub(super) fn audience(&self) -> Option<Audience> {
        audience(self.audience_kind.as_deref(), self.import_id, self.source_id)
    }

    pub(super) fn schedule(&self) -> Schedule {
        Schedule { start: self.start_wall, deadline: self.deadline_wall, clock: self.clock }
    }

    pub(super) fn still_queued(&self) -> i64 {
        self.recipients - self.sent - self.failed - self.expired - self.cancelled
    }
}

fn audience(kind: Option<&str>, import: Option<ImportId>, source: Option<CampaignId>) -> Option<Audience> {
    match kind? {
        "everyone" => Some(Audience::Everyone),
        "import" => import.map(Audience::Import),
        "unreached" => source.map(Audience::Unreached),
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
         RETURNING name, status, number_id, body, audience_kind, import_id, source_id, rate, prepared, prepare_after, next_at,
           start_wall, deadline_wall, clock, starts_at, recipients, sent, failed, expired, cancelled",
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
    let (kind, import, source) = audience_columns(new.audience);
    one_row(execute!(
        tx,
        "INSERT INTO campaign (campaign_id, tenant_id, name, status, number_id, body, audience_kind, import_id, rate,
           send_key, send_hash, prepared, created_at, start_wall, deadline_wall, clock, source_id)
         VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
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
        now,
        new.schedule.start,
        new.schedule.deadline,
        new.schedule.clock,
        source
    )?)
}

pub(super) async fn update_draft(tx: &mut TenantTx, id: CampaignId, draft: &NewCampaign) -> Result<()> {
    let tenant = tx.tenant();
    let (kind, import, source) = audience_columns(draft.audience);
    one_row(execute!(
        tx,
        "UPDATE campaign SET name = $3, number_id = $4, body = $5, audience_kind = $6, import_id = $7, start_wall = $8,
           deadline_wall = $9, clock = $10, source_id = $11
         WHERE tenant_id = $1 AND campaign_id = $2",
        tenant,
        id,
        &draft.name,
        draft.number,
        &draft.message,
        kind,
        import,
        draft.schedule.start,
        draft.schedule.deadline,
        draft.schedule.clock,
        source
    )?)
}

type AudienceColumns = (Option<&'static str>, Option<ImportId>, Option<CampaignId>);

fn audience_columns(audience: Option<Audience>) -> AudienceColumns {
    match audience {
        None => (None, None, None),
        Some(Audience::Everyone) => (Some("everyone"), None, None),
        Some(Audience::Import(import)) => (Some("import"), Some(import), None),
        Some(Audience::Unreached(source)) => (Some("unreached"), None, Some(source)),
    }
}

pub(super) async fn find_by_key(tx: &mut TenantTx, key: &str) -> Result<Option<(CampaignId, Vec<u8>)>> {
    let tenant = tx.tenant();
    let sql = "SELECT campaign_id, send_hash FROM campaign WHERE tenant_id = $1 AND send_key = $2";
    Ok(fetch_optional!(tx, (CampaignId, Vec<u8>), sql, tenant, key)?)
}

pub(super) async fn start(tx: &mut TenantTx, id: CampaignId, status: CampaignStatus, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    // Whoever starts it before its time does not want it to wait.
    let sql = "UPDATE campaign SET status = $3, started_at = $4,
           start_wall = CASE WHEN starts_at <= $4 THEN start_wall END, starts_at = NULL
         WHERE tenant_id = $1 AND campaign_id = $2";
    one_row(execute!(tx, sql, tenant, id, status, now)?)
}

/// It begins by itself then, or, without a time, waits for somebody as a draft.
pub(super) async fn set_starts_at(
    tx: &mut TenantTx,
    id: CampaignId,
    status: CampaignStatus,
    starts_at: Option<Millis>,
) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE campaign SET status = $3, starts_at = $4 WHERE tenant_id = $1 AND campaign_id = $2";
    one_row(execute!(tx, sql, tenant, id, status, starts_at)?)
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

/// The campaigns of a number, taken for this transaction in the order of ids.
pub(super) async fn lock_of_number(tx: &mut TenantTx, number: NumberId) -> Result<Vec<(CampaignId, CampaignStatus)>> {
    let tenant = tx.tenant();
    let sql = "SELECT campaign_id FROM campaign WHERE tenant_id = $1 AND number_id = $2 ORDER BY campaign_id";
    let ids: Vec<(CampaignId,)> = fetch_all!(tx, (CampaignId,), sql, tenant, number)?;
    let mut campaigns = Vec::with_capacity(ids.len());
    for (id,) in ids {
        campaigns.push((id, lock(tx, id).await?.status));
    }
    Ok(campaigns)
}

pub(super) async fn lose_number(tx: &mut TenantTx, id: CampaignId, status: CampaignStatus) -> Result<()> {
    let tenant = tx.tenant();
    let sql =
        "UPDATE campaign SET number_id = NULL, status = $3, starts_at = NULL WHERE tenant_id = $1 AND campaign_id = $2";
    one_row(execute!(tx, sql, tenant, id, status)?)
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: CampaignId,
    name: String,
    status: CampaignStatus,
    number_id: Option<NumberId>,
    number_label: Option<String>,
    body: String,
    file_kind: Option<MessageKind>,
    audience_kind: Option<String>,
    import_id: Option<ImportId>,
    source_id: Option<CampaignId>,
    audience_name: Option<String>,
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
    start_wall: Option<Wall>,
    deadline_wall: Option<Wall>,
    clock: Clock,
    starts_at: Option<Millis>,
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
            file: row.file_kind,
            audience: audience(row.audience_kind.as_deref(), row.import_id, row.source_id),
            audience_name: row.audience_name,
            schedule: Schedule { start: row.start_wall, deadline: row.deadline_wall, clock: row.clock },
            starts_at: row.starts_at,
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
    "SELECT c.campaign_id, c.name, c.status, c.number_id, n.label AS number_label, c.body, f.kind AS file_kind,
           c.audience_kind, c.import_id, c.source_id, COALESCE(i.file_name, s.name) AS audience_name, c.prepared,
           c.recipients, c.excluded, c.sent, c.delivered, c.read, c.replied, c.failed, c.expired, c.cancelled, c.created_at, c.started_at, c.ended_at,
           c.start_wall, c.deadline_wall, c.clock, c.starts_at
         FROM campaign c
         LEFT JOIN number n ON n.tenant_id = c.tenant_id AND n.number_id = c.number_id
         LEFT JOIN campaign_file f ON f.tenant_id = c.tenant_id AND f.campaign_id = c.campaign_id
         LEFT JOIN contact_import i ON i.tenant_id = c.tenant_id AND i.import_id = c.import_id
         LEFT JOIN campaign s ON s.tenant_id = c.tenant_id AND s.campaign_id = c.source_id";

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

pub(super) async fn set_next_at(tx: &mut TenantTx, id: CampaignId, at: Millis) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(tx, "UPDATE campaign SET next_at = $3 WHERE tenant_id = $1 AND campaign_id = $2", tenant, id, at)?)
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
