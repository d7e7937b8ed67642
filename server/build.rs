//! Migrations are embedded at compile time; cargo must know when one is added.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
