//! Numbers as they stand side by side, and bars whose parts add up.

use super::use_lang;
use crate::format;
use leptos::prelude::*;

/// The colour of a message state; fixed in every chart, bar and dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Queued,
    Submitted,
    Delivered,
    Read,
    Replied,
    Clicked,
    Ordered,
    Failed,
    Accent,
    Success,
    Warning,
}

impl Part {
    /// The Tailwind class that fills with it.
    pub fn fill(self) -> &'static str {
        match self {
            Self::Queued => "bg-border-strong",
            Self::Submitted => "bg-chart-6",
            Self::Delivered => "bg-chart-2",
            Self::Read => "bg-chart-3",
            Self::Replied => "bg-chart-1",
            Self::Clicked => "bg-chart-4",
            Self::Ordered => "bg-chart-5",
            Self::Failed => "bg-danger",
            Self::Accent => "bg-accent",
            Self::Success => "bg-success",
            Self::Warning => "bg-warning",
        }
    }

    /// The design token with it, for charts.
    pub fn token(self) -> &'static str {
        match self {
            Self::Queued => "--border-strong",
            Self::Submitted => "--chart-6",
            Self::Delivered => "--chart-2",
            Self::Read => "--chart-3",
            Self::Replied => "--chart-1",
            Self::Clicked => "--chart-4",
            Self::Ordered => "--chart-5",
            Self::Failed => "--danger",
            Self::Accent => "--accent",
            Self::Success => "--success",
            Self::Warning => "--warning",
        }
    }
}

/// A strip of numbers. Put [`Figure`]s inside.
#[component]
pub fn Figures(
    /// What the numbers are about: "Today in numbers".
    #[prop(into)]
    label: String,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    view! {
        <section aria-label=label class=format!("card overflow-hidden {class}")>
            <dl class="figures">{children()}</dl>
        </section>
    }
}

/// One number of a strip, with its share of `of` drawn below when there is one.
#[component]
pub fn Figure(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<u64>,
    part: Part,
    /// What it is a share of.
    #[prop(optional, into)]
    of: Option<Signal<u64>>,
    /// Said beside the number instead of the share.
    #[prop(optional, into)]
    note: Option<Signal<String>>,
) -> impl IntoView {
    let lang = use_lang();
    let beside = move || match (note, of) {
        (Some(note), _) => note.get(),
        (None, Some(of)) => format::percent(lang, value.get(), of.get()),
        (None, None) => String::new(),
    };
    let width = move || share_style(value.get(), of.map_or_else(|| value.get(), |of| of.get()));
    view! {
        <div class="min-w-0 px-5 py-4 max-md:px-4 max-md:py-3">
            <dt class="flex items-center gap-2 text-sm text-muted">
                <span class=format!("size-2 shrink-0 rounded-full {}", part.fill())></span>
                {label}
            </dt>
            <dd class="mt-1.5 flex flex-wrap items-baseline gap-x-2">
                <span class="text-[27px] leading-8 font-bold tracking-[-0.03em] max-md:text-xl">
                    {move || format::count(lang, value.get())}
                </span>
                <span class="text-xs text-muted">{beside}</span>
            </dd>
            <dd class="mt-2.5" aria-hidden="true">
                <div class="bar !h-1">
                    <i class=part.fill() style=width></i>
                </div>
            </dd>
        </div>
    }
}

fn share_style(part: u64, whole: u64) -> String {
    if whole == 0 {
        "width:0".to_owned()
    } else {
        format!("width:{:.2}%", part.min(whole) as f64 * 100.0 / whole as f64)
    }
}

/// Totals as one bar in which each person is in exactly one place. `parts` are drawn in order; what is missing to
/// `whole` stays empty.
#[component]
pub fn LedgerBar(
    #[prop(into)] parts: Signal<Vec<(Part, u64)>>,
    #[prop(into)] whole: Signal<u64>,
    /// The bar in words: "2,898 of 4,300 submitted".
    #[prop(into)]
    label: Signal<String>,
    #[prop(optional, into)] class: String,
) -> impl IntoView {
    view! {
        <div class=format!("bar {class}") role="img" aria-label=label>
            {move || {
                let whole = whole.get();
                parts
                    .get()
                    .into_iter()
                    .filter(|(_, n)| *n > 0)
                    .map(|(part, n)| view! { <i class=part.fill() style=share_style(n, whole)></i> })
                    .collect_view()
            }}
        </div>
    }
}

/// How far something is. Announced as a progress bar.
#[component]
pub fn ProgressBar(
    #[prop(into)] done: Signal<u64>,
    #[prop(into)] whole: Signal<u64>,
    #[prop(into)] label: Signal<String>,
    #[prop(default = Part::Accent)] part: Part,
    #[prop(optional, into)] class: String,
) -> impl IntoView {
    view! {
        <div
            class=format!("bar {class}")
            role="progressbar"
            aria-label=label
            aria-valuemin="0"
            aria-valuemax=move || whole.get().to_string()
            aria-valuenow=move || done.get().min(whole.get()).to_string()
        >
            <i class=part.fill() style=move || share_style(done.get(), whole.get())></i>
        </div>
    }
}
