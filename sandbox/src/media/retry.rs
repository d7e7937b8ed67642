//! A client asks for a file that the media host has lost: whoever sent it uploads it again.
//!
//! Question and answer are encrypted with a key that follows from the file's own, so that only those who have the
//! message can ask and be told.

use anyhow::{Context as _, Result};
use buffa::Message as _;
use wacore_binary::Node;
use wacore_libsignal::crypto::{aes_256_gcm_decrypt, aes_256_gcm_encrypt};
use waproto::whatsapp as wa;
use waproto::whatsapp::media_retry_notification::ResultType;

use super::{File, Link};
use crate::wire::{Stanza, leaf, node};
use crate::world::World;

/// What the key of questions and answers is derived for.
const PURPOSE: &[u8] = b"WhatsApp Media Retry Notification";

/// Why nobody uploads the file again, as the wire numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NotFound = 2,
    Undecryptable = 3,
}

/// Whoever sent the file of the message `id` uploads it again, if the question in `<encrypt>` is about that message.
pub fn upload_again(world: &World, file: &File, id: &str, question: &Node) -> Result<Link, Refusal> {
    let asked = read(&file.key.0, id, question).map_err(|error| {
        tracing::debug!(%error, id, "a question for a file cannot be read");
        Refusal::Undecryptable
    })?;
    if asked.stanza_id.as_deref() != Some(id) {
        return Err(Refusal::Undecryptable);
    }
    let link: Link = file.direct_path.parse().map_err(|_| Refusal::NotFound)?;
    let now = world.clock.now_ms();
    world.media.link(link.token, now).or_else(|| world.media.renew(link.token, now)).ok_or(Refusal::NotFound)
}

/// What the answer to a question for the file of the message `id` holds.
pub fn answer(world: &World, file: &File, id: &str, outcome: Result<Link, Refusal>) -> Result<Node> {
    let link = match outcome {
        Ok(link) => link,
        Err(refusal) => return Ok(refused(refusal)),
    };
    let told = wa::MediaRetryNotification {
        stanza_id: Some(id.to_owned()),
        direct_path: Some(link.to_string()),
        result: Some(ResultType::SUCCESS),
        ..Default::default()
    };
    let (iv, mut sealed) = (world.random.bytes::<12>(), Vec::new());
    aes_256_gcm_encrypt(&key(&file.key.0)?, &iv, id.as_bytes(), &told.encode_to_vec(), &mut sealed)?;
    Ok(node("encrypt").children([leaf("enc_p", sealed), leaf("enc_iv", iv)]).build())
}

/// Nobody uploads the file again.
pub fn refused(refusal: Refusal) -> Node {
    node("error").attr("code", refusal as u32).build()
}

fn read(media_key: &[u8], id: &str, question: &Node) -> Result<wa::ServerErrorReceipt> {
    let sealed = question.needs("encrypt")?;
    let iv = sealed.needs("enc_iv")?.content().try_into().context("an initialisation vector has 12 bytes")?;
    let mut opened = Vec::new();
    aes_256_gcm_decrypt(&key(media_key)?, iv, id.as_bytes(), sealed.needs("enc_p")?.content(), &mut opened)?;
    Ok(wa::ServerErrorReceipt::decode_from_slice(&opened)?)
}

fn key(media_key: &[u8]) -> Result<[u8; 32]> {
    let mut key = [0; 32];
    wacore::crypto::hkdf_sha256_into(media_key, None, PURPOSE, &mut key)?;
    Ok(key)
}
