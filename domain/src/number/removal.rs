//! Deleting a number: what goes with it, what stays, and how it leaves its network.

use super::NumberState;
use crate::{Error, Field, Millis, error::Result, time::SECOND_MS};
use serde::{Deserialize, Serialize};

/// How long a number that is deleted may take to leave its network. Longer than a session in another process needs to
/// hear of it and to say goodbye; after that the number goes without a word.
pub const FAREWELL_MS: i64 = 30 * SECOND_MS;

/// Messages are counted up to here: beyond it the exact number changes nobody's mind, and counting takes its time.
pub const COUNTED: u64 = 100_000;

/// What goes when a number is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub conversations: u64,
    /// At most one more than [`COUNTED`].
    pub messages: u64,
    /// Messages that wait in the outbox: they become failed.
    pub queued: u64,
    /// Campaigns that still send over it: they end.
    pub campaigns: u64,
    /// People of these campaigns who have nothing yet, those in the outbox included.
    pub unreached: u64,
    /// Campaigns whose time has not come: they become drafts again.
    pub scheduled: u64,
}

/// What the network hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// No device is registered: there is nothing to say.
    Nothing,
    /// The session logs the device out first.
    LogOut,
    /// There is a device, and no connection to log it out over: the phone goes on listing it, unless one comes in time.
    Unheard,
}

impl NumberState {
    /// How a number in this state leaves its network.
    pub fn farewell(self) -> Farewell {
        match self {
            Self::Connecting | Self::Connected => Farewell::LogOut,
            Self::Reconnecting | Self::Banned | Self::Replaced | Self::Outdated => Farewell::Unheard,
            Self::Unlinked | Self::Linking | Self::LoggedOut => Farewell::Nothing,
        }
    }

    /// Whether a session runs, or will, that may still reach the network.
    pub fn may_say_goodbye(self) -> bool {
        matches!(self, Self::Connecting | Self::Connected | Self::Reconnecting)
    }
}

/// Whether a number that was deleted at `removed_at` may still say goodbye to its network.
pub fn is_leaving(state: NumberState, removed_at: Millis, now: Millis) -> bool {
    state.may_say_goodbye() && now.since(removed_at) < FAREWELL_MS
}

/// Whoever deletes a number types its name: labels are told apart without their case, so phones may write it as they
/// like.
///
/// Fails with `Invalid { label }`.
pub fn confirm(label: &str, typed: &str) -> Result<()> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Error::field("label", Field::Required));
    }
    if typed.to_lowercase() == label.trim().to_lowercase() {
        return Ok(());
    }
    Err(Error::field("label", Field::OtherName))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_name_deletes_a_number() {
        for typed in ["CS Solo", " cs solo ", "CS SOLO"] {
            assert_eq!(confirm("CS Solo", typed), Ok(()));
        }
        assert_eq!(confirm("CS Solo", "CS"), Err(Error::field("label", Field::OtherName)));
        assert_eq!(confirm("CS Solo", " "), Err(Error::field("label", Field::Required)));
    }

    #[test]
    fn only_what_runs_may_say_goodbye_and_not_for_ever() {
        let removed_at = Millis(1_000);
        for state in NumberState::ALL.iter().copied() {
            let leaving = is_leaving(state, removed_at, removed_at);
            assert_eq!(leaving, state.may_say_goodbye(), "{state}");
            assert!(!is_leaving(state, removed_at, removed_at + FAREWELL_MS), "{state}");
            assert!(!leaving || state.farewell() != Farewell::Nothing, "{state}");
        }
    }
}
