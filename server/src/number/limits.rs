//! SQL of what the network says of a number's new chats.

use super::{health, store};
use crate::{
    db::{OnConn, SystemTx, one_row},
    error::Result,
    execute, fetch_optional,
    outbox::Sender,
};
use domain::{
    Millis, NumberId,
    number::{
        health::NumberEvent,
        limits::{Answer, CapStatus, Limits},
    },
};

/// The columns of `number` that hold what was said, for `SELECT` with the table as `n`.
pub(crate) const COLUMNS: &str =
    "n.locked_until, n.quota, n.quota_used, n.quota_status, n.quota_until, n.quota_cycle, n.limits_at,
     n.opened, n.opened_asked";

/// [`COLUMNS`], to be flattened into a row.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct LimitsRow {
    locked_until: Option<Millis>,
    quota: Option<i64>,
    quota_used: i64,
    quota_status: Option<CapStatus>,
    quota_until: Option<Millis>,
    quota_cycle: Option<i64>,
    limits_at: Option<Millis>,
    opened: i64,
    opened_asked: i64,
}

impl From<LimitsRow> for Limits {
    fn from(row: LimitsRow) -> Self {
        Self {
            locked_until: row.locked_until,
            quota: row.quota.map(i64::unsigned_abs),
            used: row.quota_used.saturating_add(row.opened - row.opened_asked).unsigned_abs(),
            status: row.quota_status,
            resets_at: row.quota_until,
            cycle_ms: row.quota_cycle,
            asked_at: row.limits_at,
        }
    }
}

/// What a number had done when the network was asked.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct Asked {
    /// New chats it ever opened.
    opened: i64,
    /// Of them, those whose message is still on its way: the network may have counted them already, or not yet.
    under_way: i64,
}

impl Asked {
    /// Whether the answer may count some chats twice.
    pub(crate) fn is_vague(self) -> bool {
        self.under_way > 0
    }
}

pub(crate) async fn get(tx: &mut impl OnConn, id: NumberId) -> Result<Option<Limits>> {
    let sql = format!("SELECT {COLUMNS} FROM number n WHERE n.number_id = $1");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_optional!(tx, LimitsRow, sql(), id)?.map(Limits::from))
}

/// To be read before the network is asked: what is opened afterwards is added to what it answers.
pub(crate) async fn before_asking(tx: &mut SystemTx, sender: Sender) -> Result<Option<Asked>> {
    // Whom a message that left may have reached: whoever was refused has no chat, and opens one when it leaves again.
    let sql = "SELECT n.opened, (
           SELECT COUNT(DISTINCT o.contact_id) FROM outbox o
           WHERE o.number_id = n.number_id AND o.attempts > 0
             AND EXISTS (SELECT 1 FROM chat k WHERE k.number_id = o.number_id AND k.contact_id = o.contact_id)
             AND NOT EXISTS (
               SELECT 1 FROM message m
               WHERE m.tenant_id = o.tenant_id AND m.number_id = o.number_id AND m.contact_id = o.contact_id
                 AND (m.direction = 'incoming' OR m.state IN ('sent', 'delivered', 'read')))) AS under_way
         FROM number n WHERE n.number_id = $1";
    Ok(fetch_optional!(tx, Asked, sql, sender.number)?)
}

/// Stores what the network answered; what is known now, and whether anything of it is news.
pub(crate) async fn learn(
    tx: &mut SystemTx,
    id: NumberId,
    asked: Asked,
    answer: &Answer,
    now: Millis,
) -> Result<Option<(Limits, bool)>> {
    let Some(before) = get(tx, id).await? else { return Ok(None) };
    let after = before.after(answer, now);
    if let Some(until) = after.lock(now) {
        if before.lock(now).is_none() {
            health::store::note(tx, id, NumberEvent::Locked { until }, now).await?;
        }
        // The refusals are explained: who knows the number need not wait for the lock.
        store::shorten_hold(tx, id).await?;
    }
    let big = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let sql = "UPDATE number SET locked_until = $2, quota = $3, quota_status = $4, quota_until = $5, quota_cycle = $6,
           limits_at = $7 WHERE number_id = $1";
    one_row(execute!(
        tx,
        sql,
        id,
        after.locked_until,
        after.quota.map(big),
        after.status,
        after.resets_at,
        after.cycle_ms,
        now
    )?)?;
    if answer.cap.is_some() {
        // Rather counted twice than not at all: a number that waits too long loses an hour, one that does not is locked.
        let used = big(after.used).saturating_add(asked.under_way);
        let sql = "UPDATE number SET quota_used = $2, opened_asked = $3 WHERE number_id = $1";
        one_row(execute!(tx, sql, id, used, asked.opened)?)?;
    }
    let after = get(tx, id).await?.unwrap_or_default();
    let is_news = Limits { asked_at: None, ..before } != Limits { asked_at: None, ..after };
    Ok(Some((after, is_news)))
}
