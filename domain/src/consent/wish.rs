//! Understanding a wish in a message. Only a message that is nothing but the wish counts: "tolong berhenti ya kak" does,
//! "stop kontaknya berapa?" (a power socket) and "jangan kirim dulu" (an order) do not.

use super::Wish;

/// More words than this are a story, not a wish.
const TOKENS_MAX: usize = 12;
/// Words this long may have one letter wrong.
const TYPO_FROM: usize = 5;

/// Politeness, whoever is addressed, and who speaks: nothing of the wish.
const SOFT: [&str; 77] = [
    "tolong", "mohon", "please", "pls", "plis", "plz", "kak", "ka", "kakak", "min", "admin", "gan", "bang", "bro",
    "mas", "mbak", "mba", "bu", "ibu", "pak", "bapak", "om", "tante", "sis", "ya", "yaa", "iya", "dong", "deh", "lah",
    "saja", "aja", "sih", "nih", "kok", "sekarang", "now", "terima", "kasih", "makasih", "trims", "thanks", "thank",
    "you", "thx", "saya", "aku", "gue", "gua", "kami", "mau", "ingin", "pengen", "minta", "i", "we", "want", "would",
    "like", "to", "wish", "me", "us", "my", "the", "hi", "halo", "hai", "hello", "maaf", "sorry", "ok", "oke", "sir",
    "usah", "perlu", "need",
];
/// Alone they end it.
const END: [&str; 13] = [
    "stop",
    "setop",
    "stopall",
    "berhenti",
    "hentikan",
    "unsubscribe",
    "unsubscribed",
    "unsub",
    "unsubs",
    "optout",
    "unreg",
    "stopp",
    "berenti",
];
/// They end what is named after them, if it is the messages.
const END_OF: [&str; 12] =
    ["batal", "batalkan", "cancel", "end", "akhiri", "keluar", "hapus", "remove", "opt", "quit", "leave", "henti"];
/// What is subscribed to: needed after a word that could end something else.
const SUBSCRIBED: [&str; 12] = [
    "langganan",
    "berlangganan",
    "subscription",
    "subscriptions",
    "out",
    "promo",
    "promosi",
    "broadcast",
    "iklan",
    "newsletter",
    "reg",
    "marketing",
];
/// What comes from us.
const MESSAGES: [&str; 30] = [
    "pesan",
    "pesannya",
    "wa",
    "whatsapp",
    "chat",
    "kirim",
    "kirimkan",
    "kirimi",
    "kirimin",
    "mengirim",
    "mengirimkan",
    "spam",
    "info",
    "notifikasi",
    "notif",
    "message",
    "messages",
    "messaging",
    "texting",
    "texts",
    "text",
    "sending",
    "ads",
    "blast",
    "sms",
    "contacting",
    "dikirim",
    "dikirimi",
    "menghubungi",
    "email",
];
/// "Not", in front of what we do.
const DONT: [&str; 7] = ["jangan", "jgn", "jangn", "dont", "never", "stop", "berhenti"];
/// The same, if they say that they do not *want* it: "ga kirim lagi?" asks about a parcel.
const NOT: [&str; 10] = ["tidak", "tak", "tdk", "gak", "ga", "gk", "nggak", "ngga", "enggak", "not"];
const WANT: [&str; 9] = ["mau", "ingin", "pengen", "want", "wish", "like", "usah", "perlu", "need"];
/// What we are not to do.
const DO: [&str; 19] = [
    "kirim", "kirimi", "kirimin", "kirimkan", "wa", "chat", "hubungi", "sms", "ganggu", "spam", "menerima", "nerima",
    "send", "contact", "message", "text", "bother", "receive", "get",
];
const AGAIN: [&str; 6] = ["lagi", "lg", "again", "anymore", "more", "any"];
/// Between the other words.
const FILLERS: [&str; 15] =
    ["ke", "ini", "itu", "dari", "anda", "kalian", "sini", "nomor", "no", "t", "do", "from", "this", "number", "your"];
/// Alone they begin again.
const BEGIN: [&str; 7] = ["start", "unstop", "mulai", "subscribe", "resubscribe", "optin", "langganan"];
const BEGIN_OF: [&str; 8] = ["mulai", "daftar", "aktifkan", "lanjut", "lanjutkan", "langganan", "opt", "subscribe"];
const BEGUN: [&str; 6] = ["lagi", "in", "again", "langganan", "berlangganan", "kembali"];

