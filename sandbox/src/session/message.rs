//! Messages from a linked device: taken or refused, decrypted by their recipients, passed on to other devices.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use wacore_binary::{Jid, Node};

use super::Session;
use crate::address::{DeviceAddress, GroupId, Phone, Recipient};
use crate::content::Content;
use crate::disk::Record;
use crate::handset;
use crate::media::{Media, MediaState, phone};
use crate::signal::{DecryptError, unpad};
use crate::wire::{Stanza, node, words};
use crate::world::account::Account;
use crate::world::entry::{Arrival, Entry, EntryIndex};
use crate::world::fault::{Fault, FaultKind};
use crate::world::feed::Happening;
use crate::world::group::fingerprint;
use crate::world::mailbox::HeldKey;
use crate::world::policy::Refusal;
use crate::world::schedule::Due;

/// The network's refusals, as `<ack error>`.
pub(super) const NOT_ON_WHATSAPP: u32 = 404;
const NOT_SIMULATED: u32 = 501;
pub(super) const THROTTLED: u32 = 429;
/// To a stranger, by an account that has met enough of them.
const NO_NEW_CHATS: u32 = 463;
/// What a `nack` fault without code says.
pub(super) const REFUSED: u32 = 500;
/// How late an `ack_late` fault without delay is.
const LATE_MS: u64 = 1_000;
/// How often somebody asks for a message again before they give up.
const MOST_RETRIES: u32 = 5;

/// A message on its way from a device.
pub(super) struct Sent<'a> {
    pub account: Arc<Account>,
    pub device: u16,
    pub id: String,
    pub to: Jid,
    pub stanza: &'a Node,
}

/// A ciphertext for one device.
struct Part<'a> {
    to: Jid,
    enc: &'a Node,
}

impl Session {
    pub(super) fn take_message(&mut self, stanza: &Node) -> Result<()> {
        let (account, device) = self.device()?;
        let to = stanza.jid("to").context("a message to nobody")?;
        let sent = Sent { account, device, id: stanza.text("id").context("a message without id")?, to, stanza };
        match self.phone_of(&sent.to) {
            Some(phone) if phone == sent.account.phone => {
                self.acknowledge(&sent, None);
                self.hand_out(&sent, None)
            }
            Some(phone) => self.take_chat_message(&sent, phone),
            None if let Some(group) = GroupId::of_jid(&sent.to) => self.take_group_message(&sent, group),
            None => {
                // Status and channels are not simulated: refused, so that nobody believes they arrived.
                self.world.ledger.count_nack(sent.account.phone);
                self.line.send(self.ack(&sent).attr("error", NOT_SIMULATED).build());
                Ok(())
            }
        }
    }

    fn take_chat_message(&mut self, sent: &Sent<'_>, to: Phone) -> Result<()> {
        let fault = self.world.faults.strike_message(sent.account.phone, to, &self.world.random);
        let kind = fault.as_ref().map(|fault| fault.kind);
        let code = |otherwise| fault.as_ref().and_then(|fault| fault.code).unwrap_or(otherwise);
        match kind {
            Some(FaultKind::Nack) => {
                self.refuse_message(sent, to.into(), code(REFUSED));
                return Ok(());
            }
            Some(FaultKind::Throttle429) => {
                self.refuse_message(sent, to.into(), code(THROTTLED));
                return Ok(());
            }
            _ if !self.world.is_on_whatsapp(to) => {
                self.refuse_message(sent, to.into(), NOT_ON_WHATSAPP);
                return Ok(());
            }
            _ => {}
        }
        let (at, arrival) = match self.world.ledger.admit(self.entry(sent, to.into(), kind)) {
            Ok(taken) => taken,
            Err(refusal) => {
                self.enforce(sent, to.into(), refusal);
                return Ok(());
            }
        };
        if kind == Some(FaultKind::KeyRotation) && self.world.account(to).is_none() {
            self.world.new_phone(to);
        }
        self.world.presence.wrote(sent.account.phone, to);
        self.tell_arrival(sent, to.into(), arrival);
        self.acknowledge(sent, fault.as_ref());
        if kind == Some(FaultKind::Undecryptable) {
            // The recipient lost its session: the next message has to start a new one.
            self.world.ask_again(at, &sent.account, sent.device);
        } else {
            self.hand_out(sent, Some((at, arrival)))?;
        }
        if let Some(fault) = fault.filter(|fault| !matches!(fault.kind, FaultKind::Undecryptable)) {
            self.break_after_message(sent, &fault);
        }
        Ok(())
    }

