//! From text to records: the delimiter, quotes that are never closed, and cells without debris.

use crate::contact::phone::is_invisible;
use csv::StringRecord;
use std::ops::Range;

/// Characters kept of one cell. A longer one is the trace of a broken file, not something to say in a message.
const MAX_CELL_CHARS: usize = 4_096;
/// How often the rest of the file is searched in vain for a closing quote, before the remainder is read without quotes.
const MAX_SEARCHES: usize = 100;

/// A text file as records of cells.
pub struct Table {
    text: String,
    delimiter: u8,
    parts: Vec<Part>,
}

/// A stretch of the text, and whether quotes mean anything in it.
struct Part {
    bytes: Range<usize>,
    quoting: bool,
}

impl Table {
    /// Finds out how the text is cut into cells. Never fails: in the end every line is a record.
    pub fn new(text: String) -> Self {
        let (start, delimiter) = match excel_hint(&text) {
            Some((start, delimiter)) => (start, delimiter),
            None => (0, sniff_delimiter(&text)),
        };
        let parts = parts(&text, start, delimiter);
        Self { text, delimiter, parts }
    }

    /// The records in order. Blank lines are none.
    pub fn records(&self) -> impl Iterator<Item = StringRecord> + '_ {
        self.parts.iter().flat_map(|part| read(&self.text[part.bytes.clone()], self.delimiter, part.quoting))
    }
}

/// A cell without what cannot be seen or stored: zero bytes, other control characters, marks at the ends.
pub fn clean(cell: &str) -> String {
    let cell = cell.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    cell.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(MAX_CELL_CHARS).collect()
}

fn read(text: &str, delimiter: u8, quoting: bool) -> impl Iterator<Item = StringRecord> + '_ {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quoting)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
        .into_records()
        // Reading from memory fails on invalid UTF-8 only, and this is a `str`.
        .map_while(Result::ok)
}

/// Excel writes `sep=;` as the first line of some exports.
fn excel_hint(text: &str) -> Option<(usize, u8)> {
    let line = text.lines().next()?;
    let [delimiter] = line.trim().strip_prefix("sep=")?.as_bytes() else { return None };
    Some((text.find('\n').map_or(text.len(), |end| end + 1), *delimiter))
}

/// The delimiter that cuts the first records into the same number of cells, and into the most.
fn sniff_delimiter(text: &str) -> u8 {
    let start = &text[..text.floor_char_boundary(64 * 1024)];
    let score = |delimiter: u8| {
        let counts: Vec<usize> = read(start, delimiter, true).take(20).map(|record| record.len()).collect();
        let header = counts.first().copied().unwrap_or(1);
        let alike = counts.iter().filter(|count| **count == header).count();
        if header > 1 { alike * 1000 / counts.len() + header.min(100) } else { 0 }
    };
    // On a tie the first wins: a comma is the likeliest.
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// Cuts the text so that a quote that opens and never closes properly spoils its own line and not all that follow.
fn parts(text: &str, mut start: usize, delimiter: u8) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut searches = 0;
    while let Some(broken) = unclosed_quote(&text.as_bytes()[start..], delimiter) {
        searches += usize::from(broken.to_the_end);
        if searches > MAX_SEARCHES {
            parts.push(Part { bytes: start..text.len(), quoting: false });
            return parts;
        }
        let (record, quote) = (start + broken.record, start + broken.quote);
        let next = text[quote..].find('\n').map_or(text.len(), |end| quote + end + 1);
        parts.push(Part { bytes: start..record, quoting: true });
        parts.push(Part { bytes: record..next, quoting: false });
        start = next;
    }
    parts.push(Part { bytes: start..text.len(), quoting: true });
    parts
}

struct Unclosed {
    /// Where its record starts.
    record: usize,
    quote: usize,
    /// Only the end of the text showed it.
    to_the_end: bool,
}

/// Follows the quotes as the reader does: they open at the start of a cell only, and `""` inside is a quote. A closing
/// quote stands before a delimiter or a line's end; one that does not belongs to a later cell.
fn unclosed_quote(bytes: &[u8], delimiter: u8) -> Option<Unclosed> {
    let (mut record, mut open, mut cell_start, mut index) = (0, None, true, 0);
    while let Some(&byte) = bytes.get(index) {
        match (open, byte, bytes.get(index + 1)) {
            (Some(_), b'"', Some(b'"')) => index += 1,
            (Some(quote), b'"', Some(&next)) if next != delimiter && !matches!(next, b'\n' | b'\r') => {
                return Some(Unclosed { record, quote, to_the_end: false });
            }
            (Some(_), b'"', _) => open = None,
            (Some(_), ..) => {}
            (None, b'"', _) if cell_start => (open, cell_start) = (Some(index), false),
            (None, b'\n' | b'\r', _) => (record, cell_start) = (index + 1, true),
            (None, byte, _) => cell_start = byte == delimiter,
        }
        index += 1;
    }
    open.map(|quote| Unclosed { record, quote, to_the_end: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        Table::new(text.into()).records().map(|record| record.iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_delimiter_is_found_even_when_others_occur_in_cells() {
        for delimiter in [",", ";", "\t", "|"] {
            let text =
                "Nama~HP~Kota\n\"Dewi, Ibu; A\"~0812~Solo\nBudi~0813~Solo, Jawa Tengah\n".replace('~', delimiter);
            let found = cells(&text);
            assert_eq!(found.len(), 3, "{delimiter:?}");
            assert_eq!(found[1], ["Dewi, Ibu; A", "0812", "Solo"], "{delimiter:?}");
        }
        assert_eq!(cells("sep=;\nNama;HP\na,b;1\n")[1], ["a,b", "1"]);
        assert_eq!(cells("HP\n0812\n0813\n").len(), 3);
    }

    #[test]
    fn a_quoted_cell_keeps_its_line_breaks() {
        assert_eq!(cells("a,b\n\"x\ny\",2\n"), [["a", "b"], ["x\ny", "2"]]);
    }

    #[test]
    fn a_quote_that_never_closes_spoils_one_line_only() {
        let found = cells("phone,name\n1,Dewi\n2,\"Budi\n3,Sari\n4,\"Eko \"\"E\"\"\"\n");
        assert_eq!(found[2], ["2", "\"Budi"]);
        assert_eq!(found[3], ["3", "Sari"]);
        assert_eq!(found[4], ["4", "Eko \"E\""]);
    }

    #[test]
    fn a_cell_is_cleaned_of_what_cannot_be_stored() {
        assert_eq!(clean(" nul\0here\u{200b}"), "nulhere");
        assert_eq!(clean("مُحَمَّد"), "مُحَمَّد");
    }
}
