//! What is in one cell: one phone or several, a wish for no messages, an agreement.

use crate::contact::phone;
use domain::{PhoneNumber, contact::import::RowProblem};
use phone::Region;

/// Fewer digits than this are no phone of their own when a cell is cut at commas.
const FEW_DIGITS: usize = 6;
const SEPARATORS: [&str; 5] = [":::", "/", ";", "\n", "&"];
const SEPARATING_WORDS: [&str; 4] = [" dan ", " and ", " atau ", " or "];

/// One phone of a cell.
#[derive(Debug, PartialEq, Eq)]
pub struct PhoneCell {
    /// As written.
    pub raw: String,
    pub phone: Result<PhoneNumber, RowProblem>,
}

/// The phones in a (cleaned) cell: none when it is empty, several when separators divide it.
pub fn phones(cell: &str, region: Region) -> Vec<PhoneCell> {
    if cell.is_empty() {
        return Vec::new();
    }
    let pieces = pieces(cell);
    pieces.into_iter().map(|raw| PhoneCell { raw: raw.to_owned(), phone: phone::parse(raw, region) }).collect()
}

/// Parts of a cell with digits in them; the whole cell when there is nothing to divide. `0812… (WA)/rumah` is one phone
/// and a word.
fn pieces(cell: &str) -> Vec<&str> {
    let mut pieces = vec![cell];
    for separator in SEPARATORS {
        pieces = pieces.into_iter().flat_map(|piece| piece.split(separator)).collect();
    }
    for word in SEPARATING_WORDS {
        pieces = pieces.into_iter().flat_map(|piece| split_at_word(piece, word)).collect();
    }
    // A comma also stands inside numbers: `8,12346E+11`.
    let by_comma: Vec<&str> =
        pieces.iter().flat_map(|piece| piece.split(',')).filter(|piece| digits(piece) > 0).collect();
    if by_comma.iter().all(|piece| digits(piece) >= FEW_DIGITS)
        && !by_comma.iter().any(|piece| piece.contains(['E', 'e']))
    {
        pieces = by_comma;
    }
    pieces.retain(|piece| digits(piece) > 0);
    if pieces.is_empty() { vec![cell] } else { pieces.into_iter().map(str::trim).collect() }
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

/// Splits at an ASCII word in any letter case.
fn split_at_word<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    // ASCII lower-casing keeps byte positions.
    for (at, word) in text.to_ascii_lowercase().match_indices(word) {
        pieces.push(&text[from..at]);
        from = at + word.len();
    }
    pieces.push(&text[from..]);
    pieces
}

/// Whether an opt-out cell asks for no messages: filled with anything but a "no". A date or a reason counts as a wish:
/// where it is unclear, not writing is the safe side.
pub fn asks_for_no_messages(cell: &str) -> bool {
    let word = word(cell);
    !word.is_empty() && !is_no(&word)
}

/// Whether a consent cell refuses. An empty cell says nothing.
pub fn refuses_consent(cell: &str) -> bool {
    let word = word(cell);
    !word.is_empty() && (is_no(&word) || matches!(word.as_str(), "stop" | "berhenti" | "unsubscribe" | "unsubscribed"))
}

/// Lower case, without punctuation at the ends.
fn word(cell: &str) -> String {
    cell.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '✓' | '✔' | '☑')).to_lowercase()
}

fn is_no(word: &str) -> bool {
    const NO: &[&str] = &[
        "0",
        "no",
        "n",
        "false",
        "f",
        "off",
        "none",
        "null",
        "nil",
        "n/a",
        "na",
        "never",
        "active",
        "subscribed",
        "tidak",
        "tdk",
        "gak",
        "nggak",
        "enggak",
        "bukan",
        "belum",
        "salah",
        "aktif",
        "kosong",
    ];
    NO.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> Vec<String> {
        let show = |cell: PhoneCell| cell.phone.map_or_else(|problem| format!("{}: {problem}", cell.raw), |p| p.e164());
        phones(cell, Region::DEFAULT).into_iter().map(show).collect()
    }

    #[test]
    fn a_cell_may_hold_several_phones() {
        let two = ["+6281255500142", "+6281355500143"];
        for separator in [" ::: ", "/", " / ", ";", ", ", " dan ", " AND ", "\n", " & "] {
            assert_eq!(read(&format!("0812-5550-0142{separator}+62 813 5550 0143")), two, "{separator:?}");
        }
    }

    #[test]
    fn words_divide_in_any_letter_case_however_often() {
        assert_eq!(split_at_word("a DAN b dan c", " dan "), ["a", "b", "c"]);
        assert_eq!(split_at_word(" dan  dan ", " dan "), ["", "", ""]);
        assert_eq!(phones(&"0812 5550 0142 dan ".repeat(200), Region::DEFAULT).len(), 200);
    }

    #[test]
    fn words_around_a_phone_are_not_phones() {
        assert_eq!(read("0812-5550-0142 (WA) / rumah"), ["+6281255500142"]);
        assert_eq!(read("WA: 0812 5550 0142"), ["+6281255500142"]);
        assert_eq!(read("0812-5550-0142, ibu Dewi"), ["+6281255500142"]);
    }

    #[test]
    fn a_spoilt_cell_is_one_refusal() {
        assert_eq!(read("8,12346E+11"), ["8,12346E+11: shortened"]);
        assert_eq!(read("n/a"), ["n/a: not_a_number"]);
        assert_eq!(read("-"), ["-: not_a_number"]);
        assert_eq!(read("0812,3"), ["0812,3: too_short"]);
        assert_eq!(read("+62"), ["+62: too_short"]);
        assert!(read("").is_empty());
    }

    #[test]
    fn one_good_and_one_bad_phone_are_told_apart() {
        assert_eq!(read("0812-5550-0142 / 0813"), ["+6281255500142", "0813: too_short"]);
    }

    #[test]
    fn anything_but_a_no_in_an_opt_out_column_is_a_wish() {
        for wish in ["STOP", "berhenti", "Ya", "yes", "TRUE", "1", "x", "✓", "2026-01-31"] {
            assert!(asks_for_no_messages(wish), "{wish}");
        }
        for none in ["", "-", "no", "Tidak", "FALSE", "0", "n/a"] {
            assert!(!asks_for_no_messages(none), "{none}");
        }
    }

    #[test]
    fn only_a_no_in_a_consent_column_is_a_refusal() {
        assert!(refuses_consent("tidak") && refuses_consent("No") && refuses_consent("STOP"));
        assert!(!refuses_consent("") && !refuses_consent("ya") && !refuses_consent("-"));
    }
}
