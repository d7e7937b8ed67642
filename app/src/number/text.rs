//! What the pages of numbers say.

use domain::{
    Lang,
    number::{NumberProblem, NumberState, NumberView},
};

crate::texts! {
    title: "Nomor", "Numbers";
    lead: "Setiap nomor mengirim dengan lajunya sendiri. Bila satu tertahan, sebabnya tertulis di sini.",
        "Each number sends at its own pace. When one is held back, the reason stands here.";
    lead_count(all: usize, ready: usize): "{all} nomor, {ready} siap mengirim.",
        "{all} number, {ready} ready to send." | "{all} numbers, {ready} ready to send.";
    link_with_qr: "Tautkan dengan QR", "Link with QR";
    add_sandbox: "Tambah nomor sandbox", "Add a sandbox number";
    add_sandbox_lead: "Nomor sandbox berbicara dengan pelanggan simulasi. Ia tersambung dalam sedetik, tanpa ponsel, dan tidak ada pesan yang keluar dari server ini.",
        "A sandbox number talks to simulated customers. It connects within a second, needs no phone, and no message leaves this server.";
    add: "Tambah nomor", "Add number";
    added(name: &str): "{name} sedang disambungkan.", "{name} is being connected.";
    name: "Nama nomor", "Name of the number";
    name_hint: "Hanya tim Anda yang melihatnya, misalnya CS atau Promo.", "Only your team sees it, such as Support or Promo.";
    cancel: "Batal", "Cancel";
    none: "Belum ada nomor", "No numbers yet";
    none_body: "Di sini nanti terlihat setiap nomor WhatsApp Anda: tersambung atau tidak, berapa pesan yang menunggu, dan sebabnya bila tertahan.",
        "Every WhatsApp number of yours will be here: whether it is connected, how many messages wait, and why when it is held.";
    sandbox: "Sandbox", "Sandbox";
    whatsapp: "WhatsApp", "WhatsApp";
    no_phone_yet: "Nomornya diketahui setelah ditautkan", "The number is known once it is linked";
    queued: "Menunggu", "Waiting";
    sent_today: "Terkirim hari ini", "Sent today";
    since: "Sejak", "Since";
    play_customers: "Mainkan pelanggan", "Play the customers";
    rename: "Ganti nama", "Rename";
    rename_of(name: &str): "Ganti nama {name}", "Rename {name}";
    save: "Simpan nama", "Save name";
    renamed(name: &str): "Sekarang bernama {name}.", "Now called {name}.";
    show_code: "Tampilkan kode QR", "Show QR code";
    link_again: "Tautkan lagi", "Link again";
    connected: "Tersambung", "Connected";
    connecting: "Menyambung", "Connecting";
    reconnecting: "Menyambung lagi", "Reconnecting";
    linking: "Menunggu pindaian", "Waiting for the scan";
    unlinked: "Belum tertaut", "Not linked";
    logged_out: "Tautan terputus", "Logged out";
    banned: "Diblokir", "Banned";
    replaced: "Diambil alih", "Taken over";
    outdated: "Perlu diperbarui", "Outdated";
    held_until(at: &str): "Ditahan sampai {at}", "Held until {at}";
    held_why(at: &str): "Jaringan meminta nomor ini menunggu sampai {at}. Pesan yang menunggu tersimpan dan berangkat sendiri sesudahnya.",
        "The network asked this number to wait until {at}. Waiting messages are kept and leave by themselves after that.";
    banned_until(at: &str): "Diblokir jaringan sampai {at}. Antrean ditahan; kami menyambung lagi sendiri sesudahnya.",
        "Banned by the network until {at}. The queue is held; we connect again by ourselves after that.";
    banned_why: "Diblokir oleh jaringan. Antrean ditahan; ajukan banding di aplikasi WhatsApp.",
        "Banned by the network. The queue is held; appeal in the WhatsApp app.";
    replaced_why: "Program lain mengambil alih sambungan ini. Antrean ditahan. Tutup program itu, lalu tautkan lagi.",
        "Another program took this connection over. The queue is held. Close that program, then link again.";
    outdated_why: "WhatsApp tidak lagi menerima versi Sapa ini. Antrean ditahan. Perbarui Sapa, lalu tautkan lagi.",
        "WhatsApp no longer takes this version of Sapa. The queue is held. Update Sapa, then link again.";
    logged_out_why: "Tautannya sudah berakhir. Riwayat dan antrean tetap ada; tautkan lagi untuk melanjutkan.",
        "The link has ended. History and queue are kept; link again to go on.";
    reconnecting_why: "Sambungan terputus. Kami mencoba lagi sendiri; pesan tetap tersimpan dan berangkat berurutan.",
        "The connection was lost. We try again by ourselves; messages are kept and leave in order.";
    unlinked_why: "Nomor ini belum ditautkan ke ponsel. Minta kode, lalu pindai.",
        "This number is not linked to a phone yet. Ask for a code and scan it.";

    new_chats: "Obrolan baru", "New chats";
    new_chats_today: "Obrolan baru hari ini", "New chats today";
    of_cap(used: &str, cap: &str): "{used} dari {cap}", "{used} of {cap}";
    no_cap(used: &str): "{used}, tanpa batas", "{used}, no limit";
    no_cap_why: "Nomor ini menulis kepada sebanyak apa pun orang yang belum mengenalnya.",
        "This number writes to as many people who do not know it as there are.";
    budget_why: "Balasan dan orang yang sudah mengenal nomor ini tidak dihitung.",
        "Replies and people who know this number do not count.";
    spent_why: "Jatah obrolan baru hari ini habis; selebihnya berangkat besok. Balasan tetap berjalan.",
        "Today's budget of new chats is used up; the rest leave tomorrow. Replies still work.";
    warming(day: u32, days: u32, tomorrow: &str): "Pemanasan hari ke-{day} dari {days}. Besok {tomorrow}.", "Warm-up, day {day} of {days}. Tomorrow {tomorrow}.";
    lowered_why(tomorrow: &str): "Jaringan meminta lebih sedikit, jadi tidak ada obrolan baru lagi hari ini. Besok {tomorrow}, lalu naik perlahan.",
        "The network asked for less, so there are no more new chats today. Tomorrow {tomorrow}, then slowly more.";
    recovering(tomorrow: &str): "Jatah masih diturunkan atas permintaan jaringan. Besok {tomorrow}.",
        "The budget is still lowered because the network asked for less. Tomorrow {tomorrow}.";
    quiet_hours(from: &str, until: &str, zone: &str): "Jam tenang {from} sampai {until} {zone}: kampanye menunggu, balasan tidak.",
        "Quiet hours {from} to {until} {zone}: campaigns wait, replies do not.";
    quiet_until(at: &str): "Jam tenang: kampanye berjalan lagi {at}.", "Quiet hours: campaigns go on at {at}.";
    warm_up_plan: "Rencana pemanasan", "Warm-up plan";
    counted_by_network: "Obrolan baru, hitungan WhatsApp", "New chats, as WhatsApp counts them";
    counted_anew(at: &str): "Dihitung dari nol lagi {at}.", "Counted anew {at}.";
    locked_until(at: &str): "Obrolan baru dikunci sampai {at}.", "New chats are locked until {at}.";
    locked_why: "WhatsApp tidak mengizinkan nomor ini menyapa orang baru. Balasan dan orang yang sudah mengenalnya tetap berjalan; yang lain menunggu dan berangkat sendiri sesudahnya. Turunkan jatahnya supaya tidak terulang.",
        "WhatsApp lets this number write to nobody new. Replies and people who know it go on; the others wait and leave by themselves after that. Lower its budget so that it does not happen again.";
    locked_here: "Hanya obrolan baru yang menunggu. Balasan dan orang yang sudah mengenal nomor ini tetap berjalan.",
        "Only new chats wait. Replies and people who know this number go on.";
    capped: "Kuota obrolan baru dari WhatsApp habis.", "WhatsApp's quota of new chats is used up.";
    capped_until(at: &str): "Kuota obrolan baru dari WhatsApp habis sampai {at}.", "WhatsApp's quota of new chats is used up until {at}.";
    capped_why: "Pesan kepada orang baru menunggu, supaya nomor ini tidak dikunci. Balasan tetap berjalan. Pakai nomor lain bila tidak bisa menunggu.",
        "Messages to new people wait, so that this number is not locked. Replies still work. Use another number for what cannot wait.";
    warned_once: "WhatsApp memperingatkan nomor ini soal obrolan baru.", "WhatsApp warns this number about its new chats.";
    warned_once_why: "Dahulukan orang yang sudah mengenal nomor ini, dan turunkan jatah obrolan barunya.",
        "Write to people who know this number first, and lower its budget of new chats.";
    warned_twice: "WhatsApp memperingatkan nomor ini untuk kedua kali.", "WhatsApp warns this number a second time.";
    warned_twice_why: "Sesudah ini obrolan baru ditutup. Jeda kampanye kepada orang baru sampai hitungannya mulai lagi.",
        "After this, new chats are shut. Pause campaigns to new people until the count begins anew.";
    change_budget: "Ubah jatah", "Change budget";
    budget_title(name: &str): "Jatah {name}", "Budget of {name}";
    budget_lead: "Jaringan mengawasi nomor yang menyapa banyak orang asing. Mulailah sedikit dan naikkan perlahan.",
        "Networks watch numbers that write to many strangers. Begin with few and grow slowly.";
    cap: "Obrolan baru per hari", "New chats a day";
    cap_hint: "Kosong berarti tanpa batas.", "Empty means no limit.";
    warm_up_days: "Pemanasan, hari", "Warm-up, days";
    warm_up_days_hint: "Kosong berarti tanpa pemanasan.", "Empty means none.";
    warm_up_first: "Hari pertama", "On the first day";
    quiet_from: "Jam tenang dari", "Quiet from";
    quiet_to: "Sampai", "Until";
    save_budget: "Simpan jatah", "Save budget";
    budget_saved: "Jatah disimpan.", "Budget saved.";
    details: "Rincian", "Details";
    details_of(name: &str): "Rincian {name}", "Details of {name}";
    health: "Kesehatan", "Health";
    heard: "Tanda terakhir dari jaringan", "Network last heard";
    linked_since: "Tertaut sejak", "Linked since";
    last_sent: "Terakhir mengirim", "Last sent";
    last_received: "Terakhir menerima", "Last received";
    reconnects: "Menyambung ulang", "Reconnects";
    refused: "Ditolak jaringan", "Refused";
    answered: "Obrolan baru dibalas, 13 hari sampai kemarin", "New chats answered, 13 days to yesterday";
    answered_of(answered: &str, opened: &str, percent: u64): "{answered} dari {opened} ({percent}%)", "{answered} of {opened} ({percent}%)";
    nobody_asked: "Belum ada obrolan baru", "No new chats";
    few_answer: "Sedikit sekali yang membalas. WhatsApp menganggap nomor seperti ini tidak diinginkan: sapa orang yang mengenal Anda, dan ajukan pertanyaan yang mudah dijawab.",
        "Very few people answer. WhatsApp takes such a number for an unwanted one: write to people who know you, and ask what is easy to answer.";
    dropped: "Kejadian terlewat", "Events missed";
    never: "Belum pernah", "Never";
    last_days: "Pesan, 14 hari terakhir", "Messages, last 14 days";
    day: "Hari", "Day";
    today: "Hari ini", "Today";
    sent: "Terkirim", "Sent";
    received: "Diterima", "Received";
    day_says(day: &str, sent: u64, received: u64): "{day}: {sent} terkirim, {received} diterima", "{day}: {sent} sent, {received} received";
    timeline: "Yang terjadi", "What happened";
    nothing_happened: "Belum ada yang terjadi.", "Nothing happened yet.";
    restarted: "Dijalankan ulang", "Started again";
    restarted_why: "Sesinya tidak bergerak lagi, jadi kami menjalankannya ulang. Pesan yang menunggu tetap tersimpan.",
        "The session did not move any more, so we started it again. Waiting messages were kept.";
    dropped_events(events: u64): "{events} kejadian terlewat", "{events} event missed" | "{events} events missed";
    dropped_why: "Jaringan berbicara lebih cepat daripada yang bisa diolah. Pesan tetap aman; sebagian centang bisa tertinggal sampai tanda terima berikutnya.",
        "The network spoke faster than we could handle. Messages are safe; some ticks may stay behind until the next receipt.";
    profile: "Profil", "Profile";
    no_name: "Belum diketahui", "Not known yet";
    no_about: "Tanpa keterangan", "No About";
    change_profile: "Ubah profil", "Change profile";
    profile_title: "Profil WhatsApp", "WhatsApp profile";
    profile_lead: "Yang dilihat orang tentang nomor ini di WhatsApp.", "What people see of this number on WhatsApp.";
    profile_name_hint: "Tampil pada orang yang belum menyimpan nomor ini.", "Shown to people who have not saved this number.";
    profile_name: "Nama", "Name";
    about: "Keterangan", "About";
    about_hint: "Misalnya jam buka atau alamat toko.", "Opening hours or where the shop is, for example.";
    save_profile: "Simpan profil", "Save profile";
    profile_saved: "Profil disimpan.", "Profile saved.";
    profile_changing: "Sedang disampaikan ke WhatsApp.", "Being told to WhatsApp.";
    profile_waits: "Disampaikan ke WhatsApp begitu nomor ini tersambung.", "WhatsApp is told as soon as this number is connected.";
    name_refused: "WhatsApp menolak perubahan nama. Profil di WhatsApp tidak berubah.", "WhatsApp refused the change of the name. The profile there is as before.";
    about_refused: "WhatsApp menolak perubahan keterangan. Profil di WhatsApp tidak berubah.", "WhatsApp refused the change of the About. The profile there is as before.";
    picture_refused: "WhatsApp menolak perubahan foto. Profil di WhatsApp tidak berubah.", "WhatsApp refused the change of the picture. The profile there is as before.";
    change_picture: "Ubah foto", "Change picture";
    picture_title: "Foto profil", "Profile picture";
    picture_file: "Foto", "Picture";
    picture_hint: "JPEG, PNG atau WebP. Foto dipotong menjadi persegi.", "JPEG, PNG or WebP. It is cropped to a square.";
    picture_too_large(limit: &str): "Foto ini terlalu besar. Paling besar {limit}.", "This picture is too large. At most {limit}.";
    save_picture: "Pasang foto", "Use this picture";
    remove_picture: "Hapus foto", "Remove picture";
    picture_saved: "Foto disimpan.", "Picture saved.";
    picture_removed: "Foto dihapus.", "Picture removed.";
    caught_up: "Pesan tertinggal sudah masuk", "Caught up";
    nothing_missed: "Tidak ada yang terlewat.", "Nothing was missed.";
    came_meanwhile(n: u64): "{n} pesan masuk selama terputus.",
        "{n} message came meanwhile." | "{n} messages came meanwhile.";
    go_again(n: u64): "{n} pesan keluar belum pasti terkirim dan dikirim ulang, tanpa menjadi pesan ganda.",
        "{n} message that may not have arrived goes again, as the same message." | "{n} messages that may not have arrived go again, as the same messages.";
    history: "Riwayat ponsel masuk", "History of the phone";
    history_known: "Semua isinya sudah ada di sini.", "Everything in it was here already.";
    history_brought(n: u64, chats: &str): "{n} pesan dari {chats} sebelumnya.",
        "{n} message of {chats} from before." | "{n} messages of {chats} from before.";
    of_chats(n: u64): "{n} percakapan", "{n} chat" | "{n} chats";
    history_lost(n: u64): "{n} bagian riwayat tidak terbaca; untuk mendapatkannya, keluarkan lalu tautkan lagi nomor ini.",
        "{n} part of the history could not be read; to get it, log this number out and link it again."
        | "{n} parts of the history could not be read; to get them, log this number out and link it again.";
    manner: "Perilaku", "Behaviour";
    manner_lead: "Yang dilihat pelanggan selain isi pesan.", "What customers see besides the messages.";
    change_manner: "Ubah perilaku", "Change behaviour";
    manner_title(name: &str): "Perilaku {name}", "Behaviour of {name}";
    save_manner: "Simpan perilaku", "Save behaviour";
    manner_saved: "Perilaku disimpan.", "Behaviour saved.";
    types: "Tampilkan “sedang mengetik…” sebelum kampanye dan bot menulis", "Show “typing…” before campaigns and the bot write";
    types_hint: "Setiap pesan tertunda 1 sampai 8 detik, sesuai panjangnya. Jawaban tim tidak tertunda.",
        "Each message waits 1 to 8 seconds, depending on its length. What the team writes does not wait.";
    stays_online: "Selalu tampak online selama tersambung", "Always shown as online while connected";
    stays_online_hint: "Ponsel nomor ini tidak lagi berdering saat ada pesan masuk, dan nomor yang online siang malam tampak seperti mesin.",
        "The phone of this number no longer rings for messages, and being online day and night looks like a machine.";
    typing_shown: "Mengetik", "Typing";
    typing_on: "Ditampilkan sebelum kampanye dan bot menulis", "Shown before campaigns and the bot write";
    typing_off: "Tidak ditampilkan", "Not shown";
    online_shown: "Online", "Online";
    online_always: "Selama tersambung", "As long as it is connected";
    online_modest: "Hanya saat mengetik", "Only while it types";
    online_never: "Tidak pernah", "Never";
    held_here: "Jaringan meminta jeda. Antrean menunggu dan berangkat sendiri sesudahnya.",
        "The network asked for a pause. The queue waits and leaves by itself after that.";
    log_out: "Keluarkan", "Log out";
    log_out_title(name: &str): "Keluarkan {name} dari Sapa?", "Log {name} out of Sapa?";
    log_out_body: "Sapa dilepas dari perangkat tertaut di ponselnya. Riwayat dan antrean tetap ada, tetapi tidak ada yang terkirim atau diterima sampai ditautkan lagi.",
        "Sapa is removed from the phone's linked devices. History and queue are kept, but nothing is sent or received until it is linked again.";
    stay: "Tetap tersambung", "Stay connected";
    leaves(name: &str): "{name} sedang dikeluarkan.", "{name} is being logged out.";

    remove: "Hapus nomor ini", "Delete this number";
    what_goes: "Yang hilang", "What goes";
    what_stays: "Yang tetap", "What stays";
    conversations_go(n: u64): "{n} percakapan di kotak masuk", "{n} conversation of the inbox" | "{n} conversations of the inbox";
    messages_go(n: u64): "{n} pesan, dari Anda maupun pelanggan, beserta foto dan berkasnya",
        "{n} message, yours and your customers’, with its photos and files" | "{n} messages, yours and your customers’, with their photos and files";
    many_messages_go(n: &str): "Lebih dari {n} pesan, dari Anda maupun pelanggan, beserta foto dan berkasnya",
        "More than {n} messages, yours and your customers’, with their photos and files";
    queue_goes(n: u64): "{n} pesan yang menunggu: tidak dikirim lagi dan tercatat gagal", "{n} message that waits: it is not sent and counts as failed"
        | "{n} messages that wait: they are not sent and count as failed";
    campaigns_end(n: u64): "{n} kampanye yang belum selesai: berakhir", "{n} campaign that is not finished: it ends" | "{n} campaigns that are not finished: they end";
    unreached(n: u64): "{n} orang di dalamnya belum mendapat pesan dan tercatat gagal", "{n} person in it has no message yet and counts as failed"
        | "{n} people in them have no message yet and count as failed";
    scheduled_go_back(n: u64): "{n} kampanye terjadwal: menjadi draf lagi, dan perlu nomor lain",
        "{n} scheduled campaign: it becomes a draft again and needs another number" | "{n} scheduled campaigns: they become drafts again and need another number";
    contacts_stay: "Semua kontak, dengan nama dan keterangannya", "All contacts, with their names and details";
    campaigns_stay: "Hasil kampanye: jumlahnya dan daftar penerimanya", "Results of campaigns: their totals and who got them";
    phone_stays: "Obrolan di ponsel nomor itu sendiri", "The chats on the phone of the number itself";
    logged_out_first: "Sapa keluar dulu dari perangkat tertaut di ponselnya. Nomor yang sama bisa langsung ditautkan lagi sebagai nomor baru.",
        "Sapa first leaves the linked devices of its phone. The same phone can be linked again at once, as a new number.";
    not_reached: "Nomor ini sedang tidak tersambung. Bila jaringan tetap tidak terjangkau, nomor ini tetap dihapus, dan ponselnya masih mencantumkan Sapa: hapus sendiri di Setelan, Perangkat tertaut.",
        "This number is not connected now. If the network cannot be reached, it is deleted all the same, and its phone goes on listing Sapa: remove it there in Settings, Linked devices.";
    download_first: "Unduh semuanya dulu", "Download everything first";
    download_holds: "Unduhan berisi semua pesan, percakapan, dan grup sebagai tabel, beserta foto dan berkasnya.",
        "The download holds all messages, conversations and groups as tables, with their photos and files.";
    remove_title(name: &str): "Hapus {name}?", "Delete {name}?";
    remove_body: "Percakapan dan pesannya hilang untuk selamanya. Ini tidak bisa dibatalkan.",
        "Its conversations and messages are gone for good. This cannot be undone.";
    type_name(name: &str): "Ketik {name} untuk menghapusnya", "Type {name} to delete it";
    keep_number: "Jangan hapus", "Keep it";
    remove_now: "Hapus selamanya", "Delete for good";
    removed(name: &str): "{name} dihapus.", "{name} is deleted.";
    gone: "Nomor ini tidak ada lagi", "This number is no longer here";
    gone_body: "Mungkin sudah dihapus. Kontak dan hasil kampanyenya tetap ada.",
        "It may have been deleted. Its contacts and the results of its campaigns are kept.";

    link_title: "Tautkan nomor", "Link a number";
    link_lead: "Ponsel Anda tetap dapat dipakai. Sapa menjadi salah satu perangkat tertautnya.",
        "Your phone keeps working. Sapa becomes one of its linked devices.";
    network: "Jaringan", "Network";
    whatsapp_body: "Nomor sungguhan: pindai kode dengan ponselnya.", "A real number: scan the code with its phone.";
    sandbox_body: "Latihan: kode dipindai oleh ponsel simulasi.", "Practice: a simulated phone scans the code.";
    show_qr: "Tampilkan kode QR", "Show QR code";
    qr: "Kode QR untuk Perangkat tertaut di WhatsApp", "QR code for Linked devices in WhatsApp";
    ways: "Cara menautkan", "Ways to link";
    way_qr: "Kode QR", "QR code";
    way_code: "Kode 8 huruf", "Pairing code";
    way_passkey: "Passkey", "Passkey";
    phone: "Nomor ponsel itu", "Number of the phone";
    phone_hint_sandbox: "Di sandbox nomor mana pun bisa, misalnya 0812 5550 0142.", "In the sandbox any number will do, such as 0812 5550 0142.";
    phone_hint: "Nomor WhatsApp yang akan ditautkan.", "The WhatsApp number that will be linked.";
    get_code: "Minta kode", "Get a code";
    get_another: "Minta kode lain", "Get another code";
    code_here: "Kode tampil di sini", "The code will be here";
    asking: "Meminta kode", "Asking for a code";
    code_is(code: &str): "Kode untuk diketik di ponsel: {code}", "Code to type on the phone: {code}";
    code_lasts(left: &str): "berlaku {left} lagi", "valid for {left}";
    code_over: "Kode ini sudah tidak berlaku. Minta yang baru.", "This code is no longer valid. Get a new one.";
    for_phone(phone: &str): "Untuk {phone}", "For {phone}";
    code_2: "Masuk ke Setelan, Perangkat tertaut, Tautkan perangkat.", "Go to Settings, Linked devices, Link a device.";
    code_3: "Ketuk Tautkan dengan nomor telepon saja, lalu ketik kodenya.", "Tap Link with phone number instead, then type the code.";
    type_body: "Nomor ini ada di sandbox. Ketik kodenya di ponsel simulasi, seperti di ponsel sungguhan.",
        "This number lives in the sandbox. Type the code on the simulated phone, as on a real one.";
    typed_code: "Kode di ponsel sandbox", "Code on the sandbox phone";
    type_it: "Ketik di ponsel sandbox", "Type it on the sandbox phone";
    passkey_title: "Bila WhatsApp meminta passkey", "When WhatsApp asks for a passkey";
    passkey_why: "Sebagian akun melindungi penautan dengan passkey: kunci di ponsel yang hanya menjawab situs WhatsApp sendiri. Halaman ini tidak dapat memintanya.",
        "Some accounts guard linking with a passkey: a key kept in the phone that answers WhatsApp's own site only. This page cannot ask for it.";
    passkey_code: "Coba kode 8 huruf: mungkin diterima tanpa passkey.", "Try the pairing code: it may be taken without the passkey.";
    passkey_else: "Bila WhatsApp memintanya di sana pula, nomor ini belum dapat ditautkan dengan Sapa. Nomor lain tetap bisa.",
        "If WhatsApp asks for it there too, this number cannot be linked with Sapa yet. Other numbers can.";
    to_code: "Pakai kode 8 huruf", "Use the pairing code";
    new_code_in(seconds: i64): "kode baru dalam {seconds} dtk", "new code in {seconds} s";
    preparing: "Menyiapkan kode", "Preparing the code";
    how_1: "Buka WhatsApp di ponsel dengan nomor ini.", "Open WhatsApp on the phone with this number.";
    how_2: "Masuk ke Setelan, lalu Perangkat tertaut.", "Go to Settings, then Linked devices.";
    how_3: "Ketuk Tautkan perangkat, arahkan kamera ke kode.", "Tap Link a device and point the camera at the code.";
    may_leave: "Halaman ini boleh ditutup; penautan berlanjut dan hasilnya tampil di daftar nomor.",
        "You can leave this page; linking continues and its end is shown in the list of numbers.";
    no_phone: "Tidak ada ponsel?", "No phone at hand?";
    no_phone_body: "Nomor ini ada di sandbox. Ponsel simulasi dapat memindai kodenya untuk Anda.",
        "This number lives in the sandbox. A simulated phone can scan the code for you.";
    scan: "Pindai dengan ponsel sandbox", "Scan with the sandbox phone";
    scanned: "Kode sudah dipindai", "The code was scanned";
    scanned_body: "Sapa sedang menyambung ke jaringan. Ini biasanya beberapa detik.",
        "Sapa is connecting to the network. This usually takes a few seconds.";
    linked(name: &str): "{name} tersambung", "{name} is connected";
    linked_body(phone: &str): "{phone} siap mengirim dan menerima pesan.", "{phone} is ready to send and receive messages.";
    to_number: "Lihat nomor ini", "See this number";
    new_campaign: "Buat kampanye", "Write a campaign";
    not_linked(name: &str): "{name} belum tertaut", "{name} is not linked";
    new_code: "Minta kode baru", "Get a new code";
    back: "Ke daftar nomor", "To the numbers";
}

