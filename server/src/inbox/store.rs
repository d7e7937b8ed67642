//! SQL of conversations, and of their messages as they are read.

use crate::{
    Server, contact,
    db::{OnConn, SystemTx, TenantTx, found, like_pattern, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
    media::picture_link,
    number::store::IS_HERE,
    outbox::Sender,
};
use domain::{
    ContactId, ConversationId, MediaId, MessageId, Millis, NumberId, Page, PageRequest, PhoneNumber, TenantId,
    contact::display_name_or_lid,
    inbox::{ContactPanelView, ConversationCounts, ConversationStatus, ConversationView, LastMessage, ListView},
    message::{Author, Direction, MessageKind, MessageState},
    number::NumberState,
};
use sqlx::types::Json;
use std::collections::BTreeMap;

/// The conversation of a number and a contact, made if need be; a resolved one opens again.
pub(super) async fn open(
    tx: &mut impl OnConn,
    tenant: TenantId,
    id: ConversationId,
    number: NumberId,
    contact: ContactId,
    bot_paused: bool,
    now: Millis,
) -> Result<ConversationId> {
    let (id,): (ConversationId,) = fetch_one!(
        tx,
        (ConversationId,),
        "INSERT INTO conversation (conversation_id, tenant_id, number_id, contact_id, status, bot_paused, last_at, created_at)
         VALUES ($1, $2, $3, $4, 'open', $5, $6, $6)
         ON CONFLICT (tenant_id, number_id, contact_id) DO UPDATE SET status = 'open'
         RETURNING conversation_id",
        id,
        tenant,
        number,
        contact,
        bot_paused,
        now
    )?;
    Ok(id)
}

#[derive(sqlx::FromRow)]
struct Row {
    conversation_id: ConversationId,
    contact_id: ContactId,
    name: String,
    push_name: String,
    phone: Option<PhoneNumber>,
    lid: Option<String>,
    number_id: NumberId,
    number_label: String,
    number_state: NumberState,
    status: ConversationStatus,
    bot_paused: bool,
    unread: i64,
    direction: Option<Direction>,
    kind: Option<MessageKind>,
    body: Option<String>,
    state: Option<MessageState>,
    author: Option<Author>,
    at: Option<Millis>,
    is_deleted: bool,
    picture: Option<MediaId>,
}

impl Row {
    fn view(self, server: &Server, tenant: TenantId) -> ConversationView {
        let row = self;
        let last = match (row.direction, row.kind, row.at) {
            (Some(direction), Some(kind), Some(at)) => Some(LastMessage {
                direction,
                kind,
                preview: row.body.unwrap_or_default(),
                is_deleted: row.is_deleted,
                state: row.state,
                author: row.author,
                at,
            }),
            _ => None,
        };
        ConversationView {
            id: row.conversation_id,
            contact: row.contact_id,
            picture: row.picture.map(|media| picture_link(server, tenant, media)),
            name: display_name_or_lid(&row.name, &row.push_name, row.phone.as_ref(), row.lid.as_deref()),
            phone: row.phone,
            number: row.number_id,
            number_label: row.number_label,
            number_state: row.number_state,
            status: row.status,
            bot_paused: row.bot_paused,
            unread: row.unread.unsigned_abs(),
            last,
        }
    }
}

const VIEW: &str =
    "SELECT v.conversation_id, v.contact_id, c.name, c.push_name, c.phone, c.lid, v.number_id, n.label AS number_label,
           n.state AS number_state, v.status, v.bot_paused, v.unread, m.direction, m.kind,
           substr(m.body, 1, 120) AS body, m.state, m.author, m.at,
           m.deleted_at IS NOT NULL AS is_deleted, p.media_id AS picture
         FROM conversation v
         JOIN contact c ON c.tenant_id = v.tenant_id AND c.contact_id = v.contact_id
         JOIN number n ON n.tenant_id = v.tenant_id AND n.number_id = v.number_id AND n.removed_at IS NULL
         LEFT JOIN message m ON m.tenant_id = v.tenant_id AND m.message_id = v.last_message_id
         LEFT JOIN contact_picture p ON p.tenant_id = v.tenant_id AND p.contact_id = v.contact_id";

pub(super) async fn list(
    server: &Server,
    tx: &mut TenantTx,
    view: ListView,
    page: &PageRequest,
) -> Result<Page<ConversationView>> {
    let tenant = tx.tenant();
    let (pattern, digits) =
        (like_pattern(&page.search), page.search.chars().filter(char::is_ascii_digit).collect::<String>());
    // As written at home, 0812…, or with the country's code: the digits behind the zeros are in both.
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "no digits".to_owned() } else { format!("%{digits}%") };
    let condition = "v.tenant_id = $1 AND ($2 = 'all' OR ($2 = 'unread' AND v.unread > 0)
           OR ($2 = 'resolved' AND v.status = 'resolved') OR ($2 = 'open' AND v.status <> 'resolved'))
         AND ($3 = '%%' OR lower(c.name) LIKE $3 ESCAPE '\\' OR lower(c.push_name) LIKE $3 ESCAPE '\\' OR c.phone LIKE $4)";
    let sql = format!("{VIEW} WHERE {condition} ORDER BY v.last_at DESC, v.conversation_id DESC LIMIT $5 OFFSET $6");
    let rows = fetch_all!(
        tx,
        Row,
        sqlx::AssertSqlSafe(sql.clone()),
        tenant,
        view,
        &pattern,
        &digits,
        page.limit(),
        page.offset()
    )?;
    let sql = format!(
        "SELECT COUNT(*) FROM conversation v JOIN contact c ON c.tenant_id = v.tenant_id AND c.contact_id = v.contact_id
         WHERE {condition} AND {IS_HERE}"
    );
    let (total,): (i64,) = fetch_one!(tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), tenant, view, &pattern, &digits)?;
    Ok(Page {
        rows: rows.into_iter().map(|row| row.view(server, tenant)).collect(),
        total: total.unsigned_abs(),
        page: page.page,
        per_page: page.per_page,
    })
}

