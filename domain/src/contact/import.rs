//! Importing a contact file: what its columns mean, what becomes of each row, and how far the import is.

use crate::{Error, ImportId, Lang, Millis, PhoneNumber, error::Refusal, status::status};
use serde::{Deserialize, Serialize};

/// Largest contact file, in bytes.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

status! {
    /// How far an import is.
    ImportStatus {
        /// The file is stored; nobody has said "import" yet.
        Uploaded => "uploaded",
        /// The whole file is being read.
        Checking => "checking",
        /// Contacts are being written.
        Importing => "importing",
        Done => "done",
        /// The file could not be read after all; nothing is half-written that a new import would not complete.
        Failed => "failed",
    }
}

status! {
    /// What a column of the file is used for.
    ColumnTarget {
        Phone => "phone",
        /// The name; several name columns are joined in their order.
        Name => "name",
        /// Filled with anything but "no": the person wants no messages.
        OptOut => "opt_out",
        /// Filled with "no": the person wants no messages.
        Consent => "consent",
        /// Kept under its header, for messages and lists.
        Attribute => "attribute",
        Ignore => "ignore",
    }
}

status! {
    /// Why a phone cell was refused.
    RowProblem {
        /// The record has no phone at all.
        NoPhone => "no_phone",
        /// A spreadsheet turned the number into `6,28E+11`; the digits are lost.
        Shortened => "shortened",
        /// No digits in it.
        NotANumber => "not_a_number",
        TooShort => "too_short",
        TooLong => "too_long",
        /// No country has this code.
        UnknownCountry => "unknown_country",
        /// The right length, but no such number is given out.
        NotGivenOut => "not_given_out",
    }
}

/// What each column of a file is used for, in the order of the columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(pub Vec<ColumnTarget>);

/// A column as recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// As in the file, trimmed; a spreadsheet's letter when the file has no header there.
    pub header: String,
    pub target: ColumnTarget,
    /// It may say who agreed to promotion: worth asking the person about, never assumed.
    pub sounds_like_consent: bool,
    /// The first value in it.
    pub sample: String,
    /// How many records have a value.
    pub filled: u64,
}

/// What becomes of one phone cell (or of a record without any).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum RowVerdict {
    New,
    /// A contact the tenant has: empty fields are filled, nothing is overwritten.
    Update,
    /// The same number stands in this earlier record, which is the one taken.
    Duplicate {
        of: u64,
    },
    Refused {
        problem: RowProblem,
    },
}

/// One phone of one record, with what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// The record's number in the file; the header is 1.
    pub record: u64,
    pub name: String,
    /// The cell as written.
    pub raw: String,
    pub phone: Option<PhoneNumber>,
    /// This record asks for no messages.
    pub opted_out: bool,
    #[serde(flatten)]
    pub verdict: RowVerdict,
}

/// Counts of an import, per phone: `imported + duplicates + invalid` are all phones of the file (a record without any
/// counts as one invalid).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Distinct valid numbers, whether the contact was new or known.
    pub imported: u64,
    pub invalid: u64,
    /// Repeats within the file.
    pub duplicates: u64,
    /// Of the imported, those who want no messages.
    pub excluded: u64,
}

/// What an import would do, before it is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCheck {
    pub columns: Vec<ImportColumn>,
    /// Records below the header.
    pub records: u64,
    pub counts: ImportCounts,
    /// Of `counts.imported`, contacts the tenant has already.
    pub updates: u64,
    /// The first rows of the file, for a look.
    pub sample: Vec<ImportRow>,
    /// The first rows of each kind that needs a look.
    pub refused: Vec<ImportRow>,
    pub duplicates: Vec<ImportRow>,
    pub updated: Vec<ImportRow>,
}

/// One import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportView {
    pub id: ImportId,
    pub file_name: String,
    pub size_bytes: u64,
    pub status: ImportStatus,
    /// While importing: `imported` counts up to `total`; the others are final.
    pub counts: ImportCounts,
    /// How many contacts will have been imported at the end; 0 until the file has been read.
    pub total: u64,
    pub created_at: Millis,
}

impl ImportStatus {
    /// The person said "import".
    ///
    /// # Errors
    /// [`Refusal::ImportState`] unless it is only uploaded.
    pub fn start(self) -> Result<Self, Error> {
        match self {
            Self::Uploaded => Ok(Self::Checking),
            _ => Err(Error::Refused(Refusal::ImportState)),
        }
    }

    /// Neither reading nor writing will go on.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

impl Mapping {
    /// Whether any column holds phones.
    pub fn has_phone(&self) -> bool {
        self.0.contains(&ColumnTarget::Phone)
    }
}

impl ImportCounts {
    /// Whom a campaign to this import may write to.
    pub fn recipients(&self) -> u64 {
        self.imported.saturating_sub(self.excluded)
    }
}

impl ImportCheck {
    /// Of the imported, those not yet known.
    pub fn new_contacts(&self) -> u64 {
        self.counts.imported.saturating_sub(self.updates)
    }
}

impl RowProblem {
    /// What is wrong with the number and what to do about it.
    pub fn message(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::NoPhone, Lang::Id) => "Tidak ada nomor di baris ini",
            (Self::NoPhone, Lang::En) => "No number in this row",
            (Self::Shortened, Lang::Id) => "Excel menyingkat nomor ini. Ubah kolomnya menjadi Teks lalu unggah lagi",
            (Self::Shortened, Lang::En) => "Excel shortened this number. Format the column as Text and upload again",
            (Self::NotANumber, Lang::Id) => "Bukan nomor telepon",
            (Self::NotANumber, Lang::En) => "Not a phone number",
            (Self::TooShort, Lang::Id) => "Terlalu pendek; ada angka yang hilang",
            (Self::TooShort, Lang::En) => "Too short; digits are missing",
            (Self::TooLong, Lang::Id) => "Terlalu panjang; mungkin dua nomor tersambung",
            (Self::TooLong, Lang::En) => "Too long; perhaps two numbers run together",
            (Self::UnknownCountry, Lang::Id) => "Kode negara ini tidak ada",
            (Self::UnknownCountry, Lang::En) => "No country has this code",
            (Self::NotGivenOut, Lang::Id) => "Nomor seperti ini tidak ada; periksa angkanya",
            (Self::NotGivenOut, Lang::En) => "No such number is given out; check the digits",
        }
    }
}

impl RowVerdict {
    /// What becomes of the row, in words.
    pub fn message(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::New, Lang::Id) => "Baru".into(),
            (Self::New, Lang::En) => "New".into(),
            (Self::Update, Lang::Id) => "Sudah ada: melengkapi yang kosong".into(),
            (Self::Update, Lang::En) => "Known: fills what is empty".into(),
            (Self::Duplicate { of }, Lang::Id) => format!("Nomor sama dengan baris {of}, dilewati"),
            (Self::Duplicate { of }, Lang::En) => format!("Same number as row {of}, skipped"),
            (Self::Refused { problem }, _) => problem.message(lang).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_starts_once() {
        assert_eq!(ImportStatus::Uploaded.start(), Ok(ImportStatus::Checking));
        for status in [ImportStatus::Checking, ImportStatus::Importing, ImportStatus::Done, ImportStatus::Failed] {
            assert_eq!(status.start(), Err(Error::Refused(Refusal::ImportState)));
        }
    }
}
