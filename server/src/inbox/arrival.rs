//! SQL of messages that come in.

use crate::{
    db::{SystemTx, one_row},
    error::Result,
    execute, fetch_one, fetch_optional,
    whatsapp::content::{Content, Quoted},
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

impl NewMessage<'_> {
    /// Whether a chatbot looks at it.
    fn is_for_bot(&self) -> bool {
        self.direction == Direction::Incoming && !self.content.kind.is_placeholder()
    }

    fn quoted(&self) -> Option<&Quoted> {
        self.content.quote.as_ref()
    }
}

/// False when the message is there already.
pub(super) async fn insert(tx: &mut SystemTx, new: &NewMessage<'_>) -> Result<bool> {
    let rows = execute!(
        tx,
        "INSERT INTO message (message_id, tenant_id, number_id, contact_id, direction, kind, body, state, author, wa_id,
           bot_due, at, quoted_wa_id, quoted_body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
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
        new.is_for_bot(),
        new.at,
        new.quoted().map(|quoted| quoted.wa_id.as_str()),
        new.quoted().map(|quoted| quoted.text.as_str())
    )?;
    Ok(rows == 1)
}

/// The message was there without its words: it has them now, in the same place. Which one it is.
pub(super) async fn replace(tx: &mut SystemTx, new: &NewMessage<'_>) -> Result<Option<MessageId>> {
    if new.content.kind.is_placeholder() {
        return Ok(None);
    }
    let row: Option<(MessageId,)> = fetch_optional!(
        tx,
        (MessageId,),
        "UPDATE message SET kind = $6, body = $7, bot_due = $8, quoted_wa_id = $9, quoted_body = $10
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND direction = $4 AND wa_id = $5
           AND kind IN ('undecryptable', 'view_once') AND deleted_at IS NULL
         RETURNING message_id",
        new.tenant,
        new.number,
        new.contact,
        new.direction,
        new.wa_id,
        new.content.kind,
        &new.content.text,
        new.is_for_bot(),
        new.quoted().map(|quoted| quoted.wa_id.as_str()),
        new.quoted().map(|quoted| quoted.text.as_str())
    )?;
    Ok(row.map(|(id,)| id))
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
