//! SQL of who wants no messages, and of how a tenant understands wishes.

use crate::{
    contact::consent,
    db::{OnConn, TenantTx, like_pattern},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
};
use domain::{
    ContactId, ConversationId, Millis, NumberId, Page, PageRequest, PhoneNumber, TenantId,
    consent::{ConsentForm, OptedOut, Wish},
    contact::display_name_or_lid,
};

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
        let proof = consent::ledger(tx, row.contact_id).await?.into_iter().find(|entry| entry.wish == Wish::OptOut);
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
