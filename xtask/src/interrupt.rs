//! Ctrl-C. Every program runs in its own process group, so the terminal tells only us, and we pass the signal on exactly
//! once; the commands then return through their ordinary error paths and what they had started is stopped on the way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Result;
use nix::sys::signal::{SigSet, Signal, killpg};
use nix::unistd::Pid;

static REQUESTED: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Must run before any other thread starts: threads inherit the mask. (The standard library clears it again for the
/// programs it starts.)
pub fn install() -> Result<()> {
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        signals.add(signal);
    }
    signals.thread_block()?;
    thread::spawn(move || {
        while let Ok(signal) = signals.wait() {
            let again = REQUESTED.swap(true, Ordering::SeqCst);
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
