//! SQL of people and sign-ins.

use crate::{
    db::{SystemTx, TenantTx, one_row},
    error::Result,
    execute, fetch_all, fetch_optional,
};
use domain::{Millis, Role, SignInId, TenantId, UserId, identity::SignInView};

pub(super) struct NewUser<'a> {
    pub user: UserId,
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
}

#[derive(sqlx::FromRow)]
pub(super) struct UserRow {
    pub user_id: UserId,
    pub name: String,
    pub password_hash: String,
    pub operator: bool,
    pub lang: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct MembershipRow {
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub role: Role,
}

pub(super) struct NewSignIn<'a> {
    pub id: SignInId,
    pub tenant: TenantId,
    pub user: UserId,
    pub token_hash: &'a [u8],
    pub user_agent: &'a str,
    pub now: Millis,
    pub expires_at: Millis,
}

#[derive(sqlx::FromRow)]
pub(super) struct SignInRow {
    pub sign_in_id: SignInId,
    pub tenant_id: TenantId,
    pub tenant_name: String,
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub lang: Option<String>,
    pub role: Role,
    pub operator: bool,
    pub seen_at: Millis,
}

#[derive(sqlx::FromRow)]
pub(super) struct SignInListRow {
    sign_in_id: SignInId,
    user_agent: String,
    created_at: Millis,
    seen_at: Millis,
}

impl SignInListRow {
    pub(super) fn view(self, current: SignInId) -> SignInView {
        SignInView {
            current: self.sign_in_id == current,
            id: self.sign_in_id,
            user_agent: self.user_agent,
            created_at: self.created_at,
            seen_at: self.seen_at,
        }
    }
}

/// Whether anybody ever signed up.
pub(super) async fn anybody(tx: &mut SystemTx) -> Result<bool> {
    let first = fetch_optional!(tx, (UserId,), "SELECT user_id FROM app_user LIMIT 1")?;
    Ok(first.is_some())
}

pub(super) async fn insert_user(tx: &mut SystemTx, user: &NewUser<'_>, operator: bool, now: Millis) -> Result<()> {
    let rows = execute!(
        tx,
        "INSERT INTO app_user (user_id, email, name, password_hash, operator, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        user.user,
        user.email,
        user.name,
        user.password_hash,
        operator,
        now
    )?;
    one_row(rows)
}

pub(super) async fn find_user(tx: &mut SystemTx, email: &str) -> Result<Option<UserRow>> {
    Ok(fetch_optional!(
        tx,
        UserRow,
        "SELECT user_id, name, password_hash, operator, lang FROM app_user WHERE email = $1",
        email
    )?)
}

pub(super) async fn user_name(tx: &mut TenantTx, user: UserId) -> Result<Option<String>> {
    let row: Option<(String,)> = fetch_optional!(tx, (String,), "SELECT name FROM app_user WHERE user_id = $1", user)?;
    Ok(row.map(|(name,)| name))
}

pub(super) async fn insert_member(
    tx: &mut SystemTx,
    tenant: TenantId,
    user: UserId,
    role: Role,
    now: Millis,
) -> Result<()> {
    let rows = execute!(
        tx,
        "INSERT INTO member (tenant_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)",
        tenant,
        user,
        role,
        now
    )?;
    one_row(rows)
}

pub(super) async fn first_membership(tx: &mut SystemTx, user: UserId) -> Result<Option<MembershipRow>> {
    Ok(fetch_optional!(
        tx,
        MembershipRow,
        "SELECT m.tenant_id, t.name AS tenant_name, m.role FROM member m JOIN tenant t ON t.tenant_id = m.tenant_id
         WHERE m.user_id = $1 ORDER BY m.created_at, m.tenant_id LIMIT 1",
        user
    )?)
}

pub(super) async fn insert_sign_in(tx: &mut SystemTx, new: &NewSignIn<'_>) -> Result<()> {
    let rows = execute!(
        tx,
        "INSERT INTO sign_in (sign_in_id, tenant_id, user_id, token_hash, user_agent, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        new.id,
        new.tenant,
        new.user,
        new.token_hash,
        new.user_agent,
        new.now,
        new.expires_at
    )?;
    one_row(rows)
}

pub(super) async fn find_sign_in(
    tx: &mut SystemTx,
    token_hash: &[u8],
    now: Millis,
    idle_since: Millis,
) -> Result<Option<SignInRow>> {
    Ok(fetch_optional!(
        tx,
        SignInRow,
        "SELECT s.sign_in_id, s.tenant_id, t.name AS tenant_name, s.user_id, u.name, u.email, u.lang, m.role,
           u.operator, s.seen_at
         FROM sign_in s
         JOIN member m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id
         JOIN tenant t ON t.tenant_id = s.tenant_id
         JOIN app_user u ON u.user_id = s.user_id
         WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3",
        token_hash,
        now,
        idle_since
    )?)
}

pub(super) async fn touch_sign_in(tx: &mut SystemTx, id: SignInId, now: Millis) -> Result<()> {
    // No row: signed out meanwhile, which is fine.
    execute!(tx, "UPDATE sign_in SET seen_at = $2 WHERE sign_in_id = $1", id, now)?;
    Ok(())
}

pub(super) async fn delete_sign_in(tx: &mut SystemTx, user: UserId, id: SignInId) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM sign_in WHERE sign_in_id = $1 AND user_id = $2", id, user)? == 1)
}

pub(super) async fn delete_dead_sign_ins(
    tx: &mut SystemTx,
    user: UserId,
    now: Millis,
    idle_since: Millis,
) -> Result<()> {
    execute!(
        tx,
        "DELETE FROM sign_in WHERE user_id = $1 AND (expires_at <= $2 OR seen_at <= $3)",
        user,
        now,
        idle_since
    )?;
    Ok(())
}

pub(super) async fn list_sign_ins(
    tx: &mut SystemTx,
    user: UserId,
    now: Millis,
    idle_since: Millis,
) -> Result<Vec<SignInListRow>> {
    Ok(fetch_all!(
        tx,
        SignInListRow,
        "SELECT sign_in_id, user_agent, created_at, seen_at FROM sign_in
         WHERE user_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC",
        user,
        now,
        idle_since
    )?)
}

pub(super) async fn update_password(tx: &mut SystemTx, user: UserId, password_hash: &str) -> Result<()> {
    one_row(execute!(tx, "UPDATE app_user SET password_hash = $2 WHERE user_id = $1", user, password_hash)?)
}

pub(super) async fn delete_sign_ins(tx: &mut SystemTx, user: UserId) -> Result<()> {
    execute!(tx, "DELETE FROM sign_in WHERE user_id = $1", user)?;
    Ok(())
}

pub(super) async fn update_operator(tx: &mut SystemTx, user: UserId, operator: bool) -> Result<()> {
    one_row(execute!(tx, "UPDATE app_user SET operator = $2 WHERE user_id = $1", user, operator)?)
}
