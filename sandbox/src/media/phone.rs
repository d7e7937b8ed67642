//! What phones do with media: they encrypt what they send, and fetch, check and decrypt what they are sent.

use std::io::{self, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wacore::download::{DownloadUtils, MediaType};
use wacore::upload::encrypt_media_with_key;

use super::file::{File, MediaKind};
use super::upload::NotTaken;
use super::{Link, Token};
use crate::address::Phone;
use crate::disk::Blob;
use crate::world::World;
use crate::world::entry::{Entry, EntryIndex};
use crate::world::feed::Happening;

/// The file of a message and whether its recipient has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    pub file: File,
    pub state: MediaState,
}

/// How a phone stands to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaState {
    /// The phone is fetching it.
    Coming,
    /// The phone has it.
    Here,
    /// The phone could not have it; why.
    Lost(String),
}

/// A file as a person wants to send it.
pub struct NewFile {
    pub kind: MediaKind,
    pub mime: String,
    pub name: Option<String>,
    pub bytes: Vec<u8>,
}

/// Why a file cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    #[error("cannot encrypt: {0}")]
    Encryption(anyhow::Error),
}

/// Encrypts a file and puts it on the media host. Takes its time: not for async threads.
pub fn upload(world: &World, new: &NewFile) -> Result<File, NotSent> {
    let key: [u8; 32] = world.random.bytes();
    let encrypted = encrypt_media_with_key(&new.bytes, new.kind.keys(), Some(&key)).map_err(NotSent::Encryption)?;
    let token = Token::new(encrypted.file_enc_sha256);
    let link = world.media.put(token, &encrypted.data_to_upload, world.clock.now_ms())?;
    Ok(File {
        kind: new.kind,
        mime: new.mime.clone(),
        name: new.name.clone(),
        size: new.bytes.len() as u64,
        sha256: Blob(encrypted.file_sha256.to_vec()),
        enc_sha256: Blob(encrypted.file_enc_sha256.to_vec()),
        key: Blob(key.to_vec()),
        key_at_secs: world.clock.now_ms().div_euclid(1000),
        direct_path: link.to_string(),
    })
}

/// Where a part of a history lies.
pub struct Parcel {
    pub sha256: Vec<u8>,
    pub enc_sha256: Vec<u8>,
    pub key: Vec<u8>,
    pub direct_path: String,
}

/// Puts a part of a history on the media host; nothing when that does not take it.
pub fn upload_history(world: &World, packed: &[u8]) -> Option<Parcel> {
    let key: [u8; 32] = world.random.bytes();
    let encrypted = encrypt_media_with_key(packed, MediaType::History, Some(&key)).ok()?;
    let token = Token::new(encrypted.file_enc_sha256);
    let placed = world.media.put(token, &encrypted.data_to_upload, world.clock.now_ms());
    let link = placed.inspect_err(|error| tracing::warn!(%error, "a history goes without the media host")).ok()?;
    Some(Parcel {
        sha256: encrypted.file_sha256.to_vec(),
        enc_sha256: encrypted.file_enc_sha256.to_vec(),
        key: key.to_vec(),
        direct_path: link.to_string(),
    })
}

/// The phone of `who` fetches the file of a message to it or its group, beside everything else it does.
pub fn receive(world: &Arc<World>, at: EntryIndex, entry: &Entry, who: Phone) {
    let coming = entry.media.as_ref().filter(|media| media.state == MediaState::Coming);
    let Some(media) = coming else { return };
    let (world, file) = (world.clone(), media.file.clone());
    let (from, to, id) = (entry.from, entry.to, entry.id.clone());
    tokio::task::spawn_blocking(move || {
        let state = match fetch(&world, &file, from, who) {
            Ok(()) => MediaState::Here,
            Err(reason) => MediaState::Lost(reason),
        };
        let mut fetched = false;
        world.ledger.update(at, |entry| {
            // After a reset something else may stand in this place.
            let media = entry.media.as_mut().filter(|media| entry.id == id && media.file == file);
            fetched = media.map(|media| media.state = state).is_some();
        });
        if fetched {
            world.feed.tell(Happening::MediaFetched { from, to, id });
        }
    });
}

/// Downloads a file and checks what a phone checks: both hashes, the length and the authenticity.
fn fetch(world: &World, file: &File, from: Phone, to: Phone) -> Result<(), String> {
    let link: Link = file.direct_path.parse().map_err(|_| "the message names no file of this media host")?;
    if !link.token.is(&file.enc_sha256.0) {
        return Err("the hash of the encrypted file is not the message's".into());
    }
    let (contents, _) = world.find_file(link, Some(from), Some(to)).map_err(|absence| absence.to_string())?;
    let encrypted = contents.read().map_err(|error| error.to_string())?;
    let mut measured = Measured { hash: Sha256::new(), size: 0 };
    DownloadUtils::decrypt_stream_to_writer(encrypted, &file.key.0, file.kind.keys(), &mut measured)
        .map_err(|error| format!("the file cannot be decrypted: {error}"))?;
    if measured.hash.finalize().as_slice() != file.sha256.0 {
        return Err("the hash of the file is not the message's".into());
    }
    if measured.size != file.size {
        return Err(format!("the file has {} bytes, the message says {}", measured.size, file.size));
    }
    Ok(())
}

/// The decrypted bytes of a file that a phone has. Takes its time: not for async threads.
pub fn open(world: &World, file: &File) -> anyhow::Result<Vec<u8>> {
    use anyhow::Context as _;
    let link: Link = file.direct_path.parse()?;
    let contents = world.media.copy(link.token).context("the media host has lost the file")?;
    DownloadUtils::decrypt_stream(contents.read()?, &file.key.0, file.kind.keys())
}

/// Measures a file without keeping it.
struct Measured {
    hash: Sha256,
    size: u64,
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
