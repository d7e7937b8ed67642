//! SQL of contacts that become one, and two again: the rows of people. What they said is the inbox's.

use super::store::search_text;
use crate::{
    db::{OnConn, SystemTx, TenantTx, found, one_row},
    error::Result,
    execute, fetch_all, fetch_optional,
};
use domain::{
    ContactId, Millis, PhoneNumber, TenantId,
    contact::{Attributes, MergedView, display_name_or_lid},
};
use sqlx::types::Json;

/// Who holds a LID or a phone number.
#[derive(sqlx::FromRow)]
pub(crate) struct Holder {
    pub contact_id: ContactId,
    pub phone: Option<PhoneNumber>,
    pub separated_from: Option<ContactId>,
}

pub(crate) async fn by_lid(tx: &mut SystemTx, tenant: TenantId, lid: &str) -> Result<Option<Holder>> {
    let sql = "SELECT contact_id, phone, separated_from FROM contact WHERE tenant_id = $1 AND lid = $2";
    Ok(fetch_optional!(tx, Holder, sql, tenant, lid)?)
}

pub(crate) async fn by_phone(tx: &mut SystemTx, tenant: TenantId, phone: &PhoneNumber) -> Result<Option<Holder>> {
    let sql = "SELECT contact_id, phone, separated_from FROM contact WHERE tenant_id = $1 AND phone = $2";
    Ok(fetch_optional!(tx, Holder, sql, tenant, phone)?)
}

