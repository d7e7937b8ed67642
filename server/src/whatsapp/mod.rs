//! The WhatsApp network: everything that touches the client library.

pub mod keys;
