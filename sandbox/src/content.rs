//! What a message is about, as far as the ledger tells it.

use waproto::whatsapp as wa;

/// The kind of a message and the words in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Content {
    pub kind: &'static str,
    /// The text, caption, question or emoji.
    pub text: Option<String>,
}

impl Content {
    /// Describes a decrypted message.
    pub fn of(message: &wa::Message) -> Self {
        let message = unwrap(message);
        let content = |kind, text: Option<&String>| Self { kind, text: text.cloned() };
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
                Some(edited) => Self { kind: "edit", text: Self::of(edited).text },
                None if change.r#type == Some(wa::message::protocol_message::Type::REVOKE) => content("delete", None),
                None => content("protocol", None),
            };
        }
        content("unknown", None)
    }

    fn of_media(message: &wa::Message) -> Option<Self> {
        let content = |kind, text: Option<&String>| Some(Self { kind, text: text.cloned() });
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
        message.sticker_message.is_set().then_some(Self { kind: "sticker", text: None })
    }
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
        let expected = Content { kind: "text", text: Some("halo".into()) };
        assert_eq!(Content::of(&plain), expected);
        assert_eq!(Content::of(&extended), expected);
    }

    #[test]
    fn wrappers_are_looked_through() {
        let image = wa::message::ImageMessage { caption: Some("promo".into()), ..Default::default() };
        let image = wa::Message { image_message: MessageField::some(image), ..Default::default() };
        let wrapper = wa::message::FutureProofMessage { message: MessageField::some(image) };
        let wrapped = wa::Message { ephemeral_message: MessageField::some(wrapper), ..Default::default() };
        assert_eq!(Content::of(&wrapped), Content { kind: "image", text: Some("promo".into()) });
    }
}
