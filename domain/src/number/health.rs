//! How a number is doing: its last signs of life, its days, and what happened to it.

use super::{NumberProblem, NumberState, NumberView, profile::ProfileView};
use crate::{
    Millis,
    status::status,
    time::{Day, SECOND_MS},
};
use serde::{Deserialize, Serialize};

/// A connected number hears of its network at least every half minute: the client asks when nothing else comes. After
/// this long without a word it does not count as connected.
pub const SILENT_MS: i64 = 90 * SECOND_MS;

/// Days shown of a number.
pub const DAYS: i64 = 14;

/// The state as far as it can be true: a number of which nothing was heard for too long is not connected, whatever was
/// stored last.
pub fn as_heard(
    state: NumberState,
    problem: Option<NumberProblem>,
    seen_at: Option<Millis>,
    now: Millis,
) -> (NumberState, Option<NumberProblem>) {
    let silent = seen_at.is_none_or(|seen| now.since(seen) > SILENT_MS);
    match state {
        NumberState::Connected if silent => (NumberState::Reconnecting, Some(NumberProblem::Silent)),
        state => (state, problem),
    }
}

/// Signs of life and what went wrong, since the number was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberHealth {
    /// When the device was linked.
    pub linked_at: Option<Millis>,
    /// Last word of the network, of whatever kind.
    pub seen_at: Option<Millis>,
    /// Last message the network took.
    pub sent_at: Option<Millis>,
    /// Last message a person wrote.
    pub received_at: Option<Millis>,
    /// How often the connection was lost and came back.
    pub reconnects: u64,
    /// Messages the network refused.
    pub refused: u64,
    /// Events of the network that came faster than they could be handled: acknowledgements, for which the message is sent
    /// again under its id, and receipts, which the next one makes up for. Messages from people are never among them.
    pub dropped: u64,
}

/// What a number did on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberDay {
    pub day: Day,
    /// Messages the network took.
    pub sent: u64,
    /// Messages people wrote.
    pub received: u64,
    /// Messages the network refused.
    pub refused: u64,
    /// People it wrote to for the first time, as far as the network took it.
    pub asked: u64,
    /// Of these, those who answered since.
    pub answered: u64,
}

impl NumberDay {
    /// A day on which nothing happened.
    pub fn quiet(day: Day) -> Self {
        Self { day, sent: 0, received: 0, refused: 0, asked: 0, answered: 0 }
    }
}

/// How people take to a number: of those it wrote to first, how many answered. WhatsApp looks at this as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplyRate {
    pub asked: u64,
    pub answered: u64,
}

impl ReplyRate {
    /// Chats that say something together; fewer are chance.
    const ENOUGH: u64 = 20;

    /// Of days, oldest first. The last one is not over: people have yet to answer.
    pub fn of(days: &[NumberDay]) -> Self {
        let (_, over) = days.split_last().unzip();
        let sum = |read: fn(&NumberDay) -> u64| over.unwrap_or_default().iter().map(read).sum();
        Self { asked: sum(|day| day.asked), answered: sum(|day| day.answered) }
    }

    /// Rounded down; absent when no chat was opened.
    pub fn percent(self) -> Option<u64> {
        (self.answered.min(self.asked) * 100).checked_div(self.asked)
    }

    /// So few answer that a network takes the number for one that is not wanted.
    pub fn is_poor(self) -> bool {
        self.asked >= Self::ENOUGH && self.percent().is_some_and(|percent| percent < 10)
    }
}

status! {
    /// What can happen to a number; the word of a [`NumberEvent`].
    NumberEventKind {
        /// The link went into another state.
        State => "state",
        /// The network asked for a pause.
        Held => "held",
        /// The network locked it: nobody new until a stated time.
        Locked => "locked",
        /// The session did not move any more and was started again.
        Restarted => "restarted",
        /// Events came faster than they could be handled.
        Dropped => "dropped",
        /// The line came back, and what was missed is here.
        CaughtUp => "caught_up",
        /// The phone it was linked with gave its history.
        History => "history",
    }
}

/// Something that happened to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NumberEvent {
    State {
        state: NumberState,
        problem: Option<NumberProblem>,
    },
    Held {
        until: Millis,
    },
    Locked {
        until: Millis,
    },
    Restarted,
    Dropped {
        events: u64,
    },
    /// Messages that came meanwhile, and messages of ours that nobody knew to have arrived: these go again, as the same.
    CaughtUp {
        received: u64,
        unsure: u64,
    },
    /// Messages that were not here, their chats, and parts of the history that could not be read.
    History {
        messages: u64,
        chats: u64,
        lost: u64,
    },
}

/// When something happened to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub at: Millis,
    pub event: NumberEvent,
}

/// Everything the page of a number shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberDetail {
    pub number: NumberView,
    pub health: NumberHealth,
    /// The last [`DAYS`], oldest first, the quiet ones too.
    pub days: Vec<NumberDay>,
    /// Newest first; the last ones only.
    pub timeline: Vec<TimelineEntry>,
    /// Groups it is in.
    pub groups: u64,
    pub profile: ProfileView,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_795_194_000_000);

    #[test]
    fn few_answers_are_poor_and_few_chats_say_nothing() {
        let rate = |asked, answered| ReplyRate { asked, answered };
        assert_eq!((rate(0, 0).percent(), rate(0, 0).is_poor()), (None, false));
        assert_eq!((rate(19, 0).percent(), rate(19, 0).is_poor()), (Some(0), false));
        assert_eq!((rate(20, 1).percent(), rate(20, 1).is_poor()), (Some(5), true));
        assert_eq!((rate(20, 2).percent(), rate(20, 2).is_poor()), (Some(10), false));
        let days = [(30, 4), (10, 8), (50, 0)].map(|(asked, answered)| NumberDay {
            asked,
            answered,
            ..NumberDay::quiet(Day(20_000))
        });
        assert_eq!(ReplyRate::of(&days), rate(40, 12));
    }

    #[test]
    fn connected_means_that_something_was_heard_lately() {
        let heard = |ago: i64| as_heard(NumberState::Connected, None, Some(NOW - ago), NOW);
        assert_eq!(heard(0), (NumberState::Connected, None));
        assert_eq!(heard(SILENT_MS), (NumberState::Connected, None));
        assert_eq!(heard(SILENT_MS + 1), (NumberState::Reconnecting, Some(NumberProblem::Silent)));
        assert_eq!(
            as_heard(NumberState::Connected, None, None, NOW),
            (NumberState::Reconnecting, Some(NumberProblem::Silent))
        );
    }

    #[test]
    fn what_is_not_connected_is_what_was_stored() {
        for state in NumberState::ALL.iter().filter(|state| **state != NumberState::Connected) {
            let problem = Some(NumberProblem::Unreachable);
            assert_eq!(as_heard(*state, problem, None, NOW), (*state, problem));
        }
    }
}
