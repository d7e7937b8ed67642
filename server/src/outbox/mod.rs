//! The outbox: every message that leaves passes here, whoever wrote it.
//!
//! The id on the wire is minted in the transaction that enqueues, so a retry sends the *same* message again and the
//! network knows it. A row is claimed under a lease, acted on outside any transaction, and removed when its message is
//! final. *Sent* means that the network acknowledged it (or a receipt proves it); nothing earlier does.

pub mod pacing;
mod settle;
mod store;

pub use store::Claimed;

use crate::{
    Server,
    crash::crash_point,
    db::{OnConn, SystemTx},
    error::Result,
    media::Given,
};
use domain::{
    CampaignId, ContactId, MessageId, Millis, NumberId, SessionId, TenantId,
    message::{Author, FailReason, MessageState},
    number::manner::typing_ms,
    time::SECOND_MS,
};
use settle::{Outcome, finish};
use uuid::Uuid;

/// How long a claimed message waits for the network's word before it is sent again under the same id.
pub const LEASE_MS: i64 = 30 * SECOND_MS;
/// How often a code we do not know may refuse a message before it counts as failed.
const REFUSALS: i64 = 3;

/// A message to send.
pub struct NewMessage<'a> {
    pub tenant: TenantId,
    pub number: NumberId,
    pub contact: ContactId,
    pub body: &'a str,
    pub author: Author,
    pub author_name: Option<&'a str>,
    pub campaign: Option<CampaignId>,
    /// The file that goes with it; the body is its caption.
    pub file: Option<&'a Given>,
    /// Not claimed before then.
    pub not_before: Millis,
    /// Not claimed from then on.
    pub expires_at: Option<Millis>,
}

/// An id as the client library mints them: `3EB0` and nine random bytes. Unique per number with certainty enough.
pub fn mint_wire_id(server: &Server) -> String {
    let random: [u8; 9] = server.random.bytes();
    random.iter().fold(String::from("3EB0"), |id, byte| format!("{id}{byte:02X}"))
}

/// Queues one message: its row in the thread and its row in the outbox, in the caller's transaction.
pub async fn enqueue(server: &Server, tx: &mut impl OnConn, new: &NewMessage<'_>) -> Result<MessageId> {
    let id: MessageId = server.new_id();
    let rows = [store::NewRow { id, outbox: server.new_id(), wa_id: mint_wire_id(server), new, is_last_word: false }];
    store::insert(tx, &rows, server.now()).await?;
    Ok(id)
}

/// The same for what is answered to somebody who wants no more messages: the one that still goes to them.
pub(crate) async fn enqueue_last_word(
    server: &Server,
    tx: &mut impl OnConn,
    new: &NewMessage<'_>,
) -> Result<MessageId> {
    let id: MessageId = server.new_id();
    let rows = [store::NewRow { id, outbox: server.new_id(), wa_id: mint_wire_id(server), new, is_last_word: true }];
    store::insert(tx, &rows, server.now()).await?;
    Ok(id)
}

