//! The dashboard: one code base, rendered on the server and alive in the browser.
//!
//! A feature is a folder: `mod.rs` has its routes, `api.rs` its server functions (three lines each), `text.rs` its
//! sentences in both languages, and one file per page. To plug it in, add a line to the routes in [`App`]. Controls come
//! from [`ui`], the frame from [`layout`], live data from [`live`].
//!
//! Compiled with `ssr` for the server or with `hydrate` for the browser, never both.

#![recursion_limit = "512"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` exclude each other");

// So that `texts!` can name this crate from inside it, as its documentation does from outside.
extern crate self as app;

pub mod campaign;
pub mod chatbot;
pub mod consent;
pub mod contact;
#[cfg(feature = "ssr")]
mod cx;
pub mod dashboard;
pub mod error;
pub mod format;
pub mod identity;
pub mod inbox;
pub mod layout;
pub mod live;
#[cfg(feature = "ssr")]
mod multipart;
pub mod number;
pub mod query;
pub mod sandbox;
pub mod text;
pub mod ui;

use layout::{NotFound, Shell, provide_preferences};
use leptos::prelude::*;
use leptos_meta::{MetaTags, Stylesheet, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Router, Routes},
    path,
};

/// The page around the application, made on the server only.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let (lang, theme) = provide_preferences();
    view! {
        <!DOCTYPE html>
        <html lang=lang.tag() data-theme=theme.word()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link
                    rel="preload"
                    href="/vendor/plus-jakarta-sans-latin-wght-normal.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <noscript>
                    <style>".js-only{display:none!important}.plain-only{display:block!important}.chart .chart-table{display:block!important}"</style>
                </noscript>
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The application: what every page shares, and the way to each.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_preferences();
    view! {
        <Stylesheet id="sapa" href="/pkg/sapa.css" />
        <Title formatter=|title: String| if title.is_empty() { "Sapa".to_owned() } else { format!("{title} · Sapa") } />
        <Router>
            <Routes fallback=NotFound>
                <identity::IdentityRoutes />
                <ParentRoute path=path!("") view=Shell ssr=SsrMode::Async>
                    <dashboard::DashboardRoutes />
                    <number::NumberRoutes />
                    <campaign::CampaignRoutes />
                    <contact::ContactRoutes />
                    <inbox::InboxRoutes />
                    <chatbot::ChatbotRoutes />
                    <sandbox::SandboxRoutes />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
