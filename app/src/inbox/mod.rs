//! The inbox: the list of conversations, and beside it the thread that is open.

pub mod api;
mod attachment;
mod bubble;
mod chosen;
mod composer;
mod keys;
mod list;
mod panel;
mod query;
mod start;
mod text;
mod thread;

pub use attachment::ShownFile;

use crate::{
    live::refetch_on,
    ui::{EmptyState, Glyph, Query, use_lang},
};
use composer::provide_drafts;
use domain::Event;
use keys::Keys;
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
    hooks::use_location,
    path,
};
use list::ConversationSection;
use query::ListQuery;
use thread::ThreadPage;

/// The routes of this feature.
#[component(transparent)]
pub fn InboxRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/inbox") view=InboxPage ssr=SsrMode::Async>
            <Route path=path!("") view=NothingChosen ssr=SsrMode::Async />
            <Route path=path!("/:conversation") view=ThreadPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}

/// The list at the left and what the address names at the right; on narrow screens one of them.
#[component]
fn InboxPage() -> impl IntoView {
    provide_drafts();
    let asked = ListQuery::current();
    let list = Query::new(move || asked.get(), |asked| api::list_conversations(asked.view, asked.search, asked.page));
    refetch_on(list, |event| matches!(event, Event::ConversationChanged(_) | Event::ContactChanged(_)));
    let path = use_location().pathname;
    let alone = Memo::new(move |_| path.with(|path| path.trim_end_matches('/') == "/inbox"));
    view! {
        <div class="inbox" data-view=move || if alone.get() { "list" } else { "thread" }>
            <ConversationSection list asked />
            <Outlet />
        </div>
        <Keys list asked />
    }
}

/// The place of the thread while none is open.
#[component]
fn NothingChosen() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="grid min-w-0 flex-1 place-items-center bg-thread p-6 max-lg:hidden">
            <EmptyState glyph=Glyph::ChatBubble title=text::choose_title(lang) body=text::choose_body(lang) />
        </div>
    }
}
