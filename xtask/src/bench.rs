//! `cargo xtask bench`: what the release build does on this machine.

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;

use crate::dashboard;
use crate::program::Program;
use crate::waproto;
use crate::workspace::{Profile, Workspace};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Subject {
    /// Imports, campaigns and pages
    Load,
    /// Many numbers in one process
    Sessions,
}

impl Subject {
    /// A file of `server/bin/benches`, which prints a table.
    fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Sessions => "sessions",
        }
    }
}

/// Builds the release and measures one subject, or each in turn.
pub fn run(ws: &Workspace, subject: Option<Subject>) -> Result<ExitCode> {
    let subjects = subject.map_or_else(|| Subject::value_variants().to_vec(), |subject| vec![subject]);
    if subjects.contains(&Subject::Load) {
        dashboard::build(ws, Profile::Release)?;
    }
    println!("  Building the server (a release build takes several minutes)");
    let mut cargo = Program::cargo(&ws.root).args(["bench", "--package", "sapa", "--features", "sandbox-linking"]);
    for subject in subjects {
        cargo = cargo.args(["--bench", subject.name()]);
    }
    let status = cargo.env("LEPTOS_SITE_ROOT", ws.site()).attached()?;
    waproto::settle(ws)?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
