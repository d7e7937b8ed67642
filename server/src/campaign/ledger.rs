//! SQL of the ledger: who gets a campaign, what became of it, and the news that is not folded in yet.

use super::schedule::Times;
use crate::{
    Server,
    db::{Column, OnConn as _, TenantTx, each_row, json_list, like_pattern},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional, insert_rows,
};
use domain::{
    CampaignId, ContactId, MessageId, Millis, NumberId, Page, PageRequest, PhoneNumber, TenantId,
    campaign::RecipientView,
    contact::{Attributes, display_name},
    message::{FailReason, MessageState},
};
use serde::Serialize;
use sqlx::types::Json;
use std::collections::HashMap;

/// Which recipients a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecipientFilter {
    pub state: Option<MessageState>,
    /// Only those who answered.
    pub replied: bool,
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
    pub times: Times,
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
        "INSERT INTO campaign_message (tenant_id, campaign_id, contact_id, position, due_at, expires_at, state, changed_at)",
        recipients,
        |r| [tenant, id, r.contact, r.position, r.times.due_at, r.times.expires_at, MessageState::Queued, now],
        "ON CONFLICT (campaign_id, contact_id, step, bubble) DO NOTHING"
    )?)
}

/// A recipient whose message is still to be put into the outbox.
#[derive(sqlx::FromRow)]
pub(super) struct Unfed {
    pub contact_id: ContactId,
    name: String,
    push_name: String,
    pub phone: Option<PhoneNumber>,
    pub attributes: Json<Attributes>,
    pub expires_at: Option<Millis>,
}

impl Unfed {
    /// The tenant's name for the person, else their own.
    pub(super) fn name(&self) -> &str {
        if self.name.trim().is_empty() { &self.push_name } else { &self.name }
    }
}

/// Those whose time has come, the longest waiting first.
pub(super) async fn unfed(tx: &mut TenantTx, id: CampaignId, now: Millis, limit: i64) -> Result<Vec<Unfed>> {
    let tenant = tx.tenant();
    Ok(fetch_all!(
        tx,
        Unfed,
        "SELECT m.contact_id, c.name, c.push_name, c.phone, c.attributes, m.expires_at
         FROM campaign_message m JOIN contact c ON c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id
         WHERE m.tenant_id = $1 AND m.campaign_id = $2 AND m.message_id IS NULL AND m.state = 'queued'
           AND m.due_at <= $3
         ORDER BY m.due_at, m.position LIMIT $4",
        tenant,
        id,
        now,
        limit
    )?)
}

/// When the time of the next ones comes, and how many they are; none when nobody waits for theirs.
pub(super) async fn next_due(tx: &mut TenantTx, id: CampaignId, now: Millis) -> Result<Option<(Millis, i64)>> {
    let tenant = tx.tenant();
    Ok(fetch_optional!(
        tx,
        (Millis, i64),
        "SELECT due_at, COUNT(*) FROM campaign_message
         WHERE tenant_id = $1 AND campaign_id = $2 AND message_id IS NULL AND state = 'queued' AND due_at > $3
         GROUP BY due_at ORDER BY due_at LIMIT 1",
        tenant,
        id,
        now
    )?)
}

/// A recipient and the message that was put into the outbox for them.
#[derive(Serialize)]
pub(super) struct Fed {
    pub contact_id: ContactId,
    pub message_id: MessageId,
}

