//! Signing in and up.

pub mod api;
#[cfg(feature = "ssr")]
pub mod cookie;
#[cfg(feature = "ssr")]
mod device;
mod frame;
mod sign_in;
mod sign_up;
mod text;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
    path,
};
use sign_in::SignInPage;
use sign_up::SignUpPage;

/// The routes of this feature; outside the shell, because nobody is signed in yet.
#[component(transparent)]
pub fn IdentityRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
            <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}
