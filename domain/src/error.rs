//! What can go wrong, as codes with parameters, and the words for it in both languages.
//!
//! One small enum crosses every boundary: server functions, the command line, the bot. It never carries text from a
//! database or a library: what a person must know is a variant, the rest is in the log.

use crate::{Lang, Permission};
use serde::{Deserialize, Serialize};

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.message(Lang::En))]
#[serde(tag = "code", content = "with", rename_all = "snake_case")]
pub enum Error {
    /// It does not exist, or belongs to another tenant: both look the same.
    NotFound,
    /// Nobody is signed in.
    SignedOut,
    /// The member's role lacks this permission.
    Forbidden(Permission),
    /// Only operators of the installation may do this.
    NotOperator,
    /// Something typed cannot be taken; each entry names its field. Never empty.
    Invalid(Vec<FieldProblem>),
    /// What is asked does not fit the present state.
    Refused(Refusal),
    /// Too many attempts; try again after this many seconds.
    TooMany { retry_after_s: u32 },
    /// Larger than allowed, in bytes.
    TooLarge { limit_bytes: u64 },
    /// Ours to mend; the log has the cause.
    Internal,
}

/// Shorthand for results of the domain.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The name of the field as in the form and in the JSON.
    pub field: String,
    pub problem: Field,
}

/// What is wrong with the text in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Required,
    TooLong {
        max: u32,
    },
    TooShort {
        min: u32,
    },
    NotAnEmail,
    NotAPhone,
    /// Somebody else has it already.
    Taken,
    /// E-mail and password do not belong together.
    WrongSignIn,
    /// Not among the choices.
    NotAChoice,
    /// A message template does not parse: the position of the mistake, in characters from 0.
    Template {
        at: u32,
        mistake: TemplateMistake,
    },
    /// Not a file this product can read.
    NotAContactFile,
    /// No column of the file is taken for phone numbers.
    NoPhoneColumn,
    /// Not the code that is shown.
    WrongCode,
    /// Not a whole number between these.
    OutOfRange {
        min: u32,
        max: u32,
    },
    /// Not a whole number.
    NotANumber,
    /// Not a time of the day.
    NotATime,
    /// Not a date and a time.
    NotAMoment,
    /// It is over.
    Past,
    /// The end is not after the beginning.
    BeforeStart,
    /// Not a picture that can be opened.
    NotAPicture,
    /// Words with a file that takes none.
    WordsWithSound,
    /// Not the name of what is to be deleted.
    OtherName,
    /// Not the word that is asked for.
    OtherWord,
    TooManyLines {
        max: u32,
    },
}

/// What is wrong with a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateMistake {
    /// `{{` without `}}`.
    UnclosedVariable,
    /// `{{}}`.
    EmptyVariable,
    /// `{` with alternatives but without `}`.
    UnclosedAlternatives,
    /// Nested deeper than 16.
    TooDeep,
    /// Longer than WhatsApp takes.
    TooLong,
}

/// Why the present state does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The campaign is in a state from which this step does not lead on.
    CampaignState,
    /// A campaign without anybody to send to cannot start.
    NoRecipients,
    /// The number is not linked to WhatsApp.
    NumberNotLinked,
    /// This build links to the sandbox only; a real phone needs `cargo xtask serve --real` or a release.
    SandboxBuild,
    /// The sandbox is switched off.
    NoSandbox,
    /// The contact asked not to be written to.
    OptedOut,
    /// The same key was used with another file, message or number.
    KeyConflict,
    /// The import is already running or done.
    ImportState,
    /// All members of the group hide their numbers.
    NobodyToImport,
    /// The sandbox has no such phone any more.
    SandboxPhoneGone,
    /// The phone belongs to an account of the sandbox; only simulated people are played.
    NotAPerson,
    /// The simulated person is not on WhatsApp.
    PersonNotOnWhatsapp,
}

impl Error {
    /// One field, one problem.
    pub fn field(field: &str, problem: Field) -> Self {
        Self::Invalid(vec![FieldProblem { field: field.to_owned(), problem }])
    }

