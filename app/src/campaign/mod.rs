//! Campaigns: the list, the wizard in which one is written, and the page on which one is followed.

pub mod api;
mod detail;
mod editor;
mod file;
mod list;
mod message;
mod over_time;
mod place;
mod preview;
mod recipients;
mod review;
mod schedule;
mod step;
mod text;
mod try_out;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
    path,
};

/// The routes of this feature.
#[component(transparent)]
pub fn CampaignRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/campaigns") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("") view=list::CampaignsPage ssr=SsrMode::Async />
            <Route path=path!("/new") view=editor::NewPage ssr=SsrMode::Async />
            <Route path=path!("/:id/edit") view=editor::EditPage ssr=SsrMode::Async />
            <Route path=path!("/:id") view=detail::CampaignPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}
