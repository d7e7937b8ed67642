//! What a message says: from the network's protobuf to our kinds and text, and back.

use super::file::{self, Announced};
use buffa::MessageField;
use domain::{PhoneNumber, message::MessageKind};
use wacore_binary::Jid;
use waproto::whatsapp as wa;

/// What came, in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Message(Content),
    /// About an earlier message of the same chat.
    Change(Change),
    /// Nothing for people: keys, settings.
    Nothing,
}

/// A message's kind and its text or caption. Wrappers (view once, ephemeral, edited) are looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub kind: MessageKind,
    pub text: String,
    pub file: Option<Box<Announced>>,
    pub quote: Option<Quoted>,
}

/// The message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    pub wa_id: String,
    /// What the answer says that it said: the beginning.
    pub text: String,
}

/// What somebody does to an earlier message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Of their own.
    Edited { of: String, kind: MessageKind, text: String },
    /// Of their own.
    Deleted { of: String },
    /// To one of `own` or of the other side. An empty emoji takes it back.
    Reacted { to: String, own: bool, emoji: String },
}

/// How deep wrappers may be nested; a hostile message may nest more.
const WRAPPERS: usize = 4;
/// Characters kept of a text or caption: WhatsApp's own clients write no longer ones.
const TEXT: usize = 65_536;
/// Characters kept of what an answer quotes.
const QUOTED: usize = 200;
/// Characters of the longest emoji, with room: families are made of eleven.
const EMOJI: usize = 32;

/// Text of a stranger as databases take it: PostgreSQL has no place for NUL.
pub fn tidy(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').collect()
}