    pub(super) fn entry(&self, sent: &Sent<'_>, to: Recipient, fault: Option<FaultKind>) -> Entry {
        Entry {
            id: sent.id.clone(),
            from: sent.account.phone,
            to,
            kind: "unknown".into(),
            text: None,
            accepted_at_ms: self.world.clock.now_ms(),
            delivered_at_ms: None,
            read_at_ms: None,
            wire_count: 1,
            decrypted: false,
            from_person: false,
            device: sent.device,
            by_lid: sent.to.is_lid(),
            fingerprint: 0,
            retries: 0,
            resend_due: false,
            receipts: fault != Some(FaultKind::ReceiptNever),
            answered: false,
            quote: None,
            about: None,
            media: None,
            written: None,
            audience: Vec::new(),
        }
    }

    /// `<ack class="message">`, unless a fault keeps it back.
    pub(super) fn acknowledge(&self, sent: &Sent<'_>, fault: Option<&Fault>) {
        let ack = self.ack(sent).build();
        match fault.map(|fault| (fault.kind, fault.delay_ms)) {
            Some((FaultKind::AckLate, delay_ms)) => {
                let at = self.world.clock.now_ms().saturating_add_unsigned(delay_ms.unwrap_or(LATE_MS));
                self.world.schedule.at(at, Due::Send(self.line.clone(), ack));
            }
            // A line that breaks takes the acknowledgement with it: the sender has to ask itself what arrived.
            Some((FaultKind::AckNever, _)) => {}
            Some((kind, _)) if breaks_line(kind) => {}
            _ => self.line.send(ack),
        }
    }

    pub(super) fn refuse_message(&self, sent: &Sent<'_>, to: Recipient, code: u32) {
        self.world.ledger.count_nack(sent.account.phone);
        self.tell_refusal(sent, to, code);
    }

    /// A message that the network's limits do not allow. The ledger has counted it already.
    pub(super) fn enforce(&self, sent: &Sent<'_>, to: Recipient, refusal: Refusal) {
        match refusal {
            Refusal::Stranger => self.tell_refusal(sent, to, NO_NEW_CHATS),
            Refusal::TooFast => self.tell_refusal(sent, to, THROTTLED),
            // It was on its way when the ban came: nobody hears it.
            Refusal::Banned => {}
        }
        let now = self.world.clock.now_ms();
        if self.world.ledger.limits(sent.account.phone, now).banned_until_ms.is_some() {
            sent.account.hang_up();
        }
    }

    fn tell_refusal(&self, sent: &Sent<'_>, to: Recipient, code: u32) {
        self.line.send(self.ack(sent).attr("error", code).build());
        self.world.feed.tell(Happening::MessageRefused { from: sent.account.phone, to, id: sent.id.clone() });
    }

    fn ack(&self, sent: &Sent<'_>) -> wacore_binary::builder::NodeBuilder {
        let now = self.world.clock.now_secs();
        node("ack").attr("class", "message").attr("id", &sent.id).attr("from", &sent.to).attr("t", now)
    }

    pub(super) fn break_after_message(&self, sent: &Sent<'_>, fault: &Fault) {
        if breaks_line(fault.kind) {
            self.world.break_line(&sent.account, sent.device, &self.line, fault);
        }
    }

    /// Gives every ciphertext to the device it is for. `chat` is `None` for what an account tells itself.
    fn hand_out(&self, sent: &Sent<'_>, chat: Option<(EntryIndex, Arrival)>) -> Result<()> {
        self.remember_proof(sent);
        for part in parts(sent)? {
            let Some(phone) = self.phone_of(&part.to) else { continue };
            match (phone == sent.account.phone, part.to.device, chat) {
                (true, 0, _) => self.to_own_phone(sent, part.enc),
                (false, 0, Some((at, arrival))) => self.to_recipient(sent, &part, phone, at, arrival)?,
                (_, device, _) => self.relay(sent, &part, phone, device),
            }
        }
        Ok(())
    }

