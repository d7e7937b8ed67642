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
    let mut form = crate::multipart::Received::read(&server, form).await?;
    let (conversation, text) = (form.id("conversation")?, form.text("text"));
    server::inbox::reply_with_file(&server, &scope, conversation, &text, form.file()?).await?;
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