/// Queues many messages in two statements; ids in order.
pub async fn enqueue_many(server: &Server, tx: &mut impl OnConn, new: &[NewMessage<'_>]) -> Result<Vec<MessageId>> {
    // Within a millisecond ids are in no order of their own; a thread shows its messages by them.
    let mut ids: Vec<MessageId> = new.iter().map(|_| server.new_id()).collect();
    ids.sort_unstable();
    let rows: Vec<_> = new
        .iter()
        .zip(ids)
        .map(|(new, id)| store::NewRow {
            id,
            outbox: server.new_id(),
            wa_id: mint_wire_id(server),
            new,
            is_last_word: false,
        })
        .collect();
    store::insert(tx, &rows, server.now()).await?;
    Ok(rows.iter().map(|row| row.id).collect())
}

/// Takes the messages of a campaign that never left back out, as if they had not been queued. Those that may be on the
/// wire stay, and are not sent again until [`let_go`].
pub async fn take_back(tx: &mut impl OnConn, tenant: TenantId, campaign: CampaignId) -> Result<Vec<ContactId>> {
    store::hold_campaign(tx, tenant, campaign, true).await?;
    store::delete_untouched(tx, tenant, campaign, None).await
}

/// Takes those back out that never left and are too late now.
pub(crate) async fn take_back_late(
    tx: &mut impl OnConn,
    tenant: TenantId,
    campaign: CampaignId,
    now: Millis,
) -> Result<Vec<ContactId>> {
    store::delete_untouched(tx, tenant, campaign, Some(now)).await
}

/// Lets the messages that [`take_back`] held go on.
pub async fn let_go(tx: &mut impl OnConn, tenant: TenantId, campaign: CampaignId) -> Result<()> {
    store::hold_campaign(tx, tenant, campaign, false).await
}

/// How many messages of a campaign wait here.
pub async fn waiting(tx: &mut impl OnConn, tenant: TenantId, campaign: CampaignId) -> Result<i64> {
    store::count_campaign(tx, tenant, campaign).await
}

/// The sender of a number: its tenant, and the fence that proves the session is still owned.
#[derive(Clone, Copy, Debug)]
pub struct Sender {
    pub tenant: TenantId,
    pub number: NumberId,
    pub session: SessionId,
    pub fence: i64,
}

/// Claims up to `window` due messages of a number: at most one per chat, oldest first, agents before campaigns. Messages
/// to people who opted out meanwhile become failed instead. Claims nothing while the number is held or its pace forbids,
/// no campaign in quiet hours, and nobody new beyond the day's budget or what the network allows.
pub async fn claim(server: &Server, sender: Sender, window: i64, pace: pacing::Pace) -> Result<Vec<Claimed>> {
    let (now, token) = (server.now(), server.random.uuid(server.now()));
    let jitter = u64::from_le_bytes(server.random.bytes());
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::check_fence(tx, sender).await?;
                let Some(number) = store::sending_number(tx, sender, now).await? else { return Ok(Vec::new()) };
                let unwanted = store::opted_out(tx, sender, now).await?;
                finish(tx, sender, &unwanted, Outcome::Failed(FailReason::OptedOut), now).await?;
                let window = if number.network == domain::number::Network::Whatsapp { 1 } else { window };
                let (new_chats, allowed) = (number.new_chats, number.allowed);
                // Each of them may be new, and none may be new beyond the budget or what the network allows.
                let few = [new_chats, allowed].into_iter().flatten().filter(|left| *left > 0).min();
                let grab = store::Grab {
                    window: few.map_or(window, |left| i64::try_from(left).unwrap_or(i64::MAX).min(window)),
                    new_chats: new_chats != Some(0),
                    allowed: allowed != Some(0),
                    campaigns: number.campaigns,
                    now,
                    lease_until: now + LEASE_MS,
                    token,
                };
                let (mut claimed, opened) = store::claim(tx, sender, grab).await?;
                // An agent has typed already.
                for message in claimed.iter_mut().filter(|message| number.manner.types && message.priority > 0) {
                    message.typing_ms = Some(typing_ms(&message.body, jitter ^ message.seq.unsigned_abs()));
                }
                if !claimed.is_empty() {
                    // What is typed leaves later: the pause begins then.
                    let typed = claimed.iter().filter_map(|message| message.typing_ms).max().unwrap_or_default();
                    let leaves_at = if window > 1 { now } else { now + i64::try_from(typed).unwrap_or_default() };
                    let next_at = pace.next_at(leaves_at, number.network, jitter);
                    store::sent(tx, sender, next_at, opened).await?;
                }
                Ok(claimed)
            })
        })
        .await
}

/// The clock was set back: what was to wait for seconds would wait for as long as the clock was wrong.
pub(crate) async fn clock_set_back(server: &Server) -> Result<()> {
    let (owner, now) = (server.process, server.now());
    server.db.write(move |tx| Box::pin(store::shorten(tx, owner, now + LEASE_MS, now + pacing::LONGEST_GAP_MS))).await
}

/// Fails with `Stale` unless the session still belongs to this fence.
pub(crate) async fn check_fence(tx: &mut SystemTx, sender: Sender) -> Result<()> {
    store::check_fence(tx, sender).await
}

