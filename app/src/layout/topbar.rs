//! The bar above the page: the day, and whether the page is live.

use super::{text, use_lang, use_now, use_zone};
use crate::{
    format,
    live::{Connection, use_live},
    ui::{Badge, Dot, Glyph, Mark, Tone},
};
use leptos::{either::EitherOf4, prelude::*};

/// Day and connection.
#[component]
pub fn TopBar() -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    view! {
        <header class="topbar">
            <a href="/" class="rounded-control lg:hidden" aria-label="Sapa">
                <Mark />
            </a>
            <p class="flex min-w-0 flex-1 items-center gap-2 truncate text-sm text-muted">
                <span class="max-sm:hidden">{move || format::weekday_date(lang, zone, now.get())}</span>
                <span class="max-sm:hidden" aria-hidden="true">"·"</span>
                <span>{move || format::time_in_zone(lang, zone, now.get())}</span>
            </p>
            <ConnectionSign />
        </header>
    }
}

/// "Live", or what is being done about it. Always in words.
#[component]
pub fn ConnectionSign() -> impl IntoView {
    let lang = use_lang();
    let connection = use_live().connection();
    let sign = move || match connection.get() {
        Connection::Idle => EitherOf4::A(()),
        Connection::Live => EitherOf4::B(view! {
            <span class="inline-flex items-center gap-2 text-sm text-muted">
                <Dot live=true />
                {text::live(lang)}
            </span>
        }),
        Connection::Reconnecting { attempt, in_seconds } => EitherOf4::C(view! {
            <Badge tone=Tone::Info>
                <span class="spinner !size-3 !border-[1.5px]" aria-hidden="true"></span>
                {if in_seconds == 0 {
                    text::reconnecting(lang, attempt)
                } else {
                    text::reconnecting_in(lang, attempt, in_seconds)
                }}
            </Badge>
        }),
        Connection::Offline => {
            EitherOf4::D(view! { <Badge tone=Tone::Warning glyph=Glyph::SignalSlash>{text::offline(lang)}</Badge> })
        }
    };
    view! { <span class="connection" data-testid="connection">{sign}</span> }
}
