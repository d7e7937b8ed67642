//! What the pages of groups say.

crate::texts! {
    groups: "Grup", "Groups";
    group: "Grup", "Group";
    in_no_group: "Nomor ini belum ada di grup mana pun.", "This number is in no group yet.";
    in_groups(n: u64): "Nomor ini ada di {n} grup.", "This number is in {n} group." | "This number is in {n} groups.";
    show_groups: "Lihat grup", "Show the groups";
    groups_of(label: &str): "Grup WhatsApp tempat {label} menjadi anggota", "The WhatsApp groups that {label} is in";
    search_groups: "Cari nama grup", "Search groups";
    no_groups: "Belum ada grup", "No groups yet";
    no_groups_body: "Begitu nomor ini ditambahkan ke sebuah grup di WhatsApp, grupnya muncul di sini.",
        "As soon as somebody adds this number to a group on WhatsApp, the group appears here.";
    no_group_matches: "Tidak ada grup yang cocok", "No group matches";
    nobody_matches: "Tidak ada anggota yang cocok", "No member matches";
    other_words: "Coba kata lain, atau tampilkan semuanya.", "Try other words, or show all of them.";
    show_all: "Tampilkan semua", "Show all";
    members: "Anggota", "Members";
    role: "Peran", "Role";
    admin: "Admin", "Admin";
    this_number: "Nomor ini", "This number";
    announcement: "Hanya admin yang menulis", "Only admins write";
    nameless: "Grup tanpa nama", "Group without a name";
    back_to_number: "Ke nomor", "To the number";
    back_to_groups: "Ke daftar grup", "To the groups";
    members_of(n: u64, label: &str): "{n} anggota, termasuk {label}", "{n} member, {label} among them" | "{n} members, {label} among them";
    search_members: "Cari nama atau nomor", "Search by name or number";
    member: "Anggota", "Member";
    contact: "Kontak", "Contact";
    already: "Sudah jadi kontak", "Is a contact";
    not_yet: "Belum", "Not yet";
    number_hidden: "Nomor disembunyikan", "Number hidden";
    make_contacts: "Jadikan kontak", "Make them contacts";
    reachable(n: u64, known: u64): "{n} anggota diketahui nomornya, {known} di antaranya sudah jadi kontak.",
        "The number of {n} member is known; contacts already: {known}." | "The numbers of {n} members are known; contacts already: {known}.";
    hidden(n: u64): "{n} anggota menyembunyikan nomornya dan tidak ikut.", "{n} member hides their number and cannot be added." | "{n} members hide their numbers and cannot be added.";
    before_import: "Anda melihat dulu apa yang terjadi dengan setiap nomor. Kontak baru mencatat nama grup ini; yang sudah punya nama grup lain tetap.",
        "You see first what becomes of each number. New contacts keep the name of this group; those that have another one keep that.";
    consent: "Anggota grup belum tentu mau menerima promosi. Kirim hanya kepada yang mengenal Anda; nomor yang sering diblokir ditutup WhatsApp.",
        "Members of a group have not agreed to promotions. Write only to people who know you: WhatsApp closes numbers that many block.";
    group_gone: "Nomor ini tidak lagi di grup itu", "This number is not in that group any more";
    group_gone_body: "Mungkin grupnya dihapus, atau nomor ini dikeluarkan. Kontak yang sudah dibuat tetap ada.",
        "The group may have been deleted, or the number was removed from it. Contacts you made stay.";
}
