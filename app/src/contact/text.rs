//! What the pages of contacts say.

crate::texts! {
    contacts: "Kontak", "Contacts";
    people(n: u64): "{n} orang yang dapat Anda sapa.", "{n} person you can greet." | "{n} people you can greet.";
    import: "Impor", "Import";
    consent: "Persetujuan", "Consent";
    search: "Cari nama, nomor, atau apa saja", "Search by name, number or anything";
    matching(n: u64): "{n} cocok", "{n} match" | "{n} match";
    name: "Nama", "Name";
    details: "Keterangan", "Details";
    marketing: "Pesan promosi", "Marketing";
    added: "Ditambahkan", "Added";
    opted_out: "Berhenti", "Opted out";
    allowed: "Boleh", "Allowed";
    no_contacts: "Belum ada kontak", "No contacts yet";
    no_contacts_body: "Unggah berkas dari Excel, Google Contacts, atau toko online Anda. Kolomnya dikenali sendiri.",
        "Upload a file from Excel, Google Contacts or your online shop. Its columns are recognised.";
    import_a_file: "Impor berkas", "Import a file";
    nobody_matches(search: &str): "Tidak ada kontak dengan “{search}”", "No contact has “{search}”";

    import_contacts: "Impor kontak", "Import contacts";
    upload_lead: "Berkas CSV dari Excel, Google Contacts, atau toko online. Tidak ada yang disimpan sebelum Anda memeriksanya.",
        "A CSV file from Excel, Google Contacts or an online shop. Nothing is imported before you have looked at it.";
    choose_file: "Berkas CSV", "CSV file";
    choose_file_hint(limit: &str): "Paling besar {limit}. Nomor boleh ditulis 0812…, 62812…, atau +62 812…; satu sel boleh berisi dua nomor.",
        "At most {limit}. Numbers may be written 0812…, 62812… or +62 812…; a cell may hold two numbers.";
    upload: "Unggah dan periksa", "Upload and check";
    file_too_large(size: &str, limit: &str): "Berkas ini {size}; paling besar {limit}. Bagi menjadi beberapa berkas lalu unggah satu per satu.",
        "This file is {size}; at most {limit} can be taken. Split it into several files and upload them one by one.";
    choose_one_first: "Pilih berkasnya dulu.", "Choose the file first.";
    recent_imports: "Impor terakhir", "Recent imports";
    file: "Berkas", "File";
    result: "Hasil", "Result";
    when: "Waktu", "When";

    check_title: "Periksa kolomnya", "Check what goes where";
    check_lead(rows: u64, known: usize, all: usize, file: &str): "{file}, {rows} baris. Kami mengenali {known} dari {all} kolom; lihat sebentar.",
        "{file}, {rows} row. We recognised {known} of {all} columns; please look once." | "{file}, {rows} rows. We recognised {known} of {all} columns; please look once.";
    another_file: "Berkas lain", "Another file";
    verdict: "Hasil pemeriksaan", "Verdict";
    verdict_bar(new: u64, update: u64, twice: u64, refused: u64): "{new} baru, {update} sudah ada, {twice} dobel, {refused} tidak dapat diimpor",
        "{new} new, {update} update, {twice} twice, {refused} cannot be imported";
    new: "Baru", "New";
    update: "Sudah ada di kontak", "Update a contact you have";
    update_note: "yang kosong saja", "empty fields only";
    twice: "Nomor yang sama dua kali", "Same number twice";
    twice_note: "baris pertama dipakai", "first row is kept";
    refused: "Tidak dapat diimpor", "Cannot be imported";
    refused_note: "alasannya di bawah", "reasons below";
    excluded_line(n: u64): "{n} orang di berkas ini meminta tidak dikirimi pesan; mereka diimpor, tetapi tidak akan menerima kampanye.",
        "{n} person in this file asked for no messages; imported, but will not receive campaigns." | "{n} people in this file asked for no messages; they are imported, but will not receive campaigns.";
    columns: "Kolom", "Columns";
    in_your_file: "Di berkas Anda", "In your file";
    in_sapa: "Di Sapa", "In Sapa";
    filled(n: u64): "{n} terisi", "{n} filled" | "{n} filled";
    goes_to(column: &str): "{column} menjadi", "{column} goes to";
    check_again: "Periksa lagi", "Check again";
    consent_hint(column: &str): "“{column}” sepertinya berisi persetujuan promosi. Jika ya, pilih “Setuju promosi”: yang menjawab tidak, tidak akan dikirimi.",
        "“{column}” seems to say who agreed to marketing. If so, choose “Marketing consent”: those who said no will not be written to.";
    rows: "Baris", "Rows";
    show: "Tampilkan", "Show";
    sample: "Contoh", "Sample";
    errors: "Salah", "Errors";
    twice_short: "Dobel", "Twice";
    updates: "Sudah ada", "Updates";
    row: "Baris", "Row";
    number: "Nomor", "Number";
    what_becomes: "Menjadi", "Verdict";
    no_name: "(tanpa nama)", "(no name)";
    without_marketing: "tanpa promosi", "without marketing";
    first_rows(n: u64): "{n} baris pertama", "The first {n} rows";
    cancel: "Batal", "Cancel";
    import_note: "Baris yang ditolak tetap bisa dilihat setelah impor, dengan alasannya.",
        "Refused rows can still be seen after the import, with their reasons.";
    import_rows(n: u64): "Impor {n} kontak", "Import {n} contact" | "Import {n} contacts";
    nothing_to_import: "Belum ada nomor yang dapat diimpor. Pilih kolom nomornya.", "No number can be imported yet. Choose the column with the numbers.";

    as_phone: "Nomor WhatsApp", "WhatsApp number";
    as_name: "Nama", "Name";
    as_opt_out: "Minta berhenti", "Opted out";
    as_consent: "Setuju promosi", "Marketing consent";
    as_attribute: "Simpan apa adanya", "Keep as it is";
    as_ignored: "Jangan disimpan", "Do not keep";

    importing: "Mengimpor kontak", "Importing contacts";
    reading: "Membaca seluruh berkas…", "Reading the whole file…";
    progress(done: u64, total: u64): "{done} dari {total} kontak", "{done} of {total} contacts";
    may_leave: "Anda boleh meninggalkan halaman ini; impor tetap berjalan.", "You may leave this page; the import goes on.";
    done: "Impor selesai", "Import finished";
    done_lead(n: u64, file: &str): "{n} kontak dari {file} siap disapa.", "{n} contact from {file} is ready to be greeted." | "{n} contacts from {file} are ready to be greeted.";
    imported: "Diimpor", "Imported";
    do_not_write: "Minta tidak dikirimi", "Asked for no messages";
    write_to_them: "Buat kampanye untuk mereka", "Write to them";
    see_contacts: "Lihat kontak", "See contacts";
    not_imported: "Baris yang tidak diimpor", "Rows that were not imported";
    not_imported_note: "Betulkan di berkas Anda, lalu unggah lagi: yang sudah ada tidak menjadi dobel.",
        "Correct them in your file and upload it again: nobody becomes a contact twice.";
    failed: "Impor berhenti", "The import stopped";
    failed_body: "Berkasnya tidak dapat dibaca lagi. Unggah sekali lagi; kontak yang sudah masuk tetap ada dan tidak menjadi dobel.",
        "The file can no longer be read. Upload it once more; contacts already imported stay and do not become double.";
    waiting: "Menunggu", "Waiting";
    imported_of(done: u64): "{done} diimpor", "{done} imported";
}
