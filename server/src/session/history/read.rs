//! A part of a phone's history in our words: chat by chat, never all of it at once.

use crate::{
    contact::Identity,
    inbox::{
        Received,
        history::{Chat, Past, Reaction},
    },
    whatsapp::content::{self, Said},
};
use domain::{Millis, PhoneNumber, message::MessageState, time::SECOND_MS};
use std::collections::HashMap;
use wacore::{
    history_sync::{HistorySyncError, HistorySyncStream},
    types::events::ContactUpdate,
};
use wacore_binary::{Jid, JidExt as _};
use waproto::whatsapp::{
    self as wa,
    web_message_info::{Status, StubType},
};

/// Characters kept of a name.
const NAME: usize = 200;
/// More messages than this are unread nowhere: it is how phones say that there is no number.
const UNREAD: u32 = 100_000;
/// When nothing was written yet, and what is no time any more: 2000 and 2100, in seconds since 1970.
const TIMES: std::ops::Range<u64> = 946_684_800..4_102_444_800;

/// What is told of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::session) struct Entry {
    pub phone: Option<PhoneNumber>,
    pub lid: Option<String>,
    pub push_name: String,
    pub saved_name: String,
    /// They have just said what they are called.
    pub is_new: bool,
}

impl Entry {
    /// What is told later counts.
    pub(super) fn learn(&mut self, later: Self) {
        self.phone = later.phone.or(self.phone.take());
        self.lid = later.lid.or(self.lid.take());
        let newer = |older: &mut String, newer: String| {
            if !newer.is_empty() {
                *older = newer;
            }
        };
        newer(&mut self.push_name, later.push_name);
        newer(&mut self.saved_name, later.saved_name);
        self.is_new |= later.is_new;
    }
}

/// Who is who in a part, and what they are called.
#[derive(Debug)]
pub(super) struct Book {
    pub entries: Vec<Entry>,
    /// False when a chat in it could not be read.
    pub is_whole: bool,
}

/// Reads a part that has `bytes` when it is unpacked, and gives away its chats until `give` wants no more.
///
/// It is unpacked twice: chats are told before those who are in them.
pub(super) fn part(packed: &[u8], bytes: u64, give: impl Fn(Chat) -> bool) -> Result<Book, HistorySyncError> {
    let mut stream = HistorySyncStream::new(packed, bytes);
    while stream.next_conversation_bytes()?.is_some() {}
    let people = People::of(stream.remainder()?);
    let mut stream = HistorySyncStream::new(packed, bytes);
    let mut conversation = wa::Conversation::default();
    while stream.next_conversation_into(&mut conversation)? {
        let chat = chat(std::mem::take(&mut conversation), &people);
        if chat.is_some_and(|chat| !give(chat)) {
            break;
        }
    }
    Ok(Book { entries: people.entries, is_whole: stream.skipped_conversations() == 0 })
}

/// A name in the phone's address book.
pub(super) fn saved(update: &ContactUpdate) -> Option<(String, Entry)> {
    let action = &update.action;
    let name =
        action.full_name.as_deref().or(action.first_name.as_deref()).map(called).filter(|name| !name.is_empty())?;
    let other = [&action.pn_jid, &action.lid_jid].into_iter().flatten().filter_map(|jid| jid.parse().ok());
    let mut entry = addresses(std::iter::once(update.jid.clone()).chain(other))?;
    entry.saved_name = name;
    Some((update.jid.to_non_ad_string(), entry))
}

/// What somebody calls themself now.
pub(super) fn named(jid: &Jid, name: &str) -> Option<(String, Entry)> {
    let mut entry = addresses(std::iter::once(jid.clone()))?;
    (entry.push_name, entry.is_new) = (called(name), true);
    Some((jid.to_non_ad_string(), entry))
}

fn called(name: &str) -> String {
    // A phone that does not know writes a dash.
    if name == "-" { String::new() } else { content::tidy(name).trim().chars().take(NAME).collect() }
}

