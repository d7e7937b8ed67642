//! Linking by a code of eight characters: the client shows it, the phone's owner types it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::sync::oneshot;
use wacore::crypto::hkdf_sha256_into;
use wacore::pair_code::PairCodeUtils;
use wacore_binary::Node;
use wacore_libsignal::crypto::aes_256_gcm_decrypt;
use wacore_libsignal::protocol::{KeyPair, PublicKey};

use super::pairing::{LinkError, adopt};
use super::{Role, Session};
use crate::signal::public_bytes;
use crate::wire::channel::Line;
use crate::wire::{NETWORK, Stanza, leaf, node};
use crate::world::World;
use crate::world::account::{Account, Registration};

/// A client that waits for its code to be typed.
pub(super) struct CodeOffer {
    pub line: Line,
    registration: Arc<Registration>,
    reference: [u8; 32],
    /// The client's ephemeral key, sealed with the code.
    sealed_ephemeral: Vec<u8>,
    typed: Option<Typed>,
}

/// What both sides know once the code was typed.
struct Typed {
    ephemeral: KeyPair,
    theirs: [u8; 32],
    /// Told the new device's number.
    link: oneshot::Sender<u16>,
}

/// How long a client may take to answer; it stretches the code as well.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// The owner of `account` types a code. Returns the new device's number once the client has answered.
pub async fn enter(world: &Arc<World>, account: &Arc<Account>, code: String) -> Result<u16, LinkError> {
    let (for_type, account) = (world.clone(), account.clone());
    // The code is stretched by PBKDF2, which is slow on purpose.
    let typed = tokio::task::spawn_blocking(move || type_code(&for_type, &account, &code)).await;
    let linked = typed.expect("typing a code does not panic")?;
    // Without an answer the client went away or derived other keys from its own code.
    match tokio::time::timeout(ANSWER_WITHIN, linked).await {
        Ok(Ok(device)) => Ok(device),
        _ => Err(LinkError::WrongCode),
    }
}

fn type_code(world: &World, account: &Account, code: &str) -> Result<oneshot::Receiver<u16>, LinkError> {
    let code: String = code.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect::<String>().to_uppercase();
    let sealed = world.pairings.with_code(account.phone, |offer| (offer.sealed_ephemeral.clone(), offer.reference));
    let (sealed, reference) = sealed.ok_or(LinkError::NoCodeAsked)?;
    let theirs = PairCodeUtils::decrypt_primary_ephemeral_pub(&sealed, &code).map_err(|_| LinkError::WrongCode)?;
    let ephemeral = KeyPair::generate(&mut world.random.fork());
    let wrapped = PairCodeUtils::encrypt_ephemeral_pub(&public_bytes(&ephemeral.public_key), &code);
    let hello = node("link_code_companion_reg").attr("stage", "primary_hello").children([
        leaf("link_code_pairing_wrapped_primary_ephemeral_pub", wrapped),
        leaf("primary_identity_pub", public_bytes(&account.handset.identity().public_key)),
        leaf("link_code_pairing_ref", reference),
    ]);
    let notification = node("notification")
        .attr("from", NETWORK)
        .attr("id", world.stanza_id())
        .attr("t", world.clock.now_secs())
        .attr("type", "link_code_companion_reg")
        .children([hello.build()])
        .build();
    let (link, linked) = oneshot::channel();
    let told = world.pairings.with_code(account.phone, |offer| {
        offer.typed = Some(Typed { ephemeral, theirs, link });
        offer.line.send(notification);
    });
    told.map(|()| linked).ok_or(LinkError::NoCodeAsked)
}

impl Session {
    pub(super) fn take_link_code(&self, iq: &Node) -> Result<()> {
        let request = iq.needs("link_code_companion_reg")?;
        match request.text("stage").as_deref() {
            Some("companion_hello") => self.offer_code(iq, request),
            Some("companion_finish") => self.finish_code(iq, request),
            _ => {
                self.error(iq, 400, "bad-request");
                Ok(())
            }
        }
    }

    fn offer_code(&self, iq: &Node, request: &Node) -> Result<()> {
        let Role::Stranger(registration) = &self.role else {
            self.error(iq, 400, "bad-request");
            return Ok(());
        };
        let phone = request.jid("jid").and_then(|jid| self.phone_of(&jid)).context("a code for no phone")?;
        if self.world.account(phone).is_none() {
            self.error(iq, 404, "item-not-found");
            return Ok(());
        }
        let sealed = request.needs("link_code_pairing_wrapped_companion_ephemeral_pub")?.content().to_vec();
        let reference = self.world.random.bytes();
        let offer = CodeOffer {
            line: self.line.clone(),
            registration: registration.clone(),
            reference,
            sealed_ephemeral: sealed,
            typed: None,
        };
        self.world.pairings.offer_code(phone, offer);
        let answer = node("link_code_companion_reg").attr("stage", "companion_hello");
        self.result(iq, vec![answer.children([leaf("link_code_pairing_ref", reference)]).build()]);
        Ok(())
    }

    /// The client proves that it knows the code: inside the sealed bundle are both identities and fresh randomness.
    fn finish_code(&self, iq: &Node, request: &Node) -> Result<()> {
        let phone = request.jid("jid").and_then(|jid| self.phone_of(&jid)).context("a code for no phone")?;
        let offer = self.world.pairings.take_code(phone).context("nobody offered a code")?;
        ensure!(request.needs("link_code_pairing_ref")?.content() == offer.reference, "another code's reference");
        let account = self.world.account(phone).context("the phone is gone")?;
        self.result(iq, vec![]);
        let typed = offer.typed.context("the code was not typed yet")?;
        let secret = match read_secret(&account, &typed, request) {
            Ok(secret) => secret,
            // Dropping `typed` tells whoever typed it.
            Err(error) => {
                tracing::debug!(%error, "a link code was wrong");
                return Ok(());
            }
        };
        let device = adopt(&self.world, &account, &offer.line, &offer.registration, &secret);
        // Whoever typed the code may have stopped waiting.
        let _ = typed.link.send(device);
        Ok(())
    }
}

/// The secret that authenticates the phone's answer, as both sides derive it.
fn read_secret(account: &Account, typed: &Typed, request: &Node) -> Result<[u8; 32]> {
    let sealed = request.needs("link_code_pairing_wrapped_key_bundle")?.content();
    let (salt, rest) = sealed.split_at_checked(32).context("a key bundle without salt")?;
    let (nonce, ciphertext) = rest.split_first_chunk::<12>().context("a key bundle without nonce")?;
    let companion = request.needs("companion_identity_public")?.key32()?;

    let shared = typed.ephemeral.calculate_agreement(&PublicKey::from_djb_public_key_bytes(&typed.theirs)?)?;
    let mut key = [0; 32];
    let label = b"link_code_pairing_key_bundle_encryption_key";
    hkdf_sha256_into(&shared, Some(salt), label, &mut key).ok().context("deriving the bundle's key")?;
    let mut bundle = Vec::new();
    aes_256_gcm_decrypt(&key, nonce, b"", ciphertext, &mut bundle).ok().context("the client used another code")?;

    let identity = account.handset.identity();
    let expected = [companion, public_bytes(&identity.public_key)].concat();
    let random = bundle.strip_prefix(expected.as_slice()).context("the bundle is about other identities")?;
    let identities = identity.calculate_agreement(&PublicKey::from_djb_public_key_bytes(&companion)?)?;
    let mut secret = [0; 32];
    let input = [shared.as_slice(), &identities, random].concat();
    hkdf_sha256_into(&input, None, b"adv_secret", &mut secret).ok().context("deriving the secret")?;
    Ok(secret)
}
