//! The program as a person starts it, with folders and databases of its own.

mod database;
pub mod network;
pub mod web;

pub use database::Database;
pub use network::Network;
pub use web::{Person, Web};

use serde::Deserialize;
use std::{
    path::Path,
    process::{Output, Stdio},
};
use tokio::process::Command;

/// The binary under test.
pub fn sapa() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sapa"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SAPA_")) {
        command.env_remove(name);
    }
    command.env("RUST_LOG", "warn").stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// What `sapa campaign send --json` prints.
#[derive(Debug, Deserialize)]
pub struct Totals {
    pub imported: u64,
    pub recipients: u64,
    pub sent: u64,
    pub failed: u64,
}

/// One campaign that can be run again and again under one key.
pub struct Campaign<'a> {
    pub database: &'a Database,
    pub network: &'a Network,
    pub contacts: &'a Path,
}

impl Campaign<'_> {
    /// Runs it to its end, or to where `crash_at` kills it.
    pub async fn run(&self, crash_at: Option<&str>) -> Output {
        let mut command = sapa();
        command
            .args(["campaign", "send", "--number", "sandbox", "--key", "once", "--wait", "--json"])
            .args(["--message", "{Halo|Hai} {{name|Kak}}, pesanan Anda siap diambil."])
            .arg("--contacts")
            .arg(self.contacts)
            .env("SAPA_DATA_DIR", self.database.dir())
            .env("SAPA_SANDBOX_URL", &self.network.url);
        if let Some(url) = self.database.url() {
            command.env("SAPA_DATABASE_URL", url);
        }
        if let Some(label) = crash_at {
            command.env("SAPA_CRASH_AT", label);
        }
        command.output().await.expect("the program starts")
    }
}

/// The totals in the last line of the output.
pub fn totals(output: &Output) -> Totals {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str(line)
        .unwrap_or_else(|_| panic!("no totals in {text:?}; it said {}", String::from_utf8_lossy(&output.stderr)))
}
