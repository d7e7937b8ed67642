//! How many new chats a number may open: warm-up, the cap of a grown number, slowing down after a warning, quiet hours.
//!
//! A new chat is a first message to somebody who never wrote to the number. Networks watch exactly these: who opens too
//! many of them is warned, then held, then banned. Everything here is arithmetic on days, so that what a page promises is
//! what the engine keeps.

use crate::{
    Error, Field, Millis,
    error::Result,
    number::Network,
    time::{Day, MINUTE_MS, Zone},
};
use serde::{Deserialize, Serialize};

/// Most new chats a day that can be asked for.
pub const CAP_MAX: u32 = 100_000;
/// Longest warm-up, in days.
pub const WARM_UP_MAX: u32 = 90;
/// What is left of a day's budget after the network asked to slow down, and by how much it grows again each day.
const LOWERED: (u64, u64) = (4, 5);
const RECOVERY: (u64, u64) = (6, 5);

/// The rules of one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// New chats a day of the grown number; none: as many as there are.
    pub cap: Option<u32>,
    pub warm_up: Option<WarmUp>,
    pub quiet: Option<QuietHours>,
    /// The network asked for less.
    pub lowered: Option<Lowered>,
}

/// A number begins with few new chats a day and grows to its cap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarmUp {
    /// The first day of it.
    pub from: Day,
    /// How many days it takes; on the day after, the cap holds.
    pub days: u32,
    /// New chats on the first day.
    pub first: u32,
}

/// The network asked for less on a day when this many new chats a day were opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lowered {
    pub on: Day,
    pub used: u32,
}

/// No campaign leaves between these times of the day; agents and the bot still answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Minutes since midnight, 0 to 1,439.
    pub from: u32,
    /// The minute at which campaigns go on; before `from` when the night lies between.
    pub until: u32,
}

impl Budget {
    /// What a new number begins with: two careful weeks on WhatsApp, nothing on a network of simulated people.
    pub fn of_new(network: Network, today: Day) -> Self {
        match network {
            Network::Sandbox => Self::default(),
            Network::Whatsapp => Self {
                cap: Some(250),
                warm_up: Some(WarmUp { from: today, days: 14, first: 20 }),
                quiet: Some(QuietHours { from: 21 * 60, until: 7 * 60 }),
                lowered: None,
            },
        }
    }

    /// New chats it may open on a day; none: as many as there are.
    pub fn cap_on(self, day: Day) -> Option<u32> {
        let planned = self.planned(day);
        let lowered = self.lowered.and_then(|lowered| lowered.cap_on(day));
        match (planned, lowered) {
            (Some(planned), Some(lowered)) => Some(planned.min(lowered)),
            (planned, lowered) => planned.or(lowered),
        }
    }

    fn planned(self, day: Day) -> Option<u32> {
        let cap = self.cap?;
        Some(self.warm_up.map_or(cap, |warm_up| warm_up.cap_on(day, cap)))
    }

    /// Which day of its warm-up a number is in, from 1, and how many there are; none when it is grown.
    pub fn warming(self, day: Day) -> Option<(u32, u32)> {
        let warm_up = self.warm_up?;
        let nth = u32::try_from(day.0 - warm_up.from.0).ok()?;
        (self.cap.is_some() && nth < warm_up.days).then_some((nth + 1, warm_up.days))
    }

    /// New chats that may still be opened today, `used` of them open already; none: as many as there are.
    pub fn left(self, used: u64, day: Day) -> Option<u64> {
        self.cap_on(day).map(|cap| u64::from(cap).saturating_sub(used))
    }

    /// The rules after the network asked for less, when `used` new chats a day were opened of late.
    #[must_use]
    pub fn lower(self, used: u64, day: Day) -> Self {
        let used = u32::try_from(used).unwrap_or(CAP_MAX).min(CAP_MAX);
        // Where none were opened, the fault lies with the plan.
        let used = if used == 0 { self.cap_on(day).unwrap_or(1) } else { used };
        Self { lowered: Some(Lowered { on: day, used }), ..self }
    }

    /// Whether the network asked for less on this day.
    pub fn is_lowered_on(self, day: Day) -> bool {
        self.lowered.is_some_and(|lowered| lowered.on == day)
    }

    /// The moment itself, or when the quiet hours end that it lies in.
    pub fn next_loud(self, at: Millis, zone: Zone) -> Millis {
        self.quiet.and_then(|quiet| quiet.end(at, zone)).unwrap_or(at)
    }
}

impl WarmUp {
    /// Grows by the same share every day, so that each day is a little more of what went well the day before.
    fn cap_on(self, day: Day, cap: u32) -> u32 {
        let (first, days) = (f64::from(self.first.max(1)), f64::from(self.days.max(1)));
        let nth = (day.0 - self.from.0).max(0);
        if nth >= i64::from(self.days) || self.first >= cap {
            return cap;
        }
        let grown = first * (f64::from(cap) / first).powf(nth as f64 / days);
        (grown.round() as u32).min(cap)
    }
}

