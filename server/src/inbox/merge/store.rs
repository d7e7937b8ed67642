//! SQL of threads that become one, and two again.

use crate::{
    contact,
    db::{OnConn, SystemTx, TenantTx, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
    inbox::store::set_last,
};
use domain::{ContactId, ConversationId, Millis, NumberId, TenantId, message::Direction};

/// Every number of the tenant: threads are found by theirs.
pub(super) async fn numbers(tx: &mut impl OnConn, tenant: TenantId) -> Result<Vec<NumberId>> {
    let sql = "SELECT number_id FROM number WHERE tenant_id = $1 ORDER BY number_id";
    let rows: Vec<(NumberId,)> = fetch_all!(tx, (NumberId,), sql, tenant)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A message that came under both is one, with its words if either has them. How many of those people wrote.
pub(super) async fn move_messages(
    tx: &mut SystemTx,
    tenant: TenantId,
    number: NumberId,
    from: ContactId,
    to: ContactId,
) -> Result<u64> {
    // First the outbox, then the messages: as whoever settles them.
    let sql = "UPDATE outbox SET contact_id = $4 WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3";
    execute!(tx, sql, tenant, number, from, to)?;
    // What somebody changed or took back is so under either address.
    let better = "message.kind IN ('undecryptable', 'view_once') OR o.deleted_at IS NOT NULL
           OR COALESCE(o.edited_at, 0) > COALESCE(message.edited_at, 0)";
    let twice = |which: &str| {
        format!(
            "DELETE FROM message WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND EXISTS (
               SELECT 1 FROM message o WHERE o.tenant_id = $1 AND o.number_id = $2 AND o.contact_id = $4
                 AND o.direction = message.direction AND o.wa_id = message.wa_id AND ({which}))
             RETURNING direction"
        )
    };
    let (worse, all) = (twice(&format!("message.deleted_at IS NULL AND ({better})")), twice("1 = 1"));
    let mut gone: Vec<(Direction,)> = Vec::new();
    for (sql, of, other) in [(&worse, to, from), (&all, from, to)] {
        let sql = || sqlx::AssertSqlSafe(sql.clone());
        gone.extend(fetch_all!(tx, (Direction,), sql(), tenant, number, of, other)?);
    }
    execute!(
        tx,
        "UPDATE message SET contact_id = $4, from_contact_id = $3
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3",
        tenant,
        number,
        from,
        to
    )?;
    Ok(gone.iter().filter(|(direction,)| *direction == Direction::Incoming).count() as u64)
}

async fn conversation_of(
    tx: &mut impl OnConn,
    tenant: TenantId,
    number: NumberId,
    contact: ContactId,
) -> Result<Option<ConversationId>> {
    let sql = "SELECT conversation_id FROM conversation WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3";
    let row: Option<(ConversationId,)> = fetch_optional!(tx, (ConversationId,), sql, tenant, number, contact)?;
    Ok(row.map(|(id,)| id))
}

/// The conversation of `from` becomes that of `to`, or part of it: which became part of which. `twice` messages were in
/// both.
pub(super) async fn join_conversations(
    tx: &mut SystemTx,
    tenant: TenantId,
    number: NumberId,
    from: ContactId,
    to: ContactId,
    twice: u64,
) -> Result<Option<(ConversationId, ConversationId)>> {
    let Some(part) = conversation_of(tx, tenant, number, from).await? else { return Ok(None) };
    let Some(whole) = conversation_of(tx, tenant, number, to).await? else {
        let sql = "UPDATE conversation SET contact_id = $3 WHERE tenant_id = $1 AND conversation_id = $2";
        one_row(execute!(tx, sql, tenant, part, to)?)?;
        return Ok(Some((part, part)));
    };
    let sql = "SELECT unread, status = 'resolved', bot_paused FROM conversation
         WHERE tenant_id = $1 AND conversation_id = $2";
    let (theirs, resolved, paused): (i64, bool, bool) = fetch_one!(tx, (i64, bool, bool), sql, tenant, part)?;
    // Which of the messages that were in both are unread, nobody knows: no more than are unread in either.
    let twice = i64::try_from(twice).unwrap_or(i64::MAX);
    one_row(execute!(
        tx,
        "UPDATE conversation SET
           unread = unread + $3 - CASE WHEN $4 < unread AND $4 < $3 THEN $4 WHEN unread < $3 THEN unread ELSE $3 END,
           status = CASE WHEN $5 THEN status ELSE 'open' END,
           bot_paused = bot_paused OR $6
         WHERE tenant_id = $1 AND conversation_id = $2",
        tenant,
        whole,
        theirs,
        twice,
        resolved,
        paused
    )?)?;
    let sql = "UPDATE conversation_alias SET into_id = $3 WHERE tenant_id = $1 AND into_id = $2";
    execute!(tx, sql, tenant, part, whole)?;
    let sql =
        "INSERT INTO conversation_alias (conversation_id, tenant_id, into_id, contact_id) VALUES ($2, $1, $3, $4)";
    one_row(execute!(tx, sql, tenant, part, whole, from)?)?;
    let sql = "DELETE FROM conversation WHERE tenant_id = $1 AND conversation_id = $2";
    one_row(execute!(tx, sql, tenant, part)?)?;
    set_last(tx, tenant, number, to).await?;
    Ok(Some((part, whole)))
}

/// What else names a person: that they are no strangers, and what campaigns have still to learn.
pub(super) async fn move_rest(tx: &mut SystemTx, tenant: TenantId, from: ContactId, to: ContactId) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO chat (tenant_id, number_id, contact_id, opened_at, asked_on)
         SELECT tenant_id, number_id, $3, opened_at, asked_on FROM chat WHERE tenant_id = $1 AND contact_id = $2
         ON CONFLICT (number_id, contact_id) DO NOTHING",
        tenant,
        from,
        to
    )?;
    let sql = "UPDATE chat SET asked_on = NULL WHERE tenant_id = $1 AND contact_id = $2 AND asked_on IS NOT NULL";
    execute!(tx, sql, tenant, from)?;
    let sql = "UPDATE message_change SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2";
    execute!(tx, sql, tenant, from, to)?;
    contact::picture::join(tx, from, to).await
}

