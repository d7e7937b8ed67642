//! What is said of consent.

crate::texts! {
    title: "Persetujuan", "Consent";
    lead: "Siapa yang tidak mau dikirimi pesan, sejak kapan, dan buktinya. Kampanye dan chatbot tidak pernah menulis kepada mereka.",
        "Who wants no messages, since when, and the proof. Campaigns and the chatbot never write to them.";
    contacts: "Kontak", "Contacts";
    export: "Ekspor CSV", "Export CSV";
    add_list: "Tambah daftar", "Add a list";
    search: "Cari nama atau nomor", "Search by name or number";
    people(n: u64): "{n} orang tidak mau dikirimi pesan", "{n} person wants no messages" | "{n} people want no messages";
    matching(n: u64): "{n} cocok", "{n} match" | "{n} match";
    opted_out: "Tidak mau dikirimi pesan", "Want no messages";
    name: "Nama", "Name";
    since: "Sejak", "Since";
    how: "Bukti", "Proof";
    actions: "Tindakan", "Actions";
    nobody: "Belum ada yang berhenti", "Nobody has opted out";
    nobody_body: "Begitu seseorang menulis STOP, berhenti, atau yang serupa, ia muncul di sini dengan kata-katanya, dan tidak menerima pesan lagi.",
        "As soon as somebody writes STOP, berhenti or the like, they appear here with their words, and get no more messages.";
    nobody_matches(search: &str): "Tidak ada yang cocok dengan “{search}”", "Nobody matches “{search}”";
    open_thread: "Buka percakapan", "Open the conversation";
    open_thread_of(name: &str): "Buka percakapan dengan {name}", "Open the conversation with {name}";

    wrote(words: &str): "Menulis “{words}”", "Wrote “{words}”";
    a_member: "Anggota tim", "A member";
    noted(member: &str): "Dicatat oleh {member}", "Written down by {member}";
    noted_so(member: &str, words: &str): "Dicatat oleh {member}: {words}", "Written down by {member}: {words}";
    in_file(file: &str): "Tertulis di berkas {file}", "It says so in the file {file}";
    on_list: "Ada di daftar yang ditempel", "On a pasted list";
    earlier: "Sudah sebelumnya", "From before";

    understanding: "Yang dipahami", "What is understood";
    understood: "STOP, berhenti, unsubscribe, “tolong jangan kirim lagi”, dan yang serupa, juga bila salah ketik. MULAI atau START membuka lagi. Hanya pesan yang seluruhnya berisi itu; “stop kontak” tidak termasuk.",
        "STOP, berhenti, unsubscribe, “please don’t text me again” and the like, with typos too. START or MULAI begins again. Only messages that say nothing else; “stop by tomorrow” does not count.";
    out_words: "Kata berhenti tambahan", "More words that end them";
    in_words: "Kata mulai tambahan", "More words that begin again";
    words_hint: "Satu per baris. Pesannya harus persis itu.", "One per line. The message must be exactly that.";
    answering: "Yang dijawab", "What is answered";
    answers: "Jawab sekali bila seseorang berhenti atau mulai lagi", "Answer once when somebody opts out or in again";
    out_answer: "Kepada yang berhenti", "To whoever opts out";
    in_answer: "Kepada yang mulai lagi", "To whoever opts in again";
    answer_hint: "Kosong: kata-kata Sapa, dalam bahasa nomornya.", "Empty: Sapa’s own words, in the language of the number.";
    save: "Simpan", "Save";
    saved: "Berlaku mulai pesan berikutnya.", "Holds from the next message on.";

    list_title: "Daftar orang yang tidak mau dikirimi pesan", "A list of people who want no messages";
    list_lead: "Misalnya dari program yang Anda pakai sebelumnya. Yang belum menjadi kontak ikut dicatat, sehingga impor nanti tidak mengirimi mereka.",
        "From the program you used before, for instance. Who is no contact yet is kept as well, so that a later import does not write to them.";
    list_label: "Nomor", "Numbers";
    list_hint(max: u32): "Satu per baris, paling banyak {max}. Yang di belakang koma atau titik koma diabaikan.",
        "One per line, at most {max}. What follows a comma or semicolon is ignored.";
    cancel: "Batal", "Cancel";
    add: "Tambahkan", "Add them";
    close: "Tutup", "Close";
    added(n: u64): "{n} orang tidak akan dikirimi pesan lagi.", "{n} person gets no more messages." | "{n} people get no more messages.";
    already(n: u64): "{n} sudah tercatat.", "{n} was known already." | "{n} were known already.";
    wrong(n: u64): "{n} baris tanpa nomor yang dapat dihubungi:", "{n} line without a number one could call:" | "{n} lines without a number one could call:";

    section: "Persetujuan", "Consent";
    nothing_known: "Belum pernah menyatakan apa pun.", "Has said nothing of it so far.";
    opted_out_line: "Tidak mau pesan", "Wants no messages";
    opted_in_line: "Mau pesan", "Wants messages";
    record_out: "Catat bahwa ia berhenti", "Record an opt-out";
    record_in: "Catat persetujuannya", "Record their consent";
    record_in_of(name: &str): "Catat persetujuan {name}", "Record that {name} agreed";
    note_out: "Bagaimana ia mengatakannya", "How they said so";
    note_out_hint: "Boleh kosong.", "May be empty.";
    note_in: "Bagaimana ia menyetujuinya", "How they agreed";
    note_in_hint: "Misalnya: lewat telepon, 30 November. Ini buktinya.", "For instance: by phone, 30 November. This is the proof.";
    record_out_now: "Berhenti mengirimi", "Stop writing to them";
    record_in_now: "Simpan persetujuan", "Save their consent";
    recorded: "Tercatat.", "Written down.";
    agreed(name: &str): "{name} akan menerima pesan lagi.", "{name} gets messages again.";
    agreed_lead: "Simpan hanya persetujuan yang sungguh diberikan: siapa pun dapat membacanya sebagai bukti.",
        "Only write down consent that was really given: anybody can read it as the proof.";

    closed(name: &str): "{name} minta tidak dikirimi pesan", "{name} asked for no messages";
    closed_body: "Anda dapat menjawab lagi begitu ia menulis, atau setelah persetujuannya dicatat di panel kontak.",
        "You can answer again as soon as they write, or once their consent is recorded in the contact panel.";
}