/// The words of one tenant, ready to be compared.
#[derive(Clone, Debug, Default)]
pub struct Words {
    out: Vec<Vec<String>>,
    back: Vec<Vec<String>>,
}

impl Words {
    /// `out` and `back`: phrases of the tenant's own, each in a line.
    pub fn new(out: &str, back: &str) -> Self {
        let phrases = |lines: &str| lines.lines().map(tokens).filter(|phrase| !phrase.is_empty()).collect();
        Self { out: phrases(out), back: phrases(back) }
    }

    /// What a message wishes, if it is a wish and nothing else.
    pub fn wish(&self, message: &str) -> Option<Wish> {
        // Longer than any wish: not worth taking apart.
        if message.len() > 400 {
            return None;
        }
        let said = tokens(message);
        if said.is_empty() || said.len() > TOKENS_MAX {
            return None;
        }
        let own = |phrases: &[Vec<String>]| {
            phrases.iter().any(|phrase| {
                phrase.len() == said.len() && phrase.iter().zip(&said).all(|(wanted, said)| is_like(said, wanted))
            })
        };
        if own(&self.out) {
            return Some(Wish::OptOut);
        }
        if own(&self.back) {
            return Some(Wish::OptIn);
        }
        let core: Vec<&str> = said.iter().map(String::as_str).filter(|word| !SOFT.contains(word)).collect();
        let wants = said.iter().any(|word| WANT.contains(&word.as_str()));
        if ends(&core) || forbids(&core, wants) {
            Some(Wish::OptOut)
        } else if begins(&core) {
            Some(Wish::OptIn)
        } else {
            None
        }
    }
}

/// "stop", "berhenti kirim promo", "batal langganan", "opt out"
fn ends(core: &[&str]) -> bool {
    let Some((first, rest)) = core.split_first() else { return false };
    let about_us =
        |word: &&str| any(word, &MESSAGES) || any(word, &SUBSCRIBED) || any(word, &AGAIN) || any(word, &FILLERS);
    if any(first, &END) {
        // "stop berhenti" is the same said twice.
        return rest.iter().all(|word| about_us(word) || any(word, &END));
    }
    any(first, &END_OF) && rest.iter().any(|word| any(word, &SUBSCRIBED)) && rest.iter().all(about_us)
}

/// "jangan kirim pesan lagi", "don't text me anymore", "no more messages"
fn forbids(core: &[&str], wants: bool) -> bool {
    let rest = match core {
        ["do", "not", rest @ ..] => rest,
        // Not "no" alone: "no wa?" asks for a number.
        ["no", "more", ..] => &core[1..],
        [first, rest @ ..] if any(first, &DONT) || (wants && any(first, &NOT)) => rest,
        _ => return false,
    };
    let is_ours = |word: &str| any(word, &MESSAGES) || any(word, &SUBSCRIBED);
    let is_known = |word: &str| is_ours(word) || any(word, &DO) || any(word, &AGAIN) || any(word, &FILLERS);
    // "jangan kirim" alone may be about a parcel: it takes "lagi", or that it is messages.
    let is_clear = rest.iter().any(|word| any(word, &AGAIN) || (is_ours(word) && !DO.contains(word)));
    is_clear && rest.iter().any(|word| any(word, &DO) || is_ours(word)) && rest.iter().all(|word| is_known(word))
}

/// "start", "mulai lagi", "langganan lagi", "opt in"
fn begins(core: &[&str]) -> bool {
    match core {
        [word] => any(word, &BEGIN),
        [first, rest @ ..] => {
            any(first, &BEGIN_OF)
                && rest.iter().all(|word| any(word, &BEGUN) || any(word, &MESSAGES))
                && rest.iter().any(|word| any(word, &BEGUN))
        }
        [] => false,
    }
}

fn any(word: &str, of: &[&str]) -> bool {
    of.iter().any(|wanted| is_like(word, wanted))
}

/// The same word, or a long one with a letter wrong, missing, too many, or two of them the wrong way round.
fn is_like(said: &str, wanted: &str) -> bool {
    if said == wanted {
        return true;
    }
    let (said, wanted): (Vec<char>, Vec<char>) = (said.chars().collect(), wanted.chars().collect());
    if wanted.len() < TYPO_FROM || said.len().abs_diff(wanted.len()) > 1 {
        return false;
    }
    let same = said.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
    let (said, wanted) = (&said[same..], &wanted[same..]);
    match (said, wanted) {
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        ([a, b, rest @ ..], [c, d, others @ ..]) => a == d && b == c && rest == others,
        _ => false,
    }
}

