//! WhatsApp numbers: the list of them, adding one of the sandbox, and linking one by a code.

pub mod api;
mod budget;
mod card;
mod days;
mod detail;
pub mod group;
mod limits;
mod link;
mod list;
mod manner;
mod profile;
mod removal;
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
            <Route path=path!("/:id/groups") view=group::GroupsPage ssr=SsrMode::Async />
            <Route path=path!("/:id/groups/:group") view=group::GroupPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}

/// Why a number sends nothing to its campaigns now and what to do, in words; none while it sends.
pub fn why_it_waits(lang: Lang, zone: Zone, now: Millis, number: &NumberView) -> Option<String> {
    let moment = |at| format::moment(lang, zone, at, now);
    let held = number.held_until.filter(|until| *until > now).map(moment);
    let why = text::reason(lang, number, held.as_deref());
    if !number.state.may_send() {
        return why.or_else(|| Some(text::state(lang, number.state).to_owned()));
    }
    let (today, loud) = (zone.day(now), number.budget.next_loud(now, zone));
    let quiet = || (loud > now).then(|| text::quiet_until(lang, &moment(loud)));
    let spent = || (number.budget.left(number.new_chats, today) == Some(0)).then(|| text::spent_why(lang).to_owned());
    let shut = || (number.limits.left(now) == Some(0)).then(|| what_network_says(lang, zone, now, number)).flatten();
    // People it knows are written to all the same; it holds the campaign back only when something waits.
    why.or_else(quiet).or_else(|| shut().or_else(spent).filter(|_| number.queued > 0))
}

/// What the network warns this number of and what to do, in words; none while it does not.
pub fn what_network_says(lang: Lang, zone: Zone, now: Millis, number: &NumberView) -> Option<String> {
    limits::warning(lang, zone, now, &number.limits).map(|(title, body)| format!("{title} {body}"))
}
