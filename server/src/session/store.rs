//! SQL of session ownership and of what the network says about a number.

mod change;
mod group;
mod history;

pub(super) use change::{Change, cannot, say};
pub(super) use group::{learn_all_groups, learn_groups};
pub(super) use history::{announce, announced_before, end_history, learn_names};

use crate::{
    Server,
    db::SystemTx,
    error::Result,
    execute, fetch_all, fetch_optional,
    number::{self, budget, health, limits},
    outbox::{self, Sender},
};
use domain::{
    Event, Millis, NumberId, SessionId, TenantId,
    number::{
        Network, NumberState,
        health::NumberEvent,
        limits::{Answer, Limits},
        removal::FAREWELL_MS,
    },
};

/// A session that should run somewhere.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Wanted {
    pub tenant_id: TenantId,
    pub number_id: NumberId,
    pub session_id: SessionId,
    pub network: Network,
    pub state: NumberState,
    /// Somebody wants the device off the account.
    pub log_out: bool,
    /// It was connected before.
    pub returns: bool,
}

/// Sessions of every number that is linked or being linked, and not refused by the network right now. Of the deleted ones
/// those that still have to say goodbye.
pub(super) async fn wanted(server: &Server, now: Millis) -> Result<Vec<Wanted>> {
    let mut tx = server.db.system_read().await?;
    Ok(fetch_all!(
        &mut tx,
        Wanted,
        "SELECT n.tenant_id, n.number_id, s.session_id, n.network, n.state, n.log_out, s.seen_at IS NOT NULL AS returns
         FROM number n JOIN session s ON s.number_id = n.number_id
         WHERE s.ready AND (n.state IN ('linking', 'connecting', 'connected', 'reconnecting')
           OR (n.state = 'banned' AND n.held_until IS NOT NULL AND n.held_until <= $1))
           AND (n.removed_at IS NULL OR (n.log_out AND n.removed_at > $2))
         ORDER BY n.created_at",
        now,
        now - FAREWELL_MS
    )?)
}

/// Numbers of this process whose sessions have something to do: messages that may leave now, or a phone to be linked with.
pub(super) async fn busy(server: &Server, now: Millis) -> Result<Vec<NumberId>> {
    let mut tx = server.db.system_read().await?;
    let rows: Vec<(NumberId,)> = fetch_all!(
        &mut tx,
        (NumberId,),
        "SELECT n.number_id FROM session s JOIN number n ON n.number_id = s.number_id
         WHERE s.owner = $1 AND (n.state = 'linking' OR (
           n.state = 'connected' AND n.next_at <= $2 AND (n.held_until IS NULL OR n.held_until <= $2)
           AND EXISTS (SELECT 1 FROM outbox o
             WHERE o.number_id = n.number_id AND o.lease_until <= $2 AND o.not_before <= $2))
           -- Files are given to the network before their messages may leave.
           OR (n.state = 'connected' AND EXISTS (SELECT 1 FROM outbox f
             WHERE f.number_id = n.number_id AND f.media_id IS NOT NULL AND f.lease_until <= $2 AND f.not_before <= $2)))",
        server.process,
        now
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Numbers of this process that are to show something else of themselves.
pub(super) async fn wishing(server: &Server) -> Result<Vec<NumberId>> {
    number::profile::store::wishing(&mut server.db.system_read().await?, server.process).await
}

/// Takes a session that is free, ours, or whose owner let its lease run out, unless another has it: the new fence, and how
/// many messages were on their way.
pub(super) async fn acquire(
    server: &Server,
    want: &Wanted,
    now: Millis,
    until: Millis,
    alone: bool,
) -> Result<Option<(i64, u64)>> {
    let (session, number, owner) = (want.session_id, want.number_id, server.process);
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row: Option<(i64,)> = fetch_optional!(
                    tx,
                    (i64,),
                    "UPDATE session SET owner = $2, lease_until = $4, fence = fence + 1
                     WHERE session_id = $1 AND (owner IS NULL OR owner = $2 OR lease_until < $3 OR $5)
                     RETURNING fence",
                    session,
                    owner,
                    now,
                    until,
                    alone
                )?;
                let Some((fence,)) = row else { return Ok(None) };
                // Nobody else can finish what the last owner had on its way: it goes again, under the same ids.
                Ok(Some((fence, outbox::release_number(tx, number).await?)))
            })
        })
        .await
}

/// What a running session tells with each renewal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign {
    pub sender: Sender,
    /// Last word of the network.
    pub seen_at: Option<Millis>,
    /// Events lost since the last renewal.
    pub dropped: u64,
}

/// Renews the leases, with the sessions' signs of life; numbers whose session another process owns by now.
pub(super) async fn renew(server: &Server, signs: Vec<Sign>, until: Millis) -> Result<Vec<NumberId>> {
    if signs.is_empty() {
        return Ok(Vec::new());
    }
    let now = server.now();
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                let mut lost = Vec::new();
                for Sign { sender, seen_at, dropped } in signs {
                    let rows = execute!(
                        tx,
                        "UPDATE session SET lease_until = $3, seen_at = COALESCE($4, seen_at)
                         WHERE session_id = $1 AND fence = $2",
                        sender.session,
                        sender.fence,
                        until,
                        seen_at
                    )?;
                    if rows == 0 {
                        lost.push(sender.number);
                    } else if dropped > 0 {
                        health::store::add_dropped(tx, sender.number, dropped, now).await?;
                        tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                    }
                }
                Ok(lost)
            })
        })
        .await
}