impl Lowered {
    /// What is left of the cap on a day; none once it would be beyond any cap.
    fn cap_on(self, day: Day) -> Option<u32> {
        match day.0 - self.on.0 {
            ..0 => None,
            // Nothing new goes out on the day itself.
            0 => Some(0),
            days => {
                let mut cap = (u64::from(self.used) * LOWERED.0 / LOWERED.1).max(1);
                for _ in 1..days {
                    // At least one more, or a small budget would never grow again.
                    cap = (cap * RECOVERY.0 / RECOVERY.1).max(cap + 1);
                    if cap > u64::from(CAP_MAX) {
                        return None;
                    }
                }
                u32::try_from(cap).ok()
            }
        }
    }
}

impl QuietHours {
    /// Checked, from minutes since midnight. The same minute twice would be a whole day of quiet or none.
    pub fn new(from: u32, until: u32) -> Result<Self> {
        const DAY: u32 = 24 * 60;
        if from >= DAY {
            return Err(Error::field("quiet_from", Field::NotATime));
        }
        if until >= DAY || until == from {
            return Err(Error::field("quiet_until", Field::NotATime));
        }
        Ok(Self { from, until })
    }

    /// When they end, if the moment lies in them.
    fn end(self, at: Millis, zone: Zone) -> Option<Millis> {
        let minute = zone.local_ms(at).rem_euclid(crate::time::DAY_MS) / MINUTE_MS;
        let (from, until) = (i64::from(self.from), i64::from(self.until));
        let midnight = zone.start(zone.day(at));
        if from < until {
            return (from..until).contains(&minute).then_some(midnight + until * MINUTE_MS);
        }
        if minute < until {
            return Some(midnight + until * MINUTE_MS);
        }
        (minute >= from).then(|| zone.start(Day(zone.day(at).0 + 1)) + until * MINUTE_MS)
    }

    /// When they begin next, not before the moment.
    pub(super) fn next_start(self, at: Millis, zone: Zone) -> Millis {
        let today = zone.day(at);
        let start = |day: Day| zone.start(day) + i64::from(self.from) * MINUTE_MS;
        if start(today) >= at { start(today) } else { start(Day(today.0 + 1)) }
    }
}

/// The rules as a form gives them: all texts, empty for "none".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetForm {
    #[serde(default)]
    pub cap: String,
    #[serde(default)]
    pub warm_up_days: String,
    #[serde(default)]
    pub warm_up_first: String,
    #[serde(default)]
    pub quiet_from: String,
    #[serde(default)]
    pub quiet_until: String,
}

impl BudgetForm {
    /// The form of rules that are there.
    pub fn of(budget: &Budget) -> Self {
        let (warm_up, quiet) = (budget.warm_up, budget.quiet);
        Self {
            cap: budget.cap.map(|cap| cap.to_string()).unwrap_or_default(),
            warm_up_days: warm_up.map(|warm_up| warm_up.days.to_string()).unwrap_or_default(),
            warm_up_first: warm_up.map(|warm_up| warm_up.first.to_string()).unwrap_or_default(),
            quiet_from: quiet.map(|quiet| time_of_day(quiet.from)).unwrap_or_default(),
            quiet_until: quiet.map(|quiet| time_of_day(quiet.until)).unwrap_or_default(),
        }
    }

    /// The rules, checked. A warm-up that is not changed goes on from the day on which it began, any other begins today;
    /// what the network asked for stays.
    ///
    /// # Errors
    /// `Invalid` with the field that is wrong.
    pub fn read(&self, before: Budget, today: Day) -> Result<Budget> {
        let cap = whole("cap", &self.cap, 0, CAP_MAX)?;
        let days = whole("warm_up_days", &self.warm_up_days, 0, WARM_UP_MAX)?.filter(|days| *days > 0);
        let warm_up = match (cap, days) {
            (Some(cap), Some(days)) => {
                let first = whole("warm_up_first", &self.warm_up_first, 1, cap.max(1))?;
                let first = first.ok_or_else(|| Error::field("warm_up_first", Field::Required))?;
                let same = before.warm_up.filter(|warm_up| (warm_up.days, warm_up.first) == (days, first));
                Some(same.unwrap_or(WarmUp { from: today, days, first }))
            }
            // A number that may do what it likes has nothing to grow to.
            (None, Some(_)) => return Err(Error::field("cap", Field::Required)),
            (_, None) => None,
        };
        Ok(Budget { cap, warm_up, quiet: self.quiet()?, lowered: before.lowered })
    }

    fn quiet(&self) -> Result<Option<QuietHours>> {
        let (from, until) = (self.quiet_from.trim(), self.quiet_until.trim());
        if from.is_empty() && until.is_empty() {
            return Ok(None);
        }
        let minute = |field, text| minute_of_day(text).ok_or_else(|| Error::field(field, Field::NotATime));
        QuietHours::new(minute("quiet_from", from)?, minute("quiet_until", until)?).map(Some)
    }
}

pub(crate) fn whole(field: &str, text: &str, min: u32, max: u32) -> Result<Option<u32>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Error::field(field, Field::OutOfRange { min, max });
    text.parse().ok().filter(|n| (min..=max).contains(n)).map(Some).ok_or_else(wrong)
}

/// A time of the day as a form gives it: `21:30`, in minutes since midnight.
pub fn minute_of_day(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once([':', '.'])?;
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A minute of the day as a form shows it: `21:30`.
pub fn time_of_day(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

#[cfg(test)]
mod tests;
