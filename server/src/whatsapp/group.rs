//! What the network tells of groups.

use super::content::{lid, phone};
use domain::{
    PhoneNumber,
    number::group::{GroupView, LONGEST_SUBJECT, MOST_MEMBERS, Member, Told},
};
use std::collections::HashSet;
use wa_rs::{
    Client,
    features::{GroupMetadata, GroupParticipant},
};
use wacore_binary::{Jid, Server};

/// The account of the session, under both addresses.
pub struct Own {
    phone: Option<PhoneNumber>,
    lid: Option<String>,
}

impl Own {
    pub fn of(client: &Client) -> Self {
        Self::new(client.pn().as_ref().and_then(phone), client.lid().as_ref().and_then(lid))
    }

    pub(crate) fn new(phone: Option<PhoneNumber>, lid: Option<String>) -> Self {
        Self { phone, lid }
    }

    fn is(&self, member: &Member) -> bool {
        let is_phone = member.phone.is_some() && member.phone == self.phone;
        is_phone || (member.lid.is_some() && member.lid == self.lid)
    }
}

/// `None` for communities, since what people write in is their groups, and for groups that the number is not in.
pub fn told(group: &GroupMetadata, own: &Own) -> Option<Told> {
    let wa_id = wa_id(&group.id).filter(|_| !group.is_parent_group)?;
    // Nobody is in a group twice, whatever the network says; the account itself neither, one half of it beside the other.
    let (mut phones, mut lids, mut has_own) = (HashSet::new(), HashSet::new(), false);
    let mut members: Vec<Member> =
        group.participants.iter().filter_map(|participant| member(participant, own)).collect();
    members.retain(|member| {
        let is_new_phone = member.phone.as_ref().is_none_or(|phone| phones.insert(phone.clone()));
        let is_new_lid = member.lid.as_ref().is_none_or(|lid| lids.insert(lid.clone()));
        let is_new_own = !member.is_self || !std::mem::replace(&mut has_own, true);
        is_new_phone && is_new_lid && is_new_own
    });
    let size = group.size.map_or(0, u64::from).max(members.len() as u64);
    let itself = members.iter().find(|member| member.is_self);
    // A list that is not whole says nothing about who is missing; nor does one of which somebody cannot be compared.
    let is_known = |member: &Member| {
        (member.phone.is_some() && own.phone.is_some()) || (member.lid.is_some() && own.lid.is_some())
    };
    let is_whole = members.len() as u64 == size && !members.is_empty() && !group.has_missing_participant_identification;
    if itself.is_none() && is_whole && members.iter().all(is_known) {
        return None;
    }
    let is_admin = itself.is_some_and(|member| member.is_admin);
    members.sort_by_key(|member| !member.is_self);
    members.truncate(MOST_MEMBERS);
    let subject = group.subject.chars().filter(|c| !c.is_control()).take(LONGEST_SUBJECT).collect();
    let group = GroupView { wa_id, subject, size, is_admin, is_announcement: group.is_announcement };
    Some(Told { group, members })
}

fn member(participant: &GroupParticipant, own: &Own) -> Option<Member> {
    let sides = || [Some(&participant.jid), participant.phone_number.as_ref(), participant.lid.as_ref()];
    let is_person = |jid: &&Jid| matches!(jid.server, Server::Pn | Server::Hosted);
    let phone = sides().into_iter().flatten().find(is_person).and_then(phone);
    let lid = sides().into_iter().flatten().find(|jid| jid.server.is_lid_family()).and_then(lid);
    if phone.is_none() && lid.is_none() {
        return None;
    }
    let member = Member { phone, lid, is_admin: participant.is_admin(), is_self: false };
    Some(Member { is_self: own.is(&member), ..member })
}

/// What a group is known by: digits, in old groups with a hyphen.
pub fn wa_id(group: &Jid) -> Option<String> {
    let id = group.user.as_str();
    let is_id = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    (is_id && group.server == Server::Group).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wacore::iq::groups::ParticipantType;

    fn participant(jid: &str, phone: Option<&str>, participant_type: ParticipantType) -> GroupParticipant {
        let read = |text: &str| text.parse::<Jid>().expect("a jid");
        let (jid, phone_number) = (read(jid), phone.map(read));
        GroupParticipant { jid, phone_number, lid: None, username: None, participant_type, details: None }
    }

    #[test]
    fn a_member_has_whatever_address_the_network_tells() {
        let own = Own { phone: PhoneNumber::from_e164("6281255500001").ok(), lid: Some("99000001".into()) };
        let read = |jid, phone, rank| {
            let member = member(&participant(jid, phone, rank), &own)?;
            Some((member.phone.map(|phone| phone.digits().to_owned()), member.lid, member.is_admin, member.is_self))
        };
        let (text, rank) = (|text: &str| Some(text.to_owned()), ParticipantType::Member);
        let both = read("99000142@lid", Some("6281255500142@s.whatsapp.net"), rank);
        assert_eq!(both, Some((text("6281255500142"), text("99000142"), false, false)));
        assert_eq!(read("99000142@lid", None, rank), Some((None, text("99000142"), false, false)));
        let by_phone = read("6281255500142@s.whatsapp.net", None, ParticipantType::SuperAdmin);
        assert_eq!(by_phone, Some((text("6281255500142"), None, true, false)));
        assert_eq!(read("99000001@lid", None, rank), Some((None, text("99000001"), false, true)));
        assert_eq!(read("120363000000@g.us", None, rank), None);
        assert_eq!(read("867051314767696@bot", None, rank), None);
    }
}
