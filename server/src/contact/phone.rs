//! What people write as a phone number, read as E.164. Validity is libphonenumber's, landlines included: whether a
//! number is on WhatsApp only WhatsApp can say.

use domain::{PhoneNumber, contact::import::RowProblem};
use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, ValidationError};
use std::{fmt, str::FromStr};

/// The country whose national numbers are understood without a country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

impl Region {
    /// Indonesia: where Sapa is at home.
    pub const DEFAULT: Self = Self(rlibphonenumber::Region::ID);
}

impl fmt::Display for Region {
    /// The ISO 3166 code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Region {
    type Err = domain::Error;

    /// From an ISO 3166 code of two letters, in either case.
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        // Any two letters make a `Region` of the library; only some are countries it knows numbers of.
        rlibphonenumber::Region::from_str(&code.trim().to_ascii_uppercase())
            .ok()
            .filter(|region| PHONE_NUMBER_UTIL.get_supported_regions().any(|known| known == *region))
            .map(Self)
            .ok_or_else(|| domain::Error::field("region", domain::Field::NotAChoice))
    }
}

/// What somebody typed into a field for a phone number; without a country code it is one of the server's region.
///
/// Fails with `Invalid` that names the field.
pub fn of_field(server: &crate::Server, field: &str, written: &str) -> domain::error::Result<PhoneNumber> {
    let region = server.config.region.parse().unwrap_or(Region::DEFAULT);
    parse(written, region).map_err(|_| domain::Error::field(field, domain::Field::NotAPhone))
}

/// Reads one phone number: as a number of the region first, then its digits as an international number, because many
/// files keep the country code and lose the plus.
///
/// # Errors
/// Why it is not a number one could call.
pub fn parse(written: &str, region: Region) -> Result<PhoneNumber, RowProblem> {
    let written: String = written.chars().filter(|c| !is_invisible(*c)).collect();
    let written = written.trim();
    if is_shortened(written) {
        return Err(RowProblem::Shortened);
    }
    let written = without_decimals(written);
    let digits: String =
        written.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    if digits.is_empty() {
        return Err(RowProblem::NotANumber);
    }
    let national = read(written, Some(region));
    if national.is_ok() {
        return national;
    }
    read(&format!("+{}", digits.trim_start_matches("00")), None)
        .or_else(|_| national.map_err(|problem| worded(problem, &digits)))
}

fn read(written: &str, region: Option<Region>) -> Result<PhoneNumber, RowProblem> {
    let number = PHONE_NUMBER_UTIL.parse(written, region.map(|region| region.0)).map_err(|error| match error {
        ParseError::InvalidCountryCode => RowProblem::UnknownCountry,
        ParseError::TooLongNsn => RowProblem::TooLong,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => RowProblem::TooShort,
        _ => RowProblem::NotANumber,
    })?;
    if !number.is_valid() {
        return Err(match number.is_possible_with_reason() {
            Err(ValidationError::TooShort) => RowProblem::TooShort,
            Err(ValidationError::TooLong) => RowProblem::TooLong,
            Err(ValidationError::InvalidCountryCode) => RowProblem::UnknownCountry,
            _ => RowProblem::NotGivenOut,
        });
    }
    PhoneNumber::from_e164(&number.format_as(PhoneNumberFormat::E164)).map_err(|_| RowProblem::NotANumber)
}

/// The library says "not a number" of very long and very short ones; a person is better served with the length.
fn worded(problem: RowProblem, digits: &str) -> RowProblem {
    match (problem, digits.len()) {
        (RowProblem::NotANumber | RowProblem::NotGivenOut, ..7) => RowProblem::TooShort,
        (RowProblem::NotANumber | RowProblem::NotGivenOut, 17..) => RowProblem::TooLong,
        _ => problem,
    }
}

/// `6.28E+11`, `8,12346E+11`: what a spreadsheet leaves of a long number.
fn is_shortened(written: &str) -> bool {
    let Some((mantissa, exponent)) = written.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    digits(whole) && digits(fraction) && digits(exponent.strip_prefix('+').unwrap_or(exponent))
}

/// `6281255500142.0`: a number column written out by a program.
fn without_decimals(written: &str) -> &str {
    match written.split_once(['.', ',']) {
        Some((whole, "0" | "00")) if whole.len() >= 8 && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => written,
    }
}

/// Marks that come along when a number is copied from a chat or a web page.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
        || (c.is_control() && !matches!(c, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(written: &str) -> Result<String, RowProblem> {
        parse(written, Region::DEFAULT).map(|phone| phone.e164())
    }

    #[test]
    fn the_ways_people_write_one_number_are_one_number() {
        for written in [
            "0812-5550-0142",
            "62 812-5550-0142",
            "(+62)81255500142",
            "0062 812 5550 0142",
            "+62 0812 5550 0142",
            "81255500142",
            "81255500142.0",
            "\u{202a}+62 812\u{a0}5550 0142\u{202c}",
        ] {
            assert_eq!(read(written).as_deref(), Ok("+6281255500142"), "{written}");
        }
    }

    #[test]
    fn a_foreign_number_needs_its_country_code_but_not_the_plus() {
        assert_eq!(read("+44 7911 123456").as_deref(), Ok("+447911123456"));
        assert_eq!(read("447911123456").as_deref(), Ok("+447911123456"));
        let region = "gb".parse().expect("a country");
        assert_eq!(parse("07911 123456", region).map(|phone| phone.e164()).as_deref(), Ok("+447911123456"));
        assert!(Region::from_str("Indonesia").is_err() && Region::from_str("XX").is_err());
    }

    #[test]
    fn a_landline_counts() {
        assert_eq!(read("(021) 5550 1234").as_deref(), Ok("+622155501234"));
    }

    #[test]
    fn a_refused_number_says_why() {
        assert_eq!(read("6.28E+11"), Err(RowProblem::Shortened));
        assert_eq!(read("8,12346E+11"), Err(RowProblem::Shortened));
        assert_eq!(read("belum ada"), Err(RowProblem::NotANumber));
        assert_eq!(read("+62"), Err(RowProblem::TooShort));
        assert_eq!(read("08123"), Err(RowProblem::TooShort));
        assert_eq!(read("12345678901234567890"), Err(RowProblem::TooLong));
        assert_eq!(read("+999 123456"), Err(RowProblem::UnknownCountry));
        assert_eq!(read("+62 555 5550 0142"), Err(RowProblem::NotGivenOut));
    }
}
