//! Talking to a number: what people write, and what the thread then shows.

use super::{Member, World};
use domain::{
    ConversationId, Millis, PageRequest, PhoneNumber,
    chatbot::{MatchKind, NewRule},
    inbox::{ConversationView, ListView, ThreadView},
    message::{Author, MessageKind},
};
use server::{
    chatbot,
    inbox::{self, Received},
    outbox::Sender,
    whatsapp::content::{Content, Said},
};

/// A text from a person, not sent yet.
pub fn says(phone: &str, wa_id: &str, text: &str, at: Millis) -> Received {
    Received {
        phone: Some(PhoneNumber::from_e164(phone).expect("well formed")),
        lid: None,
        push_name: String::new(),
        from_me: false,
        wa_id: wa_id.into(),
        chat: format!("{phone}@s.whatsapp.net"),
        said: Said::Message(Content { kind: MessageKind::Text, text: text.into(), file: None, quote: None }),
        at,
    }
}

impl World {
    /// The chatbot of a tenant answers whatever has "ada" in it.
    pub async fn answers_everything(&self, member: &Member) {
        let (name, keywords, answer) = ("Semua".into(), "ada".into(), "Halo dari bot".into());
        let rule = NewRule { name, match_kind: MatchKind::Contains, keywords, answer, active: true };
        chatbot::add(&self.server, &member.scope, rule).await.expect("adds");
    }

    /// A person writes, now.
    pub async fn hears(&self, sender: Sender, phone: &str, wa_id: &str, text: &str) {
        let message = says(phone, wa_id, text, self.server.now());
        inbox::receive(&self.server, sender, vec![message]).await.expect("stores");
    }

    /// Every conversation, newest first.
    pub async fn conversations(&self, member: &Member) -> Vec<ConversationView> {
        self.conversations_in(member, ListView::All, "").await
    }

    /// The conversations of a view that match a search.
    pub async fn conversations_in(&self, member: &Member, view: ListView, search: &str) -> Vec<ConversationView> {
        let page = PageRequest { search: search.into(), ..PageRequest::first(50) };
        inbox::list(&self.server, &member.scope, view, &page).await.expect("lists").rows
    }

    /// The one conversation there is.
    pub async fn only_conversation(&self, member: &Member) -> ConversationView {
        let mut all = self.conversations(member).await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// A thread with its newest fifty messages.
    pub async fn thread(&self, member: &Member, id: ConversationId) -> ThreadView {
        inbox::thread(&self.server, &member.scope, id, 50).await.expect("opens")
    }

    /// What stands in a thread: who wrote, and what.
    pub async fn said(&self, member: &Member, id: ConversationId) -> Vec<(Option<Author>, String)> {
        let thread = self.thread(member, id).await;
        thread.messages.into_iter().map(|message| (message.author, message.text)).collect()
    }
}
