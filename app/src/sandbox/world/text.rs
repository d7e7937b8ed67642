//! What the pages of the world say.

crate::texts! {
    lead: "Semua yang ada di jaringan latihan ini, milik usaha mana pun. Hanya pengelola server yang melihatnya.",
        "Everything on this sandbox network, whichever business it belongs to. Only operators of this installation see it.";
    phones: "Ponsel", "Phones";
    rules: "Aturan", "Rules";
    accounts(n: usize): "{n} ponsel", "{n} phone" | "{n} phones";
    people(n: u64): "{n} orang yang pernah menulis atau dikirimi pesan", "{n} person who wrote or was written to" | "{n} people who wrote or were written to";
    no_phones: "Belum ada ponsel di dunia ini. Ponsel muncul begitu ada usaha yang menambah nomor sandbox.",
        "No phone in this world yet. One appears as soon as a business adds a sandbox number.";
    number: "Nomor dan usaha", "Number and business";
    phone: "Telepon", "Phone number";
    addressing: "Alamat", "Addressing";
    by_lid: "Lewat LID", "By LID";
    by_phone: "Lewat nomor", "By phone number";
    devices: "Perangkat", "Devices";
    no_device: "Tidak ada", "None";
    connected(n: u64, of: u64): "{n} dari {of} tersambung", "{n} of {of} connected";
    online: "Daring", "Online";
    of_nobody: "Bukan nomor di Sapa", "Not a number in Sapa";
    limits: "Batas jaringan", "Network limits";
    new_chats(n: &str, cap: &str): "{n} dari {cap} obrolan baru hari ini", "{n} of {cap} new chats today";
    unlimited: "Tanpa batas", "Unlimited";
    everybody: "Perilaku semua orang", "How everybody behaves";
    everybody_lead: "Untuk siapa pun yang tidak diatur lain terhadap suatu nomor, mulai pesan berikutnya.",
        "For everybody who was not told otherwise toward a number, from the next message on.";
    answers_hint: "Satu per baris: kata = jawaban. Tanpa kata, menjawab pesan apa pun. Kosong: obrolan ringan bila mereka membalas.",
        "One per line: words = answer. Without words it answers any message. Empty: small talk, if they answer.";
    defaults_saved: "Semua orang berperilaku begitu mulai sekarang.", "Everybody behaves like this from now on.";
    limits_lead: "Jaringan menolak yang melewatinya, seperti WhatsApp: kode 463 untuk orang baru, 429 untuk yang terlalu cepat. Berlaku untuk semua ponsel.",
        "The network refuses what goes beyond them, as WhatsApp does: code 463 for new people, 429 for too fast. They hold for every phone.";
    new_chats_per_day: "Obrolan baru per hari", "New chats a day";
    lock_minutes: "Kunci berlangsung (menit)", "A lock lasts (minutes)";
    messages_per_minute: "Pesan per menit", "Messages a minute";
    ban_after: "Penolakan sampai diblokir", "Refusals before a ban";
    ban_minutes: "Blokir berlangsung (menit)", "A ban lasts (minutes)";
    empty_unlimited: "Kosong: tanpa batas", "Empty: unlimited";
    empty_never: "Kosong: tidak pernah", "Empty: never";
    empty_hour: "Kosong: satu jam", "Empty: an hour";
    save_limits: "Simpan batas", "Save limits";
    limits_saved: "Batas jaringan berlaku mulai sekarang.", "The network has these limits from now on.";
    seed: "Benih acak", "Seed";
    seed_label: "Angka", "Number";
    seed_hint: "Dunia dengan benih yang sama bertingkah sama: siapa yang membaca, membalas, dan kapan.",
        "A world with the same seed does the same again: who reads, who answers, and when.";
    save_seed: "Simpan benih", "Save seed";
    seed_saved: "Benih tersimpan.", "The seed is saved.";
    throw_at_all: "Gangguan untuk semua", "Trouble for everybody";
    throw_lead: "Mengenai setiap ponsel di jaringan, milik usaha mana pun. Yang mengenai pesan berlaku untuk pesan berikutnya.",
        "Strikes every phone of the network, whichever business it belongs to. What is about messages strikes the next ones.";
    throw_it: "Lempar ke semua", "Throw at everybody";
    no_trouble: "Tidak ada gangguan yang sedang berlaku.", "No trouble is in force.";
    start_over: "Mulai dari awal", "Start over";
    reset_lead: "Membuang semua ponsel, orang, obrolan, aturan, dan gangguan di jaringan latihan ini, milik semua usaha. Yang sudah tersimpan di kotak masuk Sapa tetap ada.",
        "Throws away every phone, person, chat, rule and trouble of this sandbox network, of every business. What is in Sapa’s inboxes stays.";
    reset_links: "Setiap nomor sandbox harus ditautkan lagi sesudahnya, oleh usaha masing-masing.",
        "Every sandbox number will have to be linked again afterwards, by the business it belongs to.";
    type_word(word: &str): "Ketik {word} untuk melanjutkan", "Type {word} to go on";
    reset_now: "Ulang dari awal", "Reset the world";
    was_reset: "Dunia baru dimulai.", "A new world has begun.";
}
