//! SQL of what contacts wished: the ledger, and what holds now. How a wish is understood and answered is the room of
//! [`consent`](crate::consent).

use crate::{
    db::{OnConn, TenantTx, found},
    error::Result,
    execute, fetch_all, fetch_optional, insert_rows,
};
use domain::{
    ContactId, Millis, TenantId,
    consent::{ConsentEntry, Wish, WishSource},
};
use uuid::Uuid;

/// Lines of one ledger that are shown.
const SHOWN: i64 = 50;

/// A line for the ledger.
#[derive(Clone, Copy)]
pub(crate) struct NewEntry<'a> {
    pub contact: ContactId,
    pub wish: Wish,
    pub source: WishSource,
    pub words: &'a str,
    pub member: Option<&'a str>,
    pub at: Millis,
}

pub(crate) async fn insert(tx: &mut impl OnConn, tenant: TenantId, id: Uuid, entry: &NewEntry<'_>) -> Result<()> {
    insert_many(tx, tenant, &[(id, *entry)]).await
}

/// Many lines at once; what holds now is the caller's to write.
pub(crate) async fn insert_many(
    tx: &mut impl OnConn,
    tenant: TenantId,
    entries: &[(Uuid, NewEntry<'_>)],
) -> Result<()> {
    insert_rows!(
        tx,
        "INSERT INTO consent (consent_id, tenant_id, contact_id, wish, source, words, member, at)",
        entries,
        |entry| [
            entry.0,
            tenant,
            entry.1.contact,
            entry.1.wish,
            entry.1.source,
            entry.1.words,
            entry.1.member,
            entry.1.at
        ],
        ""
    )?;
    Ok(())
}

/// The lines of a person: their own, and of whoever turned out to be them.
const THEIRS: &str = "FROM consent e WHERE e.tenant_id = $1 AND (e.contact_id = $2 OR e.contact_id IN (
       SELECT m.contact_id FROM contact m WHERE m.tenant_id = $1 AND m.merged_into = $2))";

/// The latest wish is what holds now. Whether that is something else than before; who says again that they want nothing says
/// it of what they wrote meanwhile as well.
pub(crate) async fn apply(tx: &mut impl OnConn, tenant: TenantId, contact: ContactId) -> Result<bool> {
    let (wish, at) = found(newest(tx, tenant, contact).await?)?;
    let before = is_opted_out(tx, tenant, contact).await?;
    match wish {
        Wish::OptOut => {
            let sql = "UPDATE contact SET opted_out_at = $3, updated_at = $3
                 WHERE tenant_id = $1 AND contact_id = $2 AND (opted_out_at IS NULL OR opted_out_at < $3)";
            execute!(tx, sql, tenant, contact, at)?;
        }
        Wish::OptIn => {
            let sql = "UPDATE contact SET opted_out_at = NULL, updated_at = $3
                 WHERE tenant_id = $1 AND contact_id = $2 AND opted_out_at IS NOT NULL";
            execute!(tx, sql, tenant, contact, at)?;
        }
    }
    Ok(before != (wish == Wish::OptOut))
}

/// What the person wished last, if they ever did.
pub(crate) async fn latest(tx: &mut impl OnConn, tenant: TenantId, contact: ContactId) -> Result<Option<Wish>> {
    Ok(newest(tx, tenant, contact).await?.map(|(wish, _)| wish))
}

async fn newest(tx: &mut impl OnConn, tenant: TenantId, contact: ContactId) -> Result<Option<(Wish, Millis)>> {
    let sql = format!("SELECT e.wish, e.at {THEIRS} ORDER BY e.at DESC, e.consent_id DESC LIMIT 1");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_optional!(tx, (Wish, Millis), sql(), tenant, contact)?)
}

pub(crate) async fn is_opted_out(tx: &mut impl OnConn, tenant: TenantId, contact: ContactId) -> Result<bool> {
    let sql = "SELECT contact_id FROM contact WHERE tenant_id = $1 AND contact_id = $2 AND opted_out_at IS NOT NULL";
    let row: Option<(ContactId,)> = fetch_optional!(tx, (ContactId,), sql, tenant, contact)?;
    Ok(row.is_some())
}

type Line = (Wish, WishSource, String, Option<String>, Millis);

fn entry((wish, source, words, member, at): Line) -> ConsentEntry {
    ConsentEntry { wish, source, words, member, at }
}

pub(crate) async fn ledger(tx: &mut TenantTx, contact: ContactId) -> Result<Vec<ConsentEntry>> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT e.wish, e.source, e.words, e.member, e.at {THEIRS} ORDER BY e.at DESC, e.consent_id DESC LIMIT $3"
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let rows: Vec<Line> = fetch_all!(tx, Line, sql(), tenant, contact, SHOWN)?;
    Ok(rows.into_iter().map(entry).collect())
}
