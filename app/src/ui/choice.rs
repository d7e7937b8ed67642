//! Choosing: a box to tick, one of several, a switch. Each is its own label.

use super::typed;
use leptos::prelude::*;

/// A tick box. Unticked it sends nothing, as in every form, so its server function argument is an `Option` or has a
/// default.
#[component]
pub fn Checkbox(
    #[prop(optional)] name: Option<&'static str>,
    #[prop(default = "true".to_owned(), into)] value: String,
    #[prop(optional, into)] checked: bool,
    #[prop(optional, into)] bind: Option<RwSignal<bool>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] class: String,
    /// What follows from it, below; its name has to be the only one of its kind on the page.
    #[prop(optional)]
    hint: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let hint = hint.zip(name).map(|(words, name)| (format!("{name}-hint"), words));
    let described_by = hint.as_ref().map(|(id, _)| id.clone());
    let of = ToggleOf { name, value, checked, bind, disabled, class, described_by };
    view! {
        {toggle("checkbox", None, "check", of, children)}
        {hint.map(|(id, words)| view! { <p id=id class="mt-1 pl-7 text-xs text-muted text-pretty">{words}</p> })}
    }
}

/// A switch: takes effect at once.
#[component]
pub fn Switch(
    #[prop(optional)] name: Option<&'static str>,
    #[prop(default = "true".to_owned(), into)] value: String,
    #[prop(optional, into)] checked: bool,
    #[prop(optional, into)] bind: Option<RwSignal<bool>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let of = ToggleOf { name, value, checked, bind, disabled, class, described_by: None };
    toggle("checkbox", Some("switch"), "switch", of, children)
}

/// One of several with the same `name`. `bind` holds the value of the chosen one.
#[component]
pub fn Radio(
    name: &'static str,
    #[prop(into)] value: String,
    #[prop(optional, into)] checked: bool,
    #[prop(optional, into)] bind: Option<RwSignal<String>>,
    /// One of them has to be chosen.
    #[prop(optional)]
    required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] class: String,
    children: Children,
) -> impl IntoView {
    let (mine, sent) = (value.clone(), value.clone());
    let typed = typed::into(name);
    let checked = typed.as_ref().map_or(checked, |typed| *typed == value);
    if let (Some(typed), Some(bind)) = (typed, bind) {
        bind.set(typed);
    }
    let first = bind.map_or(checked, |bind| bind.get_untracked() == value);
    view! {
        <label class=format!("flex items-center gap-2.5 text-sm {class}")>
            <input
                type="radio"
                class="check"
                name=name
                value=value
                checked=first
                prop:checked=move || bind.map_or(first, |bind| bind.get() == mine)
                on:change=move |_| {
                    if let Some(bind) = bind {
                        bind.set(sent.clone());
                    }
                }
                required=required
                disabled=disabled
            />
            <span>{children()}</span>
        </label>
    }
}

struct ToggleOf {
    name: Option<&'static str>,
    value: String,
    checked: bool,
    bind: Option<RwSignal<bool>>,
    disabled: Signal<bool>,
    class: String,
    /// The id of what says more.
    described_by: Option<String>,
}

fn toggle(
    kind: &'static str,
    role: Option<&'static str>,
    style: &'static str,
    of: ToggleOf,
    children: Children,
) -> impl IntoView {
    let ToggleOf { name, value, checked, bind, disabled, class, described_by } = of;
    let first = bind.map_or(checked, |bind| bind.get_untracked());
    view! {
        <label class=format!("flex items-center gap-2.5 text-sm {class}")>
            <input
                type=kind
                role=role
                class=style
                name=name
                value=value
                checked=first
                prop:checked=move || bind.map_or(first, |bind| bind.get())
                on:change=move |event| {
                    if let Some(bind) = bind {
                        bind.set(event_target_checked(&event));
                    }
                }
                aria-describedby=described_by
                disabled=disabled
            />
            <span>{children()}</span>
        </label>
    }
}
