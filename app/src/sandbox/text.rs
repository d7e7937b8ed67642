//! What the pages of the sandbox say.

use domain::{Lang, sandbox::FaultKind};

crate::texts! {
    title: "Sandbox", "Sandbox";
    whole_world: "Seluruh dunia", "The whole world";
    lead: "Jaringan WhatsApp di dalam kotak. Di sini Anda memainkan para pelanggan: baca layar mereka, tulis atas nama mereka, dan lempar gangguan.",
        "A WhatsApp network in a box. Here you play the customers: see their screens, write in their name, and throw trouble.";
    none: "Belum ada ponsel sandbox", "No sandbox phone yet";
    none_body: "Tambah nomor sandbox; ponselnya muncul di sini beserta semua orang yang ia ajak bicara.",
        "Add a sandbox number; its phone appears here, with everybody it talks to.";
    to_numbers: "Ke halaman nomor", "To the numbers";
    open: "Buka", "Open";
    open_of(name: &str): "Buka ponsel {name}", "Open the phone of {name}";
    back: "Semua ponsel", "All phones";
    number_page: "Halaman nomor", "Number page";
    gone: "Sandbox sudah diulang dari awal dan tidak mengenal ponsel ini lagi. Tautkan lagi nomornya.",
        "The sandbox was reset and does not know this phone any more. Link the number again.";
    devices(n: usize): "{n} perangkat tertaut", "{n} linked device" | "{n} linked devices";
    locked_until(at: &str): "Orang baru terkunci sampai {at}", "New chats locked until {at}";
    banned_until(at: &str): "Diblokir sampai {at}", "Banned until {at}";
    in_numbers: "Angka jaringan", "As the network counts";
    accepted: "Diterima", "Accepted";
    delivered: "Sampai", "Delivered";
    read: "Dibaca", "Read";
    replies: "Balasan", "Replies";
    refused: "Ditolak", "Refused";
    repeated: "Terkirim ganda", "Sent twice";
    unreadable: "Tak terbaca", "Unreadable";
    keys_reused: "Kunci dipakai ulang", "Keys reused";
    views: "Tampilan", "Views";
    chats: "Obrolan", "Chats";
    trouble: "Gangguan", "Trouble";
    ledger: "Buku besar", "Ledger";
    as_whom: "Nomor orangnya", "Number of the person";
    write_as_hint: "Siapa pun, misalnya 0812 5550 0142", "Anybody, such as 0812 5550 0142";
    go: "Mainkan", "Play";
    no_chats: "Belum ada obrolan", "No chats yet";
    no_chats_body: "Tulis nomor di atas untuk menyapa sebagai pelanggan, atau kirim kampanye.",
        "Type a number above to write as a customer, or send a campaign.";
    choose: "Pilih seseorang", "Choose somebody";
    choose_body: "Anda melihat layar ponsel mereka dan menulis atas nama mereka.",
        "You see the screen of their phone and write in their name.";
    business: "Bisnis", "Business";
    screen_of(name: &str): "Layar ponsel {name}", "Screen of {name}’s phone";
    nothing_here: "Belum ada pesan di ponsel ini.", "Nothing on this phone yet.";
    message_of(name: &str): "Pesan dari {name}", "Message from {name}";
    write_in_name(name: &str): "Tulis sebagai {name}", "Write as {name}";
    send: "Kirim", "Send";
    not_played: "Nomor ini milik ponsel lain di sandbox; pesannya ditulis di sana.",
        "This number belongs to another phone of the sandbox; its messages are written there.";
    back_to_chats: "Kembali ke obrolan", "Back to the chats";
    new_group: "Grup baru", "New group";
    new_group_lead: "Ponsel ini membuat grup dan mengundang orang-orang simulasi. Grupnya muncul di halaman nomor.",
        "This phone makes a group of simulated people. The group appears on the number’s page.";
    subject: "Nama grup", "Name of the group";
    people: "Anggota", "Members";
    people_hint: "Satu nomor per baris.", "One number per line.";
    make_group: "Buat grup", "Make the group";
    group_made(subject: &str): "Grup {subject} dibuat", "Made the group {subject}";
    behaviour: "Perilaku", "Behaviour";
    behaviour_of(name: &str): "Perilaku {name}", "How {name} behaves";
    behaviour_lead: "Begini ia bersikap terhadap nomor ini mulai pesan berikutnya; nomor usaha lain tidak merasakannya. Nama, foto, dan apakah ia ada di WhatsApp sama untuk semua nomor: itu diatur pengelola server.",
        "This is how they behave toward this number, from the next message on; other businesses’ numbers do not notice. Their name, their picture and whether they are on WhatsApp are the same for every number: the operator of this installation sets those.";
    person_of: "Orangnya", "Person";
    who_is(name: &str): "Siapa {name}", "Who {name} is";
    person_lead: "Sama untuk semua nomor di sandbox, milik usaha mana pun. Anda mengubahnya sebagai pengelola server.",
        "The same for every number of the sandbox, whichever business it belongs to. You change it as the operator of this installation.";
    save_person: "Simpan", "Save person";
    person_saved: "Tersimpan untuk semua nomor.", "Saved for every number.";
    name: "Nama di profil", "Profile name";
    on_whatsapp: "Ada di WhatsApp", "Is on WhatsApp";
    receives: "Ponsel menyala", "Phone is on";
    reads: "Membaca pesan", "Reads messages";
    blocks: "Memblokir pengirim", "Blocks the sender";
    replies_to: "Membalas pesan", "Answers messages";
    hides_number: "Menyembunyikan nomornya", "Hides their number";
    shows_picture: "Memasang foto profil", "Shows a profile picture";
    shows_picture_hint: "Terlihat di kotak masuk begitu ia menulis.", "Seen in the inbox once they write.";
    hides_number_badge: "Nomor disembunyikan", "Number hidden";
    answers: "Jawaban", "Answers";
    answers_hint: "Satu per baris: kata = jawaban. Tanpa kata, menjawab pesan apa pun. Kosong: jawaban yang berlaku bagi semua orang; kalau tidak ada, obrolan ringan.",
        "One per line: words = answer. Without words it answers any message. Empty: the answers set for everybody; where there are none, small talk.";
    answers_example: "harga = Berapa ongkirnya?", "price = What is the shipping?";
    cancel: "Batal", "Cancel";
    save: "Simpan perilaku", "Save behaviour";
    saved(name: &str): "{name} berperilaku begitu mulai sekarang.", "{name} behaves like this from now on.";
    off: "Ponsel mati", "Phone off";
    not_on_whatsapp: "Tidak di WhatsApp", "Not on WhatsApp";
    blocks_badge: "Memblokir", "Blocks";
    never_reads: "Tidak membaca", "Never reads";
    throw: "Lempar gangguan", "Throw trouble";
    throw_lead: "Hanya mengenai ponsel ini; yang mengenai pesan berlaku untuk pesan berikutnya. Penerima yang ganti ponsel menggantinya bagi semua.",
        "Strikes this phone only; what is about messages strikes the next ones. A recipient with a new phone has it for everybody.";
    kind: "Gangguan", "Trouble";
    count: "Berapa kali", "How often";
    count_hint: "Kosong: sampai diakhiri", "Empty: until it is ended";
    person: "Hanya untuk orang ini", "Only for this person";
    person_hint: "Kosong: untuk semua", "Empty: for everybody";
    code: "Kode penolakan", "Code of the refusal";
    code_hint: "463: terlalu banyak obrolan baru", "463: too many new chats";
    delay: "Terlambat berapa detik", "Seconds late";
    throw_it: "Lempar", "Throw it";
    thrown: "Gangguan dilempar.", "Trouble is on its way.";
    in_force: "Yang sedang berlaku", "In force";
    nothing_in_force: "Tidak ada gangguan yang dilempar ke ponsel ini.", "No trouble was thrown at this phone.";
    end_all: "Akhiri semua", "End all";
    ended: "Semua gangguan berakhir.", "All trouble has ended.";
    times(n: u64): "{n} kali lagi", "once more" | "{n} times more";
    endless: "sampai diakhiri", "until ended";
    every_phone: "setiap ponsel", "every phone";
    only_for(who: &str): "hanya {who}", "only {who}";
    linked_devices: "Perangkat tertaut", "Linked devices";
    devices_lead: "Seperti yang terlihat di pengaturan WhatsApp pada ponsel ini.", "As in the WhatsApp settings of this phone.";
    no_devices: "Tidak ada perangkat tertaut.", "No device is linked.";
    device(id: u16): "Perangkat {id}", "Device {id}";
    device_on: "Tersambung", "Connected";
    device_off: "Terputus", "Not connected";
    unlink: "Keluarkan", "Log out";
    unlink_of(id: u16): "Keluarkan perangkat {id}", "Log out device {id}";
    unlinked: "Perangkat dikeluarkan.", "The device was logged out.";
    newest: "Pesan terbaru", "Newest messages";
    newest_lead: "Persis seperti penerimanya membacanya.", "Exactly as the recipient decrypted them.";
    no_messages: "Belum ada pesan yang dikirim dari nomor ini.", "This number has sent no message yet.";
    no_messages_at_all: "Belum ada pesan di jaringan ini.", "No message on this network yet.";
    from: "Dari", "From";
    to: "Kepada", "To";
    a_group: "Grup", "Group";
    message: "Pesan", "Message";
    taken_at: "Diterima", "Accepted";
    came: "Kali", "Times";
    never: "Belum", "Not yet";
}