/// The state in a word or two.
pub fn state(lang: Lang, state: NumberState) -> &'static str {
    match state {
        NumberState::Unlinked => unlinked(lang),
        NumberState::Linking => linking(lang),
        NumberState::Connecting => connecting(lang),
        NumberState::Connected => connected(lang),
        NumberState::Reconnecting => reconnecting(lang),
        NumberState::LoggedOut => logged_out(lang),
        NumberState::Banned => banned(lang),
        NumberState::Replaced => replaced(lang),
        NumberState::Outdated => outdated(lang),
    }
}

/// Why a number does not send, and what to do; nothing while all is well. `held_until` is the time the queue waits for,
/// in words, if it does.
pub fn reason(lang: Lang, number: &NumberView, held_until: Option<&str>) -> Option<String> {
    let by_state = match (number.state, held_until) {
        (NumberState::Banned, Some(at)) if number.problem != Some(NumberProblem::BannedForGood) => {
            return Some(banned_until(lang, at));
        }
        (NumberState::Connected, Some(at)) => return Some(held_why(lang, at)),
        (NumberState::Connected | NumberState::Connecting | NumberState::Linking, _) => None,
        (NumberState::Banned, _) => Some(banned_why(lang)),
        (NumberState::Replaced, _) => Some(replaced_why(lang)),
        (NumberState::Outdated, _) => Some(outdated_why(lang)),
        (NumberState::LoggedOut, _) => Some(logged_out_why(lang)),
        (NumberState::Reconnecting, _) => Some(reconnecting_why(lang)),
        (NumberState::Unlinked, _) => Some(unlinked_why(lang)),
    };
    number.problem.map(|problem| problem.message(lang)).or(by_state).map(str::to_owned)
}
