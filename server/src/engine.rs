//! The one loop around a tick.
//!
//! An engine is a reconciler: `tick` looks at the rows and does what is due, whoever asked. It runs when nudged and, in
//! case a nudge was lost, on a period. Tests call `tick`.

use crate::error::Result;
use std::{future::Future, sync::Arc, time::Duration};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// Nudges that come within this time of a tick are answered by one.
const GATHER: Duration = Duration::from_millis(40);

/// What a tick found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// There is more: run again at once.
    Again,
    /// Nothing due.
    Idle,
}

/// Wakes an engine up. Cheap to clone; a nudge while it runs makes it run once more.
#[derive(Clone, Default)]
pub struct Nudge(Arc<Notify>);

impl Nudge {
    /// There may be something to do.
    pub fn now(&self) {
        self.0.notify_one();
    }

    /// Waits for the next nudge.
    pub async fn nudged(&self) {
        self.0.notified().await;
    }
}

/// Wakes every task that waits: where each looks after its own part. Cheap to clone.
#[derive(Clone)]
pub struct NudgeAll(watch::Sender<()>);

impl Default for NudgeAll {
    fn default() -> Self {
        Self(watch::channel(()).0)
    }
}

impl NudgeAll {
    /// There may be something to do, for anybody.
    pub fn now(&self) {
        self.0.send_replace(());
    }

    /// `changed()` returns once per nudge from now on; several at once count as one.
    pub fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}

/// Runs `tick` until `stop`: at once while there is more, else on a nudge or after `period`. An error is logged and
/// waited out: the rows are still there.
pub async fn run<F, Fut>(name: &'static str, period: Duration, nudge: Nudge, stop: CancellationToken, mut tick: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Tick>>,
{
    loop {
        let outcome = tokio::select! {
            outcome = tick() => outcome,
            () = stop.cancelled() => return,
        };
        match outcome {
            Ok(Tick::Again) => {
                tokio::task::yield_now().await;
                continue;
            }
            Ok(Tick::Idle) => {}
            Err(error) => {
                tracing::error!(engine = name, %error, "a tick failed; trying again");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(1)) => continue,
                    () = stop.cancelled() => return,
                }
            }
        }
        // A flood of nudges is one reason to look, not a thousand.
        tokio::select! {
            () = tokio::time::sleep(GATHER) => {}
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = nudge.nudged() => {}
            () = tokio::time::sleep(period) => {}
            () = stop.cancelled() => return,
        }
    }
}
