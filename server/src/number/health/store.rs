//! SQL of a number's days and of what happened to it.

use super::zone;
use crate::{
    db::{OnConn, TenantTx, found, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional,
};
use domain::{
    Millis, NumberId, TenantId,
    number::{
        NumberProblem, NumberState,
        health::{DAYS, NumberDay, NumberEvent, NumberEventKind, NumberHealth, TimelineEntry},
    },
    time::{DAY_MS, Day},
};

/// How long it is kept what happened to a number.
const KEPT_MS: i64 = 90 * DAY_MS;

/// Which way messages went.
#[derive(Clone, Copy)]
pub(crate) enum Traffic {
    /// The network took them.
    Sent,
    /// People wrote them.
    Received,
}

/// So many messages went this way, the last of them at `at`.
pub(crate) async fn add(
    tx: &mut impl OnConn,
    tenant: TenantId,
    number: NumberId,
    traffic: Traffic,
    messages: usize,
    at: Millis,
) -> Result<()> {
    let column = match traffic {
        Traffic::Sent => "sent",
        Traffic::Received => "received",
    };
    let sql = format!(
        "INSERT INTO number_day (tenant_id, number_id, day, {column}, {column}_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (number_id, day) DO UPDATE
           SET {column} = number_day.{column} + excluded.{column},
               {column}_at = CASE WHEN number_day.{column}_at > excluded.{column}_at THEN number_day.{column}_at
                                  ELSE excluded.{column}_at END"
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    one_row(execute!(tx, sql(), tenant, number, zone().day(at), messages as i64, at)?)
}

/// The network refused a message.
pub(crate) async fn add_refused(tx: &mut impl OnConn, tenant: TenantId, number: NumberId, at: Millis) -> Result<()> {
    one_row(execute!(
        tx,
        "INSERT INTO number_day (tenant_id, number_id, day, refused) VALUES ($1, $2, $3, 1)
         ON CONFLICT (number_id, day) DO UPDATE SET refused = number_day.refused + 1",
        tenant,
        number,
        zone().day(at)
    )?)
}

/// Writes down what happened to a number, and forgets what happened too long ago.
pub(crate) async fn note(tx: &mut impl OnConn, number: NumberId, event: NumberEvent, at: Millis) -> Result<()> {
    let row = EventRow::from(TimelineEntry { at, event });
    one_row(execute!(
        tx,
        "INSERT INTO number_event (tenant_id, number_id, kind, state, problem, until, amount, unsure, chats, lost, at)
         SELECT tenant_id, number_id, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM number WHERE number_id = $1",
        number,
        row.kind,
        row.state,
        row.problem,
        row.until,
        row.amount,
        row.unsure,
        row.chats,
        row.lost,
        row.at
    )?)?;
    execute!(tx, "DELETE FROM number_event WHERE number_id = $1 AND at < $2", number, at - KEPT_MS)?;
    Ok(())
}

/// Events that came faster than they could be handled.
pub(crate) async fn add_dropped(tx: &mut impl OnConn, number: NumberId, events: u64, at: Millis) -> Result<()> {
    let amount = i64::try_from(events).unwrap_or(i64::MAX);
    one_row(execute!(tx, "UPDATE number SET dropped = dropped + $2 WHERE number_id = $1", number, amount)?)?;
    note(tx, number, NumberEvent::Dropped { events }, at).await
}

/// The connection was lost and came back.
pub(crate) async fn add_reconnect(tx: &mut impl OnConn, number: NumberId) -> Result<()> {
    one_row(execute!(tx, "UPDATE number SET reconnects = reconnects + 1 WHERE number_id = $1", number)?)
}

/// A device was linked.
pub(crate) async fn linked(tx: &mut impl OnConn, number: NumberId, at: Millis) -> Result<()> {
    // The warm-up of a number begins when it can write for the first time.
    let sql = "UPDATE number SET linked_at = $2,
           warm_from = CASE WHEN linked_at IS NULL AND warm_from IS NOT NULL THEN $3 ELSE warm_from END
         WHERE number_id = $1";
    one_row(execute!(tx, sql, number, at, zone().day(at))?)
}

pub(super) async fn get(tx: &mut TenantTx, id: NumberId) -> Result<NumberHealth> {
    #[derive(sqlx::FromRow)]
    struct Row {
        linked_at: Option<Millis>,
        reconnects: i64,
        dropped: i64,
        seen_at: Option<Millis>,
    }
    #[derive(sqlx::FromRow)]
    struct Sums {
        sent_at: Option<Millis>,
        received_at: Option<Millis>,
        refused: i64,
    }
    let tenant = tx.tenant();
    let row = found(fetch_optional!(
        tx,
        Row,
        "SELECT n.linked_at, n.reconnects, n.dropped, s.seen_at
         FROM number n LEFT JOIN session s ON s.number_id = n.number_id
         WHERE n.tenant_id = $1 AND n.number_id = $2",
        tenant,
        id
    )?)?;
    let sums = fetch_one!(
        tx,
        Sums,
        "SELECT MAX(sent_at) AS sent_at, MAX(received_at) AS received_at,
           CAST(COALESCE(SUM(refused), 0) AS BIGINT) AS refused
         FROM number_day WHERE tenant_id = $1 AND number_id = $2",
        tenant,
        id
    )?;
    Ok(NumberHealth {
        linked_at: row.linked_at,
        seen_at: row.seen_at,
        sent_at: sums.sent_at,
        received_at: sums.received_at,
        reconnects: row.reconnects.unsigned_abs(),
        refused: sums.refused.unsigned_abs(),
        dropped: row.dropped.unsigned_abs(),
    })
}

/// The days on which something happened, of the last [`DAYS`].
pub(super) async fn days(tx: &mut TenantTx, id: NumberId, today: Day) -> Result<Vec<NumberDay>> {
    let tenant = tx.tenant();
    let rows: Vec<(Day, i64, i64, i64, i64, i64)> = fetch_all!(
        tx,
        (Day, i64, i64, i64, i64, i64),
        "SELECT day, sent, received, refused, asked, answered FROM number_day
         WHERE tenant_id = $1 AND number_id = $2 AND day > $3 AND day <= $4",
        tenant,
        id,
        Day(today.0 - DAYS),
        today
    )?;
    let count = i64::unsigned_abs;
    let day = |(day, sent, received, refused, asked, answered)| NumberDay {
        day,
        sent: count(sent),
        received: count(received),
        refused: count(refused),
        asked: count(asked),
        answered: count(answered),
    };
    Ok(rows.into_iter().map(day).collect())
}

pub(crate) async fn timeline(tx: &mut TenantTx, id: NumberId, limit: u32) -> Result<Vec<TimelineEntry>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        EventRow,
        "SELECT kind, state, problem, until, amount, unsure, chats, lost, at FROM number_event
         WHERE tenant_id = $1 AND number_id = $2 ORDER BY at DESC, seq DESC LIMIT $3",
        tenant,
        id,
        i64::from(limit)
    )?;
    Ok(rows.into_iter().filter_map(EventRow::entry).collect())
}

