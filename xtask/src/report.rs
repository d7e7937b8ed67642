//! The steps of a run: a heading for each, how long it took, what it counted, and one last line that says it all.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::interrupt;

/// What a step counted. A step without tests counts itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    pub const ONE: Self = Self { passed: 1, failed: 0, skipped: 0 };

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

struct Row {
    name: &'static str,
    counts: Counts,
    elapsed: Duration,
}

#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs one step; says whether it passed. After an interrupt no further step starts.
    pub fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<Counts>) -> bool {
        if interrupt::requested() {
            return false;
        }
        println!("\n── {name} ──");
        let started = Instant::now();
        let counts = work().unwrap_or_else(|error| {
            eprintln!("{error:#}");
            Counts { failed: 1, ..Counts::default() }
        });
        let elapsed = started.elapsed();
        let passed = counts.failed == 0;
        println!("   {} in {}", if passed { "passed" } else { "FAILED" }, seconds(elapsed));
        self.rows.push(Row { name, counts, elapsed });
        passed
    }

    /// Prints the table and the last line; says whether all passed.
    pub fn finish(self) -> bool {
        let mut total = Counts::default();
        let mut elapsed = Duration::ZERO;
        println!();
        for Row { name, counts, elapsed: step } in &self.rows {
            let mark = if counts.failed == 0 { "ok    " } else { "FAILED" };
            println!(
                "{mark}  {name:<34} {:>6} passed {:>4} failed  {:>9}",
                counts.passed,
                counts.failed,
                seconds(*step)
            );
            total.add(*counts);
            elapsed += *step;
        }
        let interrupted = if interrupt::requested() { ", interrupted" } else { "" };
        let skipped = if total.skipped > 0 { format!(", {} skipped", total.skipped) } else { String::new() };
        println!("\n{} passed, {} failed{skipped}{interrupted} in {}", total.passed, total.failed, seconds(elapsed));
        total.failed == 0 && !interrupt::requested()
    }
}

fn seconds(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}
