//! What participants are told of a group, and how a group is described.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::{Group, Rank};
use crate::address::Phone;
use crate::wire::{node, words};
use crate::world::World;
use crate::world::mailbox::{Class, HeldKey};

/// `<group>` as questions of the account `to` about it are answered.
pub fn describe(world: &World, group: &Group, to: Phone) -> Node {
    let by_lid = group.by_lid();
    let participants = group.participants.iter().map(|(phone, rank)| participant(world, group, *phone, *rank, to));
    let stanza = node("group")
        .attr("id", group.id.number().to_string())
        .attr("subject", words(&group.subject))
        .attr("creation", secs(group.created_at_ms))
        .attr("s_t", secs(group.subject_at_ms))
        .attr("s_o", world.chat_jid(group.subject_by, by_lid))
        .attr("creator", world.chat_jid(group.creator, by_lid))
        .attr("addressing_mode", mode(by_lid))
        .attr("size", group.participants.len());
    let stanza = if by_lid {
        stanza.attr("s_o_pn", group.subject_by.jid()).attr("creator_pn", group.creator.jid())
    } else {
        stanza
    };
    stanza.children(participants.collect::<Vec<_>>()).build()
}

/// A participant, in the group's form of address and in the other one, as the account `to` is told.
fn participant(world: &World, group: &Group, phone: Phone, rank: Rank, to: Phone) -> Node {
    let named = world.name_participant(node("participant"), "jid", phone, group.by_lid(), to);
    match rank {
        Rank::Member => named.build(),
        Rank::Admin => named.attr("type", "admin").build(),
        Rank::Superadmin => named.attr("type", "superadmin").build(),
    }
}

/// How a stanza names a form of address.
pub(super) fn mode(by_lid: bool) -> &'static str {
    if by_lid { "lid" } else { "pn" }
}

fn secs(at_ms: i64) -> i64 {
    at_ms.div_euclid(1_000)
}

impl World {
    pub(super) fn tell_created(&self, group: &Group) {
        let create = |to| node("create").attr("type", "new").children([describe(self, group, to)]).build();
        self.tell_group(group, group.participants.keys(), Some(group.creator), create);
    }

    pub(super) fn tell_joined(&self, group: &Group, by: Option<Phone>, added: &[Phone]) {
        let joined = |to| self.list("add", group, added, to);
        self.tell_group(group, group.participants.keys(), by, joined);
    }

    /// Those who have left are told as well.
    pub(super) fn tell_left(&self, before: &Group, group: &Group, by: Option<Phone>, removed: &[Phone]) {
        let left = |to| self.list("remove", group, removed, to);
        self.tell_group(group, before.participants.keys(), by, left);
    }

    pub(super) fn tell_renamed(&self, group: &Group) {
        let by = self.chat_jid(group.subject_by, group.by_lid());
        let subject = node("subject").attr("subject", words(&group.subject)).attr("s_o", by);
        let subject = subject.attr("s_t", secs(group.subject_at_ms)).build();
        self.tell_group(group, group.participants.keys(), Some(group.subject_by), |_| subject.clone());
    }

    /// Names somebody by the attribute `key` in one form of address, and beside it in the other unless they hide that from
    /// the account `to`, which is told.
    pub fn name_participant(
        &self,
        stanza: NodeBuilder,
        key: &'static str,
        phone: Phone,
        by_lid: bool,
        to: Phone,
    ) -> NodeBuilder {
        let other = match (key, by_lid) {
            ("jid", true) => "phone_number",
            ("jid", false) => "lid",
            (_, true) => "participant_pn",
            (_, false) => "participant_lid",
        };
        let stanza = stanza.attr(key, self.chat_jid(phone, by_lid));
        if by_lid && self.people.character_toward(phone, to).hides_number() {
            return stanza;
        }
        stanza.attr(other, self.chat_jid(phone, !by_lid))
    }

    fn list(&self, change: &'static str, group: &Group, phones: &[Phone], to: Phone) -> Node {
        let phones = phones.iter().map(|phone| participant(self, group, *phone, Rank::Member, to));
        node(change).children(phones.collect::<Vec<_>>()).build()
    }

    /// Sends what happened, as each account is told it, to every linked device of the accounts among `told`.
    fn tell_group<'a>(
        &self,
        group: &Group,
        told: impl Iterator<Item = &'a Phone>,
        by: Option<Phone>,
        happened: impl Fn(Phone) -> Node,
    ) {
        for account in told.filter_map(|phone| self.account(*phone)) {
            let happened = happened(account.phone);
            for device in account.device_ids() {
                let id = self.stanza_id();
                let notice = node("notification").attr("from", group.id.jid()).attr("type", "w:gp2").attr("id", &id);
                let notice = notice.attr("t", self.clock.now_secs()).attr("addressing_mode", mode(group.by_lid()));
                let by = by.unwrap_or(group.creator);
                let notice = self.name_participant(notice, "participant", by, group.by_lid(), account.phone);
                let notice = notice.attr("notify", words(&self.name_of(by))).children([happened.clone()]);
                let key = HeldKey { class: Class::Notification, id, kind: String::new() };
                self.post(&account, device, key, notice.build());
            }
        }
    }
}
