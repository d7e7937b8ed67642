//! The world on disk: one append-only journal, `world.jsonl`, compacted when it is opened and closed.
//!
//! Every line is one [`Record`]; of several records about the same thing the last one holds. A record is handed to the
//! operating system before the network answers for what it says, so killing this process loses nothing that was
//! acknowledged. Only a crash of the machine can, because the journal is flushed to the disk when it is compacted and
//! not at each line. A line cut short by a crash is dropped when the journal is read.

mod record;

pub use record::{Blob, KeptDevice, Record};

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// Where records go: a file, or nowhere for a world in memory.
pub struct Journal {
    files: Mutex<Option<Files>>,
    /// False for a world in memory.
    keeps: bool,
}

struct Files {
    path: PathBuf,
    current: File,
    /// Held as long as this process owns the world.
    _lock: File,
}

/// Why a world's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("{0} is in use by another sandbox")]
    InUse(PathBuf),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{path}, line {line}: {source}")]
    Corrupt { path: PathBuf, line: usize, source: serde_json::Error },
}

impl Journal {
    /// A journal that keeps nothing.
    pub fn in_memory() -> Self {
        Self { files: Mutex::new(None), keeps: false }
    }

    /// Opens the journal in `folder`, making both when they are missing, and tells `tell` what it says.
    pub fn open(folder: &Path, tell: impl FnMut(Record)) -> Result<Self, JournalError> {
        let io = |source| JournalError::Io { path: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(io)?;
        let lock = File::create(folder.join("lock")).map_err(io)?;
        lock.try_lock().map_err(|_| JournalError::InUse(folder.to_owned()))?;
        let path = folder.join("world.jsonl");
        let current = OpenOptions::new().create(true).append(true).read(true).open(&path).map_err(io)?;
        read(&path, &current, tell)?;
        Ok(Self { files: Mutex::new(Some(Files { path, current, _lock: lock })), keeps: true })
    }

    /// Appends a record. A disk that fails is reported once per record and does not stop the network.
    pub fn append(&self, record: &Record) {
        if !self.keeps {
            return;
        }
        let line = line(record);
        let mut files = self.files();
        let Some(files) = files.as_mut() else { return };
        if let Err(error) = files.current.write_all(&line) {
            tracing::error!(%error, path = %files.path.display(), "cannot write to the sandbox's journal");
        }
    }

    /// Appends a record that is made only when it is kept.
    pub fn append_with(&self, record: impl FnOnce() -> Record) {
        if self.keeps {
            self.append(&record());
        }
    }

    /// Replaces the journal by `records`, all or nothing.
    pub fn compact(&self, records: impl Iterator<Item = Record>) -> Result<(), JournalError> {
        let mut files = self.files();
        let Some(files) = files.as_mut() else { return Ok(()) };
        let next = files.path.with_extension("jsonl.next");
        let replaced = (|| {
            let mut writer = BufWriter::new(File::create(&next)?);
            for record in records {
                writer.write_all(&line(&record))?;
            }
            writer.into_inner().map_err(|error| error.into_error())?.sync_all()?;
            fs::rename(&next, &files.path)?;
            OpenOptions::new().append(true).open(&files.path)
        })();
        files.current = replaced.map_err(|source| JournalError::Io { path: files.path.clone(), source })?;
        Ok(())
    }

    /// Lets go of the folder. Whatever is appended afterwards is lost.
    pub fn close(&self) {
        *self.files() = None;
    }

    fn files(&self) -> MutexGuard<'_, Option<Files>> {
        self.files.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn line(record: &Record) -> Vec<u8> {
    let mut line = serde_json::to_vec(record).expect("records are plain data");
    line.push(b'\n');
    line
}

fn read(path: &Path, file: &File, mut tell: impl FnMut(Record)) -> Result<(), JournalError> {
    let io = |source| JournalError::Io { path: path.to_owned(), source };
    let mut reader = BufReader::new(file);
    let (mut line, mut number, mut whole) = (Vec::new(), 0, 0);
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(io)?;
        if line.last() != Some(&b'\n') {
            if length > 0 {
                tracing::warn!(path = %path.display(), "dropped a line that a crash cut short");
                file.set_len(whole).map_err(io)?;
            }
            return Ok(());
        }
        number += 1;
        whole += length as u64;
        let corrupt = |source| JournalError::Corrupt { path: path.to_owned(), line: number, source };
        tell(serde_json::from_slice(&line).map_err(corrupt)?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(device: u16) -> Record {
        Record::DeviceRemoved { account: "6281234567890".parse().unwrap(), device }
    }

    /// The journal in `folder` and how many records it has.
    fn open(folder: &tempfile::TempDir) -> (Journal, usize) {
        let mut count = 0;
        let journal = Journal::open(folder.path(), |_| count += 1).unwrap();
        (journal, count)
    }

    #[test]
    fn what_was_appended_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, count) = open(&folder);
        assert_eq!(count, 0);
        journal.append(&removed(1));
        journal.append(&removed(2));
        drop(journal);
        let (journal, count) = open(&folder);
        assert_eq!(count, 2);
        journal.compact([removed(2)].into_iter()).unwrap();
        journal.append(&removed(3));
        drop(journal);
        assert_eq!(open(&folder).1, 2);
    }

    #[test]
    fn a_line_cut_short_is_dropped_and_the_next_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, _) = open(&folder);
        journal.append(&removed(1));
        drop(journal);
        let path = folder.path().join("world.jsonl");
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"device_rem").unwrap();
        let (journal, count) = open(&folder);
        assert_eq!(count, 1);
        journal.append(&removed(2));
        drop(journal);
        assert_eq!(open(&folder).1, 2);
    }

    #[test]
    fn two_sandboxes_cannot_share_a_world() {
        let folder = tempfile::tempdir().unwrap();
        let _first = open(&folder);
        assert!(matches!(Journal::open(folder.path(), drop), Err(JournalError::InUse(_))));
    }
}
