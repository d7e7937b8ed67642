//! What the network itself says of a number's new chats: a lock, a quota, a warning. Nothing while it says nothing.

use super::text;
use crate::{
    format::{self, Zone},
    layout::{use_now, use_zone},
    ui::*,
};
use domain::{
    Lang, Millis,
    number::{
        NumberView,
        limits::{CapStatus, Limits},
    },
};
use leptos::prelude::*;

/// Below the budget on the number's page.
#[component]
pub fn NetworkSays(number: Memo<NumberView>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let limits = Memo::new(move |_| number.with(|number| number.limits));
    let counted = move || {
        let (limits, now) = (limits.get(), now.get());
        let quota = limits.quota.filter(|_| limits.counts(now))?;
        let count = |n| format::count(lang, n);
        let anew = limits.resets_at.map(|at| text::counted_anew(lang, &format::moment(lang, zone, at, now)));
        let part = if limits.used >= quota { Part::Warning } else { Part::Accent };
        let (done, whole) = (Signal::stored(limits.used), Signal::stored(quota));
        Some(view! {
            <div class="mt-3 border-t pt-3" data-testid="network-quota">
                <p class="flex items-baseline justify-between gap-3 text-sm">
                    <span class="text-muted">{text::counted_by_network(lang)}</span>
                    <b class="font-semibold tabular-nums">{text::of_cap(lang, &count(limits.used), &count(quota))}</b>
                </p>
                <ProgressBar done whole label=text::counted_by_network(lang) part class="mt-2" />
                {anew.map(|words| view! { <p class="mt-2 text-sm text-muted">{words}</p> })}
            </div>
        })
    };
    let warned = move || {
        warning(lang, zone, now.get(), &limits.get()).map(|(title, body)| {
            view! { <Callout tone=Tone::Warning title class="mt-3">{body}</Callout> }
        })
    };
    view! {
        {counted}
        {warned}
    }
}

/// What the network warns of, and what to do about it.
pub fn warning(lang: Lang, zone: Zone, now: Millis, limits: &Limits) -> Option<(String, &'static str)> {
    let moment = |at| format::moment(lang, zone, at, now);
    if let Some(until) = limits.lock(now) {
        return Some((text::locked_until(lang, &moment(until)), text::locked_why(lang)));
    }
    if !limits.counts(now) {
        return None;
    }
    match (limits.quota_left(), limits.status) {
        (Some(0), _) => {
            let title = limits.resets_at.map(|at| text::capped_until(lang, &moment(at)));
            Some((title.unwrap_or_else(|| text::capped(lang).to_owned()), text::capped_why(lang)))
        }
        (_, Some(CapStatus::FirstWarning)) => Some((text::warned_once(lang).to_owned(), text::warned_once_why(lang))),
        (_, Some(CapStatus::SecondWarning)) => {
            Some((text::warned_twice(lang).to_owned(), text::warned_twice_why(lang)))
        }
        _ => None,
    }
}
