//! What people see of a number beside its words: whether it is online, and that it types.
//!
//! The client library shows every device as online from the moment it connects. Nobody is online day and night, and a
//! phone whose companion is online rings no more: a number is so while it types and for at most a minute after, unless it shall stay.

use crate::{Server, engine::NudgeAll, error::Result, number::manner::store, outbox::Sender};
use domain::number::manner::{LINGER_MS, Manner};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};
use wa_rs::Client;
use wacore_binary::Jid;

/// Nothing is lost without a nudge, only later.
const PERIOD: Duration = Duration::from_secs(30);
const LINGER: Duration = Duration::from_millis(LINGER_MS.unsigned_abs());

/// What people see at this moment. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    typed: Option<Instant>,
    /// What the network was told on this line; the library tells it first that the number is online.
    is_online: Option<bool>,
    /// How often somebody typed, or what was told was forgotten: what is told meanwhile may not be what is seen.
    turns: u64,
}

impl Seen {
    /// Shows that the number types to somebody, for as long as typing takes. People may miss it; the message comes anyway.
    pub(super) async fn typing(&self, client: &Client, to: &Jid, ms: u64) {
        let was_online = {
            let mut state = self.lock();
            state.typed = Some(Instant::now());
            state.turns += 1;
            state.is_online.replace(true)
        };
        if was_online != Some(true)
            && let Err(error) = client.presence().set_available().await
        {
            tracing::debug!(%error, "nobody sees that the number is online");
        }
        if let Err(error) = client.chatstate().send_composing(to).await {
            tracing::debug!(%error, "nobody sees that the number types");
        }
        sleep(Duration::from_millis(ms)).await;
    }

    /// A new line, or the client spoke for itself: the network is told again.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        (state.is_online, state.turns) = (None, state.turns + 1);
    }

    /// What the network is to be told, unless it knows; and the turn of it.
    fn news(&self, manner: Manner) -> Option<(bool, u64)> {
        let state = self.lock();
        let is_online = manner.stays_online || state.typed.is_some_and(|typed| typed.elapsed() < LINGER);
        (state.is_online != Some(is_online)).then_some((is_online, state.turns))
    }

    /// It was told; when somebody typed meanwhile, nobody knows which of the two was heard last.
    fn told(&self, is_online: bool, turn: u64) {
        let mut state = self.lock();
        state.is_online = (state.turns == turn).then_some(is_online);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The presence of one session.
pub(super) struct Presence {
    pub server: Server,
    pub sender: Sender,
    pub client: Arc<Client>,
    pub seen: Seen,
    /// The session is connected.
    pub wake: NudgeAll,
}

impl Presence {
    /// Runs until dropped.
    pub(super) async fn run(self) {
        let (mut woken, mut asked) = (self.wake.subscribe(), self.server.nudge.manner.subscribe());
        loop {
            if let Err(error) = self.tell().await {
                tracing::warn!(number.id = %self.sender.number, %error, "how a number behaves cannot be looked up");
            }
            let nudged = async {
                tokio::select! {
                    _ = woken.changed() => true,
                    _ = asked.changed() => false,
                }
            };
            if timeout(PERIOD, nudged).await == Ok(true) {
                self.seen.forget();
            }
        }
    }

    async fn tell(&self) -> Result<()> {
        if !self.client.is_logged_in() {
            return Ok(());
        }
        let manner = { store::get(&mut self.server.db.system_read().await?, self.sender.number).await? };
        let Some((is_online, turn)) = self.seen.news(manner) else { return Ok(()) };
        let presence = self.client.presence();
        let told = if is_online { presence.set_available().await } else { presence.set_unavailable().await };
        match told {
            Ok(()) => self.seen.told(is_online, turn),
            Err(error) => tracing::debug!(number.id = %self.sender.number, %error, "a presence was not told"),
        }
        Ok(())
    }
}
