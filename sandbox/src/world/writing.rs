//! How people write to accounts.

use anyhow::Result;
use buffa::{Message as _, MessageField};
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use waproto::whatsapp as wa;

use super::World;
use super::account::{Account, Addressing};
use super::entry::{Arrival, Entry};
use super::feed::Happening;
use super::mailbox::HeldKey;
use crate::address::{Phone, Recipient};
use crate::content::{Content, Writing};
use crate::disk::Blob;
use crate::media::measure::Measures;
use crate::media::{Media, MediaState};
use crate::signal::{Bundle, Encrypted, pad};
use crate::wire::{node, words};

impl World {
    /// A person writes to an account, perhaps in answer to an earlier message of the chat. Returns the message's id.
    pub fn person_says(
        &self,
        person: Phone,
        account: &Account,
        writing: Writing,
        quote: Option<&Entry>,
    ) -> Result<String> {
        let by_lid = account.addressing() == Addressing::Lid;
        let quote = quote.map(|entry| self.quotation(entry, by_lid)).transpose()?;
        let now = self.clock.now_ms();
        let message = writing.message(&account.jid(0, by_lid), now, quote);
        let entry = self.entry_of_person(person, account.phone.into(), &message, by_lid);
        let (id, to) = (entry.id.clone(), entry.to);
        let (at, arrival) = self.ledger.accept(entry.clone());
        debug_assert_eq!(arrival, Arrival::New);
        self.presence.wrote(person, account.phone);
        self.feed.tell(Happening::MessageAccepted { from: person, to, id: id.clone() });
        let devices = account.device_ids();
        if devices.is_empty() {
            self.ledger.update(at, |entry| {
                entry.decrypted = true;
                entry.delivered_at_ms = Some(now);
            });
        }
        for device in devices {
            self.deliver_from_person(&entry, account, device, None, None)?;
        }
        Ok(id)
    }

    pub(super) fn entry_of_person(&self, person: Phone, to: Recipient, message: &wa::Message, by_lid: bool) -> Entry {
        let Content { kind, text, quote, about, file } = Content::of(message);
        let plain = message.conversation.is_some();
        Entry {
            id: self.random.message_id(),
            from: person,
            to,
            kind: kind.into(),
            text,
            accepted_at_ms: self.clock.now_ms(),
            delivered_at_ms: None,
            read_at_ms: None,
            wire_count: 1,
            decrypted: false,
            from_person: true,
            device: 0,
            by_lid,
            fingerprint: 0,
            retries: 0,
            resend_due: false,
            receipts: true,
            answered: true,
            quote,
            about,
            media: file.map(|file| Box::new(Media { file, state: MediaState::Here })),
            written: (!plain).then(|| Blob(message.encode_to_vec())),
            audience: Vec::new(),
        }
    }

    /// What an answer repeats of the message that it answers.
    pub fn quotation(&self, entry: &Entry, by_lid: bool) -> Result<wa::ContextInfo> {
        Ok(wa::ContextInfo {
            stanza_id: Some(entry.id.clone()),
            participant: Some(self.chat_jid(entry.from, by_lid).to_string()),
            quoted_message: MessageField::some(self.message_of(entry)?),
            ..Default::default()
        })
    }

    /// Encrypts a person's message for one device and posts it. `attempt` is set when the device asked for it again,
    /// `keys` when it sent its own along.
    pub fn deliver_from_person(
        &self,
        entry: &Entry,
        account: &Account,
        device: u16,
        attempt: Option<u32>,
        keys: Option<Bundle>,
    ) -> Result<()> {
        let message = self.message_of(entry)?;
        let take = || keys.or_else(|| self.take_bundle(account, device));
        let mut rng = self.random.fork();
        let person = self.person(entry.from);
        let mut encrypted = person.endpoint.encrypt(account.device(device), &pad(&message), take, &mut rng)?;
        self.keep_session(entry.from, account.device(device), &encrypted.session);
        if attempt.is_none() {
            self.spoil(&mut encrypted, account.phone, entry.from);
        }
        let stanza = self.written_by_person(entry, &message, encrypted, attempt);
        self.post(account, device, HeldKey::message(&entry.id), stanza);
        Ok(())
    }

