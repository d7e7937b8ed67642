//! Usync: who is on WhatsApp, under which LID, with which devices.

use anyhow::Result;
use buffa::Message as _;
use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;
use waproto::whatsapp as wa;

use super::Session;
use crate::address::Phone;
use crate::signal::public_bytes;
use crate::wire::{Stanza, node};
use crate::world::account::Account;

/// What a signed list of key indexes is signed with in front.
const KEY_INDEX_PREFIX: [u8; 2] = [6, 2];

impl Session {
    pub(super) fn answer_usync(&self, iq: &Node) -> Result<()> {
        let usync = iq.needs("usync")?;
        let protocols: Vec<String> = children(usync.needs("query")?).map(|protocol| protocol.tag.to_string()).collect();
        let users = usync.needs("list")?.get_children_by_tag("user");
        let users: Vec<Node> = users.filter_map(|user| self.answer_about(user, &protocols)).collect();
        let results = protocols.into_iter().map(|protocol| NodeBuilder::new_dynamic(protocol).build());
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

    fn answer_about(&self, user: &Node, protocols: &[String]) -> Option<Node> {
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
            _ => None,
        }
    }

    fn device_list(&self, phone: Phone) -> Node {
        let mut devices = vec![node("device").attr("id", "0").build()];
        let mut indexes = Vec::new();
        let account = self.world.account(phone);
        if let Some(account) = &account {
            for device in account.devices().iter() {
                devices.push(node("device").attr("id", device.id).attr("key-index", device.id).build());
                indexes.push(u32::from(device.id));
            }
        }
        let hash = format!("2:{}", indexes.iter().fold("0".to_owned(), |hash, index| format!("{hash}-{index}")));
        let list = node("device-list").attr("hash", hash).children(devices).build();
        let signed = account.filter(|_| !indexes.is_empty()).map(|account| {
            let now = self.world.clock.now_secs();
            let list = self.signed_key_indexes(&account, indexes, now);
            node("key-index-list").attr("ts", now).bytes(list).build()
        });
        node("devices").children([Some(list), signed].into_iter().flatten()).build()
    }

    fn signed_key_indexes(&self, account: &Account, indexes: Vec<u32>, now_secs: u64) -> Vec<u8> {
        let details = wa::ADVKeyIndexList {
            raw_id: Some(account.raw_id),
            timestamp: Some(now_secs),
            current_index: indexes.iter().max().copied(),
            valid_indexes: indexes,
            ..Default::default()
        }
        .encode_to_vec();
        let identity = account.handset.identity();
        let signed = [KEY_INDEX_PREFIX.as_slice(), &details].concat();
        let signature = identity.calculate_signature(&signed, &mut self.world.random.fork());
        wa::ADVSignedKeyIndexList {
            details: Some(details),
            account_signature: Some(signature.expect("an identity key signs").to_vec()),
            account_signature_key: Some(public_bytes(&identity.public_key).to_vec()),
        }
        .encode_to_vec()
    }
}

fn children(node: &Node) -> impl Iterator<Item = &Node> {
    node.children().unwrap_or_default().iter()
}
