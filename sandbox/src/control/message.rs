//! What people say, and what their phones show.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::Value;

use super::Control;
use super::dto::{Chat as ChatView, ChatMessage, MediaView, MessageSent, ReactionView};
use super::error::{Answer, Refusal};
use super::fields::{Fields, phone_in_path};
use crate::address::{Phone, Recipient};
use crate::content::{Place, Writing};
use crate::media::measure::Measures;
use crate::media::phone::{self, NewFile, NotSent};
use crate::media::{MediaKind, MediaState};
use crate::world::account::Account;
use crate::world::chat::Shown;
use crate::world::group::Group;

/// What a message can be; exactly one of them.
const CONTENTS: [&str; 8] = ["text", "media", "reaction", "location", "contact", "poll", "edit", "delete"];
/// The longest text and name, in characters, as on a phone.
const LONGEST_TEXT: usize = 65_536;
const LONGEST_NAME: usize = 255;
/// The longest emoji is a family of several, joined.
const LONGEST_EMOJI: usize = 32;
/// How many options a poll has, and how long each may be, as on a phone.
const OPTIONS: std::ops::RangeInclusive<usize> = 2..=12;
const LONGEST_OPTION: usize = 100;

/// A message as it was asked for, with ids of a chat that was not looked at yet.
enum Said {
    Text(String),
    Media(NewFile, Option<String>),
    Location { latitude: f64, longitude: f64, name: Option<String> },
    Contact { name: String, phone: Phone },
    Poll { question: String, options: Vec<String>, multiple: bool },
    Reaction { to: String, emoji: String },
    Edit { of: String, text: String },
    Delete(String),
}

