//! Sessions: the links between numbers and their network.
//!
//! A session has exactly one live owner, proven by a fence that rises with every owner: two owners would reuse ratchet
//! keys. [`Sessions`] reconciles what should run with what runs in this process; [`live`] is one running session.

mod catch_up;
mod events;
mod files;
mod groups;
mod history;
pub(crate) mod incoming;
mod intake;
mod limits;
mod link;
mod live;
mod pictures;
mod presence;
mod profile;
mod pulse;
mod sending;
mod state;
mod store;

use crate::{
    Server,
    engine::{NudgeAll, Tick},
    error::Result,
    outbox::{self, Sender},
    whatsapp::transport::{Dial, MAY_DIAL_WHATSAPP},
};
use domain::{
    Millis, NumberId,
    number::{Network, NumberProblem, NumberState, health::NumberEvent},
    time::SECOND_MS,
};
use futures::future::join_all;
use pulse::Pulse;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a session stays ours without renewal.
const LEASE_MS: i64 = 12 * SECOND_MS;
/// How often it is renewed: a third of the lease.
pub const RENEW_MS: u64 = 4_000;

/// How long sessions that are told to end may take. Longer than they need for their last frames and keys, shorter than
/// what is left of a lease.
const ENDING: Duration = Duration::from_secs(5);
/// A tick that comes so long after the last one says that the process stood still.
const LATE: Duration = Duration::from_secs(20);
/// What was written by a clock that was wrong may reach the disk so long after it was set right.
const SETTLING: Duration = Duration::from_secs(30);

/// The sessions that run in this process.
#[derive(Clone, Default)]
pub struct Sessions {
    running: Arc<Mutex<HashMap<NumberId, Running>>>,
    ticks: Arc<Mutex<Ticks>>,
}

/// What the ticks saw of the time.
#[derive(Default)]
struct Ticks {
    /// When the last one was, and what time it was then.
    last: Option<(Instant, Millis)>,
    /// When the clock was found set back.
    set_back: Option<Instant>,
}

impl Ticks {
    /// Whether the process stood still before this one, and whether the clock was set back lately.
    fn tick(&mut self, now: Millis) -> (bool, bool) {
        let last = self.last.replace((Instant::now(), now));
        if last.is_some_and(|(_, then)| then > now) {
            self.set_back = Some(Instant::now());
        }
        let stood_still = last.is_some_and(|(at, _)| at.elapsed() > LATE);
        (stood_still, self.set_back.is_some_and(|at| at.elapsed() < SETTLING))
    }
}

/// Wakes those who work beside a session.
#[derive(Clone, Default)]
struct Wake {
    /// Messages are due, or a code to link with.
    outbox: NudgeAll,
    /// A message with a file came.
    files: NudgeAll,
    /// Somebody wrote, or shows another picture.
    pictures: NudgeAll,
    /// The session is connected.
    presence: NudgeAll,
    /// The account shows something else, or is to; or the session is connected.
    profile: NudgeAll,
}

struct Running {
    sender: Sender,
    stop: CancellationToken,
    log_out: CancellationToken,
    pulse: Arc<Pulse>,
    wake: Wake,
    task: JoinHandle<()>,
}

impl Sessions {
    /// Starts what should run here, renews what runs, stops what must not.
    ///
    /// `alone` says that no other process can own a session (SQLite: the lock on the data folder is held): then leases
    /// of the dead are taken at once.
    pub async fn tick(&self, server: &Server, alone: bool) -> Result<Tick> {
        let now = server.now();
        // Noted before anything can fail.
        let (stood_still, set_back) = self.lock_ticks().tick(now);
        self.forget_ended();
        let lost = store::renew(server, self.signs(), now + LEASE_MS).await?;
        for number in &lost {
            tracing::warn!(number.id = %number, "another process owns this session now");
        }
        self.stop(lost).await;
        if set_back {
            outbox::clock_set_back(server).await?;
        }
        // A process that stood still finds every session late: they get a moment to show that they live.
        if !stood_still {
            self.restart_stuck(server).await?;
        }
        let wanted = store::wanted(server, now).await?;
        let mut unwanted = self.running();
        unwanted.retain(|number| wanted.iter().all(|want| want.number_id != *number));
        self.stop(unwanted).await;
        for want in wanted {
            if let Some(running) = self.lock().get(&want.number_id) {
                if want.log_out {
                    running.log_out.cancel();
                }
                continue;
            }
            if let Some((fence, unsure)) = store::acquire(server, &want, now, now + LEASE_MS, alone).await? {
                self.start(server, &want, fence, unsure).await?;
            }
        }
        Ok(Tick::Idle)
    }

