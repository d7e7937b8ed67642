//! What happens to a message after the network took it: delivery, reading, answers.

use std::sync::Arc;

use rand::Rng as _;
use wacore_binary::Node;

use super::World;
use super::account::Account;
use super::entry::{Entry, EntryIndex};
use super::feed::Happening;
use super::mailbox::HeldKey;
use super::presence::ChatState;
use super::schedule::Due;
use crate::address::{Phone, Recipient};
use crate::content::Writing;
use crate::disk::{Blob, Record};
use crate::media::phone;
use crate::people::Plan;
use crate::signal::Bundle;
use crate::wire::{leaf, node};

/// For how long people are seen typing before they answer, at most.
const LONGEST_TYPING_MS: u64 = 5_000;

impl World {
    /// Plans what the recipient of a message does, the first time it can be read.
    pub fn plan(&self, at: EntryIndex, entry: &Entry) {
        let Recipient::One(to) = entry.to else {
            entry.audience.iter().for_each(|reader| self.plan_reader(at, entry, reader.phone));
            return;
        };
        if let Some(account) = self.account(to) {
            // Receipts between accounts are the recipient's client's; a phone without one only receives.
            if account.devices().iter().len() == 0 {
                self.schedule.at(self.clock.now_ms(), Due::Deliver(at));
            }
            return;
        }
        if !entry.receipts {
            return;
        }
        let plan = self.plan_of(to, entry, entry.text.as_deref());
        let from = entry.accepted_at_ms;
        let after = |ms: u64| from.saturating_add_unsigned(ms);
        if let Some(ms) = plan.deliver_ms.filter(|_| entry.delivered_at_ms.is_none()) {
            self.schedule.at(after(ms), Due::Deliver(at));
        }
        if let Some(ms) = plan.read_ms.filter(|_| entry.read_at_ms.is_none()) {
            self.schedule.at(after(ms), Due::Read(at));
        }
        if let Some((ms, text)) = plan.reply.filter(|_| !entry.answered) {
            let typing = ms.saturating_sub(plan.read_ms.or(plan.deliver_ms).unwrap_or(ms)).min(LONGEST_TYPING_MS);
            if typing > 0 {
                self.schedule.at(after(ms - typing), Due::Type(at));
            }
            self.schedule.at(after(ms), Due::Reply(at, text));
        }
    }

    /// Whether the recipient is going to answer a message that says `text`. Decided once, so that people who are told
    /// to answer later do not answer what they read before.
    pub fn answers(&self, entry: &Entry, text: Option<&str>) -> bool {
        let person = entry.to.phone().filter(|to| self.account(*to).is_none());
        person.is_some_and(|to| self.plan_of(to, entry, text).reply.is_some())
    }

    /// A message came again unasked: the recipient's phone confirms it again and shows nothing new.
    pub fn confirm_again(&self, at: EntryIndex, entry: &Entry) {
        if entry.receipts && entry.delivered_at_ms.is_some() {
            self.schedule.at(self.clock.now_ms(), Due::Deliver(at));
        }
        if entry.receipts && entry.read_at_ms.is_some() {
            self.schedule.at(self.clock.now_ms(), Due::Read(at));
        }
    }

    /// After a restart: whatever people had not done yet.
    pub(crate) fn resume(self: &Arc<Self>) {
        for (at, entry) in self.ledger.unfinished() {
            self.plan(at, &entry);
        }
        for (at, entry) in self.ledger.awaiting_media() {
            // In a group it is the first who has it.
            let readers = entry.audience.iter().find(|reader| reader.decrypted).map(|reader| reader.phone);
            if let Some(who) = entry.to.phone().or(readers) {
                phone::receive(self, at, &entry, who);
            }
        }
    }

    /// Lets something happen that was due.
    pub(super) fn perform(self: &Arc<Self>, due: Due) {
        match due {
            Due::Deliver(at) => self.mark_delivered(at),
            Due::Read(at) => self.mark_read(at),
            Due::DeliverTo(at, who) => self.mark_reader(at, who, false),
            Due::ReadBy(at, who) => self.mark_reader(at, who, true),
            Due::Type(at) => self.type_answer(at),
            Due::Reply(at, text) => self.answer(at, &text),
            Due::Send(line, stanza) => line.send(stanza),
            Due::HangUp(line) => line.hang_up(),
        }
    }

    fn mark_delivered(&self, at: EntryIndex) {
        let now = self.clock.now_ms();
        let Some(entry) = self.ledger.update(at, |entry| _ = entry.delivered_at_ms.get_or_insert(now)) else { return };
        self.send_receipt(&entry, None);
        self.feed.tell(Happening::MessageDelivered { from: entry.from, to: entry.to, id: entry.id });
    }