/// The network acknowledged these ids. An acknowledgement is a fact: it counts whoever holds the lease by now, and a
/// second one changes nothing.
pub async fn accepted(server: &Server, sender: Sender, wa_ids: Vec<String>) -> Result<()> {
    let now = server.now();
    server
        .db
        .write_again(|| {
            let wa_ids = wa_ids.clone();
            move |tx| {
                Box::pin(async move {
                    store::check_fence(tx, sender).await?;
                    finish(tx, sender, &wa_ids, Outcome::Accepted, now).await
                })
            }
        })
        .await?;
    server.nudge.campaign.now();
    Ok(())
}

/// The recipient's number or the content was refused: this message will never be sent.
pub async fn failed(server: &Server, sender: Sender, wa_id: String, reason: FailReason) -> Result<()> {
    let now = server.now();
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::check_fence(tx, sender).await?;
                finish(tx, sender, &[wa_id], Outcome::Failed(reason), now).await
            })
        })
        .await?;
    server.nudge.campaign.now();
    Ok(())
}

/// Messages settled in one transaction.
const SETTLED: i64 = 200;

/// The number is deleted: what waits becomes failed, some of it at a time. How many messages that were.
///
/// For numbers without a session: whatever one still had on its way is failed as well.
pub(crate) async fn give_up(server: &Server, tenant: TenantId, number: NumberId) -> Result<usize> {
    let now = server.now();
    // Settling asks for no session: there is none any more.
    let sender = Sender { tenant, number, session: SessionId(Uuid::nil()), fence: 0 };
    let given_up = server
        .db
        .write(move |tx| {
            Box::pin(async move {
                let waiting = store::some(tx, number, SETTLED).await?;
                finish(tx, sender, &waiting, Outcome::Failed(FailReason::NumberGone), now).await?;
                crash_point("outbox.given_up");
                Ok(waiting.len())
            })
        })
        .await?;
    if given_up > 0 {
        server.nudge.campaign.now();
    }
    Ok(given_up)
}

/// Refused with a code we do not know: tried again with the same id, then failed.
pub async fn refused(server: &Server, sender: Sender, wa_id: String) -> Result<()> {
    let now = server.now();
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::check_fence(tx, sender).await?;
                if store::count_refusal(tx, sender, &wa_id, now + 2 * SECOND_MS).await? >= REFUSALS {
                    finish(tx, sender, &[wa_id], Outcome::Failed(FailReason::Refused), now).await?;
                }
                Ok(())
            })
        })
        .await?;
    server.nudge.campaign.now();
    Ok(())
}

/// Gives claims back at once: the connection is gone, or the account is held. The id stays.
pub async fn release(server: &Server, sender: Sender, wa_ids: Vec<String>) -> Result<()> {
    server.db.write(move |tx| Box::pin(async move { store::release(tx, sender, &wa_ids).await })).await
}

/// The network did not take it, because of the account: it waits with the queue, and may still be taken back unless an
/// earlier try of it is in doubt.
pub async fn held_back(server: &Server, sender: Sender, wa_id: String) -> Result<()> {
    server.db.write(move |tx| Box::pin(async move { store::take_back_try(tx, sender, &wa_id).await })).await
}

/// Gives back every claim of a number, for its new owner: how many there were. Nobody knows whether these arrived.
pub(crate) async fn release_number(tx: &mut SystemTx, number: NumberId) -> Result<u64> {
    store::release_number(tx, number).await
}

/// The phone of the recipient has them, or they were read. Receipts come late, twice, and before acknowledgements.
pub async fn receipt(
    server: &Server,
    sender: Sender,
    wa_ids: Vec<String>,
    state: MessageState,
    at: Millis,
) -> Result<()> {
    server
        .db
        .write_again(|| {
            let wa_ids = wa_ids.clone();
            move |tx| {
                Box::pin(async move {
                    // A receipt proves that the network took the messages, even if their acknowledgement was lost.
                    finish(tx, sender, &wa_ids, Outcome::Accepted, at).await?;
                    settle::advance(tx, sender, &wa_ids, state, at).await
                })
            }
        })
        .await?;
    server.nudge.campaign.now();
    Ok(())
}
