//! `run.json` in the data folder: where the running server is. For suites, and for commands beside it.

use serde::{Deserialize, Serialize};
use server::config::Config;
use std::path::PathBuf;

/// Written once the server answers, removed when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFile {
    pub url: String,
    /// Base http URL of the sandbox's control API, if there is one.
    pub sandbox_url: Option<String>,
    pub pid: u32,
}

fn path(config: &Config) -> PathBuf {
    config.data_dir.join("run.json")
}

impl RunFile {
    /// Replaces the file in one step: a reader sees the old one or the new one.
    pub fn write(&self, config: &Config) -> anyhow::Result<()> {
        let (path, fresh) = (path(config), config.data_dir.join("run.json.new"));
        std::fs::write(&fresh, serde_json::to_vec(self)?)?;
        std::fs::rename(fresh, path)?;
        Ok(())
    }

    /// What the file says, if it is there and readable.
    pub fn read(config: &Config) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path(config)).ok()?).ok()
    }

    /// Removes the file if it is this process's own.
    pub fn remove(config: &Config) {
        if Self::read(config).is_some_and(|run| run.pid == std::process::id()) {
            let _ = std::fs::remove_file(path(config));
        }
    }
}
