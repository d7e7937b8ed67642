//! The wire of the inbox.

use crate::error::ApiError;
use domain::{
    ContactId, ConversationId, MessageId, Page,
    inbox::{ConversationCounts, ConversationStatus, ConversationView, ListView, ThreadView},
    number::NumberView,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::{MultipartData, MultipartFormData};

/// Conversations on a page of the list.
pub const PER_PAGE: u32 = 50;

/// The list beside every thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationList {
    pub page: Page<ConversationView>,
    pub counts: ConversationCounts,
}

/// A thread, and whether the bot would answer in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenThread {
    /// Which was asked for: another than the thread's own when that one became part of it.
    pub asked: ConversationId,
    pub thread: ThreadView,
    /// The tenant has a rule that is switched on.
    pub bot_on: bool,
}

/// One page of conversations, newest first.
#[server]
pub async fn list_conversations(
    view: ListView,
    #[server(default)] search: String,
    page: u32,
) -> Result<ConversationList, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    let request = domain::PageRequest { search, page, per_page: PER_PAGE };
    let page = server::inbox::list(&server, &scope, view, &request).await?;
    Ok(ConversationList { page, counts: server::inbox::counts(&server, &scope).await? })
}

/// A conversation with its newest messages.
#[server]
pub async fn open_conversation(conversation: ConversationId, limit: u32) -> Result<OpenThread, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    let thread = server::inbox::thread(&server, &scope, conversation, limit).await?;
    Ok(OpenThread { asked: conversation, thread, bot_on: server::chatbot::is_on(&server, &scope).await? })
}

/// The numbers a conversation can be started from.
#[server]
pub async fn writing_numbers() -> Result<Vec<NumberView>, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    Ok(server::number::list(&server, &scope).await?)
}

/// Opens a conversation with any phone number and goes there.
#[server]
pub async fn start_conversation(
    #[server(default)] number: String,
    #[server(default)] phone: String,
) -> Result<ConversationId, ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    let number = number.parse().map_err(|_| domain::Error::field("number", domain::Field::NotAChoice))?;
    let id = server::inbox::start(&server, &scope, number, &phone).await?;
    leptos_axum::redirect(&format!("/inbox/{id}"));
    Ok(id)
}

/// An agent answers.
#[server]
pub async fn send_reply(conversation: ConversationId, #[server(default)] text: String) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    server::inbox::reply(&server, &scope, conversation, &text).await?;
    Ok(())
}

/// An agent answers with a file: the fields `conversation`, `text` (its caption) and `file` of a form.
#[server(input = MultipartFormData)]
pub async fn send_file(form: MultipartData) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    let received::Answer { conversation, text, upload } = received::answer(&server, form).await?;
    server::inbox::reply_with_file(&server, &scope, conversation, &text, upload).await?;
    Ok(())
}

/// Tries again to fetch the file of a message.
#[server]
pub async fn fetch_file(message: MessageId) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    Ok(server::inbox::fetch_file(&server, &scope, message).await?)
}

/// All of it has been seen.
#[server]
pub async fn mark_read(conversation: ConversationId) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    Ok(server::inbox::mark_read(&server, &scope, conversation).await?)
}

/// Resolves a conversation or opens it again.
#[server]
pub async fn set_status(conversation: ConversationId, status: ConversationStatus) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    Ok(server::inbox::set_status(&server, &scope, conversation, status).await?)
}

/// Hands a conversation back to the bot, or takes it over.
#[server]
pub async fn set_bot(conversation: ConversationId, with_bot: bool) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    Ok(server::inbox::set_bot(&server, &scope, conversation, with_bot).await?)
}

/// Two people after all: a contact that became part of another one is one of its own again.
#[server]
pub async fn separate_contact(contact: ContactId) -> Result<(), ApiError> {
    let (server, scope) = crate::cx::authorized(domain::Permission::InboxUse).await?;
    Ok(server::inbox::separate(&server, &scope, contact).await?)
}

/// What browsers send, read as it comes and refused with reasons.
#[cfg(feature = "ssr")]
mod received {
    use super::{ApiError, ConversationId, MultipartData};
    use domain::{Error, Field, media::MAX_SENT_BYTES};
    use server::{Server, media::Upload};

    /// Bytes of a field that is no file.
    const FIELD_BYTES: usize = 512 * 1024;

    pub struct Answer {
        pub conversation: ConversationId,
        pub text: String,
        pub upload: Upload,
    }

    pub async fn answer(server: &Server, form: MultipartData) -> Result<Answer, ApiError> {
        let missing = || Error::field("file", Field::Required);
        let mut form = form.into_inner().ok_or_else(missing)?;
        let (mut conversation, mut text, mut upload) = (None, String::new(), None);
        while let Some(mut field) = form.next_field().await.map_err(|_| ApiError::Transport)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                // Which of several was meant, nobody knows.
                if upload.is_some() {
                    return Err(Error::field("file", Field::NotAChoice).into());
                }
                let mut file = Upload::begin(server, field.file_name().unwrap_or_default()).map_err(Error::from)?;
                while let Some(chunk) = field.chunk().await.map_err(|_| ApiError::Transport)? {
                    file.write(&chunk).map_err(Error::from)?;
                    if file.bytes() > MAX_SENT_BYTES {
                        return Err(Error::TooLarge { limit_bytes: MAX_SENT_BYTES }.into());
                    }
                }
                upload = Some(file);
                continue;
            }
            let mut value = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|_| ApiError::Transport)? {
                if value.len() + chunk.len() > FIELD_BYTES {
                    return Err(Error::TooLarge { limit_bytes: FIELD_BYTES as u64 }.into());
                }
                value.extend_from_slice(&chunk);
            }
            let value = String::from_utf8(value).map_err(|_| Error::field("text", Field::NotAChoice))?;
            match name.as_str() {
                "conversation" => conversation = Some(value.parse().map_err(|_| Error::NotFound)?),
                "text" => text = value,
                _ => {}
            }
        }
        Ok(Answer { conversation: conversation.ok_or(Error::NotFound)?, text, upload: upload.ok_or_else(missing)? })
    }
}
