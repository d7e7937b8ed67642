//! What the inbox says.

crate::texts! {
    inbox: "Kotak masuk", "Inbox";
    conversations: "Percakapan", "Conversations";
    search: "Cari nama atau nomor", "Search by name or number";
    open: "Terbuka", "Open";
    unread: "Belum dibaca", "Unread";
    resolved: "Selesai", "Resolved";
    all: "Semua", "All";
    unread_count(n: u64): "{n} belum dibaca", "{n} unread";
    new_conversation: "Percakapan baru", "New conversation";
    keys: "Pintasan papan ketik", "Keyboard shortcuts";
    key_next: "Percakapan berikutnya", "Next conversation";
    key_previous: "Percakapan sebelumnya", "Previous conversation";
    key_resolve: "Selesaikan atau buka lagi", "Resolve or reopen";
    key_reply: "Tulis balasan", "Write a reply";
    key_send: "Kirim", "Send";
    key_break: "Baris baru", "New line";
    key_map: "Daftar pintasan ini", "This map";
    empty_title: "Belum ada percakapan", "No conversations yet";
    empty_body: "Siapa pun yang menulis ke nomor Anda akan muncul di sini. Anda juga bisa menyapa lebih dulu.",
        "Everybody who writes to your numbers appears here. You can also greet first.";
    nothing_matches: "Tidak ada yang cocok", "Nothing matches";
    nothing_matches_body: "Tidak ada percakapan untuk pencarian dan tab ini.", "No conversation for this search and tab.";
    nothing_open: "Semua sudah ditangani", "All handled";
    nothing_open_body: "Pesan baru muncul di sini begitu masuk.", "New messages appear here as they come in.";
    clear_filters: "Tampilkan semua", "Show all";
    choose_title: "Pilih percakapan", "Choose a conversation";
    choose_body: "Pesannya muncul di sini. Alt+J dan Alt+K berpindah di antara percakapan.",
        "Its messages appear here. Alt+J and Alt+K move between conversations.";
    you: "Anda", "You";
    bot: "Bot", "Bot";
    bot_rule(rule: &str): "Bot, aturan “{rule}”", "Bot, rule “{rule}”";
    campaign: "Kampanye", "Campaign";
    merged: "Orang yang sama", "The same person";
    merged_why: "Menurut WhatsApp, kontak-kontak ini orang yang sama, jadi percakapannya disatukan.",
        "WhatsApp says these contacts are the same person, so their conversations were merged.";
    merged_since(date: &str): "Disatukan {date}", "Merged {date}";
    separate_named(name: &str): "Pisahkan {name}…", "Separate {name}…";
    separate_what: "Pesan yang dulu miliknya kembali ke percakapan sendiri, dan keduanya tidak akan disatukan lagi secara otomatis.",
        "The messages that were theirs go back to a conversation of their own, and the two will not be merged by themselves again.";
    separate: "Pisahkan", "Separate";
    separated: "Kontak dipisahkan", "Contacts separated";
    edited: "Diedit", "Edited";
    deleted: "Pesan ini dihapus", "This message was deleted";
    in_answer_to: "Membalas pesan", "In answer to";
    reaction_of(name: &str, emoji: &str): "Reaksi {name}: {emoji}", "{name} reacted: {emoji}";
    own_reaction(emoji: &str): "Reaksi Anda: {emoji}", "You reacted: {emoji}";
    from_phone: "Dari ponsel", "From the phone";
    from_api: "Lewat API", "Through the API";
    message_from(name: &str): "Pesan dari {name}", "Message from {name}";
    message_to(name: &str): "Pesan ke {name}", "Message to {name}";
    conversation_with(name: &str): "Percakapan dengan {name}", "Conversation with {name}";
    back: "Kembali ke daftar percakapan", "Back to conversations";
    on_number(number: &str): "di {number}", "on {number}";
    messages: "Pesan", "Messages";
    older: "Tampilkan pesan lebih lama", "Show older messages";
    today: "Hari ini", "Today";
    yesterday: "Kemarin", "Yesterday";
    no_messages: "Belum ada pesan. Sapa lebih dulu.", "No messages yet. Greet first.";
    resolve: "Selesaikan", "Resolve";
    reopen: "Buka lagi", "Reopen";
    bot_answers: "Bot menjawab", "Bot answers";
    bot_silent: "Bot diam", "Bot is silent";
    hand_back: "Serahkan ke bot", "Hand back to the bot";
    take_over: "Ambil alih", "Take over";
    contact_details: "Detail kontak", "Contact details";
    contact: "Kontak", "Contact";
    reply: "Balasan", "Reply";
    reply_to(name: &str, number: &str): "Balas {name} di {number}", "Reply to {name} on {number}";
    write_reply(number: &str): "Balas di {number}", "Reply on {number}";
    send: "Kirim", "Send";
    attach: "Lampirkan berkas", "Attach a file";
    remove_file: "Lepas berkas", "Remove the file";
    file_chosen(name: &str, size: &str): "{name}, {size}, akan dikirim", "{name}, {size}, will be sent";
    file_let_go: "Berkas dilepas", "File removed";
    one_file: "Satu berkas setiap pesan. Pilih salah satu.", "One file with each message. Choose one of them.";
    sending_file: "Mengirim berkas…", "Sending the file…";
    file_too_large(size: &str, limit: &str): "Berkas ini {size}; paling besar {limit}", "This file is {size}; the limit is {limit}";
    caption: "Tulis keterangan (opsional)", "Write a caption (optional)";
    photo_of(name: &str): "Foto dari {name}", "Photo from {name}";
    photo_to(name: &str): "Foto untuk {name}", "Photo for {name}";
    sticker: "Stiker", "Sticker";
    open_photo: "Buka foto ukuran penuh", "Open the photo in full size";
    download_file(name: &str): "Unduh {name}", "Download {name}";
    nameless_file: "Berkas", "File";
    fetching: "Mengambil dari WhatsApp…", "Fetching from WhatsApp…";
    try_again: "Coba lagi", "Try again";
    fetch_file: "Ambil", "Fetch";
    plays_video: "Video", "Video";
    plays_sound: "Rekaman suara", "Recording";
    new_line: "baris baru", "new line";
    waits_for_number(number: &str): "{number} belum tersambung. Balasan Anda disimpan dan dikirim setelah tersambung.",
        "{number} is not connected. Your reply is kept and sent once it is.";
    first_seen: "Dikenal sejak", "Known since";
    opted_out: "Berhenti berlangganan", "Opted out";
    opted_out_since(date: &str): "Sejak {date}. Kampanye dan bot tidak menulis kepadanya.",
        "Since {date}. Campaigns and the bot do not write to them.";
    about: "Tentang", "About";
    campaigns: "Kampanye yang diterima", "Campaigns received";
    no_campaigns: "Belum menerima kampanye.", "No campaign so far.";
    from_number: "Kirim dari", "Send from";
    to_phone: "Nomor WhatsApp tujuan", "WhatsApp number to write to";
    to_phone_hint: "Tersimpan di kontak atau tidak, misalnya 0812 5550 0142 atau +62 812 5550 0142.",
        "Saved as a contact or not, for example 0812 5550 0142 or +62 812 5550 0142.";
    start: "Buka percakapan", "Open conversation";
    cancel: "Batal", "Cancel";
    no_number: "Tambahkan nomor dulu", "Add a number first";
    no_number_body: "Percakapan berjalan lewat salah satu nomor Anda. Nomor latihan siap dalam satu detik.",
        "A conversation runs over one of your numbers. A sandbox number is ready in a second.";
    to_numbers: "Ke halaman nomor", "To the numbers";
}
