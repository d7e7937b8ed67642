//! `cargo xtask bench`: what the release build does on this machine.

use std::process::ExitCode;

use anyhow::Result;

use crate::dashboard;
use crate::program::Program;
use crate::waproto;
use crate::workspace::{Profile, Workspace};

/// Builds the release and runs `server/bin/benches/load.rs`, which prints a table.
pub fn run(ws: &Workspace) -> Result<ExitCode> {
    dashboard::build(ws, Profile::Release)?;
    println!("  Building the server (a release build takes several minutes)");
    let status = Program::cargo(&ws.root)
        .args(["bench", "--package", "sapa", "--features", "sandbox-linking", "--bench", "load"])
        .env("LEPTOS_SITE_ROOT", ws.site())
        .attached()?;
    waproto::settle(ws)?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
