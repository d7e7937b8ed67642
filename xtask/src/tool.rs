//! The programs a build or a test needs. Each function gives the program, installing it when it is missing: ours into
//! `target/tools`, npm's into `node_modules`, the system's with apt-get when we may.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use nix::unistd::Uid;

use crate::fingerprint::{self, Fingerprint};
use crate::program::{Program, find_on_path};
use crate::workspace::Workspace;

const NODE_AT_LEAST: u32 = 20;
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The standard library for the browser.
pub fn wasm_target(ws: &Workspace) -> Result<()> {
    let installed = Program::new("rustc")
        .dir(&ws.root)
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .capture()
        .is_ok_and(|folder| Path::new(folder.trim()).is_dir());
    if installed {
        return Ok(());
    }
    println!("  Adding the Rust target {WASM_TARGET}");
    Program::new("rustup")
        .dir(&ws.root)
        .args(["target", "add", WASM_TARGET])
        .logged(&ws.log("rustup"))
        .context("`rustup target add wasm32-unknown-unknown` failed")
}

/// rustfmt and clippy; a minimal toolchain has neither.
pub fn rust_components(ws: &Workspace) -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if Program::cargo(&ws.root).args([subcommand, "--version"]).capture().is_ok() {
            continue;
        }
        println!("  Adding the Rust component {component}");
        Program::new("rustup")
            .dir(&ws.root)
            .args(["component", "add", component])
            .logged(&ws.log("rustup"))
            .with_context(|| format!("`rustup component add {component}` failed"))?;
    }
    Ok(())
}

/// The wasm-bindgen program of exactly the version in Cargo.lock: another one writes glue that does not fit.
pub fn wasm_bindgen(ws: &Workspace) -> Result<PathBuf> {
    let version = ws.locked_version("wasm-bindgen")?;
    let ours = ws.tools().join("bin/wasm-bindgen");
    for candidate in [Some(ours.clone()), find_on_path("wasm-bindgen")].into_iter().flatten() {
        let found = Program::new(&candidate).args(["--version"]).capture().unwrap_or_default();
        if found.split_whitespace().nth(1) == Some(&version) {
            return Ok(candidate);
        }
    }
    println!("  Installing wasm-bindgen {version} into target/tools (once, a few minutes)");
    Program::cargo(&ws.root)
        .args(["install", "wasm-bindgen-cli", "--version", &version, "--bin", "wasm-bindgen", "--root"])
        .args([ws.tools()])
        // It runs once per build: a quick installation is worth more than a quick program. Its own lock file names
        // versions that newer registries have replaced, hence no --locked, and a newer compiler than ours, hence the
        // fallback.
        .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_TARGET_DIR", ws.tools().join("build"))
        .env("RUSTFLAGS", "")
        .logged(&ws.log("wasm-bindgen-install"))
        .context("installing wasm-bindgen failed")?;
    fs::remove_dir_all(ws.tools().join("build")).ok();
    Ok(ours)
}

pub fn node() -> Result<()> {
    let found = Program::new("node").args(["--version"]).capture().unwrap_or_default();
    match major_version(found.trim()) {
        Some(major) if major >= NODE_AT_LEAST => Ok(()),
        Some(_) => bail!("Node {NODE_AT_LEAST} or newer is needed, this is {}: see https://nodejs.org", found.trim()),
        None => bail!("Node {NODE_AT_LEAST} or newer is needed and `node` was not found: see https://nodejs.org"),
    }
}

/// The packages of a folder's package-lock.json, exactly.
pub fn npm_packages(ws: &Workspace, folder: &Path, name: &str) -> Result<()> {
    node()?;
    let inputs = Fingerprint::default().path(&folder.join("package.json"))?.path(&folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules/.package-lock.json");
    fingerprint::unless_done(ws, name, inputs, &[&installed], || {
        println!("  Installing npm packages of {name}");
        Program::new("npm")
            .dir(folder)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .logged(&ws.log(name))
            .context("npm ci failed")
    })
}

pub fn chromium(ws: &Workspace) -> Result<PathBuf> {
    let find = || {
        let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
        names.into_iter().find_map(find_on_path)
    };
    if let Some(chosen) = env::var_os("CHROMIUM") {
        return Ok(PathBuf::from(chosen));
    }
    installed_by_apt(ws, find, "chromium", "Chromium (or set CHROMIUM to the path of one)")
}

/// The folder with `initdb` and `postgres`. Debian keeps them off PATH.
pub fn postgres(ws: &Workspace) -> Result<PathBuf> {
    let find = || {
        let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|version| Some(version.ok()?.path().join("bin")))
            .collect();
        folders.sort();
        folders.reverse();
        folders.extend(find_on_path("initdb").and_then(|initdb| Some(initdb.parent()?.to_path_buf())));
        folders.push(PathBuf::from("/usr/local/bin"));
        folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
    };
    installed_by_apt(ws, find, "postgresql", "PostgreSQL 15 or newer, with its server programs")
}

pub fn redis(ws: &Workspace) -> Result<PathBuf> {
    installed_by_apt(ws, || find_on_path("redis-server"), "redis-server", "Redis 6 or newer")
}

fn installed_by_apt(ws: &Workspace, find: impl Fn() -> Option<PathBuf>, package: &str, what: &str) -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let Some(prefix) = apt_prefix() else {
        bail!(
            "{what} is needed and was not found. Install it (on Debian: sudo apt-get install {package}) and try again"
        );
    };
    println!("  Installing {package} with apt-get");
    let log = ws.log(&format!("apt-{package}"));
    for arguments in [vec!["update", "-q"], vec!["install", "-q", "-y", "--no-install-recommends", package]] {
        let mut words = prefix.clone();
        words.push("apt-get");
        words.extend(arguments);
        Program::new(words[0])
            .args(&words[1..])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .logged(&log)
            .with_context(|| format!("`{}` failed", words.join(" ")))?;
    }
    find().with_context(|| format!("{package} was installed but its program was not found"))
}

/// How apt-get may be run: as root, or with a sudo that asks nothing. None when neither.
fn apt_prefix() -> Option<Vec<&'static str>> {
    find_on_path("apt-get")?;
    if Uid::effective().is_root() {
        return Some(Vec::new());
    }
    let sudo = Command::new("sudo").args(["-n", "true"]).output().is_ok_and(|output| output.status.success());
    // sudo drops the environment, so apt's question-free mode is named again behind it.
    sudo.then(|| vec!["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"])
}

fn major_version(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_version;

    #[test]
    fn node_prints_its_version_with_a_v() {
        assert_eq!(major_version("v20.20.2"), Some(20));
        assert_eq!(major_version("command not found"), None);
    }
}
