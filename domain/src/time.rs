//! Points in time. Where the calendar matters, the zone is an argument.

use crate::{Field, Lang};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
};

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

    /// When this clock shows it.
    pub fn at(self, wall: Wall) -> Millis {
        Millis((wall.0 - i64::from(self.offset_minutes)).saturating_mul(MINUTE_MS))
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

    /// Its date. Counted in eras of 400 years that begin on 1 March.
    pub fn date(self) -> Date {
        let shifted = self.0 + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Date {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: month as u8,
            day: (day_of_year - (153 * march_month + 2) / 5 + 1) as u8,
        }
    }

    /// The day of a date; none for one that no calendar has.
    pub fn of(date: Date) -> Option<Self> {
        let Date { year, month, day } = date;
        if !(1..=12).contains(&month) || !(0..=9_999).contains(&year) {
            return None;
        }
        let year_of_march = year - i64::from(month <= 2);
        let (era, year_of_era) = (year_of_march.div_euclid(400), year_of_march.rem_euclid(400));
        let march_month = i64::from((month + 9) % 12);
        let day_of_year = (153 * march_month + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        // 30 February would be some day in March.
        Some(Self(era * 146_097 + day_of_era - 719_468)).filter(|found| found.date() == date)
    }
}

/// A date of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// The month's name; 1 is January.
pub fn month(lang: Lang, month: u8) -> &'static str {
    const ID: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let names = if lang == Lang::Id { ID } else { EN };
    names[usize::from(month.clamp(1, 12)) - 1]
}

/// What calendar and clock on some wall show: whole minutes since 1970-01-01 00:00 there. Written `2026-12-01T09:30`, as
/// `<input type="datetime-local">` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct Wall(pub i64);

impl Wall {
    const MINUTES_A_DAY: i64 = DAY_MS / MINUTE_MS;

    /// The date.
    pub fn date(self) -> Date {
        Day(self.0.div_euclid(Self::MINUTES_A_DAY)).date()
    }

    /// Hour and minute.
    pub fn time(self) -> (u8, u8) {
        let minutes = self.0.rem_euclid(Self::MINUTES_A_DAY);
        ((minutes / 60) as u8, (minutes % 60) as u8)
    }
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Date { year, month, day }, (hour, minute)) = (self.date(), self.time());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
    }
}

impl FromStr for Wall {
    type Err = Field;

    /// Seconds are left out: some browsers write them.
    fn from_str(written: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (date, time) = written.trim().split_once(['T', ' '])?;
            let mut date = date.split('-');
            let mut part = |digits| date.next().filter(|part: &&str| part.len() == digits && is_digits(part));
            let (year, month, day) = (part(4)?, part(2)?, part(2)?);
            let mut time = time.split(':').filter(|part| part.len() == 2 && is_digits(part));
            let (hour, minute): (i64, i64) = (time.next()?.parse().ok()?, time.next()?.parse().ok()?);
            let date = Date { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
            let day = Day::of(date).filter(|_| hour < 24 && minute < 60)?;
            Some(Self(day.0 * Self::MINUTES_A_DAY + hour * 60 + minute))
        };
        read().ok_or(Field::NotAMoment)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
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
    fn a_wall_is_read_as_it_is_written() {
        for written in ["2026-12-01T09:30", "2000-02-29T00:00", "1969-12-31T23:59"] {
            assert_eq!(written.parse::<Wall>().map(|wall| wall.to_string()).as_deref(), Ok(written));
        }
        assert_eq!("2026-12-01T09:30:15".parse(), "2026-12-01 09:30".parse::<Wall>());
        for wrong in [
            "",
            "2026-12-01",
            "2026-02-30T09:00",
            "2026-13-01T09:00",
            "2026-12-01T24:00",
            "2026-12-01T9:3",
            "+026-12-01T09:00",
        ] {
            assert_eq!(wrong.parse::<Wall>(), Err(Field::NotAMoment), "{wrong}");
        }
        let noon = "2026-11-30T12:00".parse().expect("a time");
        assert_eq!(Zone::default().at(noon), Millis(1_796_014_800_000));
    }

    proptest::proptest! {
        #[test]
        fn every_day_has_a_date_of_its_own(day in -719_000i64..2_900_000) {
            proptest::prop_assert_eq!(Day::of(Day(day).date()), Some(Day(day)));
        }

        #[test]
        fn whatever_is_typed_is_a_wall_or_none(typed in "[0-9T:\\- ]{0,20}|\\PC*") {
            if let Ok(wall) = typed.parse::<Wall>() {
                proptest::prop_assert_eq!(wall.to_string().parse(), Ok(wall));
            }
        }
    }

    #[test]
    fn the_last_days_end_with_the_day_itself() {
        assert_eq!(Day(20).last(3).collect::<Vec<_>>(), [Day(18), Day(19), Day(20)]);
        assert_eq!(Day(20).last(0).count(), 0);
    }
}
