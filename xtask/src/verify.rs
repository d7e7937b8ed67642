//! `cargo xtask test`: everything, in order, on a fresh machine; and the quick loop of `cargo xtask check`.

use anyhow::{Context, Result, bail};

use crate::browser;
use crate::dashboard;
use crate::graph;
use crate::program::{Program, Progress, conclude};
use crate::report::{Counts, Report};
use crate::service::Services;
use crate::tool::{self, WASM_TARGET};
use crate::waproto;
use crate::workspace::{Profile, Workspace};

/// The server with everything tests need: linking on the sandbox, and dying at named places.
const TEST_BUILD: [&str; 5] =
    ["--workspace", "--exclude", "frontend", "--features", "sapa/sandbox-linking,sapa/crash-points"];

/// What to test. With a filter only the tests whose names contain it run, and nothing else is checked.
pub struct Selection {
    pub filter: Option<String>,
    /// How many seeds a seeded test tries; None leaves it to the test.
    pub seeds: Option<u32>,
}

/// Says whether all passed.
pub fn test(ws: &Workspace, selection: &Selection) -> bool {
    let mut report = Report::default();
    if !report.step("Tools", || tools(ws)) {
        return report.finish();
    }
    if selection.filter.is_none() {
        report.step("Format", || format(ws));
        report.step("Types of the browser tests", || browser::types(ws).map(|()| Counts::ONE));
        report.step("Crate graph", || graph::prove(ws));
        report.step("Lints: everything", || clippy(ws, &[&TEST_BUILD[..], &["--all-targets"]].concat(), "clippy"));
        report.step("Lints: the release build", || clippy(ws, &["--package", "sapa"], "clippy-release"));
        report.step("Lints: the browser's half", || clippy_browser(ws));
    }
    let built = report.step("Rust tests on both databases", || rust_tests(ws, selection));
    if selection.filter.is_none() {
        report.step("Documentation tests", || doc_tests(ws));
    }
    let dashboard = report.step("Dashboard", || dashboard::build(ws, Profile::Debug).map(|()| Counts::ONE));
    report.step("Browser tests", || match (built, dashboard) {
        (true, true) => browser::tests(ws, selection.filter.as_deref()),
        _ => bail!("not run, because what they need failed"),
    });
    report.finish()
}

/// The quick loop: no databases, no browser. Says whether all passed.
pub fn check(ws: &Workspace) -> bool {
    let mut report = Report::default();
    report.step("Format", || format(ws));
    report.step("Lints", || clippy(ws, &[&TEST_BUILD[..], &["--all-targets"]].concat(), "clippy"));
    report.step("Lints: the browser's half", || clippy_browser(ws));
    // The selection of `test`, so that nothing is compiled a second time with other features.
    report.step("Unit tests", || run_tests(ws, &[&TEST_BUILD[..], &["--lib"]].concat(), None, |program| program));
    report.finish()
}

/// All of them first: a missing one should be known after a minute, not after twenty.
fn tools(ws: &Workspace) -> Result<Counts> {
    tool::node()?;
    tool::rust_components(ws)?;
    tool::wasm_target(ws)?;
    tool::postgres(ws)?;
    tool::redis(ws)?;
    tool::chromium(ws)?;
    tool::wasm_bindgen(ws)?;
    browser::packages(ws)?;
    Ok(Counts::ONE)
}

fn format(ws: &Workspace) -> Result<Counts> {
    Program::cargo(&ws.root).args(["fmt", "--all", "--check"]).logged(&ws.log("format")).context("run `cargo fmt`")?;
    Ok(Counts::ONE)
}

fn clippy(ws: &Workspace, what: &[&str], log: &str) -> Result<Counts> {
    Program::cargo(&ws.root)
        .args(["clippy"])
        .args(what)
        .args(["--", "--deny", "warnings"])
        .logged(&ws.log(log))
        .context("clippy")?;
    waproto::settle(ws)?;
    Ok(Counts::ONE)
}

fn clippy_browser(ws: &Workspace) -> Result<Counts> {
    tool::wasm_target(ws)?;
    let front = ws.front();
    let front = front.to_str().context("the target folder's name is not UTF-8")?;
    // The profile of the build, whose macros and build scripts then serve both.
    let profile = Profile::Debug.wasm();
    let what = ["--package", "frontend", "--profile", profile, "--target", WASM_TARGET, "--target-dir", front];
    clippy(ws, &what, "clippy-browser")
}