    /// The recipient's phone reads the message, or asks for it again.
    fn to_recipient(
        &self,
        sent: &Sent<'_>,
        part: &Part<'_>,
        phone: Phone,
        at: EntryIndex,
        arrival: Arrival,
    ) -> Result<()> {
        let world = &self.world;
        let fingerprint = fingerprint(part.enc.content());
        let known = world.ledger.get(at).context("an entry vanished")?;
        let read = self
            .world
            .decrypt_for(phone, sent.account.device(sent.device), part.enc)
            .and_then(|plaintext| unpad(&plaintext).map_err(|error| DecryptError::Unreadable(error.to_string())));
        match read {
            // A repetition. What is remembered is the latest ciphertext, so that its own repetition is recognised too.
            Ok(_) if known.decrypted => {
                world.ledger.update(at, |entry| entry.fingerprint = fingerprint);
                world.confirm_again(at, &known);
            }
            Ok(message) => {
                let Content { kind, text, quote, about, file } = Content::of(&message);
                // Nobody answers an emoji or a correction.
                let answers = world.answers(&known, text.as_deref().filter(|_| about.is_none()));
                let media = file.map(|file| Box::new(Media { file, state: MediaState::Coming }));
                let entry = world.ledger.update(at, |entry| {
                    (entry.kind, entry.text) = (kind.to_owned(), text);
                    (entry.quote, entry.about, entry.media) = (quote, about, media);
                    (entry.decrypted, entry.fingerprint, entry.answered) = (true, fingerprint, !answers);
                });
                let Some(entry) = entry else { return Ok(()) };
                world.feed.tell(Happening::MessageDecrypted { from: entry.from, to: entry.to, id: entry.id.clone() });
                world.plan(at, &entry);
                phone::receive(world, at, &entry, phone);
            }
            Err(error) => {
                tracing::debug!(%error, %phone, id = sent.id, ?arrival, "a message could not be read");
                let reused = matches!(error, DecryptError::CounterReused);
                // The very same bytes are only a repetition.
                if reused && known.fingerprint != fingerprint {
                    world.ledger.count_counter_reuse(sent.account.phone);
                }
                if reused && known.decrypted {
                    world.confirm_again(at, &known);
                } else if known.retries < MOST_RETRIES {
                    world.ask_again(at, &sent.account, sent.device);
                }
            }
        }
        Ok(())
    }

    /// A copy for the account's own phone, or a question to it.
    pub(super) fn to_own_phone(&self, sent: &Sent<'_>, enc: &Node) {
        let from = sent.account.device(sent.device);
        let heard = self.world.decrypt_for(sent.account.phone, from, enc).map_err(anyhow::Error::from);
        let heard = heard.and_then(|plaintext| unpad(&plaintext));
        let listened = heard.and_then(|message| handset::listen(&self.world, &sent.account, sent.device, &message));
        if let Err(error) = listened {
            tracing::debug!(%error, account = %sent.account.phone, "the phone could not read a copy");
            let DeviceAddress { account, device } = sent.account.device(sent.device);
            sent.account.handset.forget(sent.account.device(sent.device));
            self.world.journal.append(&Record::SessionGone { owner: account, account, device });
        }
    }

    /// Passes a ciphertext on, unread, to another linked device.
    fn relay(&self, sent: &Sent<'_>, part: &Part<'_>, phone: Phone, device: u16) {
        let Some(account) = self.world.account(phone) else { return };
        let by_lid = part.to.is_lid();
        let mut children = vec![part.enc.clone()];
        // Whoever hears from this device for the first time has to see who vouches for it.
        if part.enc.text("type").as_deref() == Some("pkmsg") {
            children.extend(sent.stanza.child("device-identity").cloned());
        }
        let mut message = node("message")
            .attr("id", &sent.id)
            .attr("t", self.world.clock.now_secs())
            .attr("type", sent.stanza.text("type").unwrap_or_else(|| "text".into()))
            .attr("notify", words(&sent.account.name));
        if let Some(edit) = sent.stanza.text("edit") {
            message = message.attr("edit", edit);
        }
        if account.phone == sent.account.phone {
            message = message.attr("recipient", &sent.to);
        }
        let message = self.world.sent_by(message, sent.account.phone, sent.device, by_lid).children(children).build();
        self.world.post(&account, device, HeldKey::message(&sent.id), message);
    }

    /// A pre-linked device signs its identity itself; the network sees the proof with its first message.
    pub(super) fn remember_proof(&self, sent: &Sent<'_>) {
        let Some(proof) = sent.stanza.child("device-identity").map(Stanza::content) else { return };
        let unknown = sent.account.with_device(sent.device, |device| {
            device.identity_proof.is_none().then_some(device.registration.identity_key)
        });
        let Some(identity) = unknown.flatten() else { return };
        if handset::device_proof_is_valid(&sent.account, &identity, proof) {
            self.world.change_device(&sent.account, sent.device, |it| it.identity_proof = Some(proof.to_vec()));
        }
    }
}

/// The ciphertexts of a message: one for each device, or a single one for a device that asked again.
fn parts<'a>(sent: &Sent<'a>) -> Result<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    if let Some(participants) = sent.stanza.child("participants") {
        for device in participants.get_children_by_tag("to") {
            let to = device.jid("jid").context("a participant without jid")?;
            parts.extend(device.get_children_by_tag("enc").map(|enc| Part { to: to.clone(), enc }));
        }
    }
    parts.extend(sent.stanza.get_children_by_tag("enc").map(|enc| Part { to: sent.to.clone(), enc }));
    Ok(parts)
}

fn breaks_line(kind: FaultKind) -> bool {
    use FaultKind::{Disconnect, LoggedOut, Server503, StreamReplaced, TemporaryBan};
    matches!(kind, Disconnect | Server503 | StreamReplaced | LoggedOut | TemporaryBan)
}
