//! SQL of the queue.

use super::{NewMessage, Sender};
use crate::{
    db::{Conn, OnConn, SystemTx, json_list, one_row},
    error::{Error, Result},
    execute, fetch_all, fetch_one, fetch_optional, insert_rows, media,
    number::{
        budget::{self, store::BudgetRow},
        health,
        limits::{self, LimitsRow},
        manner::{self, store::MannerRow},
    },
};
use domain::{
    CampaignId, ContactId, MediaId, MessageId, Millis, NumberId, OutboxId, TenantId,
    message::{Author, Direction, MessageKind, MessageState},
    number::{Network, allowance::Allowance, manner::Manner},
};
use uuid::Uuid;

/// A message to be sent now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    pub seq: i64,
    pub message_id: MessageId,
    pub contact_id: ContactId,
    pub wa_id: String,
    pub body: String,
    /// What goes with it.
    pub media_id: Option<MediaId>,
    /// This attempt included.
    pub attempts: i64,
    pub phone: Option<String>,
    pub lid: Option<String>,
    pub priority: i64,
    /// "typing…" is shown for so long before; milliseconds.
    #[sqlx(skip)]
    pub typing_ms: Option<u64>,
}

pub(super) struct NewRow<'a> {
    pub id: MessageId,
    pub outbox: OutboxId,
    pub wa_id: String,
    pub new: &'a NewMessage<'a>,
    /// Goes even to somebody who opted out.
    pub is_last_word: bool,
}

fn priority(author: Author) -> i64 {
    match author {
        Author::Agent | Author::Phone => 0,
        Author::Bot | Author::Api => 1,
        Author::Campaign => 2,
    }
}

pub(super) async fn insert(tx: &mut impl OnConn, rows: &[NewRow<'_>], now: Millis) -> Result<()> {
    // Fourteen values a row at most: chunks stay below the limit of SQLite.
    for chunk in rows.chunks(1_000) {
        insert_rows!(
            tx,
            "INSERT INTO message (message_id, tenant_id, number_id, contact_id, direction, kind, body, state, author,
             author_name, campaign_id, wa_id, bot_due, at)",
            chunk,
            |r| [
                r.id,
                r.new.tenant,
                r.new.number,
                r.new.contact,
                Direction::Outgoing,
                r.new.file.map_or(MessageKind::Text, |file| file.kind),
                r.new.body,
                MessageState::Queued,
                r.new.author,
                r.new.author_name,
                r.new.campaign,
                &r.wa_id,
                false,
                now
            ],
            ""
        )?;
        insert_rows!(
            tx,
            "INSERT INTO outbox (outbox_id, tenant_id, number_id, contact_id, message_id, campaign_id, wa_id, body,
             priority, not_before, expires_at, media_id, media_kind, is_last_word)",
            chunk,
            |r| [
                r.outbox,
                r.new.tenant,
                r.new.number,
                r.new.contact,
                r.id,
                r.new.campaign,
                &r.wa_id,
                r.new.body,
                priority(r.new.author),
                r.new.not_before,
                r.new.expires_at,
                r.new.file.map(|file| file.media),
                r.new.file.map(|file| file.kind),
                r.is_last_word
            ],
            ""
        )?;
        let given = media::store::NewAttachment::given;
        let attachments: Vec<_> =
            chunk.iter().filter_map(|row| Some(given(row.id, row.new.tenant, row.new.number, row.new.file?))).collect();
        media::store::attach(tx, &attachments).await?;
    }
    Ok(())
}

/// Fails with `Stale` unless the session still belongs to this fence.
pub(super) async fn check_fence(tx: &mut SystemTx, sender: Sender) -> Result<()> {
    let sql = "SELECT fence FROM session WHERE session_id = $1";
    let row: Option<(i64,)> = fetch_optional!(tx, (i64,), sql, sender.session)?;
    if row == Some((sender.fence,)) { Ok(()) } else { Err(Error::Stale("a session")) }
}

#[derive(sqlx::FromRow)]
struct SendingRow {
    network: Network,
    new_chats: i64,
    #[sqlx(flatten)]
    budget: BudgetRow,
    #[sqlx(flatten)]
    limits: LimitsRow,
    #[sqlx(flatten)]
    manner: MannerRow,
}

/// A number that may send now, and what it may send.
pub(super) struct SendingNumber {
    pub network: Network,
    /// New chats that campaigns and chatbots may open; none for as many as there are.
    pub new_chats: Option<u64>,
    /// New chats that anybody may open, as far as the network allows them.
    pub allowed: Option<u64>,
    /// Whether campaigns may leave: these are no quiet hours.
    pub campaigns: bool,
    pub manner: Manner,
}