/// Of these phone numbers and LIDs, those of contacts that have only the one.
pub(crate) async fn halves(
    tx: &mut SystemTx,
    tenant: TenantId,
    phones: &str,
    lids: &str,
) -> Result<Vec<(Option<PhoneNumber>, Option<String>)>> {
    let sql = format!(
        "SELECT phone, lid FROM contact WHERE tenant_id = $1 AND merged_into IS NULL
           AND ((lid IS NULL AND phone {}) OR (phone IS NULL AND lid {}))",
        tx.conn().among("$2"),
        tx.conn().among("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_all!(tx, (Option<PhoneNumber>, Option<String>), sql(), tenant, phones, lids)?)
}

/// The account behind a phone number is another one now.
pub(crate) async fn change_lid(tx: &mut SystemTx, tenant: TenantId, phone: &PhoneNumber, lid: &str) -> Result<()> {
    let sql = "UPDATE contact SET lid = $3 WHERE tenant_id = $1 AND phone = $2 AND lid <> $3";
    execute!(tx, sql, tenant, phone, lid)?;
    Ok(())
}

pub(crate) async fn drop_lid(tx: &mut SystemTx, tenant: TenantId, id: ContactId) -> Result<()> {
    let sql = "UPDATE contact SET lid = NULL WHERE tenant_id = $1 AND contact_id = $2";
    one_row(execute!(tx, sql, tenant, id)?)
}

/// Takes both contacts for this transaction: whoever writes to one of them waits. With SQLite nobody else writes.
pub(crate) async fn lock(tx: &mut impl OnConn, tenant: TenantId, both: [ContactId; 2]) -> Result<()> {
    if tx.conn().is_sqlite() {
        return Ok(());
    }
    let sql = "SELECT contact_id FROM contact WHERE tenant_id = $1 AND contact_id IN ($2, $3)
         ORDER BY contact_id FOR UPDATE";
    let _: Vec<(ContactId,)> = fetch_all!(tx, (ContactId,), sql, tenant, both[0], both[1])?;
    Ok(())
}

/// Whom a contact became part of, or itself; nobody makes it part of another one before this transaction has ended.
pub(crate) async fn hold(tx: &mut impl OnConn, tenant: TenantId, id: ContactId) -> Result<ContactId> {
    let sql = "SELECT COALESCE(merged_into, contact_id) FROM contact WHERE tenant_id = $1 AND contact_id = $2
         FOR KEY SHARE";
    hold_by(tx, sql, tenant, id).await
}

/// The same, and nobody else writes to it or in its threads until then.
pub(crate) async fn hold_alone(tx: &mut SystemTx, tenant: TenantId, id: ContactId) -> Result<ContactId> {
    let sql = "SELECT COALESCE(merged_into, contact_id) FROM contact WHERE tenant_id = $1 AND contact_id = $2
         FOR UPDATE";
    hold_by(tx, sql, tenant, id).await
}

/// With SQLite nobody else writes.
async fn hold_by(tx: &mut impl OnConn, sql: &'static str, tenant: TenantId, id: ContactId) -> Result<ContactId> {
    if tx.conn().is_sqlite() {
        return Ok(id);
    }
    let row: Option<(ContactId,)> = fetch_optional!(tx, (ContactId,), sql, tenant, id)?;
    found(row.map(|(id,)| id))
}

/// What a contact knows of a person.
#[derive(sqlx::FromRow)]
pub(crate) struct Person {
    pub contact_id: ContactId,
    pub phone: Option<PhoneNumber>,
    pub name: String,
    pub push_name: String,
    pub attributes: Json<Attributes>,
    pub opted_out_at: Option<Millis>,
}

impl Person {
    /// What is known of both. Whoever asked not to be written to stays so.
    pub(crate) fn with(self, lost: Self) -> Self {
        let mut attributes = lost.attributes.0;
        attributes.extend(self.attributes.0);
        let first = |one: String, other: String| if one.trim().is_empty() { other } else { one };
        Self {
            name: first(self.name, lost.name),
            push_name: first(self.push_name, lost.push_name),
            attributes: Json(attributes),
            opted_out_at: self.opted_out_at.or(lost.opted_out_at),
            ..self
        }
    }
}

pub(crate) async fn get(tx: &mut SystemTx, tenant: TenantId, id: ContactId) -> Result<Person> {
    let sql = "SELECT contact_id, phone, name, push_name, attributes, opted_out_at FROM contact
         WHERE tenant_id = $1 AND contact_id = $2";
    found(fetch_optional!(tx, Person, sql, tenant, id)?)
}

pub(crate) async fn hide(
    tx: &mut SystemTx,
    tenant: TenantId,
    id: ContactId,
    into: ContactId,
    now: Millis,
) -> Result<()> {
    one_row(execute!(
        tx,
        "UPDATE contact SET merged_into = $3, merged_at = $4, merged_lid = lid, lid = NULL
         WHERE tenant_id = $1 AND contact_id = $2",
        tenant,
        id,
        into,
        now
    )?)
}

pub(crate) async fn keep(tx: &mut SystemTx, tenant: TenantId, whole: &Person, lid: &str, now: Millis) -> Result<()> {
    let search = search_text(&whole.name, &whole.push_name, whole.phone.as_ref(), &whole.attributes.0);
    one_row(execute!(
        tx,
        "UPDATE contact SET name = $3, push_name = $4, attributes = $5, opted_out_at = $6, lid = $7, search_text = $8,
           updated_at = $9
         WHERE tenant_id = $1 AND contact_id = $2",
        tenant,
        whole.contact_id,
        &whole.name,
        &whole.push_name,
        &whole.attributes,
        whole.opted_out_at,
        lid,
        &search,
        now
    )?)
}

pub(crate) async fn merged(tx: &mut TenantTx, into: ContactId) -> Result<Vec<MergedView>> {
    let tenant = tx.tenant();
    let sql = "SELECT contact_id, name, push_name, merged_lid, merged_at FROM contact
         WHERE tenant_id = $1 AND merged_into = $2 ORDER BY merged_at DESC, contact_id";
    let rows: Vec<(ContactId, String, String, Option<String>, Millis)> =
        fetch_all!(tx, (ContactId, String, String, Option<String>, Millis), sql, tenant, into)?;
    let view = |(contact, name, push_name, lid, at): (_, String, String, Option<String>, _)| MergedView {
        contact,
        name: display_name_or_lid(&name, &push_name, None, lid.as_deref()),
        at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// What a contact became part of.
pub(crate) async fn whole_of(tx: &mut TenantTx, id: ContactId) -> Result<ContactId> {
    let tenant = tx.tenant();
    let sql = "SELECT merged_into FROM contact WHERE tenant_id = $1 AND contact_id = $2 AND merged_into IS NOT NULL";
    let row: Option<(ContactId,)> = fetch_optional!(tx, (ContactId,), sql, tenant, id)?;
    found(row.map(|(id,)| id))
}

/// It is a contact of its own again, with its LID unless that went to somebody else; whoever asked not to be written to stays so.
pub(crate) async fn show_again(tx: &mut TenantTx, id: ContactId, whole: ContactId, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE contact SET lid = NULL, updated_at = $4 WHERE tenant_id = $1 AND contact_id = $2
         AND lid = (SELECT o.merged_lid FROM contact o WHERE o.tenant_id = $1 AND o.contact_id = $3)";
    execute!(tx, sql, tenant, whole, id, now)?;
    one_row(execute!(
        tx,
        "UPDATE contact SET
           lid = CASE WHEN NOT EXISTS (
             SELECT 1 FROM contact o WHERE o.tenant_id = $1 AND o.lid = contact.merged_lid) THEN merged_lid END,
           opted_out_at = COALESCE(opted_out_at, (
             SELECT o.opted_out_at FROM contact o WHERE o.tenant_id = $1 AND o.contact_id = $3)),
           merged_into = NULL, merged_at = NULL, merged_lid = NULL, separated_from = $3, updated_at = $4
         WHERE tenant_id = $1 AND contact_id = $2 AND merged_into = $3",
        tenant,
        id,
        whole,
        now
    )?)
}
