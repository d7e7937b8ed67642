//! One running session: the client, its events, and the messages on their way out.

use super::{
    files::Files,
    groups::Groups,
    incoming::{Inbound, recovered, unreadable},
    limits::Asking,
    link::Pairing,
    pulse::Pulse,
    sending::{Claims, send},
    store::{self, Change, Pause},
};
use crate::{
    Server,
    crash::crash_point,
    engine::NudgeAll,
    error::{Error, Result},
    inbox::{self, Received},
    outbox::{self, Sender, pacing::Pace},
    whatsapp::{http::Http, keys::SessionKeys, transport::Dial},
};
use anyhow::Context as _;
use domain::{
    Millis,
    message::{FailReason, MessageState},
    number::{Network, NumberProblem, NumberState},
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
use wacore::types::{
    events::{Event, EventHandler, ServerAck},
    presence::ReceiptType,
};

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
    /// Wakes those who look after files.
    pub wake: NudgeAll,
}

/// What is on its way, by wire id: until when it is ours.
type InFlight = HashMap<String, Millis>;
/// Tasks of their own: they hold connections of the database while this session waits for one.
type Sending = JoinSet<(String, std::result::Result<(), SendError>)>;

struct Events {
    tell: mpsc::Sender<Arc<Event>>,
    pulse: Arc<Pulse>,
}

