//! How a variable says its value: an amount as money, a date in words, a name in capitals or without the family's.

use crate::{
    Lang,
    time::{Date, Day, month},
};

/// A format by the words a template calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `rupiah`: 125000 → Rp125.000.
    Rupiah,
    /// `angka`, `number`: 125000 → 125.000, or 125,000.
    Number(Lang),
    /// `tanggal`, `date`: 2026-12-01 → 1 Desember 2026, or 1 December 2026.
    Date(Lang),
    /// `depan`, `first`: Dewi Wijaya → Dewi.
    First,
    /// `kapital`, `title`: DEWI WIJAYA → Dewi Wijaya.
    Title,
}

impl Format {
    /// The format of a word; none for any other word, which is a fallback.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word.trim().to_lowercase().as_str() {
            "rupiah" => Self::Rupiah,
            "angka" => Self::Number(Lang::Id),
            "number" => Self::Number(Lang::En),
            "tanggal" => Self::Date(Lang::Id),
            "date" => Self::Date(Lang::En),
            "depan" | "first" => Self::First,
            "kapital" | "title" => Self::Title,
            _ => return None,
        })
    }

    /// The value in this format; none when it is nothing of the kind.
    pub(super) fn apply(self, value: &str) -> Option<String> {
        match self {
            Self::Rupiah => Amount::read(value).map(|amount| amount.rupiah()),
            Self::Number(lang) => Amount::read(value).map(|amount| amount.written(lang)),
            Self::Date(lang) => read_date(value).map(|date| in_words(date, lang)),
            Self::First => value.split_whitespace().next().map(str::to_owned),
            Self::Title => Some(value.split_whitespace().map(capital).collect::<Vec<_>>().join(" ")),
        }
    }
}

/// A decimal number as digits, which no amount is too large or too precise for.
struct Amount {
    is_negative: bool,
    whole: String,
    fraction: String,
}

/// Digits that are read at most on either side of the decimal mark.
const DIGITS: usize = 30;

impl Amount {
    /// Reads `125000`, `125.000`, `125,000.50`, `Rp 125.000,-`. A single mark before exactly three digits groups them, as
    /// in Indonesian price lists.
    fn read(value: &str) -> Option<Self> {
        let value = value.trim();
        let (is_negative, value) = value.strip_prefix(['-', '−']).map_or((false, value), |rest| (true, rest));
        let value = ["Rp.", "Rp", "IDR"].iter().find_map(|unit| strip_prefix_any_case(value, unit)).unwrap_or(value);
        let value = value.trim().trim_end_matches(",-").trim_end_matches(",–");
        let last = value.rfind(['.', ',']);
        let (whole, fraction) = match last {
            Some(at) if is_decimal(value, at) => (&value[..at], &value[at + 1..]),
            _ => (value, ""),
        };
        let groups: Vec<&str> = whole.split(['.', ',']).collect();
        let are_groups = groups.len() == 1
            || groups
                .iter()
                .enumerate()
                .all(|(at, group)| group.len() == 3 || (at == 0 && (1..=3).contains(&group.len())));
        let digits = groups.concat();
        let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= DIGITS;
        if !are_groups || digits.is_empty() || !all(&digits) || !all(fraction) {
            return None;
        }
        let whole = digits.trim_start_matches('0');
        Some(Self {
            is_negative,
            whole: if whole.is_empty() { "0".to_owned() } else { whole.to_owned() },
            fraction: fraction.trim_end_matches('0').to_owned(),
        })
    }

    fn written(&self, lang: Lang) -> String {
        let (group, mark) = if lang == Lang::Id { ('.', ',') } else { (',', '.') };
        let mut written = String::new();
        for (at, digit) in self.whole.chars().enumerate() {
            if at > 0 && (self.whole.len() - at).is_multiple_of(3) {
                written.push(group);
            }
            written.push(digit);
        }
        if !self.fraction.is_empty() {
            written.push(mark);
            written.push_str(&self.fraction);
        }
        format!("{}{written}", if self.is_negative { "−" } else { "" })
    }

    fn rupiah(&self) -> String {
        // Money has two decimals or none.
        let fraction = match self.fraction.len() {
            1 => format!("{}0", self.fraction),
            _ => self.fraction.clone(),
        };
        let written = Self { is_negative: false, whole: self.whole.clone(), fraction }.written(Lang::Id);
        format!("{}Rp{written}", if self.is_negative { "−" } else { "" })
    }
}