/// A person writes to an account, or to a group that they are in.
pub(super) async fn write(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<(StatusCode, Json<MessageSent>)> {
    let world = &control.world;
    let person = phone_in_path(&phone)?;
    let to: Recipient = fields.required("to")?;
    let said = Said::read(&mut fields)?;
    let quote: Option<String> = fields.optional("quote")?;
    fields.done()?;
    if quote.is_some() && !said.can_quote() {
        return Err(Refusal::field("quote", "only texts, media, places, contacts and polls can quote"));
    }
    if world.account(person).is_some() {
        return Err(Refusal::field("phone", "is an account; only people write through the control API"));
    }
    if !world.is_on_whatsapp(person) {
        return Err(Refusal::field("phone", "is not on WhatsApp"));
    }
    let to = Chat::find(&control, to)?;
    if let Chat::In(group) = &to
        && !group.has(person)
    {
        return Err(Refusal::field("to", "is a group that this person is not in"));
    }
    let chat = if said.looks_back() || quote.is_some() { to.shown(&control, person) } else { Vec::new() };
    let quote = quote.map(|id| find(&chat, "quote", &id)).transpose()?;
    let writing = said.writing(&control, person, &chat).await?;
    let quote = quote.map(|shown| &shown.entry);
    let sent = match &to {
        Chat::With(account) => world.person_says(person, account, writing, quote),
        Chat::In(group) => world.person_says_in_group(person, group, writing, quote),
    };
    let id = sent.map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")))?;
    Ok((StatusCode::ACCEPTED, Json(MessageSent { id })))
}

/// What a person's phone shows of a chat.
pub(super) async fn chat(
    State(control): State<Control>,
    Path((phone, with)): Path<(String, String)>,
) -> Answer<Json<ChatView>> {
    let (person, chat) = chat_in_path(&control, &phone, &with)?;
    let world = &control.world;
    let typing = match &chat {
        Chat::With(account) => world.presence.writing(account.phone, person, world.clock.now_ms()),
        Chat::In(_) => None,
    };
    let messages = chat.shown(&control, person).into_iter().map(view);
    Ok(Json(ChatView { messages: messages.collect(), typing }))
}

/// The file of a message, as a person's phone has it.
pub(super) async fn media(
    State(control): State<Control>,
    Path((phone, with, id)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (person, chat) = chat_in_path(&control, &phone, &with)?;
    let message = chat.shown(&control, person).into_iter().find(|message| message.entry.id == id);
    let message = message.ok_or_else(|| Refusal::not_found("the phone shows no such message"))?;
    let media = message.entry.media.filter(|_| !message.deleted);
    let media = media.ok_or_else(|| Refusal::not_found("the message has no file"))?;
    match media.state {
        MediaState::Here => super::file::answer(&control, &headers, media.file).await,
        MediaState::Coming => Err(Refusal::not_found("the phone is still fetching the file")),
        MediaState::Lost(reason) => Err(Refusal::not_found(reason)),
    }
}

fn chat_in_path(control: &Control, phone: &str, with: &str) -> Answer<(Phone, Chat)> {
    let person = phone_in_path(phone)?;
    let with = with.parse().map_err(|error| Refusal::field("account", error))?;
    Ok((person, Chat::find(control, with)?))
}

/// A chat of a person.
enum Chat {
    With(Arc<Account>),
    In(Arc<Group>),
}

impl Chat {
    fn find(control: &Control, with: Recipient) -> Answer<Self> {
        let found = match with {
            Recipient::One(phone) => control.world.account(phone).map(Self::With),
            Recipient::Group(group) => control.world.groups.get(group).map(Self::In),
        };
        found.ok_or_else(|| match with {
            Recipient::One(phone) => Refusal::not_found(format!("{phone} has no account")),
            Recipient::Group(group) => Refusal::not_found(format!("there is no group {group}")),
        })
    }

    /// What the person's phone shows of it.
    fn shown(&self, control: &Control, person: Phone) -> Vec<Shown> {
        match self {
            Self::With(account) => control.world.ledger.chat(person, account.phone),
            Self::In(group) => control.world.ledger.group_chat(person, group.id),
        }
    }
}

fn view(shown: Shown) -> ChatMessage {
    let Shown { entry, text, edited, deleted, reactions } = shown;
    ChatMessage {
        at_ms: entry.delivered_at_ms.filter(|_| !entry.from_person).unwrap_or(entry.accepted_at_ms),
        media: entry.media.filter(|_| !deleted).and_then(|media| MediaView::of(*media)),
        id: entry.id,
        from: entry.from,
        text,
        kind: entry.kind,
        quote: entry.quote,
        edited,
        deleted,
        reactions: reactions.into_iter().map(|(from, emoji)| ReactionView { from, emoji }).collect(),
    }
}

impl Said {
    fn read(fields: &mut Fields) -> Answer<Self> {
        let mut given = Vec::new();
        for name in CONTENTS {
            given.extend(fields.optional::<Value>(name)?.map(|value| (name, value)));
        }
        let mut given = given.into_iter();
        let Some((name, value)) = given.next() else { return Err(Refusal::field("text", "is missing")) };
        if let Some((other, _)) = given.next() {
            return Err(Refusal::field(other, format!("a message says one thing, and this one has {name} already")));
        }
        match name {
            "text" => Ok(Self::Text(text_in(name, value)?)),
            "delete" => Ok(Self::Delete(string_in(name, value)?)),
            _ => {
                let mut fields = Fields::of(name, value)?;
                let said = Self::read_object(name, &mut fields)?;
                fields.done().map(|()| said)
            }
        }
    }

    fn read_object(name: &str, fields: &mut Fields) -> Answer<Self> {
        Ok(match name {
            "media" => Self::read_media(fields)?,
            "reaction" => {
                let (to, emoji) = (fields.required("to")?, fields.required("emoji")?);
                Self::Reaction { to, emoji: at_most("reaction.emoji", emoji, LONGEST_EMOJI)? }
            }
            "location" => Self::Location {
                latitude: degrees(fields, "latitude", 90.0)?,
                longitude: degrees(fields, "longitude", 180.0)?,
                name: fields.optional("name")?.map(|name| at_most("location.name", name, LONGEST_NAME)).transpose()?,
            },
            "contact" => {
                let name = at_most("contact.name", fields.required("name")?, LONGEST_NAME)?;
                Self::Contact { name: not_empty("contact.name", name)?, phone: fields.required("phone")? }
            }
            "poll" => {
                let question = not_empty("poll.question", fields.required("question")?)?;
                let options: Vec<String> = fields.required("options")?;
                let mut known = std::collections::BTreeSet::new();
                let fits = |option: &String| !option.is_empty() && option.chars().count() <= LONGEST_OPTION;
                if !OPTIONS.contains(&options.len())
                    || !options.iter().all(|option| fits(option) && known.insert(option))
                {
                    return Err(Refusal::field(
                        "poll.options",
                        "must be 2 to 12 different texts of 100 characters at most",
                    ));
                }
                let multiple = fields.optional("multiple")?.unwrap_or_default();
                Self::Poll { question: at_most("poll.question", question, LONGEST_NAME)?, options, multiple }
            }
            _ => {
                let text = fields.required::<Value>("text")?;
                Self::Edit { of: fields.required("of")?, text: text_in("edit.text", text)? }
            }
        })
    }

    fn read_media(fields: &mut Fields) -> Answer<Self> {
        let kind: MediaKind = fields.required("kind")?;
        let base64: String = fields.required("base64")?;
        let name: Option<String> = fields.optional("file_name")?;
        let caption: Option<String> = fields.optional("caption")?;
        let mime: Option<String> = fields.optional("mime")?;
        let bytes = crate::from_base64(&base64).filter(|bytes| !bytes.is_empty());
        let bytes = bytes.ok_or_else(|| Refusal::field("media.base64", "must be a file as base64"))?;
        let caption = caption.filter(|caption| !caption.is_empty());
        let caption = caption.map(|caption| at_most("media.caption", caption, LONGEST_TEXT)).transpose()?;
        if caption.is_some() && !kind.has_caption() {
            return Err(Refusal::field("media.caption", format!("a file of the kind {} has none", kind.name())));
        }
        if mime.as_deref().is_some_and(|mime| !is_mime(mime)) {
            return Err(Refusal::field("media.mime", "must be a media type, as image/png"));
        }
        let name = name.map(|name| at_most("media.file_name", name, LONGEST_NAME)).transpose()?;
        // Only documents go by a name.
        let name = name.filter(|name| kind == MediaKind::Document && !name.is_empty());
        let mime = mime.unwrap_or_else(|| super::file::usual_type(kind, &bytes).to_owned());
        Ok(Self::Media(NewFile { kind, mime, name, bytes }, caption))
    }

    fn can_quote(&self) -> bool {
        !matches!(self, Self::Reaction { .. } | Self::Edit { .. } | Self::Delete(_))
    }

    fn looks_back(&self) -> bool {
        !self.can_quote()
    }

    /// What the person writes. `chat` is what their phone shows, if this says something about it.
    async fn writing(self, control: &Control, person: Phone, chat: &[Shown]) -> Answer<Writing> {
        let own = |field: &str, id: &str| match find(chat, field, id)? {
            shown if shown.entry.from == person => Ok(shown),
            _ => Err(Refusal::field(field, "is not a message of this person")),
        };
        Ok(match self {
            Self::Text(text) => Writing::Text(text),
            Self::Location { latitude, longitude, name } => Writing::Location { latitude, longitude, name },
            Self::Contact { name, phone } => Writing::Contact { name, phone },
            Self::Poll { question, options, multiple } => {
                Writing::Poll { question, options, multiple, secret: control.world.random.bytes() }
            }
            Self::Reaction { to, emoji } => {
                let shown = find(chat, "reaction.to", &to)?;
                Writing::Reaction { to: place(control, person, shown), emoji }
            }
            Self::Edit { of, text } => {
                let shown = own("edit.of", &of)?;
                if shown.entry.kind != "text" {
                    return Err(Refusal::field("edit.of", "only texts can be edited"));
                }
                Writing::Edit { of: place(control, person, shown), text }
            }
            Self::Delete(id) => Writing::Delete(place(control, person, own("delete", &id)?)),
            Self::Media(new, caption) => {
                let world = control.world.clone();
                let uploaded = tokio::task::spawn_blocking(move || {
                    phone::upload(&world, &new).map(|file| (file, Measures::of(&new.bytes)))
                });
                let failed =
                    |error: &dyn std::fmt::Display| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
                let uploaded = uploaded.await.map_err(|error| failed(&error))?;
                let (file, measures) = uploaded.map_err(|error| match error {
                    NotSent::NotTaken(error) => error.into(),
                    NotSent::Encryption(error) => failed(&error),
                })?;
                Writing::Media { file, caption, measures }
            }
        })
    }
}

fn place(control: &Control, person: Phone, shown: &Shown) -> Place {
    let entry = &shown.entry;
    Place { id: entry.id.clone(), own: entry.from == person, author: control.world.author(entry) }
}

/// A message that the person's phone shows and nobody deleted.
fn find<'a>(chat: &'a [Shown], field: &str, id: &str) -> Answer<&'a Shown> {
    let found = chat.iter().find(|shown| shown.entry.id == id && !shown.deleted);
    found.ok_or_else(|| Refusal::field(field, "is no message of this chat"))
}

