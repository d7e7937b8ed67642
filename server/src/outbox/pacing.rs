//! How fast a number may send.

use domain::{Millis, number::Network, time::MINUTE_MS};

/// Longer than any number waits between two messages, what it types included.
pub const LONGEST_GAP_MS: i64 = MINUTE_MS;

/// The pace of one number. The network's own habits are the default; a campaign's rate is kept by whoever feeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace;

impl Pace {
    /// When the next message may leave after one left `now`. `jitter` is any random number.
    pub fn next_at(self, now: Millis, network: Network, jitter: u64) -> Millis {
        let (low, high) = network.gap_ms();
        let span = u64::try_from(high - low).unwrap_or(1).max(1);
        now + low + i64::try_from(jitter % span).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatsapp_waits_between_messages_and_the_sandbox_does_not() {
        let now = Millis(1_000);
        assert_eq!(Pace.next_at(now, Network::Sandbox, 99), now);
        for jitter in [0, 1, 7_999, 8_000, u64::MAX] {
            let gap = Pace.next_at(now, Network::Whatsapp, jitter).since(now);
            assert!((6_000..14_000).contains(&gap) && gap < LONGEST_GAP_MS, "{gap}");
        }
    }
}
