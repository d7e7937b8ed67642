//! SQL of the ledger, and of what holds now.

use crate::{
    db::{OnConn, TenantTx, found, like_pattern},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional, insert_rows,
};
use domain::{
    ContactId, ConversationId, Millis, NumberId, Page, PageRequest, PhoneNumber, TenantId,
    consent::{ConsentEntry, ConsentForm, OptedOut, Wish, WishSource},
    contact::display_name_or_lid,
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

pub(super) async fn insert(tx: &mut impl OnConn, tenant: TenantId, id: Uuid, entry: &NewEntry<'_>) -> Result<()> {
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
pub(super) async fn apply(tx: &mut impl OnConn, tenant: TenantId, contact: ContactId) -> Result<bool> {
    let sql = format!("SELECT e.wish, e.at {THEIRS} ORDER BY e.at DESC, e.consent_id DESC LIMIT 1");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let (wish, at) = found(fetch_optional!(tx, (Wish, Millis), sql(), tenant, contact)?)?;
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

pub(super) async fn is_opted_out(tx: &mut impl OnConn, tenant: TenantId, contact: ContactId) -> Result<bool> {
    let sql = "SELECT contact_id FROM contact WHERE tenant_id = $1 AND contact_id = $2 AND opted_out_at IS NOT NULL";
    let row: Option<(ContactId,)> = fetch_optional!(tx, (ContactId,), sql, tenant, contact)?;
    Ok(row.is_some())
}

/// As the claim decides it: see `claim.sqlite.sql`.
pub(crate) async fn may_answer(tx: &mut TenantTx, number: NumberId, contact: ContactId) -> Result<bool> {
    let tenant = tx.tenant();
    let sql = "SELECT c.contact_id FROM contact c WHERE c.tenant_id = $1 AND c.contact_id = $2
           AND c.opted_out_at IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM message m WHERE m.tenant_id = $1 AND m.number_id = $3 AND m.contact_id = $2
               AND m.direction = 'incoming' AND m.at > c.opted_out_at)";
    let row: Option<(ContactId,)> = fetch_optional!(tx, (ContactId,), sql, tenant, contact, number)?;
    Ok(row.is_none())
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

#[derive(sqlx::FromRow)]
struct OptedOutRow {
    contact_id: ContactId,
    name: String,
    push_name: String,
    phone: Option<PhoneNumber>,
    lid: Option<String>,
    opted_out_at: Millis,
    conversation_id: Option<ConversationId>,
}

pub(super) async fn opted_out(tx: &mut TenantTx, page: &PageRequest) -> Result<Page<OptedOut>> {
    let tenant = tx.tenant();
    let pattern = like_pattern(&page.search);
    let from = "FROM contact c WHERE c.tenant_id = $1 AND c.opted_out_at IS NOT NULL AND c.merged_into IS NULL
           AND ($2 = '%%' OR c.search_text LIKE $2 ESCAPE '\\')";
    let sql = format!(
        "SELECT c.contact_id, c.name, c.push_name, c.phone, c.lid, c.opted_out_at, (
           SELECT v.conversation_id FROM conversation v JOIN number n ON n.number_id = v.number_id
           WHERE v.tenant_id = c.tenant_id AND v.contact_id = c.contact_id AND n.removed_at IS NULL
           ORDER BY v.last_at DESC LIMIT 1) AS conversation_id
         {from} ORDER BY c.opted_out_at DESC, c.contact_id LIMIT $3 OFFSET $4"
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let rows = fetch_all!(tx, OptedOutRow, sql(), tenant, &pattern, page.limit(), page.offset())?;
    let count = format!("SELECT COUNT(*) {from}");
    let (total,): (i64,) = fetch_one!(tx, (i64,), sqlx::AssertSqlSafe(count.clone()), tenant, &pattern)?;
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        let proof = ledger(tx, row.contact_id).await?.into_iter().find(|entry| entry.wish == Wish::OptOut);
        people.push(OptedOut {
            contact: row.contact_id,
            name: display_name_or_lid(&row.name, &row.push_name, row.phone.as_ref(), row.lid.as_deref()),
            phone: row.phone,
            since: row.opted_out_at,
            proof,
            conversation: row.conversation_id,
        });
    }
    Ok(Page { rows: people, total: total.unsigned_abs(), page: page.page.max(1), per_page: page.per_page })
}

/// Of everybody who wants no messages, those after this one by id.
pub(super) async fn opted_out_after(
    tx: &mut TenantTx,
    after: ContactId,
    limit: i64,
) -> Result<Vec<(ContactId, Option<PhoneNumber>, String, Millis)>> {
    let tenant = tx.tenant();
    let sql = "SELECT contact_id, phone, name, opted_out_at FROM contact
         WHERE tenant_id = $1 AND contact_id > $2 AND opted_out_at IS NOT NULL AND merged_into IS NULL
         ORDER BY contact_id LIMIT $3";
    Ok(fetch_all!(tx, (ContactId, Option<PhoneNumber>, String, Millis), sql, tenant, after, limit)?)
}

pub(super) async fn setting(tx: &mut impl OnConn, tenant: TenantId) -> Result<ConsentForm> {
    let sql = "SELECT out_words, in_words, out_answer, in_answer, answers FROM consent_setting WHERE tenant_id = $1";
    type Row = (String, String, String, String, bool);
    let row: Option<Row> = fetch_optional!(tx, Row, sql, tenant)?;
    let form = |(out_words, in_words, out_answer, in_answer, answers): Row| ConsentForm {
        out_words,
        in_words,
        out_answer,
        in_answer,
        answers,
    };
    Ok(row.map(form).unwrap_or_default())
}

pub(super) async fn set_setting(tx: &mut TenantTx, form: &ConsentForm, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    execute!(
        tx,
        "INSERT INTO consent_setting (tenant_id, out_words, in_words, out_answer, in_answer, answers, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant_id) DO UPDATE SET out_words = excluded.out_words, in_words = excluded.in_words,
           out_answer = excluded.out_answer, in_answer = excluded.in_answer, answers = excluded.answers,
           updated_at = excluded.updated_at",
        tenant,
        &form.out_words,
        &form.in_words,
        &form.out_answer,
        &form.in_answer,
        form.answers,
        now
    )?;
    Ok(())
}
