//! Messages from a linked device to a group.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use wacore_binary::{Jid, Node};

use super::Session;
use super::message::{NOT_ON_WHATSAPP, REFUSED, Sent, THROTTLED};
use crate::address::{GroupId, Phone};
use crate::wire::{Stanza, node, words};
use crate::world::account::Account;
use crate::world::audience::Reader;
use crate::world::entry::{Arrival, EntryIndex};
use crate::world::fault::FaultKind;
use crate::world::feed::Happening;
use crate::world::group::{Group, Heard};
use crate::world::mailbox::HeldKey;

/// The writer is not in the group.
const NOT_THERE: u32 = 403;

impl Session {
    pub(super) fn take_group_message(&mut self, sent: &Sent<'_>, id: GroupId) -> Result<()> {
        let fault = self.world.faults.strike_group(sent.account.phone, &self.world.random);
        let kind = fault.as_ref().map(|fault| fault.kind);
        let code = |otherwise| fault.as_ref().and_then(|fault| fault.code).unwrap_or(otherwise);
        let group = self.world.groups.get(id);
        let refusal = match (kind, &group) {
            (Some(FaultKind::Nack), _) => Some(code(REFUSED)),
            (Some(FaultKind::Throttle429), _) => Some(code(THROTTLED)),
            (_, None) => Some(NOT_ON_WHATSAPP),
            (_, Some(group)) if !group.has(sent.account.phone) => Some(NOT_THERE),
            _ => None,
        };
        let group = match (refusal, group) {
            (None, Some(group)) => group,
            (refusal, _) => {
                self.refuse_message(sent, id.into(), refusal.unwrap_or(REFUSED));
                return Ok(());
            }
        };
        if let Some(participant) = sent.stanza.jid("participant") {
            self.acknowledge(sent, fault.as_ref());
            return self.take_repetition(sent, &group, &participant);
        }
        let mut entry = self.entry(sent, id.into(), kind);
        entry.by_lid = group.by_lid();
        let others = group.participants.keys().filter(|phone| **phone != sent.account.phone);
        entry.audience = others.map(|phone| Reader::new(*phone)).collect();
        let (at, arrival) = match self.world.ledger.admit(entry) {
            Ok(taken) => taken,
            Err(refusal) => {
                self.enforce(sent, id.into(), refusal);
                return Ok(());
            }
        };
        self.tell_arrival(sent, id.into(), arrival);
        self.acknowledge(sent, fault.as_ref());
        self.spread(sent, &group, at)?;
        if let Some(fault) = fault {
            self.break_after_message(sent, &fault);
        }
        Ok(())
    }

    /// Gives a message to every participant: how to read it to those who are told, and what all can read.
    fn spread(&self, sent: &Sent<'_>, group: &Group, at: EntryIndex) -> Result<()> {
        self.remember_proof(sent);
        let mut direct: HashMap<(Phone, u16), &Node> = HashMap::new();
        for to in sent.stanza.child("participants").into_iter().flat_map(|list| list.get_children_by_tag("to")) {
            let jid = to.jid("jid").context("a participant without jid")?;
            if let Some((phone, enc)) = self.phone_of(&jid).zip(to.child("enc")) {
                direct.insert((phone, jid.device), enc);
            }
        }
        let spoken = sent.stanza.child("enc");
        for phone in group.participants.keys().copied() {
            let account = self.world.account(phone);
            let mine = direct.get(&(phone, 0)).copied();
            match (phone == sent.account.phone, mine) {
                // Its own phone keeps up with the session; what it shows of the group nobody sees.
                (true, Some(enc)) => self.to_own_phone(sent, enc),
                (true, None) => {}
                (false, _) => {
                    let (account, device) = (&*sent.account, sent.device);
                    self.world.hear(phone, Heard { at, group, account, device, direct: mine, spoken });
                }
            }
            for (account, device) in others_of(account, sent) {
                self.relay_to_group(sent, group, &account, device, [direct.get(&(phone, device)).copied(), spoken]);
            }
        }
        Ok(())
    }

    /// A participant had asked for the message again: it is for one device alone.
    fn take_repetition(&self, sent: &Sent<'_>, group: &Group, participant: &Jid) -> Result<()> {
        self.remember_proof(sent);
        let phone = self.phone_of(participant).context("a repetition to nobody")?;
        let Some(at) = self.world.ledger.find(sent.account.phone, &sent.id) else { return Ok(()) };
        let Some(enc) = sent.stanza.child("enc") else { return Ok(()) };
        let own = phone == sent.account.phone;
        if !own && self.world.ledger.note_resend(at, phone) == Arrival::Repeated {
            self.tell_arrival(sent, group.id.into(), Arrival::Repeated);
        }
        match (own, participant.device) {
            (true, 0) => self.to_own_phone(sent, enc),
            (false, 0) => {
                let (account, device) = (&*sent.account, sent.device);
                self.world.hear(phone, Heard { at, group, account, device, direct: Some(enc), spoken: None });
            }
            (_, device) => {
                if let Some(account) = self.world.account(phone).filter(|_| group.has(phone)) {
                    self.relay_to_group(sent, group, &account, device, [Some(enc), None]);
                }
            }
        }
        Ok(())
    }

    /// Passes ciphertexts on, unread, to a linked device of a participant.
    fn relay_to_group(&self, sent: &Sent<'_>, group: &Group, account: &Account, device: u16, encs: [Option<&Node>; 2]) {
        let mut children: Vec<Node> = encs.into_iter().flatten().cloned().collect();
        if children.iter().any(|enc| enc.text("type").as_deref() == Some("pkmsg")) {
            children.extend(sent.stanza.child("device-identity").cloned());
        }
        let by_lid = group.by_lid();
        let mut message = node("message")
            .attr("from", group.id.jid())
            .attr("participant", sent.account.jid(sent.device, by_lid))
            .attr(if by_lid { "participant_pn" } else { "participant_lid" }, sent.account.jid(0, !by_lid))
            .attr("addressing_mode", if by_lid { "lid" } else { "pn" })
            .attr("id", &sent.id)
            .attr("t", self.world.clock.now_secs())
            .attr("type", sent.stanza.text("type").unwrap_or_else(|| "text".into()))
            .attr("notify", words(&sent.account.name));
        if let Some(edit) = sent.stanza.text("edit") {
            message = message.attr("edit", edit);
        }
        self.world.post(account, device, HeldKey::message(&sent.id), message.children(children).build());
    }

    pub(super) fn tell_arrival(&self, sent: &Sent<'_>, to: crate::address::Recipient, arrival: Arrival) {
        let (from, id) = (sent.account.phone, sent.id.clone());
        match arrival {
            Arrival::New => self.world.feed.tell(Happening::MessageAccepted { from, to, id }),
            Arrival::Repeated => self.world.feed.tell(Happening::MessageRepeated { from, to, id }),
            Arrival::Resend => {}
        }
    }
}

/// The linked devices of a participant, without the one that wrote.
fn others_of(account: Option<Arc<Account>>, sent: &Sent<'_>) -> Vec<(Arc<Account>, u16)> {
    let Some(account) = account else { return Vec::new() };
    let wrote = |device: u16| account.phone == sent.account.phone && device == sent.device;
    account.device_ids().into_iter().filter(|id| !wrote(*id)).map(|id| (account.clone(), id)).collect()
}