/// How many messages went back to whom they came from.
pub(super) async fn move_back(tx: &mut TenantTx, number: NumberId, to: ContactId, from: ContactId) -> Result<u64> {
    let tenant = tx.tenant();
    execute!(
        tx,
        "UPDATE outbox SET contact_id = $3 WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $4
           AND message_id IN (SELECT message_id FROM message
             WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $4 AND from_contact_id = $3)",
        tenant,
        number,
        to,
        from
    )?;
    Ok(execute!(
        tx,
        "UPDATE message SET contact_id = $3, from_contact_id = NULL
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $4 AND from_contact_id = $3",
        tenant,
        number,
        to,
        from
    )?)
}

/// Of the unread messages of a joined thread, those that came from one of the two: the newest are unread.
pub(super) async fn unread_of(tx: &mut TenantTx, number: NumberId, part: ContactId, whole: ContactId) -> Result<i64> {
    let tenant = tx.tenant();
    let (unread,): (i64,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM (
           SELECT m.from_contact_id FROM message m
           WHERE m.tenant_id = $1 AND m.number_id = $2 AND m.contact_id = $3 AND m.direction = 'incoming'
           ORDER BY m.at DESC, m.message_id DESC
           LIMIT (SELECT COALESCE(MAX(v.unread), 0) FROM conversation v
                  WHERE v.tenant_id = $1 AND v.number_id = $2 AND v.contact_id = $3)) AS newest
         WHERE newest.from_contact_id = $4",
        tenant,
        number,
        whole,
        part
    )?;
    Ok(unread)
}

/// A conversation that becomes one of its own.
pub(super) struct Parted {
    /// For one that never was.
    pub id: ConversationId,
    pub unread: i64,
    pub now: Millis,
}

/// Each of the two has the conversation that its messages are in: those that changed.
pub(super) async fn part_conversations(
    tx: &mut TenantTx,
    number: NumberId,
    part: ContactId,
    whole: ContactId,
    new: Parted,
) -> Result<Vec<ConversationId>> {
    let tenant = tx.tenant();
    // A deleted number has messages for a while when its conversations are gone.
    let Some(joined) = conversation_of(tx, tenant, number, whole).await? else { return Ok(Vec::new()) };
    let sql = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM message
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 LIMIT 1) AS rest";
    let (rest,): (i64,) = fetch_one!(tx, (i64,), sql, tenant, number, whole)?;
    if rest == 0 {
        let sql = "UPDATE conversation SET contact_id = $3 WHERE tenant_id = $1 AND conversation_id = $2";
        one_row(execute!(tx, sql, tenant, joined, part)?)?;
        return Ok(vec![joined]);
    }
    let sql = "DELETE FROM conversation_alias WHERE tenant_id = $1 AND into_id = $2 AND contact_id = $3
         RETURNING conversation_id";
    let alias: Option<(ConversationId,)> = fetch_optional!(tx, (ConversationId,), sql, tenant, joined, part)?;
    let id = alias.map_or(new.id, |(id,)| id);
    one_row(execute!(
        tx,
        "INSERT INTO conversation (conversation_id, tenant_id, number_id, contact_id, status, bot_paused, unread, last_at,
           created_at)
         SELECT $2, tenant_id, number_id, $3, status, bot_paused, $6, $5, $5 FROM conversation
         WHERE tenant_id = $1 AND conversation_id = $4",
        tenant,
        id,
        part,
        joined,
        new.now,
        new.unread
    )?)?;
    let sql = "UPDATE conversation SET unread = CASE WHEN unread > $3 THEN unread - $3 ELSE 0 END
         WHERE tenant_id = $1 AND conversation_id = $2";
    one_row(execute!(tx, sql, tenant, joined, new.unread)?)?;
    set_last(tx, tenant, number, part).await?;
    set_last(tx, tenant, number, whole).await?;
    Ok(vec![joined, id])
}
