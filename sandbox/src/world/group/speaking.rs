//! How people write to groups.

use anyhow::Result;
use buffa::MessageField;
use wacore_binary::{Jid, Node};
use waproto::whatsapp as wa;

use super::{Group, notice};
use crate::address::{DeviceAddress, GroupId, Phone};
use crate::content::Writing;
use crate::disk::{Blob, Record};
use crate::signal::{Bundle, pad};
use crate::wire::node;
use crate::world::World;
use crate::world::account::Account;
use crate::world::audience::Reader;
use crate::world::entry::Entry;
use crate::world::feed::Happening;
use crate::world::mailbox::HeldKey;

/// Something a person wrote to a group, on its way to devices.
struct Said<'a> {
    entry: &'a Entry,
    group: &'a Group,
    message: &'a wa::Message,
}

impl World {
    /// A person writes to a group that they are in, perhaps in answer to an earlier message. Returns the message's id.
    pub fn person_says_in_group(
        &self,
        person: Phone,
        group: &Group,
        writing: Writing,
        quote: Option<&Entry>,
    ) -> Result<String> {
        let by_lid = group.by_lid();
        let quote = quote.map(|entry| self.quotation(entry, by_lid)).transpose()?;
        let now = self.clock.now_ms();
        let message = writing.message(&group.id.jid(), now, quote);
        let mut entry = self.entry_of_person(person, group.id.into(), &message, by_lid);
        let others = group.participants.keys().filter(|phone| **phone != person);
        // What people read among themselves is not simulated: they have read it.
        entry.audience = others.map(|phone| self.reader_of(*phone, now)).collect();
        if !entry.audience.is_empty() {
            entry.sum_up();
        }
        let (from, to, id) = (person, entry.to, entry.id.clone());
        self.ledger.accept(entry.clone());
        self.feed.tell(Happening::MessageAccepted { from, to, id: id.clone() });
        self.spread(&Said { entry: &entry, group, message: &message })?;
        Ok(id)
    }

    fn reader_of(&self, phone: Phone, now: i64) -> Reader {
        match self.account(phone) {
            None => Reader::who_read(phone, now),
            Some(account) if account.device_ids().is_empty() => {
                Reader { decrypted: true, delivered_at_ms: Some(now), ..Reader::new(phone) }
            }
            Some(_) => Reader::new(phone),
        }
    }

    /// Encrypts a message once for all, and tells every device that does not know how to read it.
    fn spread(&self, said: &Said<'_>) -> Result<()> {
        let accounts: Vec<_> = said.group.participants.keys().filter_map(|phone| self.account(*phone)).collect();
        let devices = accounts
            .iter()
            .flat_map(|account| account.device_ids().into_iter().map(move |device| (account, account.device(device))));
        let devices: Vec<_> = devices.collect();
        if devices.is_empty() {
            return Ok(());
        }
        let (owner, group) = (said.entry.from, said.group.id);
        let person = self.person(owner);
        let addresses: Vec<_> = devices.iter().map(|(_, device)| *device).collect();
        let mut rng = self.random.fork();
        let spoken = person.endpoint.encrypt_group(group, &pad(said.message), &addresses, &mut rng)?;
        for (account, device) in devices {
            let mut children = Vec::new();
            if spoken.untold.contains(&device) {
                match self.tell_chain(owner, group, account, device, &spoken.distribution) {
                    Ok(told) => children.push(told),
                    // Its owner sees a message that waits to be readable, and asks for it.
                    Err(error) => tracing::debug!(%error, ?device, "a device could not be told a sender key"),
                }
            }
            let mut bytes = spoken.ciphertext.clone();
            let fault = self.faults.strike_reply(account.phone, owner, &self.random);
            if let Some(last) = bytes.last_mut().filter(|_| fault.is_some()) {
                *last ^= 1;
            }
            children.push(self.enc("skmsg", said.message, None).bytes(bytes).build());
            self.post(
                account,
                device.device,
                HeldKey::message(&said.entry.id),
                self.said_by(said, account.phone, children),
            );
        }
        self.keep_own_chain(owner, group);
        Ok(())
    }

    /// `<enc>` that tells a device where the person's chain begins.
    fn tell_chain(
        &self,
        owner: Phone,
        group: GroupId,
        account: &Account,
        device: DeviceAddress,
        distribution: &[u8],
    ) -> Result<Node> {
        let told = wa::message::SenderKeyDistributionMessage {
            group_id: Some(group.to_string()),
            axolotl_sender_key_distribution_message: Some(distribution.to_vec()),
        };
        let message = wa::Message { sender_key_distribution_message: MessageField::some(told), ..Default::default() };
        let take = || self.take_bundle(account, device.device);
        let mut rng = self.random.fork();
        let person = self.person(owner);
        let encrypted = person.endpoint.encrypt(device, &pad(&message), take, &mut rng)?;
        self.keep_session(owner, device, &encrypted.session);
        person.endpoint.mark_told(group, device, true);
        Ok(node("enc").attr("v", "2").attr("type", encrypted.kind).bytes(encrypted.bytes).build())
    }

    /// A device could not read a person's message: it gets it again, for itself, and is told the chain with the next.
    pub fn repeat_in_group(
        &self,
        entry: &Entry,
        account: &Account,
        device: u16,
        attempt: u32,
        keys: Option<Bundle>,
    ) -> Result<()> {
        let group = entry.to.group().and_then(|group| self.groups.get(group));
        // Who has left, or outlived the group, is given nothing any more.
        let Some(group) = group.filter(|group| group.has(account.phone)) else { return Ok(()) };
        let (person, to) = (self.person(entry.from), account.device(device));
        person.endpoint.mark_told(group.id, to, false);
        self.keep_own_chain(entry.from, group.id);
        let message = self.message_of(entry)?;
        let take = || keys.or_else(|| self.take_bundle(account, device));
        let mut rng = self.random.fork();
        let encrypted = person.endpoint.encrypt(to, &pad(&message), take, &mut rng)?;
        self.keep_session(entry.from, to, &encrypted.session);
        let said = Said { entry, group: &group, message: &message };
        let enc = self.enc(encrypted.kind, &message, Some(attempt)).bytes(encrypted.bytes).build();
        self.post(account, device, HeldKey::message(&entry.id), self.said_by(&said, account.phone, vec![enc]));
        Ok(())
    }

    fn said_by(&self, said: &Said<'_>, to: Phone, children: Vec<Node>) -> Node {
        let Said { entry, group, message } = said;
        let stanza = self.person_stanza(entry, message).attr("from", group.id.jid());
        let stanza = stanza.attr("addressing_mode", notice::mode(group.by_lid()));
        self.name_participant(stanza, "participant", entry.from, group.by_lid(), to).children(children).build()
    }

    fn keep_own_chain(&self, owner: Phone, group: GroupId) {
        let Some(own) = self.person(owner).endpoint.own_chain(group) else { return };
        let (key, told) = (Some(Blob(own.key)), own.told.into_iter().collect());
        self.journal.append_with(|| Record::OwnChain { owner, group, key, told });
    }

    /// The address of whoever wrote a message, as a group's messages name it.
    pub fn author(&self, entry: &Entry) -> Option<Jid> {
        entry.to.group().map(|_| self.chat_jid(entry.from, entry.by_lid))
    }
}