    /// Wakes the sessions that have something to do: one question for all of them, and an idle one costs nothing.
    pub async fn rouse(&self, server: &Server) -> Result<Tick> {
        let busy = store::busy(server, server.now()).await?;
        let wishing = store::wishing(server).await?;
        let running = self.lock();
        for number in busy {
            if let Some(running) = running.get(&number) {
                running.wake.outbox.now();
            }
        }
        for number in wishing {
            if let Some(running) = running.get(&number) {
                running.wake.profile.now();
            }
        }
        Ok(Tick::Idle)
    }

    /// Ends every session and gives its lease back, so that another process can take over at once.
    pub async fn stop_all(&self, server: &Server) {
        self.stop(self.running()).await;
        if let Err(error) = store::release_all(server).await {
            tracing::warn!(%error, "sessions could not be handed over; their leases run out by themselves");
        }
    }

    async fn start(&self, server: &Server, want: &store::Wanted, fence: i64, unsure: u64) -> Result<()> {
        let sender = Sender { tenant: want.tenant_id, number: want.number_id, session: want.session_id, fence };
        let dial = match want.network {
            Network::Sandbox => match server.sandbox_url() {
                Some(url) => Dial::sandbox(url),
                None => return store::cannot(server, sender, NumberProblem::Unreachable, want.log_out).await,
            },
            Network::Whatsapp if MAY_DIAL_WHATSAPP => Dial::whatsapp(),
            Network::Whatsapp => return store::cannot(server, sender, NumberProblem::SandboxBuild, want.log_out).await,
        };
        let (stop, log_out, pulse) = (CancellationToken::new(), CancellationToken::new(), Arc::new(Pulse::default()));
        if want.log_out {
            log_out.cancel();
        }
        let wake = Wake::default();
        let session = live::Live {
            server: server.clone(),
            sender,
            network: want.network,
            stop: stop.clone(),
            log_out: log_out.clone(),
            pulse: pulse.clone(),
            wake: wake.clone(),
            seen: presence::Seen::default(),
            memory: history::Memory::default(),
            // A line to be linked on is none that anything was missed on.
            returning: (want.returns && want.state != NumberState::Linking).then_some(unsure),
        };
        let linking = want.state == NumberState::Linking;
        let task = tokio::spawn(async move { session.run(dial, linking).await });
        self.lock().insert(want.number_id, Running { sender, stop, log_out, pulse, wake, task });
        Ok(())
    }

    /// Ends what does not move any more. It starts again like any session that ended; its fence keeps what is left of
    /// the old one from writing.
    async fn restart_stuck(&self, server: &Server) -> Result<()> {
        let stuck: Vec<Sender> =
            self.lock().values().filter(|running| running.pulse.is_stuck()).map(|running| running.sender).collect();
        for sender in stuck {
            tracing::error!(number.id = %sender.number, "a session is stuck and is started again");
            let running = self.lock().remove(&sender.number);
            if let Some(running) = running {
                running.task.abort();
            }
            store::note(server, sender, NumberEvent::Restarted).await?;
        }
        Ok(())
    }

    /// Ends them all, together: one that hangs must not cost the others their leases.
    async fn stop(&self, numbers: Vec<NumberId>) {
        let mut ending: Vec<(NumberId, Running)> = {
            let mut all = self.lock();
            numbers.into_iter().filter_map(|number| Some((number, all.remove(&number)?))).collect()
        };
        for (_, running) in &ending {
            running.stop.cancel();
        }
        // A session that panicked has ended as well.
        let ended = join_all(ending.iter_mut().map(|(_, running)| &mut running.task));
        if tokio::time::timeout(ENDING, ended).await.is_ok() {
            return;
        }
        for (number, running) in ending.iter().filter(|(_, running)| !running.task.is_finished()) {
            tracing::error!(number.id = %number, "a session did not end when told to");
            running.task.abort();
        }
    }

    fn lock_ticks(&self) -> std::sync::MutexGuard<'_, Ticks> {
        self.ticks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_ended(&self) {
        self.lock().retain(|_, running| !running.task.is_finished());
    }

    fn running(&self) -> Vec<NumberId> {
        self.lock().keys().copied().collect()
    }

    fn signs(&self) -> Vec<store::Sign> {
        let sign = |running: &Running| {
            let (seen_at, dropped) = running.pulse.sign();
            store::Sign { sender: running.sender, seen_at, dropped }
        };
        self.lock().values().map(sign).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<NumberId, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_is_remembered_for_a_while() {
        let mut ticks = Ticks::default();
        let seen: Vec<_> = [100, 200, 50, 60].into_iter().map(|now| ticks.tick(Millis(now))).collect();
        assert_eq!(seen, [(false, false), (false, false), (false, true), (false, true)]);
    }
}
