//! One number, as a card: who it is, how it is, why, and what waits.

use super::{budget::NewChats, text, timeline::state_sign};
use crate::{
    format,
    layout::{may, use_now, use_zone},
    ui::*,
};
use domain::{
    Lang, Permission,
    number::{Network, NumberState, NumberView},
};
use leptos::prelude::*;

/// A number with what can be done about it.
#[component]
pub fn NumberCard(
    number: NumberView,
    /// Asks for another name.
    on_rename: Callback<NumberView>,
) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let held = Signal::derive({
        let until = number.held_until;
        move || until.filter(|until| *until > now.get()).map(|until| format::moment(lang, zone, until, now.get()))
    });
    let trouble = is_trouble(number.state);
    let edge = if trouble { "!border-danger/50" } else { "" };
    let phone = match &number.phone {
        Some(phone) => phone.readable(),
        None => text::no_phone_yet(lang).to_owned(),
    };
    let (for_badge, for_reason, for_foot) = (number.clone(), number.clone(), number.clone());
    let has_cap = number.budget.cap.is_some() || number.budget.lowered.is_some();
    let for_budget = Signal::stored(number.clone());
    view! {
        <article id=format!("number-{}", number.id) class=format!("card flex scroll-mt-20 flex-col {edge}") aria-label=number.label.clone()>
            <div class="flex items-start gap-3 px-5 pt-5">
                <NetworkSign network=number.network />
                <div class="min-w-0 flex-1">
                    <h2 class="truncate" title=number.label.clone()>{number.label.clone()}</h2>
                    <p class="text-xs text-muted tabular-nums">{phone}</p>
                </div>
                <div class="flex flex-col items-end gap-1.5">
                    {move || view! { <StateBadge number=for_badge.clone() held=held.get() /> }}
                    {(number.network == Network::Sandbox)
                        .then(|| view! { <Badge tone=Tone::Kunyit glyph=Glyph::Flask>{text::sandbox(lang)}</Badge> })}
                </div>
            </div>
            <div class="flex-1 px-5 pt-4">
                {move || {
                    let tone = if trouble { Tone::Danger } else if held.get().is_some() { Tone::Warning } else { Tone::Info };
                    text::reason(lang, &for_reason, held.get().as_deref())
                        .map(|reason| view! { <Callout tone>{reason}</Callout> })
                }}
            </div>
            {has_cap.then(|| view! { <div class="px-5 pt-4"><NewChats number=for_budget /></div> })}
            <dl class="mx-5 mt-4 grid grid-cols-3 gap-3 border-t py-3 text-xs">
                <Fact name=text::queued(lang) value=format::count(lang, number.queued) />
                <Fact name=text::sent_today(lang) value=format::count(lang, number.sent_today) />
                <div class="min-w-0">
                    <dt class="text-muted">{text::since(lang)}</dt>
                    <dd class="mt-0.5 text-sm font-semibold">
                        {move || format::moment(lang, zone, number.changed_at, now.get())}
                    </dd>
                </div>
            </dl>
            {may(Permission::NumberWrite).then(|| view! { <CardFoot number=for_foot on_rename /> })}
        </article>
    }
}

/// One thing known of a number.
#[component]
pub fn Fact(name: &'static str, #[prop(into)] value: Signal<String>) -> impl IntoView {
    view! {
        <div class="min-w-0">
            <dt class="text-muted">{name}</dt>
            <dd class="mt-0.5 text-sm font-semibold tabular-nums">{value}</dd>
        </div>
    }
}

#[component]
fn CardFoot(number: NumberView, on_rename: Callback<NumberView>) -> impl IntoView {
    let lang = use_lang();
    let way = way_back(lang, number.state);
    let href = format!("/numbers/link?number={}", number.id);
    let (details, details_of) = (format!("/numbers/{}", number.id), text::details_of(lang, &number.label));
    let label = text::rename_of(lang, &number.label);
    view! {
        <div class="flex flex-wrap items-center gap-2 border-t px-5 py-3">
            <ButtonLink href=details small=true attr:aria-label=details_of>{text::details(lang)}</ButtonLink>
            {way.map(|(glyph, words)| view! { <ButtonLink href small=true glyph>{words}</ButtonLink> })}
            <Button
                small=true
                glyph=Glyph::Pencil
                class="js-only"
                attr:aria-label=label
                on:click=move |_| on_rename.run(number.clone())
            >
                {text::rename(lang)}
            </Button>
        </div>
    }
}

/// How a number that is not linked comes back.
pub fn way_back(lang: Lang, state: NumberState) -> Option<(Glyph, &'static str)> {
    match state {
        NumberState::Linking => Some((Glyph::QrCode, text::show_code(lang))),
        state if state.needs_link() => Some((Glyph::Refresh, text::link_again(lang))),
        _ => None,
    }
}

/// A phone in a circle; kunyit when it is simulated.
#[component]
fn NetworkSign(network: Network) -> impl IntoView {
    let tint = if network == Network::Sandbox { "bg-kunyit-soft !text-kunyit-text" } else { "av-1" };
    view! {
        <span class=format!("avatar !size-10 {tint}") aria-hidden="true">
            <Icon glyph=Glyph::Phone class="size-5" />
        </span>
    }
}

/// The state in a word; `held` is until when the queue waits.
#[component]
pub fn StateBadge(number: NumberView, held: Option<String>) -> impl IntoView {
    let lang = use_lang();
    let (glyph, tone) = match (number.state, &held) {
        (NumberState::Connected, Some(_)) => (Glyph::Lock, Tone::Warning),
        (state, _) => state_sign(state),
    };
    let words = match (number.state, held) {
        (NumberState::Connected, Some(at)) => text::held_until(lang, &at),
        (state, _) => text::state(lang, state).to_owned(),
    };
    view! { <Badge tone glyph>{words}</Badge> }
}

/// Whether it will not come back by itself.
pub fn is_trouble(state: NumberState) -> bool {
    matches!(state, NumberState::LoggedOut | NumberState::Banned | NumberState::Replaced | NumberState::Outdated)
}
