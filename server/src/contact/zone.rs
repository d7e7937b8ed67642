//! Where somebody's clock stands: what the tenant knows of them says it, else the country of their number.

use domain::{Millis, PhoneNumber, contact::Attributes, time::Wall};
use jiff::{civil::Date, tz::TimeZone};
use std::{collections::HashMap, sync::LazyLock};

/// The columns of a contact file that tell a zone, as [`plain`] writes them.
const COLUMNS: [&str; 4] = ["zonawaktu", "zona", "timezone", "tz"];
/// Digits of the longest beginning of a number that tells a zone.
const LONGEST: usize = 4;

/// By the beginning of a number.
static ZONES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("zones.txt").lines().filter(|line| !line.starts_with('#'));
    let beginnings = |line: &'static str| {
        let mut words = line.split_whitespace();
        let zone = words.next().unwrap_or_default();
        words.map(move |beginning| (beginning, zone))
    };
    lines.flat_map(beginnings).collect()
});

/// The zone in which a person lives; none when nobody knows.
///
/// An attribute says it (`WITA`, `Asia/Makassar`), else the country code of the number, in North America the area code. A
/// country with several zones counts as the one where most of its people live, but for Indonesia: most numbers of a tenant
/// are from there, and mobile numbers do not tell.
pub(crate) fn of(phone: Option<&PhoneNumber>, attributes: &Attributes) -> Option<TimeZone> {
    let told = attributes.iter().filter(|(header, _)| COLUMNS.contains(&plain(header).as_str()));
    told.into_iter().find_map(|(_, value)| named(value)).or_else(|| TimeZone::get(of_digits(phone?.digits())?).ok())
}

/// When a clock in the zone shows it. What the clock leaves out when summer time begins comes an hour later, and what it
/// shows twice when that ends counts the first time.
pub(crate) fn moment(zone: &TimeZone, wall: Wall) -> Option<Millis> {
    let (date, (hour, minute)) = (wall.date(), wall.time());
    let part = |n: u8| i8::try_from(n).ok();
    let date = Date::new(i16::try_from(date.year).ok()?, part(date.month)?, part(date.day)?).ok()?;
    Some(Millis(zone.to_timestamp(date.at(part(hour)?, part(minute)?, 0, 0)).ok()?.as_millisecond()))
}

fn of_digits(digits: &str) -> Option<&'static str> {
    (1..=LONGEST.min(digits.len())).rev().find_map(|length| ZONES.get(digits.get(..length)?).copied())
}

/// A zone as people in Indonesia call it, or by its IANA name.
fn named(value: &str) -> Option<TimeZone> {
    let value = value.trim();
    let name = match value.to_ascii_uppercase().as_str() {
        "WIB" => "Asia/Jakarta",
        "WITA" => "Asia/Makassar",
        "WIT" => "Asia/Jayapura",
        // The database knows "EST" and the like as well, which stand still in summer and are no place's.
        _ if value.contains('/') => value,
        _ => return None,
    };
    TimeZone::get(name).ok()
}

/// "Zona Waktu", "zona_waktu": the same.
fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(digits: &str, told: &[(&str, &str)]) -> Option<String> {
        let attributes = told.iter().map(|(header, value)| ((*header).to_owned(), (*value).to_owned())).collect();
        let phone = PhoneNumber::from_e164(digits).ok();
        Some(of(phone.as_ref(), &attributes)?.iana_name()?.to_owned())
    }

    #[test]
    fn what_is_known_of_a_person_goes_before_their_number() {
        assert_eq!(zone("6281255500142", &[]), None, "a mobile number of Indonesia is from anywhere");
        assert_eq!(zone("6281255500142", &[("Zona Waktu", "wita")]).as_deref(), Some("Asia/Makassar"));
        assert_eq!(zone("6281255500142", &[("timezone", "Asia/Jayapura ")]).as_deref(), Some("Asia/Jayapura"));
        for nonsense in ["", "nanti", "EST", "Bulan/Purnama", "../etc/passwd"] {
            assert_eq!(zone("6591234567", &[("tz", nonsense)]).as_deref(), Some("Asia/Singapore"), "{nonsense}");
        }
    }

    #[test]
    fn the_longest_beginning_of_a_number_counts() {
        for (digits, expected) in [
            ("447911123456", "Europe/London"),
            ("77011234567", "Asia/Almaty"),
            ("79161234567", "Europe/Moscow"),
            ("12125550142", "America/New_York"),
            ("14155550142", "America/Los_Angeles"),
            ("18085550142", "Pacific/Honolulu"),
            ("8613812345678", "Asia/Shanghai"),
        ] {
            assert_eq!(zone(digits, &[]).as_deref(), Some(expected), "{digits}");
        }
        assert_eq!(of_digits("999123456"), None);
        assert_eq!(of_digits("9"), None);
    }

    #[test]
    fn every_zone_of_the_table_is_one() {
        assert!(ZONES.len() > 400);
        for (beginning, zone) in ZONES.iter() {
            assert!(beginning.len() <= LONGEST && beginning.bytes().all(|b| b.is_ascii_digit()), "{beginning}");
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
    }

    fn shows(zone: &TimeZone, at: jiff::Timestamp) -> Wall {
        Wall(zone.to_datetime(at).duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0)).as_mins())
    }

    /// Over every zone of the database and every change of its clock between 2020 and 2040: what is asked for is what the
    /// clock shows then, or, where it shows no such time, what it shows as much later as it was set forward; of what it does
    /// show, later on the wall is later.
    #[test]
    fn a_wall_is_shown_in_every_zone_whatever_its_clock_does() {
        let (from, to) = ("2020-01-01T00:00Z", "2040-01-01T00:00Z");
        let (from, to): (jiff::Timestamp, jiff::Timestamp) =
            (from.parse().expect("a time"), to.parse().expect("a time"));
        let (mut zones, mut changes) = (0, 0);
        for name in jiff::tz::db().available() {
            let Ok(zone) = TimeZone::get(name.as_str()) else { continue };
            zones += 1;
            let around =
                zone.following(from).take_while(|change| change.timestamp() < to).map(|change| change.timestamp());
            for change in std::iter::once(from).chain(around) {
                changes += 1;
                let wall = shows(&zone, change);
                let mut before = None;
                for asked in (-200..=200).step_by(10).map(|minutes| Wall(wall.0 + minutes)) {
                    let at = moment(&zone, asked).expect("a moment");
                    let shown = shows(&zone, jiff::Timestamp::from_millisecond(at.0).expect("a time"));
                    assert!((0..=24 * 60).contains(&(shown.0 - asked.0)), "{}: {asked} is {shown}", name.as_str());
                    // A time that the clock leaves out comes after some that it shows.
                    if shown != asked {
                        continue;
                    }
                    assert!(before.is_none_or(|before| before < at), "{}: {asked}", name.as_str());
                    before = Some(at);
                }
            }
        }
        assert!(zones > 400 && changes > 5_000, "{zones} zones, {changes} changes");
    }
}