/// What a fault is called.
pub fn fault(lang: Lang, kind: FaultKind) -> &'static str {
    let (id, en) = match kind {
        FaultKind::Nack => ("Pesan ditolak dengan kode", "Messages are refused with a code"),
        FaultKind::Throttle => ("Terlalu cepat (429)", "Too fast (429)"),
        FaultKind::AckNever => ("Tanda terima jaringan tidak pernah datang", "The network never acknowledges"),
        FaultKind::AckLate => ("Tanda terima jaringan terlambat", "The network acknowledges late"),
        FaultKind::Undecryptable => ("Penerima tidak dapat membacanya", "The recipient cannot read it"),
        FaultKind::ReceiptNever => ("Centang penerima hilang", "The recipient’s ticks are lost"),
        FaultKind::KeyRotation => ("Penerima ganti ponsel", "The recipient has a new phone"),
        FaultKind::Disconnect => ("Sambungan putus", "The connection breaks"),
        FaultKind::Server503 => ("Jaringan sedang tumbang (503)", "The network is down (503)"),
        FaultKind::StreamReplaced => ("Program lain mengambil alih", "Another program takes over"),
        FaultKind::LoggedOut => ("Perangkat dikeluarkan", "The device is logged out"),
        FaultKind::TemporaryBan => ("Diblokir satu jam", "Banned for an hour"),
        FaultKind::PasskeyWanted => ("Penautan meminta passkey", "Linking wants a passkey"),
        FaultKind::MediaGone => ("Berkas hilang saat diunduh", "A file is gone when it is downloaded"),
        FaultKind::MediaRefused => ("Berkas tidak dapat diunggah", "Files cannot be uploaded"),
    };
    match lang {
        Lang::Id => id,
        Lang::En => en,
    }
}
