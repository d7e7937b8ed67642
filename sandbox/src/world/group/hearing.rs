//! What participants do with what an account writes to their group.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use wacore_binary::Node;
use waproto::whatsapp as wa;

use super::Group;
use crate::address::{DeviceAddress, GroupId, Phone};
use crate::content::Content;
use crate::disk::{Blob, Record};
use crate::media::{Media, MediaState, phone};
use crate::signal::{DecryptError, unpad};
use crate::wire::{Stanza, leaf, node};
use crate::world::World;
use crate::world::account::Account;
use crate::world::entry::{Entry, EntryIndex};
use crate::world::fault::FaultKind;
use crate::world::feed::Happening;
use crate::world::mailbox::HeldKey;
use crate::world::schedule::Due;

/// How often somebody asks for a message again before they give up.
const MOST_RETRIES: u32 = 5;

/// A message as it reaches one participant.
#[derive(Clone, Copy)]
pub struct Heard<'a> {
    pub at: EntryIndex,
    pub group: &'a Group,
    pub account: &'a Account,
    /// The device that wrote it.
    pub device: u16,
    /// What was encrypted for the participant alone: how to read the rest, or the message again.
    pub direct: Option<&'a Node>,
    /// What was encrypted for everybody.
    pub spoken: Option<&'a Node>,
}

impl World {
    /// A participant's phone reads a message, or asks for it again.
    pub fn hear(self: &Arc<Self>, who: Phone, heard: Heard<'_>) {
        let Some(known) = self.ledger.get(heard.at) else { return };
        let fresh = known.reader(who).is_some_and(|reader| !reader.decrypted && reader.retries == 0);
        let fault = if fresh { self.faults.strike_participant(heard.account.phone, who, &self.random) } else { None };
        match fault.map(|fault| fault.kind) {
            // Its session is lost: the answer to its question has to begin a new one.
            Some(FaultKind::Undecryptable) => return self.ask_group_again(who, heard),
            Some(FaultKind::KeyRotation) if self.account(who).is_none() => self.new_phone(who),
            _ => {}
        }
        let fingerprint = fingerprint(heard.spoken.or(heard.direct).map_or(&[], Stanza::content));
        match self.read_in_group(who, heard) {
            Ok(message) => self.understand(who, heard, &known, &message, fingerprint),
            Err(error) => {
                tracing::debug!(%error, %who, id = known.id, "a group's message could not be read");
                let reused = matches!(error, DecryptError::CounterReused);
                // The very same bytes are only a repetition. Noted once, not by each participant.
                if reused && known.fingerprint != fingerprint {
                    self.ledger.count_counter_reuse(heard.account.phone);
                    self.ledger.update(heard.at, |entry| entry.fingerprint = fingerprint);
                }
                let Some(reader) = known.reader(who) else { return };
                if reused && reader.decrypted {
                    self.confirm_again_in_group(heard.at, &known, who);
                } else if reader.retries < MOST_RETRIES {
                    self.ask_group_again(who, heard);
                }
            }
        }
    }

    fn read_in_group(&self, who: Phone, heard: Heard<'_>) -> Result<wa::Message, DecryptError> {
        let from = heard.account.device(heard.device);
        let open = |plaintext: Vec<u8>| unpad(&plaintext).map_err(|error| DecryptError::Unreadable(error.to_string()));
        let mut direct = Err(DecryptError::Unreadable("nothing is encrypted for this phone".into()));
        if let Some(enc) = heard.direct {
            direct = self.decrypt_for(who, from, enc).and_then(open);
            if let Ok(message) = &direct {
                self.hear_chain(who, heard.group.id, from, message)?;
            }
        }
        let Some(spoken) = heard.spoken else { return direct };
        let opened = self.with_endpoint(who, |it| it.decrypt_group(heard.group.id, from, spoken.content()))?;
        self.keep_chain(who, heard.group.id, from, opened.session);
        open(opened.plaintext)
    }

    fn hear_chain(
        &self,
        who: Phone,
        group: GroupId,
        from: DeviceAddress,
        message: &wa::Message,
    ) -> Result<(), DecryptError> {
        let told = message.sender_key_distribution_message.as_option();
        let distribution = told.and_then(|told| told.axolotl_sender_key_distribution_message.as_ref());
        let Some(distribution) = distribution else { return Ok(()) };
        let key = self.with_endpoint(who, |endpoint| endpoint.hear_chain(group, from, distribution))?;
        self.keep_chain(who, group, from, key);
        Ok(())
    }

    fn keep_chain(&self, owner: Phone, group: GroupId, from: DeviceAddress, key: Vec<u8>) {
        let DeviceAddress { account, device } = from;
        self.journal.append_with(|| Record::HeardChain { owner, group, account, device, key: Blob(key) });
    }

    fn understand(
        self: &Arc<Self>,
        who: Phone,
        heard: Heard<'_>,
        known: &Entry,
        message: &wa::Message,
        fingerprint: u64,
    ) {
        let at = heard.at;
        if known.fingerprint != fingerprint {
            self.ledger.update(at, |entry| entry.fingerprint = fingerprint);
        }
        if known.reader(who).is_some_and(|reader| reader.decrypted) {
            return self.confirm_again_in_group(at, known, who);
        }
        if known.kind == "unknown" {
            let Content { kind, text, quote, about, file } = Content::of(message);
            let media = file.map(|file| Box::new(Media { file, state: MediaState::Coming }));
            let entry = self.ledger.update(at, |entry| {
                (entry.kind, entry.text) = (kind.to_owned(), text);
                (entry.quote, entry.about, entry.media) = (quote, about, media);
                // Nobody answers in groups.
                entry.answered = true;
            });
            if let Some(entry) = entry {
                phone::receive(self, at, &entry, who);
            }
        }
        let Some(entry) = self.ledger.update_reader(at, who, |reader| reader.decrypted = true) else { return };
        self.feed.tell(Happening::MessageDecrypted { from: entry.from, to: entry.to, id: entry.id.clone() });
        self.plan_reader(at, &entry, who);
    }

