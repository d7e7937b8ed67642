//! SQL of what the network says about the link of a number.

use super::is_owner;
use crate::{
    Server,
    db::{SystemTx, one_row},
    error::Result,
    execute, fetch_optional,
    number::{self, health},
    outbox::Sender,
};
use domain::{
    Event, Millis, PhoneNumber,
    number::{NumberProblem, NumberState},
};

/// The session cannot even be tried here; shown beside the number. One that shall be logged out is, without a word to
/// the network.
pub(in crate::session) async fn cannot(
    server: &Server,
    sender: Sender,
    problem: NumberProblem,
    log_out: bool,
) -> Result<()> {
    let change = if log_out {
        Change::because(NumberState::LoggedOut, NumberProblem::LoggedOutHere)
    } else {
        Change::because(NumberState::Reconnecting, problem)
    };
    say(server, sender, change).await
}

/// What the network says about a number.
#[derive(Clone, Debug)]
pub(in crate::session) struct Change {
    pub state: NumberState,
    pub problem: Option<NumberProblem>,
    pub held_until: Option<Millis>,
    pub identity: Option<(PhoneNumber, Option<String>)>,
    /// To be scanned, and until when.
    pub qr: Option<(String, Millis)>,
    /// To be typed, and until when.
    pub pair_code: Option<(String, Millis)>,
}

impl Default for Change {
    fn default() -> Self {
        Self {
            state: NumberState::Connected,
            problem: None,
            held_until: None,
            identity: None,
            qr: None,
            pair_code: None,
        }
    }
}

impl Change {
    pub(in crate::session) fn to(state: NumberState) -> Self {
        Self { state, ..Self::default() }
    }

    pub(in crate::session) fn because(state: NumberState, problem: NumberProblem) -> Self {
        Self { state, problem: Some(problem), ..Self::default() }
    }
}

/// Stores what the network said, if the session is still ours and it is news.
pub(in crate::session) async fn say(server: &Server, sender: Sender, change: Change) -> Result<()> {
    let now = server.now();
    server.db.write(move |tx| Box::pin(async move { apply(tx, sender, change, now).await })).await?;
    server.nudge.outbox.now();
    Ok(())
}

async fn apply(tx: &mut SystemTx, sender: Sender, change: Change, now: Millis) -> Result<()> {
    if !is_owner(tx, sender).await? {
        return Ok(());
    }
    let row: Option<(NumberState, Option<NumberProblem>)> = fetch_optional!(
        tx,
        (NumberState, Option<NumberProblem>),
        "SELECT state, problem FROM number WHERE number_id = $1",
        sender.number
    )?;
    let Some(before) = row else { return Ok(()) };
    let news = before != (change.state, change.problem)
        || change.qr.is_some()
        || change.pair_code.is_some()
        || change.identity.is_some()
        || change.held_until.is_some();
    if !news {
        return Ok(());
    }
    match (before.0, change.state, change.problem) {
        // What was asked for and shown stays while the codes change.
        (NumberState::Linking, NumberState::Linking, None) => {}
        (NumberState::Linking, NumberState::Linking, Some(problem)) => {
            number::link::store::no_code(tx, sender.number, problem).await?
        }
        // The client left a dead line for another without a word.
        (NumberState::Connected, NumberState::Connected, None) => {
            for state in [NumberState::Reconnecting, NumberState::Connected] {
                number::store::set_state(tx, sender.number, state, None, now).await?;
            }
        }
        (_, state, problem) => number::store::set_state(tx, sender.number, state, problem, now).await?,
    }
    match (before.0, change.state) {
        (NumberState::Linking, NumberState::Connecting) => health::store::linked(tx, sender.number, now).await?,
        (NumberState::Reconnecting | NumberState::Connected, NumberState::Connected) => {
            health::store::add_reconnect(tx, sender.number).await?
        }
        _ => {}
    }
    if change.state == NumberState::Connected {
        seen(tx, sender, now).await?;
    }
    if let Some((phone, lid)) = &change.identity {
        number::group::store::forget_others(tx, sender.number, phone).await?;
        number::profile::store::forget_others(tx, sender.number, phone).await?;
        number::store::set_identity(tx, sender.number, phone, lid.as_deref()).await?;
    }
    if let Some((code, until)) = &change.qr {
        number::link::store::set_qr(tx, sender.number, code, *until).await?;
    }
    if let Some((code, until)) = &change.pair_code {
        number::link::store::set_code(tx, sender.number, code, *until).await?;
    }
    if let Some(until) = change.held_until {
        number::store::hold(tx, sender.number, until, until).await?;
    }
    tx.publish(sender.tenant, Event::NumberChanged(sender.number));
    Ok(())
}

async fn seen(tx: &mut SystemTx, sender: Sender, now: Millis) -> Result<()> {
    let sql = "UPDATE session SET seen_at = $3 WHERE session_id = $1 AND fence = $2";
    one_row(execute!(tx, sql, sender.session, sender.fence, now)?)
}
