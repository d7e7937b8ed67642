//! Labelled places where a test makes the process die, as a power cut would.
//!
//! Compiled in only with the feature `crash-points`. `SAPA_CRASH_AT=outbox.claimed:3` kills the process the third time
//! that label is passed.

/// Dies here if the environment says so.
#[cfg(feature = "crash-points")]
pub fn crash_point(label: &str) {
    use std::sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    };
    static AT: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let value = std::env::var("SAPA_CRASH_AT").ok()?;
        let (label, times) = value.rsplit_once(':')?;
        Some((label.to_owned(), times.parse().ok()?))
    });
    static PASSED: AtomicU64 = AtomicU64::new(0);
    if let Some((wanted, times)) = &*AT
        && wanted == label
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *times
    {
        // SIGKILL, not exit: nothing may be flushed or handed over.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), nix::sys::signal::Signal::SIGKILL);
    }
}

/// Nothing, in every build that is not for tests.
#[cfg(not(feature = "crash-points"))]
pub fn crash_point(_: &str) {}