    /// The problem of a field, if this error names it.
    pub fn of_field(&self, field: &str) -> Option<&Field> {
        match self {
            Self::Invalid(problems) => problems.iter().find(|p| p.field == field).map(|p| &p.problem),
            _ => None,
        }
    }

    /// What happened and what to do, in words.
    pub fn message(&self, lang: Lang) -> String {
        use Lang::{En, Id};
        match (self, lang) {
            (Self::NotFound, Id) => "Tidak ditemukan. Mungkin sudah dihapus.".into(),
            (Self::NotFound, En) => "Not found. It may have been deleted.".into(),
            (Self::SignedOut, Id) => "Anda sudah keluar. Masuk lagi untuk melanjutkan.".into(),
            (Self::SignedOut, En) => "You are signed out. Sign in again to go on.".into(),
            (Self::Forbidden(_), Id) => "Peran Anda belum boleh melakukan ini. Minta pemilik akun.".into(),
            (Self::Forbidden(_), En) => "Your role may not do this. Ask the owner of the account.".into(),
            (Self::NotOperator, Id) => "Hanya pengelola server ini yang boleh melakukannya.".into(),
            (Self::NotOperator, En) => "Only an operator of this installation may do this.".into(),
            (Self::Invalid(problems), _) => {
                problems.iter().map(|p| p.problem.message(lang)).collect::<Vec<_>>().join(" ")
            }
            (Self::Refused(refusal), _) => refusal.message(lang).into(),
            (Self::TooMany { retry_after_s }, Id) => {
                format!("Terlalu banyak percobaan. Coba lagi dalam {retry_after_s} detik.")
            }
            (Self::TooMany { retry_after_s }, En) => {
                format!("Too many attempts. Try again in {retry_after_s} seconds.")
            }
            (Self::TooLarge { limit_bytes }, Id) => {
                format!("Terlalu besar: paling banyak {} MB.", limit_bytes / 1_048_576)
            }
            (Self::TooLarge { limit_bytes }, En) => format!("Too large: at most {} MB.", limit_bytes / 1_048_576),
            (Self::Internal, Id) => "Ini kesalahan kami dan sudah dicatat. Data Anda aman; coba sekali lagi.".into(),
            (Self::Internal, En) => "This is our fault and has been logged. Your data is safe; try once more.".into(),
        }
    }
}

