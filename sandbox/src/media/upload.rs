//! A file on its way to the media host, piece by piece.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::store::Card;
use super::{Link, Store, Token};

/// What came of a file so far.
pub struct Draft {
    sink: Sink,
    hash: Sha256,
    length: u64,
}

enum Sink {
    Memory(Vec<u8>),
    Disk { file: File, path: PathBuf },
}

/// An upload under way. Dropped before it is finished, it is kept for a client that goes on with it.
pub struct Upload {
    store: Arc<Store>,
    token: Token,
    epoch: u64,
    draft: Option<Draft>,
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    #[error("a file may have {0} bytes at most")]
    TooLarge(u64),
    #[error("the media host is full: it keeps {0} bytes; reset the sandbox or give it more")]
    Full(u64),
    #[error("the token is not the SHA-256 of what came")]
    OtherHash,
    #[error("{0} bytes came so far; go on from there")]
    OtherOffset(u64),
    #[error("the world was reset meanwhile")]
    OtherWorld,
    #[error("the media host cannot write: {0}")]
    Io(#[from] io::Error),
}

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Complete(Link),
    Begun(u64),
}

impl Store {
    /// What the host has of a file.
    pub fn progress(&self, token: Token, now: i64) -> Progress {
        match self.link(token, now) {
            Some(link) => Progress::Complete(link),
            None => Progress::Begun(self.shelf().drafts.get(&token).map_or(0, |draft| draft.length)),
        }
    }

    /// Begins an upload, or goes on with one from the byte `offset`.
    pub fn begin(self: &Arc<Self>, token: Token, offset: u64) -> Result<Upload, NotTaken> {
        let mut shelf = self.shelf();
        let begun = shelf.drafts.remove(&token);
        let length = begun.as_ref().map_or(0, |draft| draft.length);
        let (epoch, number) = (shelf.epoch, shelf.drafts_ever);
        let draft = match begun {
            Some(draft) if offset > 0 && offset == length => draft,
            begun if offset > 0 => {
                shelf.drafts.extend(begun.map(|draft| (token, draft)));
                return Err(NotTaken::OtherOffset(length));
            }
            begun => {
                shelf.drafts_ever += 1;
                shelf.bytes -= length;
                drop(shelf);
                begun.into_iter().for_each(Draft::remove);
                Draft { sink: self.sink(number)?, hash: Sha256::new(), length: 0 }
            }
        };
        Ok(Upload { store: self.clone(), token, epoch, draft: Some(draft) })
    }

    /// Takes in a whole file at once.
    pub fn put(self: &Arc<Self>, token: Token, bytes: &[u8], now: i64) -> Result<Link, NotTaken> {
        let mut upload = self.begin(token, 0)?;
        upload.write(bytes)?;
        upload.finish(now)
    }

    fn sink(&self, number: u64) -> io::Result<Sink> {
        let Some(folder) = &self.folder else { return Ok(Sink::Memory(Vec::new())) };
        fs::create_dir_all(folder)?;
        let path = folder.join(format!("draft-{number}"));
        let file = OpenOptions::new().create_new(true).write(true).open(&path)?;
        Ok(Sink::Disk { file, path })
    }

    /// Makes room. What was never finished gives way first.
    fn reserve(&self, epoch: u64, more: u64) -> Result<(), NotTaken> {
        let mut shelf = self.shelf();
        if shelf.epoch != epoch {
            return Err(NotTaken::OtherWorld);
        }
        if shelf.bytes + more > self.limits.total_bytes {
            for (_, draft) in std::mem::take(&mut shelf.drafts) {
                shelf.bytes -= draft.length;
                draft.remove();
            }
        }
        if shelf.bytes + more > self.limits.total_bytes {
            return Err(NotTaken::Full(self.limits.total_bytes));
        }
        shelf.bytes += more;
        Ok(())
    }
}

