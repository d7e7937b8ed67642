//! A chat as its account's own phone has it, and as it stands in a history.

use std::ops::Range;

use anyhow::Result;
use buffa::MessageField;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{ContactMessage, ExtendedTextMessage, LocationMessage, PollCreationMessage};
use waproto::whatsapp::web_message_info::{Status, StubType};

use super::{CHATS, IN_ALL, PER_CHAT};
use crate::address::{Phone, Recipient};
use crate::world::World;
use crate::world::account::{Account, Addressing};
use crate::world::chat::Shown;
use crate::world::entry::Entry;

/// One chat.
pub(super) struct Chat {
    with: Recipient,
    /// The latest ones, oldest first.
    pub messages: Vec<Shown>,
    unread: u32,
}

/// The chats of an account, those with the latest messages first.
pub(super) fn of(world: &World, account: &Account) -> Vec<Chat> {
    let chats = world.ledger.chats_of(account.phone, IN_ALL).into_iter();
    let mut chats: Vec<Chat> = chats.filter_map(|(with, messages)| Chat::new(account, with, messages)).collect();
    chats.sort_by_key(|chat| (std::cmp::Reverse(chat.last_ms()), chat.with.to_string()));
    chats.truncate(CHATS);
    chats
}

impl Chat {
    fn new(account: &Account, with: Recipient, mut messages: Vec<Shown>) -> Option<Self> {
        messages.drain(..messages.len().saturating_sub(PER_CHAT));
        let is_unread = |shown: &&Shown| match shown.entry.reader(account.phone) {
            Some(reader) => reader.read_at_ms.is_none(),
            None => shown.entry.read_at_ms.is_none(),
        };
        // Who answers has read what came before.
        let since = messages.iter().rev().take_while(|shown| shown.entry.from != account.phone);
        let unread = since.filter(is_unread).count() as u32;
        (!messages.is_empty()).then_some(Self { with, messages, unread })
    }

    fn last_ms(&self) -> i64 {
        self.messages.last().map_or(0, |shown| shown.entry.accepted_at_ms)
    }

    /// Everybody who wrote in it, and whom it is with.
    pub(super) fn people(&self) -> impl Iterator<Item = Phone> {
        self.messages.iter().map(|shown| shown.entry.from).chain(self.with.phone())
    }

    /// Some of its messages, counted from the latest.
    pub(super) fn latest(&self, range: Range<usize>) -> impl Iterator<Item = (usize, &Shown)> {
        self.messages.iter().enumerate().rev().skip(range.start).take(range.len())
    }

    /// The chat with some of its messages, the latest first.
    pub(super) fn conversation<'a>(
        &self,
        world: &World,
        account: &Account,
        messages: impl Iterator<Item = (usize, &'a Shown)>,
    ) -> Result<wa::Conversation> {
        let id = self.address(world, account);
        let message = |(at, shown): (usize, &Shown)| {
            let info = info(world, account, &id, shown)?;
            Ok(wa::HistorySyncMsg { message: MessageField::some(info), msg_order_id: Some(at as u64) })
        };
        let last = u64::try_from(self.last_ms().div_euclid(1000)).ok();
        let conversation = wa::Conversation {
            messages: messages.map(message).collect::<Result<_>>()?,
            unread_count: Some(self.unread),
            conversation_timestamp: last,
            last_msg_timestamp: last,
            ..self.whose(world, account)
        };
        Ok(wa::Conversation { id, ..conversation })
    }

    fn address(&self, world: &World, account: &Account) -> String {
        match self.with {
            Recipient::One(phone) => world.chat_jid(phone, account.addressing() == Addressing::Lid).to_string(),
            Recipient::Group(group) => group.jid().to_string(),
        }
    }

    /// What the phone knows of the other side: the name it is saved under, and both addresses.
    fn whose(&self, world: &World, account: &Account) -> wa::Conversation {
        let phone = match self.with {
            Recipient::One(phone) => phone,
            Recipient::Group(group) => {
                let name = world.groups.get(group).map(|group| group.subject.clone());
                return wa::Conversation { name, ..Default::default() };
            }
        };
        let name = world.people.book.name(phone);
        if account.addressing() == Addressing::Pn {
            let lid_jid = Some(world.chat_jid(phone, true).to_string());
            return wa::Conversation { name, lid_jid, ..Default::default() };
        }
        let knows = name.is_some() || !world.people.character_toward(phone, account.phone).hides_number();
        wa::Conversation { name, pn_jid: knows.then(|| phone.jid().to_string()), ..Default::default() }
    }
}

