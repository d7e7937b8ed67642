//! What a message says: from the network's protobuf to our kinds and text, and back.

use super::file::{self, Announced};
use domain::message::MessageKind;
use waproto::whatsapp as wa;

/// A message's kind and its text or caption. Wrappers (view once, ephemeral, edited) are looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub kind: MessageKind,
    pub text: String,
    pub file: Option<Announced>,
}

/// How deep wrappers may be nested; a hostile message may nest more.
const WRAPPERS: usize = 4;

/// The content of a message, or `None` when it carries nothing for people (keys, settings, receipts).
pub fn read(message: &wa::Message) -> Option<Content> {
    let mut message = message;
    for _ in 0..WRAPPERS {
        match wrapped(message) {
            Some(inner) => message = inner,
            None => break,
        }
    }
    let content = |kind: MessageKind, text: Option<&String>| {
        let file = if kind.has_file() { file::announced(message) } else { None };
        Some(Content { kind, text: text.cloned().unwrap_or_default(), file })
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
    if let Some(m) = message.reaction_message.as_option() {
        return content(MessageKind::Reaction, m.text.as_ref());
    }
    if message.protocol_message.is_set() || message.sender_key_distribution_message.is_set() {
        return None;
    }
    content(MessageKind::Other, None)
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

    #[test]
    fn text_is_read_through_wrappers() {
        let mut message = text("halo");
        for _ in 0..WRAPPERS {
            let wrapper = wa::message::FutureProofMessage { message: buffa::MessageField::some(message) };
            message = wa::Message { ephemeral_message: buffa::MessageField::some(wrapper), ..Default::default() };
        }
        assert_eq!(read(&message), Some(Content { kind: MessageKind::Text, text: "halo".into(), file: None }));
    }

    #[test]
    fn what_is_not_for_people_is_no_message() {
        let protocol = wa::message::ProtocolMessage::default();
        let message = wa::Message { protocol_message: buffa::MessageField::some(protocol), ..Default::default() };
        assert_eq!(read(&message), None);
        assert_eq!(read(&wa::Message::default()).map(|c| c.kind), Some(MessageKind::Other));
    }
}
