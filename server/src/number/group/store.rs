//! SQL of the groups a number is in.

use crate::{
    db::{OnConn as _, SystemTx, TenantTx, found, json_list},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
    outbox::Sender,
};
use domain::{
    NumberId, PhoneNumber,
    number::group::{GroupView, Member, Told},
};
use sqlx::types::Json;

#[derive(sqlx::FromRow)]
struct Row {
    wa_id: String,
    subject: String,
    size: i64,
    is_admin: bool,
    is_announcement: bool,
}

impl Row {
    fn view(self) -> GroupView {
        GroupView {
            wa_id: self.wa_id,
            subject: self.subject,
            size: self.size.unsigned_abs(),
            is_admin: self.is_admin,
            is_announcement: self.is_announcement,
        }
    }
}

pub(super) async fn list(tx: &mut TenantTx, number: NumberId) -> Result<Vec<GroupView>> {
    let tenant = tx.tenant();
    let sql = "SELECT wa_id, subject, size, is_admin, is_announcement FROM number_group
         WHERE tenant_id = $1 AND number_id = $2";
    Ok(fetch_all!(tx, Row, sql, tenant, number)?.into_iter().map(Row::view).collect())
}

pub(in crate::number) async fn count(tx: &mut TenantTx, number: NumberId) -> Result<u64> {
    let tenant = tx.tenant();
    let sql = "SELECT COUNT(*) FROM number_group WHERE tenant_id = $1 AND number_id = $2";
    let (groups,): (i64,) = fetch_one!(tx, (i64,), sql, tenant, number)?;
    Ok(groups.unsigned_abs())
}

#[derive(sqlx::FromRow)]
struct Whole {
    #[sqlx(flatten)]
    row: Row,
    members: Json<Vec<Member>>,
}

/// Fails with `NotFound`.
pub(super) async fn get(tx: &mut TenantTx, number: NumberId, wa_id: &str) -> Result<(GroupView, Vec<Member>)> {
    let tenant = tx.tenant();
    let whole = found(fetch_optional!(
        tx,
        Whole,
        "SELECT wa_id, subject, size, is_admin, is_announcement, members FROM number_group
         WHERE tenant_id = $1 AND number_id = $2 AND wa_id = $3",
        tenant,
        number,
        wa_id
    )?)?;
    Ok((whole.row.view(), whole.members.0))
}

/// Groups with who is in them, those after `after`.
pub(crate) async fn page(
    tx: &mut TenantTx,
    number: NumberId,
    after: &str,
    limit: i64,
) -> Result<Vec<(GroupView, Vec<Member>)>> {
    let tenant = tx.tenant();
    let sql = "SELECT wa_id, subject, size, is_admin, is_announcement, members FROM number_group
         WHERE tenant_id = $1 AND number_id = $2 AND wa_id > $3 ORDER BY wa_id LIMIT $4";
    let rows = fetch_all!(tx, Whole, sql, tenant, number, after, limit)?;
    Ok(rows.into_iter().map(|whole| (whole.row.view(), whole.members.0)).collect())
}

/// What somebody of a group is called.
#[derive(sqlx::FromRow)]
pub(super) struct Known {
    pub phone: Option<PhoneNumber>,
    pub lid: Option<String>,
    pub name: String,
    pub push_name: String,
}

/// The contacts among the members.
pub(super) async fn names(tx: &mut TenantTx, members: &[Member]) -> Result<Vec<Known>> {
    let tenant = tx.tenant();
    let phones = json_list(members.iter().filter_map(|member| member.phone.as_ref()).map(PhoneNumber::digits));
    let lids = json_list(members.iter().filter_map(|member| member.lid.as_ref()));
    let sql = format!(
        "SELECT phone, lid, name, push_name FROM contact
         WHERE tenant_id = $1 AND merged_into IS NULL AND (phone {} OR lid {})",
        tx.conn().among("$2"),
        tx.conn().among("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_all!(tx, Known, sql(), tenant, &phones, &lids)?)
}

/// Keeps a group as the network tells it; whether that is news.
pub(crate) async fn keep(tx: &mut SystemTx, sender: Sender, told: &Told) -> Result<bool> {
    let GroupView { wa_id, subject, size, is_admin, is_announcement } = &told.group;
    let written = execute!(
        tx,
        "INSERT INTO number_group (tenant_id, number_id, wa_id, subject, members, size, is_admin, is_announcement)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (number_id, wa_id) DO UPDATE SET subject = excluded.subject, members = excluded.members,
           size = excluded.size, is_admin = excluded.is_admin, is_announcement = excluded.is_announcement
         WHERE number_group.subject <> excluded.subject OR number_group.members <> excluded.members
           OR number_group.size <> excluded.size OR number_group.is_admin <> excluded.is_admin
           OR number_group.is_announcement <> excluded.is_announcement",
        sender.tenant,
        sender.number,
        wa_id,
        subject,
        Json(&told.members),
        i64::try_from(*size).unwrap_or(i64::MAX),
        is_admin,
        is_announcement
    )?;
    Ok(written > 0)
}

/// The number is in this group no more; whether that is news.
pub(crate) async fn forget(tx: &mut SystemTx, number: NumberId, wa_id: &str) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM number_group WHERE number_id = $1 AND wa_id = $2", number, wa_id)? > 0)
}

/// The number is in these groups and in no others; whether that is news.
pub(crate) async fn keep_only(tx: &mut SystemTx, number: NumberId, wa_ids: &[String]) -> Result<bool> {
    let sql = format!("DELETE FROM number_group WHERE number_id = $1 AND NOT (wa_id {})", tx.conn().among("$2"));
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(execute!(tx, sql(), number, json_list(wa_ids))? > 0)
}

/// The number is about to be the one of this phone: the groups of another are not its own.
pub(crate) async fn forget_others(tx: &mut SystemTx, number: NumberId, phone: &PhoneNumber) -> Result<()> {
    let sql = "DELETE FROM number_group WHERE number_id = $1
         AND EXISTS (SELECT 1 FROM number n WHERE n.number_id = $1 AND n.phone <> $2)";
    execute!(tx, sql, number, phone)?;
    Ok(())
}