/// A message as a history tells it.
fn info(world: &World, account: &Account, chat: &str, shown: &Shown) -> Result<wa::WebMessageInfo> {
    let entry = &shown.entry;
    let by_lid = account.addressing() == Addressing::Lid;
    let own = entry.from == account.phone;
    let author = entry.to.group().filter(|_| !own).map(|_| world.chat_jid(entry.from, by_lid).to_string());
    let told = wa::WebMessageInfo {
        key: MessageField::some(wa::MessageKey {
            remote_jid: Some(chat.to_owned()),
            from_me: Some(own),
            id: Some(entry.id.clone()),
            participant: author.clone(),
        }),
        message_timestamp: u64::try_from(entry.accepted_at_ms.div_euclid(1000)).ok(),
        status: own.then(|| status(entry)),
        participant: author,
        push_name: (!own).then(|| world.name_of(entry.from)),
        ..Default::default()
    };
    if shown.deleted {
        return Ok(wa::WebMessageInfo { message_stub_type: Some(StubType::REVOKE), ..told });
    }
    let reaction = |(from, emoji): &(Phone, String)| wa::Reaction {
        key: MessageField::some(wa::MessageKey {
            remote_jid: Some(chat.to_owned()),
            from_me: Some(*from == account.phone),
            participant: entry.to.group().map(|_| world.chat_jid(*from, by_lid).to_string()),
            ..Default::default()
        }),
        text: Some(emoji.clone()),
        sender_timestamp_ms: Some(entry.accepted_at_ms),
        ..Default::default()
    };
    Ok(wa::WebMessageInfo {
        message: MessageField::some(content(world, account, shown)?),
        reactions: shown.reactions.iter().map(reaction).collect(),
        ..told
    })
}

fn status(entry: &Entry) -> Status {
    match (entry.delivered_at_ms, entry.read_at_ms) {
        (_, Some(_)) => Status::READ,
        (Some(_), None) => Status::DELIVERY_ACK,
        (None, None) => Status::SERVER_ACK,
    }
}

/// The message with the words it has now. Of what a client sent the world keeps the kind, the words, the file and what it
/// quotes: of places, cards and polls no more than their name.
fn content(world: &World, account: &Account, shown: &Shown) -> Result<wa::Message> {
    let entry = &shown.entry;
    let by_lid = account.addressing() == Addressing::Lid;
    let text = shown.text.clone();
    let is_text = entry.kind == "text";
    if let Some(quote) = entry.quote.as_ref().filter(|_| is_text) {
        let quoted = [Some(entry.from), entry.to.phone(), Some(account.phone)].into_iter().flatten();
        let quoted = quoted.filter_map(|author| world.ledger.find(author, quote)).next();
        let quoted = quoted.and_then(|at| world.ledger.get(at));
        let context = match quoted {
            Some(quoted) => world.quotation(&quoted, by_lid)?,
            None => wa::ContextInfo { stanza_id: Some(quote.clone()), ..Default::default() },
        };
        let context_info = MessageField::some(context);
        let answer = ExtendedTextMessage { text, context_info, ..Default::default() };
        return Ok(wa::Message { extended_text_message: MessageField::some(answer), ..Default::default() });
    }
    if is_text {
        return Ok(wa::Message { conversation: text, ..Default::default() });
    }
    let mut message = wa::Message::default();
    match entry.kind.as_str() {
        "location" if entry.written.is_none() => {
            let place = LocationMessage { name: text, ..Default::default() };
            message.location_message = MessageField::some(place);
        }
        "contact" if entry.written.is_none() => {
            let card = ContactMessage { display_name: text, ..Default::default() };
            message.contact_message = MessageField::some(card);
        }
        "poll" if entry.written.is_none() => {
            let poll = PollCreationMessage { name: text, ..Default::default() };
            message.poll_creation_message = MessageField::some(poll);
        }
        _ => return world.message_of(entry),
    }
    Ok(message)
}
