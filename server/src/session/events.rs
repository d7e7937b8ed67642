//! What the network tells while a session runs: acknowledgements and receipts of what left, what came beside the hook,
//! and news of people and groups.

use super::{
    incoming::{recovered, unreadable},
    limits::Asking,
    live::{Course, Live, Next},
    pictures, profile,
    store::{self, Pause},
};
use crate::{
    crash::crash_point,
    error::Result,
    inbox::{self, Received},
    outbox,
};
use domain::{
    Millis,
    message::{FailReason, MessageState},
};
use std::{collections::HashMap, sync::Arc, time::Instant};
use wa_rs::Client;
use wacore::types::{
    events::{Event, ServerAck},
    presence::ReceiptType,
};
use wacore_binary::{Jid, JidExt as _};

impl Live {
    /// Handles a run of events; acknowledgements and receipts of the run share a commit each.
    pub(super) async fn handle(
        &self,
        client: &Arc<Client>,
        batch: &mut Vec<Arc<Event>>,
        course: &mut Course,
    ) -> Result<Next> {
        let (mut accepted, mut shown) = (Vec::new(), Vec::new());
        let mut receipts: HashMap<(MessageState, Millis), Vec<String>> = HashMap::new();
        let mut next = Next::GoOn;
        for event in batch.drain(..) {
            match &*event {
                Event::ServerAck(ack) if ack.class.as_deref() == Some("message") => {
                    let until = course.in_flight.remove(&ack.id).map(|message| message.until);
                    match &ack.error {
                        None => accepted.push(ack.id.clone()),
                        Some(code) => self.nacked(ack, code, until, &mut course.asking).await?,
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
                Event::PictureUpdate(update) if self.is_own(client, &update.jid) => self.ask_profile().await,
                Event::PictureUpdate(update) => shown.push(update.jid.clone()),
                Event::UserAboutUpdate(update) if self.is_own(client, &update.jid) => self.ask_profile().await,
                Event::SelfPushNameUpdated(_) => {
                    // The client is about to say that the number is online.
                    self.seen.forget();
                    self.ask_profile().await;
                }
                Event::GroupUpdate(update) => course.groups.changed(&update.group_jid),
                Event::OfflineSyncCompleted(_) => course.catch_up.drained(Instant::now()),
                other => {
                    if self.state_event(client, other, &mut course.pairing).await? == Next::End {
                        next = Next::End;
                    }
                    // Whoever is woken finds written down whose line it is.
                    match other {
                        Event::Connected(_) => {
                            if course.catch_up.is_connected() {
                                self.lost(course);
                            }
                            self.connected(course);
                        }
                        Event::Disconnected(_) => self.lost(course),
                        _ => {}
                    }
                }
            }
        }
        if !accepted.is_empty() {
            crash_point("outbox.acked");
            outbox::accepted(&self.server, self.sender, accepted).await?;
        }
        if !shown.is_empty() {
            if let Err(error) = pictures::changed(&self.server, self.sender, &shown).await {
                tracing::warn!(number.id = %self.sender.number, %error, "changed pictures were not noted");
            }
            self.wake.pictures.now();
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

    /// The account shows something else, says the network: it is asked again.
    async fn ask_profile(&self) {
        if let Err(error) = profile::changed(&self.server, self.sender).await {
            tracing::warn!(number.id = %self.sender.number, %error, "a changed profile was not noted");
        }
        self.wake.profile.now();
    }

    fn is_own(&self, client: &Client, jid: &Jid) -> bool {
        [client.pn(), client.lid()].into_iter().flatten().any(|own| own.is_same_user_as(jid))
    }

    /// Everybody who waited for the line goes on.
    fn connected(&self, course: &mut Course) {
        course.asking.soon();
        course.groups.connected();
        course.catch_up.connected(Instant::now());
        self.wake.files.now();
        self.wake.pictures.now();
        self.wake.presence.now();
        self.wake.profile.now();
    }

    /// What was on its way when the line broke may have arrived.
    fn lost(&self, course: &mut Course) {
        let now = self.server.now();
        let unsure = course.in_flight.values().filter(|message| message.is_written && message.until > now).count();
        course.catch_up.lost(self.pulse.received(), unsure as u64);
    }

    /// Messages that came beside the hook.
    async fn take_in(&self, received: Vec<Received>) -> Result<()> {
        if received.is_empty() {
            return Ok(());
        }
        self.pulse.move_on();
        self.pulse.receive(inbox::receive(&self.server, self.sender, received).await?);
        self.wake.files.now();
        self.wake.pictures.now();
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
                outbox::held_back(server, sender, wa_id).await
            }
            "404" | "406" => outbox::failed(server, sender, wa_id, FailReason::NotOnWhatsapp).await,
            "400" | "413" => outbox::failed(server, sender, wa_id, FailReason::InvalidContent).await,
            _ => outbox::refused(server, sender, wa_id).await,
        }
    }
}
