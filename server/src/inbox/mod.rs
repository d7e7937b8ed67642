//! The inbox: conversations, their threads, and everything that comes in.

mod arrival;
mod change;
pub mod history;
mod merge;
mod receive;
pub(crate) mod store;
mod thread;

pub(crate) use change::tell_contact;
pub(crate) use merge::learn;
pub use merge::separate;
pub use receive::{Received, receive};

use crate::{
    Server, consent, contact,
    db::again,
    error::Result,
    identity,
    media::{self, Given, Upload},
    number, outbox,
    scope::Scope,
};
use anyhow::Context as _;
use domain::{
    ContactId, ConversationId, Event, MessageId, Millis, NumberId, Page, PageRequest,
    error::{Error, Field},
    inbox::{ConversationCounts, ConversationStatus, ConversationView, ListView, ThreadView},
    message::{Author, MessageKind},
};

/// Longest text WhatsApp takes, in characters.
const TEXT_MAX: usize = 65_536;
/// Most messages of a thread that are shown at once.
pub const THREAD_MAX: u32 = 5_000;

/// Conversations, newest first.
pub async fn list(
    server: &Server,
    scope: &Scope,
    view: ListView,
    page: &PageRequest,
) -> Result<Page<ConversationView>> {
    let mut tx = server.db.read(scope).await?;
    store::list(server, &mut tx, view, page).await
}

/// One conversation.
pub async fn get(server: &Server, scope: &Scope, id: ConversationId) -> Result<ConversationView> {
    let mut tx = server.db.read(scope).await?;
    store::get(server, &mut tx, id).await
}

/// Unread messages in all conversations.
pub async fn unread(server: &Server, scope: &Scope) -> Result<u64> {
    let mut tx = server.db.read(scope).await?;
    store::unread(&mut tx).await
}

/// How many conversations each view of the list holds.
pub async fn counts(server: &Server, scope: &Scope) -> Result<ConversationCounts> {
    let mut tx = server.db.read(scope).await?;
    store::counts(&mut tx).await
}

/// A conversation with its newest messages, at most `limit` of them (up to [`THREAD_MAX`]), and the person behind it.
pub async fn thread(server: &Server, scope: &Scope, id: ConversationId, limit: u32) -> Result<ThreadView> {
    let mut tx = server.db.read(scope).await?;
    let id = store::resolve(&mut tx, id).await?;
    let conversation = store::get(server, &mut tx, id).await?;
    let thread = store::get_thread(&mut tx, id).await?;
    let limit = limit.clamp(1, THREAD_MAX);
    // One more than wanted tells whether there are older ones.
    let mut messages = thread::messages(server, &mut tx, thread, limit + 1).await?;
    let older = messages.len() > limit as usize;
    if older {
        messages.remove(0);
    }
    let contact = store::contact_panel(server, &mut tx, thread.contact_id).await?;
    let may_answer = consent::may_answer(&mut tx, thread.number_id, thread.contact_id).await?;
    Ok(ThreadView { conversation, messages, older, contact, may_answer })
}

/// An agent answers. From here on the bot is silent in this conversation, until it is handed back.
///
/// Fails with `OptedOut` for somebody who asked for no messages and has not written since.
pub async fn reply(server: &Server, scope: &Scope, id: ConversationId, text: &str) -> Result<MessageId> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::field("text", Field::Required).into());
    }
    again(|| answer(server, scope, id, text, None)).await
}

/// The same with a file; `text` is its caption and may be empty. The file is kept even when the answer is refused.
///
/// Fails with `OptedOut`, and with `Invalid { file }` and `TooLarge` as [`media::give`] does.
pub async fn reply_with_file(
    server: &Server,
    scope: &Scope,
    id: ConversationId,
    text: &str,
    upload: Upload,
) -> Result<MessageId> {
    // Asked first: nobody keeps a file for a conversation that is not theirs.
    let mut tx = server.db.read(scope).await?;
    let id = store::resolve(&mut tx, id).await?;
    store::get_thread(&mut tx, id).await?;
    drop(tx);
    let file = media::give(server, scope, upload).await?;
    again(|| answer(server, scope, id, text.trim(), Some(&file))).await
}