/// A phone that has nobody saved writes the number where the name would be.
fn is_name(name: &str) -> bool {
    name.chars().any(char::is_alphabetic)
}

/// Whose addresses these are. Nobody's when they are those of a group or the like.
fn addresses(jids: impl Iterator<Item = Jid>) -> Option<Entry> {
    let mut entry = Entry::default();
    for jid in jids {
        if jid.server.is_lid_family() {
            entry.lid = entry.lid.or(content::lid(&jid));
        } else if jid.server.is_pn_family() {
            entry.phone = entry.phone.or(content::phone(&jid));
        }
    }
    (entry.phone.is_some() || entry.lid.is_some()).then_some(entry)
}

/// The people of a part.
struct People {
    entries: Vec<Entry>,
    /// Where they stand among these, by the digits of a phone number or of a LID.
    phones: HashMap<String, usize>,
    lids: HashMap<String, usize>,
}

impl People {
    fn of(told: wa::HistorySync) -> Self {
        let mut people = Self { entries: Vec::new(), phones: HashMap::new(), lids: HashMap::new() };
        for pair in told.phone_number_to_lid_mappings {
            let jids = [pair.pn_jid, pair.lid_jid].into_iter().flatten().filter_map(|jid| jid.parse().ok());
            people.learn(addresses(jids));
        }
        for name in told.pushnames {
            let jid: Option<Jid> = name.id.and_then(|id| id.parse().ok());
            let entry = jid.and_then(|jid| addresses(std::iter::once(jid)));
            let push_name = called(name.pushname.as_deref().unwrap_or_default());
            people.learn(entry.map(|entry| Entry { push_name, ..entry }));
        }
        people
    }

    fn learn(&mut self, told: Option<Entry>) {
        let Some(told) = told else { return };
        let at = self.find(&told).unwrap_or(self.entries.len());
        if at == self.entries.len() {
            self.entries.push(Entry::default());
        }
        self.entries[at].learn(told);
        let entry = &self.entries[at];
        self.phones.extend(entry.phone.iter().map(|phone| (phone.digits().to_owned(), at)));
        self.lids.extend(entry.lid.iter().map(|lid| (lid.clone(), at)));
    }

    fn find(&self, of: &Entry) -> Option<usize> {
        let by_phone = of.phone.as_ref().and_then(|phone| self.phones.get(phone.digits()));
        by_phone.or_else(|| of.lid.as_ref().and_then(|lid| self.lids.get(lid))).copied()
    }

    /// With what else is known of them.
    fn complete(&self, told: Entry) -> Entry {
        let mut whole = self.find(&told).map(|at| self.entries[at].clone()).unwrap_or_default();
        whole.learn(told);
        whole
    }
}

/// A chat with a person; nothing for groups, channels and statuses.
fn chat(conversation: wa::Conversation, people: &People) -> Option<Chat> {
    let jid: Jid = conversation.id.parse().ok()?;
    if jid.is_group() || jid.is_broadcast_list() || jid.is_status_broadcast() || jid.is_newsletter() || jid.is_psa() {
        return None;
    }
    let told = [&conversation.pn_jid, &conversation.lid_jid].into_iter().flatten().filter_map(|jid| jid.parse().ok());
    let mut person = people.complete(addresses(std::iter::once(jid).chain(told))?);
    let names = [&conversation.display_name, &conversation.name].into_iter().flatten();
    person.saved_name = names.map(|name| called(name)).find(|name| is_name(name)).unwrap_or_default();
    let order =
        |message: &wa::HistorySyncMsg| message.msg_order_id.and_then(|order| i64::try_from(order).ok()).unwrap_or(0);
    let mut messages: Vec<_> = conversation
        .messages
        .into_iter()
        .filter_map(|message| {
            let order = order(&message);
            Some(Past { order, ..past(message.message.into_option()?, &conversation.id, &person)? })
        })
        .collect();
    messages.sort_by_key(|past| (past.message.at, past.order));
    // The newest name is the one they have.
    let push_name = messages.iter().rev().map(|past| &past.message.push_name).find(|name| !name.is_empty());
    let push_name = push_name.cloned().unwrap_or(person.push_name);
    let unread = conversation.unread_count.filter(|count| *count <= UNREAD).unwrap_or_default();
    let is_marked = conversation.marked_as_unread == Some(true);
    Some(Chat {
        who: Identity { phone: person.phone, lid: person.lid, push_name },
        saved_name: person.saved_name,
        unread: if is_marked { unread.max(1) } else { unread },
        messages,
    })
}

