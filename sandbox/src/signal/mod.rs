//! End-to-end encryption as a phone does it: one [`Endpoint`] per simulated phone or person.
//!
//! Keys are derived from the world's secret when they are first asked for, so a person who was never spoken to costs
//! nothing and nothing but sessions has to be kept.

mod chains;
mod endpoint;
mod store;

pub use chains::OwnChain;
pub use endpoint::{Bundle, DecryptError, Encrypted, Endpoint};

use wacore_libsignal::protocol::{PrivateKey, PublicKey};
use waproto::whatsapp as wa;

/// A public key as the wire has it: 32 bytes, without libsignal's type byte.
pub fn public_bytes(key: &PublicKey) -> [u8; 32] {
    key.public_key_bytes().try_into().expect("Curve25519 keys have 32 bytes")
}

/// A key pair from 32 derived bytes.
pub(crate) fn key_pair(private: [u8; 32]) -> wacore_libsignal::protocol::KeyPair {
    let private = PrivateKey::deserialize(&private).expect("32 bytes make a private key");
    private.try_into().expect("every private key has a public one")
}

/// A message, encoded and padded for encryption.
pub fn pad(message: &wa::Message) -> Vec<u8> {
    wacore::messages::MessageUtils::encode_and_pad(message)
}

/// The message inside a decrypted plaintext.
pub fn unpad(plaintext: &[u8]) -> anyhow::Result<wa::Message> {
    wacore::messages::decode_plaintext(plaintext, PADDING_VERSION)
}

const PADDING_VERSION: u8 = 2;
