//! Media: the host that keeps encrypted files, and what phones do with them.
//!
//! A file is encrypted by whoever sends it, kept by the host under the SHA-256 of what it was given, and decrypted by
//! whoever has the message that names it. The host never sees a key; only phones do, because the sandbox plays them too.

pub mod file;
pub mod host;
mod link;
pub mod measure;
pub mod pass;
pub mod phone;
pub mod range;
pub mod retry;
pub mod store;
mod upload;

pub use file::{File, MediaKind};
pub use link::{Link, Token};
pub use phone::{Media, MediaState};
pub use store::{Absence, Store};
pub use upload::NotTaken;

/// How much the media host takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaLimits {
    /// The largest file, in bytes, encrypted.
    pub file_bytes: u64,
    /// All files together, in bytes. When it is reached, uploads are refused with 507 until the world is reset.
    pub total_bytes: u64,
}

impl Default for MediaLimits {
    /// 64 MiB a file, 512 MiB together.
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self { file_bytes: 64 * MIB, total_bytes: 512 * MIB }
    }
}
