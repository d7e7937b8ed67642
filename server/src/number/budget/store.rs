//! SQL of budgets and of whom a number has met.

use super::zone;
use crate::{
    db::{OnConn, TenantTx, found, one_row},
    error::Result,
    execute, fetch_one, fetch_optional, insert_rows,
};
use domain::{
    ContactId, Millis, NumberId, TenantId,
    number::budget::{Budget, Lowered, QuietHours, WarmUp},
    time::Day,
};
use std::collections::BTreeMap;

/// The columns of `number` that hold its rules, for `SELECT` with the table as `n`.
pub(crate) const COLUMNS: &str =
    "n.cap, n.warm_from, n.warm_days, n.warm_first, n.quiet_from, n.quiet_until, n.lowered_on, n.lowered_used";

/// [`COLUMNS`], to be flattened into a row.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct BudgetRow {
    cap: Option<i64>,
    warm_from: Option<Day>,
    warm_days: Option<i64>,
    warm_first: Option<i64>,
    quiet_from: Option<i64>,
    quiet_until: Option<i64>,
    lowered_on: Option<Day>,
    lowered_used: Option<i64>,
}

impl From<BudgetRow> for Budget {
    fn from(row: BudgetRow) -> Self {
        let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
        let warm_up = |from, days, first| WarmUp { from, days, first };
        Self {
            cap: small(row.cap),
            warm_up: row
                .warm_from
                .zip(small(row.warm_days))
                .zip(small(row.warm_first))
                .map(|((from, days), first)| warm_up(from, days, first)),
            quiet: small(row.quiet_from).zip(small(row.quiet_until)).map(|(from, until)| QuietHours { from, until }),
            lowered: row.lowered_on.zip(small(row.lowered_used)).map(|(on, used)| Lowered { on, used }),
        }
    }
}

pub(super) async fn get(tx: &mut TenantTx, id: NumberId) -> Result<Budget> {
    let tenant = tx.tenant();
    let sql =
        format!("SELECT {COLUMNS} FROM number n WHERE n.tenant_id = $1 AND n.number_id = $2 AND n.removed_at IS NULL");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(found(fetch_optional!(tx, BudgetRow, sql(), tenant, id)?)?.into())
}

/// The rules that people set. What the network asked for is [`lower`]'s.
pub(crate) async fn update(tx: &mut impl OnConn, id: NumberId, budget: &Budget) -> Result<()> {
    let big = |n: Option<u32>| n.map(i64::from);
    let (warm_up, quiet) = (budget.warm_up, budget.quiet);
    one_row(execute!(
        tx,
        "UPDATE number SET cap = $2, warm_from = $3, warm_days = $4, warm_first = $5, quiet_from = $6, quiet_until = $7
         WHERE number_id = $1",
        id,
        big(budget.cap),
        warm_up.map(|warm_up| warm_up.from),
        big(warm_up.map(|warm_up| warm_up.days)),
        big(warm_up.map(|warm_up| warm_up.first)),
        big(quiet.map(|quiet| quiet.from)),
        big(quiet.map(|quiet| quiet.until))
    )?)
}

/// The network asked for less: no new chat today, and fewer from tomorrow on. Once a day: what was on its way already is
/// refused as well.
pub(crate) async fn lower(tx: &mut impl OnConn, id: NumberId, now: Millis) -> Result<()> {
    let today = zone().day(now);
    let sql = format!("SELECT {COLUMNS} FROM number n WHERE n.number_id = $1");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let before: Budget = found(fetch_optional!(tx, BudgetRow, sql(), id)?)?.into();
    let sql = "SELECT CAST(COALESCE(MAX(new_chats), 0) AS BIGINT) FROM number_day WHERE number_id = $1 AND day >= $2";
    // Shortly after midnight the day itself says little.
    let (used,): (i64,) = fetch_one!(tx, (i64,), sql, id, Day(today.0 - 1))?;
    let Some(lowered) = before.lower(used.unsigned_abs(), today).lowered.filter(|_| !before.is_lowered_on(today))
    else {
        return Ok(());
    };
    let sql = "UPDATE number SET lowered_on = $2, lowered_used = $3 WHERE number_id = $1";
    one_row(execute!(tx, sql, id, lowered.on, i64::from(lowered.used))?)
}