impl Field {
    /// What is wrong and how to mend it.
    pub fn message(&self, lang: Lang) -> String {
        use Lang::{En, Id};
        match (self, lang) {
            (Self::Required, Id) => "Wajib diisi.".into(),
            (Self::Required, En) => "This is required.".into(),
            (Self::TooLong { max }, Id) => format!("Paling banyak {max} karakter."),
            (Self::TooLong { max }, En) => format!("At most {max} characters."),
            (Self::TooShort { min }, Id) => format!("Paling sedikit {min} karakter."),
            (Self::TooShort { min }, En) => format!("At least {min} characters."),
            (Self::NotAnEmail, Id) => "Tulis alamat email lengkap, misalnya nama@toko.id.".into(),
            (Self::NotAnEmail, En) => "Write a whole e-mail address, such as name@shop.com.".into(),
            (Self::NotAPhone, Id) => {
                "Bukan nomor telepon yang berlaku. Contoh: 0812 5550 0142 atau +62 812 5550 0142.".into()
            }
            (Self::NotAPhone, En) => "Not a valid phone number. Examples: 0812 5550 0142 or +62 812 5550 0142.".into(),
            (Self::Taken, Id) => "Sudah dipakai. Pilih yang lain.".into(),
            (Self::Taken, En) => "Already taken. Choose another.".into(),
            (Self::WrongSignIn, Id) => "Email dan kata sandi tidak cocok.".into(),
            (Self::WrongSignIn, En) => "E-mail and password do not match.".into(),
            (Self::NotAChoice, Id) => "Pilih salah satu dari daftar.".into(),
            (Self::NotAChoice, En) => "Choose one from the list.".into(),
            (Self::Template { at, mistake }, _) => mistake.message(*at, lang),
            (Self::NotAContactFile, Id) => {
                "Berkas ini bukan CSV yang dapat dibaca. Simpan sebagai CSV lalu unggah lagi.".into()
            }
            (Self::NotAContactFile, En) => {
                "This file is not a CSV that can be read. Save it as CSV and upload it again.".into()
            }
            (Self::NoPhoneColumn, Id) => "Belum ada kolom nomor. Pilih kolom yang berisi nomor WhatsApp.".into(),
            (Self::NoPhoneColumn, En) => {
                "No column holds numbers yet. Choose the one with the WhatsApp numbers.".into()
            }
            (Self::WrongCode, Id) => "Kode ini salah. Ketik kode yang baru, persis seperti yang tampil.".into(),
            (Self::WrongCode, En) => "This code is wrong. Type the new one, exactly as shown.".into(),
            (Self::OutOfRange { min, max }, Id) => format!("Isi angka bulat dari {min} sampai {max}."),
            (Self::OutOfRange { min, max }, En) => format!("Write a whole number from {min} to {max}."),
            (Self::NotANumber, Id) => "Isi angka bulat, 0 atau lebih.".into(),
            (Self::NotANumber, En) => "Write a whole number, 0 or more.".into(),
            (Self::NotAPicture, Id) => "Foto ini tidak bisa dibuka. Pilih JPEG, PNG atau WebP yang lebih kecil.".into(),
            (Self::NotAPicture, En) => "This picture cannot be opened. Choose a smaller JPEG, PNG or WebP.".into(),
            (Self::WordsWithSound, Id) => {
                "WhatsApp tidak menampilkan teks bersama suara. Hapus teksnya atau suaranya.".into()
            }
            (Self::WordsWithSound, En) => "WhatsApp shows no text with sound. Remove the text or the sound.".into(),
            (Self::NotAMoment, Id) => "Isi tanggal dan jamnya.".into(),
            (Self::NotAMoment, En) => "Give a date and a time.".into(),
            (Self::Past, Id) => "Waktu itu sudah lewat.".into(),
            (Self::Past, En) => "That time is over.".into(),
            (Self::BeforeStart, Id) => "Batasnya harus sesudah mulainya.".into(),
            (Self::BeforeStart, En) => "It has to end after it starts.".into(),
            (Self::NotATime, Id) => "Isi jam, misalnya 21:30; mulai dan selesai harus berbeda.".into(),
            (Self::NotATime, En) => "Write a time, such as 21:30; beginning and end must differ.".into(),
            (Self::OtherName, Id) => "Bukan nama nomor ini. Ketik persis seperti yang tampil.".into(),
            (Self::OtherName, En) => "This is not its name. Type it exactly as shown.".into(),
            (Self::OtherWord, Id) => "Bukan kata yang diminta. Ketik persis seperti yang tampil.".into(),
            (Self::OtherWord, En) => "This is not the word. Type it exactly as shown.".into(),
            (Self::TooManyLines { max }, Id) => format!("Paling banyak {max} baris."),
            (Self::TooManyLines { max }, En) => format!("At most {max} lines."),
        }
    }
}

impl TemplateMistake {
    fn message(self, at: u32, lang: Lang) -> String {
        let at = at + 1;
        match (self, lang) {
            (Self::UnclosedVariable, Lang::Id) => format!("Karakter {at}: {{{{ belum ditutup dengan }}}}."),
            (Self::UnclosedVariable, Lang::En) => format!("Character {at}: {{{{ is not closed with }}}}."),
            (Self::EmptyVariable, Lang::Id) => format!("Karakter {at}: variabel belum punya nama."),
            (Self::EmptyVariable, Lang::En) => format!("Character {at}: the variable has no name."),
            (Self::UnclosedAlternatives, Lang::Id) => format!("Karakter {at}: {{ belum ditutup dengan }}."),
            (Self::UnclosedAlternatives, Lang::En) => format!("Character {at}: {{ is not closed with }}."),
            (Self::TooDeep, Lang::Id) => format!("Karakter {at}: pilihan bersarang terlalu dalam."),
            (Self::TooDeep, Lang::En) => format!("Character {at}: alternatives are nested too deep."),
            (Self::TooLong, Lang::Id) => "Pesan lebih panjang daripada yang diterima WhatsApp.".into(),
            (Self::TooLong, Lang::En) => "The message is longer than WhatsApp takes.".into(),
        }
    }
}

