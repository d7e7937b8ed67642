//! SQL of messages that come in.

use crate::{
    db::{SystemTx, one_row},
    error::Result,
    execute, fetch_one,
    whatsapp::content::Content,
};
use domain::{
    ContactId, ConversationId, MessageId, Millis, NumberId, TenantId,
    message::{Author, Direction, MessageState},
    time::SECOND_MS,
};

pub(super) struct NewMessage<'a> {
    pub id: MessageId,
    pub tenant: TenantId,
    pub number: NumberId,
    pub contact: ContactId,
    pub direction: Direction,
    pub content: &'a Content,
    pub state: Option<MessageState>,
    pub author: Option<Author>,
    pub wa_id: &'a str,
    pub at: Millis,
}

/// False when the message is there already.
pub(super) async fn insert(tx: &mut SystemTx, new: &NewMessage<'_>) -> Result<bool> {
    let rows = execute!(
        tx,
        "INSERT INTO message (message_id, tenant_id, number_id, contact_id, direction, kind, body, state, author, wa_id,
           bot_due, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (tenant_id, number_id, contact_id, direction, wa_id) DO NOTHING",
        new.id,
        new.tenant,
        new.number,
        new.contact,
        new.direction,
        new.content.kind,
        &new.content.text,
        new.state,
        new.author,
        new.wa_id,
        new.direction == Direction::Incoming,
        new.at
    )?;
    Ok(rows == 1)
}

/// The network's clock has whole seconds. A message is placed after whatever the thread has already of its second, so
/// that a quick answer does not stand above the question.
pub(super) async fn place(tx: &mut SystemTx, new: &NewMessage<'_>) -> Result<Millis> {
    let (last,): (Option<Millis>,) = fetch_one!(
        tx,
        (Option<Millis>,),
        "SELECT MAX(at) FROM message WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND at >= $4 AND at < $5",
        new.tenant,
        new.number,
        new.contact,
        new.at,
        new.at + SECOND_MS
    )?;
    Ok(last.map_or(new.at, |last| last + 1))
}

/// A message was added to a conversation.
pub(super) async fn arrived(
    tx: &mut SystemTx,
    id: ConversationId,
    message: MessageId,
    at: Millis,
    unread: bool,
) -> Result<()> {
    one_row(execute!(
        tx,
        "UPDATE conversation SET unread = unread + $4,
           last_message_id = CASE WHEN last_at <= $3 OR last_message_id IS NULL THEN $2 ELSE last_message_id END,
           last_at = CASE WHEN last_at <= $3 OR last_message_id IS NULL THEN $3 ELSE last_at END
         WHERE conversation_id = $1",
        id,
        message,
        at,
        i64::from(unread)
    )?)
}

/// Somebody answered: for whoever counts replies.
pub(super) async fn tell_reply(tx: &mut SystemTx, new: &NewMessage<'_>) -> Result<()> {
    one_row(execute!(
        tx,
        "INSERT INTO message_change (tenant_id, number_id, contact_id, message_id, change, at)
         VALUES ($1, $2, $3, $4, 'replied', $5)",
        new.tenant,
        new.number,
        new.contact,
        new.id,
        new.at
    )?)
}
