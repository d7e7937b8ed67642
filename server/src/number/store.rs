//! SQL of numbers and their sessions.

use super::{
    budget::{self, store::BudgetRow},
    health,
    limits::{self, LimitsRow},
    manner::{self, store::MannerRow},
};
use crate::{
    Server,
    db::{OnConn, SystemTx, TenantTx, found, one_row},
    error::Result,
    execute, fetch_all, fetch_optional,
    scope::Scope,
};
use domain::{
    Millis, NumberId, PhoneNumber, SessionId,
    number::{
        Network, NumberProblem, NumberState, NumberView,
        health::{NumberEvent, as_heard},
    },
    sandbox::PhoneOwner,
    time::Day,
};
use std::collections::HashMap;

#[derive(sqlx::FromRow)]
struct Row {
    number_id: NumberId,
    label: String,
    network: Network,
    phone: Option<PhoneNumber>,
    state: NumberState,
    problem: Option<NumberProblem>,
    held_until: Option<Millis>,
    changed_at: Millis,
    queued: i64,
    sent_today: i64,
    seen_at: Option<Millis>,
    new_chats: i64,
    #[sqlx(flatten)]
    budget: BudgetRow,
    #[sqlx(flatten)]
    limits: LimitsRow,
    #[sqlx(flatten)]
    manner: MannerRow,
}

impl Row {
    fn view(self, now: Millis) -> NumberView {
        let (state, problem) = as_heard(self.state, self.problem, self.seen_at, now);
        NumberView {
            id: self.number_id,
            label: self.label,
            network: self.network,
            phone: self.phone,
            state,
            problem,
            held_until: self.held_until,
            changed_at: self.changed_at,
            queued: self.queued.unsigned_abs(),
            sent_today: self.sent_today.unsigned_abs(),
            budget: self.budget.into(),
            new_chats: self.new_chats.unsigned_abs(),
            limits: self.limits.into(),
            manner: self.manner.into(),
        }
    }
}

pub(super) async fn list(tx: &mut TenantTx, today: Day, now: Millis) -> Result<Vec<NumberView>> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT n.number_id, n.label, n.network, n.phone, n.state, n.problem, n.held_until, n.changed_at, s.seen_at,
           (SELECT COUNT(*) FROM outbox o WHERE o.number_id = n.number_id) AS queued,
           COALESCE(d.sent, 0) AS sent_today, COALESCE(d.new_chats, 0) AS new_chats, {}, {}, {}
         FROM number n
         LEFT JOIN session s ON s.number_id = n.number_id
         LEFT JOIN number_day d ON d.number_id = n.number_id AND d.day = $2
         WHERE n.tenant_id = $1 AND n.removed_at IS NULL ORDER BY n.created_at, n.number_id",
        budget::store::COLUMNS,
        limits::COLUMNS,
        manner::store::COLUMNS
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let rows = fetch_all!(tx, Row, sql(), tenant, today)?;
    Ok(rows.into_iter().map(|row| row.view(now)).collect())
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    phone: PhoneNumber,
    tenant: String,
    label: String,
}

/// The numbers of the sandbox, of every tenant.
pub(super) async fn owners(tx: &mut SystemTx) -> Result<HashMap<PhoneNumber, PhoneOwner>> {
    let rows = fetch_all!(
        tx,
        OwnerRow,
        "SELECT n.phone, t.name AS tenant, n.label FROM number n JOIN tenant t ON t.tenant_id = n.tenant_id
         WHERE n.network = $1 AND n.phone IS NOT NULL AND n.removed_at IS NULL",
        Network::Sandbox
    )?;
    Ok(rows.into_iter().map(|OwnerRow { phone, tenant, label }| (phone, PhoneOwner { tenant, label })).collect())
}

#[derive(sqlx::FromRow)]
pub(crate) struct Current {
    pub label: String,
    pub network: Network,
    pub state: NumberState,
}

/// Until this transaction has ended, nobody else changes the number. With SQLite nobody can anyway.
pub(crate) async fn get_for_update(tx: &mut TenantTx, id: NumberId) -> Result<Current> {
    let lock = if tx.conn().is_sqlite() { "" } else { "FOR NO KEY UPDATE" };
    get(tx, id, lock).await
}

async fn get(tx: &mut TenantTx, id: NumberId, lock: &str) -> Result<Current> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT label, network, state FROM number
         WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NULL {lock}"
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    found(fetch_optional!(tx, Current, sql(), tenant, id)?)
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    id: NumberId,
    label: &str,
    network: Network,
    state: NumberState,
    now: Millis,
) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(
        tx,
        "INSERT INTO number (number_id, tenant_id, label, network, state, changed_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        id,
        tenant,
        label,
        network,
        state,
        now
    )?)
}

pub(super) async fn update_label(tx: &mut TenantTx, id: NumberId, label: &str) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE number SET label = $3 WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NULL";
    let rows = execute!(tx, sql, tenant, id, label)?;
    found((rows == 1).then_some(()))
}

/// Fails with `NotFound` unless it is a number of the tenant that nobody deleted.
pub(crate) async fn check(tx: &mut TenantTx, id: NumberId) -> Result<()> {
    get(tx, id, "").await.map(|_| ())
}

