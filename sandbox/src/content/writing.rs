//! What a person writes, and the message that says it.

use buffa::MessageField;
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::{
    ContactMessage, ExtendedTextMessage, LocationMessage, PollCreationMessage, ProtocolMessage, ReactionMessage,
    poll_creation_message, protocol_message,
};

use crate::address::Phone;
use crate::media::File;
use crate::media::measure::Measures;

/// One message, before it is written down.
pub enum Writing {
    Text(String),
    Media {
        file: File,
        caption: Option<String>,
        measures: Measures,
    },
    Location {
        latitude: f64,
        longitude: f64,
        name: Option<String>,
    },
    Contact {
        name: String,
        phone: Phone,
    },
    Poll {
        question: String,
        options: Vec<String>,
        /// Whether one may choose several options.
        multiple: bool,
        /// What votes are encrypted with.
        secret: [u8; 32],
    },
    /// An emoji on a message; without one the reaction is taken back.
    Reaction {
        to: Place,
        emoji: String,
    },
    Edit {
        of: Place,
        text: String,
    },
    Delete(Place),
}

/// Another message of the chat.
pub struct Place {
    pub id: String,
    /// Whether the person wrote it themselves.
    pub own: bool,
    /// Who wrote it, in a group.
    pub author: Option<Jid>,
}

impl Writing {
    /// The message for the chat with `chat`, written at `now_ms`.
    pub fn message(self, chat: &Jid, now_ms: i64, quote: Option<wa::ContextInfo>) -> wa::Message {
        let mut message = wa::Message::default();
        match self {
            Self::Text(text) if quote.is_none() => message.conversation = Some(text),
            Self::Text(text) => {
                let text = ExtendedTextMessage { text: Some(text), ..Default::default() };
                message.extended_text_message = MessageField::some(text);
            }
            Self::Media { file, caption, measures } => message = file.message(caption, measures),
            Self::Location { latitude, longitude, name } => {
                let (degrees_latitude, degrees_longitude) = (Some(latitude), Some(longitude));
                let location = LocationMessage { degrees_latitude, degrees_longitude, name, ..Default::default() };
                message.location_message = MessageField::some(location);
            }
            Self::Contact { name, phone } => {
                let vcard = Some(vcard(&name, phone));
                let contact = ContactMessage { display_name: Some(name), vcard, ..Default::default() };
                message.contact_message = MessageField::some(contact);
            }
            Self::Poll { question, options, multiple, secret } => {
                let option = |name| poll_creation_message::Option { option_name: Some(name), ..Default::default() };
                let poll = MessageField::some(PollCreationMessage {
                    name: Some(question),
                    options: options.into_iter().map(option).collect(),
                    selectable_options_count: Some(u32::from(!multiple)),
                    ..Default::default()
                });
                // As phones do: polls with one choice are a kind of their own.
                *if multiple { &mut message.poll_creation_message } else { &mut message.poll_creation_message_v3 } =
                    poll;
                let secret = wa::MessageContextInfo { message_secret: Some(secret.to_vec()), ..Default::default() };
                message.message_context_info = MessageField::some(secret);
            }
            Self::Reaction { to, emoji } => {
                let key = MessageField::some(to.key(chat));
                let sender_timestamp_ms = Some(now_ms);
                let reaction = ReactionMessage { key, text: Some(emoji), sender_timestamp_ms, ..Default::default() };
                message.reaction_message = MessageField::some(reaction);
            }
            Self::Edit { of, text } => {
                let edited = wa::Message { conversation: Some(text), ..Default::default() };
                message.protocol_message = MessageField::some(ProtocolMessage {
                    key: MessageField::some(of.key(chat)),
                    r#type: Some(protocol_message::Type::MESSAGE_EDIT),
                    edited_message: MessageField::some(edited),
                    timestamp_ms: Some(now_ms),
                    ..Default::default()
                });
            }
            Self::Delete(place) => {
                message.protocol_message = MessageField::some(ProtocolMessage {
                    key: MessageField::some(place.key(chat)),
                    r#type: Some(protocol_message::Type::REVOKE),
                    ..Default::default()
                });
            }
        }
        if let Some(quote) = quote {
            answer(&mut message, quote);
        }
        message
    }
}

