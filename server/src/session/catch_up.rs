//! What a number missed while its line was gone: looked at after each reconnect, and written down.

use super::{live::Live, store};
use domain::number::health::NumberEvent;
use std::time::{Duration, Instant};

/// The last messages that the network kept may still be on their way through the client when it says that there are no more.
const GRACE: Duration = Duration::from_secs(2);

/// Where the line is on its way back.
#[derive(Default)]
pub(super) struct CatchUp {
    /// There was a line before this one.
    was_away: bool,
    is_connected: bool,
    /// The network gave everything that it kept.
    is_drained: bool,
    /// Since when it is both.
    whole_at: Option<Instant>,
    /// Messages that this session had received by the time the line was lost.
    received: u64,
    /// Messages of ours that were on their way then: nobody knows whether they arrived, so they go again.
    unsure: u64,
}

impl CatchUp {
    /// Of a session that was connected before, in this process or another, with so many messages on their way.
    pub(super) fn returning(unsure: u64) -> Self {
        Self { was_away: true, unsure, ..Self::default() }
    }

    /// The line is gone, with so many messages received and so many on their way.
    pub(super) fn lost(&mut self, received: u64, unsure: u64) {
        // There was no line yet: somebody has still to link the device, or it never got through.
        if !self.was_away && !self.is_connected {
            return;
        }
        // Lost again on the way back: what came between belongs to the same gap.
        let (received, unsure) = if self.was_away { (self.received, self.unsure) } else { (received, unsure) };
        *self = Self { was_away: true, received, unsure, ..Self::default() };
    }

    /// As far as anybody said.
    pub(super) fn is_connected(&self) -> bool {
        self.is_connected
    }

    pub(super) fn connected(&mut self, now: Instant) {
        self.is_connected = true;
        self.whole_at = self.is_drained.then_some(now);
    }

    pub(super) fn drained(&mut self, now: Instant) {
        self.is_drained = true;
        self.whole_at = self.is_connected.then_some(now);
    }

    /// What there was to catch up with, once everything is here; said once for each gap.
    fn found(&mut self, received: u64, now: Instant) -> Option<NumberEvent> {
        let is_over = self.whole_at.is_some_and(|since| now.duration_since(since) >= GRACE);
        (is_over && std::mem::take(&mut self.was_away))
            .then(|| NumberEvent::CaughtUp { received: received.saturating_sub(self.received), unsure: self.unsure })
    }
}

impl Live {
    /// Writes down what was missed, when the line is back and nothing is outstanding.
    pub(super) async fn reconcile(&self, catch_up: &mut CatchUp) {
        let Some(found) = catch_up.found(self.pulse.received(), Instant::now()) else { return };
        // A session goes on when this cannot be written down.
        if let Err(error) = store::note(&self.server, self.sender, found).await {
            tracing::warn!(number.id = %self.sender.number, %error, "what was missed was not written down");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line is back and everything is here: what there was, and what is said of it right after.
    fn back(mut catch_up: CatchUp, received: u64) -> (CatchUp, Option<(u64, u64)>) {
        let now = Instant::now();
        catch_up.drained(now);
        assert_eq!(catch_up.found(received, now + GRACE), None, "not connected yet");
        catch_up.connected(now);
        assert_eq!(catch_up.found(received, now), None, "some may still come");
        let found = catch_up.found(received, now + GRACE).map(|event| match event {
            NumberEvent::CaughtUp { received, unsure } => (received, unsure),
            other => panic!("{other:?}"),
        });
        assert_eq!(catch_up.found(received, now + GRACE), None, "said once");
        (catch_up, found)
    }

    #[test]
    fn a_first_connection_has_missed_nothing() {
        let mut linking = CatchUp::default();
        linking.lost(0, 0);
        assert_eq!(back(linking, 3).1, None, "its line was one to be linked on");
        assert_eq!(back(CatchUp::default(), 3).1, None);
        assert_eq!(back(CatchUp::returning(2), 3).1, Some((3, 2)));
    }

    #[test]
    fn a_gap_is_told_once_and_whole() {
        let (mut catch_up, _) = back(CatchUp::default(), 0);
        catch_up.lost(10, 4);
        catch_up.connected(Instant::now());
        // It breaks again before everything is here.
        catch_up.lost(12, 0);
        let (mut catch_up, found) = back(catch_up, 15);
        assert_eq!(found, Some((5, 4)));
        catch_up.lost(20, 0);
        assert_eq!(back(catch_up, 20).1, Some((0, 0)));
    }
}
