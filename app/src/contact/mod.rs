//! Contacts: the list, and importing a file.

pub mod api;
mod check;
mod import;
mod list;
mod progress;
mod text;
mod upload;

use crate::consent::ConsentPage;
use import::ImportPage;
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route},
    path,
};
use list::ContactsPage;
use upload::UploadPage;

/// The routes of this feature.
#[component(transparent)]
pub fn ContactRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/contacts") view=Outlet ssr=SsrMode::Async>
            <Route path=path!("") view=ContactsPage ssr=SsrMode::Async />
            <Route path=path!("consent") view=ConsentPage ssr=SsrMode::Async />
            <Route path=path!("import") view=UploadPage ssr=SsrMode::Async />
            <Route path=path!("import/:id") view=ImportPage ssr=SsrMode::Async />
        </ParentRoute>
    }
    .into_inner()
}
