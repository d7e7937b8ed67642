//! Small signs of a state. A colour never stands alone: there is always a word or an icon.

use super::{Glyph, Icon, text};
use crate::layout::use_lang;
use leptos::{either::EitherOf3, prelude::*};

/// What a state means, as a colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Success,
    Warning,
    Danger,
    Info,
    /// A person: unread, chosen.
    Accent,
    /// Stays inside: sandbox, private notes.
    Kunyit,
}

impl Tone {
    fn badge(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Success => "badge badge-success",
            Self::Warning => "badge badge-warning",
            Self::Danger => "badge badge-danger",
            Self::Info => "badge badge-info",
            Self::Accent => "badge badge-accent",
            Self::Kunyit => "badge badge-kunyit",
        }
    }

    fn dot(self) -> &'static str {
        match self {
            Self::Neutral => "dot",
            Self::Success => "dot !bg-success",
            Self::Warning => "dot !bg-warning",
            Self::Danger => "dot !bg-danger",
            Self::Info => "dot !bg-info",
            Self::Accent => "dot !bg-accent",
            Self::Kunyit => "dot !bg-kunyit-line",
        }
    }

    /// Soft background and readable words of this tone.
    pub fn soft(self) -> &'static str {
        match self {
            Self::Neutral => "bg-active text-muted",
            Self::Success => "bg-success-soft text-success-text",
            Self::Warning => "bg-warning-soft text-warning-text",
            Self::Danger => "bg-danger-soft text-danger-text",
            Self::Info => "bg-info-soft text-info-text",
            Self::Accent => "bg-accent-soft text-accent-text",
            Self::Kunyit => "bg-kunyit-soft text-kunyit-text",
        }
    }
}

/// A word of state: "Running", "Draft", a label.
#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] glyph: Option<Glyph>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    view! {
        <span class=format!("{} {class}", tone.badge())>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </span>
    }
}

/// A dot beside a word. `live` breathes.
#[component]
pub fn Dot(#[prop(optional)] tone: Tone, #[prop(optional)] live: bool) -> impl IntoView {
    view! { <span class=if live { "dot dot-live" } else { tone.dot() } aria-hidden="true"></span> }
}

/// How many: unread in the navigation, beside a tab.
#[component]
pub fn Count(
    #[prop(into)] n: Signal<u64>,
    /// What is counted, for screen readers: "12 unread".
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional)] quiet: bool,
    #[prop(optional, into)] class: String,
) -> impl IntoView {
    let lang = use_lang();
    let class = format!("count {} {class}", if quiet { "count-quiet" } else { "" });
    move || {
        (n.get() > 0).then(|| {
            let shown = crate::format::count(lang, n.get());
            view! {
                <span class=class.clone()>
                    <span aria-hidden="true">{shown}</span>
                    <span class="sr-only">{label}</span>
                </span>
            }
        })
    }
}

/// How far a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    Queued,
    Submitted,
    Delivered,
    Read,
    Failed,
}

impl Tick {
    /// The words for it.
    pub fn words(self, lang: domain::Lang) -> &'static str {
        match self {
            Self::Queued => text::queued(lang),
            Self::Submitted => text::submitted(lang),
            Self::Delivered => text::delivered(lang),
            Self::Read => text::read(lang),
            Self::Failed => text::not_sent(lang),
        }
    }
}

/// Delivery ticks: clock, one, two, two in blue, or a sign that it was not sent. Named for screen readers.
#[component]
pub fn Ticks(#[prop(into)] of: Signal<Tick>) -> impl IntoView {
    let lang = use_lang();
    let class = move || match of.get() {
        Tick::Read => "ticks text-info-text",
        Tick::Failed => "ticks text-danger",
        _ => "ticks",
    };
    view! {
        <svg
            class=class
            viewBox="0 0 17 12"
            fill="none"
            stroke="currentColor"
            stroke-width="1.7"
            stroke-linecap="round"
            stroke-linejoin="round"
            role="img"
            aria-label=move || of.get().words(lang)
        >
            {move || match of.get() {
                Tick::Queued => EitherOf3::A(view! { <circle cx="8.5" cy="6" r="4.6"></circle><path d="M8.5 3.6V6l1.7 1"></path> }),
                Tick::Failed => EitherOf3::B(view! { <circle cx="8.5" cy="6" r="4.6"></circle><path d="M8.5 3.5v3M8.5 8.3v.1"></path> }),
                Tick::Submitted => EitherOf3::C(view! { <path d="m1.5 6.5 3 3 6.5-7"></path> }),
                Tick::Delivered | Tick::Read => {
                    EitherOf3::C(view! { <path d="m1.5 6.5 3 3 6.5-7M7.8 9l.5.5L15 2.5"></path> })
                }
            }}
        </svg>
    }
}
