//! SQL of messages that come in.

use crate::{
    db::{SystemTx, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
    outbox::Sender,
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
    /// Its place in the chat, when the phone tells it as something of before: nobody reacts.
    pub history_order: Option<i64>,
}

impl NewMessage<'_> {
    /// Whether a chatbot looks at it.
    fn is_for_bot(&self) -> bool {
        self.direction == Direction::Incoming && !self.content.kind.is_placeholder() && self.history_order.is_none()
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
           bot_due, at, quoted_wa_id, quoted_body, history_order, is_past)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
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
        new.quoted().map(|quoted| quoted.text.as_str()),
        new.history_order,
        new.history_order.is_some()
    )?;
    Ok(rows == 1)
}

/// The message was there before a history told of it: it has a place there from now on. Whether that is new.
pub(super) async fn keep_order(tx: &mut SystemTx, new: &NewMessage<'_>) -> Result<bool> {
    let rows = execute!(
        tx,
        "UPDATE message SET history_order = $6
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND direction = $4 AND wa_id = $5
           AND history_order IS NULL",
        new.tenant,
        new.number,
        new.contact,
        new.direction,
        new.wa_id,
        new.history_order
    )?;
    Ok(rows == 1)
}

/// The message was there, but only the phone's history had told of it: somebody has just written it. Which one it is.
pub(super) async fn adopt(tx: &mut SystemTx, new: &NewMessage<'_>) -> Result<Option<MessageId>> {
    let row: Option<(MessageId,)> = fetch_optional!(
        tx,
        (MessageId,),
        "UPDATE message SET is_past = FALSE, bot_due = $6
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND direction = $4 AND wa_id = $5
           AND is_past AND deleted_at IS NULL
         RETURNING message_id",
        new.tenant,
        new.number,
        new.contact,
        new.direction,
        new.wa_id,
        new.is_for_bot()
    )?;
    Ok(row.map(|(id,)| id))
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

/// The chatbot does not look at it.
pub(super) async fn spare_bot(tx: &mut SystemTx, id: MessageId) -> Result<()> {
    one_row(execute!(tx, "UPDATE message SET bot_due = $2 WHERE message_id = $1", id, false)?)
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

/// Puts the messages of one second in the order that a history has, before all others of the second: these have been written
/// since. Its parts come in any order, so each puts the whole second right.
pub(super) async fn put_in_order(tx: &mut SystemTx, sender: Sender, contact: ContactId, begin: Millis) -> Result<()> {
    let mut rows: Vec<(MessageId, Option<i64>, Millis)> = fetch_all!(
        tx,
        (MessageId, Option<i64>, Millis),
        "SELECT message_id, history_order, at FROM message
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND at >= $4 AND at < $5
         ORDER BY at, message_id",
        sender.tenant,
        sender.number,
        contact,
        begin,
        begin + SECOND_MS
    )?;
    if rows.len() == 1 {
        return Ok(());
    }
    // Stable: what no history tells of keeps its order.
    rows.sort_by_key(|(_, told, _)| told.unwrap_or(i64::MAX));
    for (at, (id, _, before)) in (begin.0..).map(Millis).zip(&rows) {
        if *before != at {
            one_row(execute!(tx, "UPDATE message SET at = $2 WHERE message_id = $1", *id, at)?)?;
        }
    }
    Ok(())
}

/// A message has come into the conversation of its number and its contact, which is made if need be; a resolved one opens
/// again.
pub(super) async fn arrived(
    tx: &mut SystemTx,
    id: ConversationId,
    new: &NewMessage<'_>,
    now: Millis,
) -> Result<ConversationId> {
    let (id,): (ConversationId,) = fetch_one!(
        tx,
        (ConversationId,),
        "INSERT INTO conversation (conversation_id, tenant_id, number_id, contact_id, status, bot_paused, unread,
           last_message_id, last_at, created_at)
         VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, number_id, contact_id) DO UPDATE SET status = 'open',
           unread = conversation.unread + excluded.unread,
           last_message_id = CASE WHEN conversation.last_at <= excluded.last_at OR conversation.last_message_id IS NULL
             THEN excluded.last_message_id ELSE conversation.last_message_id END,
           last_at = CASE WHEN conversation.last_at <= excluded.last_at OR conversation.last_message_id IS NULL
             THEN excluded.last_at ELSE conversation.last_at END
         RETURNING conversation_id",
        id,
        new.tenant,
        new.number,
        new.contact,
        false,
        i64::from(new.direction == Direction::Incoming),
        new.id,
        new.at,
        now
    )?;
    Ok(id)
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

/// The conversation of a number and a contact, made if need be, for what was said before: a resolved one stays so.
pub(super) async fn open_silently(
    tx: &mut SystemTx,
    tenant: TenantId,
    id: ConversationId,
    number: NumberId,
    contact: ContactId,
    last_at: Millis,
    now: Millis,
) -> Result<ConversationId> {
    let (id,): (ConversationId,) = fetch_one!(
        tx,
        (ConversationId,),
        "INSERT INTO conversation (conversation_id, tenant_id, number_id, contact_id, status, bot_paused, last_at, created_at)
         VALUES ($1, $2, $3, $4, 'open', $5, $6, $7)
         ON CONFLICT (tenant_id, number_id, contact_id) DO UPDATE SET status = conversation.status
         RETURNING conversation_id",
        id,
        tenant,
        number,
        contact,
        false,
        last_at,
        now
    )?;
    Ok(id)
}

/// A history brought so many messages of the person, and says how many are unread on the phone: no more than these are unread
/// here, and none that was read here. A resolved conversation that has some opens again.
pub(super) async fn add_unread(tx: &mut SystemTx, id: ConversationId, fresh: usize, on_phone: u32) -> Result<()> {
    if fresh == 0 || on_phone == 0 {
        return Ok(());
    }
    let sql =
        "UPDATE conversation SET unread = CASE WHEN unread + $2 < $3 THEN unread + $2 ELSE $3 END, status = 'open'
         WHERE conversation_id = $1 AND unread < $3";
    execute!(tx, sql, id, i64::try_from(fresh).unwrap_or(i64::MAX / 2), i64::from(on_phone))?;
    Ok(())
}
