//! The sandbox network, played from the dashboard: phones, chats as people's phones show them, faults, the ledger;
//! and the whole world for its operator.

pub mod api;
mod chats;
mod fault;
mod group;
mod ledger;
mod list;
mod person;
mod persona;
mod phone;
mod text;
mod thread;
pub mod world;

use domain::{Event, NumberId};
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
    path,
};

/// The routes of this feature.
#[component(transparent)]
pub fn SandboxRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/sandbox") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("") view=list::PhonesPage ssr=SsrMode::Async />
            <Route path=path!("/world") view=world::WorldPage ssr=SsrMode::Async />
            <Route path=path!("/:number") view=phone::PhonePage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}

/// Whether it may show on a phone of the sandbox: everything that a session sends or hears.
fn is_heard(number: NumberId) -> impl Fn(&Event) -> bool + Send + Sync + 'static {
    move |event| match event {
        Event::NumberChanged(changed) => *changed == number,
        Event::ConversationChanged(_) | Event::CampaignChanged(_) | Event::Resync => true,
        _ => false,
    }
}