/// The number, unless it is held or its pace forbids to send now.
pub(super) async fn sending_number(tx: &mut SystemTx, sender: Sender, now: Millis) -> Result<Option<SendingNumber>> {
    let zone = health::zone();
    let today = zone.day(now);
    let sql = format!(
        "SELECT n.network, COALESCE(d.new_chats, 0) AS new_chats, {}, {}, {}
         FROM number n LEFT JOIN number_day d ON d.number_id = n.number_id AND d.day = $3
         WHERE n.number_id = $1 AND n.removed_at IS NULL AND n.state = 'connected' AND n.next_at <= $2
           AND (n.held_until IS NULL OR n.held_until <= $2)",
        budget::store::COLUMNS,
        limits::COLUMNS,
        manner::store::COLUMNS
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let row = fetch_optional!(tx, SendingRow, sql(), sender.number, now, today)?;
    Ok(row.map(|row| {
        let allowance = Allowance { budget: row.budget.into(), limits: row.limits.into() };
        SendingNumber {
            network: row.network,
            new_chats: allowance.left(row.new_chats.unsigned_abs(), zone, now),
            allowed: allowance.limits.left(now),
            campaigns: allowance.budget.next_loud(now, zone) == now,
            manner: row.manner.into(),
        }
    }))
}

/// Any messages of a number, as many as one transaction may settle.
pub(super) async fn some(tx: &mut SystemTx, number: NumberId, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT wa_id FROM outbox WHERE number_id = $1 ORDER BY priority, seq LIMIT $2";
    let rows: Vec<(String,)> = fetch_all!(tx, (String,), sql, number, limit)?;
    Ok(rows.into_iter().map(|(wa_id,)| wa_id).collect())
}

/// Waiting messages to people who opted out meanwhile: all but the answer to that, and an agent's to what they wrote since.
pub(super) async fn opted_out(tx: &mut SystemTx, sender: Sender, now: Millis) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = fetch_all!(
        tx,
        (String,),
        "SELECT o.wa_id FROM outbox o JOIN contact c ON c.contact_id = o.contact_id
         WHERE o.number_id = $1 AND o.attempts = 0 AND o.lease_until <= $2 AND NOT o.is_last_word
           AND c.opted_out_at IS NOT NULL AND (o.priority > 0 OR NOT EXISTS (
             SELECT 1 FROM message m
             WHERE m.tenant_id = o.tenant_id AND m.number_id = o.number_id AND m.contact_id = o.contact_id
               AND m.direction = 'incoming' AND m.at > c.opted_out_at))
         ORDER BY o.seq LIMIT 200",
        sender.number,
        now
    )?;
    Ok(rows.into_iter().map(|(wa_id,)| wa_id).collect())
}

/// What a claim may take, and until when it is the claimer's.
#[derive(Clone, Copy)]
pub(super) struct Grab {
    pub window: i64,
    /// Whether messages of campaigns and chatbots may open new chats.
    pub new_chats: bool,
    /// Whether anybody's may: the network allows it.
    pub allowed: bool,
    pub campaigns: bool,
    pub now: Millis,
    pub lease_until: Millis,
    pub token: Uuid,
}

/// Claims what is due, and opens the chats that are new with it: how many these are.
pub(super) async fn claim(tx: &mut SystemTx, sender: Sender, grab: Grab) -> Result<(Vec<Claimed>, u64)> {
    let sql = match tx.conn() {
        Conn::Sqlite(_) => include_str!("claim.sqlite.sql"),
        Conn::Postgres(_) => include_str!("claim.postgres.sql"),
    };
    let Grab { window, new_chats, allowed, campaigns, now, lease_until, token } = grab;
    let (number, given_after) = (sender.number, media::given_after(now));
    let mut claimed = fetch_all!(
        tx,
        Claimed,
        sql,
        number,
        window,
        now,
        lease_until,
        token,
        new_chats,
        campaigns,
        allowed,
        given_after
    )?;
    // RETURNING promises no order.
    claimed.sort_by_key(|row| row.seq);
    let contacts: Vec<ContactId> = claimed.iter().map(|row| row.contact_id).collect();
    let opened = budget::store::open_chats(tx, sender.tenant, number, &contacts, now).await?;
    Ok((claimed, opened))
}

/// The number sent something: when the next may leave, and how many chats it opened.
pub(super) async fn sent(tx: &mut SystemTx, sender: Sender, next_at: Millis, opened: u64) -> Result<()> {
    let opened = i64::try_from(opened).unwrap_or(i64::MAX);
    let sql = "UPDATE number SET next_at = $2, opened = opened + $3 WHERE number_id = $1";
    one_row(execute!(tx, sql, sender.number, next_at, opened)?)
}

