//! What the pages before the dashboard say.

crate::texts! {
    welcome_back: "Selamat datang kembali", "Welcome back";
    waiting: "Pelanggan Anda sudah menunggu sapaan.", "Your customers are waiting to hear from you.";
    email: "E-mail", "E-mail";
    password: "Kata sandi", "Password";
    password_hint(min: u32): "Paling sedikit {min} karakter; kalimat pendek lebih mudah diingat.",
        "At least {min} characters; a short sentence is easy to remember.";
    sign_in: "Masuk", "Sign in";
    no_account: "Belum punya akun?", "No account yet?";
    try_without_phone: "Coba tanpa ponsel", "Try it without a phone";
    start: "Mulai menyapa", "Start greeting";
    start_lead: "Ruang kerja Anda siap dalam satu menit. Semuanya bisa dicoba tanpa ponsel.",
        "Your workspace is ready in a minute. All of it can be tried without a phone.";
    name: "Nama Anda", "Your name";
    tenant: "Nama usaha", "Name of your business";
    create: "Buat ruang kerja", "Create workspace";
    have_account: "Sudah punya akun?", "Already have an account?";
    self_hosted: "Sapa berjalan di server Anda sendiri.", "Sapa runs on your own server.";
    customer_asks: "Kak, kebaya yang kemarin masih ada?", "Is the kebaya from yesterday still there?";
    agent_answers: "Masih, Kak. Sudah kami simpankan ukuran M.", "It is. We have kept a size M for you.";
    customer_thanks: "Wah, terima kasih!", "Oh, thank you!";
    promise: "Setiap pesan sampai sekali. Setiap balasan ada yang menyapa.",
        "Every message arrives once. Every reply is greeted.";
}
