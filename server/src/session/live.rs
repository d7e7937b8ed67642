//! One running session: the client, its events, and the messages on their way out.

use super::{
    Wake,
    catch_up::CatchUp,
    files::Files,
    groups::Groups,
    history::Memory,
    incoming::Inbound,
    intake::Intake,
    limits::Asking,
    link::Pairing,
    pictures::Pictures,
    presence::{Presence, Seen},
    profile::Profile,
    pulse::Pulse,
    sending::{Claims, send},
    store::{self, Change},
};
use crate::{
    Server,
    crash::crash_point,
    error::{Error, Result},
    outbox::{self, Sender, pacing::Pace},
    whatsapp::{http::Http, keys::SessionKeys, transport::Dial},
};
use anyhow::Context as _;
use domain::{
    Millis,
    message::FailReason,
    number::{Network, NumberProblem, NumberState, health::NumberEvent},
};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;
use wa_rs::{
    CacheConfig, Client, SendError, TokioRuntime,
    bot::{Bot, BotHandle},
};
use wacore::types::events::{Event, EventHandler};

/// Messages of one number on their way at once, on the sandbox network.
const WINDOW: usize = 64;
/// Events waiting to be handled. What does not fit is lost and repaired: an acknowledgement by the lease, a receipt by
/// the next one.
const EVENTS: usize = 8_192;
/// How long a busy session waits for more events before it writes what they say.
const GATHER: Duration = Duration::from_millis(10);
/// One-time keys kept at the network for people who write first.
const PREKEYS: usize = 100;
/// How long a device that leaves waits for a connection and for the network's word on its last messages, and how long the
/// network may take to hear that it leaves. Both together less than a deleted number waits for it.
const FAREWELL: Duration = Duration::from_secs(10);

/// A session to run.
pub(super) struct Live {
    pub server: Server,
    pub sender: Sender,
    pub network: Network,
    pub stop: CancellationToken,
    /// Somebody wants the device off the account.
    pub log_out: CancellationToken,
    pub pulse: Arc<Pulse>,
    pub wake: Wake,
    /// What people see of it beside its words.
    pub seen: Seen,
    /// What its phone remembers, as far as it came.
    pub memory: Memory,
    /// How many messages were on their way when it was connected last, here or in another process; nothing when it never
    /// was.
    pub returning: Option<u64>,
}

/// What is on its way, by wire id.
type InFlight = HashMap<String, OnItsWay>;

/// A message that was claimed.
#[derive(Clone, Copy)]
pub(super) struct OnItsWay {
    /// Until when it is ours.
    pub until: Millis,
    /// It was handed over: nobody knows whether it arrives.
    pub is_written: bool,
}

/// What a session remembers while it runs.
#[derive(Default)]
pub(super) struct Course {
    pub in_flight: InFlight,
    pub pairing: Pairing,
    pub asking: Asking,
    pub groups: Groups,
    pub catch_up: CatchUp,
}

/// Tasks of their own: they hold connections of the database while this session waits for one.
type Sending = JoinSet<(String, std::result::Result<(), SendError>)>;

struct Events {
    tell: mpsc::Sender<Arc<Event>>,
    memory: Memory,
    pulse: Arc<Pulse>,
}

impl EventHandler for Events {
    fn handle_event(&self, event: Arc<Event>) {
        // Called on the receive path: never wait here. An address book is thousands of events.
        if self.memory.take(&event) {
            return;
        }
        if self.tell.try_send(event).is_err() {
            self.pulse.drop_event();
        }
    }
}

/// Whether the session goes on.
#[derive(PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    End,
}

