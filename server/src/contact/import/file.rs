//! A contact file, opened: its columns, and its records read under a mapping.

use super::{
    cell::{self, PhoneCell},
    column::{self, Header},
    table::{Table, clean},
    text,
};
use crate::contact::phone::Region;
use csv::StringRecord;
use domain::contact::{
    Attributes,
    import::{ColumnTarget, ImportColumn, Mapping, RowProblem},
};
use rayon::prelude::*;

/// Records looked at to find the header.
const FIRST_RECORDS: usize = 50;
/// Records read by all cores together.
const TOGETHER: usize = 4_096;
/// More columns are not a list of people.
const MAX_COLUMNS: usize = 500;
/// More phones are not one person's. Each would become a contact with all that stands in the record.
const MAX_PHONES: usize = 20;

/// A contact file in memory.
pub struct ContactFile {
    table: Table,
    header: Header,
    region: Region,
}

/// One record under a mapping.
#[derive(Debug)]
pub struct Record {
    /// Its number in the file; the header is 1.
    pub number: u64,
    pub name: String,
    /// Every filled cell that is not ignored, by header: also name and phone, so that `{{No. HP}}` finds what was there.
    pub attributes: Attributes,
    /// This record asks for no messages.
    pub opted_out: bool,
    pub phones: Vec<PhoneCell>,
}

/// The bytes are not a contact file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAContactFile;

impl ContactFile {
    /// Opens a file: finds encoding, delimiter and header.
    ///
    /// # Errors
    /// When it is not text, is empty, or has no records.
    pub fn open(bytes: &[u8], region: Region) -> Result<Self, NotAContactFile> {
        let table = Table::new(text::decode(bytes).ok_or(NotAContactFile)?);
        let first: Vec<StringRecord> = table.records().take(FIRST_RECORDS).collect();
        // Before they are looked at: to tell a million columns apart takes too long.
        let width = first.iter().map(StringRecord::len).max().unwrap_or(0);
        if width == 0 || width > MAX_COLUMNS {
            return Err(NotAContactFile);
        }
        let header = column::recognise(&first, region);
        Ok(Self { table, header, region })
    }

    /// What the columns are taken for.
    pub fn mapping(&self) -> Mapping {
        Mapping(self.header.targets.clone())
    }

    /// The columns with a sample and how full they are. Reads the whole file.
    pub fn columns(&self) -> Vec<ImportColumn> {
        let targets = self.header.targets.iter();
        let mut columns: Vec<ImportColumn> = self
            .header
            .names
            .iter()
            .zip(targets)
            .map(|(header, &target)| ImportColumn {
                header: header.clone(),
                target,
                sounds_like_consent: column::sounds_like_consent(header),
                sample: String::new(),
                filled: 0,
            })
            .collect();
        for (_, record) in self.rows() {
            for (column, cell) in columns.iter_mut().zip(&record) {
                if cell.trim().is_empty() {
                    continue;
                }
                if column.sample.is_empty() {
                    column.sample = clean(cell).chars().take(60).collect();
                }
                column.filled += 1;
            }
        }
        columns
    }

    /// The records below the header, under a mapping; columns beyond the mapping are ignored. Read by all cores, a few
    /// thousand at a time: telling whether a number exists is most of the work.
    pub fn records<'a>(&'a self, mapping: &'a Mapping) -> impl Iterator<Item = Record> + 'a {
        let mut rows = self.rows();
        std::iter::from_fn(move || {
            let together: Vec<_> = rows.by_ref().take(TOGETHER).collect();
            (!together.is_empty()).then_some(together)
        })
        .flat_map(move |together| {
            let read = |(number, row): &(u64, StringRecord)| self.record(*number, row, mapping);
            together.par_iter().map(read).collect::<Vec<_>>()
        })
    }

    fn rows(&self) -> impl Iterator<Item = (u64, StringRecord)> + '_ {
        let skip = self.header.first_record - 1;
        (1..).zip(self.table.records()).skip(usize::try_from(skip).unwrap_or(usize::MAX))
    }

    fn record(&self, number: u64, row: &StringRecord, mapping: &Mapping) -> Record {
        let mut record =
            Record { number, name: String::new(), attributes: Attributes::new(), opted_out: false, phones: Vec::new() };
        for ((cell, target), header) in row.iter().zip(&mapping.0).zip(&self.header.names) {
            let cell = clean(cell);
            if cell.is_empty() {
                continue;
            }
            match target {
                ColumnTarget::Phone => record.phones.extend(cell::phones(&cell, self.region)),
                ColumnTarget::Name => join(&mut record.name, &cell),
                ColumnTarget::OptOut => record.opted_out |= cell::asks_for_no_messages(&cell),
                ColumnTarget::Consent => record.opted_out |= cell::refuses_consent(&cell),
                ColumnTarget::Attribute => {}
                ColumnTarget::Ignore => continue,
            }
            record.attributes.insert(header.clone(), cell);
        }
        for beyond in record.phones.iter_mut().skip(MAX_PHONES) {
            beyond.phone = Err(RowProblem::TooLong);
        }
        record
    }
}

fn join(name: &mut String, part: &str) {
    if !name.is_empty() {
        name.push(' ');
    }
    name.push_str(part);
}