pub(super) async fn set_fed(tx: &mut TenantTx, id: CampaignId, fed: &[Fed]) -> Result<()> {
    let tenant = tx.tenant();
    let columns = [("contact_id", Column::Id), ("message_id", Column::Id)];
    let sql = format!(
        "UPDATE campaign_message SET message_id = given.message_id FROM {}
         WHERE tenant_id = $1 AND campaign_id = $2 AND campaign_message.contact_id = given.contact_id
           AND campaign_message.message_id IS NULL",
        tx.conn().json_table("$3", &columns)
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    each_row(fed.len(), execute!(tx, sql(), tenant, id, Json(fed))?)
}

/// Back to the ledger: their messages were taken out of the outbox before they left.
pub(super) async fn unfeed(tx: &mut TenantTx, id: CampaignId, contacts: &[ContactId]) -> Result<()> {
    let tenant = tx.tenant();
    let sql = format!(
        "UPDATE campaign_message SET message_id = NULL
         WHERE tenant_id = $1 AND campaign_id = $2 AND contact_id {} AND state = 'queued'",
        tx.conn().among_ids("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    each_row(contacts.len(), execute!(tx, sql(), tenant, id, json_list(contacts).as_str())?)
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

/// Whether anybody is too late who has nothing on the wire.
pub(super) async fn is_late(tx: &mut TenantTx, id: CampaignId, now: Millis) -> Result<bool> {
    let tenant = tx.tenant();
    let late: Option<(CampaignId,)> = fetch_optional!(
        tx,
        (CampaignId,),
        "SELECT m.campaign_id FROM campaign_message m
         WHERE m.tenant_id = $1 AND m.campaign_id = $2 AND m.state = 'queued' AND m.expires_at <= $3
           AND (m.message_id IS NULL OR EXISTS (
             SELECT 1 FROM outbox o WHERE o.message_id = m.message_id AND o.attempts = 0))
         LIMIT 1",
        tenant,
        id,
        now
    )?;
    Ok(late.is_some())
}

/// Some of those who are not in the outbox and whose deadline has passed are too late; how many.
pub(super) async fn expire_unfed(tx: &mut TenantTx, id: CampaignId, limit: i64, now: Millis) -> Result<u64> {
    let tenant = tx.tenant();
    Ok(execute!(
        tx,
        "UPDATE campaign_message SET state = 'expired', changed_at = $4
         WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'queued' AND message_id IS NULL AND contact_id IN (
           SELECT contact_id FROM campaign_message
           WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'queued' AND message_id IS NULL AND expires_at <= $4
           LIMIT $3)",
        tenant,
        id,
        limit,
        now
    )?)
}

/// There is no number to send with: some of those who are not in the outbox fail; how many.
pub(super) async fn fail_unfed(tx: &mut TenantTx, id: CampaignId, limit: i64, now: Millis) -> Result<u64> {
    let tenant = tx.tenant();
    Ok(execute!(
        tx,
        "UPDATE campaign_message SET state = 'failed', fail_reason = $4, changed_at = $5
         WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'queued' AND message_id IS NULL AND contact_id IN (
           SELECT contact_id FROM campaign_message
           WHERE tenant_id = $1 AND campaign_id = $2 AND state = 'queued' AND message_id IS NULL LIMIT $3)",
        tenant,
        id,
        limit,
        FailReason::NumberGone,
        now
    )?)
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

/// The states of these messages in the ledger of this campaign; those that are not in it are left out.
pub(super) async fn states(
    tx: &mut TenantTx,
    id: CampaignId,
    changes: &[Change],
) -> Result<HashMap<MessageId, MessageState>> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT message_id, state FROM campaign_message WHERE tenant_id = $1 AND campaign_id = $2 AND message_id {}",
        tx.conn().among_ids("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let messages = json_list(changes.iter().map(|change| change.message_id));
    let rows: Vec<(MessageId, MessageState)> =
        fetch_all!(tx, (MessageId, MessageState), sql(), tenant, id, messages.as_str())?;
    Ok(rows.into_iter().collect())
}

/// What the ledger is to say of a message from now on.
#[derive(Serialize)]
pub(super) struct NewState {
    pub message_id: MessageId,
    pub state: &'static str,
    pub fail_reason: Option<&'static str>,
    pub changed_at: Millis,
}

pub(super) async fn set_states(tx: &mut TenantTx, id: CampaignId, states: &[NewState]) -> Result<()> {
    let tenant = tx.tenant();
    let columns = [
        ("message_id", Column::Id),
        ("state", Column::Text),
        ("fail_reason", Column::Text),
        ("changed_at", Column::Number),
    ];
    let sql = format!(
        "UPDATE campaign_message
         SET state = given.state, fail_reason = given.fail_reason, changed_at = given.changed_at FROM {}
         WHERE tenant_id = $1 AND campaign_id = $2 AND campaign_message.message_id = given.message_id",
        tx.conn().json_table("$3", &columns)
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    each_row(states.len(), execute!(tx, sql(), tenant, id, Json(states))?)
}

/// The campaign that wrote to this person last, over the number they answered.
pub(super) async fn answered_campaign(tx: &mut TenantTx, reply: &Reply) -> Result<Option<CampaignId>> {
    let tenant = tx.tenant();
    let row: Option<(CampaignId,)> = fetch_optional!(
        tx,
        (CampaignId,),
        "SELECT m.campaign_id FROM campaign_message m JOIN message s ON s.message_id = m.message_id
         WHERE m.tenant_id = $1 AND m.contact_id = $2 AND s.number_id = $3 AND m.message_id IS NOT NULL
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