/// What a stranger calls something, on one line: no more than so many characters.
pub fn one_line(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

/// The phone number of a jid that has one. Bots, lists and channels have digits too, and are nobody.
pub fn phone(jid: &Jid) -> Option<PhoneNumber> {
    PhoneNumber::from_e164(&jid.user).ok().filter(|_| jid.server.is_pn_family())
}

/// The digits of a LID.
pub fn lid(jid: &Jid) -> Option<String> {
    let digits = jid.user.as_str();
    let is_lid = (1..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (is_lid && jid.server.is_lid_family()).then(|| digits.to_owned())
}

/// The id of a message on the wire, unless it is none: real ones have some thirty characters.
pub fn wire_id(id: Option<&String>) -> Option<String> {
    id.filter(|id| !id.is_empty() && id.len() <= 128 && !id.contains(char::is_control)).cloned()
}

/// An emoji that somebody reacted with.
pub fn emoji(text: &str) -> String {
    one_line(text, EMOJI)
}

/// What a message says.
pub fn read(message: &wa::Message) -> Said {
    read_some(message).unwrap_or(Said::Nothing)
}

fn read_some(message: &wa::Message) -> Option<Said> {
    let message = unwrap(message);
    if let Some(reaction) = message.reaction_message.as_option() {
        let key = reaction.key.as_option()?;
        let emoji = emoji(reaction.text.as_deref().unwrap_or_default());
        let to = wire_id(key.id.as_ref())?;
        return Some(Said::Change(Change::Reacted { to, own: key.from_me == Some(true), emoji }));
    }
    if let Some(protocol) = message.protocol_message.as_option() {
        return change(protocol).map(Said::Change);
    }
    content(message).map(Said::Message)
}

fn change(protocol: &wa::message::ProtocolMessage) -> Option<Change> {
    use wa::message::protocol_message::Type;
    let of = wire_id(protocol.key.as_option()?.id.as_ref())?;
    match protocol.r#type {
        Some(Type::REVOKE) => Some(Change::Deleted { of }),
        Some(Type::MESSAGE_EDIT) => {
            let content = content(unwrap(protocol.edited_message.as_option()?))?;
            Some(Change::Edited { of, kind: content.kind, text: content.text })
        }
        _ => None,
    }
}

fn content(message: &wa::Message) -> Option<Content> {
    let content = |kind: MessageKind, text: Option<&String>| {
        let file = if kind.has_file() { file::announced(message).map(Box::new) } else { None };
        Some(Content {
            kind,
            text: text.map(|text| tidy(text).chars().take(TEXT).collect()).unwrap_or_default(),
            file,
            quote: quote(message),
        })
    };
    if let Some(text) = message.conversation.as_ref().filter(|text| !text.is_empty()) {
        return content(MessageKind::Text, Some(text));
    }
    if let Some(m) = message.extended_text_message.as_option() {
        return content(MessageKind::Text, m.text.as_ref());
    }
    if let Some(m) = message.image_message.as_option() {
        return content(MessageKind::Image, m.caption.as_ref());
    }
    if let Some(m) = message.video_message.as_option() {
        return content(MessageKind::Video, m.caption.as_ref());
    }
    if let Some(m) = message.audio_message.as_option() {
        return content(if m.ptt == Some(true) { MessageKind::Voice } else { MessageKind::Audio }, None);
    }
    if let Some(m) = message.document_message.as_option() {
        return content(MessageKind::Document, m.caption.as_ref());
    }
    if message.sticker_message.is_set() {
        return content(MessageKind::Sticker, None);
    }
    if let Some(m) = message.location_message.as_option() {
        return content(MessageKind::Location, m.name.as_ref());
    }
    if let Some(m) = message.contact_message.as_option() {
        return content(MessageKind::Contact, m.display_name.as_ref());
    }
    let polls = [&message.poll_creation_message, &message.poll_creation_message_v3];
    if let Some(m) = polls.into_iter().find_map(MessageField::as_option) {
        return content(MessageKind::Poll, m.name.as_ref());
    }
    if message.protocol_message.is_set() || message.sender_key_distribution_message.is_set() {
        return None;
    }
    content(MessageKind::Other, None)
}

/// The message that this one answers, wherever its kind keeps that.
fn quote(message: &wa::Message) -> Option<Quoted> {
    macro_rules! contexts {
        ($($field:ident),+) => { [$(message.$field.as_option().and_then(|m| m.context_info.as_option())),+] };
    }
    let contexts = contexts![
        extended_text_message,
        image_message,
        video_message,
        audio_message,
        document_message,
        sticker_message,
        location_message,
        contact_message,
        poll_creation_message,
        poll_creation_message_v3
    ];
    let context = contexts.into_iter().flatten().next()?;
    let text = context.quoted_message.as_option().map(unwrap).and_then(words).unwrap_or_default();
    Some(Quoted { wa_id: wire_id(context.stanza_id.as_ref())?, text: tidy(text).chars().take(QUOTED).collect() })
}

/// The text or caption of a message that is quoted: what it quotes itself is not looked at.
fn words(message: &wa::Message) -> Option<&str> {
    let captions = [
        message.conversation.as_ref(),
        message.extended_text_message.as_option().and_then(|m| m.text.as_ref()),
        message.image_message.as_option().and_then(|m| m.caption.as_ref()),
        message.video_message.as_option().and_then(|m| m.caption.as_ref()),
        message.document_message.as_option().and_then(|m| m.caption.as_ref()),
    ];
    captions.into_iter().flatten().map(String::as_str).find(|text| !text.is_empty())
}

fn unwrap(message: &wa::Message) -> &wa::Message {
    let mut message = message;
    for _ in 0..WRAPPERS {
        match wrapped(message) {
            Some(inner) => message = inner,
            None => break,
        }
    }
    message
}

fn wrapped(message: &wa::Message) -> Option<&wa::Message> {
    let inner = |future: &'_ buffa::MessageField<wa::message::FutureProofMessage>| future.as_option().is_some();
    let outer = [
        &message.ephemeral_message,
        &message.view_once_message,
        &message.view_once_message_v2,
        &message.document_with_caption_message,
        &message.edited_message,
    ]
    .into_iter()
    .find(|outer| inner(outer))?;
    outer.as_option()?.message.as_option()
}

/// A plain text message.
pub fn text(body: &str) -> wa::Message {
    wa::Message { conversation: Some(body.to_owned()), ..Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wa::message::{ExtendedTextMessage, FutureProofMessage, ProtocolMessage, ReactionMessage, protocol_message};

    fn words_of(said: Said) -> Option<String> {
        match said {
            Said::Message(content) => Some(content.text),
            Said::Change(_) | Said::Nothing => None,
        }
    }

    fn key(id: &str, from_me: bool) -> MessageField<wa::MessageKey> {
        MessageField::some(wa::MessageKey { id: Some(id.into()), from_me: Some(from_me), ..Default::default() })
    }

    fn protocol(protocol: ProtocolMessage) -> wa::Message {
        wa::Message { protocol_message: MessageField::some(protocol), ..Default::default() }
    }

    #[test]
    fn text_is_read_through_wrappers() {
        let mut message = text("halo");
        for _ in 0..WRAPPERS {
            let wrapper = FutureProofMessage { message: MessageField::some(message) };
            message = wa::Message { ephemeral_message: MessageField::some(wrapper), ..Default::default() };
        }
        assert_eq!(words_of(read(&message)).as_deref(), Some("halo"));
    }

    #[test]
    fn what_is_not_for_people_is_no_message() {
        assert_eq!(read(&protocol(ProtocolMessage::default())), Said::Nothing);
        let without_text = ProtocolMessage {
            key: key("A1", true),
            r#type: Some(protocol_message::Type::MESSAGE_EDIT),
            ..Default::default()
        };
        assert_eq!(read(&protocol(without_text)), Said::Nothing);
        let Said::Message(other) = read(&wa::Message::default()) else { panic!("a message") };
        assert_eq!(other.kind, MessageKind::Other);
    }

    #[test]
    fn an_edit_is_read_inside_its_wrapper() {
        let edit = ProtocolMessage {
            key: key("A1", true),
            r#type: Some(protocol_message::Type::MESSAGE_EDIT),
            edited_message: MessageField::some(text("dua")),
            ..Default::default()
        };
        let wrapper = FutureProofMessage { message: MessageField::some(protocol(edit)) };
        let message = wa::Message { edited_message: MessageField::some(wrapper), ..Default::default() };
        let Said::Change(change) = read(&message) else { panic!("an edit") };
        assert_eq!(change, Change::Edited { of: "A1".into(), kind: MessageKind::Text, text: "dua".into() });
    }

    #[test]
    fn a_deletion_and_a_reaction_name_their_message() {
        let revoke = ProtocolMessage {
            key: key("A1", true),
            r#type: Some(protocol_message::Type::REVOKE),
            ..Default::default()
        };
        assert_eq!(read(&protocol(revoke)), Said::Change(Change::Deleted { of: "A1".into() }));
        let reaction =
            ReactionMessage { key: key("B2", false), text: Some("👍".repeat(4_096)), ..Default::default() };
        let message = wa::Message { reaction_message: MessageField::some(reaction), ..Default::default() };
        let expected = Change::Reacted { to: "B2".into(), own: false, emoji: "👍".repeat(EMOJI) };
        assert_eq!(read(&message), Said::Change(expected));
    }

    #[test]
    fn what_no_database_takes_is_left_out() {
        assert_eq!(words_of(read(&text("ha\0lo"))).as_deref(), Some("halo"));
        for id in ["", "A\0", "A\nB", &"A".repeat(129)] {
            let revoke = ProtocolMessage {
                key: key(id, true),
                r#type: Some(protocol_message::Type::REVOKE),
                ..Default::default()
            };
            assert_eq!(read(&protocol(revoke)), Said::Nothing, "{id:?}");
        }
    }

    #[test]
    fn an_answer_says_what_it_answers() {
        let context = wa::ContextInfo {
            stanza_id: Some("A1".into()),
            quoted_message: MessageField::some(text(&"x".repeat(1_000))),
            ..Default::default()
        };
        let extended = ExtendedTextMessage {
            text: Some("iya".into()),
            context_info: MessageField::some(context),
            ..Default::default()
        };
        let message = wa::Message { extended_text_message: MessageField::some(extended), ..Default::default() };
        let Said::Message(content) = read(&message) else { panic!("a message") };
        assert_eq!(content.quote, Some(Quoted { wa_id: "A1".into(), text: "x".repeat(QUOTED) }));
    }
}
