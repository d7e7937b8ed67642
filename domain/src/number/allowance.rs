//! What a number may do and when it is done: its own rules and what its network says, taken together.

use super::{budget::Budget, limits::Limits};
use crate::{
    Millis,
    time::{DAY_MS, Day, Zone},
};
use serde::{Deserialize, Serialize};

/// Days a forecast looks ahead.
const HORIZON: i64 = 3_650;

/// The rules of a number and what the network says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    pub budget: Budget,
    pub limits: Limits,
}

/// What a number can do with so many messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// Of them, before today ends.
    pub today: u64,
    /// When the last leaves; none: never, or too far away to say.
    pub done_at: Option<Millis>,
}

/// The network's quota, cycle by cycle.
struct Quota {
    left: u64,
    /// When it begins anew, with how many; none: as many as there are.
    ends: Millis,
    whole: Option<u64>,
    length_ms: i64,
}

impl Allowance {
    /// New chats a campaign may open now, when `used` were opened today; none: as many as there are.
    pub fn left(&self, used: u64, zone: Zone, now: Millis) -> Option<u64> {
        fewer(self.budget.left(used, zone.day(now)), self.limits.left(now))
    }

    /// How many of so many messages could leave before the day ends, and when the last would. Of them `strangers` open a
    /// new chat; the others are to people the number knows, and wait for nothing but the hours.
    ///
    /// `used` new chats are open today already, `gap_ms` lie between two messages.
    pub fn forecast(&self, messages: u64, strangers: u64, used: u64, gap_ms: i64, zone: Zone, now: Millis) -> Forecast {
        let today = zone.day(now);
        let horizon = zone.start(Day(today.0 + HORIZON));
        let mut strangers = strangers.min(messages);
        let mut known = messages - strangers;
        let mut quota = Quota::of(&self.limits, zone, now);
        let (mut at, mut opened, mut of_today) = (now, used, 0);
        // From one moment at which something changes to the next.
        while at < horizon {
            let day = zone.day(at);
            let midnight = zone.start(Day(day.0 + 1));
            let lock = self.limits.lock(at);
            let changes = [lock, quota.as_ref().map(|quota| quota.ends)];
            let end = changes.into_iter().flatten().fold(midnight, Ord::min);
            let fits = self.fits(at, end, gap_ms, zone);
            let of_network = if lock.is_some() { Some(0) } else { quota.as_ref().map(|quota| quota.left) };
            let room = fewer(self.budget.left(opened, day), of_network).unwrap_or(u64::MAX);
            let new = strangers.min(fits).min(room);
            let old = known.min(fits - new);
            (strangers, known) = (strangers - new, known - old);
            of_today += if day == today { new + old } else { 0 };
            if strangers + known == 0 {
                return Forecast { today: of_today, done_at: Some(self.spend(at, new + old, gap_ms, zone)) };
            }
            // What leaves last keeps its distance to the first of what follows.
            let next = if new + old > 0 { self.spend(at, new + old, gap_ms, zone) + gap_ms.max(0) } else { end };
            at = next.max(end);
            opened = if zone.day(at) == day { opened + new } else { 0 };
            quota = quota.and_then(|quota| quota.after(new, at));
        }
        Forecast { today: of_today, done_at: None }
    }

    /// Messages that fit between two moments of one day.
    fn fits(&self, from: Millis, until: Millis, gap_ms: i64, zone: Zone) -> u64 {
        let busy = self.busy_ms(from, until, zone);
        if gap_ms <= 0 {
            return if busy > 0 { u64::MAX } else { 0 };
        }
        // The first leaves at once, so a piece of a gap at the end holds one more.
        u64::try_from((busy + gap_ms - 1) / gap_ms).unwrap_or_default()
    }

    /// When the last of so many messages leaves that begin at `from`.
    fn spend(&self, from: Millis, messages: u64, gap_ms: i64, zone: Zone) -> Millis {
        let mut needed = gap_ms.max(0).saturating_mul(i64::try_from(messages.saturating_sub(1)).unwrap_or(i64::MAX));
        let mut at = self.budget.next_loud(from, zone);
        let Some(quiet) = self.budget.quiet else { return at + needed };
        loop {
            let pause = quiet.next_start(at, zone);
            if needed < pause.since(at) {
                return at + needed;
            }
            needed -= pause.since(at);
            at = self.budget.next_loud(pause, zone);
        }
    }

    /// Milliseconds between two moments in which campaigns may leave.
    fn busy_ms(&self, from: Millis, until: Millis, zone: Zone) -> i64 {
        let Some(quiet) = self.budget.quiet else { return until.since(from).max(0) };
        let (mut at, mut busy) = (self.budget.next_loud(from, zone), 0);
        while at < until {
            let pause = quiet.next_start(at, zone).min(until);
            busy += pause.since(at);
            at = self.budget.next_loud(pause, zone);
        }
        busy
    }
}

impl Quota {
    /// As far as it is known. A quota whose end nobody tells is taken for one of the day.
    fn of(limits: &Limits, zone: Zone, now: Millis) -> Option<Self> {
        let left = limits.quota_left().filter(|_| limits.counts(now))?;
        let tomorrow = || zone.start(Day(zone.day(now).0 + 1));
        let quota = Self {
            left,
            ends: limits.resets_at.unwrap_or_else(tomorrow),
            whole: limits.quota,
            length_ms: limits.cycle_ms.unwrap_or(DAY_MS),
        };
        quota.after(0, now)
    }

    /// When `new` of it were used by then.
    fn after(mut self, new: u64, at: Millis) -> Option<Self> {
        self.left = self.left.saturating_sub(new);
        if self.ends <= at {
            self.left = self.whole?;
            // A cycle that is over for a while is followed by several others.
            let cycles = at.since(self.ends) / self.length_ms + 1;
            self.ends = self.ends + cycles * self.length_ms;
        }
        Some(self)
    }
}

/// The stricter of two limits; none is no limit.
fn fewer(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}