fn past(told: wa::WebMessageInfo, chat: &str, person: &Entry) -> Option<Past> {
    let is_deleted = told.message_stub_type == Some(StubType::REVOKE);
    let key = told.key.into_option()?;
    let from_me = key.from_me == Some(true);
    let at = told.message_timestamp.and_then(time)?;
    let said = match told.message.as_option() {
        _ if is_deleted => Said::Nothing,
        // Calls, new keys and whatever else a chat shows that nobody wrote.
        None => return None,
        Some(message) => match content::read(message) {
            Said::Nothing => return None,
            said => said,
        },
    };
    let push_name = if from_me { String::new() } else { called(told.push_name.as_deref().unwrap_or_default()) };
    let message = Received {
        phone: person.phone.clone(),
        lid: person.lid.clone(),
        push_name,
        from_me,
        wa_id: content::wire_id(key.id.as_ref())?,
        chat: chat.to_owned(),
        said,
        at,
    };
    let reactions = told.reactions.into_iter().filter_map(|reaction| reacted(reaction, at)).collect();
    Some(Past { message, order: 0, state: state(told.status), is_deleted, reactions })
}

fn reacted(told: wa::Reaction, of: Millis) -> Option<Reaction> {
    let from_me = told.key.as_option()?.from_me == Some(true);
    let seconds = told.sender_timestamp_ms.and_then(|at| u64::try_from(at).ok()).map(|at| at / 1000);
    let at = seconds.and_then(time).unwrap_or(of);
    Some(Reaction { from_me, emoji: content::emoji(told.text.as_deref()?), at })
}

fn time(seconds: u64) -> Option<Millis> {
    let seconds = i64::try_from(seconds).ok().filter(|_| TIMES.contains(&seconds))?;
    Some(Millis(seconds * SECOND_MS))
}

