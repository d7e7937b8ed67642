//! The SQL of the table `session_key`. Values are sealed already; times are milliseconds.

use super::kind::{Kind, Place};
use crate::{
    db::{OnConn as _, SystemTx, json_list},
    error::{Error, Result},
    execute, fetch_all, fetch_optional, insert_rows,
};
use domain::{SessionId, TenantId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows in one statement: six binds each, far below what SQLite takes.
const CHUNK: usize = 4_000;

/// A row on its way to the table.
pub(super) struct Row {
    pub(super) kind: Kind,
    pub(super) key: String,
    pub(super) value: Vec<u8>,
    pub(super) at: i64,
}

/// Proves that `fence` is still the session's, and on PostgreSQL holds the session until the commit: a new owner waits
/// for us or we see it, two writes of one session never lock its rows in two orders, and what was read in the same
/// transaction is still so when it is written. SQLite has one writer anyway.
pub(super) async fn lock(tx: &mut SystemTx, session: SessionId, fence: i64) -> Result<()> {
    let sql = if tx.conn().is_sqlite() {
        "SELECT 1 FROM session WHERE session_id = $1 AND fence = $2"
    } else {
        "SELECT CAST(1 AS BIGINT) FROM session WHERE session_id = $1 AND fence = $2 FOR NO KEY UPDATE"
    };
    let ours: Option<(i64,)> = fetch_optional!(tx, (i64,), sql, session, fence)?;
    ours.map(|_| ()).ok_or(Error::Stale("a session"))
}

/// Writes rows; the same key must not come twice.
pub(super) async fn upsert_many(tx: &mut SystemTx, tenant: TenantId, session: SessionId, rows: &[Row]) -> Result<()> {
    for rows in rows.chunks(CHUNK) {
        insert_rows!(
            tx,
            "INSERT INTO session_key (tenant_id, session_id, kind, key, value, at)",
            rows,
            |row| [tenant, session, row.kind.0, row.key.as_str(), row.value.as_slice(), row.at],
            "ON CONFLICT (session_id, kind, key) DO UPDATE SET value = excluded.value, at = excluded.at"
        )?;
    }
    Ok(())
}

/// Those of the rows that are there, in no order. Asks for every kind with every key and keeps what was meant: lists that
/// both databases look up in the index, where they would walk the session for pairs.
pub(super) async fn find_places<'a>(
    tx: &mut SystemTx,
    session: SessionId,
    places: impl IntoIterator<Item = &'a Place>,
) -> Result<HashMap<Place, Vec<u8>>> {
    let (of_kinds, of_keys) = (tx.conn().among("$2"), tx.conn().among("$3"));
    let sql =
        format!("SELECT kind, key, value FROM session_key WHERE session_id = $1 AND kind {of_kinds} AND key {of_keys}");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let places: BTreeSet<&Place> = places.into_iter().collect();
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let kinds: BTreeMap<&str, Kind> = places.iter().map(|(kind, _)| (kind.0, *kind)).collect();
    let keys: BTreeSet<&str> = places.iter().map(|(_, key)| key.as_str()).collect();
    let (of_kinds, of_keys) = (json_list(kinds.keys()), json_list(keys));
    let rows: Vec<(String, String, Vec<u8>)> =
        fetch_all!(tx, (String, String, Vec<u8>), sql(), session, of_kinds.as_str(), of_keys.as_str())?;
    let meant = |(kind, key, value): (String, String, Vec<u8>)| {
        let place = (*kinds.get(kind.as_str())?, key);
        places.contains(&place).then_some((place, value))
    };
    Ok(rows.into_iter().filter_map(meant).collect())
}

/// Deletes the rows, a statement for each kind.
pub(super) async fn delete_places(tx: &mut SystemTx, session: SessionId, places: &[Place]) -> Result<()> {
    for of_one_kind in places.chunk_by(|(kind, _), (other, _)| kind == other) {
        let keys: Vec<String> = of_one_kind.iter().map(|(_, key)| key.clone()).collect();
        delete(tx, session, of_one_kind[0].0, &keys).await?;
    }
    Ok(())
}

