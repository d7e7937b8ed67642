//! Time as an argument: the real clock, and one that a test moves by hand.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::sync::watch;

/// A future that ends when a clock has reached some moment.
pub type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where the network takes its time from.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> i64;

    /// Ends once [`Clock::now_ms`] is at least `at_ms`; at once when that has passed.
    fn wait_until(&self, at_ms: i64) -> Wait;

    /// Seconds since 1970-01-01 UTC, as the protocol writes its times.
    fn now_secs(&self) -> u64 {
        u64::try_from(self.now_ms() / 1000).unwrap_or(0)
    }
}

/// The machine's clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the machine's time enters")]
    fn now_ms(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn wait_until(&self, at_ms: i64) -> Wait {
        let ms = u64::try_from(at_ms.saturating_sub(self.now_ms())).unwrap_or(0);
        Box::pin(tokio::time::sleep(Duration::from_millis(ms)))
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct DrivenClock(watch::Sender<i64>);

impl DrivenClock {
    /// A clock that shows `now_ms`.
    pub fn at(now_ms: i64) -> Self {
        Self(watch::Sender::new(now_ms))
    }

    /// Moves the clock forward; everything that was due in between happens.
    pub fn advance(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.send_modify(|now| *now = now.saturating_add(ms));
    }
}

impl Clock for DrivenClock {
    fn now_ms(&self) -> i64 {
        *self.0.borrow()
    }

    fn wait_until(&self, at_ms: i64) -> Wait {
        let mut now = self.0.subscribe();
        Box::pin(async move {
            // The sender lives as long as the clock; without it nobody will ever move the time again.
            if now.wait_for(|now| *now >= at_ms).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