impl Place {
    fn key(self, chat: &Jid) -> wa::MessageKey {
        let (remote_jid, from_me, id) = (Some(chat.to_string()), Some(self.own), Some(self.id));
        let participant = self.author.map(|author| author.to_string());
        wa::MessageKey { remote_jid, from_me, id, participant }
    }
}

/// Lets a message answer the one that `quote` tells of; what cannot answer is left as it is.
fn answer(message: &mut wa::Message, quote: wa::ContextInfo) {
    macro_rules! first_of {
        ($($field:ident),+) => {
            $(if let Some(inner) = message.$field.as_option_mut() {
                inner.context_info = MessageField::some(quote);
                return;
            })+
        };
    }
    first_of!(
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
    );
}

/// A card as phones exchange it.
fn vcard(name: &str, phone: Phone) -> String {
    let name = name.replace('\\', "\\\\").replace(['\r', '\n'], " ").replace(';', "\\;").replace(',', "\\,");
    let tel = format!("TEL;type=CELL;type=VOICE;waid={phone}:+{phone}");
    format!("BEGIN:VCARD\nVERSION:3.0\nN:;{name};;;\nFN:{name}\n{tel}\nEND:VCARD")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;

    fn message(writing: Writing, quote: Option<&str>) -> wa::Message {
        let quote = quote.map(|id| wa::ContextInfo { stanza_id: Some(id.into()), ..Default::default() });
        writing.message(&Jid::pn("6281200000001"), 1_000, quote)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let place = || Place { id: "A".into(), own: false, author: None };
        let told = |writing| {
            let Content { kind, text, about, .. } = Content::of(&message(writing, None));
            (kind, text, about)
        };
        let (a, text) = (Some("A".to_owned()), Some("halo".to_owned()));
        assert_eq!(told(Writing::Text("halo".into())), ("text", text.clone(), None));
        assert_eq!(told(Writing::Edit { of: place(), text: "halo".into() }), ("edit", text, a.clone()));
        assert_eq!(told(Writing::Delete(place())), ("delete", None, a.clone()));
        let emoji = Writing::Reaction { to: place(), emoji: "👍".into() };
        assert_eq!(told(emoji), ("reaction", Some("👍".into()), a));
    }

    #[test]
    fn an_answer_names_what_it_answers() {
        let text = Content::of(&message(Writing::Text("halo".into()), Some("Q")));
        assert_eq!((text.text.as_deref(), text.quote.as_deref()), (Some("halo"), Some("Q")));
        let place = Writing::Location { latitude: -6.2, longitude: 106.8, name: Some("Monas".into()) };
        let place = Content::of(&message(place, Some("Q")));
        assert_eq!((place.text.as_deref(), place.quote.as_deref()), (Some("Monas"), Some("Q")));
    }

    #[test]
    fn a_poll_has_its_options_and_what_votes_need() {
        let poll = |multiple| Writing::Poll {
            question: "Kapan?".into(),
            options: vec!["Senin".into(), "Selasa".into()],
            multiple,
            secret: [7; 32],
        };
        for (multiple, most) in [(false, 1), (true, 0)] {
            let message = message(poll(multiple), Some("Q"));
            let content = Content::of(&message);
            assert_eq!((content.kind, content.text.as_deref()), ("poll", Some("Kapan?")));
            assert_eq!(content.quote.as_deref(), Some("Q"));
            let polls = [message.poll_creation_message, message.poll_creation_message_v3];
            let poll = polls.into_iter().find_map(MessageField::into_option).unwrap();
            assert_eq!((poll.options.len(), poll.selectable_options_count), (2, Some(most)));
            assert_eq!(message.message_context_info.message_secret.as_deref(), Some(&[7; 32][..]));
        }
    }

    #[test]
    fn a_card_stays_one_card() {
        let card = vcard("Rina;\nTEL:+1, \\o", "6281311110001".parse().unwrap());
        assert_eq!(card.lines().count(), 6);
        assert!(card.contains("FN:Rina\\; TEL:+1\\, \\\\o\n") && card.contains("waid=6281311110001:+6281311110001\n"));
    }
}
