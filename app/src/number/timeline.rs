//! What happened to a number, newest first.

use super::text;
use crate::{
    format,
    layout::{use_now, use_zone},
    ui::*,
};
use domain::{
    Lang,
    number::{
        NumberState,
        health::{NumberEvent, TimelineEntry},
    },
};
use leptos::{either::Either, prelude::*};

/// A line for each thing that happened.
#[component]
pub fn Timeline(entries: Memo<Vec<TimelineEntry>>) -> impl IntoView {
    let lang = use_lang();
    move || {
        if entries.with(Vec::is_empty) {
            return Either::Left(
                view! { <p class="py-6 text-center text-sm text-muted">{text::nothing_happened(lang)}</p> },
            );
        }
        Either::Right(view! {
            <ol class="divide-y">{entries.get().into_iter().map(|entry| view! { <Entry entry /> }).collect_view()}</ol>
        })
    }
}

#[component]
fn Entry(entry: TimelineEntry) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let (glyph, tone) = sign(&entry.event);
    let held = move |until| format::moment(lang, zone, until, now.get());
    let title = move || match entry.event {
        NumberEvent::State { state, .. } => text::state(lang, state).to_owned(),
        NumberEvent::Held { until } => text::held_until(lang, &held(until)),
        NumberEvent::Locked { until } => text::locked_until(lang, &held(until)),
        NumberEvent::Restarted => text::restarted(lang).to_owned(),
        NumberEvent::Dropped { events } => text::dropped_events(lang, events),
    };
    view! {
        <li class="flex gap-3 py-3 first:pt-1 last:pb-1">
            <span class=format!("grid size-7 shrink-0 place-items-center rounded-full {}", tone.soft())>
                <Icon glyph class="size-4" />
            </span>
            <div class="min-w-0 flex-1">
                <p class="flex flex-wrap items-baseline gap-x-3 pt-1">
                    <span class="text-sm font-semibold">{title}</span>
                    <span class="ml-auto text-xs text-muted tabular-nums">
                        {move || format::moment(lang, zone, entry.at, now.get())}
                    </span>
                </p>
                {why(lang, &entry.event).map(|why| view! { <p class="mt-0.5 text-sm text-muted text-pretty">{why}</p> })}
            </div>
        </li>
    }
}

fn why(lang: Lang, event: &NumberEvent) -> Option<&'static str> {
    match event {
        NumberEvent::State { problem, .. } => problem.map(|problem| problem.message(lang)),
        NumberEvent::Held { .. } => Some(text::held_here(lang)),
        NumberEvent::Locked { .. } => Some(text::locked_here(lang)),
        NumberEvent::Restarted => Some(text::restarted_why(lang)),
        NumberEvent::Dropped { .. } => Some(text::dropped_why(lang)),
    }
}

fn sign(event: &NumberEvent) -> (Glyph, Tone) {
    match event {
        NumberEvent::State { state, .. } => state_sign(*state),
        NumberEvent::Held { .. } | NumberEvent::Locked { .. } => (Glyph::Lock, Tone::Warning),
        NumberEvent::Restarted => (Glyph::Refresh, Tone::Warning),
        NumberEvent::Dropped { .. } => (Glyph::Warning, Tone::Warning),
    }
}

/// How a state looks, wherever it is shown.
pub fn state_sign(state: NumberState) -> (Glyph, Tone) {
    match state {
        NumberState::Connected => (Glyph::CheckCircle, Tone::Success),
        NumberState::Connecting | NumberState::Reconnecting => (Glyph::Refresh, Tone::Info),
        NumberState::Linking => (Glyph::QrCode, Tone::Info),
        NumberState::Unlinked => (Glyph::Link, Tone::Neutral),
        NumberState::LoggedOut | NumberState::Replaced => (Glyph::SignalSlash, Tone::Danger),
        NumberState::Banned => (Glyph::Forbidden, Tone::Danger),
        NumberState::Outdated => (Glyph::Warning, Tone::Danger),
    }
}
