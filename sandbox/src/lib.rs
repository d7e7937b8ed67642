//! A WhatsApp network in a box.
//!
//! A server that speaks WhatsApp Web's protocol (WebSocket, Noise, binary nodes, Signal encryption, multi-device
//! linking), with simulated phones and simulated people. An unmodified client connects to it exactly as it connects to
//! WhatsApp; nothing in the client is stubbed.
//!
//! - [`Sandbox::open`] starts a network; [`Running`] is its handle.
//! - `wire` is the bottom of the protocol, `session` one client's side of it, `signal` the encryption that simulated
//!   phones do.
//! - `world` is what the network knows: accounts, devices, the ledger, what is due. `handset` is what a primary phone
//!   does for its devices, `people` what everybody else does.
//! - [`control`] is the HTTP interface that drives it all, with its types in [`control::dto`].
//! - `media` is the host that keeps encrypted files, and what phones do with them.
//! - `disk` keeps the world between runs.

mod address;
mod clock;
mod content;
pub mod control;
mod disk;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod handset;
mod media;
mod people;
mod random;
mod running;
mod session;
mod signal;
mod wire;
mod world;

pub use address::{InvalidPhone, Phone};
pub use clock::{Clock, DrivenClock, SystemClock};
pub use media::MediaLimits;
pub use running::{OpenError, Running, Sandbox, SandboxConfig};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes as base64 with padding, as the protocol and the control API write them.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes from base64 with padding.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