impl Refusal {
    /// What stands in the way and what to do.
    pub fn message(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::CampaignState, Lang::Id) => {
                "Kampanye sudah berubah; langkah ini tidak berlaku lagi. Lihat keadaannya sekarang."
            }
            (Self::CampaignState, Lang::En) => {
                "The campaign has changed; this step no longer applies. Look at where it is now."
            }
            (Self::NoRecipients, Lang::Id) => "Belum ada penerima. Pilih kontak dulu.",
            (Self::NoRecipients, Lang::En) => "There is nobody to send to. Choose contacts first.",
            (Self::NumberNotLinked, Lang::Id) => {
                "Nomor ini belum tersambung ke WhatsApp. Sambungkan dulu di halaman Nomor."
            }
            (Self::NumberNotLinked, Lang::En) => {
                "This number is not linked to WhatsApp. Link it on the Numbers page first."
            }
            (Self::SandboxBuild, Lang::Id) => {
                "Program ini hanya tersambung ke sandbox. Untuk ponsel sungguhan, jalankan `cargo xtask serve --real`."
            }
            (Self::SandboxBuild, Lang::En) => {
                "This build dials the sandbox only. For a real phone, start it with `cargo xtask serve --real`."
            }
            (Self::NoSandbox, Lang::Id) => "Sandbox sedang mati. Nyalakan dengan sandbox.enabled di Leptos.toml.",
            (Self::NoSandbox, Lang::En) => "The sandbox is off. Switch it on with sandbox.enabled in Leptos.toml.",
            (Self::OptedOut, Lang::Id) => "Orang ini meminta tidak dikirimi pesan.",
            (Self::OptedOut, Lang::En) => "This person asked not to be written to.",
            (Self::KeyConflict, Lang::Id) => {
                "Kunci ini sudah dipakai untuk berkas, pesan, atau nomor lain. Pakai kunci baru."
            }
            (Self::KeyConflict, Lang::En) => "This key was used for another file, message or number. Use a new key.",
            (Self::ImportState, Lang::Id) => "Impor ini sudah berjalan atau selesai.",
            (Self::ImportState, Lang::En) => "This import is already running or done.",
            (Self::NobodyToImport, Lang::Id) => "Semua anggota grup ini menyembunyikan nomornya.",
            (Self::NobodyToImport, Lang::En) => "Everybody in this group hides their number.",
            (Self::SandboxPhoneGone, Lang::Id) => {
                "Sandbox sudah diulang dari awal; ponsel ini tidak ada lagi. Tautkan lagi nomornya."
            }
            (Self::SandboxPhoneGone, Lang::En) => {
                "The sandbox was reset and has no such phone any more. Link the number again."
            }
            (Self::NotAPerson, Lang::Id) => {
                "Nomor ini milik ponsel lain di sandbox. Hanya orang simulasi yang dapat dimainkan."
            }
            (Self::NotAPerson, Lang::En) => {
                "This number belongs to another phone of the sandbox. Only simulated people can be played."
            }
            (Self::PersonNotOnWhatsapp, Lang::Id) => "Orang ini tidak ada di WhatsApp. Ubah perilakunya dulu.",
            (Self::PersonNotOnWhatsapp, Lang::En) => "This person is not on WhatsApp. Change how they behave first.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_crosses_the_wire_unchanged() {
        let error = Error::field("email", Field::TooLong { max: 254 });
        let json = serde_json::to_string(&error).expect("serialises");
        assert_eq!(serde_json::from_str::<Error>(&json).expect("deserialises"), error);
        assert_eq!(error.of_field("email"), Some(&Field::TooLong { max: 254 }));
        assert_eq!(error.of_field("name"), None);
    }
}