#[derive(sqlx::FromRow)]
struct EventRow {
    kind: NumberEventKind,
    state: Option<NumberState>,
    problem: Option<NumberProblem>,
    until: Option<Millis>,
    amount: Option<i64>,
    unsure: Option<i64>,
    chats: Option<i64>,
    lost: Option<i64>,
    at: Millis,
}

impl EventRow {
    /// The table's checks see to it that each kind has what it needs.
    fn entry(self) -> Option<TimelineEntry> {
        let event = match self.kind {
            NumberEventKind::State => NumberEvent::State { state: self.state?, problem: self.problem },
            NumberEventKind::Held => NumberEvent::Held { until: self.until? },
            NumberEventKind::Locked => NumberEvent::Locked { until: self.until? },
            NumberEventKind::Restarted => NumberEvent::Restarted,
            NumberEventKind::Dropped => NumberEvent::Dropped { events: self.amount?.unsigned_abs() },
            NumberEventKind::CaughtUp => {
                NumberEvent::CaughtUp { received: self.amount?.unsigned_abs(), unsure: self.unsure?.unsigned_abs() }
            }
            NumberEventKind::History => NumberEvent::History {
                messages: self.amount?.unsigned_abs(),
                chats: self.chats?.unsigned_abs(),
                lost: self.lost?.unsigned_abs(),
            },
        };
        Some(TimelineEntry { at: self.at, event })
    }
}

impl From<TimelineEntry> for EventRow {
    fn from(TimelineEntry { at, event }: TimelineEntry) -> Self {
        let empty = |kind| Self {
            kind,
            state: None,
            problem: None,
            until: None,
            amount: None,
            unsure: None,
            chats: None,
            lost: None,
            at,
        };
        let amount = |count| Some(i64::try_from(count).unwrap_or(i64::MAX));
        match event {
            NumberEvent::State { state, problem } => {
                Self { state: Some(state), problem, ..empty(NumberEventKind::State) }
            }
            NumberEvent::Held { until } => Self { until: Some(until), ..empty(NumberEventKind::Held) },
            NumberEvent::Locked { until } => Self { until: Some(until), ..empty(NumberEventKind::Locked) },
            NumberEvent::Restarted => empty(NumberEventKind::Restarted),
            NumberEvent::Dropped { events } => Self { amount: amount(events), ..empty(NumberEventKind::Dropped) },
            NumberEvent::CaughtUp { received, unsure } => {
                Self { amount: amount(received), unsure: amount(unsure), ..empty(NumberEventKind::CaughtUp) }
            }
            NumberEvent::History { messages, chats, lost } => Self {
                amount: amount(messages),
                chats: amount(chats),
                lost: amount(lost),
                ..empty(NumberEventKind::History)
            },
        }
    }
}