    /// An `undecryptable` fault makes the client ask for a person's message again.
    fn spoil(&self, encrypted: &mut Encrypted, account: Phone, person: Phone) {
        let fault = self.faults.strike_reply(account, person, &self.random);
        if let Some(last) = encrypted.bytes.last_mut().filter(|_| fault.is_some()) {
            *last ^= 1;
        }
    }

    fn written_by_person(
        &self,
        entry: &Entry,
        message: &wa::Message,
        encrypted: Encrypted,
        attempt: Option<u32>,
    ) -> Node {
        let enc = self.enc(encrypted.kind, message, attempt).bytes(encrypted.bytes).build();
        let stanza = self.person_stanza(entry, message);
        let hidden = |account| self.people.character_toward(entry.from, account).hides_number();
        let stanza = if entry.by_lid && entry.to.phone().is_some_and(hidden) {
            stanza.attr("from", self.chat_jid(entry.from, true)).attr("addressing_mode", "lid")
        } else {
            self.sent_by(stanza, entry.from, 0, entry.by_lid)
        };
        stanza.children([enc]).build()
    }

    /// Begins the `<enc>` of a message; `attempt` is set when a device asked for it again.
    pub(super) fn enc(&self, kind: &'static str, message: &wa::Message, attempt: Option<u32>) -> NodeBuilder {
        let mut enc = node("enc").attr("v", "2").attr("type", kind);
        if let Some(kind) = wacore::send::media_type_from_message(message) {
            enc = enc.attr("mediatype", kind);
        }
        if let Some(attempt) = attempt {
            enc = enc.attr("count", attempt);
        }
        enc
    }

    /// Begins the stanza of a person's message, without saying where it is from. Its time is the one that phones remember.
    pub(super) fn person_stanza(&self, entry: &Entry, message: &wa::Message) -> NodeBuilder {
        let kind = wacore::send::stanza_type_from_message(message);
        let at = entry.accepted_at_ms.div_euclid(1000).cast_unsigned();
        let mut stanza = node("message").attr("id", &entry.id).attr("t", at).attr("type", kind);
        if let Some(edit) = edit_of(entry) {
            stanza = stanza.attr("edit", edit);
        }
        stanza.attr("notify", words(&self.name_of(entry.from)))
    }

    /// The message of an entry: as a person wrote it, or what is known of an account's.
    pub fn message_of(&self, entry: &Entry) -> Result<wa::Message> {
        if let Some(written) = &entry.written {
            return Ok(wa::Message::decode_from_slice(&written.0)?);
        }
        Ok(match &entry.media {
            Some(media) => media.file.message(entry.text.clone(), Measures::default()),
            None => wa::Message { conversation: entry.text.clone(), ..Default::default() },
        })
    }

    /// Says who a message is from, in both forms, so that a client never takes one sender for two.
    pub fn sent_by(&self, stanza: NodeBuilder, from: Phone, device: u16, by_lid: bool) -> NodeBuilder {
        let (pn, lid) = (self.chat_jid(from, false), self.chat_jid(from, true));
        if by_lid {
            stanza.attr("from", lid.with_device(device)).attr("sender_pn", pn).attr("addressing_mode", "lid")
        } else {
            stanza.attr("from", pn.with_device(device)).attr("sender_lid", lid).attr("addressing_mode", "pn")
        }
    }
}

/// How the stanza names what the message does to an earlier one.
fn edit_of(entry: &Entry) -> Option<&'static str> {
    match entry.kind.as_str() {
        "edit" => Some("1"),
        "delete" => Some("7"),
        "reaction" if entry.text.as_deref() == Some("") => Some("7"),
        _ => None,
    }
}
