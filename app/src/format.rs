//! Numbers, dates and times as each language writes them. Plain Rust and no table of the browser's, so that the server
//! and the browser write the same characters and hydration finds what it expects.

use domain::{
    Lang, Millis,
    time::{DAY_MS, Date, Day, HOUR_MS, MINUTE_MS, SECOND_MS},
};

pub use domain::time::Zone;
use domain::time::month;

/// How many there are, with the thousands grouped.
pub fn count(lang: Lang, n: u64) -> String {
    number(lang, i64::try_from(n).unwrap_or(i64::MAX))
}

/// A whole number with the thousands grouped: 1.204 or 1,204.
pub fn number(lang: Lang, n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('−');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(if lang == Lang::Id { '.' } else { ',' });
        }
        out.push(digit);
    }
    out
}

/// What share `part` is of `whole`, with one decimal: 97,5% or 97.5%. Nothing of nothing is 0%.
pub fn percent(lang: Lang, part: u64, whole: u64) -> String {
    let per_mille = if whole == 0 { 0 } else { (u128::from(part) * 2000 / u128::from(whole)).div_ceil(2) };
    let point = if lang == Lang::Id { ',' } else { '.' };
    match per_mille % 10 {
        0 => format!("{}%", per_mille / 10),
        tenth => format!("{}{point}{tenth}%", per_mille / 10),
    }
}

/// A size in the unit that reads best: "31 MB", "1,2 MB", "640 kB".
pub fn bytes(lang: Lang, n: u64) -> String {
    let point = if lang == Lang::Id { ',' } else { '.' };
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{} kB", n / 1_000),
        1_000_000..10_000_000 => format!("{}{point}{} MB", n / 1_000_000, n % 1_000_000 / 100_000),
        _ => format!("{} MB", count(lang, n / 1_000_000)),
    }
}

/// A point in time on a wall calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    /// 0 is Monday.
    pub weekday: u8,
    /// Whole days since 1970-01-01 on this calendar.
    day_number: i64,
}

/// What calendar and clock show at a point in time in a zone.
pub fn civil(zone: Zone, at: Millis) -> Civil {
    let local = zone.local_ms(at);
    let (days, ms) = (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS));
    let Date { year, month, day } = Day(days).date();
    Civil {
        year,
        month,
        day,
        hour: (ms / HOUR_MS) as u8,
        minute: (ms % HOUR_MS / MINUTE_MS) as u8,
        weekday: (days + 3).rem_euclid(7) as u8,
        day_number: days,
    }
}

/// The time of day: 16.32 or 16:32.
pub fn time(lang: Lang, zone: Zone, at: Millis) -> String {
    let c = civil(zone, at);
    let point = if lang == Lang::Id { '.' } else { ':' };
    format!("{:02}{point}{:02}", c.hour, c.minute)
}

/// The time of day and the zone, where it matters: 16.32 WIB.
pub fn time_in_zone(lang: Lang, zone: Zone, at: Millis) -> String {
    format!("{} {}", time(lang, zone, at), zone.name)
}

/// The date in words: 19 November 2026.
pub fn date(lang: Lang, zone: Zone, at: Millis) -> String {
    let c = civil(zone, at);
    format!("{} {} {}", c.day, month(lang, c.month), c.year)
}

/// The date with its day of the week: Kamis, 19 November 2026 or Thursday 19 November 2026.
pub fn weekday_date(lang: Lang, zone: Zone, at: Millis) -> String {
    let c = civil(zone, at);
    let comma = if lang == Lang::Id { "," } else { "" };
    format!("{}{comma} {}", weekday(lang, c.weekday), date(lang, zone, at))
}

/// The date as short as it can be understood: 19 Nov, or 19 Nov 2025 in another year than `now`.
pub fn short_date(lang: Lang, zone: Zone, at: Millis, now: Millis) -> String {
    let c = civil(zone, at);
    let month: String = month(lang, c.month).chars().take(3).collect();
    if c.year == civil(zone, now).year { format!("{} {month}", c.day) } else { format!("{} {month} {}", c.day, c.year) }
}

/// For lists: the time today, "Kemarin" or "Yesterday", else the short date.
pub fn short(lang: Lang, zone: Zone, at: Millis, now: Millis) -> String {
    match civil(zone, now).day_number - civil(zone, at).day_number {
        0 => time(lang, zone, at),
        1 => (if lang == Lang::Id { "Kemarin" } else { "Yesterday" }).to_owned(),
        _ => short_date(lang, zone, at, now),
    }
}

/// Day and time: 16.32 · Kemarin 16.32 · Besok 16.32 · 19 Nov 16.32.
pub fn moment(lang: Lang, zone: Zone, at: Millis, now: Millis) -> String {
    let time = time(lang, zone, at);
    let day = match civil(zone, now).day_number - civil(zone, at).day_number {
        0 => return time,
        1 => (if lang == Lang::Id { "Kemarin" } else { "Yesterday" }).to_owned(),
        -1 => (if lang == Lang::Id { "Besok" } else { "Tomorrow" }).to_owned(),
        _ => short_date(lang, zone, at, now),
    };
    format!("{day} {time}")
}