    fn mark_read(&self, at: EntryIndex) {
        let now = self.clock.now_ms();
        let Some(entry) = self.ledger.update(at, |entry| _ = entry.read_at_ms.get_or_insert(now)) else { return };
        self.send_receipt(&entry, Some("read"));
        self.feed.tell(Happening::MessageRead { from: entry.from, to: entry.to, id: entry.id });
    }

    fn type_answer(&self, at: EntryIndex) {
        if let Some(entry) = self.ledger.get(at).filter(|entry| !entry.answered)
            && let Some(to) = entry.to.phone()
        {
            self.write_to(to, entry.from, ChatState::Composing);
        }
    }

    fn answer(self: &Arc<Self>, at: EntryIndex, text: &str) {
        let answered = self.ledger.update(at, |entry| entry.answered = true);
        let Some(entry) = answered else { return };
        if let Some(account) = self.account(entry.from)
            && let Some(person) = entry.to.phone()
            && let Err(error) = self.person_says(person, &account, Writing::Text(text.to_owned()), None)
        {
            tracing::warn!(%error, %person, "a simulated person could not answer");
        }
    }

    /// Sends a receipt from the recipient to every device of the sender; `kind` is `None` for delivered.
    pub fn send_receipt(&self, entry: &Entry, kind: Option<&'static str>) {
        let (Some(account), Some(to)) = (self.account(entry.from), entry.to.phone()) else { return };
        let mut receipt = node("receipt").attr("from", self.chat_jid(to, entry.by_lid)).attr("id", &entry.id);
        if let Some(kind) = kind {
            receipt = receipt.attr("type", kind);
        }
        let receipt = receipt.attr("t", self.clock.now_secs()).build();
        self.post_to_all(&account, &HeldKey::receipt(&entry.id, kind.unwrap_or("")), &receipt);
    }

    /// Sends a stanza to every linked device of an account.
    pub fn post_to_all(&self, account: &Account, key: &HeldKey, stanza: &Node) {
        for device in account.device_ids() {
            self.post(account, device, key.clone(), stanza.clone());
        }
    }

    /// The recipient could not read a message and asks for it again, with its keys.
    pub fn ask_again(&self, at: EntryIndex, account: &Account, device: u16) {
        let asked = self.ledger.update(at, |entry| {
            entry.retries += 1;
            entry.resend_due = true;
        });
        let Some((entry, to)) = asked.and_then(|entry| entry.to.phone().map(|to| (entry, to))) else { return };
        self.feed.tell(Happening::MessageUnreadable { from: entry.from, to: entry.to, id: entry.id.clone() });
        let bundle = self.with_endpoint(to, |endpoint| endpoint.bundle(self.prekey_id()));
        let retry = node("retry")
            .attr("v", "1")
            .attr("count", entry.retries)
            .attr("id", &entry.id)
            .attr("t", self.clock.now_secs())
            .build();
        let registration = leaf("registration", bundle.registration_id.to_be_bytes());
        let keys = node("keys").children(crate::session::keys::bundle_children(&bundle)).build();
        let receipt = node("receipt")
            .attr("from", self.chat_jid(to, entry.by_lid))
            .attr("id", &entry.id)
            .attr("type", "retry")
            .attr("t", self.clock.now_secs())
            .children([retry, registration, keys])
            .build();
        self.post(account, device, HeldKey::receipt(&entry.id, "retry"), receipt);
    }

    /// A device's keys for a first message. Uses up a prekey.
    pub fn take_bundle(&self, account: &Account, device: u16) -> Option<Bundle> {
        let bundle = account.with_device(device, super::account::Device::take_bundle)?;
        if let Some((id, _)) = bundle.prekey {
            self.journal.append(&Record::PrekeyTaken { account: account.phone, device, id });
        }
        Some(bundle)
    }

    /// Keeps a session of a phone or person on disk.
    pub fn keep_session(&self, owner: Phone, peer: crate::address::DeviceAddress, session: &[u8]) {
        self.journal.append_with(|| Record::Session {
            owner,
            account: peer.account,
            device: peer.device,
            session: Blob(session.to_vec()),
        });
    }

    fn plan_of(&self, to: Phone, entry: &Entry, text: Option<&str>) -> Plan {
        self.people.character_toward(to, entry.from).plan(self.realm().seed, to, &entry.id, text)
    }

    /// A phone's address in the form that a chat uses.
    pub fn chat_jid(&self, phone: Phone, by_lid: bool) -> wacore_binary::Jid {
        if by_lid { self.realm().lids.jid(phone) } else { phone.jid() }
    }

    /// 16 random bytes as hexadecimal: an id for a stanza of the phone or the network.
    pub fn stanza_id(&self) -> String {
        let mut bytes = [0; 16];
        self.random.fork().fill_bytes(&mut bytes);
        bytes.iter().fold(String::new(), |id, byte| id + &format!("{byte:02X}"))
    }
}