/// Those of the keys that are there, in no order.
pub(super) async fn find_many(
    tx: &mut SystemTx,
    session: SessionId,
    kind: Kind,
    keys: &[String],
) -> Result<Vec<(String, Vec<u8>)>> {
    let among = tx.conn().among("$3");
    let sql = format!("SELECT key, value FROM session_key WHERE session_id = $1 AND kind = $2 AND key {among}");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_all!(tx, (String, Vec<u8>), sql(), session, kind.0, json_list(keys).as_str())?)
}

/// The rows whose key starts with `prefix`, by key; all of the kind when it is empty.
pub(super) async fn list(
    tx: &mut SystemTx,
    session: SessionId,
    kind: Kind,
    prefix: &str,
) -> Result<Vec<(String, Vec<u8>)>> {
    let sql = "SELECT key, value FROM session_key
               WHERE session_id = $1 AND kind = $2 AND key >= $3 AND key < $4 ORDER BY key";
    Ok(fetch_all!(tx, (String, Vec<u8>), sql, session, kind.0, prefix, end_of(prefix))?)
}

/// Whether any key starts with `prefix`.
pub(super) async fn any(tx: &mut SystemTx, session: SessionId, kind: Kind, prefix: &str) -> Result<bool> {
    let sql = "SELECT key FROM session_key WHERE session_id = $1 AND kind = $2 AND key >= $3 AND key < $4 LIMIT 1";
    let row: Option<(String,)> = fetch_optional!(tx, (String,), sql, session, kind.0, prefix, end_of(prefix))?;
    Ok(row.is_some())
}

/// The greatest key of a kind.
pub(super) async fn last_key(tx: &mut SystemTx, session: SessionId, kind: Kind) -> Result<Option<String>> {
    let sql = "SELECT key FROM session_key WHERE session_id = $1 AND kind = $2 ORDER BY key DESC LIMIT 1";
    let row: Option<(String,)> = fetch_optional!(tx, (String,), sql, session, kind.0)?;
    Ok(row.map(|(key,)| key))
}

pub(super) async fn delete(tx: &mut SystemTx, session: SessionId, kind: Kind, keys: &[String]) -> Result<u64> {
    let among = tx.conn().among("$3");
    let sql = format!("DELETE FROM session_key WHERE session_id = $1 AND kind = $2 AND key {among}");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(execute!(tx, sql(), session, kind.0, json_list(keys).as_str())?)
}

/// Deletes the rows whose key starts with `prefix`; all of the kind when it is empty.
pub(super) async fn delete_starting(tx: &mut SystemTx, session: SessionId, kind: Kind, prefix: &str) -> Result<u64> {
    let sql = "DELETE FROM session_key WHERE session_id = $1 AND kind = $2 AND key >= $3 AND key < $4";
    Ok(execute!(tx, sql, session, kind.0, prefix, end_of(prefix))?)
}

/// Deletes the rows whose time is before `at`; those without a time (0) stay.
pub(super) async fn delete_before(tx: &mut SystemTx, session: SessionId, kind: Kind, at: i64) -> Result<u64> {
    let sql = "DELETE FROM session_key WHERE session_id = $1 AND kind = $2 AND at < $3 AND at <> 0";
    Ok(execute!(tx, sql, session, kind.0, at)?)
}

/// The keys of a kind, without what they hold.
pub(super) async fn list_keys(tx: &mut SystemTx, session: SessionId, kind: Kind) -> Result<Vec<String>> {
    let sql = "SELECT key FROM session_key WHERE session_id = $1 AND kind = $2 ORDER BY key";
    let rows: Vec<(String,)> = fetch_all!(tx, (String,), sql, session, kind.0)?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// The first text behind all that start with `prefix`. Keys are compared byte by byte on both databases.
fn end_of(prefix: &str) -> String {
    let mut end = prefix.to_owned();
    match end.pop() {
        Some(last) => end.push(char::from_u32(u32::from(last) + 1).unwrap_or(char::MAX)),
        None => end.push(char::MAX),
    }
    end
}
