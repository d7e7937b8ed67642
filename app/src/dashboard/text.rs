//! What the home page says.

crate::texts! {
    title: "Dasbor", "Dashboard";
    morning(name: &str): "Selamat pagi, {name}", "Good morning, {name}";
    noon(name: &str): "Selamat siang, {name}", "Good afternoon, {name}";
    afternoon(name: &str): "Selamat sore, {name}", "Good afternoon, {name}";
    evening(name: &str): "Selamat malam, {name}", "Good evening, {name}";
    welcome(name: &str): "Selamat datang di Sapa, {name}", "Welcome to Sapa, {name}";
    first_lead: "Empat langkah sampai sapaan pertama. Semuanya bisa dicoba tanpa ponsel.",
        "Four steps to the first greeting. All of it can be tried without a phone.";
    unread_lead(n: u64): "{n} pesan belum dibaca menunggu jawaban.",
        "{n} unread message is waiting for an answer." | "{n} unread messages are waiting for an answer.";
    calm_lead: "Semua pesan sudah dibaca.", "Every message has been read.";
    new_campaign: "Kampanye baru", "New campaign";
    open_inbox: "Buka kotak masuk", "Open inbox";
    import: "Impor kontak", "Import contacts";

    first_steps: "Langkah pertama", "First steps";
    step_number: "Hubungkan sebuah nomor", "Connect a number";
    step_number_body: "Pindai kode dengan ponsel toko, atau pakai nomor latihan untuk mencoba dulu.",
        "Scan a code with the shop's phone, or take a sandbox number to try it first.";
    step_number_do: "Tambah nomor", "Add a number";
    step_contacts: "Masukkan pelanggan", "Bring your customers";
    step_contacts_body: "Berkas dari Excel, kasir atau Google; kami periksa setiap baris sebelum masuk.",
        "A file from Excel, the till or Google; every row is checked before it goes in.";
    step_campaign: "Kirim kampanye pertama", "Send the first campaign";
    step_campaign_body: "Satu kabar untuk banyak orang, masing-masing tepat sekali.",
        "One message to many people, each of them exactly once.";
    step_answer: "Jawab sebuah balasan", "Answer a reply";
    step_answer_body: "Balasan muncul di kotak masuk dalam hitungan detik.",
        "Replies appear in the inbox within a second.";

    month: "Kampanye 30 hari terakhir", "Campaigns of the last 30 days";
    submitted: "Diserahkan ke WhatsApp", "Submitted to WhatsApp";
    delivered: "Sampai", "Delivered";
    read: "Dibaca", "Read";
    replied: "Dibalas", "Replied";
    failed: "Gagal", "Failed";
    messages: "pesan", "messages";

    today: "Pesan hari ini", "Messages today";
    every(minutes: i64): "per {minutes} menit", "every {minutes} minutes";
    every_minute: "per menit", "every minute";
    today_says(sent: u64, replied: u64): "Hari ini {sent} pesan diserahkan dan {replied} dibalas.",
        "Today {sent} messages were submitted and {replied} were answered.";
    nothing_today: "Belum ada pesan hari ini", "No messages yet today";
    nothing_today_body: "Begitu kampanye berjalan, jalannya tampak di sini, langsung.",
        "As soon as a campaign runs, its progress is shown here, live.";

    campaigns: "Kampanye terbaru", "Recent campaigns";
    all_campaigns: "Semua kampanye", "All campaigns";
    campaign: "Kampanye", "Campaign";
    progress: "Kemajuan", "Progress";
    state: "Keadaan", "State";
    no_campaigns: "Belum ada kampanye", "No campaigns yet";
    no_campaigns_body: "Kirim satu kabar ke banyak orang, dalam batas aman nomor Anda.",
        "Send one message to many people, within what is safe for your number.";
    not_started: "Belum dikirim", "Not sent yet";
    draft: "Draf", "Draft";
    scheduled: "Terjadwal", "Scheduled";
    running: "Berjalan", "Running";
    paused: "Dijeda", "Paused";
    cancelled: "Dibatalkan", "Cancelled";
    finished: "Selesai", "Finished";
    of_recipients(done: u64, all: u64): "{done} dari {all} orang", "{done} of {all} people";

    attention: "Perlu perhatian", "Needs attention";
    all_clear: "Tidak ada yang perlu diurus.", "Nothing needs a look.";
    unread_title(n: u64): "{n} pesan belum dibaca", "{n} unread message" | "{n} unread messages";
    unread_body(n: u64): "{n} percakapan masih terbuka.", "{n} conversation is open." | "{n} conversations are open.";
    number_down(label: &str): "{label} tidak tersambung", "{label} is not connected";
    number_down_body(n: u64): "{n} pesan menunggu.", "{n} message waits." | "{n} messages wait.";
    number_held(label: &str, until: &str): "{label} ditahan WhatsApp sampai {until}",
        "{label} is held by WhatsApp until {until}";
    number_held_body(n: u64): "Balasan tetap jalan; {n} pesan menunggu.",
        "Replies still work; {n} message waits." | "Replies still work; {n} messages wait.";
    see_number: "Lihat nomor", "See the number";
    failed_title(n: u64): "{n} pesan gagal dalam 30 hari", "{n} message failed in 30 days" | "{n} messages failed in 30 days";
    failed_body: "Alasannya ada di halaman tiap kampanye.", "The reasons are on the page of each campaign.";
    see_campaigns: "Lihat kampanye", "See campaigns";

    numbers: "Nomor", "Numbers";
    all_numbers: "Semua nomor", "All numbers";
    connected: "Tersambung", "Connected";
    linking: "Menunggu dipindai", "Waiting for the scan";
    unlinked: "Belum ditautkan", "Not linked";
    connecting: "Menyambung", "Connecting";
    reconnecting: "Menyambung lagi", "Reconnecting";
    logged_out: "Perlu ditautkan lagi", "Link it again";
    banned: "Ditolak WhatsApp", "Refused by WhatsApp";
    replaced: "Diambil alih", "Taken over";
    outdated: "Perlu diperbarui", "Needs an update";
    waiting(n: u64): "{n} pesan menunggu", "{n} message waits" | "{n} messages wait";
    no_phone: "Nomor belum diketahui", "Number not known yet";
}
