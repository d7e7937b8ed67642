//! Surfaces, and the head of a page.

use leptos::prelude::*;
use leptos_meta::Title;

/// A raised surface. With `title` it is a named region with a heading; `actions` stand at the right of it.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    /// Said after the title, quieter.
    #[prop(optional, into)]
    note: Option<String>,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
    /// Without the inner margin: for tables and lists that reach the edges.
    #[prop(optional)]
    flush: bool,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let body = if flush { "" } else { "card-body" };
    let name = title.clone();
    let top = if title.is_some() && !flush { " !pt-3" } else { "" };
    view! {
        <section class=format!("card min-w-0 overflow-hidden {class}") aria-label=name>
            {title
                .map(|title| {
                    view! {
                        <div class="card-head flex-wrap">
                            <h2>{title}</h2>
                            {note.map(|note| view! { <span class="text-xs text-muted max-sm:hidden">{note}</span> })}
                            <div class="ml-auto flex items-center gap-2">{actions.map(|actions| actions.run())}</div>
                        </div>
                    }
                })}
            <div class=format!("{body}{top}")>{children()}</div>
        </section>
    }
}

/// The head of a page: its name for the window and as the one `h1`, a sentence, and what can be done here.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    /// The name of the window, where it is not the title.
    #[prop(optional, into)]
    window: Option<String>,
    #[prop(optional, into)] lead: Signal<String>,
    /// Beside the title: a badge.
    #[prop(optional, into)]
    aside: Option<ViewFnOnce>,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
) -> impl IntoView {
    view! {
        <Title text=window.unwrap_or_else(|| title.clone()) />
        <div class="mb-5 flex flex-wrap items-start gap-x-4 gap-y-3">
            <div class="min-w-0 flex-1 basis-72">
                <div class="flex flex-wrap items-center gap-2.5">
                    <h1>{title}</h1>
                    {aside.map(|aside| aside.run())}
                </div>
                {move || {
                    let lead = lead.get();
                    (!lead.is_empty()).then(|| view! { <p class="mt-1 text-muted text-pretty">{lead}</p> })
                }}
            </div>
            <div class="flex flex-wrap items-center gap-2">{actions.map(|actions| actions.run())}</div>
        </div>
    }
}

/// A piece of page given as a property: `actions=slot(move || view! { … })`.
pub struct ViewFnOnce(Box<dyn FnOnce() -> AnyView + Send>);

impl ViewFnOnce {
    /// Draws it.
    pub fn run(self) -> AnyView {
        (self.0)()
    }
}

/// Makes a [`ViewFnOnce`] of a closure.
pub fn slot<V: IntoView + 'static>(view: impl FnOnce() -> V + Send + 'static) -> ViewFnOnce {
    ViewFnOnce(Box::new(move || view().into_any()))
}

/// A message that stays where it is about: what happened, what still works, what to do.
#[component]
pub fn Callout(
    #[prop(default = super::Tone::Info)] tone: super::Tone,
    /// Said first, in bold.
    #[prop(optional, into)]
    title: Option<String>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    use super::{Glyph, Icon, Tone};
    let (style, glyph) = match tone {
        Tone::Warning => ("callout-warning", Glyph::Warning),
        Tone::Danger => ("callout-danger", Glyph::Warning),
        Tone::Success => ("callout-success", Glyph::CheckCircle),
        Tone::Kunyit => ("sandbox", Glyph::Flask),
        _ => ("callout-info", Glyph::Information),
    };
    view! {
        <div class=format!("callout {style} {class}")>
            <Icon glyph />
            <div class="min-w-0 flex-1">
                {title.map(|title| view! { <b class="font-semibold">{title} " "</b> })}
                {children()}
            </div>
        </div>
    }
}

/// The line above a form that says why it was not taken; nothing while there is nothing to say.
#[component]
pub fn FormError(#[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div role="alert">
            {move || error.get().map(|error| view! { <Callout tone=super::Tone::Danger class="mb-4">{error}</Callout> })}
        </div>
    }
}
