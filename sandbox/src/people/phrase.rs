//! What people call themselves and say when nobody wrote their lines: Indonesian and English, as in a chat.

use crate::random::Draws;

const GIVEN: &[&str] = &[
    "Adi", "Agus", "Ayu", "Bagas", "Bayu", "Budi", "Citra", "Dewi", "Dian", "Dimas", "Eka", "Endah", "Fajar", "Fitri",
    "Galih", "Hana", "Hendra", "Indah", "Intan", "Joko", "Kartika", "Laras", "Lina", "Made", "Maya", "Nadia", "Nur",
    "Putra", "Putri", "Rani", "Ratna", "Rendi", "Rina", "Rizky", "Sari", "Sinta", "Tari", "Teguh", "Wahyu", "Yuni",
    "Alice", "Ben", "Clara", "Daniel", "Emma", "Grace", "Jack", "Liam", "Olivia", "Sophie",
];
const FAMILY: &[&str] = &[
    "Anggraini",
    "Aditya",
    "Firmansyah",
    "Gunawan",
    "Halim",
    "Hidayat",
    "Kurniawan",
    "Kusuma",
    "Lestari",
    "Mahendra",
    "Maulana",
    "Nugroho",
    "Permata",
    "Pratama",
    "Purnomo",
    "Rahayu",
    "Ramadhan",
    "Salim",
    "Santoso",
    "Saputra",
    "Setiawan",
    "Siregar",
    "Susanti",
    "Utami",
    "Wibowo",
    "Wijaya",
    "Yulianti",
    "Cooper",
    "Hughes",
    "Morgan",
];

/// The name of somebody whose name was not set.
pub fn name(seed: u64, phone: u64) -> String {
    let mut draws = Draws::of(seed, &[b"name", &phone.to_be_bytes()]);
    let mut one_of = |names: &[&'static str]| names[draws.between(0, names.len() as u64 - 1) as usize];
    format!("{} {}", one_of(GIVEN), one_of(FAMILY))
}

const INDONESIAN: &[&str] = &[
    "Berapa harganya kak?",
    "Oke kak, makasih infonya",
    "Masih ada stoknya?",
    "Boleh minta katalognya?",
    "Nanti saya kabari ya",
    "Bisa COD nggak?",
    "Mau pesan 2 ya kak",
    "Ongkir ke Bandung berapa?",
    "Siap, terima kasih 🙏",
    "STOP",
];
const ENGLISH: &[&str] = &[
    "How much is it?",
    "Thanks for letting me know!",
    "Is it still available?",
    "Could you send me the catalogue?",
    "I'll get back to you",
    "Do you deliver on weekends?",
    "I'd like to order two, please",
    "Sounds good 👍",
    "Not interested, thanks",
    "STOP",
];
/// Words that a message in Indonesian hardly does without.
const INDONESIAN_WORDS: &[&str] = &[
    "kak", "dan", "yang", "untuk", "anda", "kami", "ada", "halo", "hai", "bapak", "ibu", "promo", "di", "dengan", "ini",
];

/// An answer to `text` in its language, and the milliseconds it takes to type it.
pub fn small_talk(text: &str, draws: &mut Draws) -> (u64, String) {
    let text = text.to_lowercase();
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let indonesian = words.filter(|word| INDONESIAN_WORDS.contains(word)).count() > 0;
    let phrases = if indonesian { INDONESIAN } else { ENGLISH };
    let phrase = phrases[draws.between(0, phrases.len() as u64 - 1) as usize];
    (draws.between(1_500, 8_000), phrase.to_owned())
}
