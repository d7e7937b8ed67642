//! Points in time. Where the calendar matters, the zone is an argument.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// A point in time: milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct Millis(pub i64);

/// Milliseconds in one second.
pub const SECOND_MS: i64 = 1_000;
/// Milliseconds in one minute.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Milliseconds in one hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Milliseconds in one day.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Millis {
    /// The start of the minute this point lies in: the bucket of time series.
    pub fn minute(self) -> Self {
        Self(self.0.div_euclid(MINUTE_MS) * MINUTE_MS)
    }

    /// Whole milliseconds from `earlier` to this point; negative when it lies before.
    pub fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl Add<i64> for Millis {
    type Output = Self;
    /// Later by `ms` milliseconds.
    fn add(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl Sub<i64> for Millis {
    type Output = Self;
    /// Earlier by `ms` milliseconds.
    fn sub(self, ms: i64) -> Self {
        Self(self.0.saturating_sub(ms))
    }
}

/// Where a tenant's clock stands: a fixed distance from UTC. Indonesia has no summer time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// East of UTC.
    pub offset_minutes: i32,
    /// What people call it: "WIB".
    pub name: &'static str,
}

impl Default for Zone {
    fn default() -> Self {
        Self { offset_minutes: 420, name: "WIB" }
    }
}

impl Zone {
    /// The zone of an IANA name such as `Asia/Jakarta`; an unknown one is shown in UTC.
    pub fn of(iana: &str) -> Self {
        match iana {
            "Asia/Jakarta" | "Asia/Pontianak" => Self::default(),
            "Asia/Makassar" => Self { offset_minutes: 480, name: "WITA" },
            "Asia/Jayapura" => Self { offset_minutes: 540, name: "WIT" },
            "Asia/Singapore" | "Asia/Kuala_Lumpur" => Self { offset_minutes: 480, name: "SGT" },
            _ => Self { offset_minutes: 0, name: "UTC" },
        }
    }

    /// Milliseconds since 1970-01-01 00:00 on this clock.
    pub fn local_ms(self, at: Millis) -> i64 {
        at.0 + i64::from(self.offset_minutes) * MINUTE_MS
    }

    /// The day on this calendar: whole days since 1970-01-01.
    pub fn day(self, at: Millis) -> Day {
        Day(self.local_ms(at).div_euclid(DAY_MS))
    }

    /// When a day begins.
    pub fn start(self, day: Day) -> Millis {
        Millis(day.0 * DAY_MS - i64::from(self.offset_minutes) * MINUTE_MS)
    }
}

/// A day on the calendar of a [`Zone`]: whole days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct Day(pub i64);

impl Day {
    /// The days before this one and itself, oldest first: `many` in all.
    pub fn last(self, many: i64) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        (0..many.max(0) as usize).map(move |back| Self(self.0 - many + 1 + back as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_of_its_zone() {
        let zone = Zone::default();
        // 2026-11-20 17:00 UTC is midnight in Jakarta.
        let midnight = Millis(1_795_194_000_000);
        let day = zone.day(midnight);
        assert_eq!(zone.day(midnight - 1), Day(day.0 - 1));
        assert_eq!(zone.start(day), midnight);
        assert_eq!(Zone::of("Asia/Jayapura").day(midnight - 1), day, "it is two hours later there");
    }

    #[test]
    fn the_last_days_end_with_the_day_itself() {
        assert_eq!(Day(20).last(3).collect::<Vec<_>>(), [Day(18), Day(19), Day(20)]);
        assert_eq!(Day(20).last(0).count(), 0);
    }
}
