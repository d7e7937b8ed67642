//! What the home of the dashboard shows.

use crate::{
    CampaignId, Millis, NumberId, PhoneNumber,
    campaign::{CampaignMinute, CampaignStatus, CampaignTotals},
    number::{Network, NumberProblem, NumberState},
    time::{HOUR_MS, MINUTE_MS},
};
use serde::{Deserialize, Serialize};

/// Everything on the home page, read in one transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub steps: FirstSteps,
    /// Conversations that are not resolved.
    pub open_conversations: u64,
    /// Incoming messages nobody has read.
    pub unread: u64,
    /// All campaigns started in the last thirty days, added up.
    pub month: CampaignTotals,
    /// Today, in steps of [`step_ms`](Self::step_ms), from the first message to now; empty when nothing was sent.
    pub today: Vec<CampaignMinute>,
    /// Milliseconds between two points of `today`.
    pub step_ms: i64,
    /// The open ones first, then the newest; at most five.
    pub campaigns: Vec<CampaignBrief>,
    /// At most eight, in the order of their labels.
    pub numbers: Vec<NumberBrief>,
}

/// The first steps of a tenant, each done or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSteps {
    pub number: bool,
    pub contacts: bool,
    /// A campaign was started.
    pub campaign: bool,
    /// A person of the team has answered somebody.
    pub answer: bool,
}

impl FirstSteps {
    /// Whether nothing is left to show.
    pub fn all_done(self) -> bool {
        self.number && self.contacts && self.campaign && self.answer
    }
}

/// A campaign in a short list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignBrief {
    pub id: CampaignId,
    pub name: String,
    pub status: CampaignStatus,
    pub number_label: Option<String>,
    pub totals: CampaignTotals,
}

/// A number in a short list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberBrief {
    pub id: NumberId,
    pub label: String,
    pub network: Network,
    pub phone: Option<PhoneNumber>,
    pub state: NumberState,
    pub problem: Option<NumberProblem>,
    pub held_until: Option<Millis>,
    /// Messages waiting to leave.
    pub queued: u64,
}

/// What the frame around every page shows of the tenant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameState {
    /// Incoming messages nobody has read.
    pub unread: u64,
    /// There are numbers, and all of them are sandbox numbers.
    pub only_sandbox: bool,
    /// The sandbox network is on.
    pub sandbox: bool,
}

/// Gathers minutes into steps that suit the time they span, with the empty steps between them, up to `now`.
/// `minutes` must be in order. Gives the points and the milliseconds between two of them.
pub fn in_steps(minutes: &[CampaignMinute], now: Millis) -> (Vec<CampaignMinute>, i64) {
    let Some(first) = minutes.first() else { return (Vec::new(), MINUTE_MS) };
    let step_ms = match now.since(first.at) {
        span if span <= 90 * MINUTE_MS => MINUTE_MS,
        span if span <= 6 * HOUR_MS => 5 * MINUTE_MS,
        _ => 15 * MINUTE_MS,
    };
    let step_of = |at: Millis| at.0.div_euclid(step_ms);
    let begin = step_of(first.at);
    let last = step_of(now).max(minutes.last().map_or(begin, |minute| step_of(minute.at)));
    let mut points: Vec<CampaignMinute> =
        (begin..=last).map(|step| CampaignMinute { at: Millis(step * step_ms), ..Default::default() }).collect();
    for minute in minutes {
        let index = usize::try_from(step_of(minute.at) - begin).unwrap_or_default();
        let point = &mut points[index];
        point.sent += minute.sent;
        point.delivered += minute.delivered;
        point.read += minute.read;
        point.replied += minute.replied;
        point.failed += minute.failed;
    }
    (points, step_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(at: i64, sent: u64) -> CampaignMinute {
        CampaignMinute { at: Millis(at * MINUTE_MS), sent, ..Default::default() }
    }

    #[test]
    fn a_short_day_is_shown_minute_by_minute_with_its_gaps() {
        let (points, step_ms) = in_steps(&[minute(100, 4), minute(102, 6)], Millis(103 * MINUTE_MS + 1));
        assert_eq!(step_ms, MINUTE_MS);
        assert_eq!(points.iter().map(|p| p.sent).collect::<Vec<_>>(), [4, 0, 6, 0]);
    }

    #[test]
    fn a_long_day_is_gathered_and_loses_nothing() {
        let minutes: Vec<_> = (0..600).map(|n| minute(n, 1)).collect();
        let (points, step_ms) = in_steps(&minutes, Millis(600 * MINUTE_MS));
        assert_eq!(step_ms, 15 * MINUTE_MS);
        assert_eq!(points.iter().map(|p| p.sent).sum::<u64>(), 600);
        assert_eq!(points.len(), 41);
    }

    #[test]
    fn a_day_without_messages_has_no_points() {
        assert_eq!(in_steps(&[], Millis(5)), (Vec::new(), MINUTE_MS));
    }
}
