//! The strip of numbers, and which of them need a look.

use super::{home::Attention, text};
use crate::{
    format,
    layout::{use_now, use_zone},
    ui::*,
};
use domain::{
    Lang,
    analytics::NumberBrief,
    number::{Network, NumberState},
};
use leptos::prelude::*;

/// Every number with its state, side by side; scrolls sideways.
#[component]
pub fn NumberStrip(numbers: Vec<NumberBrief>) -> impl IntoView {
    let lang = use_lang();
    let all = slot(move || view! { <TextLink href="/numbers" class="text-sm">{text::all_numbers(lang)}</TextLink> });
    view! {
        <Card title=text::numbers(lang) actions=all flush=true>
            <ul
                class="mt-2 flex snap-x divide-x divide-border overflow-x-auto border-t"
                tabindex="0"
                aria-label=text::numbers(lang)
            >
                {numbers.into_iter().map(|number| view! { <NumberItem number /> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn NumberItem(number: NumberBrief) -> impl IntoView {
    let lang = use_lang();
    let (tone, words) = state_words(lang, number.state);
    let phone = number.phone.map_or_else(|| text::no_phone(lang).to_owned(), |phone| phone.readable());
    view! {
        <li class="max-w-[420px] min-w-[228px] flex-1 snap-start px-5 py-4 max-md:px-4">
            <div class="flex items-center gap-2">
                <Dot tone />
                <b class="min-w-0 flex-1 truncate text-sm font-semibold">{number.label}</b>
                <span class="text-xs text-muted">{words}</span>
            </div>
            <p class="mt-0.5 pl-4 text-xs text-muted tabular-nums">{phone}</p>
            <div class="mt-2 flex items-center justify-between gap-3 pl-4 text-xs text-muted">
                {(number.queued > 0).then(|| text::waiting(lang, number.queued))}
                {(number.network == Network::Sandbox)
                    .then(|| view! { <Badge tone=Tone::Kunyit glyph=Glyph::Flask>"Sandbox"</Badge> })}
            </div>
            {number.problem.map(|problem| view! { <p class="mt-1.5 text-xs text-warning-text text-pretty">{problem.message(lang)}</p> })}
        </li>
    }
}

/// What needs a look: numbers that are held, and numbers that should be connected and are not.
pub fn needs_a_look(lang: Lang, numbers: &[NumberBrief]) -> Vec<Attention> {
    let (now, zone) = (use_now().get_untracked(), use_zone());
    let item = |number: &NumberBrief, tone, glyph, title, body| Attention {
        tone,
        glyph,
        title,
        body,
        href: format!("/numbers/{}", number.id),
        words: text::see_number(lang),
    };
    numbers
        .iter()
        .filter_map(|number| {
            if let Some(until) = number.held_until.filter(|until| *until > now) {
                let until = format::moment(lang, zone, until, now);
                let title = text::number_held(lang, &number.label, &until);
                return Some(item(
                    number,
                    Tone::Warning,
                    Glyph::Lock,
                    title,
                    text::number_held_body(lang, number.queued),
                ));
            }
            use NumberState::*;
            let down = matches!(number.state, LoggedOut | Banned | Replaced | Outdated | Reconnecting);
            down.then(|| {
                let body = match number.problem {
                    Some(problem) => problem.message(lang).to_owned(),
                    None => text::number_down_body(lang, number.queued),
                };
                let title = text::number_down(lang, &number.label);
                item(number, Tone::Danger, Glyph::SignalSlash, title, body)
            })
        })
        .collect()
}

fn state_words(lang: Lang, state: NumberState) -> (Tone, &'static str) {
    match state {
        NumberState::Unlinked => (Tone::Neutral, text::unlinked(lang)),
        NumberState::Linking => (Tone::Info, text::linking(lang)),
        NumberState::Connecting => (Tone::Info, text::connecting(lang)),
        NumberState::Connected => (Tone::Success, text::connected(lang)),
        NumberState::Reconnecting => (Tone::Info, text::reconnecting(lang)),
        NumberState::LoggedOut => (Tone::Warning, text::logged_out(lang)),
        NumberState::Banned => (Tone::Danger, text::banned(lang)),
        NumberState::Replaced => (Tone::Warning, text::replaced(lang)),
        NumberState::Outdated => (Tone::Warning, text::outdated(lang)),
    }
}