fn rust_tests(ws: &Workspace, selection: &Selection) -> Result<Counts> {
    let services = Services::start(ws)?;
    run_tests(ws, &TEST_BUILD, selection.filter.as_deref(), |program| {
        let program = program
            .env("SAPA_TEST_POSTGRES_URL", &services.postgres_url)
            .env("SAPA_TEST_REDIS_URL", &services.redis_url);
        match selection.seeds {
            Some(seeds) => program.env("SAPA_TEST_SEEDS", seeds.to_string()),
            None => program,
        }
    })
}

/// With nextest where it is installed (each test a process: quicker, and a crash is one failure), else plain cargo.
fn run_tests(
    ws: &Workspace,
    what: &[&str],
    filter: Option<&str>,
    environment: impl FnOnce(Program) -> Program,
) -> Result<Counts> {
    let nextest = Program::cargo(&ws.root).args(["nextest", "--version"]).capture().is_ok();
    let cargo = environment(Program::cargo(&ws.root));
    let cargo = if nextest {
        cargo.args(["nextest", "run", "--no-fail-fast", "--no-tests=pass"]).args(what).args(filter)
    } else {
        cargo.args(["test", "--no-fail-fast"]).args(what).args(filter)
    };
    let mut counts = counted(ws, cargo, "tests")?;
    if filter.is_some() {
        // Left out on purpose: not worth a word.
        counts.skipped = 0;
    }
    Ok(counts)
}

/// nextest does not run them.
fn doc_tests(ws: &Workspace) -> Result<Counts> {
    let cargo = Program::cargo(&ws.root).args(["test", "--doc"]).args(TEST_BUILD);
    counted(ws, cargo, "doc-tests")
}

fn counted(ws: &Workspace, cargo: Program, log: &str) -> Result<Counts> {
    let log = ws.log(log);
    let mut progress = Progress::new();
    let mut counts = Counts::default();
    let status = cargo.watched(&log, |line| {
        progress.show(line);
        if is_cargo_summary(line) {
            counts.add(counts_in(line));
        }
    })?;
    progress.clear();
    println!("  {} passed, {} failed", counts.passed, counts.failed);
    if status.success() && counts.failed > 0 {
        bail!("the tests ended well but reported failures, see {}", log.display());
    }
    if let Err(error) = conclude(status, &log) {
        eprintln!("{error:#}");
        // Failing without a failed test is a failure to build.
        counts.failed = counts.failed.max(1);
    }
    Ok(counts)
}

/// The tests of a failed process print a result of their own, indented by nextest, whose summary counts them.
fn is_cargo_summary(line: &str) -> bool {
    line.starts_with("test result:") || line.trim_start().starts_with("Summary [")
}

/// The numbers before `passed`, `failed` and the like, as nextest, cargo and Playwright all print them.
pub fn counts_in(line: &str) -> Counts {
    let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches([',', ';', '(', ')', '.'])).collect();
    let mut counts = Counts::default();
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<u64>() else { continue };
        match pair[1] {
            "passed" => counts.passed += number,
            "failed" | "flaky" | "timed" | "did" | "interrupted" => counts.failed += number,
            "skipped" | "ignored" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{Counts, counts_in, is_cargo_summary};

    #[test]
    fn nextest_is_understood() {
        let line = "     Summary [   2.013s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 4 skipped";
        assert!(is_cargo_summary(line));
        assert_eq!(counts_in(line), Counts { passed: 9, failed: 3, skipped: 4 });
        assert!(!is_cargo_summary("    test result: FAILED. 0 passed; 1 failed; 0 ignored"), "counted already");
    }

    #[test]
    fn plain_cargo_is_understood() {
        let line = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s";
        assert!(is_cargo_summary(line));
        assert_eq!(counts_in(line), Counts { passed: 3, failed: 0, skipped: 1 });
    }

    #[test]
    fn playwright_is_understood() {
        assert_eq!(counts_in("  2 did not run"), Counts { failed: 2, ..Counts::default() });
        assert_eq!(counts_in("  12 passed (15.2s)"), Counts { passed: 12, ..Counts::default() });
    }
}
