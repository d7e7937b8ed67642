//! What the pages of campaigns say.

crate::texts! {
    title: "Kampanye", "Campaigns";
    lead: "Satu pesan untuk banyak orang, masing-masing tepat satu kali.", "One message to many people, each of them exactly once.";
    new: "Kampanye baru", "New campaign";
    search: "Cari kampanye", "Search campaigns";
    none: "Belum ada kampanye", "No campaigns yet";
    none_body: "Kampanye menyapa semua kontak, atau satu berkas kontak, dengan nama mereka masing-masing. Kemajuannya terlihat di sini.",
        "A campaign greets all contacts, or one contact file, each by name. How far it is will be seen here.";
    no_match(words: &str): "Tidak ada kampanye dengan “{words}”", "No campaign matches “{words}”";
    no_match_body: "Periksa ejaannya, atau hapus pencarian.", "Check the spelling, or clear the search.";
    campaign: "Kampanye", "Campaign";
    state: "Keadaan", "State";
    progress: "Kemajuan", "Progress";
    replied_share: "Membalas", "Replied";
    when: "Waktu", "When";
    no_number: "Nomor belum dipilih", "No number chosen yet";
    number_deleted: "Nomor yang sudah dihapus", "A number that was deleted";
    number_lost: "Nomor pengirimnya dihapus, jadi kampanye ini berakhir. Yang belum mendapat pesan tercatat gagal.",
        "Its number was deleted, so this campaign ends. Whoever has no message yet counts as failed.";
    sent_of(sent: u64, all: u64): "{sent} dari {all}", "{sent} of {all}";
    edited(at: &str): "Dibuat {at}", "Created {at}";
    started(at: &str): "Mulai {at}", "Started {at}";
    ended(at: &str): "Selesai {at}", "Ended {at}";
    not_started: "Belum dimulai", "Not started yet";
    preparing: "Menyiapkan penerima", "Preparing recipients";

    draft: "Draf", "Draft";
    scheduled: "Terjadwal", "Scheduled";
    running: "Berjalan", "Running";
    waits: "Menunggu", "Waiting";
    paused: "Dijeda", "Paused";
    cancelled: "Dihentikan", "Stopped";
    finished: "Selesai", "Finished";

    replied: "Dibalas", "Replied";
    read: "Dibaca", "Read";
    delivered: "Sampai", "Delivered";
    submitted: "Diserahkan", "Submitted";
    awaiting: "Menunggu kabar", "Awaiting";
    failed: "Gagal", "Failed";
    queued: "Antre", "Queued";
    stopped: "Dihentikan", "Stopped";
    expired: "Terlambat", "Too late";

    each_once(n: u64): "{n} orang, masing-masing di satu tempat", "{n} person, in exactly one place" | "{n} people, each in exactly one place";
    excluded(n: u64): "{n} orang lain tidak disertakan: meminta tidak dikirimi pesan.",
        "{n} more was left out: asked not to be written to." | "{n} more were left out: asked not to be written to.";
    over_time: "Pengiriman dari waktu ke waktu", "Delivery over time";
    over_time_says(sent: u64, delivered: u64, read: u64, replied: u64, failed: u64):
        "Jumlah pesan sejak mulai: {sent} diserahkan, {delivered} sampai, {read} dibaca, {replied} dibalas, {failed} gagal",
        "Messages since the start: {sent} submitted, {delivered} delivered, {read} read, {replied} replied, {failed} failed";
    nothing_yet: "Grafik muncul begitu pesan pertama berangkat.", "The chart appears when the first message has left.";
    about: "Tentang kampanye ini", "About this campaign";
    number: "Nomor", "Number";
    audience: "Penerima", "Audience";
    everyone: "Semua kontak", "All contacts";
    message: "Pesan", "Message";
    started_at: "Mulai", "Start";
    ended_at: "Selesai", "End";
    go_on_writing: "Lanjutkan menulis", "Continue writing";
    pause: "Jeda", "Pause";
    resume: "Lanjutkan", "Resume";
    stop: "Hentikan", "Stop";
    duplicate: "Buat salinan", "Duplicate";
    write_to_unreached: "Kirimi yang belum terjangkau", "Write to those not reached";
    unreached_of(name: &str): "Belum terjangkau: {name}", "Not reached: {name}";
    unreached_body: "Gagal, terlambat, atau dihentikan. Tanpa nomor yang tidak ada di WhatsApp.",
        "Failed, too late or stopped. Without numbers that are not on WhatsApp.";
    stop_title: "Hentikan kampanye ini?", "Stop this campaign?";
    stop_body(n: u64): "{n} orang yang belum dikirimi tidak akan menerima pesan ini. Yang sudah berangkat tidak dapat ditarik, dan kampanye ini tidak dapat dilanjutkan lagi.",
        "{n} person not yet written to will never get this message. What has left cannot be taken back, and this campaign cannot be resumed."
        | "{n} people not yet written to will never get this message. What has left cannot be taken back, and this campaign cannot be resumed.";
    keep: "Biarkan berjalan", "Keep it";
    stop_now: "Hentikan kampanye", "Stop campaign";
    is_paused: "Dijeda. Tidak ada yang berangkat sampai dilanjutkan.", "Paused. Nothing leaves until it is resumed.";
    is_waiting: "Menunggu nomornya.", "Waiting for its number.";
    to_numbers: "Buka Nomor", "Open Numbers";

    recipients: "Penerima", "Recipients";
    all: "Semua", "All";
    show: "Tampilkan", "Show";
    search_recipients: "Nama atau nomor", "Name or number";
    recipient: "Penerima", "Recipient";
    last_change: "Perubahan terakhir", "Last change";
    nobody: "Tidak ada penerima di sini", "No recipients here";
    nobody_body: "Tidak ada yang cocok dengan saringan ini.", "Nobody matches this filter.";
    show_all: "Tampilkan semua", "Show all";
    nobody_yet: "Penerima muncul di sini begitu kampanye dimulai.", "Recipients appear here when the campaign starts.";
    is_replied: "Membalas", "Replied";
    is_submitted: "Diserahkan ke WhatsApp, menunggu kabar sampai", "Submitted to WhatsApp, awaiting delivery update";
    is_queued: "Menunggu dikirim", "Waiting to be sent";
    is_failed(why: &str): "Gagal: {why}", "Failed: {why}";
    is_failed_plain: "Gagal", "Failed";
    is_expired: "Terlambat, tidak dikirim", "Too late, not sent";
    is_cancelled: "Dihentikan sebelum dikirim", "Stopped before it was sent";

    steps: "Langkah", "Steps";
    step_number: "Nomor", "Number";
    step_message: "Pesan", "Message";
    step_audience: "Penerima", "Audience";
    step_schedule: "Jadwal", "Schedule";
    step_review: "Periksa", "Review";
    save_and_close: "Simpan dan tutup", "Save and close";
    next_message: "Lanjut ke pesan", "Next: message";
    next_audience: "Lanjut ke penerima", "Next: audience";
    next_schedule: "Lanjut ke jadwal", "Next: schedule";
    next_review: "Lanjut ke pemeriksaan", "Next: review";
    back_to(step: &str): "Kembali: {step}", "Back: {step}";
    not_a_draft: "Kampanye ini sudah dimulai", "This campaign was started already";
    not_a_draft_body: "Isinya tidak dapat diubah lagi. Lihat kemajuannya di halamannya.",
        "It can no longer be changed. See how far it is on its page.";
    see_campaign: "Lihat kampanye", "See campaign";

    number_question: "Dari nomor mana?", "From which number?";
    number_lead: "Balasan datang ke nomor yang sama.", "Replies come to the same number.";
    name: "Nama kampanye", "Campaign name";
    name_hint: "Hanya tim Anda yang melihatnya.", "Only your team sees it.";
    name_example: "Misalnya: Promo gajian November", "For example: November payday offer";
    choose_number: "Nomor pengirim", "Sending number";
    no_numbers: "Belum ada nomor", "No numbers yet";
    no_numbers_body: "Kampanye membutuhkan nomor pengirim. Tambahkan satu, draf ini tetap bisa disimpan.",
        "A campaign needs a number to send from. Add one; this draft can be saved all the same.";
    sandbox: "Sandbox", "Sandbox";

    message_question: "Apa yang ingin Anda katakan?", "What do you want to say?";
    message_lead: "Tulis seperti kepada satu pelanggan.", "Write it the way you would write to one customer.";
    insert: "Sisipkan", "Insert";
    insert_variable(name: &str): "Sisipkan variabel {name}", "Insert variable {name}";
    alternatives: "Pilihan kata", "Alternatives";
    insert_alternatives: "Sisipkan pilihan kata", "Insert alternatives";
    sample_alternatives: "{Halo|Hai}", "{Hello|Hi}";
    wordings(n: u64): "{n} susunan kata", "{n} wording" | "{n} wordings";
    characters(n: usize, max: u32): "{n} dari {max} karakter", "{n} of {max} characters";
    another_wording: "Susunan lain", "Another wording";
    message_hint: "{{nama | Kak}} menyebut nama, atau Kak bila tidak ada. {Halo|Hai} memilih salah satu.",
        "{{name | friend}} says the name, or friend when there is none. {Hello|Hi} takes one of the two.";
    format_hint: "{{total | rupiah}} menulis Rp125.000, {{lahir | tanggal}} menulis 1 Desember 2026, {{nama | depan}} hanya nama depan, {{nama | kapital}} Dewi untuk DEWI. Juga angka.",
        "{{total | rupiah}} writes Rp125.000, {{born | date}} writes 1 December 2026, {{name | first}} only the first name, {{name | title}} Dewi for DEWI. Also number.";
    file: "Berkas", "File";
    attach: "Lampirkan berkas", "Attach a file";
    remove_file(name: &str): "Lepas {name}", "Remove {name}";
    uploading: "Mengunggah berkas…", "Uploading the file…";
    file_too_large(size: &str, limit: &str): "Berkas ini {size}; paling besar {limit}", "This file is {size}; the limit is {limit}";
    sound_and_words: "Hapus teks atau suaranya: WhatsApp tidak menampilkan keduanya bersama",
        "Remove the text or the sound: WhatsApp does not show them together";
    no_value(name: &str, people: usize, of: usize): "{name}: kosong untuk {people} dari {of} orang contoh",
        "{name}: empty for {people} of the {of} people sampled";
    no_value_title: "Beri isi cadangan.", "Add a fallback.";
    no_value_body(example: &str): "Tulis {example}, supaya tidak ada yang menerima kalimat bolong.",
        "Write {example}, so that nobody gets a sentence with a hole.";
    fallback_word: "isi cadangan", "fallback";

    preview: "Pratinjau", "Preview";
    preview_of(name: &str): "Pratinjau di ponsel {name}", "Preview on the phone of {name}";
    preview_as: "Tampilkan untuk", "Preview as";
    next_person: "Orang berikutnya", "Next person";
    preview_empty: "Pesan Anda tampil di sini.", "Your message shows here.";
    preview_broken: "Pratinjau muncul lagi setelah salah tulisnya diperbaiki.", "The preview returns when the mistake is mended.";
    no_people: "Belum ada kontak, jadi variabel tampil dengan isi cadangannya.",
        "There are no contacts yet, so variables show their fallback.";
    a_contact: "seorang kontak", "a contact";

    audience_question: "Untuk siapa?", "Who is it for?";
    audience_lead: "Yang meminta tidak dikirimi pesan selalu dikecualikan.", "Those who asked not to be written to are always left out.";
    everyone_body: "Setiap kontak yang punya nomor", "Every contact that has a number";
    file_body(n: u64, at: &str): "{n} kontak, diimpor {at}", "{n} contact, imported {at}" | "{n} contacts, imported {at}";
    will_get(n: u64): "{n} orang akan menerima", "{n} person will get it" | "{n} people will get it";
    left_out(n: u64): "{n} dikecualikan karena meminta tidak dikirimi pesan", "{n} is left out: asked not to be written to" | "{n} are left out: asked not to be written to";
    nobody_left_out: "Tidak ada yang dikecualikan", "Nobody is left out";
    choose_audience: "Pilih penerimanya.", "Choose who it is for.";
    import_contacts: "Impor berkas kontak", "Import a contact file";

    schedule_question: "Kapan berangkat?", "When does it leave?";
    schedule_lead(zone: &str): "Jam di sini menurut {zone}.", "Times here are {zone}.";
    right_away: "Langsung", "Right away";
    right_away_body: "Begitu Anda menekan Mulai. Lima detik pertama masih dapat ditarik.",
        "As soon as you press Start. The first five seconds it can be taken back.";
    later: "Pada waktunya", "At a time";
    later_body: "Mulai sendiri, juga saat tidak ada orang di sini.", "It starts by itself, also when nobody is here.";
    starts_at: "Mulai", "Starts";
    own_clocks: "Menurut jam di tempat masing-masing", "By each person’s own clock";
    own_clocks_hint: "Jam 9 berarti jam 9 di tempat penerima: dari kolom “zona waktu” di berkas kontak (WIB, WITA, WIT), atau negara nomornya. Yang tidak diketahui mengikuti jam Anda.",
        "9 o’clock is 9 o’clock where they live: by the column “time zone” of the contact file (WIB, WITA, WIT), or the country of their number. Who tells neither follows your clock.";
    deadline: "Paling lambat (boleh kosong)", "Not after (optional)";
    deadline_hint: "Yang belum menerima sampai saat itu tidak dikirimi: untuk tawaran yang ada akhirnya.",
        "Who has not got it by then does not get it: for offers that end.";
    deadline_label: "Paling lambat", "Not after";
    clock_label: "Jam", "Clock";
    own_clocks_short: "Di tempat masing-masing", "Each person’s own";
    starts_soon: "Mulai begitu Anda menekan Mulai", "Starts when you press Start";
    starts(at: &str): "Mulai {at}", "Starts {at}";
    in_time(left: &str): "{left} lagi", "in {left}";
    first_of_own_clocks(at: &str): "Yang pertama sekitar {at} menurut jam Anda.", "The first around {at} by your clock.";
    until(at: &str): "Sampai {at}", "Until {at}";
    missing_time: "Pilih waktu lain: yang sekarang sudah lewat", "Choose another time: this one is over";
    schedule_card: "Jadwal", "Schedule";
    take_back_note: "Setelah menekan Mulai, ada 5 detik untuk menariknya.", "You have 5 seconds to take it back after pressing Start.";
    schedule_it(n: u64): "Jadwalkan, {n} orang", "Schedule, {n} person" | "Schedule, {n} people";
    about_to_start: "Mulai dalam beberapa detik.", "Starting in a few seconds.";
    starts_by_itself(at: &str): "Mulai sendiri {at}.", "Starts by itself {at}.";
    take_back: "Tarik kembali", "Take it back";
    start_now: "Mulai sekarang", "Start now";
    next_due(n: u64, at: &str): "{n} orang menunggu jam di tempatnya: {at}.", "{n} person waits for the clock where they live: {at}." | "{n} people wait for the clock where they live: {at}.";
    all_from(start: &str, at: &str): "Mulai {start}; dengan laju nomor ini yang paling akhir berangkat sekitar {at}.",
        "Starts {start}; at the pace of this number the very last one leaves around {at}.";

    review_question: "Sebelum berangkat", "Before it goes out";
    review_lead: "Belum ada yang terkirim. Inilah yang akan terjadi.", "Nothing has been sent yet. This is what will happen.";
    in_figures: "Dalam angka", "In numbers";
    people: "Penerima", "People";
    people_left_out: "Dikecualikan", "Left out";
    wordings_figure: "Susunan kata", "Wordings";
    text_for(name: &str): "Pesan untuk {name}", "The message for {name}";
    exactly: "Persis kata-kata ini yang dikirim kepadanya.", "Exactly these words are sent to this person.";
    try_out: "Coba di ponsel sendiri", "Try it on your own phone";
    try_out_hint: "Pesan ini dikirim sekarang, hanya ke nomor itu. Penerima kampanye belum mendapat apa-apa.",
        "This message leaves now, for that number only. Nobody of the audience gets anything yet.";
    try_now: "Kirim", "Send";
    tried: "Sedang dikirim.", "On its way.";
    see_in_inbox: "Lihat di kotak masuk", "See it in the inbox";
    edit: "Ubah", "Edit";
    not_get(n: u64): "{n} orang tidak menerima", "{n} person will not get it" | "{n} people will not get it";
    opted_out: "meminta tidak dikirimi pesan", "asked not to be written to";
    still_missing: "Belum lengkap.", "Not complete yet.";
    missing_number: "Pilih nomor pengirim", "Choose a sending number";
    missing_message: "Tulis pesannya, atau lampirkan berkas", "Write the message, or attach a file";
    mistake_in_message: "Perbaiki salah tulis di pesan", "Mend the mistake in the message";
    nobody_to_write_to: "Penerimanya belum ada: pilih yang lain, atau impor kontak dulu", "It has nobody to write to: choose another audience, or import contacts first";
    missing_audience: "Pilih penerimanya", "Choose the audience";
    all_at_once: "Semuanya dapat berangkat sekarang.", "All of them can leave now.";
    all_today(at: &str): "Semuanya dapat berangkat hari ini, yang terakhir sekitar {at}.", "All of them can leave today, the last around {at}.";
    some_today(today: u64, all: u64, at: &str): "{today} dari {all} dapat berangkat hari ini. Dengan laju nomor ini yang paling akhir berangkat sekitar {at}.",
        "{today} of {all} can leave today. At the pace of this number the very last one leaves around {at}.";
    some_over_budget(today: u64, all: u64, at: &str): "{today} dari {all} dapat berangkat hari ini. Selebihnya menunggu jatah obrolan baru hari-hari berikutnya; yang paling akhir berangkat sekitar {at}.",
        "{today} of {all} can leave today. The rest wait for the new chats of the days after; the very last one leaves around {at}.";
    never_done: "Dengan jatah nomor ini kampanye tidak akan selesai. Naikkan di halaman nomornya.",
        "With the budget of this number the campaign would not end. Raise it on the number's page.";
    number_waits: "Nomor ini belum dapat mengirim.", "This number cannot send now.";
    number_waits_body: "Kampanye boleh dimulai; pesannya menunggu sampai nomor siap.",
        "The campaign can be started; its messages wait until the number is ready.";
    start(n: u64): "Mulai, {n} orang", "Start, {n} person" | "Start, {n} people";
    start_first: "Lengkapi dulu yang di atas.", "Complete what stands above first.";
}