fn state(told: Option<Status>) -> MessageState {
    match told {
        Some(Status::READ | Status::PLAYED) => MessageState::Read,
        Some(Status::DELIVERY_ACK) => MessageState::Delivered,
        Some(Status::ERROR) => MessageState::Failed,
        _ => MessageState::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use buffa::{Message as _, MessageField};
    use flate2::{Compression, write::ZlibEncoder};
    use std::{cell::RefCell, io::Write as _};

    const RINA: &str = "6281311110001@s.whatsapp.net";
    const LID: &str = "99000142@lid";
    const AT: u64 = 1_795_150_800;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("to memory");
        encoder.finish().expect("to memory")
    }

    /// What a part gives, and who is in it.
    fn read(history: &wa::HistorySync) -> (Vec<Chat>, Book) {
        let bytes = history.encode_to_vec();
        let given = RefCell::new(Vec::new());
        let keep = |chat| {
            given.borrow_mut().push(chat);
            true
        };
        let book = part(&packed(&bytes), bytes.len() as u64, keep).expect("a part");
        (given.into_inner(), book)
    }

    fn said(id: &str, text: &str) -> wa::WebMessageInfo {
        let key = wa::MessageKey { id: Some(id.into()), from_me: Some(false), ..Default::default() };
        wa::WebMessageInfo {
            key: MessageField::some(key),
            message: MessageField::some(content::text(text)),
            message_timestamp: Some(AT),
            ..Default::default()
        }
    }

    fn conversation(id: &str, messages: Vec<wa::WebMessageInfo>) -> wa::Conversation {
        let message = |(at, info): (usize, wa::WebMessageInfo)| wa::HistorySyncMsg {
            message: MessageField::some(info),
            msg_order_id: Some(at as u64),
        };
        let messages = messages.into_iter().enumerate().map(message).rev().collect();
        wa::Conversation { id: id.into(), messages, ..Default::default() }
    }

    #[test]
    fn what_is_no_history_is_refused_whole() {
        let refused = |bytes: &[u8], size: u64| part(bytes, size, |_| panic!("nothing to give")).is_err();
        assert!(refused(b"", 0) && refused(b"garbage", 1_000));
        let cut = packed(&wa::HistorySync { progress: Some(7), ..Default::default() }.encode_to_vec());
        assert!(refused(&cut[..cut.len() - 2], 1_000));
        let large = vec![0x12; 1_000];
        assert!(refused(&packed(&large), 100), "larger than it says");
        assert!(refused(&packed(b"\x12\xff\xff\xff\xff\x7f"), 1_000), "a chat without end");
    }

    #[test]
    fn only_what_people_wrote_is_told() {
        let without_key = wa::WebMessageInfo { key: MessageField::none(), ..said("A", "x") };
        let without_words = wa::WebMessageInfo { message: MessageField::none(), ..said("B", "x") };
        let of_no_time = wa::WebMessageInfo { message_timestamp: Some(u64::MAX), ..said("C", "x") };
        let messages = vec![
            without_key,
            without_words,
            of_no_time,
            said("", "x"),
            said(&"D".repeat(129), "x"),
            said("E", "ha\0lo"),
        ];
        let strange = |id: &str| conversation(id, vec![said("F", "x")]);
        let history = wa::HistorySync {
            conversations: vec![
                strange("12345@g.us"),
                strange("status@broadcast"),
                strange("777@newsletter"),
                strange("nobody"),
                conversation(RINA, messages),
            ],
            ..Default::default()
        };
        let (chats, book) = read(&history);
        let [chat] = &chats[..] else { panic!("one chat: {chats:?}") };
        let texts: Vec<_> = chat.messages.iter().map(|past| past.message.said.clone()).collect();
        let [Said::Message(only)] = &texts[..] else { panic!("one message: {texts:?}") };
        assert_eq!((only.text.as_str(), book.is_whole), ("halo", true));
    }

    #[test]
    fn a_chat_knows_both_addresses_names_and_order() {
        let pair = wa::PhoneNumberToLIDMapping { pn_jid: Some(RINA.into()), lid_jid: Some(LID.into()) };
        let name = wa::Pushname { id: Some(LID.into()), pushname: Some("Rina".into()) };
        let nameless = wa::Pushname { id: Some("99000143@lid".into()), pushname: Some("-".into()) };
        let chat = wa::Conversation {
            unread_count: Some(u32::MAX),
            marked_as_unread: Some(true),
            name: Some("+62 813-1111-0001".into()),
            ..conversation(LID, vec![said("A", "satu"), said("B", "dua")])
        };
        let history = wa::HistorySync {
            conversations: vec![chat],
            phone_number_to_lid_mappings: vec![pair],
            pushnames: vec![name, nameless],
            ..Default::default()
        };
        let (chats, book) = read(&history);
        let Chat { who, saved_name, unread, messages, .. } = &chats[0];
        assert_eq!(who.phone.as_ref().map(PhoneNumber::digits), Some("6281311110001"));
        assert_eq!((who.lid.as_deref(), who.push_name.as_str()), (Some("99000142"), "Rina"));
        assert_eq!((saved_name.as_str(), *unread), ("", 1), "a number is no name");
        let ids: Vec<_> = messages.iter().map(|past| past.message.wa_id.as_str()).collect();
        assert_eq!(ids, ["A", "B"], "as they were written");
        let names: Vec<_> = book.entries.iter().map(|entry| entry.push_name.as_str()).collect();
        assert_eq!(names, ["Rina", ""]);
    }
}
