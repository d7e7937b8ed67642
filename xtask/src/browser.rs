//! The tests in a real browser (`end2end/`), against the real binary. The fixtures there start and stop it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::binary::{self, Network};
use crate::dashboard;
use crate::program::{Program, conclude};
use crate::report::Counts;
use crate::tool;
use crate::verify::counts_in;
use crate::workspace::{Profile, Workspace};

pub fn packages(ws: &Workspace) -> Result<()> {
    tool::npm_packages(ws, &ws.root.join("end2end"), "end2end")
}

/// `cargo xtask e2e`: builds, then runs Playwright with the person's own arguments.
pub fn e2e(ws: &Workspace, args: &[String]) -> Result<ExitCode> {
    build(ws)?;
    let status = playwright(ws)?.args(args).attached()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `cargo xtask screenshots`: every page, light and dark, desktop and phone, Indonesian and English.
pub fn screenshots(ws: &Workspace) -> Result<ExitCode> {
    build(ws)?;
    let folder = ws.root.join("screenshots");
    let status = playwright(ws)?.args(["--project", "screenshots"]).env("SAPA_SCREENSHOTS", &folder).attached()?;
    if !status.success() {
        return Ok(ExitCode::FAILURE);
    }
    println!("Written to {}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// Playwright runs TypeScript without looking at its types.
pub fn types(ws: &Workspace) -> Result<()> {
    let folder = ws.root.join("end2end");
    Program::new(folder.join("node_modules/.bin/tsc")).dir(&folder).args(["--project", "."]).logged(&ws.log("types"))
}

/// For `cargo xtask test`, which has built everything: counts what Playwright reports.
pub fn tests(ws: &Workspace, filter: Option<&str>) -> Result<Counts> {
    if !binary(ws).is_file() {
        bail!("{} was not built", binary(ws).display());
    }
    let log = ws.log("browser");
    let mut counts = Counts::default();
    let status = playwright(ws)?.args(["--pass-with-no-tests"]).args(filter).watched(&log, |line| {
        println!("  {line}");
        if is_summary(line) {
            counts.add(counts_in(line));
        }
    })?;
    if conclude(status, &log).is_err() {
        counts.failed = counts.failed.max(1);
    }
    Ok(counts)
}

fn build(ws: &Workspace) -> Result<()> {
    tool::chromium(ws)?;
    packages(ws)?;
    dashboard::build(ws, Profile::Debug)?;
    binary::build(ws, Profile::Debug, Network::Sandbox)?;
    Ok(())
}

fn binary(ws: &Workspace) -> PathBuf {
    binary::path(ws, Profile::Debug)
}

fn playwright(ws: &Workspace) -> Result<Program> {
    let folder = ws.root.join("end2end");
    Ok(Program::new(folder.join("node_modules/.bin/playwright"))
        .dir(&folder)
        .args(["test"])
        .env("CHROMIUM", tool::chromium(ws)?)
        .env("SAPA_BINARY", binary(ws))
        .env("LEPTOS_SITE_ROOT", ws.site()))
}

/// Playwright ends with lines like `  12 passed (15.2s)`; the lines of single tests begin with a mark.
fn is_summary(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let number = words.next().is_some_and(|word| word.parse::<u64>().is_ok());
    let counted = ["passed", "failed", "flaky", "skipped", "did", "interrupted"];
    number && words.next().is_some_and(|word| counted.contains(&word))
}
