//! The home of the dashboard.

mod api;
mod campaigns;
mod home;
mod numbers;
mod text;

use home::Home;
use leptos::prelude::*;
use leptos_router::{SsrMode, components::Route, path};

/// The routes of this feature.
#[component(transparent)]
pub fn DashboardRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/") view=Home ssr=SsrMode::Async /> }.into_inner()
}
