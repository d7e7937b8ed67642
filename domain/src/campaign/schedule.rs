//! When the messages of a campaign leave.

use crate::{
    Error, FieldProblem, Millis,
    error::{Field, Result},
    status::status,
    time::{MINUTE_MS, SECOND_MS, Wall, Zone},
};
use serde::{Deserialize, Serialize};

/// How long "Start" can be taken back.
pub const TAKE_BACK_MS: i64 = 5 * SECOND_MS;
/// Where a day begins first on Earth, and where last.
const FIRST: Zone = Zone { offset_minutes: 14 * 60, name: "UTC+14" };
const LAST: Zone = Zone { offset_minutes: -12 * 60, name: "UTC−12" };

status! {
    /// Whose clock a schedule goes by.
    #[derive(Default)]
    Clock {
        /// The tenant's.
        #[default]
        Tenant => "tenant",
        /// The one where each recipient lives.
        Recipient => "recipient",
    }
}

/// When the messages of a campaign leave: as people say it, so that "9 o'clock" is 9 o'clock to everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// From when on; none: as soon as somebody starts it.
    pub start: Option<Wall>,
    /// What has not left by then never does.
    pub deadline: Option<Wall>,
    pub clock: Clock,
}

impl Schedule {
    /// Why it cannot be started at `now`, by the field `start` or `deadline`.
    pub fn problems(&self, zone: Zone, now: Millis) -> Vec<FieldProblem> {
        // Somewhere it may be earlier still.
        let zone = if self.clock == Clock::Recipient { LAST } else { zone };
        let is_over = |wall| zone.at(wall) + MINUTE_MS <= now;
        let (start, deadline) = (self.start, self.deadline);
        let late = start.filter(|start| is_over(*start)).map(|_| ("start", Field::Past));
        let never = deadline.and_then(|deadline| {
            let before = start.is_some_and(|start| deadline <= start);
            let problem = if before { Some(Field::BeforeStart) } else { is_over(deadline).then_some(Field::Past) };
            problem.map(|problem| ("deadline", problem))
        });
        let named = |(field, problem): (&str, _)| FieldProblem { field: field.to_owned(), problem };
        [late, never].into_iter().flatten().map(named).collect()
    }

    /// When the first message could be due; none: at once. By everybody's own clock that is when the day begins in the far
    /// east.
    pub fn begins(&self, zone: Zone) -> Option<Millis> {
        let zone = if self.clock == Clock::Recipient { FIRST } else { zone };
        self.start.map(|start| zone.at(start))
    }
}

/// A schedule as a form has it: `when` is `now` or `later`, `clock` is `recipient` or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScheduleForm {
    pub when: String,
    pub start: String,
    pub clock: String,
    pub deadline: String,
}

impl ScheduleForm {
    /// As the form shows a schedule.
    pub fn of(schedule: &Schedule) -> Self {
        let written = |wall: Option<Wall>| wall.map(|wall| wall.to_string()).unwrap_or_default();
        Self {
            when: if schedule.start.is_some() { "later" } else { "now" }.to_owned(),
            start: written(schedule.start),
            clock: if schedule.clock == Clock::Recipient { Clock::Recipient.to_string() } else { String::new() },
            deadline: written(schedule.deadline),
        }
    }

    /// What was typed.
    ///
    /// # Errors
    /// `Invalid { start, deadline }`
    pub fn parse(&self) -> Result<Schedule> {
        let read = |field: &str, typed: &str| match typed.trim() {
            "" => Ok(None),
            typed => typed.parse().map(Some).map_err(|problem| Error::field(field, problem)),
        };
        // What was typed for later is no mistake now.
        let start = if self.when == "later" { Some(self.start.as_str()) } else { None };
        let start = match start {
            Some(typed) => Some(read("start", typed)?.ok_or_else(|| Error::field("start", Field::NotAMoment))?),
            None => None,
        };
        // It belongs to the time at which it starts.
        let own = start.is_some() && self.clock == Clock::Recipient.as_str();
        let clock = if own { Clock::Recipient } else { Clock::Tenant };
        Ok(Schedule { start, deadline: read("deadline", &self.deadline)?, clock })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(start: &str, deadline: &str, clock: Clock) -> Schedule {
        Schedule { start: start.parse().ok(), deadline: deadline.parse().ok(), clock }
    }

    fn problems(schedule: Schedule) -> Vec<(String, Field)> {
        let noon = Zone::default().at("2026-11-30T12:00".parse().expect("a time"));
        let problems = schedule.problems(Zone::default(), noon + 30 * SECOND_MS);
        problems.into_iter().map(|problem| (problem.field, problem.problem)).collect()
    }

    #[test]
    fn what_is_over_cannot_be_planned() {
        use Clock::{Recipient, Tenant};
        assert_eq!(problems(Schedule::default()), []);
        assert_eq!(problems(schedule("2026-11-30T12:00", "2026-11-30T13:00", Tenant)), [], "it is still that minute");
        let past = |field: &str| (field.to_owned(), Field::Past);
        assert_eq!(problems(schedule("2026-11-30T11:59", "", Tenant)), [past("start")]);
        assert_eq!(problems(schedule("", "2026-11-30T11:00", Tenant)), [past("deadline")]);
        let before = [("deadline".to_owned(), Field::BeforeStart)];
        assert_eq!(problems(schedule("2026-12-01T09:00", "2026-12-01T09:00", Tenant)), before);
        // At noon in Jakarta the 29th has not ended on the last islands.
        assert_eq!(problems(schedule("2026-11-29T23:00", "", Recipient)), []);
        assert_eq!(problems(schedule("2026-11-29T16:00", "", Recipient)), [past("start")]);
    }

    #[test]
    fn a_form_gives_back_what_it_shows() {
        for clock in [Clock::Tenant, Clock::Recipient] {
            let full = schedule("2026-12-01T09:00", "2026-12-03T20:00", clock);
            assert_eq!(ScheduleForm::of(&full).parse(), Ok(full));
        }
        assert_eq!(ScheduleForm::of(&Schedule::default()).parse(), Ok(Schedule::default()));
        assert_eq!(ScheduleForm::default().parse(), Ok(Schedule::default()), "a form that asks for nothing");
        let form = |when: &str, start: &str, deadline: &str| ScheduleForm {
            when: when.into(),
            start: start.into(),
            deadline: deadline.into(),
            ..ScheduleForm::default()
        };
        assert_eq!(form("now", "besok", "").parse(), Ok(Schedule::default()));
        let own = ScheduleForm { clock: "recipient".into(), ..form("now", "", "") };
        assert_eq!(own.parse(), Ok(Schedule::default()), "whose clock is asked where the time is");
        assert_eq!(form("later", "", "").parse(), Err(Error::field("start", Field::NotAMoment)));
        assert_eq!(form("later", "besok", "").parse(), Err(Error::field("start", Field::NotAMoment)));
        assert_eq!(form("now", "", "lusa").parse(), Err(Error::field("deadline", Field::NotAMoment)));
    }

    #[test]
    fn by_everybodys_own_clock_it_begins_in_the_east() {
        let nine = |clock| schedule("2026-12-01T09:00", "", clock).begins(Zone::default());
        assert_eq!(nine(Clock::Tenant).map(|at| at.0 / 60_000 % 1_440), Some(2 * 60));
        assert_eq!(nine(Clock::Recipient).map(|at| at.0 / 60_000 % 1_440), Some(19 * 60));
        assert_eq!(Schedule::default().begins(Zone::default()), None);
    }
}
