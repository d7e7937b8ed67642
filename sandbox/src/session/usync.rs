//! Usync: who is on WhatsApp, under which LID, with which devices.

use anyhow::Result;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::Session;
use crate::address::Phone;
use crate::wire::{Stanza, node};
use crate::world::announce;

/// What is answered of somebody.
const PROTOCOLS: [&str; 4] = ["contact", "lid", "devices", "status"];

impl Session {
    pub(super) fn answer_usync(&self, iq: &Node) -> Result<()> {
        let usync = iq.needs("usync")?;
        let query = usync.needs("query")?;
        let asked = || children(query).map(|protocol| protocol.tag.as_ref());
        // Each once, however often it was asked for: a client that asks all of everybody gets no more than that.
        let protocols: Vec<&str> = PROTOCOLS.into_iter().filter(|known| asked().any(|it| it == *known)).collect();
        let users = usync.needs("list")?.get_children_by_tag("user");
        let users: Vec<Node> = users.filter_map(|user| self.answer_about(user, &protocols)).collect();
        let results = asked().map(|protocol| NodeBuilder::new_dynamic(protocol.to_owned()).build());
        let copy = |key| usync.text(key).unwrap_or_default();
        let answer = node("usync")
            .attr("sid", copy("sid"))
            .attr("mode", copy("mode"))
            .attr("context", copy("context"))
            .attr("index", "0")
            .attr("last", "true")
            .children([node("result").children(results).build(), node("list").children(users).build()]);
        self.result(iq, vec![answer.build()]);
        Ok(())
    }

    fn answer_about(&self, user: &Node, protocols: &[&str]) -> Option<Node> {
        let asked = user.child("contact").map(|contact| String::from_utf8_lossy(contact.content()).into_owned());
        let asked = asked.and_then(|number| number.trim_start_matches('+').parse::<Phone>().ok());
        let jid = user.jid("jid").or_else(|| asked.map(Phone::jid))?;
        let phone = self.phone_of(&jid).filter(|phone| self.world.is_on_whatsapp(*phone));
        let answers = protocols.iter().filter_map(|protocol| self.answer_protocol(protocol, phone));
        let mut answer = node("user").attr("jid", &jid);
        if let Some(phone) = phone.filter(|_| jid.is_lid()) {
            answer = answer.attr("pn_jid", phone.jid());
        }
        Some(answer.children(answers.collect::<Vec<_>>()).build())
    }

    /// Somebody without WhatsApp has neither LID nor devices: those answers are left out.
    fn answer_protocol(&self, protocol: &str, phone: Option<Phone>) -> Option<Node> {
        if protocol == "contact" {
            return Some(node("contact").attr("type", if phone.is_some() { "in" } else { "out" }).build());
        }
        let phone = phone?;
        match protocol {
            "lid" => Some(node("lid").attr("val", self.world.realm().lids.jid(phone)).build()),
            "devices" => Some(self.device_list(phone)),
            "status" => self.about(phone),
            _ => None,
        }
    }

    /// What an account says about itself; people say nothing.
    fn about(&self, phone: Phone) -> Option<Node> {
        let about = self.world.account(phone)?.about();
        (!about.is_empty()).then(|| node("status").bytes(about.into_bytes()).build())
    }

    fn device_list(&self, phone: Phone) -> Node {
        let mut devices = vec![node("device").attr("id", "0").build()];
        let account = self.world.account(phone);
        if let (Some(account), Ok((asker, _))) = (&account, self.device()) {
            self.world.give_list(account, asker.phone);
        }
        let linked = account.as_ref().map(|account| account.device_ids()).unwrap_or_default();
        devices.extend(linked.iter().map(|id| node("device").attr("id", *id).attr("key-index", *id).build()));
        let list = node("device-list").attr("hash", announce::list_hash(&linked)).children(devices).build();
        let signed = account.filter(|_| !linked.is_empty());
        let signed = signed.map(|account| announce::key_indexes(&self.world, &account, &linked));
        node("devices").children([Some(list), signed].into_iter().flatten()).build()
    }
}

fn children(node: &Node) -> impl Iterator<Item = &Node> {
    node.children().unwrap_or_default().iter()
}
