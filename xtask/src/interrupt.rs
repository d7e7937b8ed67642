//! Ctrl-C. Every program runs in its own process group, so the terminal tells only us, and we pass the signal on exactly
//! once; the commands then return through their ordinary error paths and what they had started is stopped on the way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Result;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// From here on signals no longer end us. Handlers and not a blocked mask: the programs we start would inherit the mask,
/// and then nothing could stop them.
pub fn install() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for number in signals.forever() {
            let again = REQUESTED.swap(true, Ordering::SeqCst);
            let signal = Signal::try_from(number).unwrap_or(Signal::SIGTERM);
            pass_on(if again { Signal::SIGKILL } else { signal });
        }
    });
    Ok(())
}

pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// While this lives, the process group of `pid` hears our signals.
pub struct Tracked(Pid);

pub fn track(pid: Pid) -> Tracked {
    running().push(pid);
    // It may have come between the start of the program and this line.
    if requested() {
        killpg(pid, Signal::SIGINT).ok();
    }
    Tracked(pid)
}

impl Drop for Tracked {
    fn drop(&mut self) {
        running().retain(|pid| *pid != self.0);
    }
}

fn pass_on(signal: Signal) {
    for pid in running().iter() {
        killpg(*pid, signal).ok();
    }
}

fn running() -> MutexGuard<'static, Vec<Pid>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
