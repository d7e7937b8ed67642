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
use std::borrow::Cow;

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
            <ol class="divide-y">
                {folded(entries.get()).into_iter().map(|(entry, caught_up)| view! { <Entry entry caught_up /> }).collect_view()}
            </ol>
        })
    }
}

/// What was caught up with stands beside the connection it came with: nobody reads two lines for one thing.
fn folded(entries: Vec<TimelineEntry>) -> Vec<(TimelineEntry, Option<NumberEvent>)> {
    let mut folded: Vec<(TimelineEntry, Option<NumberEvent>)> = Vec::with_capacity(entries.len());
    for entry in entries {
        let is_connected = matches!(entry.event, NumberEvent::State { state: NumberState::Connected, .. });
        let newer = folded.pop_if(|(newer, _)| is_connected && matches!(newer.event, NumberEvent::CaughtUp { .. }));
        folded.push((entry, newer.map(|(newer, _)| newer.event)));
    }
    folded
}

#[component]
fn Entry(entry: TimelineEntry, caught_up: Option<NumberEvent>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let (glyph, tone) = sign(&entry.event);
    let held = move |until| format::moment(lang, zone, until, now.get());
    let title = move || match entry.event {
        NumberEvent::State { state, .. } => text::state(lang, state).to_owned(),
        NumberEvent::Held { until } => text::held_until(lang, &held(until)),
        NumberEvent::Locked { until } => text::locked_until(lang, &held(until)),
        NumberEvent::Restarted => text::restarted(lang).to_owned(),
        NumberEvent::Dropped { events } => text::dropped_events(lang, events),
        NumberEvent::CaughtUp { .. } => text::caught_up(lang).to_owned(),
        NumberEvent::History { .. } => text::history(lang).to_owned(),
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
                {why(lang, caught_up.as_ref().unwrap_or(&entry.event)).map(|why| view! { <p class="mt-0.5 text-sm text-muted text-pretty">{why}</p> })}
            </div>
        </li>
    }
}

fn why(lang: Lang, event: &NumberEvent) -> Option<Cow<'static, str>> {
    let words = match event {
        NumberEvent::State { problem, .. } => return problem.map(|problem| problem.message(lang).into()),
        NumberEvent::Held { .. } => text::held_here(lang),
        NumberEvent::Locked { .. } => text::locked_here(lang),
        NumberEvent::Restarted => text::restarted_why(lang),
        NumberEvent::Dropped { .. } => text::dropped_why(lang),
        NumberEvent::CaughtUp { received, unsure } => return Some(caught_up(lang, *received, *unsure).into()),
        NumberEvent::History { messages, chats, lost } => return Some(history(lang, *messages, *chats, *lost).into()),
    };
    Some(words.into())
}

/// What there was to catch up with, in a sentence or two.
fn caught_up(lang: Lang, received: u64, unsure: u64) -> String {
    let came = (received > 0).then(|| text::came_meanwhile(lang, received));
    let again = (unsure > 0).then(|| text::go_again(lang, unsure));
    match (came, again) {
        (None, None) => text::nothing_missed(lang).to_owned(),
        (came, again) => came.into_iter().chain(again).collect::<Vec<_>>().join(" "),
    }
}

/// What the phone's history brought, in a sentence or two.
fn history(lang: Lang, messages: u64, chats: u64, lost: u64) -> String {
    let brought = match messages {
        0 => text::history_known(lang).to_owned(),
        messages => text::history_brought(lang, messages, &text::of_chats(lang, chats)),
    };
    let lost = (lost > 0).then(|| text::history_lost(lang, lost));
    std::iter::once(brought).chain(lost).collect::<Vec<_>>().join(" ")
}

fn sign(event: &NumberEvent) -> (Glyph, Tone) {
    match event {
        NumberEvent::State { state, .. } => state_sign(*state),
        NumberEvent::Held { .. } | NumberEvent::Locked { .. } => (Glyph::Lock, Tone::Warning),
        NumberEvent::Restarted => (Glyph::Refresh, Tone::Warning),
        NumberEvent::Dropped { .. } => (Glyph::Warning, Tone::Warning),
        NumberEvent::History { lost: 1.., .. } => (Glyph::Warning, Tone::Warning),
        NumberEvent::CaughtUp { .. } | NumberEvent::History { .. } => (Glyph::Check, Tone::Neutral),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_caught_up_with_stands_beside_its_connection() {
        let at = |at, event| TimelineEntry { at: domain::Millis(at), event };
        let state = |state| NumberEvent::State { state, problem: None };
        let missed = NumberEvent::CaughtUp { received: 2, unsure: 0 };
        let [newest, connected, lost] =
            [at(3, missed), at(2, state(NumberState::Connected)), at(1, state(NumberState::Reconnecting))];
        assert_eq!(folded(vec![newest, connected, lost]), [(connected, Some(missed)), (lost, None)]);
        // Something else came between.
        assert_eq!(folded(vec![newest, lost, connected]).len(), 3);
    }

    #[test]
    fn what_was_missed_is_said_as_far_as_there_was_something() {
        assert_eq!(caught_up(Lang::En, 0, 0), "Nothing was missed.");
        assert_eq!(caught_up(Lang::En, 1, 0), "1 message came meanwhile.");
        assert_eq!(history(Lang::En, 12, 1, 0), "12 messages of 1 chat from before.");
        assert_eq!(history(Lang::En, 0, 0, 0), "Everything in it was here already.");
        assert_eq!(
            history(Lang::Id, 1, 1, 2),
            "1 pesan dari 1 percakapan sebelumnya. 2 bagian riwayat tidak terbaca; untuk mendapatkannya, keluarkan lalu tautkan lagi nomor ini."
        );
        assert_eq!(
            caught_up(Lang::Id, 12, 3),
            "12 pesan masuk selama terputus. 3 pesan keluar belum pasti terkirim dan dikirim ulang, tanpa menjadi pesan ganda."
        );
    }
}
