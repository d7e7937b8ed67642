//! The WhatsApp network: how Sapa reaches it, and what its messages say.

pub mod content;
pub mod file;
pub mod group;
pub mod http;
pub mod keys;
pub mod prelinked;
pub mod sandbox_phone;
pub mod silence;
pub mod transport;
