//! WhatsApp numbers: the list of them, adding one of the sandbox, and linking one by a code.

pub mod api;
mod card;
mod days;
mod detail;
mod link;
mod list;
mod rename;
mod text;
mod timeline;
mod ways;

pub use card::StateBadge;

use crate::format::{self, Zone};
use domain::{Lang, Millis, number::NumberView};
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
    path,
};

/// The routes of this feature.
#[component(transparent)]
pub fn NumberRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/numbers") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("") view=list::NumbersPage ssr=SsrMode::Async />
            <Route path=path!("/link") view=link::LinkPage ssr=SsrMode::Async />
            <Route path=path!("/:id") view=detail::NumberPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}

/// Why a number sends nothing now and what to do, in words; none while it sends.
pub fn why_it_waits(lang: Lang, zone: Zone, now: Millis, number: &NumberView) -> Option<String> {
    let held = number.held_until.filter(|until| *until > now).map(|until| format::moment(lang, zone, until, now));
    let why = text::reason(lang, number, held.as_deref());
    if number.state.may_send() { why } else { why.or_else(|| Some(text::state(lang, number.state).to_owned())) }
}
