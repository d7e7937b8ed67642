//! The files that the media host keeps: in a folder beside the journal, or in memory.
//!
//! The journal has a line for each file, written after the file is whole and before its sender is answered. What a crash
//! left without one is removed when the world is opened.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::upload::Draft;
use super::{Link, MediaLimits, Token};
use crate::disk::{Journal, Record};

/// How long a file is kept after its last upload, by the world's clock, in milliseconds: thirty days.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// The media host's files.
pub struct Store {
    /// `None`: in memory.
    pub(super) folder: Option<PathBuf>,
    pub(super) limits: MediaLimits,
    journal: Arc<Journal>,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
pub(super) struct Shelf {
    /// Which world the files belong to; an upload that a reset overtakes is not finished in the next one.
    pub epoch: u64,
    /// How many drafts there ever were.
    pub drafts_ever: u64,
    /// What all files and drafts take, in bytes.
    pub bytes: u64,
    files: HashMap<Token, Stored>,
    /// Uploads that broke off, to be gone on with.
    pub drafts: HashMap<Token, Draft>,
}

struct Stored {
    card: Card,
    /// In a world without folder.
    bytes: Option<Bytes>,
}

/// What the journal says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub token: Token,
    pub size: u64,
    pub uploaded_at_ms: i64,
    /// How often its address changed.
    pub edition: u32,
    /// Whether the host does not give it out any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

/// A file's bytes.
pub enum Contents {
    Memory(Bytes),
    Disk(PathBuf),
}

impl Contents {
    /// Reads them from the beginning.
    pub fn read(self) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::Memory(bytes) => Ok(Box::new(Cursor::new(bytes))),
            Self::Disk(path) => Ok(Box::new(File::open(path)?)),
        }
    }
}

/// Why the host does not give out a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Absence {
    #[error("the media host has no such file")]
    Unknown,
    #[error("the file is gone from the media host")]
    Gone,
}

impl Store {
    /// An empty store. `folder` is made when the first file comes.
    pub fn new(folder: Option<PathBuf>, limits: MediaLimits, journal: Arc<Journal>) -> Self {
        Self { folder, limits, journal, shelf: Mutex::default() }
    }

    /// What stands at an address, and how many bytes it has.
    pub fn find(&self, link: Link, now: i64) -> Result<(Contents, u64), Absence> {
        let shelf = self.shelf();
        let stored = shelf.files.get(&link.token).ok_or(Absence::Unknown)?;
        match link.edition.cmp(&stored.card.edition) {
            std::cmp::Ordering::Greater => Err(Absence::Unknown),
            std::cmp::Ordering::Less => Err(Absence::Gone),
            std::cmp::Ordering::Equal if stored.card.is_gone(now) => Err(Absence::Gone),
            std::cmp::Ordering::Equal => Ok((self.contents(stored), stored.card.size)),
        }
    }

    /// A file's bytes, also when it is not given out any more: what a phone that had it still has.
    pub fn copy(&self, token: Token) -> Option<Contents> {
        self.shelf().files.get(&token).map(|stored| self.contents(stored))
    }

    /// The address of a file that is given out.
    pub fn link(&self, token: Token, now: i64) -> Option<Link> {
        let shelf = self.shelf();
        let card = &shelf.files.get(&token)?.card;
        (!card.is_gone(now)).then_some(Link { token, edition: card.edition })
    }

    /// The file is not given out any more.
    pub fn lose(&self, token: Token) {
        self.change(token, |card| card.gone = true);
    }

    /// A phone that has the file uploads it again: it has a new address, and the old one stays gone.
    pub fn renew(&self, token: Token, now: i64) -> Option<Link> {
        self.change(token, |card| {
            card.edition += 1;
            (card.gone, card.uploaded_at_ms) = (false, now);
        })
    }

    /// Takes in a file that is whole, and whose bytes are counted; one that is kept already only lives longer. `None`
    /// when the world was reset meanwhile.
    pub(super) fn take_in(&self, epoch: u64, fresh: Card, bytes: Option<Bytes>) -> Option<Link> {
        let mut shelf = self.shelf();
        if shelf.epoch != epoch {
            return None;
        }
        let Card { token, size, uploaded_at_ms: now, .. } = fresh;
        if shelf.files.contains_key(&token) {
            shelf.bytes -= size;
        }
        let stored = shelf.files.entry(token).or_insert_with(|| Stored { card: fresh, bytes });
        if stored.card.is_gone(now) {
            stored.card.edition += 1;
        }
        (stored.card.gone, stored.card.uploaded_at_ms) = (false, now);
        self.write(&stored.card);
        Some(Link { token, edition: stored.card.edition })
    }

    /// Removes every file.
    pub fn clear(&self) {
        let mut shelf = self.shelf();
        let next = Shelf { epoch: shelf.epoch + 1, drafts_ever: shelf.drafts_ever, ..Shelf::default() };
        *shelf = next;
        if let Some(folder) = &self.folder
            && let Err(error) = fs::remove_dir_all(folder)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::error!(%error, folder = %folder.display(), "cannot remove the media of the sandbox");
        }
    }

    /// Everything, for the journal.
    pub fn records(&self) -> Vec<Record> {
        self.shelf().files.values().map(|stored| Record::File(stored.card.clone())).collect()
    }

    /// Puts back a file from the journal, unless it is missing on the disk.
    pub fn restore(&self, card: Card) {
        let found = self.path(card.token).and_then(|path| fs::metadata(path).ok());
        let mut shelf = self.shelf();
        if found.is_some_and(|found| found.len() == card.size) {
            let size = card.size;
            let before = shelf.files.insert(card.token, Stored { card, bytes: None });
            shelf.bytes += if before.is_none() { size } else { 0 };
        }
    }

    /// What the journal said so far belongs to an earlier world.
    pub fn forget(&self) {
        *self.shelf() = Shelf::default();
    }

    /// Removes what the journal does not know: uploads that broke off, files of an earlier world.
    pub fn sweep(&self) {
        let Some(Ok(found)) = self.folder.as_ref().map(fs::read_dir) else { return };
        let shelf = self.shelf();
        for entry in found.flatten() {
            let token = entry.file_name().to_str().and_then(|name| name.parse::<Token>().ok());
            if token.is_some_and(|token| shelf.files.contains_key(&token)) {
                continue;
            }
            if let Err(error) = fs::remove_file(entry.path()) {
                tracing::warn!(%error, path = %entry.path().display(), "cannot remove a file left over");
            }
        }
    }

    pub(super) fn path(&self, token: Token) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(token.to_string()))
    }

    pub(super) fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn change(&self, token: Token, change: impl FnOnce(&mut Card)) -> Option<Link> {
        let mut shelf = self.shelf();
        let card = &mut shelf.files.get_mut(&token)?.card;
        change(card);
        self.write(card);
        Some(Link { token, edition: card.edition })
    }

    fn contents(&self, stored: &Stored) -> Contents {
        match (&stored.bytes, self.path(stored.card.token)) {
            (None, Some(path)) => Contents::Disk(path),
            (bytes, _) => Contents::Memory(bytes.clone().unwrap_or_default()),
        }
    }

    /// Under the lock, so that the journal has a file's states in their order.
    fn write(&self, card: &Card) {
        self.journal.append_with(|| Record::File(card.clone()));
    }
}

impl Card {
    fn is_gone(&self, now: i64) -> bool {
        self.gone || now >= self.uploaded_at_ms.saturating_add(KEPT_MS)
    }
}
