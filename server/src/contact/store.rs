//! SQL of contacts.

use super::{Found, Identity, Names};
use crate::{
    db::{Conn, OnConn, SystemTx, TenantTx, like_pattern},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
};
use domain::{
    ContactId, MediaId, Millis, PageRequest, PhoneNumber, TenantId,
    contact::{Attributes, ContactView},
};
use sqlx::types::Json;

#[derive(sqlx::FromRow)]
pub(super) struct ContactRow {
    pub contact_id: ContactId,
    pub phone: Option<PhoneNumber>,
    pub name: String,
    pub push_name: String,
    pub attributes: Json<Attributes>,
    pub opted_out_at: Option<Millis>,
    pub created_at: Millis,
    /// The picture the person shows; read for lists only.
    #[sqlx(default)]
    pub picture: Option<MediaId>,
}

impl ContactRow {
    pub(super) fn view(self) -> ContactView {
        ContactView {
            id: self.contact_id,
            phone: self.phone,
            name: self.name,
            push_name: self.push_name,
            picture: None,
            attributes: self.attributes.0,
            opted_out_at: self.opted_out_at,
            created_at: self.created_at,
        }
    }
}

pub(super) async fn list(tx: &mut TenantTx, request: &PageRequest) -> Result<(Vec<ContactRow>, u64)> {
    let (tenant, pattern) = (tx.tenant(), like_pattern(&search_words(&request.search)));
    let rows = fetch_all!(
        tx,
        ContactRow,
        r"SELECT c.contact_id, c.phone, c.name, c.push_name, c.attributes, c.opted_out_at, c.created_at, p.media_id AS picture
          FROM contact c LEFT JOIN contact_picture p ON p.tenant_id = c.tenant_id AND p.contact_id = c.contact_id
          WHERE c.tenant_id = $1 AND c.merged_into IS NULL AND ($2 = '%%' OR search_text LIKE $2 ESCAPE '\')
          ORDER BY (c.name = ''), lower(c.name), c.contact_id LIMIT $3 OFFSET $4",
        tenant,
        &pattern,
        request.limit(),
        request.offset()
    )?;
    let (total,) = fetch_one!(
        tx,
        (i64,),
        r"SELECT COUNT(*) FROM contact WHERE tenant_id = $1 AND merged_into IS NULL AND ($2 = '%%' OR search_text LIKE $2 ESCAPE '\')",
        tenant,
        &pattern
    )?;
    Ok((rows, total.unsigned_abs()))
}

pub(super) async fn find(tx: &mut impl OnConn, tenant: TenantId, id: ContactId) -> Result<Option<ContactView>> {
    let row = fetch_optional!(
        tx,
        ContactRow,
        "SELECT contact_id, phone, name, push_name, attributes, opted_out_at, created_at FROM contact
         WHERE tenant_id = $1 AND contact_id = $2",
        tenant,
        id
    )?;
    Ok(row.map(ContactRow::view))
}

/// By phone before LID: the phone is what people know each other by.
pub(super) async fn find_by_identity(
    tx: &mut impl OnConn,
    tenant: TenantId,
    identity: &Identity,
) -> Result<Option<ContactView>> {
    let row = fetch_optional!(
        tx,
        ContactRow,
        "SELECT contact_id, phone, name, push_name, attributes, opted_out_at, created_at FROM contact
         WHERE tenant_id = $1 AND (phone = $2 OR lid = $3) ORDER BY (phone IS NULL) LIMIT 1",
        tenant,
        identity.phone.as_ref(),
        identity.lid.as_deref()
    )?;
    Ok(row.map(ContactRow::view))
}

/// By both addresses, and by what they call themselves unless that is empty.
pub(super) async fn recognise(
    tx: &mut SystemTx,
    tenant: TenantId,
    phone: &PhoneNumber,
    lid: &str,
    push_name: &str,
) -> Result<Option<ContactId>> {
    let row: Option<(ContactId,)> = fetch_optional!(
        tx,
        (ContactId,),
        "SELECT contact_id FROM contact
         WHERE tenant_id = $1 AND phone = $2 AND lid = $3 AND ($4 = '' OR push_name = $4)",
        tenant,
        phone,
        lid,
        push_name
    )?;
    Ok(row.map(|(id,)| id))
}

/// All with the phone or the LID, in one order everywhere.
pub(super) async fn known(tx: &mut impl OnConn, tenant: TenantId, identity: &Identity) -> Result<Vec<ContactId>> {
    let rows: Vec<(ContactId,)> = fetch_all!(
        tx,
        (ContactId,),
        "SELECT contact_id FROM contact WHERE tenant_id = $1 AND (phone = $2 OR lid = $3) ORDER BY contact_id",
        tenant,
        identity.phone.as_ref(),
        identity.lid.as_deref()
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(super) async fn insert_identity(
    tx: &mut impl OnConn,
    tenant: TenantId,
    id: ContactId,
    identity: &Identity,
    source: &str,
    now: Millis,
) -> Result<()> {
    let search = search_text("", &identity.push_name, identity.phone.as_ref(), &Attributes::new());
    execute!(
        tx,
        "INSERT INTO contact (contact_id, tenant_id, phone, lid, push_name, search_text, source, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING",
        id,
        tenant,
        identity.phone.as_ref(),
        identity.lid.as_deref(),
        &identity.push_name,
        &search,
        source,
        now
    )?;
    Ok(())
}

/// Adds what a known contact lacks. A phone or LID that another contact holds stays there.
pub(super) async fn learn(
    tx: &mut impl OnConn,
    tenant: TenantId,
    mut known: ContactView,
    identity: &Identity,
    now: Millis,
) -> Result<ContactView> {
    if !identity.push_name.is_empty() {
        known.push_name.clone_from(&identity.push_name);
    }
    let phone = known.phone.as_ref().or(identity.phone.as_ref());
    let search = search_text(&known.name, &known.push_name, phone, &known.attributes);
    let rows = execute!(
        tx,
        "UPDATE contact SET push_name = $3, search_text = $4, updated_at = $5,
            phone = CASE WHEN phone IS NULL AND NOT EXISTS (
                SELECT 1 FROM contact o WHERE o.tenant_id = $1 AND o.phone = $6) THEN $6 ELSE phone END,
            lid = CASE WHEN lid IS NULL AND NOT EXISTS (
                SELECT 1 FROM contact o WHERE o.tenant_id = $1 AND o.lid = $7) THEN $7 ELSE lid END
         WHERE tenant_id = $1 AND contact_id = $2
           AND (push_name <> $3 OR (phone IS NULL AND $6 IS NOT NULL) OR (lid IS NULL AND $7 IS NOT NULL))",
        tenant,
        known.id,
        &known.push_name,
        &search,
        now,
        identity.phone.as_ref(),
        identity.lid.as_deref()
    )?;
    if rows == 0 {
        return Ok(known);
    }
    crate::db::found(find(tx, tenant, known.id).await?)
}

pub(super) async fn tell_names(
    tx: &mut SystemTx,
    tenant: TenantId,
    id: ContactId,
    names: Names<'_>,
    now: Millis,
) -> Result<bool> {
    #[derive(sqlx::FromRow)]
    struct Called {
        name: String,
        push_name: String,
        saved_name: String,
        phone: Option<PhoneNumber>,
        attributes: Json<Attributes>,
    }
    let sql =
        "SELECT name, push_name, saved_name, phone, attributes FROM contact WHERE tenant_id = $1 AND contact_id = $2";
    let Some(before) = fetch_optional!(tx, Called, sql, tenant, id)? else { return Ok(false) };
    let follows = !names.saved_name.is_empty() && (before.name.is_empty() || before.name == before.saved_name);
    let name = if follows { names.saved_name } else { &before.name };
    let is_newer = names.is_new && !names.push_name.is_empty();
    let push_name = if before.push_name.is_empty() || is_newer { names.push_name } else { &before.push_name };
    if name == before.name && push_name == before.push_name {
        return Ok(false);
    }
    let saved_name = if follows { name } else { &before.saved_name };
    let search = search_text(name, push_name, before.phone.as_ref(), &before.attributes);
    // Unless somebody is naming them at this moment.
    let rows = execute!(
        tx,
        "UPDATE contact SET name = $3, push_name = $4, saved_name = $5, search_text = $6, updated_at = $7
         WHERE tenant_id = $1 AND contact_id = $2 AND name = $8",
        tenant,
        id,
        name,
        push_name,
        saved_name,
        &search,
        now,
        &before.name
    )?;
    Ok(rows == 1)
}

pub(super) async fn among(tx: &mut SystemTx, tenant: TenantId, phones: &str, lids: &str) -> Result<Vec<Found>> {
    let sql = format!(
        "SELECT contact_id, phone, lid FROM contact
         WHERE tenant_id = $1 AND merged_into IS NULL AND (phone {} OR lid {})",
        tx.conn().among("$2"),
        tx.conn().among("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_all!(tx, Found, sql(), tenant, phones, lids)?)
}

pub(super) async fn resolve(tx: &mut TenantTx, id: ContactId) -> Result<Option<ContactId>> {
    let tenant = tx.tenant();
    let sql = "SELECT COALESCE(merged_into, contact_id) FROM contact WHERE tenant_id = $1 AND contact_id = $2";
    let row: Option<(ContactId,)> = fetch_optional!(tx, (ContactId,), sql, tenant, id)?;
    Ok(row.map(|(id,)| id))
}

pub(super) async fn phone_of(tx: &mut impl OnConn, tenant: TenantId, id: ContactId) -> Result<Option<PhoneNumber>> {
    let sql = "SELECT phone FROM contact WHERE tenant_id = $1 AND contact_id = $2";
    let row: Option<(Option<PhoneNumber>,)> = fetch_optional!(tx, (Option<PhoneNumber>,), sql, tenant, id)?;
    Ok(row.and_then(|(phone,)| phone))
}

/// The contacts with these phones, in no order. At most some thousand phones.
pub(super) async fn find_by_phones<'p>(
    tx: &mut TenantTx,
    phones: impl Iterator<Item = &'p PhoneNumber> + Clone,
) -> Result<Vec<ContactRow>> {
    const SELECT: &str = "SELECT contact_id, phone, name, push_name, attributes, opted_out_at, created_at FROM contact WHERE tenant_id = ";
    if phones.clone().next().is_none() {
        return Ok(Vec::new());
    }
    let tenant = tx.tenant();
    macro_rules! query {
        ($conn:expr, $db:ty) => {{
            let mut query = sqlx::QueryBuilder::<$db>::new(SELECT);
            query.push_bind(tenant).push(" AND phone IN (");
            let mut list = query.separated(", ");
            for phone in phones {
                list.push_bind(phone.digits());
            }
            query.push(")");
            query.build_query_as().fetch_all(&mut **$conn).await?
        }};
    }
    Ok(match tx.conn() {
        Conn::Sqlite(conn) => query!(conn, sqlx::Sqlite),
        Conn::Postgres(conn) => query!(conn, sqlx::Postgres),
    })
}

/// Everything of a contact that can be searched for, in lower case.
pub(super) fn search_text(name: &str, push_name: &str, phone: Option<&PhoneNumber>, attributes: &Attributes) -> String {
    let phone = phone.map(PhoneNumber::digits).unwrap_or_default();
    let mut text = format!("{name}\n{push_name}\n{phone}");
    for value in attributes.values() {
        text.push('\n');
        text.push_str(value);
    }
    text.to_lowercase()
}

/// A typed number is searched for by its digits, however it is grouped: `0812-55` finds `62812550…`.
fn search_words(typed: &str) -> String {
    let typed = typed.trim();
    let is_number = typed.chars().any(|c| c.is_ascii_digit())
        && typed.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '+' | '(' | ')'));
    if !is_number {
        return typed.to_owned();
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}
