//! What a benchmark prints: rows of what was measured beside what we aim at, and how the machine and the processes were.

use std::time::{Duration, Instant};

struct Row {
    what: String,
    measured: String,
    aim: &'static str,
}

#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    pub fn row(&mut self, what: impl Into<String>, measured: impl Into<String>, aim: &'static str) {
        let row = Row { what: what.into(), measured: measured.into(), aim };
        eprintln!("{}: {}", row.what, row.measured);
        self.0.push(row);
    }

    pub fn print(&self) {
        let width = |of: fn(&Row) -> usize| self.0.iter().map(of).max().unwrap_or_default();
        let (what, measured) = (width(|row| row.what.len()), width(|row| row.measured.len()));
        println!();
        for row in &self.0 {
            println!("{:what$}  {:>measured$}  {}", row.what, row.measured, row.aim);
        }
    }
}

pub fn per_second(count: usize, began: Instant) -> String {
    let seconds = began.elapsed().as_secs_f64();
    format!("{:.0}/s ({seconds:.1} s)", count as f64 / seconds)
}

/// Resident memory of a process, in KiB.
pub fn rss_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap_or_default()
}

/// The machine's load of the last minute, and its cores.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{} on {cores} cores", load.split_whitespace().next().unwrap_or("unknown"))
}

/// Processor time that a process has used so far.
pub fn cpu(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name may hold blanks; behind it come the state and numbers, of which the 12th and 13th are ticks of 10 ms.
    let numbers = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = numbers.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>();
    Duration::from_millis(ticks * 10)
}
