//! People: signing up, in and out. A sign-in is a row; the browser holds a random token whose hash finds it.

mod limit;
mod password;
mod store;

pub use limit::SignInLimits;

use crate::{
    Server,
    db::TenantTx,
    error::Result,
    scope::{Actor, Operator, Scope},
    tenant::{self, Tenant},
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use domain::{
    Error, Field, Role, SignInId, UserId,
    identity::{SignIn, SignInView, SignUp, Viewer},
    time::{DAY_MS, MINUTE_MS},
};
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;

/// A sign-in not used for this long is over.
const IDLE_MS: i64 = 14 * DAY_MS;
/// No sign-in lives longer.
const ABSOLUTE_MS: i64 = 60 * DAY_MS;
/// `seen_at` is written at most this often.
const SEEN_EVERY_MS: i64 = 5 * MINUTE_MS;

/// The browser that asks.
#[derive(Clone, Debug)]
pub struct Device {
    pub address: IpAddr,
    /// As the browser says; cut to 200 characters when stored.
    pub user_agent: String,
}

/// A fresh sign-in: the token goes into the cookie and is known nowhere else.
pub struct SignedIn {
    pub token: String,
    pub viewer: Viewer,
}

/// A checked sign-in.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub scope: Scope,
    pub viewer: Viewer,
    /// There for who operates the installation.
    pub operator: Option<Operator>,
}

/// Makes a person, their tenant, and signs them in.
///
/// The first person of all operates the installation. A program that people host themselves is signed up to first by who
/// put it there; before they have, nobody else has anything in it that would have to be guarded. Everybody later is made
/// an operator on the command line, also when there is none any more: whoever signs up next must not become one by chance.
///
/// Fails with `Invalid` per field (`email: Taken` when the address has an account) and `TooMany`.
pub async fn sign_up(server: &Server, input: SignUp, device: &Device) -> Result<SignedIn> {
    server.sign_in_limits.check_address(device.address)?;
    let input = input.checked()?;
    let password_hash = password::hash(input.password.clone()).await?;
    let now = server.now();
    let tenant = Tenant { tenant_id: server.new_id(), name: input.tenant };
    let user: UserId = server.new_id();
    let mut tx = server.db.system().await?;
    let new = store::NewUser { user, email: &input.email, name: &input.name, password_hash: &password_hash };
    // Two who are first at the same moment may both be it: neither came after somebody with something to guard.
    let operator = !store::anybody(&mut tx).await?;
    if let Err(error) = store::insert_user(&mut tx, &new, operator, now).await {
        let taken = Error::field("email", Field::Taken);
        return Err(if error.is_unique_violation() { taken.into() } else { error });
    }
    tenant::store::insert(&mut tx, &tenant, now).await?;
    store::insert_member(&mut tx, tenant.tenant_id, user, Role::Owner, now).await?;
    let token = insert_sign_in(server, &mut tx, tenant.tenant_id, user, device).await?;
    let viewer = Viewer {
        user,
        name: input.name,
        email: input.email,
        tenant: tenant.tenant_id,
        tenant_name: tenant.name,
        role: Role::Owner,
        operator,
        lang: None,
    };
    tx.commit().await?;
    tracing::info!(tenant.id = %viewer.tenant, user.id = %user, "signed up");
    Ok(SignedIn { token, viewer })
}

/// Signs a person in. A wrong password and an unknown address are answered alike, after the same work.
///
/// Fails with `Invalid { password: WrongSignIn }` and `TooMany`.
pub async fn sign_in(server: &Server, input: SignIn, device: &Device) -> Result<SignedIn> {
    let wrong = || Error::field("password", Field::WrongSignIn);
    let email = domain::identity::email(&input.email).map_err(|problem| Error::field("email", problem))?;
    server.sign_in_limits.check(device.address, &email)?;
    let known = store::find_user(&mut server.db.system_read().await?, &email).await?;
    let hash = known.as_ref().map(|user| user.password_hash.clone());
    if !password::verify(input.password, hash).await? {
        tracing::info!(address = %device.address, "sign-in refused");
        return Err(wrong().into());
    }
    let Some(user) = known else { return Err(wrong().into()) };
    let mut tx = server.db.system().await?;
    let member = store::first_membership(&mut tx, user.user_id).await?.ok_or_else(wrong)?;
    let token = insert_sign_in(server, &mut tx, member.tenant_id, user.user_id, device).await?;
    tx.commit().await?;
    let viewer = Viewer {
        user: user.user_id,
        name: user.name,
        email,
        tenant: member.tenant_id,
        tenant_name: member.tenant_name,
        role: member.role,
        operator: user.operator,
        lang: user.lang.as_deref().and_then(domain::Lang::from_tag),
    };
    Ok(SignedIn { token, viewer })
}

