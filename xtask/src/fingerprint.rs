//! Skips what is up to date. A step's inputs are hashed by content (a checkout changes every modification time); the
//! hash of its last success is kept under `target/xtask/`.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

#[derive(Default)]
pub struct Fingerprint(DefaultHasher);

impl Fingerprint {
    pub fn text(mut self, text: &str) -> Self {
        text.hash(&mut self.0);
        self
    }

    /// A file's or folder's names and contents, in a fixed order. A missing one counts as empty.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        self.add(path)?;
        Ok(self)
    }

    /// Size and time instead of contents: for large files that only this machine writes.
    pub fn built_file(mut self, path: &Path) -> Result<Self> {
        let metadata = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
        (metadata.len(), metadata.modified()?).hash(&mut self.0);
        Ok(self)
    }

    fn add(&mut self, path: &Path) -> Result<()> {
        if path.is_dir() {
            let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
            entries.sort();
            for entry in entries {
                self.add(&entry)?;
            }
            return Ok(());
        }
        match fs::read(path) {
            Ok(bytes) => (path, bytes).hash(&mut self.0),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
        Ok(())
    }
}

/// Runs `work` unless it succeeded before with the same inputs and all `outputs` are still there.
pub fn unless_done(
    ws: &Workspace,
    step: &str,
    inputs: Fingerprint,
    outputs: &[&Path],
    work: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = ws.target.join("xtask").join(format!("{step}.stamp"));
    let now = format!("{:016x}", inputs.0.finish());
    let done = fs::read_to_string(&stamp).is_ok_and(|before| before == now);
    if done && outputs.iter().all(|output| output.exists()) {
        return Ok(());
    }
    // Removed first: a step that dies half-way must run again.
    fs::remove_file(&stamp).ok();
    work()?;
    fs::create_dir_all(ws.target.join("xtask"))?;
    fs::write(&stamp, now).with_context(|| format!("cannot write {}", stamp.display()))
}
