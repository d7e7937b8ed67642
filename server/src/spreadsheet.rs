//! A table that spreadsheets open: CSV in UTF-8, and no cell of it is a formula.

use crate::error::Result;
use anyhow::Context as _;
use std::borrow::Cow;

/// Says that the text is UTF-8: without it, Excel takes it for something else.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Rows that wait to be written.
pub(crate) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    /// With the names of its columns.
    pub(crate) fn new(head: &[&str]) -> Result<Self> {
        let mut table = Self(csv::Writer::from_writer(BYTE_ORDER_MARK.to_vec()));
        table.add(head)?;
        Ok(table)
    }

    pub(crate) fn add<T: AsRef<str>>(&mut self, cells: &[T]) -> Result<()> {
        let cells = cells.iter().map(|cell| harmless(cell.as_ref()));
        Ok(self.0.write_record(cells.map(|cell| cell.into_owned().into_bytes())).context("a row of a table")?)
    }

    /// What was added since the last time, as bytes.
    pub(crate) fn take(&mut self) -> Result<Vec<u8>> {
        let full = std::mem::replace(&mut self.0, csv::Writer::from_writer(Vec::new()));
        Ok(full.into_inner().map_err(|error| anyhow::anyhow!("a table: {error}"))?)
    }
}

/// A cell that begins like a formula is one to a spreadsheet, and anybody may write to a number: an apostrophe before it
/// makes it text.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for cell in ["=1+1", "+62 812", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "Halo", "62812", " =1", "'=1", "a=b"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    #[test]
    fn a_table_is_written_part_by_part() {
        let mut table = Table::new(&["name", "text"]).expect("begins");
        table.add(&["Budi", "satu,\n\"dua\""]).expect("adds");
        let first = table.take().expect("takes");
        assert_eq!(first, b"\xEF\xBB\xBFname,text\nBudi,\"satu,\n\"\"dua\"\"\"\n");
        table.add(&["=Ani", ""]).expect("adds");
        assert_eq!(table.take().expect("takes"), b"'=Ani,\n");
        assert!(table.take().expect("takes").is_empty());
    }
}
