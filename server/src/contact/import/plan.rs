//! What an import of a file comes to, before anything is written: which numbers, which repeats, which refusals. Pure and
//! repeatable, so an import that was cut short makes the same plan again and goes on where it stopped.

use super::file::{ContactFile, Record};
use domain::{
    PhoneNumber,
    contact::{
        Attributes,
        import::{ImportCounts, ImportRow, Mapping, RowProblem, RowVerdict},
    },
};
use std::collections::HashMap;

/// Rows that were not imported, kept for the person to correct. A file with more needs another kind of help.
pub const MAX_PROBLEMS: usize = 10_000;

/// The plan for one file under one mapping.
#[derive(Default)]
pub struct Plan {
    /// Records below the header.
    pub records: u64,
    /// `excluded` counts the file's own opt-outs; contacts who opted out before come on top when written.
    pub counts: ImportCounts,
    /// Refused and repeated phones, in the order of the file; at most [`MAX_PROBLEMS`].
    pub problems: Vec<ImportRow>,
    first: HashMap<PhoneNumber, First>,
}

struct First {
    record: u64,
    /// Any record with this number asks for no messages.
    opted_out: bool,
}

/// One contact of the file: the first occurrence of its number.
#[derive(Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub record: u64,
    pub phone: PhoneNumber,
    pub name: String,
    pub attributes: Attributes,
    pub opted_out: bool,
}

impl Plan {
    /// Reads the whole file. Takes about a second for 100,000 records; not for the async threads.
    pub fn make(file: &ContactFile, mapping: &Mapping) -> Self {
        let mut plan = Self::default();
        for record in file.records(mapping) {
            plan.records += 1;
            plan.take(&record);
        }
        plan.counts.imported = plan.first.len() as u64;
        plan.counts.excluded = plan.first.values().filter(|first| first.opted_out).count() as u64;
        plan
    }

