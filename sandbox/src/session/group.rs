//! What a device asks of its groups, and how it changes them.

use anyhow::{Context as _, Result};
use wacore_binary::{Jid, Node};

use super::Session;
use crate::address::{GroupId, Phone};
use crate::wire::{Stanza, node};
use crate::world::group::{Group, GroupError, LONGEST_SUBJECT, describe};

/// How refusals are numbered on the wire.
const BAD_REQUEST: (u16, &str) = (400, "bad-request");
const NOT_FOUND: (u16, &str) = (404, "item-not-found");

impl Session {
    /// Answers everything about groups.
    pub(super) fn take_group_iq(&self, iq: &Node, kind: &str, asked: &str) -> Result<()> {
        let group = iq.jid("to").as_ref().and_then(GroupId::of_jid);
        match (kind, asked, group) {
            ("get", "participating", _) => self.list_groups(iq),
            ("get", "query", Some(group)) => self.show_group(iq, group),
            ("set", "create", _) => self.create_group(iq),
            ("set", "add", Some(group)) => self.change_participants(iq, group, "add"),
            ("set", "remove", Some(group)) => self.change_participants(iq, group, "remove"),
            ("set", "subject", Some(group)) => self.rename_group(iq, group),
            ("set", "leave", _) => self.leave_groups(iq),
            ("get" | "set", "query" | "add" | "remove" | "subject", None) => self.say_no(iq, NOT_FOUND),
            _ => {
                tracing::debug!(kind, asked, "unknown question about groups");
                self.error(iq, 501, "feature-not-implemented");
                Ok(())
            }
        }
    }

    fn list_groups(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let groups = self.world.groups.of(account.phone);
        let groups: Vec<_> = groups.iter().map(|group| describe(&self.world, group, account.phone)).collect();
        self.result(iq, vec![node("groups").children(groups).build()]);
        Ok(())
    }

    fn show_group(&self, iq: &Node, id: GroupId) -> Result<()> {
        let (account, _) = self.device()?;
        match self.world.groups.get(id) {
            // Also when the client knows the group: "not modified" is a saving that a sandbox does not need.
            Some(group) if group.has(account.phone) => {
                self.result(iq, vec![describe(&self.world, &group, account.phone)])
            }
            Some(_) => return self.say_no(iq, (403, "forbidden")),
            None => return self.say_no(iq, NOT_FOUND),
        }
        Ok(())
    }

    fn create_group(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let create = iq.needs("create")?;
        let Some(subject) = subject(create.text("subject")) else { return self.say_no(iq, BAD_REQUEST) };
        let phones: Vec<_> = self.named(create).into_iter().filter_map(|(_, phone)| phone).collect();
        match self.world.create_group(&account, subject, &phones) {
            Ok(group) => self.result(iq, vec![describe(&self.world, &group, account.phone)]),
            Err(error) => return self.say_no(iq, code(error)),
        }
        Ok(())
    }

    /// Answers for each participant by name, so that a client learns who could not be added.
    fn change_participants(&self, iq: &Node, id: GroupId, change: &'static str) -> Result<()> {
        let (account, _) = self.device()?;
        let named = self.named(iq.needs(change)?);
        let known = |phones: &[(Jid, Option<Phone>)]| phones.iter().filter_map(|(_, phone)| *phone).collect::<Vec<_>>();
        let there: Vec<Phone> = self.world.groups.get(id).map(members).unwrap_or_default();
        let outcome = match change {
            "add" => self.world.add_to_group(id, Some(account.phone), &known(&named)),
            _ => self.world.remove_from_group(id, Some(account.phone), &known(&named)),
        };
        if let Err(error) = outcome {
            return self.say_no(iq, code(error));
        }
        let answers = named.into_iter().map(|(jid, phone)| {
            let was_there = phone.is_some_and(|phone| there.contains(&phone));
            let by_lid = jid.is_lid();
            let answer = node("participant").attr("jid", jid);
            let answer = match phone.filter(|_| by_lid) {
                Some(phone) => answer.attr("phone_number", phone.jid()),
                None => answer,
            };
            match (change, phone, was_there) {
                (_, None, _) => answer.attr("error", "404").build(),
                ("add", _, true) => answer.attr("error", "409").build(),
                ("remove", _, false) => answer.attr("error", "404").build(),
                _ => answer.build(),
            }
        });
        self.result(iq, vec![node(change).children(answers.collect::<Vec<_>>()).build()]);
        Ok(())
    }

    fn rename_group(&self, iq: &Node, id: GroupId) -> Result<()> {
        let (account, _) = self.device()?;
        let text = String::from_utf8_lossy(iq.needs("subject")?.content()).into_owned();
        let Some(subject) = subject(Some(text)) else { return self.say_no(iq, BAD_REQUEST) };
        match self.world.rename_group(id, Some(account.phone), subject) {
            Ok(()) => self.result(iq, vec![]),
            Err(error) => return self.say_no(iq, code(error)),
        }
        Ok(())
    }

    fn leave_groups(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let left = iq.needs("leave")?.get_children_by_tag("group").map(|group| {
            let id = group.jid("id").context("a group without id")?;
            if let Some(id) = GroupId::of_jid(&id) {
                // Who is not there has left already.
                let _ = self.world.remove_from_group(id, Some(account.phone), &[account.phone]);
            }
            Ok(node("group").attr("id", id).build())
        });
        let left = left.collect::<Result<Vec<_>>>()?;
        self.result(iq, vec![node("leave").children(left).build()]);
        Ok(())
    }

    /// The participants that a change names, and who of them has WhatsApp.
    fn named(&self, change: &Node) -> Vec<(Jid, Option<Phone>)> {
        let participants = change.get_children_by_tag("participant").filter_map(|participant| participant.jid("jid"));
        let known = |jid: &Jid| self.phone_of(jid).filter(|phone| self.world.is_on_whatsapp(*phone));
        participants.map(|jid| (jid.clone(), known(&jid))).collect()
    }

    fn say_no(&self, iq: &Node, (code, text): (u16, &'static str)) -> Result<()> {
        self.error(iq, code, text);
        Ok(())
    }
}

fn members(group: std::sync::Arc<Group>) -> Vec<Phone> {
    group.participants.keys().copied().collect()
}

fn subject(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty() && text.chars().count() <= LONGEST_SUBJECT)
}

fn code(error: GroupError) -> (u16, &'static str) {
    match error {
        GroupError::TooManyGroups => (500, "internal-server-error"),
        GroupError::TooManyParticipants => (419, "resource-limit"),
        GroupError::Unknown => NOT_FOUND,
        GroupError::NotThere | GroupError::NotAllowed => (403, "forbidden"),
    }
}
