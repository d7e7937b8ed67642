//! What the columns of a file mean, from their headers in Indonesian and English, and from what is in them.

use super::{cell, table::clean};
use crate::contact::phone::Region;
use csv::StringRecord;
use domain::contact::import::ColumnTarget;

/// Rows above the header that are looked past: titles, empty lines.
const MAX_TITLE_ROWS: usize = 10;

const PHONE: &[&str] = &[
    "phone",
    "phones",
    "telephone",
    "telepon",
    "telpon",
    "telp",
    "tlp",
    "tel",
    "hp",
    "nohp",
    "notelp",
    "nowa",
    "handphone",
    "ponsel",
    "seluler",
    "mobile",
    "cell",
    "cellphone",
    "whatsapp",
    "wa",
    "msisdn",
];
const NOT_PHONE: &[&str] = &[
    "label", "type", "tipe", "jenis", "status", "date", "tanggal", "tgl", "email", "mail", "consent", "setuju",
    "phonetic", "operator",
];
/// Headers that may as well be a running number: only what is in the column decides.
const PERHAPS_PHONE: &[&str] =
    &["nomor", "number", "no", "contact", "kontak", "nomor kontak", "contact number", "no kontak"];
const FULL_NAME: &[&str] = &[
    "name",
    "nama",
    "full name",
    "nama lengkap",
    "fullname",
    "display name",
    "nama pelanggan",
    "customer name",
    "nama customer",
    "nama konsumen",
    "nama pembeli",
    "nama penerima",
    "recipient name",
    "contact name",
    "nama kontak",
    "buyer name",
    "nama panggilan",
    "pelanggan",
    "customer",
    "penerima",
];
const NAME_PARTS: &[&str] = &[
    "first name",
    "middle name",
    "last name",
    "given name",
    "additional name",
    "family name",
    "nama depan",
    "nama tengah",
    "nama belakang",
    "firstname",
    "lastname",
];

/// The header of a file: its texts, what each column is for, and where the records begin.
#[derive(Debug)]
pub struct Header {
    /// Made unique; spreadsheet letters where a text is missing.
    pub names: Vec<String>,
    pub targets: Vec<ColumnTarget>,
    /// The number of the first record below: 2 when the header is the first record, 1 when there is none.
    pub first_record: u64,
}

/// Finds the header among the first records.
pub fn recognise(first: &[StringRecord], region: Region) -> Header {
    let width = first.iter().map(StringRecord::len).max().unwrap_or(0);
    let row =
        first.iter().take(MAX_TITLE_ROWS).position(|record| record.iter().any(|text| is_phone_header(&plain(text))));
    let row = match row {
        Some(row) => Some(row),
        None if first.first().is_some_and(|record| has_phone(record, region)) => None,
        None => Some(0),
    };
    let header = row.and_then(|row| first.get(row));
    let below = &first[row.map_or(0, |row| (row + 1).min(first.len()))..];
    let names =
        unique((0..width).map(|column| header.and_then(|h| h.get(column)).map(clean).unwrap_or_default()).collect());
    let targets = targets(&names, below, region);
    Header { names, targets, first_record: row.map_or(1, |row| row as u64 + 2) }
}

/// Whether a header sounds like a consent to promotion. Offered to the person, never assumed.
pub fn sounds_like_consent(header: &str) -> bool {
    let header = plain(header);
    ["setuju", "consent", "persetujuan", "opt in", "optin", "subscribed", "bersedia", "izin promo"]
        .iter()
        .any(|word| header.contains(word))
}

fn targets(names: &[String], below: &[StringRecord], region: Region) -> Vec<ColumnTarget> {
    let headers: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let phone_share = |column: usize| phone_share(below, column, region);
    let mut targets: Vec<ColumnTarget> = headers
        .iter()
        .enumerate()
        .map(|(column, header)| match header.as_str() {
            header if is_opt_out(header) => ColumnTarget::OptOut,
            header if is_phone_header(header) && phone_share(column).is_none_or(|share| share > 0.0) => {
                ColumnTarget::Phone
            }
            header if PERHAPS_PHONE.contains(&header) && phone_share(column).is_some_and(|share| share > 0.5) => {
                ColumnTarget::Phone
            }
            _ => ColumnTarget::Attribute,
        })
        .collect();
    if !targets.contains(&ColumnTarget::Phone) {
        // A column called "WhatsApp" full of refused numbers is still the one; otherwise what looks like numbers is.
        let called = headers.iter().position(|header| is_phone_header(header));
        let filled = (0..targets.len()).filter(|&column| phone_share(column).is_some_and(|share| share > 0.5));
        if let Some(column) = called.or_else(|| filled.into_iter().next()) {
            targets[column] = ColumnTarget::Phone;
        }
    }
    name_columns(&headers, &mut targets);
    targets
}

/// One full name, or else all parts of it, joined later.
fn name_columns(headers: &[String], targets: &mut [ColumnTarget]) {
    let free = |targets: &[ColumnTarget], column: usize| targets[column] == ColumnTarget::Attribute;
    let full = FULL_NAME.iter().find_map(|name| headers.iter().position(|header| header == name)).or_else(|| {
        headers.iter().position(|header| {
            header.starts_with("nama ") && !NAME_PARTS.contains(&header.as_str()) && is_person(header)
        })
    });
    match full {
        Some(column) if free(targets, column) => targets[column] = ColumnTarget::Name,
        _ => {
            for column in 0..headers.len() {
                if NAME_PARTS.contains(&headers[column].as_str()) && free(targets, column) {
                    targets[column] = ColumnTarget::Name;
                }
            }
        }
    }
}