impl Live {
    /// Runs until stopped, replaced, logged out or refused; every end is stored with its reason.
    pub(super) async fn run(self, dial: Dial, linking: bool) {
        let number = self.sender.number;
        let Sender { tenant, session, fence, .. } = self.sender;
        let keys = SessionKeys::new(&self.server, tenant, session, fence);
        match self.connect(dial, &keys).await {
            Ok((bot, http, events)) => {
                let written = keys.written();
                let (server, sender, client) = (self.server.clone(), self.sender, bot.client());
                let files = Files { server: server.clone(), sender, client: client.clone(), wake: self.wake.clone() };
                let (seen, wake) = (self.seen.clone(), self.wake.presence.clone());
                let presence = Presence { server: server.clone(), sender, client: client.clone(), seen, wake };
                let profile = Profile {
                    server: server.clone(),
                    sender,
                    client: client.clone(),
                    http: http.clone(),
                    seen: self.seen.clone(),
                    wake: self.wake.clone(),
                };
                let history = self.history(client.clone());
                let pictures = Pictures { server, sender, client, http, wake: self.wake.pictures.clone() };
                let outcome = tokio::select! {
                    outcome = self.serve(&bot, events, linking) => outcome,
                    error = written.failed() => Err(error),
                    () = files.run() => Ok(()),
                    () = pictures.run() => Ok(()),
                    () = presence.run() => Ok(()),
                    () = profile.run() => Ok(()),
                    () = history.run() => Ok(()),
                };
                bot.shutdown().await;
                match outcome.and(keys.settle().await) {
                    Ok(()) => {}
                    Err(Error::Stale(what)) => {
                        tracing::warn!(number.id = %number, "stopped: no longer the owner of {what}")
                    }
                    Err(error) => tracing::error!(number.id = %number, %error, "a session ended"),
                }
            }
            Err(error) => tracing::error!(number.id = %number, %error, "a session could not start"),
        }
        self.server.nudge.session.now();
        // A deleted number may have waited for this.
        self.server.nudge.removal.now();
    }

    async fn connect(&self, dial: Dial, keys: &SessionKeys) -> Result<(BotHandle, Http, mpsc::Receiver<Arc<Event>>)> {
        let (tell, events) = mpsc::channel(EVENTS);
        let http = self.server.http.clone();
        let http = match (self.network, self.server.sandbox_url()) {
            (Network::Sandbox, Some(url)) => Http::sandbox(http, url),
            (Network::Sandbox, None) => return Err(anyhow::anyhow!("there is no sandbox").into()),
            (Network::Whatsapp, _) => Http::whatsapp(http),
        };
        let mut builder = Bot::builder()
            .with_backend(keys.clone())
            .with_transport_factory(dial.after(keys.written()))
            .with_http_client(http.clone())
            .with_runtime(TokioRuntime)
            .with_inbound_durability_hook(Inbound {
                server: self.server.clone(),
                sender: self.sender,
                memory: self.memory.clone(),
                intake: Intake::new(self.server.clone(), self.sender, self.wake.clone(), self.pulse.clone()),
            })
            .with_event_handler(Events { tell, memory: self.memory.clone(), pulse: self.pulse.clone() })
            .with_wanted_pre_key_count(PREKEYS)
            .with_cache_config(CacheConfig::default());
        if self.network == Network::Sandbox {
            // The sandbox takes any version; the real one is asked which it wants.
            builder = builder.with_version((2, 3000, 1_030_000_000));
        }
        let bot = builder.build().await.map_err(|error| anyhow::anyhow!("building the client: {error}"))?;
        Ok((bot.spawn(), http, events))
    }