/// The sign-in a token belongs to, if it is alive. Called for every request.
pub async fn authenticate(server: &Server, token: &str) -> Result<Option<Authenticated>> {
    let now = server.now();
    let hash = token_hash(token);
    let row = store::find_sign_in(&mut server.db.system_read().await?, &hash, now, now - IDLE_MS).await?;
    let Some(row) = row else { return Ok(None) };
    if now.since(row.seen_at) > SEEN_EVERY_MS {
        let id = row.sign_in_id;
        server.db.write(move |tx| Box::pin(async move { store::touch_sign_in(tx, id, now).await })).await?;
    }
    let scope = Scope::member(row.tenant_id, row.user_id, row.sign_in_id, row.role);
    let viewer = Viewer {
        user: row.user_id,
        name: row.name,
        email: row.email,
        tenant: row.tenant_id,
        tenant_name: row.tenant_name,
        role: row.role,
        operator: row.operator,
        lang: row.lang.as_deref().and_then(domain::Lang::from_tag),
    };
    let operator = row.operator.then(|| Operator::signed_in(row.user_id));
    Ok(Some(Authenticated { scope, viewer, operator }))
}

/// Ends the sign-in of this scope.
pub async fn sign_out(server: &Server, scope: &Scope) -> Result<()> {
    let Actor::User(user, sign_in) = scope.actor() else { return Ok(()) };
    end_sign_in(server, user, sign_in).await.map(|_| ())
}

/// The living sign-ins of the person who acts, newest first.
pub async fn list_sign_ins(server: &Server, scope: &Scope) -> Result<Vec<SignInView>> {
    let Actor::User(user, current) = scope.actor() else { return Ok(Vec::new()) };
    let now = server.now();
    let rows = store::list_sign_ins(&mut server.db.system_read().await?, user, now, now - IDLE_MS).await?;
    Ok(rows.into_iter().map(|row| row.view(current)).collect())
}

/// Ends another sign-in of the same person.
pub async fn kill_sign_in(server: &Server, scope: &Scope, id: SignInId) -> Result<()> {
    let user = scope.user().ok_or(Error::SignedOut)?;
    if end_sign_in(server, user, id).await? { Ok(()) } else { Err(Error::NotFound.into()) }
}

async fn end_sign_in(server: &Server, user: UserId, id: SignInId) -> Result<bool> {
    server.db.write(move |tx| Box::pin(async move { store::delete_sign_in(tx, user, id).await })).await
}

async fn insert_sign_in(
    server: &Server,
    tx: &mut crate::db::SystemTx,
    tenant: domain::TenantId,
    user: UserId,
    device: &Device,
) -> Result<String> {
    let now = server.now();
    let token = BASE64_URL_SAFE_NO_PAD.encode(server.random.bytes::<32>());
    let user_agent: String = device.user_agent.chars().take(200).collect();
    store::delete_dead_sign_ins(tx, user, now, now - IDLE_MS).await?;
    store::insert_sign_in(
        tx,
        &store::NewSignIn {
            id: server.new_id(),
            tenant,
            user,
            token_hash: &token_hash(&token),
            user_agent: &user_agent,
            now,
            expires_at: now + ABSOLUTE_MS,
        },
    )
    .await?;
    Ok(token)
}

/// Tokens have 256 bits of randomness: a plain hash is enough to make a stolen table useless.
fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A password nobody can guess, easy to read out: five groups of four letters and digits without look-alikes.
pub fn random_password(server: &Server) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let random: [u8; 20] = server.random.bytes();
    let mut password = String::with_capacity(24);
    for (i, byte) in random.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    password
}

/// Gives a person another password and ends all their sign-ins. For operators on the command line.
pub async fn reset_password(server: &Server, email: &str, new: &str) -> Result<()> {
    let email = domain::identity::email(email).map_err(|problem| Error::field("email", problem))?;
    let password_hash = password::hash(new.to_owned()).await?;
    let mut tx = server.db.system().await?;
    let user = store::find_user(&mut tx, &email).await?.ok_or(Error::NotFound)?.user_id;
    store::update_password(&mut tx, user, &password_hash).await?;
    store::delete_sign_ins(&mut tx, user).await?;
    tx.commit().await
}

/// Makes a person an operator of the installation, or takes it back. For the command line, which is always there: the last
/// operator may be taken back as well. False when it was so already.
pub async fn set_operator(server: &Server, email: &str, operator: bool) -> Result<bool> {
    let email = domain::identity::email(email).map_err(|problem| Error::field("email", problem))?;
    let mut tx = server.db.system().await?;
    let user = store::find_user(&mut tx, &email).await?.ok_or(Error::NotFound)?;
    store::update_operator(&mut tx, user.user_id, operator).await?;
    tx.commit().await?;
    tracing::info!(user.id = %user.user_id, operator, "operator set");
    Ok(user.operator != operator)
}

/// Who acts, by name, for what is kept of it; nobody where an engine does.
pub(crate) async fn actor_name(tx: &mut TenantTx, scope: &Scope) -> Result<Option<String>> {
    match scope.user() {
        Some(user) => store::user_name(tx, user).await,
        None => Ok(None),
    }
}
