//! Encryption at rest, and the key it rests on.

use crate::{
    clock::Random,
    error::{Error, Result},
};
use anyhow::Context as _;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 24;

/// Seals and opens what must not be read from a stolen database. Not printable.
pub struct Cipher {
    aead: XChaCha20Poly1305,
    random: Random,
}

impl Cipher {
    /// From 32 secret bytes.
    pub fn new(key: &[u8; 32], random: Random) -> Self {
        Self { aead: XChaCha20Poly1305::new(key.into()), random }
    }

    /// Nonce and ciphertext. `place` (table, row) is bound in: a value moved elsewhere no longer opens.
    pub fn seal(&self, place: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_BYTES] = self.random.bytes();
        let sealed = self
            .aead
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place })
            .expect("values are far below the limit of the cipher");
        [&nonce[..], &sealed].concat()
    }

    /// What was sealed at the same place.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let undecryptable = Error::Undecryptable("a stored secret: was secret.key replaced?");
        let Some((nonce, sealed)) = sealed.split_first_chunk::<NONCE_BYTES>() else { return Err(undecryptable) };
        self.aead.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place }).map_err(|_| undecryptable)
    }
}

/// Signs what is given away and comes back, such as addresses of files. Not printable.
pub struct Signer(Zeroizing<[u8; 32]>);

impl Signer {
    /// From the 32 secret bytes of the installation; its own key is derived.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Zeroizing::new(mac(key, &[b"signer"]).finalize().into_bytes().into()))
    }

    /// A signature that is valid for one purpose only.
    pub fn sign(&self, purpose: &str, said: &[u8]) -> [u8; 32] {
        self.mac(purpose, said).finalize().into_bytes().into()
    }

    /// Whether it was signed here, for this purpose.
    pub fn verify(&self, purpose: &str, said: &[u8], signature: &[u8]) -> bool {
        self.mac(purpose, said).verify_slice(signature).is_ok()
    }

    fn mac(&self, purpose: &str, said: &[u8]) -> Hmac<Sha256> {
        // No purpose holds a zero byte.
        mac(&self.0, &[purpose.as_bytes(), &[0], said])
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("a key of any length will do");
    parts.iter().for_each(|part| mac.update(part));
    mac
}

/// The key of this installation: from the configuration, or from `secret.key` in the data folder, made at first use.
pub fn load_or_make_key(configured: Option<&str>, data_dir: &Path, random: &Random) -> Result<Zeroizing<[u8; 32]>> {
    if let Some(text) = configured {
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.trim()).context("secret_key is not base64")?);
        let key = <[u8; 32]>::try_from(bytes.as_slice()).ok().context("secret_key must be 32 bytes in base64")?;
        return Ok(Zeroizing::new(key));
    }
    let path = data_dir.join("secret.key");
    match std::fs::read(&path) {
        Ok(bytes) => {
            let key = <[u8; 32]>::try_from(bytes.as_slice());
            Ok(Zeroizing::new(key.ok().with_context(|| format!("{} must hold 32 bytes", path.display()))?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = Zeroizing::new(random.bytes::<32>());
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .with_context(|| format!("cannot write {}", path.display()))?;
            file.write_all(key.as_slice()).and_then(|()| file.sync_all()).context("writing secret.key")?;
            Ok(key)
        }
        Err(error) => Err(anyhow::Error::new(error).context(format!("cannot read {}", path.display())).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_at_its_place() {
        let cipher = Cipher::new(&[7; 32], Random::seeded(1));
        let sealed = cipher.seal(b"session|1", b"key");
        assert_eq!(cipher.open(b"session|1", &sealed).expect("opens"), b"key");
        assert!(cipher.open(b"session|2", &sealed).is_err());
        assert!(cipher.open(b"session|1", &sealed[..10]).is_err());
        assert_ne!(sealed, cipher.seal(b"session|1", b"key"), "a nonce is never used twice");
    }

    #[test]
    fn the_key_is_made_once_and_kept() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = load_or_make_key(None, dir.path(), &Random::seeded(1)).expect("made");
        let second = load_or_make_key(None, dir.path(), &Random::seeded(2)).expect("read");
        assert_eq!(*first, *second);
    }
}
