//! Every command a person types in this repository; `cargo xtask` alone lists them.
//!
//! A fresh machine needs rustup, Node and a C compiler. Whatever else a command needs it installs itself, and says so.

mod bench;
mod binary;
mod browser;
mod dashboard;
mod fingerprint;
mod fuzz;
mod graph;
mod interrupt;
mod program;
mod report;
mod serve;
mod service;
mod tool;
mod verify;
mod waproto;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use binary::Network;
use verify::Selection;
use workspace::{Profile, Workspace};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Build, run and test Sapa", version)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build what changed and run Sapa on http://127.0.0.1:3000 until Ctrl-C
    Serve {
        #[command(flatten)]
        kind: BuildKind,
        /// Listen on this port of the loopback
        #[arg(long)]
        port: Option<u16>,
    },
    /// Build the dashboard and the server without running them
    Build {
        #[command(flatten)]
        kind: BuildKind,
    },
    /// The quick loop: format, lints, unit tests
    Check,
    /// Everything: format, lints, crate graph, tests on both databases, tests in a browser
    Test {
        /// How many seeds each seeded test tries
        #[arg(long)]
        seeds: Option<u32>,
        /// Run only the tests whose names (in a browser: whose files) contain this, and no other check
        filter: Option<String>,
    },
    /// Build, then run the browser tests; further arguments go to Playwright
    E2e {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Write a picture of every page to screenshots/
    Screenshots,
    /// Measure the release build on this machine and print a table
    Bench {
        /// Everything unless named
        subject: Option<bench::Subject>,
    },
    /// Look for inputs that break a parser; fuzz/README.md says what the targets are
    Fuzz(fuzz::Fuzz),
}

#[derive(Args)]
struct BuildKind {
    /// Link real phones on WhatsApp instead of the sandbox's
    #[arg(long)]
    real: bool,
    /// Optimised and small; takes much longer to build
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = interrupt::install().and_then(|()| run(cli.command));
    match outcome {
        _ if interrupt::requested() && outcome.is_err() => ExitCode::from(130),
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let ws = &Workspace::find()?;
    match task {
        Task::Serve { kind, port } => serve::serve(ws, Profile::new(kind.release), Network::new(kind.real), port),
        Task::Build { kind } => {
            let profile = Profile::new(kind.release);
            dashboard::build(ws, profile)?;
            let binary = binary::build(ws, profile, Network::new(kind.real))?;
            println!("Built {}", binary.display());
            Ok(ExitCode::SUCCESS)
        }
        Task::Check => Ok(exit_code(verify::check(ws))),
        Task::Test { seeds, filter } => Ok(exit_code(verify::test(ws, &Selection { filter, seeds }))),
        Task::E2e { args } => browser::e2e(ws, &args),
        Task::Screenshots => browser::screenshots(ws),
        Task::Bench { subject } => bench::run(ws, subject),
        Task::Fuzz(fuzz) => fuzz::run(ws, &fuzz),
    }
}

fn exit_code(passed: bool) -> ExitCode {
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
