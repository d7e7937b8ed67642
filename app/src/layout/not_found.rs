//! The page for an address that leads nowhere.

use super::{text, use_lang};
use crate::ui::{ButtonLink, EmptyState, Glyph, Mark, Variant, slot};
use leptos::prelude::*;
use leptos_meta::Title;

/// Says so, with status 404, and shows the way back.
#[component]
pub fn NotFound() -> impl IntoView {
    let lang = use_lang();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=text::not_found(lang) />
        <main id="main" class="mx-auto grid min-h-dvh w-full max-w-[560px] content-center gap-6 px-[var(--page-x)] py-10">
            <a href="/" class="justify-self-center rounded-control" aria-label="Sapa">
                <Mark />
            </a>
            <div class="card">
                <EmptyState
                    glyph=Glyph::Search
                    whole_page=true
                    title=text::not_found(lang)
                    body=text::not_found_body(lang)
                    action=slot(move || {
                        view! { <ButtonLink href="/" variant=Variant::Primary>{text::home(lang)}</ButtonLink> }
                    })
                />
            </div>
        </main>
    }
}