/// Gives every lease of this process back.
pub(super) async fn release_all(server: &Server) -> Result<()> {
    let owner = server.process;
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                execute!(tx, "UPDATE session SET owner = NULL, lease_until = 0 WHERE owner = $1", owner)?;
                Ok(())
            })
        })
        .await
}

async fn is_owner(tx: &mut SystemTx, sender: Sender) -> Result<bool> {
    let fence: Option<(i64,)> =
        fetch_optional!(tx, (i64,), "SELECT fence FROM session WHERE session_id = $1", sender.session)?;
    Ok(fence == Some((sender.fence,)))
}

/// A pause the network asks for.
#[derive(Clone, Copy)]
pub(super) struct Pause {
    /// Nothing leaves before then.
    pub until: Millis,
    /// Nor before then when the network says that only new chats have to wait.
    pub at_least: Millis,
    /// There were too many new chats: there will be fewer.
    pub fewer: bool,
}

/// The network refused a message because of the account: nothing leaves before the pause is over, and the page says why.
pub(super) async fn hold(server: &Server, sender: Sender, pause: Pause) -> Result<()> {
    let now = server.now();
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                // Deleted: nobody asks any more.
                if !number::store::is_here(tx, sender.number).await? {
                    return Ok(());
                }
                // What was on its way already is refused as well: that is the same pause.
                if !number::store::is_held(tx, sender.number, now).await? {
                    health::store::note(tx, sender.number, NumberEvent::Held { until: pause.until }, now).await?;
                }
                if pause.fewer {
                    budget::store::lower(tx, sender.number, now).await?;
                }
                number::store::hold(tx, sender.number, pause.until, pause.at_least).await?;
                tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                Ok(())
            })
        })
        .await
}

/// What the number did before the network is asked about it.
pub(super) async fn before_asking(server: &Server, sender: Sender) -> Result<Option<limits::Asked>> {
    let mut tx = server.db.system_read().await?;
    limits::before_asking(&mut tx, sender).await
}

/// What the network said of the number's new chats; what is known of them now, unless the session is another's.
pub(super) async fn learn(
    server: &Server,
    sender: Sender,
    asked: limits::Asked,
    answer: Answer,
) -> Result<Option<Limits>> {
    let now = server.now();
    let learned = server
        .db
        .write(move |tx| {
            let answer = answer.clone();
            Box::pin(async move {
                if !is_owner(tx, sender).await? {
                    return Ok(None);
                }
                let learned = limits::learn(tx, sender.number, asked, &answer, now).await?;
                if learned.is_some_and(|(_, is_news)| is_news) {
                    tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                }
                Ok(learned)
            })
        })
        .await?;
    if learned.is_some_and(|(_, is_news)| is_news) {
        // Some may leave now that had to wait before.
        server.nudge.outbox.now();
    }
    Ok(learned.map(|(limits, _)| limits))
}

/// The network refused a message. `unmet` says that it will not have it of a stranger, or that there is nobody.
pub(super) async fn refused(server: &Server, sender: Sender, wa_id: String, unmet: bool) -> Result<()> {
    let now = server.now();
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !number::store::is_here(tx, sender.number).await? {
                    return Ok(());
                }
                if unmet {
                    budget::store::unmeet(tx, sender.tenant, sender.number, &wa_id).await?;
                }
                health::store::add_refused(tx, sender.tenant, sender.number, now).await?;
                tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                Ok(())
            })
        })
        .await
}

/// Something happened to the number, as its session saw it.
pub(super) async fn note(server: &Server, sender: Sender, event: NumberEvent) -> Result<()> {
    let now = server.now();
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !is_owner(tx, sender).await? {
                    return Ok(());
                }
                health::store::note(tx, sender.number, event, now).await?;
                tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                Ok(())
            })
        })
        .await
}

/// The code that somebody wants to type on a phone, if anybody asked for one.
pub(super) async fn pair_code_wanted(server: &Server, number: NumberId) -> Result<Option<number::link::store::Wanted>> {
    let mut tx = server.db.system_read().await?;
    number::link::store::wanted(&mut tx, number).await
}

/// A line that waits to be linked begins: what was given on the last one is worth nothing.
pub(super) async fn forget_pair_code(server: &Server, sender: Sender) -> Result<()> {
    server
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !is_owner(tx, sender).await? {
                    return Ok(());
                }
                number::link::store::forget_code(tx, sender.number).await?;
                tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                Ok(())
            })
        })
        .await
}

/// Which sandbox world the session's device belongs to.
pub(super) async fn server_id(server: &Server, session: SessionId) -> Result<Option<String>> {
    let mut tx = server.db.system_read().await?;
    let sql = "SELECT server_id FROM session WHERE session_id = $1";
    let row: Option<(Option<String>,)> = fetch_optional!(&mut tx, (Option<String>,), sql, session)?;
    Ok(row.and_then(|(id,)| id))
}
