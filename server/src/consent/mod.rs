//! Consent: who wants messages and who does not. The ledger keeps every wish with its proof; the contact keeps what holds
//! now, and nothing leaves against it (see [`outbox::claim`](crate::outbox::claim)).

mod list;
mod store;

pub use list::{export, suppress};
pub(crate) use store::may_answer;

use crate::{
    Server,
    contact::{self, consent::NewEntry},
    db::{SystemTx, TenantTx},
    error::Result,
    identity, outbox,
    scope::Scope,
};
use domain::{
    ContactId, Event, Millis, NumberId, Page, PageRequest, TenantId,
    consent::{ConsentEntry, ConsentForm, OptedOut, Wish, WishSource, Words, note},
    error::Refusal,
    message::Author,
};

/// How the tenant understands and answers wishes.
pub async fn setting(server: &Server, scope: &Scope) -> Result<ConsentForm> {
    let mut tx = server.db.read(scope).await?;
    store::setting(&mut tx, scope.tenant()).await
}

/// Understands and answers them otherwise from now on.
///
/// Fails with `Invalid { out_words, in_words, out_answer, in_answer }`.
pub async fn change_setting(server: &Server, scope: &Scope, form: ConsentForm) -> Result<()> {
    let form = form.checked()?;
    let mut tx = server.db.begin(scope).await?;
    store::set_setting(&mut tx, &form, server.now()).await?;
    tx.commit().await
}

/// Everybody who wants no messages, the latest first, with the proof.
pub async fn opted_out(server: &Server, scope: &Scope, page: &PageRequest) -> Result<Page<OptedOut>> {
    let mut tx = server.db.read(scope).await?;
    store::opted_out(&mut tx, page).await
}

/// Every wish of a person, the latest first.
///
/// Fails with `NotFound`.
pub async fn ledger(server: &Server, scope: &Scope, contact: ContactId) -> Result<Vec<ConsentEntry>> {
    let mut tx = server.db.read(scope).await?;
    let contact = contact::resolve(&mut tx, contact).await?;
    contact::consent::ledger(&mut tx, contact).await
}

/// A member writes down what somebody wished. `typed` is how they said so; consent needs it.
///
/// Fails with `NotFound`, `Invalid { note }`.
pub async fn record(server: &Server, scope: &Scope, contact: ContactId, wish: Wish, typed: &str) -> Result<()> {
    let words = note(wish, typed)?;
    let mut tx = server.db.begin(scope).await?;
    let contact = contact::resolve(&mut tx, contact).await?;
    let contact = contact::merge::hold(&mut tx, scope.tenant(), contact).await?;
    let member = identity::actor_name(&mut tx, scope).await?;
    let entry = NewEntry {
        contact,
        wish,
        source: WishSource::Member,
        words,
        member: Some(member.as_deref().unwrap_or_default()),
        at: server.now(),
    };
    contact::consent::insert(&mut tx, scope.tenant(), server.new_id(), &entry).await?;
    contact::consent::apply(&mut tx, scope.tenant(), contact).await?;
    tx.publish(Event::ContactChanged(contact));
    tx.commit().await?;
    // What waits for them is taken back.
    server.nudge.outbox.now();
    Ok(())
}

/// The person wants no messages from now on; `words` are the proof.
pub async fn opt_out(
    server: &Server,
    tx: &mut TenantTx,
    contact: ContactId,
    source: WishSource,
    words: &str,
) -> Result<()> {
    let (tenant, at) = (tx.tenant(), server.now());
    let entry = NewEntry { contact, wish: Wish::OptOut, source, words, member: None, at };
    contact::consent::insert(tx, tenant, server.new_id(), &entry).await?;
    contact::consent::apply(tx, tenant, contact).await?;
    tx.publish(Event::ContactChanged(contact));
    Ok(())
}

/// Whether an agent may write to somebody: they want messages, or they wrote again after they had said that they want none.
///
/// Fails with `OptedOut`.
pub(crate) async fn check_answer(tx: &mut TenantTx, number: NumberId, contact: ContactId) -> Result<()> {
    if may_answer(tx, number, contact).await? { Ok(()) } else { Err(Refusal::OptedOut.into()) }
}

/// A message of a person that has just been stored.
pub(crate) struct Heard<'a> {
    pub number: NumberId,
    pub contact: ContactId,
    pub text: &'a str,
    pub at: Millis,
}

/// How a tenant understands wishes, read once for many messages.
pub(crate) struct Ears {
    form: ConsentForm,
    words: Words,
}

impl Ears {
    pub async fn of(tx: &mut SystemTx, tenant: TenantId) -> Result<Self> {
        let form = store::setting(tx, tenant).await?;
        let words = Words::new(&form.out_words, &form.in_words);
        Ok(Self { form, words })
    }

    /// Writes a wish down, if the message is one, and answers it, once. Whether something else holds now.
    pub async fn hear(&self, server: &Server, tx: &mut SystemTx, tenant: TenantId, heard: &Heard<'_>) -> Result<bool> {
        let Some(wish) = self.words.wish(heard.text) else { return Ok(false) };
        let (source, words) = (WishSource::Message, heard.text.trim());
        let entry = NewEntry { contact: heard.contact, wish, source, words, member: None, at: heard.at };
        let before = contact::consent::is_opted_out(tx, tenant, heard.contact).await?;
        // "start" of somebody who never stopped changes nothing, and proves that they want messages: once.
        if wish == Wish::OptIn && !before {
            if contact::consent::latest(tx, tenant, heard.contact).await? != Some(Wish::OptIn) {
                contact::consent::insert(tx, tenant, server.new_id(), &entry).await?;
                tx.publish(tenant, Event::ContactChanged(heard.contact));
            }
            return Ok(false);
        }
        contact::consent::insert(tx, tenant, server.new_id(), &entry).await?;
        if !contact::consent::apply(tx, tenant, heard.contact).await? {
            return Ok(false);
        }
        tx.publish(tenant, Event::ContactChanged(heard.contact));
        let phone = contact::phone_of(tx, tenant, heard.contact).await?;
        let Some(body) = self.form.answer(wish, phone.as_ref()) else { return Ok(true) };
        let answer = outbox::NewMessage {
            tenant,
            number: heard.number,
            contact: heard.contact,
            body: &body,
            author: Author::Bot,
            author_name: None,
            campaign: None,
            file: None,
            not_before: Millis(0),
            expires_at: None,
        };
        outbox::enqueue_last_word(server, tx, &answer).await?;
        Ok(true)
    }
}