/// Counts one refusal and frees the row until `not_before`; how many there are now (0 when it is final already).
pub(super) async fn count_refusal(tx: &mut SystemTx, sender: Sender, wa_id: &str, not_before: Millis) -> Result<i64> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "UPDATE outbox SET refusals = refusals + 1, lease_until = 0, lease_token = NULL, not_before = $3
         WHERE number_id = $1 AND wa_id = $2 RETURNING refusals",
        sender.number,
        wa_id,
        not_before
    )?;
    Ok(row.map_or(0, |(refusals,)| refusals))
}

pub(super) async fn release(tx: &mut SystemTx, sender: Sender, wa_ids: &[String]) -> Result<()> {
    let sql = format!(
        "UPDATE outbox SET lease_until = 0, lease_token = NULL WHERE number_id = $1 AND wa_id {}",
        tx.conn().among("$2")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    execute!(tx, sql(), sender.number, json_list(wa_ids).as_str())?;
    Ok(())
}

/// A try that came to nothing is none: the message is where it was before it.
pub(super) async fn take_back_try(tx: &mut SystemTx, sender: Sender, wa_id: &str) -> Result<()> {
    execute!(
        tx,
        "UPDATE outbox SET lease_until = 0, lease_token = NULL, attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END
         WHERE number_id = $1 AND wa_id = $2",
        sender.number,
        wa_id
    )?;
    Ok(())
}

pub(super) async fn release_number(tx: &mut SystemTx, number: NumberId) -> Result<u64> {
    let sql = "UPDATE outbox SET lease_until = 0, lease_token = NULL WHERE number_id = $1 AND lease_until > 0";
    Ok(execute!(tx, sql, number)?)
}

/// Nothing of the owner's numbers is claimed beyond `lease_until`, and none of them waits beyond `next_at`.
pub(super) async fn shorten(tx: &mut SystemTx, owner: Uuid, lease_until: Millis, next_at: Millis) -> Result<()> {
    execute!(
        tx,
        "UPDATE outbox SET lease_until = $2
         WHERE lease_until > $2 AND number_id IN (SELECT number_id FROM session WHERE owner = $1)",
        owner,
        lease_until
    )?;
    execute!(
        tx,
        "UPDATE number SET next_at = $2
         WHERE next_at > $2 AND number_id IN (SELECT number_id FROM session WHERE owner = $1)",
        owner,
        next_at
    )?;
    Ok(())
}

/// Removes the rows of a campaign that were never claimed, all of them or those that are too late at a moment, and their
/// messages; whose they were.
pub(super) async fn delete_untouched(
    tx: &mut impl OnConn,
    tenant: TenantId,
    campaign: CampaignId,
    late_at: Option<Millis>,
) -> Result<Vec<ContactId>> {
    let rows: Vec<(MessageId, ContactId)> = fetch_all!(
        tx,
        (MessageId, ContactId),
        "DELETE FROM outbox WHERE tenant_id = $1 AND campaign_id = $2 AND attempts = 0
           AND ($3 = -1 OR expires_at <= $3) RETURNING message_id, contact_id",
        tenant,
        campaign,
        late_at.map_or(-1, |at| at.0)
    )?;
    let messages = json_list(rows.iter().map(|(message, _)| message));
    let sql = format!("DELETE FROM message WHERE tenant_id = $1 AND message_id {}", tx.conn().among_ids("$2"));
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    execute!(tx, sql(), tenant, messages.as_str())?;
    Ok(rows.into_iter().map(|(_, contact)| contact).collect())
}

/// Not before this: the end of time, for held rows.
const HELD: Millis = Millis(i64::MAX);

/// Holds the rows of a campaign that may be on the wire already, or lets go what was held.
pub(super) async fn hold_campaign(
    tx: &mut impl OnConn,
    tenant: TenantId,
    campaign: CampaignId,
    hold: bool,
) -> Result<()> {
    // The network may have said meanwhile that a held one is not on the wire.
    let (sql, until) = match hold {
        true => (
            "UPDATE outbox SET not_before = $4 WHERE tenant_id = $1 AND campaign_id = $2 AND attempts > 0 AND not_before < $3",
            HELD,
        ),
        false => (
            "UPDATE outbox SET not_before = $4 WHERE tenant_id = $1 AND campaign_id = $2 AND not_before = $3",
            Millis(0),
        ),
    };
    execute!(tx, sql, tenant, campaign, HELD, until)?;
    Ok(())
}

pub(super) async fn count_campaign(tx: &mut impl OnConn, tenant: TenantId, campaign: CampaignId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM outbox WHERE tenant_id = $1 AND campaign_id = $2";
    let (rows,): (i64,) = fetch_one!(tx, (i64,), sql, tenant, campaign)?;
    Ok(rows)
}
