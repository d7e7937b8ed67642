//! What a message is about, as far as the ledger tells it.

mod writing;

pub use writing::{Place, Writing};

use waproto::whatsapp as wa;

use crate::media::File;

/// The kind of a message, the words in it, and what it refers to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Content {
    pub kind: &'static str,
    /// The text, caption, question or emoji.
    pub text: Option<String>,
    /// The message that this one quotes.
    pub quote: Option<String>,
    /// The message that this one edits, deletes or reacts to.
    pub about: Option<String>,
    /// The file that it carries.
    pub file: Option<File>,
}

impl Content {
    /// Describes a decrypted message.
    pub fn of(message: &wa::Message) -> Self {
        let message = unwrap(message);
        let file = File::of(message);
        let quote = context(message).and_then(|context| context.stanza_id.clone());
        let about = target(message).and_then(|key| key.id.clone());
        Self { quote, about, file, ..Self::words(message) }
    }

    fn words(message: &wa::Message) -> Self {
        let content = |kind, text: Option<&String>| Self { kind, text: text.cloned(), ..Self::default() };
        if let Some(text) = &message.conversation {
            return content("text", Some(text));
        }
        if let Some(text) = message.extended_text_message.as_option() {
            return content("text", text.text.as_ref());
        }
        if let Some(media) = Self::of_media(message) {
            return media;
        }
        if let Some(location) = message.location_message.as_option() {
            return content("location", location.name.as_ref());
        }
        if let Some(contact) = message.contact_message.as_option() {
            return content("contact", contact.display_name.as_ref());
        }
        if let Some(reaction) = message.reaction_message.as_option() {
            return content("reaction", reaction.text.as_ref());
        }
        let polls = [&message.poll_creation_message, &message.poll_creation_message_v3];
        if let Some(poll) = polls.into_iter().find_map(|poll| poll.as_option()) {
            return content("poll", poll.name.as_ref());
        }
        if let Some(change) = message.protocol_message.as_option() {
            return match change.edited_message.as_option() {
                Some(edited) => Self { kind: "edit", text: Self::of(edited).text, ..Self::default() },
                None if change.r#type == Some(wa::message::protocol_message::Type::REVOKE) => content("delete", None),
                None => content("protocol", None),
            };
        }
        content("unknown", None)
    }

    fn of_media(message: &wa::Message) -> Option<Self> {
        let content = |kind, text: Option<&String>| Some(Self { kind, text: text.cloned(), ..Self::default() });
        if let Some(image) = message.image_message.as_option() {
            return content("image", image.caption.as_ref());
        }
        if let Some(video) = message.video_message.as_option() {
            return content("video", video.caption.as_ref());
        }
        if let Some(audio) = message.audio_message.as_option() {
            return content(if audio.ptt == Some(true) { "voice" } else { "audio" }, None);
        }
        if let Some(document) = message.document_message.as_option() {
            return content("document", document.caption.as_ref().or(document.file_name.as_ref()));
        }
        message.sticker_message.is_set().then(|| Self { kind: "sticker", ..Self::default() })
    }
}

/// What a message says of the message that it answers.
fn context(message: &wa::Message) -> Option<&wa::ContextInfo> {
    macro_rules! first_of {
        ($($field:ident),+) => {
            [$(message.$field.as_option().map(|inner| &inner.context_info)),+]
        };
    }
    let contexts = first_of![
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
    contexts.into_iter().flatten().find_map(|context| context.as_option())
}

/// The message that this one changes or reacts to.
fn target(message: &wa::Message) -> Option<&wa::MessageKey> {
    let reaction = message.reaction_message.as_option().map(|reaction| &reaction.key);
    let change = message.protocol_message.as_option().map(|change| &change.key);
    reaction.or(change)?.as_option()
}

/// The message inside its wrappers: disappearing, view-once, a captioned document.
fn unwrap(message: &wa::Message) -> &wa::Message {
    let wrappers = [
        &message.ephemeral_message,
        &message.view_once_message,
        &message.view_once_message_v2,
        &message.document_with_caption_message,
        &message.edited_message,
    ];
    let inner = wrappers.into_iter().find_map(|wrapper| wrapper.as_option()?.message.as_option());
    inner.map_or(message, unwrap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use buffa::MessageField;

    #[test]
    fn texts_come_in_two_forms() {
        let plain = wa::Message { conversation: Some("halo".into()), ..Default::default() };
        let extended = wa::message::ExtendedTextMessage { text: Some("halo".into()), ..Default::default() };
        let extended = wa::Message { extended_text_message: MessageField::some(extended), ..Default::default() };
        let expected = Content { kind: "text", text: Some("halo".into()), ..Content::default() };
        assert_eq!(Content::of(&plain), expected);
        assert_eq!(Content::of(&extended), expected);
    }

    #[test]
    fn wrappers_are_looked_through() {
        let image = wa::message::ImageMessage { caption: Some("promo".into()), ..Default::default() };
        let image = wa::Message { image_message: MessageField::some(image), ..Default::default() };
        let wrapper = wa::message::FutureProofMessage { message: MessageField::some(image) };
        let wrapped = wa::Message { ephemeral_message: MessageField::some(wrapper), ..Default::default() };
        let content = Content::of(&wrapped);
        assert_eq!((content.kind, content.text.as_deref()), ("image", Some("promo")));
        assert!(content.file.is_some_and(|file| file.direct_path.is_empty()), "a file that cannot be had");
    }
}
