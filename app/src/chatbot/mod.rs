//! The chatbot: keyword rules in order, and a place to try them.

pub mod api;
mod form;
mod page;
mod rendering;
mod rule;
mod text;
mod try_it;

use leptos::prelude::*;
use leptos_router::{SsrMode, components::Route, path};
use page::ChatbotPage;

/// The routes of this feature.
#[component(transparent)]
pub fn ChatbotRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/chatbot") view=ChatbotPage ssr=SsrMode::Async /> }.into_inner()
}