impl Upload {
    /// Takes the next piece. Written at once, like the journal: a piece is small, and the system takes it into memory.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), NotTaken> {
        let Some(draft) = &mut self.draft else { return Err(NotTaken::OtherWorld) };
        let (more, most) = (piece.len() as u64, self.store.limits.file_bytes);
        if draft.length + more > most {
            self.discard();
            return Err(NotTaken::TooLarge(most));
        }
        if let Err(error) = self.store.reserve(self.epoch, more) {
            self.discard();
            return Err(error);
        }
        draft.length += more;
        draft.hash.update(piece);
        match &mut draft.sink {
            Sink::Memory(bytes) => bytes.extend_from_slice(piece),
            Sink::Disk { file, .. } => {
                if let Err(error) = file.write_all(piece) {
                    self.discard();
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// All has come: the file is kept if it is the one that was announced.
    pub fn finish(mut self, now: i64) -> Result<Link, NotTaken> {
        let Some(draft) = &self.draft else { return Err(NotTaken::OtherWorld) };
        if !self.token.is(&draft.hash.clone().finalize()) {
            self.discard();
            return Err(NotTaken::OtherHash);
        }
        if self.store.shelf().epoch != self.epoch {
            self.discard();
            return Err(NotTaken::OtherWorld);
        }
        if let (Sink::Disk { path, .. }, Some(kept)) = (&draft.sink, self.store.path(self.token)) {
            // The same file may be there already: the new one replaces it byte for byte.
            if let Err(error) = fs::rename(path, kept) {
                self.discard();
                return Err(error.into());
            }
        }
        let Some(Draft { sink, length, .. }) = self.draft.take() else { return Err(NotTaken::OtherWorld) };
        let bytes = match sink {
            Sink::Memory(bytes) => Some(Bytes::from(bytes)),
            Sink::Disk { .. } => None,
        };
        let card = Card { token: self.token, size: length, uploaded_at_ms: now, edition: 0, gone: false };
        self.store.take_in(self.epoch, card, bytes).ok_or(NotTaken::OtherWorld)
    }

    /// Forgets what came.
    pub fn discard(&mut self) {
        let Some(draft) = self.draft.take() else { return };
        let mut shelf = self.store.shelf();
        if shelf.epoch == self.epoch {
            shelf.bytes -= draft.length;
        }
        drop(shelf);
        draft.remove();
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let Some(draft) = self.draft.take_if(|draft| draft.length > 0) {
            let mut shelf = self.store.shelf();
            if shelf.epoch == self.epoch {
                let older = shelf.drafts.insert(self.token, draft);
                shelf.bytes -= older.as_ref().map_or(0, |draft| draft.length);
                drop(shelf);
                older.into_iter().for_each(Draft::remove);
                return;
            }
            draft.remove();
        }
        self.discard();
    }
}

impl Draft {
    fn remove(self) {
        let Sink::Disk { path, .. } = self.sink else { return };
        // A reset may have removed it with its folder.
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %path.display(), "cannot remove an upload");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Journal;
    use crate::media::MediaLimits;

    fn store(folder: Option<&tempfile::TempDir>) -> Arc<Store> {
        let limits = MediaLimits { file_bytes: 100, total_bytes: 150 };
        let folder = folder.map(|folder| folder.path().join("media"));
        Arc::new(Store::new(folder, limits, Arc::new(Journal::in_memory())))
    }

    fn token(bytes: &[u8]) -> Token {
        Token::new(Sha256::digest(bytes).into())
    }

    #[test]
    fn an_upload_goes_on_where_it_broke_off() {
        let folder = tempfile::tempdir().unwrap();
        for store in [store(None), store(Some(&folder))] {
            let (file, token) = ([7; 100], token(&[7; 100]));
            store.begin(token, 0).unwrap().write(&file[..60]).unwrap();
            assert_eq!(store.progress(token, 0), Progress::Begun(60));
            assert!(matches!(store.begin(token, 59), Err(NotTaken::OtherOffset(60))));
            let mut upload = store.begin(token, 60).unwrap();
            upload.write(&file[60..]).unwrap();
            let link = upload.finish(0).unwrap();
            assert_eq!((store.progress(token, 0), store.shelf().bytes), (Progress::Complete(link), 100));
            let mut kept = Vec::new();
            store.find(link, 0).unwrap().0.read().unwrap().read_to_end(&mut kept).unwrap();
            assert_eq!(kept, file);
        }
    }

    #[test]
    fn what_was_never_finished_gives_way() {
        let store = store(None);
        store.begin(token(b"begun"), 0).unwrap().write(&[1; 100]).unwrap();
        store.put(token(&[2; 100]), &[2; 100], 0).unwrap();
        assert_eq!((store.progress(token(b"begun"), 0), store.shelf().bytes), (Progress::Begun(0), 100));
        assert!(matches!(store.put(token(&[3; 60]), &[3; 60], 0), Err(NotTaken::Full(150))));
        assert!(matches!(store.put(token(b"x"), b"y", 0), Err(NotTaken::OtherHash)));
        store.put(token(&[2; 100]), &[2; 50], 0).unwrap_err();
        assert_eq!(store.shelf().bytes, 100, "nothing is left of what was refused");
    }

    #[test]
    fn an_upload_does_not_outlive_its_world() {
        let folder = tempfile::tempdir().unwrap();
        for store in [store(None), store(Some(&folder))] {
            let mut early = store.begin(token(b"halo"), 0).unwrap();
            early.write(b"halo").unwrap();
            let mut broken = store.begin(token(b"lain"), 0).unwrap();
            broken.write(b"la").unwrap();
            store.clear();
            assert!(matches!(early.finish(0), Err(NotTaken::OtherWorld)));
            drop(broken);
            assert_eq!((store.progress(token(b"lain"), 0), store.shelf().bytes), (Progress::Begun(0), 0));
            store.put(token(b"halo"), b"halo", 0).unwrap();
            assert_eq!(store.shelf().bytes, 4);
        }
    }
}
