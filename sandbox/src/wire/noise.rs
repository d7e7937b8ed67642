//! The responder's side of WhatsApp's Noise handshakes: XX, IK and XXfallback.
//!
//! A new client speaks XX and learns the server's static key. A client that knows the key speaks IK and is through
//! after one round trip. When IK cannot be read the server answers with XXfallback: XX on the client's first message.

use anyhow::{Context as _, Result};
use buffa::{Message as _, MessageField};
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use wacore_binary::consts::{NOISE_PATTERN_IK, NOISE_PATTERN_XX, NOISE_PATTERN_XXFALLBACK, WA_CONN_HEADER};
use wacore_libsignal::protocol::{KeyPair, PrivateKey};
use wacore_noise::{NoiseCipher, NoiseHandshake};
use waproto::whatsapp as wa;

use crate::signal::public_bytes;

const DAY_SECS: u64 = 86_400;
const CERTIFICATE_DAYS: u64 = 3_650;

/// The server's static key and the certificate chain that presents it.
pub struct ServerKeys {
    pair: KeyPair,
    certificates: Vec<u8>,
}

impl ServerKeys {
    /// New keys. The chain is signed by a root of our own: only a client that skips the chain check, or has the key
    /// pinned, will talk to this server.
    pub fn generate(rng: &mut StdRng, now_secs: u64) -> Self {
        let pair = KeyPair::generate(rng);
        let certificates = certificate_chain(&pair, rng, now_secs);
        Self { pair, certificates }
    }

    /// Keys that were kept as [`ServerKeys::private`] and [`ServerKeys::certificates`].
    pub fn restore(private: &[u8], certificates: Vec<u8>) -> Result<Self> {
        let pair = KeyPair::try_from(PrivateKey::deserialize(private)?)?;
        Ok(Self { pair, certificates })
    }

    /// The private half, 32 bytes.
    pub fn private(&self) -> &[u8; 32] {
        self.pair.private_key.serialize()
    }

    /// The public half, which a pre-linked device pins.
    pub fn public(&self) -> [u8; 32] {
        public_bytes(&self.pair.public_key)
    }

    /// The encoded `CertChain`.
    pub fn certificates(&self) -> &[u8] {
        &self.certificates
    }
}

fn certificate_chain(server: &KeyPair, rng: &mut StdRng, now_secs: u64) -> Vec<u8> {
    use wa::cert_chain::{NoiseCertificate, noise_certificate::Details};
    let (root, intermediate) = (KeyPair::generate(rng), KeyPair::generate(rng));
    let mut certificate = |serial, issuer: &KeyPair, subject: &KeyPair| {
        let details = Details {
            serial: Some(serial),
            issuer_serial: Some(serial - 1),
            key: Some(public_bytes(&subject.public_key).to_vec()),
            not_before: Some(now_secs.saturating_sub(DAY_SECS)),
            not_after: Some(now_secs + CERTIFICATE_DAYS * DAY_SECS),
        }
        .encode_to_vec();
        let signature = issuer.calculate_signature(&details, rng).expect("a fresh key signs");
        MessageField::some(NoiseCertificate { details: Some(details), signature: Some(signature.to_vec()) })
    };
    let upper = certificate(1, &root, &intermediate);
    let leaf = certificate(2, &intermediate, server);
    wa::CertChain { leaf, intermediate: upper }.encode_to_vec()
}

/// How a client shook hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Handshake {
    /// It learnt the server's key.
    Xx,
    /// It knew the server's key.
    Ik,
    /// It believed another key.
    XxFallback,
}

/// A finished handshake.
pub struct Secured {
    /// Encrypts what the server writes.
    pub write: NoiseCipher,
    /// Decrypts what the client writes.
    pub read: NoiseCipher,
    /// The client's static key: who it is.
    pub client_key: [u8; 32],
    /// What the client says about itself.
    pub payload: wa::ClientPayload,
    pub handshake: Handshake,
}

/// Where a handshake stands after the client's first message.
pub enum Answer {
    /// IK: send `reply`, then the channel is secure.
    Secured { reply: Vec<u8>, secured: Box<Secured> },
    /// XX or XXfallback: send `reply`, then wait for the client's second message.
    Asked { reply: Vec<u8>, pending: Box<Pending> },
}

/// An XX handshake that waits for the client's static key.
pub struct Pending {
    noise: NoiseHandshake,
    ephemeral: KeyPair,
    handshake: Handshake,
}

