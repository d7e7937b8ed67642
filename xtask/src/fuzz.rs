//! `cargo xtask fuzz`: one of the targets of `fuzz/`, for some minutes, with the compiler that everything else has.
//!
//! libFuzzer comes as a crate and needs a C++ compiler, nothing else: the coverage that it follows is made by flags that a
//! stable compiler takes. (Sanitizers would need a nightly one; there is no unsafe code here that they could watch.)

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, Result};
use clap::Args;

use crate::program::Program;
use crate::waproto;
use crate::workspace::Workspace;

/// What cargo-fuzz passes as well, without a sanitizer.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];
/// Where bodies of targets are.
const CRATES: [&str; 3] = ["domain", "sandbox", "server"];
/// An input that takes longer is a finding, in seconds.
const TOO_LONG_SECS: u32 = 10;
/// An input that takes more memory is a finding, in MiB.
const TOO_MUCH_MB: u32 = 2_048;
/// What a target's corpus may have in the repository.
const KEPT_FILES: usize = 200;
const KEPT_FILE_BYTES: u64 = 4_096;
const KEPT_BYTES: u64 = 160 * 1024;

#[derive(Args)]
pub struct Fuzz {
    /// A file of fuzz/fuzz_targets, without its ending
    target: String,
    /// How long to look
    #[arg(long, default_value_t = 10)]
    minutes: u32,
    /// The longest input that is tried, in bytes
    #[arg(long, default_value_t = KEPT_FILE_BYTES)]
    longest: u64,
    /// Afterwards, replace the target's corpus in the repository by the smallest one that reaches as much
    #[arg(long)]
    keep: bool,
}

/// Where things are, for one target.
struct Place {
    program: PathBuf,
    /// In the repository.
    corpus: PathBuf,
    /// What was found so far on this machine.
    found: PathBuf,
    seeds: PathBuf,
    /// Where libFuzzer puts what breaks a target.
    artifacts: PathBuf,
}

pub fn run(ws: &Workspace, fuzz: &Fuzz) -> Result<ExitCode> {
    let folder = ws.root.join("fuzz");
    let body = fs::read_to_string(folder.join("fuzz_targets").join(&fuzz.target).with_extension("rs"));
    let body = body.ok().with_context(|| format!("there is no target {:?}; fuzz/README.md lists them", fuzz.target))?;
    let named = |name: &&&str| body.contains(&format!("{name}::fuzzing"));
    let owner = CRATES.iter().find(named).context("the target calls no crate's `fuzzing`")?;
    let place = build(ws, &folder, &fuzz.target, owner)?;
    println!("  Fuzzing {} for {} min", fuzz.target, fuzz.minutes);
    let time = format!("-max_total_time={}", u64::from(fuzz.minutes) * 60);
    let longest = format!("-max_len={}", fuzz.longest);
    let limits = [format!("-timeout={TOO_LONG_SECS}"), format!("-rss_limit_mb={TOO_MUCH_MB}")];
    let artifacts = format!("-artifact_prefix={}/", place.artifacts.display());
    let status = Program::new(&place.program)
        .dir(&ws.root)
        .args([&time, &longest, &artifacts, "-print_final_stats=1", "-use_value_profile=1"])
        .args(limits)
        .args([&place.found, &place.corpus, &place.seeds])
        // The program writes them before it reads them.
        .env("SAPA_FUZZ_SEEDS", &place.seeds)
        .attached()?;
    if !status.success() {
        println!("  What broke it is in {}: give it to the target's unit test as a file", place.artifacts.display());
        println!("  of {} once it is mended", place.corpus.display());
        return Ok(ExitCode::FAILURE);
    }
    if fuzz.keep {
        keep(ws, &place)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn build(ws: &Workspace, folder: &Path, target: &str, owner: &str) -> Result<Place> {
    // The same dependencies as everything else, and libFuzzer.
    fs::copy(ws.root.join("Cargo.lock"), folder.join("Cargo.lock")).context("cannot copy Cargo.lock")?;
    let host = host(ws)?;
    let built = ws.target.join("fuzz");
    println!("  Building {target} (the first time takes several minutes)");
    Program::cargo(&ws.root)
        .args(["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--bin", target])
        .args(["--features", owner])
        // Named, so that the flags are not for build scripts.
        .args(["--target", &host, "--target-dir"])
        .args([&built])
        .env("RUSTFLAGS", FLAGS.join(" "))
        .logged(&ws.log("fuzz"))
        .context("building a fuzz target")?;
    let programs = built.join(&host).join("release");
    waproto::settle_in(&programs.join("build"))?;
    let place = Place {
        program: programs.join(target),
        corpus: folder.join("corpus").join(target),
        found: built.join("corpus").join(target),
        seeds: built.join("seeds").join(target),
        artifacts: folder.join("artifacts").join(target),
    };
    for folder in [&place.corpus, &place.found, &place.seeds, &place.artifacts] {
        fs::create_dir_all(folder)?;
    }
    Ok(place)
}

fn host(ws: &Workspace) -> Result<String> {
    let told = Program::new("rustc").dir(&ws.root).args(["--version", "--verbose"]).capture()?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say for which machine it compiles")
}

/// The smallest set of inputs that reaches what all of them reach, as far as there is room for it. What was named by hand
/// stays.
fn keep(ws: &Workspace, place: &Place) -> Result<()> {
    let merged = env::temp_dir().join(format!("sapa-fuzz-{}", std::process::id()));
    fs::create_dir_all(&merged)?;
    let status = Program::new(&place.program)
        .args(["-set_cover_merge=1".to_owned(), format!("-max_len={KEPT_FILE_BYTES}")])
        .args([&merged, &place.corpus, &place.found, &place.seeds])
        .logged(&ws.log("fuzz-merge"));
    status.context("merging the corpus")?;
    for file in files(&place.corpus)?.into_iter().filter(|file| is_made(&file.0)) {
        fs::remove_file(file.0)?;
    }
    let named = files(&place.corpus)?;
    let (mut count, mut bytes): (usize, u64) = (named.len(), named.iter().map(|file| file.1).sum());
    let mut inputs = files(&merged)?;
    inputs.sort_by_key(|(_, length)| *length);
    for (input, length) in inputs {
        (count, bytes) = (count + 1, bytes + length);
        if count > KEPT_FILES || bytes > KEPT_BYTES {
            break;
        }
        let name = input.file_name().context("an input has a name")?;
        fs::copy(&input, place.corpus.join(name))?;
    }
    fs::remove_dir_all(&merged)?;
    println!("  {} has {} inputs", place.corpus.display(), files(&place.corpus)?.len());
    Ok(())
}

/// With their lengths.
fn files(folder: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry?;
        anyhow::Ok((entry.path(), entry.metadata()?.len()))
    };
    fs::read_dir(folder).with_context(|| folder.display().to_string())?.map(read).collect()
}

/// Whether libFuzzer named a file: by its SHA-1.
fn is_made(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_named_by_hand_is_told_from_what_was_found() {
        assert!(is_made(Path::new("corpus/text/2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")));
        assert!(!is_made(Path::new("corpus/text/name-with-a-dot")) && !is_made(Path::new("")));
    }
}
