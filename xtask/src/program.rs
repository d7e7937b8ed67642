//! Runs other programs. Their long output goes to `target/xtask/<name>.log`; the screen shows what they are doing, and
//! on failure the part of the log that matters.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::unistd::Pid;

use crate::interrupt;

/// Without a terminal there is no line to rewrite, so progress is a new line this often.
const PROGRESS_EVERY: Duration = Duration::from_secs(15);
/// How much of a failed program's log is worth a screen.
const TAIL_LINES: usize = 120;

pub struct Program {
    command: Command,
    name: String,
}

impl Program {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let name = Path::new(program.as_ref()).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.stdin(Stdio::null()).process_group(0);
        Self { command, name }
    }

    /// The cargo that runs us, in the workspace.
    pub fn cargo(root: &Path) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        Self::new(cargo).dir(root).env("CARGO_TERM_COLOR", "never")
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    pub fn dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Standard output as text; an error when the program cannot run or fails.
    pub fn capture(mut self) -> Result<String> {
        let output = self.command.output().with_context(|| format!("cannot run {}", self.name))?;
        if !output.status.success() {
            bail!("{} failed ({}): {}", self.name, output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        String::from_utf8(output.stdout).with_context(|| format!("{} did not print text", self.name))
    }

    /// Everything it prints goes to the screen, and its exit status is the answer.
    pub fn attached(mut self) -> Result<ExitStatus> {
        let mut child = self.spawn()?;
        let _tracked = interrupt::track(pid_of(&child));
        child.wait().with_context(|| format!("lost {}", self.name))
    }

    /// Output to `log` with one line of progress on the screen; an error carries the end of the log.
    pub fn logged(self, log: &Path) -> Result<()> {
        let mut progress = Progress::new();
        let status = self.watched(log, |line| progress.show(line))?;
        progress.clear();
        conclude(status, log)
    }

    /// Output to `log`, each line also to `see`.
    pub fn watched(mut self, log: &Path, mut see: impl FnMut(&str)) -> Result<ExitStatus> {
        let mut file = create_log(log)?;
        let (reader, writer) = io::pipe()?;
        self.command.stdout(writer.try_clone()?).stderr(writer);
        let mut child = self.spawn()?;
        // Ours are the last writing ends of the pipe: the loop below ends when the program and its children have.
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        let _tracked = interrupt::track(pid_of(&child));
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            file.write_all(&line)?;
            see(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
        child.wait().with_context(|| format!("lost {}", self.name))
    }

    fn spawn(&mut self) -> Result<Child> {
        if interrupt::requested() {
            bail!("interrupted");
        }
        self.command.spawn().with_context(|| format!("cannot run {}", self.name))
    }
}

/// An error with the telling part of the log unless the program succeeded.
pub fn conclude(status: ExitStatus, log: &Path) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    if interrupt::requested() {
        bail!("interrupted");
    }
    bail!("{status}\n{}\n(all of it: {})", tail(log), log.display())
}

pub fn create_log(log: &Path) -> Result<File> {
    fs::create_dir_all(log.parent().context("a log needs a folder")?)?;
    File::create(log).with_context(|| format!("cannot write {}", log.display()))
}

pub fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("the kernel's process ids are i32"))
}

/// Where a program is on PATH.
pub fn find_on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let telling: Vec<&str> = text.lines().filter(|line| !is_routine(line)).collect();
    telling[telling.len().saturating_sub(TAIL_LINES)..].join("\n")
}

fn is_routine(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    line.starts_with(' ') && matches!(word, "Compiling" | "Checking" | "Downloaded" | "Fresh" | "Adding" | "PASS")
}

/// One line that is rewritten on a terminal and repeated now and then elsewhere.
pub struct Progress {
    terminal: bool,
    last: Instant,
}

impl Progress {
    pub fn new() -> Self {
        Self { terminal: io::stdout().is_terminal(), last: Instant::now() }
    }

    pub fn show(&mut self, line: &str) {
        let line: String = line.trim().chars().take(100).collect();
        if line.is_empty() {
            return;
        }
        let mut out = io::stdout();
        if self.terminal {
            write!(out, "\r\x1b[2K    {line}").ok();
            out.flush().ok();
        } else if self.last.elapsed() >= PROGRESS_EVERY {
            self.last = Instant::now();
            writeln!(out, "    {line}").ok();
        }
    }

    pub fn clear(&self) {
        if self.terminal {
            print!("\r\x1b[2K");
            io::stdout().flush().ok();
        }
    }
}
