//! Signs of life of a running session: written by it, read by who watches it.

use domain::{Millis, number::health::SILENT_MS};
use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// A session looks around at least once a second. One that did not for this long is stuck: it waits for something that
/// never comes.
const STUCK: Duration = Duration::from_secs(60);
/// The client notices a dead connection by itself, and sooner. This is for the day it does not.
const SILENT: Duration = Duration::from_millis(SILENT_MS.unsigned_abs());

/// Nobody looked around for so long: not a single session was stuck, the whole process stood still.
const FROZEN: Duration = Duration::from_secs(30);

/// Durations are reckoned from here on a clock that nobody can set.
pub(super) struct Pulse {
    begun: Instant,
    /// When the session last looked around; milliseconds since the beginning. Before it runs there is nothing to be late.
    turned: AtomicU64,
    /// When the network was last heard; milliseconds since the beginning.
    heard: AtomicU64,
    /// Frames that had come by then.
    frames: AtomicU64,
    /// The same moment on the wall clock; 0 is never.
    seen_at: AtomicI64,
    dropped: AtomicU64,
    /// Messages stored that were not known.
    received: AtomicU64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            turned: AtomicU64::new(u64::MAX),
            heard: AtomicU64::default(),
            frames: AtomicU64::default(),
            seen_at: AtomicI64::default(),
            dropped: AtomicU64::default(),
            received: AtomicU64::default(),
        }
    }
}

impl Pulse {
    /// The session looks around, and so many frames have come by now.
    pub(super) fn turn(&self, frames: u64, now: Millis) {
        self.turn_at(self.begun.elapsed(), frames, now);
    }

    /// The session is busy with something long, and alive.
    pub(super) fn move_on(&self) {
        self.turned.store(ms(self.begun.elapsed()), Relaxed);
    }

    /// An event came faster than it could be handled.
    pub(super) fn drop_event(&self) {
        self.dropped.fetch_add(1, Relaxed);
    }

    /// Messages came that were not known.
    pub(super) fn receive(&self, messages: usize) {
        self.received.fetch_add(messages as u64, Relaxed);
    }

    /// How many came since the beginning.
    pub(super) fn received(&self) -> u64 {
        self.received.load(Relaxed)
    }

    /// The last word of the network, and the events dropped since the last question.
    pub(super) fn sign(&self) -> (Option<Millis>, u64) {
        let seen_at = Some(self.seen_at.load(Relaxed)).filter(|at| *at > 0).map(Millis);
        (seen_at, self.dropped.swap(0, Relaxed))
    }

    /// Whether the session does not move any more.
    pub(super) fn is_stuck(&self) -> bool {
        self.is_stuck_at(self.begun.elapsed())
    }

    /// Whether the network has not said a word for too long.
    pub(super) fn is_silent(&self) -> bool {
        self.is_silent_at(self.begun.elapsed())
    }

    fn turn_at(&self, at: Duration, frames: u64, now: Millis) {
        let at = ms(at);
        let before = self.turned.swap(at, Relaxed);
        if at.saturating_sub(before) > ms(FROZEN) {
            // What came meanwhile has not been read yet: nobody can say that the network was silent.
            self.heard.store(at, Relaxed);
        }
        if self.frames.swap(frames, Relaxed) != frames {
            self.heard.store(at, Relaxed);
            self.seen_at.store(now.0, Relaxed);
        }
    }

    fn is_stuck_at(&self, at: Duration) -> bool {
        ms(at).saturating_sub(self.turned.load(Relaxed)) > ms(STUCK)
    }

    fn is_silent_at(&self, at: Duration) -> bool {
        ms(at).saturating_sub(self.heard.load(Relaxed)) > ms(SILENT)
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_session_that_does_not_turn_is_stuck_however_the_clock_is_set() {
        let pulse = Pulse::default();
        pulse.turn_at(SECOND, 1, Millis(9_000_000_000_000));
        assert!(!pulse.is_stuck_at(SECOND + STUCK));
        assert!(pulse.is_stuck_at(2 * SECOND + STUCK));
        pulse.turn_at(2 * SECOND + STUCK, 1, Millis(1));
        assert!(!pulse.is_stuck_at(2 * SECOND + STUCK));
    }

    #[test]
    fn only_frames_are_a_word_of_the_network() {
        let pulse = Pulse::default();
        for second in 1..=91 {
            pulse.turn_at(second * SECOND, 1, Millis(i64::from(second) * 1_000));
        }
        assert_eq!(pulse.sign().0, Some(Millis(1_000)), "it turned and heard nothing");
        assert!(!pulse.is_silent_at(SECOND + SILENT));
        assert!(pulse.is_silent_at(2 * SECOND + SILENT));
        pulse.turn_at(2 * SECOND + SILENT, 2, Millis(92_000));
        assert!(!pulse.is_silent_at(2 * SECOND + SILENT));
        assert_eq!(pulse.sign().0, Some(Millis(92_000)));
    }

    #[test]
    fn a_session_that_does_not_run_yet_is_not_stuck() {
        assert!(!Pulse::default().is_stuck_at(10 * STUCK));
    }

    #[test]
    fn a_process_that_was_frozen_does_not_take_its_own_silence_for_the_networks() {
        let pulse = Pulse::default();
        pulse.turn_at(SECOND, 1, Millis(1_000));
        let thawed = 10 * SILENT;
        pulse.turn_at(thawed, 1, Millis(2_000));
        assert!(!pulse.is_silent_at(thawed));
        assert_eq!(pulse.sign().0, Some(Millis(1_000)), "nothing was heard either");
        pulse.turn_at(thawed + SECOND, 1, Millis(2_000));
        assert!(pulse.is_silent_at(thawed + SECOND + SILENT));
    }

    #[test]
    fn dropped_events_are_told_once() {
        let pulse = Pulse::default();
        assert_eq!(pulse.sign(), (None, 0));
        pulse.drop_event();
        pulse.drop_event();
        assert_eq!(pulse.sign(), (None, 2));
        assert_eq!(pulse.sign(), (None, 0));
    }
}
