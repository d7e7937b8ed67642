//! SQL of what becomes of outgoing messages: many at once, because acknowledgements and receipts come in bursts.

use super::Sender;
use crate::{
    db::{OnConn as _, SystemTx, each_row, json_list},
    error::Result,
    fetch_all, insert_rows,
    number::health,
};
use domain::{
    CampaignId, ContactId, ConversationId, Event, MessageId, Millis,
    message::{FailReason, MessageState},
};
use std::collections::BTreeSet;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The network has it.
    Accepted,
    Failed(FailReason),
}

#[derive(sqlx::FromRow)]
struct Settled {
    message_id: MessageId,
    contact_id: ContactId,
    campaign_id: Option<CampaignId>,
}

/// Takes messages out of the outbox, gives them their state, and tells who has to know. Those that are out already
/// stay as they are.
pub(super) async fn finish(
    tx: &mut SystemTx,
    sender: Sender,
    wa_ids: &[String],
    outcome: Outcome,
    at: Millis,
) -> Result<()> {
    let removed = remove(tx, sender, wa_ids).await?;
    if removed.is_empty() {
        return Ok(());
    }
    let (state, reason) = match outcome {
        Outcome::Accepted => (MessageState::Sent, None),
        Outcome::Failed(reason) => (MessageState::Failed, Some(reason)),
    };
    let sql = format!(
        "UPDATE message SET state = $4, fail_reason = $5
         WHERE tenant_id = $1 AND number_id = $2 AND wa_id {} AND direction = 'outgoing' AND state = 'queued'
         RETURNING message_id, contact_id, campaign_id",
        tx.conn().among("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let wanted = json_list(&removed);
    let settled = fetch_all!(tx, Settled, sql(), sender.tenant, sender.number, wanted.as_str(), state, reason)?;
    each_row(removed.len(), settled.len() as u64)?;
    if outcome == Outcome::Accepted {
        let traffic = health::store::Traffic::Sent;
        health::store::add(tx, sender.tenant, sender.number, traffic, settled.len(), at).await?;
    }
    tell(tx, sender, &settled, state, reason, at).await
}

/// Moves sent messages on by a receipt; receipts never lead backwards.
pub(super) async fn advance(
    tx: &mut SystemTx,
    sender: Sender,
    wa_ids: &[String],
    state: MessageState,
    at: Millis,
) -> Result<()> {
    let sql = format!(
        "UPDATE message SET state = $4
         WHERE tenant_id = $1 AND number_id = $2 AND wa_id {} AND direction = 'outgoing'
           AND (state = 'sent' OR (state = 'delivered' AND $4 = 'read'))
         RETURNING message_id, contact_id, campaign_id",
        tx.conn().among("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let settled = fetch_all!(tx, Settled, sql(), sender.tenant, sender.number, json_list(wa_ids).as_str(), state)?;
    tell(tx, sender, &settled, state, None, at).await
}

/// Removes the rows that are still there; which these were.
async fn remove(tx: &mut SystemTx, sender: Sender, wa_ids: &[String]) -> Result<Vec<String>> {
    let sql = format!("DELETE FROM outbox WHERE number_id = $1 AND wa_id {} RETURNING wa_id", tx.conn().among("$2"));
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let rows: Vec<(String,)> = fetch_all!(tx, (String,), sql(), sender.number, json_list(wa_ids).as_str())?;
    Ok(rows.into_iter().map(|(wa_id,)| wa_id).collect())
}

/// The campaign engine by rows it will read, open conversations by events.
async fn tell(
    tx: &mut SystemTx,
    sender: Sender,
    settled: &[Settled],
    state: MessageState,
    reason: Option<FailReason>,
    at: Millis,
) -> Result<()> {
    if settled.is_empty() {
        return Ok(());
    }
    let of_campaigns: Vec<&Settled> = settled.iter().filter(|row| row.campaign_id.is_some()).collect();
    // Eight values a row: chunks stay below the limit of SQLite, however many receipts come at once.
    for chunk in of_campaigns.chunks(1_000) {
        insert_rows!(
            tx,
            "INSERT INTO message_change (tenant_id, number_id, contact_id, campaign_id, message_id, change, fail_reason, at)",
            chunk,
            |row| [sender.tenant, sender.number, row.contact_id, row.campaign_id, row.message_id, state, reason, at],
            ""
        )?;
    }
    let sql = format!(
        "SELECT conversation_id FROM conversation WHERE tenant_id = $1 AND number_id = $2 AND contact_id {}",
        tx.conn().among_ids("$3")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let contacts: BTreeSet<ContactId> = settled.iter().map(|row| row.contact_id).collect();
    let contacts = json_list(contacts);
    let conversations: Vec<(ConversationId,)> =
        fetch_all!(tx, (ConversationId,), sql(), sender.tenant, sender.number, contacts.as_str())?;
    for (conversation,) in conversations {
        tx.publish(sender.tenant, Event::ConversationChanged(conversation));
    }
    Ok(())
}
