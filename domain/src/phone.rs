//! Phone numbers, as a type. Parsing what people write needs metadata of 200 countries and lives in the server.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// A phone number in E.164 form. Holds the digits without the plus: 7 to 15 of them, the first not zero.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
pub struct PhoneNumber(String);

/// The text is not a phone number in E.164 form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number in international form")]
pub struct NotE164;

impl PhoneNumber {
    /// From digits with or without a leading plus. Checks the form only, not whether the number exists.
    pub fn from_e164(text: &str) -> Result<Self, NotE164> {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let well_formed =
            (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        if well_formed { Ok(Self(digits.to_owned())) } else { Err(NotE164) }
    }

    /// The digits, without the plus: as WhatsApp addresses them.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// With the plus: `+6281255500142`.
    pub fn e164(&self) -> String {
        format!("+{}", self.0)
    }

    /// For reading: country code, then groups of at most four digits: `+62 812-5550-0142`.
    pub fn readable(&self) -> String {
        let country = country_code_length(&self.0);
        let (code, rest) = self.0.split_at(country);
        let mut out = format!("+{code} ");
        let first = if rest.len() > 8 { 3 } else { rest.len() % 4 };
        let (head, tail) = rest.split_at(first);
        out.push_str(head);
        for (i, group) in tail.as_bytes().chunks(4).enumerate() {
            if i > 0 || !head.is_empty() {
                out.push('-');
            }
            out.extend(group.iter().map(|b| *b as char));
        }
        out
    }
}

/// Length of the country code. One digit: 1 and 7; two digits: the codes below; all others have three (ITU-T E.164).
fn country_code_length(digits: &str) -> usize {
    const TWO: &[&str] = &[
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95", "98",
    ];
    if digits.starts_with(['1', '7']) {
        1
    } else if TWO.iter().any(|code| digits.starts_with(code)) {
        2
    } else {
        3
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

/// Phone numbers are personal: logs and panics show the ends only.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = (&self.0[..4.min(self.0.len())], &self.0[self.0.len() - 2..]);
        write!(f, "PhoneNumber(+{head}…{tail})")
    }
}

impl FromStr for PhoneNumber {
    type Err = NotE164;
    fn from_str(s: &str) -> Result<Self, NotE164> {
        Self::from_e164(s)
    }
}

impl Serialize for PhoneNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_e164(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_international_digits_are_a_phone_number() {
        assert!(PhoneNumber::from_e164("+6281255500142").is_ok());
        assert_eq!(PhoneNumber::from_e164("081255500142"), Err(NotE164));
        assert_eq!(PhoneNumber::from_e164("+62 812"), Err(NotE164));
        assert_eq!(PhoneNumber::from_e164(""), Err(NotE164));
    }

    #[test]
    fn a_number_is_grouped_for_reading() {
        let read = |s| PhoneNumber::from_e164(s).expect("well formed").readable();
        assert_eq!(read("6281255500142"), "+62 812-5550-0142");
        assert_eq!(read("14155552671"), "+1 415-5552-671");
        assert_eq!(read("971501234567"), "+971 501-2345-67");
    }

    #[test]
    fn logs_do_not_show_a_whole_number() {
        let phone = PhoneNumber::from_e164("6281255500142").expect("well formed");
        assert_eq!(format!("{phone:?}"), "PhoneNumber(+6281…42)");
    }
}