/// The number writes to these people: who is new to it counts against the day; how many they are. Counted once, however
/// often a message is claimed again.
pub(crate) async fn open_chats(
    tx: &mut impl OnConn,
    tenant: TenantId,
    number: NumberId,
    contacts: &[ContactId],
    at: Millis,
) -> Result<u64> {
    let today = zone().day(at);
    let new = know(tx, tenant, number, contacts, at, Some(today)).await?;
    if new == 0 {
        return Ok(0);
    }
    one_row(execute!(
        tx,
        "INSERT INTO number_day (tenant_id, number_id, day, new_chats, asked) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (number_id, day) DO UPDATE
           SET new_chats = number_day.new_chats + excluded.new_chats, asked = number_day.asked + excluded.asked",
        tenant,
        number,
        today,
        i64::try_from(new).unwrap_or(i64::MAX)
    )?)?;
    Ok(new)
}

/// The network refused a message to somebody: unless they talked before, they are as new as they were. What it cost of
/// the day's budget stays spent.
pub(crate) async fn unmeet(tx: &mut impl OnConn, tenant: TenantId, number: NumberId, wa_id: &str) -> Result<()> {
    let gone: Option<(Option<Day>,)> = fetch_optional!(
        tx,
        (Option<Day>,),
        "DELETE FROM chat WHERE tenant_id = $1 AND number_id = $2
           AND contact_id IN (SELECT o.contact_id FROM outbox o WHERE o.number_id = $2 AND o.wa_id = $3)
           AND NOT EXISTS (
             SELECT 1 FROM message m
             WHERE m.tenant_id = chat.tenant_id AND m.number_id = chat.number_id AND m.contact_id = chat.contact_id
               AND (m.direction = 'incoming' OR m.state IN ('sent', 'delivered', 'read')))
         RETURNING asked_on",
        tenant,
        number,
        wa_id
    )?;
    // Whom no message reached, nobody asked.
    if let Some((Some(day),)) = gone {
        let sql = "UPDATE number_day SET asked = asked - 1 WHERE number_id = $1 AND day = $2 AND asked > 0";
        execute!(tx, sql, number, day)?;
    }
    Ok(())
}

/// The number and these people know each other from here on.
pub(crate) async fn meet(
    tx: &mut impl OnConn,
    tenant: TenantId,
    number: NumberId,
    contacts: &[ContactId],
    at: Millis,
) -> Result<()> {
    know(tx, tenant, number, contacts, at, None).await.map(|_| ())
}

/// How many of them are new. `asked_on` when it is the number that wrote first.
async fn know(
    tx: &mut impl OnConn,
    tenant: TenantId,
    number: NumberId,
    contacts: &[ContactId],
    at: Millis,
    asked_on: Option<Day>,
) -> Result<u64> {
    // In one order everywhere: who writes and who is written to at the same moment must not wait for each other.
    let mut contacts = contacts.to_vec();
    contacts.sort_unstable();
    contacts.dedup();
    Ok(insert_rows!(
        tx,
        "INSERT INTO chat (tenant_id, number_id, contact_id, opened_at, asked_on)",
        &contacts,
        |contact| [tenant, number, *contact, at, asked_on],
        "ON CONFLICT (number_id, contact_id) DO NOTHING"
    )?)
}

/// These people wrote: chats that the number had opened with them are answered, and counted for the day they were opened.
pub(crate) async fn answered(tx: &mut impl OnConn, number: NumberId, contacts: &[ContactId]) -> Result<()> {
    // In the order in which chats are locked everywhere.
    let mut contacts = contacts.to_vec();
    contacts.sort_unstable();
    contacts.dedup();
    let mut days: BTreeMap<Day, i64> = BTreeMap::new();
    for contact in contacts {
        let sql = "SELECT asked_on FROM chat WHERE number_id = $1 AND contact_id = $2 AND asked_on IS NOT NULL";
        let asked: Option<(Day,)> = fetch_optional!(tx, (Day,), sql, number, contact)?;
        let Some((day,)) = asked else { continue };
        let sql = "UPDATE chat SET asked_on = NULL WHERE number_id = $1 AND contact_id = $2 AND asked_on IS NOT NULL";
        if execute!(tx, sql, number, contact)? == 1 {
            *days.entry(day).or_default() += 1;
        }
    }
    for (day, answers) in days {
        let sql = "UPDATE number_day SET answered = answered + $3 WHERE number_id = $1 AND day = $2";
        execute!(tx, sql, number, day, answers)?;
    }
    Ok(())
}
