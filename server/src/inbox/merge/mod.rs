//! One person, known twice: by phone number and by LID. WhatsApp tells later that they are the same.
//!
//! The contact with the phone number stays; the other one is hidden with everything that was its own, so that it can be
//! separated again. Its messages and conversations move.

mod store;

use crate::{
    Server,
    contact::{self, Identity, merge},
    db::{SystemTx, again, json_list},
    error::Result,
    scope::Scope,
};
use domain::{ContactId, Event, Millis, PhoneNumber, TenantId};

/// The contact of somebody of whom the network tells, made when there is none.
pub(super) async fn identify(
    server: &Server,
    tx: &mut SystemTx,
    tenant: TenantId,
    identity: &Identity,
) -> Result<ContactId> {
    // Nearly always: somebody who wrote before.
    if let Some(known) = contact::recognise(tx, tenant, identity).await? {
        return Ok(known);
    }
    settle(tx, tenant, identity, server.now()).await?;
    Ok(contact::find_or_insert(server, tx, tenant, identity, "inbound").await?.id)
}

/// The network tells of people without a word from them: who is a contact under one address has both from now on. Nobody
/// becomes a contact by it.
pub(crate) async fn learn(
    server: &Server,
    tx: &mut SystemTx,
    tenant: TenantId,
    people: &[(PhoneNumber, String)],
) -> Result<()> {
    let phones = json_list(people.iter().map(|(phone, _)| phone.digits()));
    let lids = json_list(people.iter().map(|(_, lid)| lid));
    let halves = merge::halves(tx, tenant, &phones, &lids).await?;
    for (phone, lid) in people {
        let is_half = |half: &(Option<PhoneNumber>, Option<String>)| {
            half.0.as_ref() == Some(phone) || half.1.as_ref() == Some(lid)
        };
        if !halves.iter().any(is_half) {
            continue;
        }
        // What is told of a group may be old: it completes what is known, and takes nothing from anybody. Nor does it
        // join whom somebody separated.
        let holder = merge::by_lid(tx, tenant, lid).await?;
        let is_elsewhere = |holder: &merge::Holder| {
            holder.separated_from.is_some() || holder.phone.as_ref().is_some_and(|known| known != phone)
        };
        if holder.as_ref().is_some_and(is_elsewhere) {
            continue;
        }
        let both = Identity { phone: Some(phone.clone()), lid: Some(lid.clone()), push_name: String::new() };
        let contact = identify(server, tx, tenant, &both).await?;
        tx.publish(tenant, Event::ContactChanged(contact));
    }
    Ok(())
}

/// Phone number and LID belong together, says the network: whoever holds only one of them is the same person.
///
/// A LID moves with its account. When another phone number had it, that one keeps its contact, without the LID.
async fn settle(tx: &mut SystemTx, tenant: TenantId, identity: &Identity, now: Millis) -> Result<()> {
    let (Some(phone), Some(lid)) = (&identity.phone, &identity.lid) else { return Ok(()) };
    let Some(holder) = merge::by_lid(tx, tenant, lid).await? else {
        return merge::change_lid(tx, tenant, phone, lid).await;
    };
    match &holder.phone {
        Some(known) if known == phone => Ok(()),
        Some(_) => {
            merge::drop_lid(tx, tenant, holder.contact_id).await?;
            merge::change_lid(tx, tenant, phone, lid).await
        }
        None => match merge::by_phone(tx, tenant, phone).await? {
            Some(keeper) if holder.separated_from != Some(keeper.contact_id) => {
                join(tx, tenant, keeper.contact_id, holder.contact_id, lid, now).await
            }
            // Nobody yet has the phone number, or somebody knows better.
            _ => Ok(()),
        },
    }
}

/// Makes `gone` part of `keeper`.
async fn join(
    tx: &mut SystemTx,
    tenant: TenantId,
    keeper: ContactId,
    gone: ContactId,
    lid: &str,
    now: Millis,
) -> Result<()> {
    merge::lock(tx, tenant, [keeper, gone]).await?;
    if merge::by_lid(tx, tenant, lid).await?.map(|holder| holder.contact_id) != Some(gone) {
        // Another process was quicker.
        return Ok(());
    }
    let (kept, lost) = (merge::get(tx, tenant, keeper).await?, merge::get(tx, tenant, gone).await?);
    for number in store::numbers(tx, tenant).await? {
        let twice = store::move_messages(tx, tenant, number, gone, keeper).await?;
        if let Some((part, whole)) = store::join_conversations(tx, tenant, number, gone, keeper, twice).await? {
            tx.publish(tenant, Event::ConversationChanged(part));
            tx.publish(tenant, Event::ConversationChanged(whole));
        }
    }
    store::move_rest(tx, tenant, gone, keeper).await?;
    merge::hide(tx, tenant, gone, keeper, now).await?;
    merge::keep(tx, tenant, &kept.with(lost), lid, now).await?;
    tx.publish(tenant, Event::ContactChanged(keeper));
    tx.publish(tenant, Event::ContactChanged(gone));
    tracing::info!(contact.id = %keeper, "two contacts turned out to be one person");
    Ok(())
}

/// Two people after all: the contact is one of its own again, with the messages that were its own. What both are called,
/// and a wish not to be written to, stays with both.
///
/// Fails with `NotFound` unless it is part of another one.
pub async fn separate(server: &Server, scope: &Scope, id: ContactId) -> Result<()> {
    again(|| part(server, scope, id)).await
}

async fn part(server: &Server, scope: &Scope, id: ContactId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let whole = merge::whole_of(&mut tx, id).await?;
    merge::lock(&mut tx, scope.tenant(), [whole, id]).await?;
    // Somebody may have been quicker.
    if merge::whole_of(&mut tx, id).await? != whole {
        return Err(domain::Error::NotFound.into());
    }
    for number in store::numbers(&mut tx, scope.tenant()).await? {
        let unread = store::unread_of(&mut tx, number, id, whole).await?;
        if store::move_back(&mut tx, number, id, whole).await? == 0 {
            continue;
        }
        let new = store::Parted { id: server.new_id(), unread, now: server.now() };
        for conversation in store::part_conversations(&mut tx, number, id, whole, new).await? {
            tx.publish(Event::ConversationChanged(conversation));
        }
    }
    merge::show_again(&mut tx, id, whole, server.now()).await?;
    contact::picture::part(&mut tx, whole, server.now()).await?;
    tx.publish(Event::ContactChanged(id));
    tx.publish(Event::ContactChanged(whole));
    tx.commit().await
}
