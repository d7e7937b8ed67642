//! Things to press.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// How much a button asks to be pressed. One `Primary` per view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    Primary,
    #[default]
    Secondary,
    Ghost,
    /// Fills with red: the last step of something destructive.
    Danger,
    /// Red words: opens something destructive.
    DangerQuiet,
}

impl Variant {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn btn-primary",
            Self::Secondary => "btn",
            Self::Ghost => "btn btn-ghost",
            Self::Danger => "btn btn-danger",
            Self::DangerQuiet => "btn btn-danger-quiet",
        }
    }

    fn classes(self, small: bool, extra: &str) -> String {
        let small = if small { " btn-sm" } else { "" };
        format!("{}{small} {extra}", self.class())
    }
}

/// A button with words.
///
/// ```text
/// <Button variant=Variant::Primary submit=true busy=save.pending()>{text::save(lang)}</Button>
/// <Button glyph=Glyph::Pause on:click=move |_| pause()>{text::pause(lang)}</Button>
/// ```
#[component]
pub fn Button(
    #[prop(optional)] variant: Variant,
    #[prop(optional)] small: bool,
    /// Drawn before the words.
    #[prop(optional, into)]
    glyph: Option<Glyph>,
    /// Sends the form it stands in. Without it a button never submits.
    #[prop(optional)]
    submit: bool,
    /// Something it started is not finished: a spinner, and no second press.
    #[prop(optional, into)]
    busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=variant.classes(small, &class)
            disabled=disabled
            aria-busy=move || busy.get().then_some("true")
            on:click:capture=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                    event.stop_immediate_propagation();
                }
            }
        >
            {move || busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            {move || glyph.filter(|_| !busy.get()).map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </button>
    }
}

/// A button that is only an icon. `label` is its accessible name and its tooltip.
#[component]
pub fn IconButton(
    glyph: Glyph,
    #[prop(into)] label: Signal<String>,
    #[prop(default = Variant::Ghost)] variant: Variant,
    #[prop(optional)] small: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] class: String,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=variant.classes(small, &format!("btn-icon {class}"))
            aria-label=label
            title=label
            disabled=disabled
        >
            <Icon glyph />
        </button>
    }
}

/// A link that looks like a button: for going somewhere, not for doing something.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(optional)] variant: Variant,
    #[prop(optional)] small: bool,
    #[prop(optional, into)] glyph: Option<Glyph>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=variant.classes(small, &class)>
            {glyph.map(|glyph| view! { <Icon glyph /> })}
            {children()}
        </a>
    }
}

/// A link within words.
#[component]
pub fn TextLink(
    #[prop(into)] href: String,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=format!("link {class}")>
            {children()}
        </a>
    }
}