    /// The contacts in order of first occurrence.
    pub fn newcomers<'a>(&'a self, file: &'a ContactFile, mapping: &'a Mapping) -> impl Iterator<Item = Newcomer> + 'a {
        file.records(mapping).flat_map(|record| self.first_in(record))
    }

    fn take(&mut self, record: &Record) {
        if record.phones.is_empty() {
            self.counts.invalid += 1;
            self.problem(record, "", None, RowVerdict::Refused { problem: RowProblem::NoPhone });
        }
        for cell in &record.phones {
            match &cell.phone {
                Err(problem) => {
                    self.counts.invalid += 1;
                    self.problem(record, &cell.raw, None, RowVerdict::Refused { problem: *problem });
                }
                Ok(phone) => match self.first.get_mut(phone) {
                    Some(first) => {
                        first.opted_out |= record.opted_out;
                        let of = first.record;
                        self.counts.duplicates += 1;
                        self.problem(record, &cell.raw, Some(phone), RowVerdict::Duplicate { of });
                    }
                    None => {
                        self.first.insert(phone.clone(), First { record: record.number, opted_out: record.opted_out });
                    }
                },
            }
        }
    }

    fn problem(&mut self, record: &Record, raw: &str, phone: Option<&PhoneNumber>, verdict: RowVerdict) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(ImportRow {
                record: record.number,
                name: record.name.clone(),
                raw: raw.to_owned(),
                phone: phone.cloned(),
                opted_out: record.opted_out,
                verdict,
            });
        }
    }

    fn first_in(&self, record: Record) -> Vec<Newcomer> {
        let mut newcomers: Vec<Newcomer> = Vec::new();
        for phone in record.phones.into_iter().filter_map(|cell| cell.phone.ok()) {
            let Some(first) = self.first.get(&phone).filter(|first| first.record == record.number) else { continue };
            if newcomers.iter().all(|earlier| earlier.phone != phone) {
                newcomers.push(Newcomer {
                    record: record.number,
                    phone,
                    name: record.name.clone(),
                    attributes: record.attributes.clone(),
                    opted_out: first.opted_out,
                });
            }
        }
        newcomers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::phone::Region;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn open(bytes: &[u8]) -> ContactFile {
        ContactFile::open(bytes, Region::DEFAULT).expect("a contact file")
    }

    /// The outcome of a file in the form of `expected.json`.
    fn outcome(bytes: &[u8]) -> Value {
        let file = open(bytes);
        let mapping = file.mapping();
        let plan = Plan::make(&file, &mapping);
        let e164: Vec<String> = plan.newcomers(&file, &mapping).map(|contact| contact.phone.e164()).collect();
        let rows =
            |wanted: fn(&ImportRow) -> Option<Value>| plan.problems.iter().filter_map(wanted).collect::<Vec<_>>();
        json!({
            "valid": plan.counts.imported,
            "duplicates": plan.counts.duplicates,
            "invalid": plan.counts.invalid,
            "opted_out": plan.counts.excluded,
            "e164": e164,
            "duplicate_rows": rows(|row| row.phone.as_ref().map(|phone| json!({"row": row.record, "e164": phone}))),
            "invalid_rows": rows(|row| row.phone.is_none().then(|| json!({"row": row.record, "raw": row.raw}))),
        })
    }

    fn expected(name: &str) -> Value {
        let all: Value =
            serde_json::from_str(include_str!("../../../tests/data/contacts/expected.json")).expect("JSON");
        all[name].clone()
    }

    #[test]
    fn a_google_export_comes_to_what_is_expected() {
        let bytes = include_bytes!("../../../tests/data/contacts/google-contacts.csv");
        assert_eq!(outcome(bytes), expected("google-contacts.csv"));
    }

    #[test]
    fn an_excel_file_with_semicolons_comes_to_what_is_expected() {
        let bytes = include_bytes!("../../../tests/data/contacts/excel-semicolon.csv");
        assert_eq!(outcome(bytes), expected("excel-semicolon.csv"));
    }

    #[test]
    fn a_messy_file_comes_to_what_is_expected() {
        let bytes = include_bytes!("../../../tests/data/contacts/messy.csv");
        assert_eq!(outcome(bytes), expected("messy.csv"));
    }

    #[test]
    fn the_first_occurrence_gives_the_data_and_any_may_opt_out() {
        let file = open(b"Nama,HP,Kota,Berhenti\nDewi,081255500142,Solo,\nIbu Dewi,0812-5550-0142,Klaten,STOP\n");
        let mapping = file.mapping();
        let newcomers: Vec<_> = Plan::make(&file, &mapping).newcomers(&file, &mapping).collect();
        assert_eq!(newcomers.len(), 1);
        assert_eq!((newcomers[0].name.as_str(), newcomers[0].opted_out), ("Dewi", true));
        assert_eq!(newcomers[0].attributes.get("Kota").map(String::as_str), Some("Solo"));
    }

    #[test]
    fn both_phones_of_a_record_become_contacts_and_a_repeat_in_it_counts() {
        let file = open(
            b"Name,Phone 1 - Value,Phone 2 - Value\nDewi,0812-5550-0142 ::: 081255500142,+62 813 5550 0143\nBudi,,\n",
        );
        let mapping = file.mapping();
        let plan = Plan::make(&file, &mapping);
        assert_eq!(plan.counts, ImportCounts { imported: 2, invalid: 1, duplicates: 1, excluded: 0 });
        assert_eq!(plan.newcomers(&file, &mapping).count(), 2);
        assert_eq!(plan.problems[1].verdict, RowVerdict::Refused { problem: RowProblem::NoPhone });
    }

    #[test]
    fn one_record_is_not_a_thousand_people() {
        let phones: String = (0..1_000).map(|n| format!("0812555{n:05}/")).collect();
        let file = open(format!("hp,kota\n{phones},Solo\n").as_bytes());
        let mapping = file.mapping();
        let plan = Plan::make(&file, &mapping);
        let ImportCounts { imported, invalid, .. } = plan.counts;
        // A cell ends after 4,096 characters.
        assert_eq!((imported, imported + invalid), (20, 316));
        assert_eq!(plan.problems[0].verdict, RowVerdict::Refused { problem: RowProblem::TooLong });
    }

    #[test]
    fn a_file_of_a_million_columns_is_none_at_once() {
        let wide = "a,".repeat(1_000_000);
        assert!(ContactFile::open(format!("{wide}\n{wide}\n").as_bytes(), Region::DEFAULT).is_err());
    }

    proptest! {
        #[test]
        fn no_file_panics_and_every_phone_is_counted_once(bytes in proptest::collection::vec(
            prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b';'), Just(b'0'), Just(b'8'), any::<u8>()], 0..200,
        )) {
            let Ok(file) = ContactFile::open(&[b"phone,name\n".as_slice(), &bytes].concat(), Region::DEFAULT) else { return Ok(()) };
            let mapping = file.mapping();
            let plan = Plan::make(&file, &mapping);
            let phones: usize = file.records(&mapping).map(|record| record.phones.len().max(1)).sum();
            let counts = plan.counts;
            prop_assert_eq!(counts.imported + counts.invalid + counts.duplicates, phones as u64);
            prop_assert_eq!(plan.newcomers(&file, &mapping).count() as u64, counts.imported);
        }
    }
}
