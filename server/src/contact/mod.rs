//! Contacts: the people a tenant knows, and the files they come from.

pub(crate) mod consent;
pub mod import;
pub(crate) mod merge;
pub mod phone;
pub(crate) mod picture;
mod store;
pub(crate) mod zone;

use crate::{
    Server,
    db::{OnConn, SystemTx, TenantTx, found},
    error::Result,
    media::picture_link,
    scope::Scope,
};
use domain::{ContactId, Millis, Page, PageRequest, PhoneNumber, TenantId, contact::ContactView};

/// What WhatsApp tells of a person it lets write to us, or what a member types. At least one of phone and LID.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    pub phone: Option<PhoneNumber>,
    /// Digits of the hidden id.
    pub lid: Option<String>,
    /// As the person calls themself; empty when unknown.
    pub push_name: String,
}

/// One page of the tenant's contacts by name, those without a name last.
pub async fn list(server: &Server, scope: &Scope, request: &PageRequest) -> Result<Page<ContactView>> {
    let mut tx = server.db.read(scope).await?;
    let (rows, total) = store::list(&mut tx, request).await?;
    let shown = |row: store::ContactRow| {
        let picture = row.picture.map(|media| picture_link(server, scope.tenant(), media));
        ContactView { picture, ..row.view() }
    };
    let rows = rows.into_iter().map(shown).collect();
    Ok(Page { rows, total, page: request.page.max(1), per_page: request.per_page })
}

/// One contact.
///
/// Fails with `NotFound`.
pub async fn get(server: &Server, scope: &Scope, id: ContactId) -> Result<ContactView> {
    let mut tx = server.db.read(scope).await?;
    found(store::find(&mut tx, scope.tenant(), id).await?)
}

/// The contacts with this phone or this LID: one, or two who may be one person.
pub(crate) async fn known(tx: &mut impl OnConn, tenant: TenantId, identity: &Identity) -> Result<Vec<ContactId>> {
    store::known(tx, tenant, identity).await
}

/// The contact of whom nothing new is told: known by both addresses, and called so.
pub(crate) async fn recognise(tx: &mut SystemTx, tenant: TenantId, identity: &Identity) -> Result<Option<ContactId>> {
    let (Some(phone), Some(lid)) = (&identity.phone, &identity.lid) else { return Ok(None) };
    store::recognise(tx, tenant, phone, lid, &identity.push_name).await
}

/// The contact with this phone or LID, made when there is none. What was unknown of a known one is filled in; nothing is
/// overwritten but the push name. `source` is a word for reports: `inbound`, `inbox`, `campaign`.
///
/// # Errors
/// When the identity is empty, which is the caller's mistake.
pub async fn find_or_insert(
    server: &Server,
    tx: &mut impl OnConn,
    tenant: TenantId,
    identity: &Identity,
    source: &str,
) -> Result<ContactView> {
    if let Some(known) = store::find_by_identity(tx, tenant, identity).await? {
        return store::learn(tx, tenant, known, identity, server.now()).await;
    }
    store::insert_identity(tx, tenant, server.new_id(), identity, source, server.now()).await?;
    // Another worker may have been quicker: then the row is theirs.
    found(store::find_by_identity(tx, tenant, identity).await?)
}

/// What somebody is called, as far as it is known; empty where it is not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names<'a> {
    /// By themself.
    pub push_name: &'a str,
    /// In the address book of a number's phone.
    pub saved_name: &'a str,
    /// They have just said so: whatever they were called before.
    pub is_new: bool,
}

/// A phone tells what a contact is called. Who calls themself something keeps that, unless this is newer. The saved name becomes the contact's
/// while it has none, and follows the phone as long as it came from there: what a member or a file says stays. False when
/// nothing is new.
///
/// Nobody becomes a contact by standing in an address book: phones have thousands who never wrote and never asked to be
/// written to, and a campaign to "everybody" must not reach the plumber of whoever owns the phone.
pub(crate) async fn tell_names(
    tx: &mut SystemTx,
    tenant: TenantId,
    contact: ContactId,
    names: Names<'_>,
    now: Millis,
) -> Result<bool> {
    store::tell_names(tx, tenant, contact, names, now).await
}

/// Who of these people is a contact: by phone number and by LID, each a list for [`among`](crate::db::Conn::among).
pub(crate) async fn among(tx: &mut SystemTx, tenant: TenantId, phones: &str, lids: &str) -> Result<Vec<Found>> {
    store::among(tx, tenant, phones, lids).await
}

/// A contact by its addresses.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Found {
    pub contact_id: ContactId,
    pub phone: Option<PhoneNumber>,
    pub lid: Option<String>,
}

/// The same when only a number is known.
pub async fn find_or_insert_by_phone(
    server: &Server,
    tx: &mut TenantTx,
    phone: &PhoneNumber,
    source: &str,
) -> Result<ContactView> {
    let tenant = tx.tenant();
    let identity = Identity { phone: Some(phone.clone()), ..Identity::default() };
    find_or_insert(server, tx, tenant, &identity, source).await
}

/// Whom a contact became part of, or itself.
///
/// Fails with `NotFound` unless it is a contact of the tenant.
pub(crate) async fn resolve(tx: &mut TenantTx, id: ContactId) -> Result<ContactId> {
    found(store::resolve(tx, id).await?)
}

/// The number of a contact, as far as it is known.
pub(crate) async fn phone_of(tx: &mut impl OnConn, tenant: TenantId, id: ContactId) -> Result<Option<PhoneNumber>> {
    store::phone_of(tx, tenant, id).await
}