fn degrees(fields: &mut Fields, name: &str, most: f64) -> Answer<f64> {
    let degrees: f64 = fields.required(name)?;
    if degrees.abs() > most {
        return Err(Refusal::field(format!("location.{name}"), format!("must be between -{most} and {most}")));
    }
    Ok(degrees)
}

fn string_in(field: &str, value: Value) -> Answer<String> {
    serde_json::from_value(value).map_err(|error| Refusal::field(field, error))
}

fn text_in(field: &str, value: Value) -> Answer<String> {
    not_empty(field, at_most(field, string_in(field, value)?, LONGEST_TEXT)?)
}

fn not_empty(field: &str, text: String) -> Answer<String> {
    if text.is_empty() { Err(Refusal::field(field, "must not be empty")) } else { Ok(text) }
}

fn at_most(field: &str, text: String, most: usize) -> Answer<String> {
    if text.chars().count() > most {
        return Err(Refusal::field(field, format!("must have {most} characters at most")));
    }
    Ok(text)
}

/// `type/subtype`, perhaps with parameters.
fn is_mime(text: &str) -> bool {
    let essence = text.split_once(';').map_or(text, |(essence, _)| essence).trim_end();
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&it))
    };
    let named = essence.split_once('/').is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype));
    named && text.len() <= LONGEST_NAME && text.bytes().all(|it| (b' '..=b'~').contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_told_from_other_text() {
        for right in ["image/png", "audio/ogg; codecs=opus", "application/vnd.ms-excel"] {
            assert!(is_mime(right), "{right}");
        }
        for wrong in ["", "image", "image/", "/png", "image/p ng", "image/png\r\nX: y", "a/b/c", "image/é"] {
            assert!(!is_mime(wrong), "{wrong}");
        }
    }
}
