//! Choosing a view: tabs, segments, chips, and the steps of a wizard.

use super::{Glyph, Icon, text, use_lang};
use leptos::prelude::*;

/// Tabs that are links, so that each has an address and works without JavaScript. Put [`TabLink`]s inside.
#[component]
pub fn TabLinks(#[prop(into)] label: String, children: Children) -> impl IntoView {
    view! { <nav class="tabs" aria-label=label>{children()}</nav> }
}

/// One tab. `current` marks the one that is shown.
#[component]
pub fn TabLink(
    #[prop(into)] href: Signal<String>,
    #[prop(into)] current: Signal<bool>,
    /// How many there are; nothing is said of none.
    #[prop(optional, into)]
    count: Option<Signal<u64>>,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <a class="tab" href=href aria-current=move || current.get().then_some("page")>
            {children()}
            {count.map(|count| move || {
                let shown = count.get();
                (shown > 0).then(|| view! { <span class="text-xs text-muted">{crate::format::count(lang, shown)}</span> })
            })}
        </a>
    }
}

/// One of a few, chosen at once: `options` are pairs of value and words.
#[component]
pub fn Segmented(#[prop(into)] label: String, options: Vec<(String, String)>, bind: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="seg" role="group" aria-label=label>
            {options
                .into_iter()
                .map(|(value, words)| {
                    let mine = value.clone();
                    view! {
                        <button
                            type="button"
                            aria-pressed=move || if bind.get() == mine { "true" } else { "false" }
                            on:click=move |_| bind.set(value.clone())
                        >
                            {words}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// A filter that is on or off. Add `on:click`.
#[component]
pub fn Chip(
    #[prop(into)] pressed: Signal<bool>,
    #[prop(optional, into)] glyph: Option<Glyph>,
    #[prop(optional, into)] count: Option<Signal<u64>>,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <button type="button" class="chip" aria-pressed=move || if pressed.get() { "true" } else { "false" }>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
            {count.map(|count| view! {
                <span class="font-medium tabular-nums">
                    {move || crate::format::count(lang, count.get())}
                </span>
            })}
        </button>
    }
}

/// The steps of a wizard. `current` counts from 0; a step before it is done and is a link if it has an address.
#[component]
pub fn Steps(
    #[prop(into)] label: String,
    /// The words of each step, and where it is.
    steps: Vec<(String, Option<String>)>,
    #[prop(into)] current: Signal<usize>,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <nav aria-label=label>
            <ol class="steps">
                {steps
                    .into_iter()
                    .enumerate()
                    .map(|(i, (words, href))| {
                        let done = move || i < current.get();
                        let mark = move || {
                            if done() {
                                view! { <Icon glyph=Glyph::Check class="size-3.5 stroke-[2.4]" /> }.into_any()
                            } else {
                                (i + 1).to_string().into_any()
                            }
                        };
                        let inside = view! {
                            <span class="step-mark" aria-hidden="true">{mark}</span>
                            <span class="step-words">{words}</span>
                            {move || done().then(|| view! { <span class="sr-only">{format!(", {}", text::done(lang))}</span> })}
                        };
                        view! {
                            <li
                                class="step"
                                class:step-done=done
                                aria-current=move || (i == current.get()).then_some("step")
                            >
                                {match href {
                                    Some(href) => view! { <a class="step-body" href=href>{inside}</a> }.into_any(),
                                    None => view! { <span class="step-body">{inside}</span> }.into_any(),
                                }}
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </nav>
    }
}
