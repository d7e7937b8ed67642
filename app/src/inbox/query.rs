//! What the address says about the list: which view, what is searched, which page. Every link within the inbox keeps it.

use domain::{ConversationId, inbox::ListView};
use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map},
    params::ParamsMap,
};

/// The part of the address behind the question mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    pub view: ListView,
    pub search: String,
    /// 1-based.
    pub page: u32,
}

impl ListQuery {
    /// What the address asks for now.
    pub fn current() -> Memo<Self> {
        let query = use_query_map();
        Memo::new(move |_| query.with(Self::of))
    }

    fn of(query: &ParamsMap) -> Self {
        let search = query.get("q").unwrap_or_default();
        // Whoever searches means everything, unless they choose a view.
        let usual = if search.is_empty() { ListView::Open } else { ListView::All };
        Self {
            view: query.get("show").and_then(|word| word.parse().ok()).unwrap_or(usual),
            search,
            page: query.get("page").and_then(|n| n.parse().ok()).unwrap_or(1).max(1),
        }
    }

    /// The same search in another view, from its beginning.
    pub fn in_view(&self, view: ListView) -> Self {
        Self { view, page: 1, ..self.clone() }
    }

    /// The address of a conversation, or of the list alone.
    pub fn href(&self, conversation: Option<ConversationId>) -> String {
        let mut params = ParamsMap::new();
        let usual = if self.search.is_empty() { ListView::Open } else { ListView::All };
        if self.view != usual {
            params.insert("show", self.view.as_str().to_owned());
        }
        if !self.search.is_empty() {
            params.insert("q", self.search.clone());
        }
        if self.page > 1 {
            params.insert("page", self.page.to_string());
        }
        let path = conversation.map_or_else(|| "/inbox".to_owned(), |id| format!("/inbox/{id}"));
        path + &params.to_query_string()
    }
}

/// The conversation the address names, if any.
pub fn current_conversation() -> Memo<Option<ConversationId>> {
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|path| path.strip_prefix("/inbox/")?.trim_end_matches('/').parse().ok()))
}