/// As [`check`], and nobody deletes the number before this transaction has ended.
pub(crate) async fn keep(tx: &mut TenantTx, id: NumberId) -> Result<()> {
    let lock = if tx.conn().is_sqlite() { "" } else { "FOR SHARE" };
    get(tx, id, lock).await.map(|_| ())
}

/// For rows called `v` that have a `number_id`: nobody deleted that number.
pub(crate) const IS_HERE: &str =
    "EXISTS (SELECT 1 FROM number h WHERE h.number_id = v.number_id AND h.removed_at IS NULL)";

/// Whether the number is there and nobody deleted it.
pub(crate) async fn is_here(tx: &mut impl OnConn, id: NumberId) -> Result<bool> {
    let sql = "SELECT number_id FROM number WHERE number_id = $1 AND removed_at IS NULL";
    let row: Option<(NumberId,)> = fetch_optional!(tx, (NumberId,), sql, id)?;
    Ok(row.is_some())
}

/// From here on nobody sees it; its rows go in the background.
pub(crate) async fn remove(tx: &mut TenantTx, id: NumberId, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE number SET removed_at = $3 WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NULL";
    let rows = execute!(tx, sql, tenant, id, now)?;
    found((rows == 1).then_some(()))
}

/// Phone and LID of the account, known once linked.
pub(crate) async fn set_identity(
    tx: &mut impl OnConn,
    id: NumberId,
    phone: &PhoneNumber,
    lid: Option<&str>,
) -> Result<()> {
    one_row(execute!(tx, "UPDATE number SET phone = $2, lid = $3 WHERE number_id = $1", id, phone, lid)?)
}

/// The state and why, with everything that belonged to the old state cleared. Written down for the number's page, but
/// for the step in between: it is connecting whenever it is not connected yet.
pub(crate) async fn set_state(
    tx: &mut impl OnConn,
    id: NumberId,
    state: NumberState,
    problem: Option<NumberProblem>,
    now: Millis,
) -> Result<()> {
    one_row(execute!(
        tx,
        "UPDATE number SET state = $2, problem = $3, changed_at = $4, link_code = NULL, link_until = NULL,
           pair_phone = NULL, pair_asked_at = NULL, pair_code = NULL, pair_until = NULL, log_out = (log_out AND $5)
         WHERE number_id = $1",
        id,
        state,
        problem,
        now,
        // A wish to log out stays until it is done, however often the line breaks meanwhile.
        state.is_linked()
    )?)?;
    if state == NumberState::Connecting {
        return Ok(());
    }
    health::store::note(tx, id, NumberEvent::State { state, problem }, now).await
}

/// Somebody wants the device off the account; whoever runs the session does it.
pub(crate) async fn ask_log_out(tx: &mut TenantTx, id: NumberId) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(tx, "UPDATE number SET log_out = $3 WHERE tenant_id = $1 AND number_id = $2", tenant, id, true)?)
}

/// Nothing leaves this number before `until`, or before a later time that was said already; nor before `at_least` when the
/// pause turns out to be for new chats alone.
pub(crate) async fn hold(tx: &mut impl OnConn, id: NumberId, until: Millis, at_least: Millis) -> Result<()> {
    let sql = "UPDATE number SET held_until = CASE WHEN held_until > $2 THEN held_until ELSE $2 END,
           paused_until = CASE WHEN paused_until > $3 THEN paused_until ELSE $3 END
         WHERE number_id = $1";
    one_row(execute!(tx, sql, id, until, at_least)?)
}

/// The network says that new chats alone have to wait: what is left of the pause.
pub(crate) async fn shorten_hold(tx: &mut impl OnConn, id: NumberId) -> Result<()> {
    one_row(execute!(tx, "UPDATE number SET held_until = paused_until WHERE number_id = $1", id)?)
}

pub(crate) async fn is_held(tx: &mut impl OnConn, id: NumberId, now: Millis) -> Result<bool> {
    let sql = "SELECT number_id FROM number WHERE number_id = $1 AND held_until > $2";
    let row: Option<(NumberId,)> = fetch_optional!(tx, (NumberId,), sql, id, now)?;
    Ok(row.is_some())
}

/// A session. One with a pre-linked device is not ready until the device is stored: no engine takes it before.
pub(super) async fn insert_session(
    tx: &mut TenantTx,
    id: SessionId,
    number: NumberId,
    server_id: Option<&str>,
    now: Millis,
) -> Result<()> {
    let tenant = tx.tenant();
    // Without a pre-linked device there is nothing to wait for.
    let ready = server_id.is_none();
    one_row(execute!(
        tx,
        "INSERT INTO session (session_id, tenant_id, number_id, server_id, ready, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        tenant,
        number,
        server_id,
        ready,
        now
    )?)
}

/// The device of a session is stored: engines may take it.
pub(super) async fn ready(server: &Server, scope: &Scope, id: SessionId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let tenant = tx.tenant();
    let sql = "UPDATE session SET ready = $3 WHERE tenant_id = $1 AND session_id = $2";
    one_row(execute!(&mut tx, sql, tenant, id, true)?)?;
    tx.commit().await
}

pub(super) async fn delete_session(tx: &mut TenantTx, number: NumberId) -> Result<()> {
    let tenant = tx.tenant();
    execute!(tx, "DELETE FROM session WHERE tenant_id = $1 AND number_id = $2", tenant, number)?;
    Ok(())
}
