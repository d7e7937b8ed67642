//! The few sentences the design system says by itself.

crate::texts! {
    close: "Tutup", "Close";
    undo: "Urungkan", "Undo";
    try_again: "Coba lagi", "Try again";
    loading: "Memuat", "Loading";
    pages: "Halaman", "Pages";
    previous: "Sebelumnya", "Previous";
    next: "Berikutnya", "Next";
    page(n: u32): "Halaman {n}", "Page {n}";
    per_page(n: u32): "{n} per halaman", "{n} a page";
    clear_search: "Hapus pencarian", "Clear search";
    check_spelling: "Periksa ejaannya, atau cari dengan sebagian nomor.", "Check the spelling, or search for part of the number.";
    as_table: "Lihat tabel", "Show as table";
    point: "Titik", "Point";
    could_not_load: "Bagian ini belum dapat dimuat", "This part could not be loaded";
    choose_or_drop: "Pilih berkas, atau seret ke sini", "Choose a file, or drop it here";
    show_password: "Tampilkan kata sandi", "Show password";
    hide_password: "Sembunyikan kata sandi", "Hide password";
    step_of(step: usize, steps: usize): "{step} dari {steps}", "{step} of {steps}";
    done: "Selesai", "Done";
    queued: "Menunggu dikirim", "Waiting to send";
    submitted: "Diserahkan ke WhatsApp", "Submitted to WhatsApp";
    delivered: "Sampai", "Delivered";
    read: "Dibaca", "Read";
    not_sent: "Tidak terkirim", "Not sent";
    sign_in: "Masuk lagi", "Sign in again";
}
