//! One person, known twice: by phone number and by LID. WhatsApp tells later that they are the same.
//!
//! The contact with the phone number stays; the other one is hidden with everything that was its own, so that it can be
//! separated again. Its messages and conversations move.

mod store;

use super::{Identity, store::search_text};
use crate::{Server, db::SystemTx, error::Result, scope::Scope};
use domain::{ContactId, Event, Millis, PhoneNumber, TenantId, contact::MergedView};
use store::Person;

/// Phone number and LID belong together, says the network: whoever holds only one of them is the same person.
///
/// A LID moves with its account. When another phone number had it, that one keeps its contact, without the LID.
pub(super) async fn settle(tx: &mut SystemTx, tenant: TenantId, identity: &Identity, now: Millis) -> Result<()> {
    let (Some(phone), Some(lid)) = (&identity.phone, &identity.lid) else { return Ok(()) };
    let Some(holder) = store::by_lid(tx, tenant, lid).await? else {
        return store::change_lid(tx, tenant, phone, lid).await;
    };
    match &holder.phone {
        Some(known) if known == phone => Ok(()),
        Some(_) => store::drop_lid(tx, tenant, holder.contact_id).await,
        None => match store::by_phone(tx, tenant, phone).await? {
            Some(keeper) if holder.separated_from != Some(keeper.contact_id) => {
                merge(tx, tenant, keeper.contact_id, holder.contact_id, lid, now).await
            }
            // Nobody yet has the phone number, or somebody knows better.
            _ => Ok(()),
        },
    }
}

/// Makes `gone` part of `keeper`.
async fn merge(
    tx: &mut SystemTx,
    tenant: TenantId,
    keeper: ContactId,
    gone: ContactId,
    lid: &str,
    now: Millis,
) -> Result<()> {
    store::lock(tx, tenant, [keeper, gone]).await?;
    let (kept, lost) = (store::get(tx, tenant, keeper).await?, store::get(tx, tenant, gone).await?);
    for number in store::numbers(tx, tenant).await? {
        store::move_messages(tx, tenant, number, gone, keeper).await?;
        if let Some((part, whole)) = store::join_conversations(tx, tenant, number, gone, keeper).await? {
            tx.publish(tenant, Event::ConversationChanged(part));
            tx.publish(tenant, Event::ConversationChanged(whole));
        }
    }
    store::move_rest(tx, tenant, gone, keeper).await?;
    store::hide(tx, tenant, gone, keeper, now).await?;
    let whole = together(kept, lost);
    let phone: Option<&PhoneNumber> = whole.phone.as_ref();
    let search = search_text(&whole.name, &whole.push_name, phone, &whole.attributes.0);
    store::keep(tx, tenant, &whole, lid, &search, now).await?;
    tx.publish(tenant, Event::ContactChanged(keeper));
    tx.publish(tenant, Event::ContactChanged(gone));
    tracing::info!(contact.id = %keeper, "two contacts turned out to be one person");
    Ok(())
}

/// What is known of both. Whoever asked not to be written to stays so.
fn together(kept: Person, lost: Person) -> Person {
    let mut attributes = lost.attributes.0;
    attributes.extend(kept.attributes.0);
    let first = |one: String, other: String| if one.trim().is_empty() { other } else { one };
    let (opted_out_at, opt_out_reason) = match (kept.opted_out_at, lost.opted_out_at) {
        (Some(at), _) => (Some(at), kept.opt_out_reason),
        (None, at) => (at, lost.opt_out_reason),
    };
    Person {
        name: first(kept.name, lost.name),
        push_name: first(kept.push_name, lost.push_name),
        attributes: sqlx::types::Json(attributes),
        opted_out_at,
        opt_out_reason,
        ..kept
    }
}

/// The contacts that became part of this one, newest first.
pub(crate) async fn merged(tx: &mut crate::db::TenantTx, into: ContactId) -> Result<Vec<MergedView>> {
    store::merged(tx, into).await
}

/// Two people after all: the contact is one of its own again, with the messages that were its own. What both are called,
/// and a wish not to be written to, stays with both.
///
/// Fails with `NotFound` unless it is part of another one.
pub async fn separate(server: &Server, scope: &Scope, id: ContactId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let whole = store::whole_of(&mut tx, id).await?;
    store::lock(&mut tx, scope.tenant(), [whole, id]).await?;
    for number in store::numbers(&mut tx, scope.tenant()).await? {
        if store::move_back(&mut tx, number, id, whole).await? == 0 {
            continue;
        }
        for conversation in store::part_conversations(&mut tx, number, id, whole, server.new_id(), server.now()).await?
        {
            tx.publish(Event::ConversationChanged(conversation));
        }
    }
    store::show_again(&mut tx, id, whole, server.now()).await?;
    tx.publish(Event::ContactChanged(id));
    tx.publish(Event::ContactChanged(whole));
    tx.commit().await
}