impl EventHandler for Events {
    fn handle_event(&self, event: Arc<Event>) {
        // Called on the receive path: never wait here.
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
            Ok((bot, events)) => {
                let written = keys.written();
                let files = Files {
                    server: self.server.clone(),
                    sender: self.sender,
                    client: bot.client(),
                    wake: self.wake.clone(),
                };
                let outcome = tokio::select! {
                    outcome = self.serve(&bot, events, linking) => outcome,
                    error = written.failed() => Err(error),
                    () = files.run() => Ok(()),
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

    async fn connect(&self, dial: Dial, keys: &SessionKeys) -> Result<(BotHandle, mpsc::Receiver<Arc<Event>>)> {
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
            .with_http_client(http)
            .with_runtime(TokioRuntime)
            .with_inbound_durability_hook(Inbound {
                server: self.server.clone(),
                sender: self.sender,
                wake: self.wake.clone(),
            })
            .with_event_handler(Events { tell, pulse: self.pulse.clone() })
            .with_wanted_pre_key_count(PREKEYS)
            .with_cache_config(CacheConfig::default());
        if self.network == Network::Sandbox {
            // The sandbox takes any version; the real one is asked which it wants.
            builder = builder.with_version((2, 3000, 1_030_000_000));
        }
        let bot = builder.build().await.map_err(|error| anyhow::anyhow!("building the client: {error}"))?;
        Ok((bot.spawn(), events))
    }

    async fn serve(&self, bot: &BotHandle, mut events: mpsc::Receiver<Arc<Event>>, linking: bool) -> Result<()> {
        let client = bot.client();
        let (mut in_flight, mut sending) = (InFlight::new(), Sending::new());
        let mut nudged = self.server.nudge.outbox.subscribe();
        let mut period = tokio::time::interval(Duration::from_secs(1));
        let mut batch = Vec::with_capacity(256);
        let mut claims = Claims::due();
        let (mut pairing, mut asking, mut groups) = (Pairing::default(), Asking::default(), Groups::default());
        // When a device that shall leave waits no longer.
        let mut leaving = None;
        if linking {
            self.begin_pairing(&mut pairing).await?;
        } else {
            self.say(Change::to(NumberState::Connecting)).await?;
        }
        loop {
            let is_logged_in = client.is_logged_in();
            self.pulse.turn(client.stats().frames_received, self.server.now());
            if is_logged_in && self.pulse.is_silent() {
                tracing::error!(number.id = %self.sender.number, "connected, and nothing comes: the session is started again");
                store::restarted(&self.server, self.sender).await?;
                break;
            }
            if self.attend(&client, &mut pairing).await? == Next::End {
                break;
            }
            if let Some(at_last) = leaving {
                let is_quiet = in_flight.is_empty() && sending.is_empty();
                if is_logged_in && is_quiet || Instant::now() >= at_last {
                    self.leave(&client).await?;
                    break;
                }
            } else {
                self.ask(&client, &mut asking).await?;
                self.ask_groups(&client, &mut groups);
                self.dispatch(&client, &mut in_flight, &mut sending, &mut claims).await?;
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
                    let told =
                        self.handle(&client, &mut batch, &mut in_flight, &mut pairing, &mut asking, &mut groups).await?;
                    if received == 0 || told == Next::End {
                        break;
                    }
                    claims.due = true;
                }
                Some(sent) = sending.join_next() => {
                    let (wa_id, outcome) = sent.context("a message could not be handed to the client")?;
                    self.written(&client, wa_id, outcome, &mut in_flight).await?;
                }
                Some((asked, answer)) = asking.answered() => self.learn(asked, answer, &mut asking).await?,
                outcome = groups.answered() => groups.settle(outcome),
                _ = nudged.changed() => claims.due = true,
                _ = period.tick() => claims.due = true,
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
        in_flight.retain(|_, until| *until > now);
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
            in_flight.insert(message.wa_id.clone(), now + outbox::LEASE_MS);
            sending.spawn(send(self.server.clone(), self.sender, client.clone(), message));
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
        let Err(error) = outcome else { return Ok(()) };
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

    /// Handles a run of events; acknowledgements and receipts of the run share a commit each.
    async fn handle(
        &self,
        client: &Arc<Client>,
        batch: &mut Vec<Arc<Event>>,
        in_flight: &mut InFlight,
        pairing: &mut Pairing,
        asking: &mut Asking,
        groups: &mut Groups,
    ) -> Result<Next> {
        let mut accepted = Vec::new();
        let mut receipts: HashMap<(MessageState, Millis), Vec<String>> = HashMap::new();
        let mut next = Next::GoOn;
        for event in batch.drain(..) {
            match &*event {
                Event::ServerAck(ack) if ack.class.as_deref() == Some("message") => {
                    let until = in_flight.remove(&ack.id);
                    match &ack.error {
                        None => accepted.push(ack.id.clone()),
                        Some(code) => self.nacked(ack, code, until, asking).await?,
                    }
                }
                Event::Receipt(receipt) => {
                    let state = match receipt.r#type {
                        ReceiptType::Delivered | ReceiptType::Inactive => MessageState::Delivered,
                        ReceiptType::Read | ReceiptType::Played => MessageState::Read,
                        _ => continue,
                    };
                    let at = Millis(receipt.timestamp.timestamp_millis());
                    receipts
                        .entry((state, at))
                        .or_default()
                        .extend(receipt.message_ids.iter().map(ToString::to_string));
                }
                Event::UndecryptableMessage(lost) => self.take_in(unreadable(lost).into_iter().collect()).await?,
                Event::Messages(batch) => self.take_in(recovered(batch)).await?,
                Event::GroupUpdate(update) => groups.changed(&update.group_jid),
                other => {
                    if matches!(other, Event::Connected(_)) {
                        asking.soon();
                        groups.connected();
                        self.wake.now();
                    }
                    if self.state_event(client, other, pairing).await? == Next::End {
                        next = Next::End;
                    }
                }
            }
        }
        if !accepted.is_empty() {
            crash_point("outbox.acked");
            outbox::accepted(&self.server, self.sender, accepted).await?;
        }
        let mut receipts: Vec<_> = receipts.into_iter().collect();
        receipts.sort_by_key(|((state, at), _)| (*at, *state == MessageState::Read));
        for ((state, at), wa_ids) in receipts {
            // Each is a commit: many of them take their time, and the session is alive meanwhile.
            self.pulse.move_on();
            outbox::receipt(&self.server, self.sender, wa_ids, state, at).await?;
        }
        Ok(next)
    }

    /// Messages that came beside the hook.
    async fn take_in(&self, received: Vec<Received>) -> Result<()> {
        if received.is_empty() {
            return Ok(());
        }
        self.pulse.move_on();
        inbox::receive(&self.server, self.sender, received).await?;
        self.wake.now();
        Ok(())
    }

    /// The network refused a message: because of the account (the queue waits), or because of the message. The message was
    /// ours until `until`.
    async fn nacked(&self, ack: &ServerAck, code: &str, until: Option<Millis>, asking: &mut Asking) -> Result<()> {
        self.pulse.move_on();
        let (server, sender, wa_id) = (&self.server, self.sender, ack.id.clone());
        tracing::info!(number.id = %sender.number, code, "the network refused a message");
        let unmet = matches!(code, "463" | "404" | "406");
        store::refused(server, sender, wa_id.clone(), unmet).await?;
        match code {
            "463" | "429" | "401" | "403" => {
                let pause =
                    if code == "463" { asking.pause(until, server.now()) } else { Pause::too_fast(server.now()) };
                store::hold(server, sender, pause).await?;
                asking.soon();
                outbox::release(server, sender, vec![wa_id]).await
            }
            "404" | "406" => outbox::failed(server, sender, wa_id, FailReason::NotOnWhatsapp).await,
            "400" | "413" => outbox::failed(server, sender, wa_id, FailReason::InvalidContent).await,
            _ => outbox::refused(server, sender, wa_id).await,
        }
    }
}
