//! What people do to messages that are there: they change them, take them back, react to them.

use super::{Received, store};
use crate::{
    db::SystemTx, error::Result, execute, fetch_all, fetch_optional, outbox::Sender, whatsapp::content::Change,
};
use domain::{
    ContactId, ConversationId, Event, MessageId, Millis, TenantId,
    message::{Direction, MessageKind},
};

/// Applies a change to its message. Nothing when that is not here, or not its author's: nobody changes the words of others.
/// A change that comes again, or after a later one, changes nothing.
pub(super) async fn apply(
    tx: &mut SystemTx,
    sender: Sender,
    contact: ContactId,
    message: &Received,
    change: &Change,
) -> Result<()> {
    let (from, at) = (message.direction(), message.at);
    let of = |direction, wa_id| Target { sender, contact, direction, wa_id };
    let changed = match change {
        Change::Edited { of: wa_id, kind, text } => edit(tx, of(from, wa_id), *kind, text, at).await?,
        Change::Deleted { of: wa_id } => delete(tx, of(from, wa_id), at).await?,
        Change::Reacted { to, own, emoji } => {
            let direction = if *own { from } else { from.other() };
            react(tx, of(direction, to), from, emoji, at).await?
        }
    };
    if changed {
        tell(tx, sender, contact).await?;
    }
    Ok(())
}

/// What could not be read was no message: what stood in its place goes.
pub(super) async fn clear_place(
    tx: &mut SystemTx,
    sender: Sender,
    contact: ContactId,
    message: &Received,
) -> Result<()> {
    let place: Option<(MessageId, Millis)> = fetch_optional!(
        tx,
        (MessageId, Millis),
        "SELECT message_id, at FROM message
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND direction = $4 AND wa_id = $5
           AND kind = 'undecryptable'",
        sender.tenant,
        sender.number,
        contact,
        message.direction(),
        &message.wa_id
    )?;
    let Some((place, at)) = place else { return Ok(()) };
    if message.direction() == Direction::Incoming {
        store::read_one(tx, sender, contact, place, at).await?;
    }
    execute!(tx, "DELETE FROM message WHERE message_id = $1", place)?;
    store::set_last(tx, sender.tenant, sender.number, contact).await?;
    tell(tx, sender, contact).await
}

/// The message that a change is about.
struct Target<'a> {
    sender: Sender,
    contact: ContactId,
    direction: Direction,
    wa_id: &'a str,
}

/// A message that could not be read has words with this; its first ones would come too late.
async fn edit(tx: &mut SystemTx, of: Target<'_>, kind: MessageKind, text: &str, at: Millis) -> Result<bool> {
    let rows = execute!(
        tx,
        "UPDATE message SET body = $6, edited_at = $7,
           kind = CASE WHEN kind = 'undecryptable' THEN $8 ELSE kind END
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND direction = $4 AND wa_id = $5
           AND deleted_at IS NULL AND (edited_at IS NULL OR edited_at <= $7) AND (body <> $6 OR kind = 'undecryptable')",
        of.sender.tenant,
        of.sender.number,
        of.contact,
        of.direction,
        of.wa_id,
        text,
        at,
        kind
    )?;
    Ok(rows == 1)
}

async fn delete(tx: &mut SystemTx, of: Target<'_>, at: Millis) -> Result<bool> {
    let row: Option<(MessageId,)> = fetch_optional!(
        tx,
        (MessageId,),
        "UPDATE message SET body = '', deleted_at = $6, bot_due = $7, quoted_wa_id = NULL, quoted_body = NULL
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND direction = $4 AND wa_id = $5
           AND deleted_at IS NULL
         RETURNING message_id",
        of.sender.tenant,
        of.sender.number,
        of.contact,
        of.direction,
        of.wa_id,
        at,
        false
    )?;
    let Some((message,)) = row else { return Ok(false) };
    execute!(tx, "DELETE FROM attachment WHERE message_id = $1", message)?;
    execute!(tx, "DELETE FROM reaction WHERE message_id = $1", message)?;
    let sql = "UPDATE message SET quoted_body = NULL
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND quoted_wa_id = $4";
    execute!(tx, sql, of.sender.tenant, of.sender.number, of.contact, of.wa_id)?;
    Ok(true)
}

async fn react(tx: &mut SystemTx, to: Target<'_>, from: Direction, emoji: &str, at: Millis) -> Result<bool> {
    let rows = execute!(
        tx,
        "INSERT INTO reaction (message_id, tenant_id, direction, emoji, at)
         SELECT message_id, tenant_id, $6, $7, $8 FROM message
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND direction = $4 AND wa_id = $5
           AND deleted_at IS NULL
         ON CONFLICT (message_id, direction) DO UPDATE SET emoji = excluded.emoji, at = excluded.at
         WHERE reaction.at <= excluded.at AND reaction.emoji <> excluded.emoji",
        to.sender.tenant,
        to.sender.number,
        to.contact,
        to.direction,
        to.wa_id,
        from,
        emoji,
        at
    )?;
    Ok(rows == 1)
}

/// Tells the pages that show the conversation.
pub(super) async fn tell(tx: &mut SystemTx, sender: Sender, contact: ContactId) -> Result<()> {
    let row: Option<(ConversationId,)> = fetch_optional!(
        tx,
        (ConversationId,),
        "SELECT conversation_id FROM conversation WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3",
        sender.tenant,
        sender.number,
        contact
    )?;
    if let Some((conversation,)) = row {
        tx.publish(sender.tenant, Event::ConversationChanged(conversation));
    }
    Ok(())
}

/// Every page that shows the person looks again.
pub(crate) async fn tell_contact(tx: &mut SystemTx, tenant: TenantId, contact: ContactId) -> Result<()> {
    let sql = "SELECT conversation_id FROM conversation WHERE tenant_id = $1 AND contact_id = $2";
    let rows: Vec<(ConversationId,)> = fetch_all!(tx, (ConversationId,), sql, tenant, contact)?;
    for (conversation,) in rows {
        tx.publish(tenant, Event::ConversationChanged(conversation));
    }
    tx.publish(tenant, Event::ContactChanged(contact));
    Ok(())
}