/// Whether the mark at this place separates decimals: it stands once, and another kind of mark or no group follows it.
fn is_decimal(value: &str, at: usize) -> bool {
    let mark = &value[at..=at];
    let (before, after) = (&value[..at], &value[at + 1..]);
    !before.contains(mark) && (before.contains(['.', ',']) || after.len() != 3) && !after.is_empty()
}

fn strip_prefix_any_case<'v>(value: &'v str, prefix: &str) -> Option<&'v str> {
    let start = value.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &value[prefix.len()..])
}

/// Reads `2026-12-01`, `1/12/2026`, `01.12.2026`; what follows, such as a time, is left out. The day comes before the month.
fn read_date(value: &str) -> Option<Date> {
    let value = value.trim();
    let date = value.split(['T', ' ']).next()?;
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (year, month, day) = if first.len() == 4 { (first, second, third) } else { (third, second, first) };
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || !short(month) || !short(day) {
        return None;
    }
    let date = Date { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
    Day::of(date).map(|_| date)
}

fn in_words(date: Date, lang: Lang) -> String {
    format!("{} {} {}", date.day, month(lang, date.month), date.year)
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars.flat_map(char::to_lowercase)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(format: &str, value: &str) -> Option<String> {
        Format::of(format).expect("a format").apply(value)
    }

    #[test]
    fn amounts_are_read_as_price_lists_write_them() {
        for (value, rupiah) in [
            ("125000", "Rp125.000"),
            ("125.000", "Rp125.000"),
            ("125,000", "Rp125.000"),
            ("1.250.000", "Rp1.250.000"),
            ("1,250,000.50", "Rp1.250.000,50"),
            ("1.250.000,5", "Rp1.250.000,50"),
            ("7500.00", "Rp7.500"),
            (" Rp 125.000,- ", "Rp125.000"),
            ("rp.99.900", "Rp99.900"),
            ("IDR 0", "Rp0"),
            ("-5000", "−Rp5.000"),
            ("000125", "Rp125"),
            ("900", "Rp900"),
            ("123456789012345678901234567890", "Rp123.456.789.012.345.678.901.234.567.890"),
        ] {
            assert_eq!(said("rupiah", value).as_deref(), Some(rupiah), "{value}");
        }
        for value in ["", "gratis", "12 ribu", "1.2.3", "1,25,000", "12.0000.000", "--5", "5.", "Rp", ".", "1e5", "٣"]
        {
            assert_eq!(said("rupiah", value), None, "{value}");
        }
        assert_eq!(said("Angka", "1250000.75").as_deref(), Some("1.250.000,75"));
        assert_eq!(said("number", "1.250.000,75").as_deref(), Some("1,250,000.75"));
    }

    #[test]
    fn dates_are_said_in_words() {
        for value in [
            "2026-12-01",
            "1/12/2026",
            "01.12.2026",
            "1-12-2026",
            " 2026-12-01 00:00:00 ",
            "2026/12/1",
            "2026-12-01T08:00Z",
        ] {
            assert_eq!(said("tanggal", value).as_deref(), Some("1 Desember 2026"), "{value}");
        }
        assert_eq!(said("date", "29-02-2028").as_deref(), Some("29 February 2028"));
        for value in ["", "besok", "30/02/2026", "13/13/2026", "1/12/26", "2026-12", "+1/12/2026", "2026-12-01-02"] {
            assert_eq!(said("tanggal", value), None, "{value}");
        }
    }

    #[test]
    fn names_are_made_fit_for_a_greeting() {
        assert_eq!(said("depan", "  Dewi  Wijaya ").as_deref(), Some("Dewi"));
        assert_eq!(said("TITLE", "DEWI nur'aini  WIJAYA").as_deref(), Some("Dewi Nur'aini Wijaya"));
        assert_eq!(said("first", "  "), None);
        assert_eq!(Format::of("Kak"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_value_breaks_a_format(value in "\\PC{0,24}|[-Rrp.,0-9 /T]{0,24}") {
            for format in ["rupiah", "angka", "number", "tanggal", "date", "depan", "kapital"] {
                let said = said(format, &value);
                proptest::prop_assert!(said.is_none_or(|said| said.len() <= 3 * value.len() + 12));
            }
        }
    }
}
