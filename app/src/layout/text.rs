//! What the frame around every page says.

crate::texts! {
    skip: "Langsung ke isi", "Skip to content";
    main_menu: "Menu utama", "Main";
    bottom_menu: "Menu bawah", "Bottom";
    dashboard: "Dasbor", "Dashboard";
    inbox: "Kotak masuk", "Inbox";
    campaigns: "Kampanye", "Campaigns";
    contacts: "Kontak", "Contacts";
    chatbot: "Chatbot", "Chatbot";
    numbers: "Nomor", "Numbers";
    sandbox_place: "Sandbox", "Sandbox";
    unread(n: u64): "{n} belum dibaca", "{n} unread";
    more: "Lainnya", "More";
    account_of(name: &str): "Akun {name}", "Account of {name}";
    sign_out: "Keluar", "Sign out";
    language: "Bahasa", "Language";
    theme: "Tema", "Theme";
    light: "Terang", "Light";
    dark: "Gelap", "Dark";
    system: "Ikut sistem", "System";
    live: "Langsung", "Live";
    reconnecting_in(attempt: u32, seconds: u32): "Menyambung lagi, percobaan ke-{attempt} dalam {seconds} dtk",
        "Reconnecting, try {attempt} in {seconds} s";
    reconnecting(attempt: u32): "Menyambung lagi, percobaan ke-{attempt}", "Reconnecting, try {attempt}";
    offline: "Luring", "Offline";
    sandbox: "Mode latihan", "Sandbox";
    sandbox_lead: "Mode latihan.", "Sandbox.";
    sandbox_body: "Pesan hanya sampai ke pelanggan simulasi; tidak ada yang keluar dari server ini.",
        "Messages go to simulated customers only; nothing leaves this server.";
    play_customers: "Mainkan pelanggan", "Play the customers";
    link_real: "Hubungkan nomor asli", "Link a real number";
    owner: "Pemilik", "Owner";
    admin: "Admin", "Admin";
    marketer: "Pemasaran", "Marketing";
    agent: "Agen", "Agent";
    not_found: "Halaman ini tidak ada", "There is no such page";
    not_found_body: "Alamatnya mungkin salah ketik, atau yang Anda cari sudah dihapus.",
        "The address may be mistyped, or what you look for was deleted.";
    home: "Ke dasbor", "To the dashboard";
}