/// The same within a sentence: besok 16.32.
pub fn moment_within(lang: Lang, zone: Zone, at: Millis, now: Millis) -> String {
    let mut said = moment(lang, zone, at, now);
    if let Some(first) = said.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    said
}

/// A length of time in its largest sensible unit: 12 dtk, 41 mnt, 3 jam, 2 hari.
pub fn duration(lang: Lang, ms: i64) -> String {
    let (n, id, en) = match ms.max(0) {
        ms if ms < MINUTE_MS => (ms / SECOND_MS, "dtk", "s"),
        ms if ms < HOUR_MS => (ms / MINUTE_MS, "mnt", "min"),
        ms if ms < DAY_MS => (ms / HOUR_MS, "jam", "h"),
        ms if ms < 2 * DAY_MS => (1, "hari", "day"),
        ms => (ms / DAY_MS, "hari", "days"),
    };
    format!("{} {}", number(lang, n), if lang == Lang::Id { id } else { en })
}

/// How long ago: baru saja, 41 mnt lalu; just now, 41 min ago.
pub fn ago(lang: Lang, at: Millis, now: Millis) -> String {
    let ms = now.since(at);
    match (ms < MINUTE_MS, lang) {
        (true, Lang::Id) => "baru saja".to_owned(),
        (true, Lang::En) => "just now".to_owned(),
        (false, Lang::Id) => format!("{} lalu", duration(lang, ms)),
        (false, Lang::En) => format!("{} ago", duration(lang, ms)),
    }
}

/// The day's name; 0 is Monday.
pub fn weekday(lang: Lang, weekday: u8) -> &'static str {
    const ID: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];
    const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let names = if lang == Lang::Id { ID } else { EN };
    names[usize::from(weekday.min(6))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday 19 November 2026, 16:32 in Jakarta.
    const AFTERNOON: Millis = Millis(1_795_080_720_000);

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        assert_eq!(number(Lang::Id, 1_204), "1.204");
        assert_eq!(number(Lang::En, 1_234_567), "1,234,567");
        assert_eq!(number(Lang::En, -950), "−950");
        assert_eq!(number(Lang::Id, 0), "0");
    }

    #[test]
    fn shares_are_rounded_to_a_tenth() {
        assert_eq!(percent(Lang::Id, 4_690, 4_812), "97,5%");
        assert_eq!(percent(Lang::En, 1, 2), "50%");
        assert_eq!(percent(Lang::En, 2, 3), "66.7%");
        assert_eq!(percent(Lang::En, 0, 0), "0%");
        assert_eq!(percent(Lang::En, 7, 7), "100%");
    }

    #[test]
    fn dates_are_written_in_words() {
        let zone = Zone::default();
        assert_eq!(weekday_date(Lang::Id, zone, AFTERNOON), "Kamis, 19 November 2026");
        assert_eq!(weekday_date(Lang::En, zone, AFTERNOON), "Thursday 19 November 2026");
        assert_eq!(time_in_zone(Lang::Id, zone, AFTERNOON), "16.32 WIB");
        assert_eq!(time(Lang::En, Zone::of("Asia/Jayapura"), AFTERNOON), "18:32");
        assert_eq!(date(Lang::En, zone, Millis(951_782_400_000)), "29 February 2000");
    }

    #[test]
    fn a_moment_is_as_short_as_it_can_be() {
        let zone = Zone::default();
        assert_eq!(moment(Lang::Id, zone, AFTERNOON, AFTERNOON), "16.32");
        assert_eq!(moment(Lang::Id, zone, AFTERNOON - DAY_MS, AFTERNOON), "Kemarin 16.32");
        assert_eq!(moment(Lang::En, zone, AFTERNOON + DAY_MS, AFTERNOON), "Tomorrow 16:32");
        assert_eq!(moment_within(Lang::Id, zone, AFTERNOON + DAY_MS, AFTERNOON), "besok 16.32");
        assert_eq!(short(Lang::En, zone, AFTERNOON - 400 * DAY_MS, AFTERNOON), "15 Oct 2025");
        assert_eq!(ago(Lang::Id, AFTERNOON - 41 * MINUTE_MS, AFTERNOON), "41 mnt lalu");
    }

    #[test]
    fn sizes_use_the_unit_that_reads_best() {
        assert_eq!(bytes(Lang::Id, 1_250_000), "1,2 MB");
        assert_eq!(bytes(Lang::En, 31_000_000), "31 MB");
        assert_eq!(bytes(Lang::En, 640_000), "640 kB");
    }
}