    async fn serve(&self, bot: &BotHandle, mut events: mpsc::Receiver<Arc<Event>>, linking: bool) -> Result<()> {
        let client = bot.client();
        // Whoever is not shown as online has the messages all the same.
        client.set_force_active_delivery_receipts(true);
        let catch_up = self.returning.map(CatchUp::returning).unwrap_or_default();
        let course = Course { catch_up, ..Course::default() };
        let (mut course, mut sending) = (course, Sending::new());
        let mut nudged = self.wake.outbox.subscribe();
        let mut period = tokio::time::interval(Duration::from_secs(1));
        let mut batch = Vec::with_capacity(256);
        let mut claims = Claims::due();
        // When a device that shall leave waits no longer.
        let mut leaving = None;
        if linking {
            self.begin_pairing(&mut course.pairing).await?;
        } else {
            self.say(Change::to(NumberState::Connecting)).await?;
        }
        loop {
            let is_logged_in = client.is_logged_in();
            self.pulse.turn(client.stats().frames_received, self.server.now());
            if is_logged_in && self.pulse.is_silent() {
                tracing::error!(number.id = %self.sender.number, "connected, and nothing comes: the session is started again");
                store::note(&self.server, self.sender, NumberEvent::Restarted).await?;
                break;
            }
            self.reconcile(&mut course.catch_up).await;
            if self.attend(&client, &mut course.pairing).await? == Next::End {
                break;
            }
            if let Some(at_last) = leaving {
                let is_quiet = course.in_flight.is_empty() && sending.is_empty();
                if is_logged_in && is_quiet || Instant::now() >= at_last {
                    self.leave(&client).await?;
                    break;
                }
            } else {
                self.ask(&client, &mut course.asking).await?;
                self.ask_groups(&client, &mut course.groups);
                self.dispatch(&client, &mut course.in_flight, &mut sending, &mut claims).await?;
            }
            tokio::select! {
                () = tokio::time::sleep_until(claims.after.into()), if claims.wait() => {}
                () = self.stop.cancelled() => break,
                () = self.log_out.cancelled(), if leaving.is_none() => leaving = Some(Instant::now() + FAREWELL),
                received = events.recv_many(&mut batch, 256) => {
                    if received > 1 {
                        // A busy line: receipts that come together are written together.
                        tokio::time::sleep(GATHER).await;
                        while batch.len() < EVENTS && let Ok(event) = events.try_recv() {
                            batch.push(event);
                        }
                    }
                    let on_their_way = course.in_flight.len();
                    let told = self.handle(&client, &mut batch, &mut course).await?;
                    if received == 0 || told == Next::End {
                        break;
                    }
                    // Some are settled: there is room, and what follows them in their chats may go.
                    claims.due |= course.in_flight.len() < on_their_way;
                }
                Some(sent) = sending.join_next() => {
                    let (wa_id, outcome) = sent.context("a message could not be handed to the client")?;
                    self.written(&client, wa_id, outcome, &mut course.in_flight).await?;
                }
                Some((asked, answer)) = course.asking.answered() => self.learn(asked, answer, &mut course.asking).await?,
                outcome = course.groups.answered() => course.groups.settle(outcome),
                _ = nudged.changed() => claims.due = true,
                // To be seen alive, and to look after what has an hour of its own.
                _ = period.tick() => {}
            }
        }
        // What was written and not acknowledged stays claimed; the next owner sends it again under the same id.
        Ok(())
    }

    /// Takes the device off the account.
    async fn leave(&self, client: &Arc<Client>) -> Result<()> {
        // Tells the network if it answers; the word that it is done comes to nobody, because nobody asks again.
        let _ = tokio::time::timeout(FAREWELL, client.logout()).await;
        self.say(Change::because(NumberState::LoggedOut, NumberProblem::LoggedOutHere)).await
    }

    /// Claims what is due and hands it to the client.
    async fn dispatch(
        &self,
        client: &Arc<Client>,
        in_flight: &mut InFlight,
        sending: &mut Sending,
        claims: &mut Claims,
    ) -> Result<()> {
        if !client.is_logged_in() || !claims.are_due() {
            return Ok(());
        }
        let now = self.server.now();
        in_flight.retain(|_, message| message.until > now);
        let free = WINDOW.saturating_sub(in_flight.len());
        // Claiming one by one would cost a commit each; a quarter of the window is worth a claim.
        if free == 0 || (free < WINDOW / 4 && !in_flight.is_empty()) {
            return Ok(());
        }
        let free = i64::try_from(free).unwrap_or(1);
        let claimed = outbox::claim(&self.server, self.sender, free, Pace).await?;
        claims.made();
        // There may be more: a budget that is nearly spent lets only a few go at once.
        claims.due = !claimed.is_empty();
        crash_point("outbox.claimed");
        for message in claimed {
            let claimed = OnItsWay { until: now + outbox::LEASE_MS, is_written: false };
            in_flight.insert(message.wa_id.clone(), claimed);
            sending.spawn(send(self.server.clone(), self.sender, client.clone(), self.seen.clone(), message));
        }
        Ok(())
    }

    /// The client wrote a message to the socket, or could not. Written is not sent: the acknowledgement decides.
    async fn written(
        &self,
        client: &Arc<Client>,
        wa_id: String,
        outcome: std::result::Result<(), SendError>,
        in_flight: &mut InFlight,
    ) -> Result<()> {
        crash_point("outbox.written");
        let Err(error) = outcome else {
            if let Some(message) = in_flight.get_mut(&wa_id) {
                message.is_written = true;
            }
            return Ok(());
        };
        in_flight.remove(&wa_id);
        if !client.is_logged_in() || matches!(error, SendError::NotLoggedIn | SendError::Client(_)) {
            return outbox::release(&self.server, self.sender, vec![wa_id]).await;
        }
        tracing::info!(number.id = %self.sender.number, %error, "a message could not be written");
        match error {
            SendError::InvalidRequest(_) => {
                outbox::failed(&self.server, self.sender, wa_id, FailReason::InvalidContent).await
            }
            _ => outbox::refused(&self.server, self.sender, wa_id).await,
        }
    }
}