    /// Plans when a participant receives and reads a message.
    pub fn plan_reader(&self, at: EntryIndex, entry: &Entry, who: Phone) {
        let Some(reader) = entry.reader(who).filter(|reader| reader.decrypted) else { return };
        let from = entry.accepted_at_ms;
        if let Some(account) = self.account(who) {
            // Receipts of accounts are their clients'; a phone without one only receives.
            if account.devices().iter().len() == 0 && reader.delivered_at_ms.is_none() {
                self.schedule.at(self.clock.now_ms(), Due::DeliverTo(at, who));
            }
            return;
        }
        if !entry.receipts {
            return;
        }
        let plan = self.people.character_toward(who, entry.from).plan_in_group(self.realm().seed, who, &entry.id);
        if let Some(ms) = plan.deliver_ms.filter(|_| reader.delivered_at_ms.is_none()) {
            self.schedule.at(from.saturating_add_unsigned(ms), Due::DeliverTo(at, who));
        }
        if let Some(ms) = plan.read_ms.filter(|_| reader.read_at_ms.is_none()) {
            self.schedule.at(from.saturating_add_unsigned(ms), Due::ReadBy(at, who));
        }
    }

    fn confirm_again_in_group(&self, at: EntryIndex, entry: &Entry, who: Phone) {
        let Some(reader) = entry.reader(who).filter(|_| entry.receipts && self.account(who).is_none()) else { return };
        if reader.delivered_at_ms.is_some() {
            self.schedule.at(self.clock.now_ms(), Due::DeliverTo(at, who));
        }
        if reader.read_at_ms.is_some() {
            self.schedule.at(self.clock.now_ms(), Due::ReadBy(at, who));
        }
    }

    /// A participant has received a message, or read it: the sender's devices are told.
    pub fn mark_reader(&self, at: EntryIndex, who: Phone, read: bool) {
        let now = self.clock.now_ms();
        let marked = self.ledger.update_reader(at, who, |reader| {
            reader.delivered_at_ms.get_or_insert(now);
            if read {
                reader.read_at_ms.get_or_insert(now);
            }
        });
        let Some(entry) = marked else { return };
        self.send_group_receipt(&entry, who, read.then_some("read"));
        let (from, to, id) = (entry.from, entry.to, entry.id);
        self.feed.tell(match read {
            true => Happening::MessageRead { from, to, id },
            false => Happening::MessageDelivered { from, to, id },
        });
    }

    /// Sends a participant's receipt to every device of the sender; `kind` is `None` for delivered.
    pub fn send_group_receipt(&self, entry: &Entry, who: Phone, kind: Option<&'static str>) {
        let (Some(account), Some(group)) = (self.account(entry.from), entry.to.group()) else { return };
        let mut receipt = node("receipt").attr("from", group.jid()).attr("id", &entry.id);
        if let Some(kind) = kind {
            receipt = receipt.attr("type", kind);
        }
        let participant = self.chat_jid(who, entry.by_lid);
        let key = HeldKey::group_receipt(&entry.id, kind.unwrap_or(""), &participant);
        let receipt = self.name_participant(receipt, "participant", who, entry.by_lid, entry.from);
        let receipt = receipt.attr("t", self.clock.now_secs()).build();
        self.post_to_all(&account, &key, &receipt);
    }

    /// A participant could not read a message and asks its writer for it, with its keys.
    fn ask_group_again(&self, who: Phone, heard: Heard<'_>) {
        let asked = self.ledger.update_reader(heard.at, who, |reader| {
            reader.retries += 1;
            reader.resends_due = reader.resends_due.saturating_add(1);
        });
        let Some(entry) = asked else { return };
        let count = entry.reader(who).map_or(1, |reader| reader.retries);
        self.feed.tell(Happening::MessageUnreadable { from: entry.from, to: entry.to, id: entry.id.clone() });
        let bundle = self.with_endpoint(who, |endpoint| endpoint.bundle(self.prekey_id()));
        let retry = node("retry").attr("v", "1").attr("count", count).attr("id", &entry.id);
        let retry = retry.attr("t", self.clock.now_secs()).build();
        let registration = leaf("registration", bundle.registration_id.to_be_bytes());
        let keys = node("keys").children(crate::session::keys::bundle_children(&bundle)).build();
        let participant = self.chat_jid(who, entry.by_lid);
        let receipt = node("receipt")
            .attr("from", heard.group.id.jid())
            .attr("participant", &participant)
            .attr("id", &entry.id)
            .attr("type", "retry")
            .attr("t", self.clock.now_secs())
            .children([retry, registration, keys])
            .build();
        self.post(heard.account, heard.device, HeldKey::group_receipt(&entry.id, "retry", &participant), receipt);
    }

    /// Opens what a device encrypted for one phone.
    pub fn decrypt_for(&self, phone: Phone, from: DeviceAddress, enc: &Node) -> Result<Vec<u8>, DecryptError> {
        let kind = enc.text("type").unwrap_or_default();
        let mut rng = self.random.fork();
        let decrypted = self.with_endpoint(phone, |it| it.decrypt(from, &kind, enc.content(), &mut rng))?;
        self.keep_session(phone, from, &decrypted.session);
        Ok(decrypted.plaintext)
    }
}

/// Tells one ciphertext from another.
pub fn fingerprint(ciphertext: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    ciphertext.hash(&mut hasher);
    hasher.finish()
}