/// Answers the client's first handshake message.
pub fn answer(keys: &ServerKeys, hello: &[u8], rng: &mut StdRng) -> Result<Answer> {
    let hello = wa::HandshakeMessage::decode_from_slice(hello)?;
    let hello = hello.client_hello.into_option().context("no client hello")?;
    let theirs: [u8; 32] = hello.ephemeral.as_deref().context("no ephemeral key")?.try_into()?;
    match (hello.r#static, hello.payload) {
        (Some(sealed_key), Some(sealed_payload)) => answer_ik(keys, &theirs, &sealed_key, &sealed_payload, rng)
            .or_else(|error| {
                tracing::debug!(%error, "IK refused, falling back to XX");
                ask(keys, &theirs, Handshake::XxFallback, rng)
            }),
        _ => ask(keys, &theirs, Handshake::Xx, rng),
    }
}

fn answer_ik(keys: &ServerKeys, theirs: &[u8; 32], key: &[u8], payload: &[u8], rng: &mut StdRng) -> Result<Answer> {
    let mut noise = NoiseHandshake::new(NOISE_PATTERN_IK, &WA_CONN_HEADER)?;
    noise.authenticate(&keys.public());
    noise.authenticate(theirs);
    noise.mix_shared_secret(keys.private(), theirs)?;
    let client_key: [u8; 32] = noise.decrypt(key)?.as_slice().try_into()?;
    noise.mix_shared_secret(keys.private(), &client_key)?;
    let payload = wa::ClientPayload::decode_from_slice(&noise.decrypt(payload)?)?;

    let ephemeral = KeyPair::generate(rng);
    let ours = public_bytes(&ephemeral.public_key);
    noise.authenticate(&ours);
    noise.mix_shared_secret(ephemeral.private_key.serialize(), theirs)?;
    noise.mix_shared_secret(ephemeral.private_key.serialize(), &client_key)?;
    let chain = noise.encrypt(keys.certificates())?;
    let (read, write) = noise.finish()?; // named from the client's side: what it writes, we read
    let reply = server_hello(ours, None, chain);
    Ok(Answer::Secured {
        reply,
        secured: Box::new(Secured { write, read, client_key, payload, handshake: Handshake::Ik }),
    })
}

fn ask(keys: &ServerKeys, theirs: &[u8; 32], handshake: Handshake, rng: &mut StdRng) -> Result<Answer> {
    let pattern = if handshake == Handshake::Xx { NOISE_PATTERN_XX } else { NOISE_PATTERN_XXFALLBACK };
    let mut noise = NoiseHandshake::new(pattern, &WA_CONN_HEADER)?;
    noise.authenticate(theirs);
    let ephemeral = KeyPair::generate(rng);
    let ours = public_bytes(&ephemeral.public_key);
    noise.authenticate(&ours);
    noise.mix_shared_secret(ephemeral.private_key.serialize(), theirs)?;
    let sealed_key = noise.encrypt(&keys.public())?;
    noise.mix_shared_secret(keys.private(), theirs)?;
    let chain = noise.encrypt(keys.certificates())?;
    let reply = server_hello(ours, Some(sealed_key), chain);
    Ok(Answer::Asked { reply, pending: Box::new(Pending { noise, ephemeral, handshake }) })
}

impl Pending {
    /// Reads the client's second message, which ends the handshake.
    pub fn finish(mut self, message: &[u8]) -> Result<Secured> {
        let message = wa::HandshakeMessage::decode_from_slice(message)?;
        let last = message.client_finish.into_option().context("no client finish")?;
        let client_key = self.noise.decrypt(&last.r#static.context("no static key")?)?;
        let client_key: [u8; 32] = client_key.as_slice().try_into()?;
        self.noise.mix_shared_secret(self.ephemeral.private_key.serialize(), &client_key)?;
        let payload = self.noise.decrypt(&last.payload.context("no payload")?)?;
        let payload = wa::ClientPayload::decode_from_slice(&payload)?;
        let (read, write) = self.noise.finish()?;
        Ok(Secured { write, read, client_key, payload, handshake: self.handshake })
    }
}

fn server_hello(ephemeral: [u8; 32], sealed_key: Option<Vec<u8>>, payload: Vec<u8>) -> Vec<u8> {
    let hello = wa::handshake_message::ServerHello {
        ephemeral: Some(ephemeral.to_vec()),
        r#static: sealed_key,
        payload: Some(payload),
        ..Default::default()
    };
    wa::HandshakeMessage { server_hello: MessageField::some(hello), ..Default::default() }.encode_to_vec()
}
