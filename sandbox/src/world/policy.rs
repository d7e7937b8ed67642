//! Limits: how much an account may do before the network refuses, locks it or bans it.
//!
//! What an account did is drawn from the ledger, which has every accepted message. Refused messages are nowhere, so what
//! follows from them is kept beside the account's tally.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use crate::address::Phone;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// How long a lock or a ban lasts unless the policy says.
const LASTS_MS: u64 = 3_600_000;

/// The limits of a network. What is absent is unlimited.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// How many strangers an account may write to in a UTC day. The next one is refused with 463 and locks the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_chats_per_day: Option<u64>,
    /// How long the lock lasts; absent: an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_lock_ms: Option<u64>,
    /// How many messages of an account are accepted in any minute. More are refused with 429.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages_per_minute: Option<u64>,
    /// How many refusals within a UTC day ban the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ban_after: Option<u64>,
    /// How long the ban lasts; absent: an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ban_ms: Option<u64>,
}

/// How an account stands with the network's limits; null where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// How many strangers it wrote to since the UTC day began; null when new chats are unlimited.
    pub new_chats_today: Option<u64>,
    pub new_chats_per_day: Option<u64>,
    /// Until then it cannot write to strangers.
    pub locked_until_ms: Option<i64>,
    /// Until then it cannot log in.
    pub banned_until_ms: Option<i64>,
}

/// Why a message was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is for a stranger, and the account has met enough of them.
    Stranger,
    /// Too many messages in a minute.
    TooFast,
    /// The account is banned: it should not even be here.
    Banned,
}

/// What followed for an account from messages that were refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// The UTC day of the latest refusal, counted from 1970.
    day: i64,
    /// How many refusals of that day count towards a ban.
    refusals: u64,
    locked_until_ms: Option<i64>,
    banned_until_ms: Option<i64>,
}

/// What accounts did lately and whom they know, drawn from the ledger. Only a network with limits has it.
#[derive(Default)]
pub struct Traffic {
    /// Who knows whom by a message, whoever wrote it, the smaller number first: 16 bytes, a small part of what the
    /// ledger keeps of that message.
    acquainted: HashSet<(Phone, Phone)>,
    recent: HashMap<Phone, Recent>,
}

/// What one account did lately.
#[derive(Default)]
struct Recent {
    /// The UTC day that `new_chats` is about.
    day: i64,
    new_chats: u64,
    /// When the messages of its latest minute were accepted.
    minute: VecDeque<i64>,
}

impl Policy {
    /// Whether there is nothing that could be refused.
    pub fn is_unlimited(&self) -> bool {
        // Without either nothing is refused, and without refusals nobody is banned.
        self.new_chats_per_day.is_none() && self.messages_per_minute.is_none()
    }

    /// Whether a new message may pass. If not, its sender's standing suffers.
    pub fn judge(&self, entry: &Entry, traffic: &Traffic, standing: &mut Standing) -> Result<(), Refusal> {
        let refusal = if self.shuts_out(entry, traffic, standing) {
            Refusal::Stranger
        } else if self.is_too_fast(entry, traffic) {
            Refusal::TooFast
        } else {
            return Ok(());
        };
        self.count_refusal(standing, entry.accepted_at_ms);
        Err(refusal)
    }

    fn shuts_out(&self, entry: &Entry, traffic: &Traffic, standing: &mut Standing) -> bool {
        let now = entry.accepted_at_ms;
        let Some(most) = self.new_chats_per_day else { return false };
        // Who shares a group is no stranger.
        let Some(to) = entry.to.phone() else { return false };
        if traffic.acquainted.contains(&pair(entry.from, to)) {
            return false;
        }
        if standing.locked_until(now).is_some() {
            // Further attempts do not prolong the lock.
            return true;
        }
        if traffic.new_chats(entry.from, now) < most {
            return false;
        }
        standing.locked_until_ms = Some(now.saturating_add_unsigned(self.time_lock_ms.unwrap_or(LASTS_MS)));
        true
    }

    fn is_too_fast(&self, entry: &Entry, traffic: &Traffic) -> bool {
        self.messages_per_minute.is_some_and(|most| traffic.in_minute(entry.from, entry.accepted_at_ms) >= most)
    }

    fn count_refusal(&self, standing: &mut Standing, now: i64) {
        let Some(most) = self.ban_after else { return };
        if standing.day != day(now) {
            (standing.day, standing.refusals) = (day(now), 0);
        }
        standing.refusals += 1;
        if standing.refusals >= most {
            // Who comes back after a ban begins anew.
            standing.refusals = 0;
            standing.banned_until_ms = Some(now.saturating_add_unsigned(self.ban_ms.unwrap_or(LASTS_MS)));
        }
    }

