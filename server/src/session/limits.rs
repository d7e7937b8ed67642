//! Asking the network how the number stands: for a lock on new chats, and for its quota of them.
//!
//! The question runs beside the session and holds nothing up. Networks that do not know it, or do not answer it now, are
//! asked again at the next occasion; until then what was known stays known.

use super::{
    live::Live,
    store::{self, Pause},
};
use crate::{error::Result, number::limits::Asked, outbox};
use domain::{
    Millis,
    number::limits::{ASK_EVERY_MS, Answer, CapSaid, Limits, LockSaid},
    time::{HOUR_MS, MINUTE_MS},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use wa_rs::{Client, MexRequest};
use wacore::iq::mex_operations::{
    fetch_new_chat_message_capping_info as capping, fetch_reachout_timelock as time_lock,
};

/// WhatsApp says "too many new chats" (463) or "too fast" (429): how long the queue waits.
const NEW_CHATS_HOLD_MS: i64 = HOUR_MS;
const TOO_FAST_HOLD_MS: i64 = 5 * MINUTE_MS;
/// How long the network may take to answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// Refusals come in swarms; they are one reason to ask.
const ASK_GAP: Duration = Duration::from_secs(2);
/// An answer that leaves nothing only because of messages on their way is asked for again when they have arrived.
const VAGUE_MS: i64 = MINUTE_MS;
/// The chats that are counted: the client on the web asks for no other.
const NEW_CHATS_OF_ONE: &str = "INDIVIDUAL_NEW_CHAT_MSG";

/// When the network is asked next, and the question that is on its way.
pub(super) struct Asking {
    under_way: JoinSet<(Asked, Answer)>,
    /// Something happened that the network knows more about.
    due: bool,
    /// Not before then, however much happens.
    after: Instant,
    /// Then at the latest, by the server's clock.
    at: Millis,
    /// What it said last, to this session.
    known: Limits,
    /// It is asked a second time because the answer was vague. Once: what is under way may stay so, in a campaign that is
    /// paused.
    is_second: bool,
}

impl Default for Asking {
    fn default() -> Self {
        let (after, at) = (Instant::now(), Millis(i64::MAX));
        Self { under_way: JoinSet::new(), due: false, after, at, known: Limits::default(), is_second: false }
    }
}

impl Asking {
    pub(super) fn soon(&mut self) {
        self.due = true;
    }

    /// What the network said, once it did or took too long; never while nobody asks.
    pub(super) async fn answered(&mut self) -> Option<(Asked, Answer)> {
        match self.under_way.join_next().await {
            Some(answer) => answer.ok(),
            None => std::future::pending().await,
        }
    }

    /// After a refusal because of new chats (463), of a message that was ours until `until`.
    pub(super) fn pause(&self, until: Option<Millis>, now: Millis) -> Pause {
        let claimed_at = until.map(|until| until - outbox::LEASE_MS);
        let knew_better = self.known.lock(now).is_some() && claimed_at > self.known.asked_at;
        let until = now + NEW_CHATS_HOLD_MS;
        // A number that is locked writes only to people it knows. When one of them counts as a stranger to the network,
        // nobody can tell who else does.
        let at_least = if knew_better { until } else { now + TOO_FAST_HOLD_MS };
        Pause { until, at_least, fewer: true }
    }

    fn is_due(&self, now: Millis) -> bool {
        (self.due || now >= self.at) && self.under_way.is_empty() && Instant::now() >= self.after
    }
}

impl Pause {
    /// After a refusal because of the pace.
    pub(super) fn too_fast(now: Millis) -> Self {
        let until = now + TOO_FAST_HOLD_MS;
        Self { until, at_least: until, fewer: false }
    }
}

impl Live {
    /// Asks the network if it is time to.
    pub(super) async fn ask(&self, client: &Arc<Client>, asking: &mut Asking) -> Result<()> {
        let now = self.server.now();
        if !asking.is_due(now) || !client.is_logged_in() {
            return Ok(());
        }
        (asking.due, asking.after, asking.at) = (false, Instant::now() + ASK_GAP, now + ASK_EVERY_MS);
        let Some(asked) = store::before_asking(&self.server, self.sender).await? else { return Ok(()) };
        let client = client.clone();
        asking.under_way.spawn(async move { (asked, answer(&client).await) });
        Ok(())
    }

    /// Keeps what the network answered, and asks again when that comes to its end.
    pub(super) async fn learn(&self, asked: Asked, answer: Answer, asking: &mut Asking) -> Result<()> {
        if answer == Answer::default() {
            return Ok(());
        }
        let Some(limits) = store::learn(&self.server, self.sender, asked, answer).await? else { return Ok(()) };
        let now = self.server.now();
        (asking.at, asking.known) = (limits.ask_at(), limits);
        asking.is_second = !asking.is_second && asked.is_vague() && limits.left(now) == Some(0);
        if asking.is_second {
            asking.at = asking.at.min(now + VAGUE_MS);
        }
        Ok(())
    }
}

/// Both questions at once; one may be answered without the other.
async fn answer(client: &Client) -> Answer {
    let cap = capping::Variables { input: Some(capping::Input { r#type: Some(NEW_CHATS_OF_ONE.into()) }) };
    let lock = MexRequest::new(time_lock::NAME, time_lock::DOC_ID, time_lock::Variables {});
    let cap = MexRequest::new(capping::NAME, capping::DOC_ID, cap);
    let (lock, cap) = tokio::join!(
        query(client, lock, "xwa2_fetch_account_reachout_timelock"),
        query(client, cap, "xwa2_message_capping_info")
    );
    Answer {
        lock: lock.map(|lock| LockSaid {
            is_active: lock.get("is_active").and_then(serde_json::Value::as_bool),
            ends: text(&lock, "time_enforcement_ends"),
        }),
        cap: cap.map(|cap| CapSaid {
            total: text(&cap, "total_quota"),
            used: text(&cap, "used_quota"),
            status: text(&cap, "capping_status"),
            cycle_start: text(&cap, "cycle_start_timestamp"),
            cycle_end: text(&cap, "cycle_end_timestamp"),
        }),
    }
}

/// One question; the object of this name in its answer. Read by hand: the library's types take no number for a text, nor
/// the other way round, and the network is not of one mind about it.
async fn query(
    client: &Client,
    request: MexRequest<impl serde::Serialize>,
    name: &'static str,
) -> Option<serde_json::Value> {
    let answer = tokio::time::timeout(PATIENCE, client.mex().query(request)).await;
    let data = match answer {
        Ok(Ok(response)) => response.data,
        Ok(Err(error)) => {
            tracing::debug!(%error, name, "the network does not say");
            None
        }
        Err(_) => None,
    };
    data?.get(name).filter(|value| value.is_object()).cloned()
}

fn text(object: &serde_json::Value, field: &str) -> Option<String> {
    match object.get(field)? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
