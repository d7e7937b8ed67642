//! One rule of the list.

use super::{api::SetRuleActive, page::RuleActions, text};
use crate::{format, ui::*};
use domain::{
    RuleId,
    chatbot::{MatchKind, RuleView},
};
use leptos::{ev, prelude::*};

/// A rule with its switch, its words, and what can be done with it. The row stays the same element while it changes.
#[component]
pub fn RuleRow(rule: RuleView, rules: Signal<Vec<RuleView>>, actions: RuleActions) -> impl IntoView {
    let id = rule.id;
    let rule = Memo::new(move |before: Option<&RuleView>| {
        let found = rules.with(|rules| rules.iter().find(|rule| rule.id == id).cloned());
        found.or_else(|| before.cloned()).unwrap_or_else(|| rule.clone())
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let up = match event.key().as_str() {
            "ArrowUp" => true,
            "ArrowDown" => false,
            _ => return,
        };
        if event.alt_key() && actions.may_change {
            event.prevent_default();
            actions.shift(id, up);
        }
    };
    view! {
        <li class="flex items-start gap-4 px-[var(--card-pad)] py-4 hover:bg-hover max-sm:gap-3" on:keydown=on_key>
            {actions.may_change.then(|| view! { <Places rule rules actions /> })}
            <input
                type="checkbox"
                role="switch"
                class="switch mt-0.5"
                aria-label=move || rule.with(|rule| rule.name.clone())
                checked=rule.with_untracked(|rule| rule.active)
                prop:checked=move || rule.with(|rule| rule.active)
                disabled=!actions.may_change
                on:change=move |event| {
                    let active = event_target_checked(&event);
                    actions.set_active.dispatch(SetRuleActive { rule: id, active });
                }
            />
            <div class="min-w-0 flex-1">
                <p class="font-semibold break-words">{move || rule.with(|rule| rule.name.clone())}</p>
                <Condition rule />
                <p class="mt-1.5 flex items-start gap-1.5 text-sm">
                    <Icon glyph=Glyph::Reply class="mt-0.5 size-4 shrink-0 text-muted" />
                    <span class="line-clamp-2 min-w-0 break-words">{move || rule.with(|rule| rule.answer.clone())}</span>
                </p>
            </div>
            <Answered rule />
            {actions.may_change.then(|| view! { <More rule actions /> })}
        </li>
    }
}

/// The buttons that move a rule.
#[component]
fn Places(rule: Memo<RuleView>, rules: Signal<Vec<RuleView>>, actions: RuleActions) -> impl IntoView {
    let lang = use_lang();
    let id = rule.with_untracked(|rule| rule.id);
    let first = move || rules.with(|rules| rules.first().is_some_and(|rule| rule.id == id));
    let last = move || rules.with(|rules| rules.last().is_some_and(|rule| rule.id == id));
    let button = move |glyph, up: bool, words: fn(domain::Lang, &str) -> String, end: Signal<bool>| {
        view! {
            <button
                type="button"
                id=element_id(id, up)
                class="grid size-6 place-items-center rounded-control text-muted hover:bg-hover hover:text-text aria-disabled:opacity-35"
                aria-label=move || rule.with(|rule| words(lang, &rule.name))
                aria-disabled=move || end.get().then_some("true")
                on:click=move |_| {
                    if !end.get_untracked() {
                        actions.shift(id, up);
                    }
                }
            >
                <Icon glyph />
            </button>
        }
    };
    view! {
        <div class="js-only -my-0.5 flex flex-col">
            {button(Glyph::ChevronUp, true, text::move_up, Signal::derive(first))}
            {button(Glyph::ChevronDown, false, text::move_down, Signal::derive(last))}
        </div>
    }
}

fn element_id(rule: RuleId, up: bool) -> String {
    format!("rule-{rule}-{}", if up { "up" } else { "down" })
}

/// Puts the focus on the button that moves a rule.
pub fn focus(rule: RuleId, up: bool) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = document().get_element_by_id(&element_id(rule, up)) {
        use wasm_bindgen::JsCast;
        let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (rule, up);
}

#[component]
fn Condition(rule: Memo<RuleView>) -> impl IntoView {
    let lang = use_lang();
    let words = move || match rule.with(|rule| rule.match_kind) {
        MatchKind::Exact => text::message_is(lang),
        MatchKind::Contains => text::message_contains(lang),
    };
    view! {
        <p class="mt-1.5 flex flex-wrap items-center gap-x-1.5 gap-y-1 text-sm text-muted">
            {words}
            {move || {
                rule.with(|rule| rule.keywords.clone())
                    .into_iter()
                    .map(|keyword| {
                        view! {
                            <code class="rounded bg-active px-1.5 py-px font-sans text-xs font-semibold break-all text-text">
                                {keyword}
                            </code>
                        }
                    })
                    .collect_view()
            }}
        </p>
    }
}

#[component]
fn Answered(rule: Memo<RuleView>) -> impl IntoView {
    let lang = use_lang();
    let n = move || rule.with(|rule| rule.answered);
    view! {
        <div class="w-20 shrink-0 text-right max-sm:w-auto">
            <span class="sr-only">{move || text::answered_times(lang, n())}</span>
            <span aria-hidden="true">
                <b class="text-sm font-semibold tabular-nums">
                    {move || format::count(lang, n())}
                </b>
                <span class="block text-xs text-muted">{text::answered(lang)}</span>
            </span>
        </div>
    }
}

#[component]
fn More(rule: Memo<RuleView>, actions: RuleActions) -> impl IntoView {
    let lang = use_lang();
    let trigger = slot(|| view! { <Icon glyph=Glyph::More /> });
    view! {
        <Menu trigger label=text::more_for(lang, &rule.with_untracked(|rule| rule.name.clone()))>
            <MenuButton glyph=Glyph::Pencil on:click=move |_| actions.edit(Some(rule.get_untracked()))>
                {text::edit(lang)}
            </MenuButton>
            <MenuButton glyph=Glyph::Trash danger=true on:click=move |_| actions.delete(rule.get_untracked())>
                {text::delete(lang)}
            </MenuButton>
        </Menu>
    }
}