async fn answer(
    server: &Server,
    scope: &Scope,
    id: ConversationId,
    text: &str,
    file: Option<&Given>,
) -> Result<MessageId> {
    if text.chars().count() > TEXT_MAX {
        return Err(Error::field("text", Field::TooLong { max: u32::try_from(TEXT_MAX).unwrap_or(u32::MAX) }).into());
    }
    let mut tx = server.db.begin(scope).await?;
    let of = store::resolve(&mut tx, id).await?;
    let of = store::get_thread(&mut tx, of).await?.contact_id;
    // Somebody may be making two contacts one at this moment: from here on they wait.
    contact::merge::hold(&mut tx, scope.tenant(), of).await?;
    let id = store::resolve(&mut tx, id).await?;
    let thread = store::get_thread(&mut tx, id).await?;
    consent::check_answer(&mut tx, thread.number_id, thread.contact_id).await?;
    let author = identity::actor_name(&mut tx, scope).await?;
    let new = |body, file| outbox::NewMessage {
        tenant: scope.tenant(),
        number: thread.number_id,
        contact: thread.contact_id,
        body,
        author: Author::Agent,
        author_name: author.as_deref(),
        campaign: None,
        file,
        not_before: Millis(0),
        expires_at: None,
    };
    let messages = match file {
        // Sound has no caption on WhatsApp: the words follow it.
        Some(sound) if sound.kind == MessageKind::Audio && !text.is_empty() => vec![new("", file), new(text, None)],
        _ => vec![new(text, file)],
    };
    let ids = outbox::enqueue_many(server, &mut tx, &messages).await?;
    let message = *ids.last().context("an answer is at least one message")?;
    store::take_over(&mut tx, id, message, server.now()).await?;
    tx.publish(Event::ConversationChanged(id));
    tx.commit().await?;
    server.nudge.outbox.now();
    Ok(message)
}

/// Sends a phone number what others are to get, to see how it looks there. Whether the bot answers in that conversation
/// stays as it is.
///
/// Fails with `Invalid { phone: NotAPhone }`, `OptedOut`, and `NotFound` for a number of nobody's.
pub(crate) async fn try_message(
    server: &Server,
    scope: &Scope,
    number: NumberId,
    phone: &str,
    text: &str,
    file: Option<&Given>,
) -> Result<ConversationId> {
    let phone = contact::phone::of_field(server, "phone", phone)?;
    let (tenant, now) = (scope.tenant(), server.now());
    let mut tx = server.db.begin(scope).await?;
    number::store::check(&mut tx, number).await?;
    let contact = contact::find_or_insert_by_phone(server, &mut tx, &phone, "inbox").await?.id;
    let contact = contact::merge::hold(&mut tx, tenant, contact).await?;
    consent::check_answer(&mut tx, number, contact).await?;
    let author = identity::actor_name(&mut tx, scope).await?;
    let new = outbox::NewMessage {
        tenant,
        number,
        contact,
        body: text,
        author: Author::Agent,
        author_name: author.as_deref(),
        campaign: None,
        file,
        not_before: Millis(0),
        expires_at: None,
    };
    let message = outbox::enqueue(server, &mut tx, &new).await?;
    let id = store::open(&mut tx, tenant, server.new_id(), number, contact, false, now).await?;
    store::wrote(&mut tx, id, message, now).await?;
    contact::picture::want(&mut tx, tenant, number, &[contact], now).await?;
    tx.publish(Event::ConversationChanged(id));
    tx.commit().await?;
    server.nudge.outbox.now();
    Ok(id)
}

/// Tries again to fetch the file of a message.
pub async fn fetch_file(server: &Server, scope: &Scope, message: MessageId) -> Result<()> {
    media::fetch_again(server, scope, message).await
}

/// Opens a conversation with any number: an existing one, or a new one.
///
/// Fails with `Invalid { phone: NotAPhone }`, `NotFound` for a number of nobody's.
pub async fn start(server: &Server, scope: &Scope, number: NumberId, phone: &str) -> Result<ConversationId> {
    let phone = contact::phone::of_field(server, "phone", phone)?;
    let now = server.now();
    let mut tx = server.db.begin(scope).await?;
    number::store::check(&mut tx, number).await?;
    let contact = contact::find_or_insert_by_phone(server, &mut tx, &phone, "inbox").await?.id;
    let id = store::open(&mut tx, scope.tenant(), server.new_id(), number, contact, true, now).await?;
    contact::picture::want(&mut tx, scope.tenant(), number, &[contact], now).await?;
    tx.publish(Event::ConversationChanged(id));
    tx.commit().await?;
    Ok(id)
}

/// The conversation of a contact that was written to last, if any.
pub async fn of_contact(server: &Server, scope: &Scope, contact: ContactId) -> Result<Option<ConversationId>> {
    let mut tx = server.db.read(scope).await?;
    store::of_contact(&mut tx, contact).await
}

/// All of it has been seen.
pub async fn mark_read(server: &Server, scope: &Scope, id: ConversationId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let id = store::resolve(&mut tx, id).await?;
    if store::mark_read(&mut tx, id).await? {
        tx.publish(Event::ConversationChanged(id));
        tx.commit().await?;
    }
    Ok(())
}

/// Resolved, or open again.
pub async fn set_status(server: &Server, scope: &Scope, id: ConversationId, status: ConversationStatus) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let id = store::resolve(&mut tx, id).await?;
    store::set_status(&mut tx, id, status).await?;
    tx.publish(Event::ConversationChanged(id));
    tx.commit().await
}

/// Lets the bot answer here again, or takes the conversation from it.
pub async fn set_bot(server: &Server, scope: &Scope, id: ConversationId, with_bot: bool) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let id = store::resolve(&mut tx, id).await?;
    store::set_bot(&mut tx, id, with_bot).await?;
    tx.publish(Event::ConversationChanged(id));
    tx.commit().await
}