/// "Nama Toko" is not what to call a person.
fn is_person(header: &str) -> bool {
    const THINGS: &[&str] = &[
        "toko",
        "produk",
        "barang",
        "perusahaan",
        "kota",
        "sales",
        "kurir",
        "ekspedisi",
        "file",
        "akun",
        "pengguna",
        "user",
        "bank",
    ];
    !header.split(' ').any(|word| THINGS.contains(&word))
}

fn is_phone_header(header: &str) -> bool {
    let has = |words: &[&str]| header.split(' ').any(|word| words.contains(&word));
    has(PHONE) && !has(NOT_PHONE) && !is_opt_out(header)
}

fn is_opt_out(header: &str) -> bool {
    let joined: String = header.split(' ').collect();
    [
        "optout",
        "optedout",
        "unsubscribe",
        "berhenti",
        "donotcontact",
        "jangankirim",
        "jangandihubungi",
        "jangandikirimi",
        "tolakpesan",
    ]
    .iter()
    .any(|word| joined.contains(word))
        || matches!(joined.as_str(), "stop" | "dnc" | "blacklist" | "tolak")
}

/// Of the filled cells in the first records, how many are phones; `None` when all are empty.
fn phone_share(below: &[StringRecord], column: usize, region: Region) -> Option<f32> {
    let cells: Vec<String> =
        below.iter().filter_map(|record| record.get(column)).map(clean).filter(|c| !c.is_empty()).collect();
    let phones = cells.iter().filter(|c| cell::phones(c, region).iter().any(|cell| cell.phone.is_ok())).count();
    (!cells.is_empty()).then(|| phones as f32 / cells.len() as f32)
}

fn has_phone(record: &StringRecord, region: Region) -> bool {
    record.iter().any(|text| cell::phones(&clean(text), region).iter().any(|cell| cell.phone.is_ok()))
}

/// Lower case, words divided by single spaces, punctuation gone: `No. HP / WA` → `no hp wa`.
fn plain(header: &str) -> String {
    let header: String = header.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    domain::template::key(&header)
}

/// Headers are keys, so each must be its own.
fn unique(names: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let named =
        names.into_iter().enumerate().map(|(column, name)| if name.is_empty() { letters(column) } else { name });
    named
        .map(|name| {
            let numbered = (2..).map(|n| format!("{name} ({n})"));
            let free =
                std::iter::once(name.clone()).chain(numbered).find(|name| seen.insert(domain::template::key(name)));
            free.unwrap_or(name)
        })
        .collect()
}

/// The spreadsheet's name of a column: A, B, …, Z, AA.
fn letters(mut column: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + (column % 26) as u8));
        match column / 26 {
            0 => return name,
            rest => column = rest - 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ColumnTarget::{Attribute, Name, OptOut, Phone};

    fn header(rows: &[&[&str]]) -> Header {
        let rows: Vec<StringRecord> = rows.iter().map(|row| StringRecord::from(row.to_vec())).collect();
        recognise(&rows, Region::DEFAULT)
    }

    #[test]
    fn headers_in_both_languages_are_recognised() {
        let found =
            header(&[&["Nama Pelanggan", "No. HP / WA", "Kota", "Berhenti?"], &["Dewi", "0812 5550 0142", "Solo", ""]]);
        assert_eq!(found.targets, [Name, Phone, Attribute, OptOut]);
        let found = header(&[&["phone", "name", "opt_out", "Setuju Promo"], &["0812 5550 0142", "Dewi", "STOP", "ya"]]);
        assert_eq!(found.targets, [Phone, Name, OptOut, Attribute]);
        assert!(sounds_like_consent(&found.names[3]));
    }

    #[test]
    fn the_parts_of_a_google_name_are_joined_and_labels_left() {
        let row: &[&str] = &[
            "First Name",
            "Last Name",
            "Phonetic First Name",
            "Phone 1 - Label",
            "Phone 1 - Value",
            "Phone 2 - Value",
        ];
        assert_eq!(header(&[row]).targets, [Name, Name, Attribute, Attribute, Phone, Phone]);
    }

    #[test]
    fn a_running_number_is_not_a_phone_but_numbers_without_a_header_are() {
        let found = header(&[
            &["No", "Nomor", "Nama Toko"],
            &["1", "081255500142", "Toko A"],
            &["2", "081255500143", "Toko B"],
        ]);
        assert_eq!(found.targets, [Attribute, Phone, Attribute]);
        let found = header(&[&["081255500142", "Dewi"], &["081255500143", "Budi"]]);
        assert_eq!(
            (found.first_record, found.names, found.targets),
            (1, vec!["A".into(), "B".into()], vec![Phone, Attribute])
        );
    }

    #[test]
    fn a_title_above_the_header_is_looked_past() {
        let found = header(&[&["Laporan Pesanan"], &["Nama", "Telepon"], &["Dewi", "081255500142"]]);
        assert_eq!((found.first_record, found.targets), (3, vec![Name, Phone]));
    }

    #[test]
    fn a_file_without_any_phone_has_no_phone_column() {
        assert!(!header(&[&["a", "b"], &["x", "y"]]).targets.contains(&Phone));
    }

    #[test]
    fn headers_become_unique_keys() {
        assert_eq!(unique(vec!["Nama".into(), "nama".into(), String::new()]), ["Nama", "nama (2)", "C"]);
        assert_eq!(letters(27), "AB");
    }
}
