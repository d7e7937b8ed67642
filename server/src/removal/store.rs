//! SQL of deleting a number: the one list of every table that has rows of one.

use crate::{
    Server,
    db::{OnConn as _, TenantTx, found, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
};
use domain::{
    Millis, NumberId, TenantId,
    number::{
        NumberState,
        removal::{COUNTED, Removal},
    },
};

/// A number that is deleted, and not gone yet.
#[derive(sqlx::FromRow)]
pub(super) struct Gone {
    pub tenant_id: TenantId,
    pub number_id: NumberId,
    pub state: NumberState,
    pub removed_at: Millis,
}

pub(super) async fn removed(server: &Server) -> Result<Vec<Gone>> {
    let mut tx = server.db.system_read().await?;
    Ok(fetch_all!(
        &mut tx,
        Gone,
        "SELECT tenant_id, number_id, state, removed_at FROM number WHERE removed_at IS NOT NULL
         ORDER BY removed_at, number_id"
    )?)
}

/// Takes the deleted number for this transaction: another process waits, and nobody adds rows to it meanwhile.
pub(super) async fn lock(tx: &mut TenantTx, id: NumberId) -> Result<()> {
    let tenant = tx.tenant();
    let sql = if tx.conn().is_sqlite() {
        "SELECT number_id FROM number WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NOT NULL"
    } else {
        "SELECT number_id FROM number WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NOT NULL FOR UPDATE"
    };
    let row: Option<(NumberId,)> = fetch_optional!(tx, (NumberId,), sql, tenant, id)?;
    found(row.map(|_| ()))
}

/// The rows of a number in one table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Conversation,
    SessionKey,
    Session,
    /// Those that wait in the outbox stay: what becomes of them has to be told first.
    Message,
    Chat,
    Event,
    Day,
    Group,
    Picture,
}

impl Part {
    /// Deletes at most `$3` rows of the number `$2`.
    fn sql(self) -> &'static str {
        match self {
            Self::Conversation => {
                "DELETE FROM conversation WHERE conversation_id IN (
                   SELECT conversation_id FROM conversation WHERE tenant_id = $1 AND number_id = $2 LIMIT $3)"
            }
            Self::SessionKey => {
                "DELETE FROM session_key
                 WHERE session_id = (SELECT session_id FROM session WHERE tenant_id = $1 AND number_id = $2)
                   AND (kind, key) IN (
                     SELECT kind, key FROM session_key
                     WHERE session_id = (SELECT session_id FROM session WHERE tenant_id = $1 AND number_id = $2) LIMIT $3)"
            }
            Self::Session => {
                "DELETE FROM session WHERE session_id IN (
                   SELECT session_id FROM session WHERE tenant_id = $1 AND number_id = $2 LIMIT $3)"
            }
            Self::Message => {
                "DELETE FROM message WHERE message_id IN (
                   SELECT m.message_id FROM message m WHERE m.tenant_id = $1 AND m.number_id = $2
                     AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.message_id) LIMIT $3)"
            }
            Self::Chat => {
                "DELETE FROM chat WHERE number_id = $2 AND contact_id IN (
                   SELECT contact_id FROM chat WHERE tenant_id = $1 AND number_id = $2 LIMIT $3)"
            }
            Self::Event => {
                "DELETE FROM number_event WHERE seq IN (
                   SELECT seq FROM number_event WHERE tenant_id = $1 AND number_id = $2 LIMIT $3)"
            }
            Self::Group => {
                "DELETE FROM number_group WHERE number_id = $2 AND wa_id IN (
                   SELECT wa_id FROM number_group WHERE tenant_id = $1 AND number_id = $2 LIMIT $3)"
            }
            Self::Picture => {
                "DELETE FROM contact_picture WHERE contact_id IN (
                   SELECT contact_id FROM contact_picture WHERE tenant_id = $1 AND number_id = $2 LIMIT $3)"
            }
            Self::Day => {
                "DELETE FROM number_day WHERE number_id = $2 AND day IN (
                   SELECT day FROM number_day WHERE tenant_id = $1 AND number_id = $2 LIMIT $3)"
            }
        }
    }
}

/// How many rows went.
pub(super) async fn delete(tx: &mut TenantTx, id: NumberId, part: Part, limit: i64) -> Result<u64> {
    let tenant = tx.tenant();
    Ok(execute!(tx, part.sql(), tenant, id, limit)?)
}

/// Whether messages still wait in the outbox.
pub(super) async fn is_queued(tx: &mut TenantTx, id: NumberId) -> Result<bool> {
    any(tx, id, "SELECT 1 AS one FROM outbox WHERE tenant_id = $1 AND number_id = $2").await
}

/// Whether something happened to messages that the campaign engine does not know yet.
pub(super) async fn is_unfolded(tx: &mut TenantTx, id: NumberId) -> Result<bool> {
    any(tx, id, "SELECT 1 AS one FROM message_change WHERE tenant_id = $1 AND number_id = $2").await
}

async fn any(tx: &mut TenantTx, id: NumberId, rows: &str) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = format!("SELECT COUNT(*) FROM ({rows} LIMIT 1) AS found");
    let (rows,): (i64,) = fetch_one!(tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), tenant, id)?;
    Ok(rows > 0)
}

pub(super) async fn delete_number(tx: &mut TenantTx, id: NumberId) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "DELETE FROM number WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NOT NULL";
    one_row(execute!(tx, sql, tenant, id)?)
}

pub(super) async fn preview(tx: &mut TenantTx, id: NumberId) -> Result<Removal> {
    #[derive(sqlx::FromRow)]
    struct Row {
        conversations: i64,
        messages: i64,
        queued: i64,
        campaigns: i64,
        unreached: i64,
        scheduled: i64,
    }
    let tenant = tx.tenant();
    let at_most = i64::try_from(COUNTED + 1).unwrap_or(i64::MAX);
    let row = fetch_one!(
        tx,
        Row,
        "SELECT (SELECT COUNT(*) FROM conversation WHERE tenant_id = $1 AND number_id = $2) AS conversations,
                (SELECT COUNT(*) FROM (
                   SELECT 1 AS one FROM message WHERE tenant_id = $1 AND number_id = $2 LIMIT $3) AS counted) AS messages,
                (SELECT COUNT(*) FROM outbox WHERE tenant_id = $1 AND number_id = $2) AS queued,
                COUNT(*) AS campaigns,
                CAST(COALESCE(SUM(recipients - sent - failed - expired - cancelled), 0) AS BIGINT) AS unreached,
                (SELECT COUNT(*) FROM campaign WHERE tenant_id = $1 AND number_id = $2 AND status = 'scheduled') AS scheduled
         FROM campaign WHERE tenant_id = $1 AND number_id = $2 AND status IN ('running', 'paused')",
        tenant,
        id,
        at_most
    )?;
    let count = i64::unsigned_abs;
    Ok(Removal {
        conversations: count(row.conversations),
        messages: count(row.messages),
        queued: count(row.queued),
        campaigns: count(row.campaigns),
        unreached: count(row.unreached),
        scheduled: count(row.scheduled),
    })
}