/// Lower case words of letters and digits. Letters said three times and more are said once: "stoooop" is "stop".
fn tokens(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    // "don't" and "jum'at" are one word.
    let text = text.to_lowercase().replace(['\'', '’', '`'], "");
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        let kept = letters.chunk_by(|a, b| a == b).flat_map(|run| {
            let keep = if run.len() > 2 && run[0].is_alphabetic() { 1 } else { run.len() };
            &run[..keep]
        });
        words.push(kept.collect());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(message: &str) -> Option<Wish> {
        Words::default().wish(message)
    }

    #[test]
    fn whoever_wants_no_messages_is_understood() {
        for message in [
            "STOP",
            "stop!",
            "Stoooop",
            "berhenti",
            "Tolong berhenti",
            "tolong berhenti ya kak 🙏",
            "mohon hentikan",
            "BERHNETI",
            "unsubscribe",
            "please unsubcribe",
            "Unsub",
            "opt out",
            "opt-out please",
            "saya mau berhenti langganan",
            "batal berlangganan",
            "stop promo",
            "Stop kirim pesan ke nomor ini",
            "berhenti kirim promo",
            "jangan kirim lagi",
            "Jangan kirim pesan lagi ya kak",
            "jgn wa lagi",
            "tolong jangan hubungi saya lagi",
            "saya tidak mau terima pesan lagi",
            "gak mau dikirimi promo lagi",
            "don't text me anymore",
            "Do not send me messages",
            "do not contact me again",
            "no more messages please",
            "stop sending me messages",
            "cancel subscription",
            "STOP STOP STOP",
            "keluar dari broadcast ini",
            "ga usah kirim pesan lagi",
            "tidak perlu kirim lagi",
        ] {
            assert_eq!(wish(message), Some(Wish::OptOut), "{message:?}");
        }
    }

    #[test]
    fn whatever_only_sounds_like_it_is_not() {
        for message in [
            "",
            "🙏",
            "stop kontaknya berapa?",
            "ada stop kontak?",
            "turun di halte stop mana kak",
            "jangan stop ya",
            "don't stop",
            "saya tidak mau berhenti",
            "jangan kirim dulu ya, saya belum bayar",
            "jangan kirim",
            "barangnya jangan dikirim hari ini",
            "batal",
            "cancel",
            "batal pesan",
            "pesanan saya batal ya",
            "cancel order",
            "hapus",
            "kapan promo berhenti?",
            "promo apa saja?",
            "mau pesan lagi",
            "kirim lagi dong fotonya",
            "no",
            "tidak",
            "ga jadi",
            "wa",
            "end",
            "saya mau berhenti kerja",
            "tidak ada info lagi kah",
            "ga kirim lagi kak?",
            "no wa?",
            "no whatsapp nya berapa",
            "kirim lagi",
            "berhentinya di mana",
            "bisa stop promo minggu depan tidak, saya lagi di luar kota sampai tanggal dua puluh",
        ] {
            assert_eq!(wish(message), None, "{message:?}");
        }
    }

    #[test]
    fn whoever_wants_messages_again_is_understood() {
        for message in ["START", "mulai", "Mulai lagi kak", "langganan lagi", "subscribe", "opt in", "unstop"] {
            assert_eq!(wish(message), Some(Wish::OptIn), "{message:?}");
        }
        for message in ["mulai jam berapa?", "kirim lagi fotonya", "start engine", "daftar harga"] {
            assert_eq!(wish(message), None, "{message:?}");
        }
    }

    #[test]
    fn a_tenant_has_words_of_its_own() {
        let words = Words::new("cukup sekian\n\n ", "ikut arisan");
        assert_eq!(words.wish("Cukup sekian!"), Some(Wish::OptOut));
        assert_eq!(words.wish("cukup sekain"), Some(Wish::OptOut), "a typo");
        assert_eq!(words.wish("cukup sekian dulu"), None);
        assert_eq!(words.wish("IKUT ARISAN"), Some(Wish::OptIn));
        assert_eq!(wish("ikut arisan"), None);
    }

    #[test]
    fn a_typo_is_one_letter_of_a_long_word() {
        assert!(is_like("berhnti", "berhenti") && is_like("berhenrti", "berhenti") && is_like("berhemti", "berhenti"));
        assert!(!is_like("berhnt", "berhenti") && !is_like("stip", "stop") && !is_like("mulia", "mulais"));
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_written_is_too_much(message in ".{0,600}", out in ".{0,80}") {
            let _ = Words::new(&out, &message).wish(&message);
        }
    }
}