pub(super) async fn get(server: &Server, tx: &mut TenantTx, id: ConversationId) -> Result<ConversationView> {
    let tenant = tx.tenant();
    let sql = format!("{VIEW} WHERE v.tenant_id = $1 AND v.conversation_id = $2");
    let row = fetch_optional!(tx, Row, sqlx::AssertSqlSafe(sql.clone()), tenant, id)?;
    found(row.map(|row| row.view(server, tenant)))
}

pub(super) async fn unread(tx: &mut TenantTx) -> Result<u64> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(v.unread), 0) AS BIGINT) FROM conversation v WHERE v.tenant_id = $1 AND {IS_HERE}"
    );
    let (unread,): (i64,) = fetch_one!(tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), tenant)?;
    Ok(unread.unsigned_abs())
}

pub(super) async fn counts(tx: &mut TenantTx) -> Result<ConversationCounts> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT COUNT(*), COUNT(CASE WHEN v.status = 'resolved' THEN 1 END), COUNT(CASE WHEN v.unread > 0 THEN 1 END)
         FROM conversation v WHERE v.tenant_id = $1 AND {IS_HERE}"
    );
    let (all, resolved, unread): (i64, i64, i64) =
        fetch_one!(tx, (i64, i64, i64), sqlx::AssertSqlSafe(sql.clone()), tenant)?;
    let (all, resolved, unread) = (all.unsigned_abs(), resolved.unsigned_abs(), unread.unsigned_abs());
    Ok(ConversationCounts { open: all - resolved, unread, resolved, all })
}

/// Whose messages a conversation shows.
#[derive(Clone, Copy, sqlx::FromRow)]
pub(crate) struct Thread {
    pub number_id: NumberId,
    pub contact_id: ContactId,
}

pub(crate) async fn get_thread(tx: &mut TenantTx, id: ConversationId) -> Result<Thread> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT v.number_id, v.contact_id FROM conversation v
         WHERE v.tenant_id = $1 AND v.conversation_id = $2 AND {IS_HERE}"
    );
    found(fetch_optional!(tx, Thread, sqlx::AssertSqlSafe(sql.clone()), tenant, id)?)
}

#[derive(sqlx::FromRow)]
struct PanelRow {
    name: String,
    push_name: String,
    phone: Option<PhoneNumber>,
    lid: Option<String>,
    attributes: Json<BTreeMap<String, String>>,
    opted_out_at: Option<Millis>,
    created_at: Millis,
    picture: Option<MediaId>,
}

pub(super) async fn contact_panel(server: &Server, tx: &mut TenantTx, contact: ContactId) -> Result<ContactPanelView> {
    let tenant = tx.tenant();
    let row = found(fetch_optional!(
        tx,
        PanelRow,
        "SELECT c.name, c.push_name, c.phone, c.lid, c.attributes, c.opted_out_at, c.created_at, p.media_id AS picture
         FROM contact c LEFT JOIN contact_picture p ON p.tenant_id = c.tenant_id AND p.contact_id = c.contact_id
         WHERE c.tenant_id = $1 AND c.contact_id = $2",
        tenant,
        contact
    )?)?;
    let campaigns: Vec<(String,)> = fetch_all!(
        tx,
        (String,),
        "SELECT c.name FROM campaign_message m JOIN campaign c ON c.tenant_id = m.tenant_id AND c.campaign_id = m.campaign_id
         WHERE m.tenant_id = $1 AND m.contact_id = $2 AND m.state <> 'queued' ORDER BY m.changed_at DESC LIMIT 10",
        tenant,
        contact
    )?;
    Ok(ContactPanelView {
        contact,
        picture: row.picture.map(|media| picture_link(server, tenant, media)),
        name: display_name_or_lid(&row.name, &row.push_name, row.phone.as_ref(), row.lid.as_deref()),
        phone: row.phone,
        attributes: row.attributes.0,
        opted_out_at: row.opted_out_at,
        created_at: row.created_at,
        campaigns: campaigns.into_iter().map(|(name,)| name).collect(),
        merged: contact::merge::merged(tx, contact).await?,
        consent: contact::consent::ledger(tx, contact).await?,
    })
}

