//! What the network itself says of the new chats of a number: a lock until a stated time, and a quota with what is used
//! of it.
//!
//! All of it comes from outside, and a network may leave out or garble anything: a field that makes no sense says nothing.

use crate::{
    Millis,
    status::status,
    time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS},
};
use serde::{Deserialize, Serialize};

/// The longest lock that is believed, and the longest cycle of a quota.
const LONGEST_MS: i64 = 90 * DAY_MS;
/// The shortest cycle of a quota that is believed.
const SHORTEST_CYCLE_MS: i64 = HOUR_MS;
/// After its cycle a quota counts so long still: the network is asked meanwhile how the next one begins.
const GRACE_MS: i64 = 2 * MINUTE_MS;
/// The network is asked again at least this often.
pub const ASK_EVERY_MS: i64 = HOUR_MS;
/// Nobody opens more chats than this, and the database counts them without a care.
const COUNT_MAX: u64 = 1_000_000_000;

status! {
    /// How near the end of its quota the network sees a number.
    CapStatus {
        Free => "none",
        FirstWarning => "first_warning",
        SecondWarning => "second_warning",
        /// Nobody new any more.
        Capped => "capped",
        /// A word that is not known here.
        Unknown => "unknown",
    }
}

impl CapStatus {
    /// The network's own word, such as `FIRST_WARNING`.
    pub fn of_network(word: &str) -> Self {
        word.trim().to_ascii_lowercase().parse().unwrap_or(Self::Unknown)
    }
}

/// How a number stands with its network; all empty while the network says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Nobody new until then.
    pub locked_until: Option<Millis>,
    /// New chats in a cycle; none: the network counts none, or does not say.
    pub quota: Option<u64>,
    /// Of them used, those included that were opened since the network said so.
    pub used: u64,
    pub status: Option<CapStatus>,
    /// When the quota begins anew.
    pub resets_at: Option<Millis>,
    /// How long a cycle is, where the network says.
    pub cycle_ms: Option<i64>,
    /// When it was asked; none: it never answered.
    pub asked_at: Option<Millis>,
}

impl Limits {
    /// The end of the lock that holds at this moment.
    pub fn lock(&self, now: Millis) -> Option<Millis> {
        self.locked_until.filter(|until| *until > now)
    }

    /// New chats the network still allows; none: as many as there are.
    pub fn left(&self, now: Millis) -> Option<u64> {
        match (self.lock(now), self.quota_left()) {
            (Some(_), _) => Some(0),
            (None, Some(left)) if self.counts(now) => Some(left),
            (None, _) => None,
        }
    }

    /// Of the quota of the cycle that was told of; none without one.
    pub fn quota_left(&self) -> Option<u64> {
        match self.status {
            Some(CapStatus::Capped) => Some(0),
            _ => self.quota.map(|quota| quota.saturating_sub(self.used)),
        }
    }

    /// Whether what was said of the quota still counts.
    pub fn counts(&self, now: Millis) -> bool {
        match (self.resets_at, self.asked_at) {
            (Some(resets_at), _) => now < resets_at + GRACE_MS,
            (None, Some(asked_at)) => now < asked_at + DAY_MS,
            (None, None) => false,
        }
    }

    /// Whether the network may keep messages waiting, now or later.
    pub fn is_limited(&self, now: Millis) -> bool {
        self.left(now).is_some()
    }

    /// When the network shall be asked again: hourly, and when something it said comes to its end.
    pub fn ask_at(&self) -> Millis {
        let Some(asked_at) = self.asked_at else { return Millis(0) };
        // An end that had passed when it was told of says nothing new by passing.
        let ends = [self.locked_until, self.resets_at].into_iter().flatten().filter(|end| *end > asked_at);
        ends.chain([asked_at + ASK_EVERY_MS]).min().unwrap_or(asked_at)
    }

    /// What is known after an answer. What it leaves open stays as it was.
    #[must_use]
    pub fn after(&self, answer: &Answer, now: Millis) -> Self {
        let mut after = Self { asked_at: Some(now), ..*self };
        if let Some(lock) = &answer.lock {
            after.locked_until = lock.until(now, self.locked_until);
        }
        if let Some(cap) = &answer.cap {
            after.learn(cap, now);
        }
        after
    }

    /// What the network said of the quota. The rest stays as it was, as long as the cycle is the same.
    fn learn(&mut self, cap: &CapSaid, now: Millis) {
        let stated = cap.cycle_end.as_deref().and_then(seconds);
        let length = stated.zip(cap.cycle_start.as_deref().and_then(seconds)).map(|(end, start)| end.since(start));
        let end = stated.filter(|end| *end > now - LONGEST_MS).map(|end| end.min(now + LONGEST_MS));
        if end.is_some() && end != self.resets_at {
            (self.used, self.status) = (0, None);
        }
        let status = cap.status.as_deref().map(CapStatus::of_network);
        self.quota = match cap.total.as_deref().map(figure) {
            Some(Some(total)) => u64::try_from(total).ok().map(|total| total.min(COUNT_MAX)),
            // No figure and no warning: there is no quota.
            None if status == Some(CapStatus::Free) => None,
            Some(None) | None => self.quota,
        };
        let used = cap.used.as_deref().and_then(figure).and_then(|used| u64::try_from(used).ok());
        self.used = used.map_or(self.used, |used| used.min(COUNT_MAX));
        self.status = match status {
            Some(CapStatus::Unknown) | None => self.status.or(status),
            known => known,
        };
        self.resets_at = end.or(self.resets_at);
        self.cycle_ms = length.filter(|length| (SHORTEST_CYCLE_MS..=LONGEST_MS).contains(length)).or(self.cycle_ms);
    }
}

/// What the network said, in its own words; a part is absent when it did not answer it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub lock: Option<LockSaid>,
    pub cap: Option<CapSaid>,
}

/// Of the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockSaid {
    pub is_active: Option<bool>,
    /// Unix seconds.
    pub ends: Option<String>,
}

/// Of the quota.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CapSaid {
    /// Below zero: unlimited.
    pub total: Option<String>,
    pub used: Option<String>,
    pub status: Option<String>,
    /// Unix seconds, as the end.
    pub cycle_start: Option<String>,
    pub cycle_end: Option<String>,
}

impl LockSaid {
    /// The end of the lock. A lock without an end that makes sense could never be waited for: it says nothing.
    fn until(&self, now: Millis, before: Option<Millis>) -> Option<Millis> {
        match (self.is_active, self.ends.as_deref().and_then(seconds)) {
            (Some(false), _) => None,
            (Some(true), Some(ends)) => (ends > now).then(|| ends.min(now + LONGEST_MS)),
            (Some(true), None) | (None, _) => before,
        }
    }
}

fn seconds(text: &str) -> Option<Millis> {
    let seconds = text.trim().parse::<i64>().ok().filter(|seconds| *seconds > 0)?;
    Some(Millis(seconds.saturating_mul(SECOND_MS)))
}

/// A whole number, also below zero.
fn figure(text: &str) -> Option<i128> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests;
