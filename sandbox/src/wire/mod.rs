//! The bottom of the protocol: WebSocket messages, frames, Noise and binary nodes.

pub mod channel;
pub mod node;
pub mod noise;

pub use node::{NETWORK, Stanza, big_endian, id24, is_repeatable, leaf, node, words};