/// A message of a person is not unread any more, if it was: the newest ones are.
pub(super) async fn read_one(
    tx: &mut SystemTx,
    sender: Sender,
    contact: ContactId,
    message: MessageId,
    at: Millis,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE conversation SET unread = unread - 1
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND unread > (
           SELECT COUNT(*) FROM message m
           WHERE m.tenant_id = $1 AND m.number_id = $2 AND m.contact_id = $3 AND m.direction = 'incoming'
             AND (m.at > $5 OR (m.at = $5 AND m.message_id > $4)))",
        sender.tenant,
        sender.number,
        contact,
        message,
        at
    )?;
    Ok(())
}

/// The newest message of a thread is the last of its conversation, if it has one.
pub(super) async fn set_last(
    tx: &mut impl OnConn,
    tenant: TenantId,
    number: NumberId,
    contact: ContactId,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE conversation SET
           last_message_id = (
             SELECT m.message_id FROM message m WHERE m.tenant_id = $1 AND m.number_id = $2 AND m.contact_id = $3
             ORDER BY m.at DESC, m.message_id DESC LIMIT 1),
           last_at = COALESCE((
             SELECT MAX(m.at) FROM message m WHERE m.tenant_id = $1 AND m.number_id = $2 AND m.contact_id = $3), last_at)
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3",
        tenant,
        number,
        contact
    )?;
    Ok(())
}

/// The conversation that this one became part of, or itself.
pub(crate) async fn resolve(tx: &mut TenantTx, id: ConversationId) -> Result<ConversationId> {
    let tenant = tx.tenant();
    let sql = "SELECT into_id FROM conversation_alias WHERE tenant_id = $1 AND conversation_id = $2";
    let row: Option<(ConversationId,)> = fetch_optional!(tx, (ConversationId,), sql, tenant, id)?;
    Ok(row.map_or(id, |(into,)| into))
}

/// An agent wrote: the message is the last one, everything is read, the bot is silent.
pub(super) async fn take_over(tx: &mut TenantTx, id: ConversationId, message: MessageId, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(
        tx,
        "UPDATE conversation SET last_message_id = $3, last_at = $4, unread = 0, status = 'open', bot_paused = $5
         WHERE tenant_id = $1 AND conversation_id = $2",
        tenant,
        id,
        message,
        now,
        true
    )?)
}

/// Whether the bot may write here, and holds the conversation until the commit: an agent who answers meanwhile waits, and
/// one who was quicker has silenced it.
pub(crate) async fn hold_for_bot(tx: &mut TenantTx, id: ConversationId) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = "UPDATE conversation SET bot_paused = bot_paused WHERE tenant_id = $1 AND conversation_id = $2 AND NOT bot_paused";
    Ok(execute!(tx, sql, tenant, id)? == 1)
}

/// Somebody wrote who takes nothing over: the message is the last one.
pub(crate) async fn wrote(tx: &mut TenantTx, id: ConversationId, message: MessageId, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(
        tx,
        "UPDATE conversation SET last_message_id = $3, last_at = $4 WHERE tenant_id = $1 AND conversation_id = $2",
        tenant,
        id,
        message,
        now
    )?)
}

pub(super) async fn of_contact(tx: &mut TenantTx, contact: ContactId) -> Result<Option<ConversationId>> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT v.conversation_id FROM conversation v WHERE v.tenant_id = $1 AND v.contact_id = $2 AND {IS_HERE}
         ORDER BY v.last_at DESC LIMIT 1"
    );
    let row: Option<(ConversationId,)> =
        fetch_optional!(tx, (ConversationId,), sqlx::AssertSqlSafe(sql.clone()), tenant, contact)?;
    Ok(row.map(|(id,)| id))
}

/// False when there was nothing unread.
pub(super) async fn mark_read(tx: &mut TenantTx, id: ConversationId) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = "UPDATE conversation SET unread = 0 WHERE tenant_id = $1 AND conversation_id = $2 AND unread > 0";
    if execute!(tx, sql, tenant, id)? == 1 {
        return Ok(true);
    }
    let sql = "SELECT conversation_id FROM conversation WHERE tenant_id = $1 AND conversation_id = $2";
    let there: Option<(ConversationId,)> = fetch_optional!(tx, (ConversationId,), sql, tenant, id)?;
    found(there).map(|_| false)
}

pub(super) async fn set_status(tx: &mut TenantTx, id: ConversationId, status: ConversationStatus) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE conversation SET status = $3 WHERE tenant_id = $1 AND conversation_id = $2";
    found((execute!(tx, sql, tenant, id, status)? == 1).then_some(()))
}

pub(super) async fn set_bot(tx: &mut TenantTx, id: ConversationId, with_bot: bool) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE conversation SET bot_paused = $3 WHERE tenant_id = $1 AND conversation_id = $2";
    found((execute!(tx, sql, tenant, id, !with_bot)? == 1).then_some(()))
}
