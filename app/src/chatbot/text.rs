//! What the chatbot's page says.

crate::texts! {
    chatbot: "Chatbot", "Chatbot";
    lead: "Menjawab pesan yang cocok dengan kata kunci, sekali saja, dan diam begitu agen menulis.",
        "Answers messages that match a keyword, once, and keeps silent when an agent writes.";
    on(n: u64): "{n} aturan aktif", "{n} rule on" | "{n} rules on";
    off: "Mati", "Off";
    new_rule: "Aturan baru", "New rule";
    edit_rule: "Ubah aturan", "Edit rule";
    first_match: "Yang pertama cocok menjawab", "First match answers";
    reorder: "urutkan dengan", "reorder with";
    message_is: "pesannya persis", "message is";
    message_contains: "pesannya memuat", "message contains";
    answered: "dijawab", "answered";
    answered_times(n: u64): "Menjawab {n} kali", "Answered {n} time" | "Answered {n} times";
    move_up(name: &str): "Naikkan {name}", "Move {name} up";
    move_down(name: &str): "Turunkan {name}", "Move {name} down";
    moved(name: &str, place: usize, of: usize): "{name} sekarang ke-{place} dari {of}", "{name} is now {place} of {of}";
    more_for(name: &str): "Lainnya untuk {name}", "More for {name}";
    edit: "Ubah", "Edit";
    delete: "Hapus", "Delete";
    delete_title(name: &str): "Hapus aturan “{name}”?", "Delete the rule “{name}”?";
    delete_body(answered: u64): "Aturan ini sudah menjawab {answered} kali. Pesan yang cocok tidak lagi dijawab bot; jawaban yang sudah terkirim tetap ada.",
        "It has answered {answered} times. Matching messages are no longer answered by the bot; answers already sent stay.";
    keep: "Biarkan", "Keep it";
    name: "Nama aturan", "Name of the rule";
    name_hint: "Hanya tim Anda yang melihatnya.", "Only your team sees it.";
    match_kind: "Menjawab bila", "Answer when";
    keywords: "Kata kunci", "Keywords";
    keywords_hint: "Pisahkan dengan koma. Huruf besar dan tanda baca tidak berpengaruh.",
        "Separate them with commas. Capitals and punctuation do not matter.";
    answer: "Jawaban", "Answer";
    preview: "Pratinjau", "Preview";
    another: "Variasi lain", "Another variant";
    missing(names: &str): "Kosong bila kontak tidak punya: {names}. Beri cadangan di dalam kurungnya.",
        "Empty when the contact has none: {names}. Give a fallback inside the braces.";
    save: "Simpan", "Save";
    cancel: "Batal", "Cancel";
    try_it: "Coba", "Try it";
    nothing_sent: "tidak ada yang dikirim", "nothing is sent";
    as_customer: "Tulis seperti pelanggan", "Write as a customer";
    try_hint: "Tulis pesan untuk melihat aturan mana yang menjawab.", "Write a message to see which rule answers.";
    answers_with(name: &str): "Aturan “{name}” menjawab", "Rule “{name}” answers";
    nobody_answers: "Tidak ada aturan aktif yang cocok: pesan menunggu agen.",
        "No rule that is on matches: the message waits for an agent.";
    empty_title: "Belum ada aturan", "No rules yet";
    empty_body: "Bot menjawab pertanyaan yang sering masuk, misalnya harga atau jam buka, selagi tim Anda istirahat.",
        "The bot answers what is often asked, such as prices or opening hours, while your team rests.";
}

/// A template to write an answer in, without braces of its own in `texts!`.
pub fn answer_hint(lang: domain::Lang) -> &'static str {
    match lang {
        domain::Lang::Id => "{{nama|Kak}} diganti nama kontak; {Halo|Hai} dipilih salah satu.",
        domain::Lang::En => "{{name|there}} becomes the contact's name; {Hello|Hi} takes one of the two.",
    }
}