    /// A limit that is lifted takes what followed from it along; locks and bans of one that is only changed last until
    /// their end.
    pub fn pardon(&self, standing: &mut Standing) {
        if self.new_chats_per_day.is_none() {
            standing.locked_until_ms = None;
        }
        if self.is_unlimited() || self.ban_after.is_none() {
            (standing.refusals, standing.banned_until_ms) = (0, None);
        }
    }

    /// How an account stands.
    pub fn limits(&self, account: Phone, traffic: &Traffic, standing: Standing, now: i64) -> Limits {
        Limits {
            new_chats_today: self.new_chats_per_day.map(|_| traffic.new_chats(account, now)),
            new_chats_per_day: self.new_chats_per_day,
            locked_until_ms: standing.locked_until(now),
            banned_until_ms: standing.banned_until(now),
        }
    }
}

impl Standing {
    /// The end of the lock that is in force.
    fn locked_until(&self, now: i64) -> Option<i64> {
        self.locked_until_ms.filter(|until| now < *until)
    }

    /// The end of the ban that is in force.
    pub fn banned_until(&self, now: i64) -> Option<i64> {
        self.banned_until_ms.filter(|until| now < *until)
    }

    /// Whether nothing followed from anything.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

impl Traffic {
    /// What the ledger's entries, oldest first, amount to.
    pub fn of(entries: &[Entry]) -> Self {
        let mut traffic = Self::default();
        entries.iter().for_each(|entry| traffic.note(entry));
        traffic
    }

    /// Notes a message that was accepted.
    pub fn note(&mut self, entry: &Entry) {
        let is_first = entry.to.phone().is_some_and(|to| self.acquainted.insert(pair(entry.from, to)));
        if entry.from_person {
            return;
        }
        let now = entry.accepted_at_ms;
        let recent = self.recent.entry(entry.from).or_default();
        if recent.day != day(now) {
            (recent.day, recent.new_chats) = (day(now), 0);
        }
        recent.new_chats += u64::from(is_first);
        let past = recent.minute.partition_point(|at| is_past(*at, now));
        recent.minute.drain(..past);
        recent.minute.push_back(now);
    }

    fn new_chats(&self, account: Phone, now: i64) -> u64 {
        let today = self.recent.get(&account).filter(|recent| recent.day == day(now));
        today.map_or(0, |recent| recent.new_chats)
    }

    fn in_minute(&self, account: Phone, now: i64) -> u64 {
        let Some(recent) = self.recent.get(&account) else { return 0 };
        let past = recent.minute.partition_point(|at| is_past(*at, now));
        (recent.minute.len() - past) as u64
    }
}

fn pair(one: Phone, other: Phone) -> (Phone, Phone) {
    (one.min(other), one.max(other))
}

fn day(at_ms: i64) -> i64 {
    at_ms.div_euclid(DAY_MS)
}

fn is_past(at_ms: i64, now: i64) -> bool {
    at_ms <= now.saturating_sub(MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::super::entry::an_entry;
    use super::*;

    fn entry(from: u64, to: u64, accepted_at_ms: i64) -> Entry {
        Entry { accepted_at_ms, ..an_entry(from, to, "A") }
    }

    #[test]
    fn a_hundred_thousand_people_known_are_cheap() {
        let mut traffic = Traffic::default();
        let first = entry(62_811_111, 62_822_222, 0);
        for number in 0..100_000 {
            traffic.note(&entry(62_811_111, 62_900_000 + number, 0));
        }
        assert_eq!((traffic.new_chats(first.from, 1), traffic.in_minute(first.from, 1)), (100_000, 100_000));
        // Two numbers and a byte for each, and what a table leaves free.
        assert!(traffic.acquainted.capacity() * 17 < 4_000_000);
        // Of the minute nothing is left once it is over.
        traffic.note(&entry(62_811_111, 62_900_000, MINUTE_MS));
        assert_eq!(traffic.recent[&first.from].minute, [MINUTE_MS]);
    }

    #[test]
    fn only_a_limit_that_is_gone_pardons() {
        let strict = Policy { new_chats_per_day: Some(0), ban_after: Some(2), ..Policy::default() };
        let mut standing = Standing::default();
        let refused = strict.judge(&entry(62_811_111, 62_822_222, 0), &Traffic::default(), &mut standing);
        assert_eq!(refused, Err(Refusal::Stranger));
        let kept = standing;
        Policy { new_chats_per_day: Some(9), ban_after: Some(9), ..Policy::default() }.pardon(&mut standing);
        assert_eq!(standing, kept);
        Policy { new_chats_per_day: Some(9), ..Policy::default() }.pardon(&mut standing);
        assert_eq!((standing.refusals, standing.locked_until(0)), (0, Some(3_600_000)));
        Policy { messages_per_minute: Some(9), ..Policy::default() }.pardon(&mut standing);
        assert_eq!(standing.locked_until(0), None);
    }
}
