//! The last days of a number as bars.

use super::text;
use crate::{
    format::{self, Zone},
    layout::use_zone,
    ui::*,
};
use domain::{Lang, number::health::NumberDay};
use leptos::prelude::*;

/// The colours of any day but today.
const SENT: &str = "bg-muted/55";
const RECEIVED: &str = "bg-muted/25";

/// One bar a day, as high as its messages; today's in the accent. Drawn without a chart, so it is there at once and
/// without JavaScript; a screen reader gets the table.
#[component]
pub fn DayBars(days: Memo<Vec<NumberDay>>) -> impl IntoView {
    let (lang, zone) = (use_lang(), use_zone());
    let bars = move || {
        days.with(|days| {
            let most = days.iter().map(messages).max().unwrap_or_default().max(1);
            days.iter().enumerate().map(|(i, day)| bar(lang, zone, day, most, i + 1 == days.len())).collect_view()
        })
    };
    let rows = move || days.with(|days| days.iter().map(|day| row(lang, zone, day)).collect_view());
    view! {
        <div class="flex h-32 items-end gap-1 sm:gap-1.5" aria-hidden="true">{bars}</div>
        <div class="mt-2 flex justify-between text-xs text-muted" aria-hidden="true">
            <span>{move || days.with(|days| days.first().map(|day| name(lang, zone, day)))}</span>
            <span>{text::today(lang)}</span>
        </div>
        <div class="sr-only">
        <table>
            <caption>{text::last_days(lang)}</caption>
            <thead>
                <tr>
                    <th scope="col">{text::day(lang)}</th>
                    <th scope="col">{text::sent(lang)}</th>
                    <th scope="col">{text::received(lang)}</th>
                    <th scope="col">{text::refused(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        </div>
    }
}

/// Which part of a bar is what.
#[component]
pub fn DayLegend() -> impl IntoView {
    let lang = use_lang();
    let sign = |fill: &'static str, words: &'static str| {
        view! {
            <span class="flex items-center gap-1.5 text-xs text-muted">
                <span class=format!("size-2 shrink-0 rounded-[3px] {fill}") aria-hidden="true"></span>
                {words}
            </span>
        }
    };
    view! {
        {sign(SENT, text::sent(lang))}
        {sign(RECEIVED, text::received(lang))}
    }
}

fn messages(day: &NumberDay) -> u64 {
    day.sent + day.received
}

fn bar(lang: Lang, zone: Zone, day: &NumberDay, most: u64, today: bool) -> impl IntoView + use<> {
    let share = |n: u64| format!("height:{:.2}%", n as f64 * 100.0 / most as f64);
    let says = text::day_says(lang, &name(lang, zone, day), day.sent, day.received);
    let (sent, received) = if today { ("bg-accent", "bg-accent/40") } else { (SENT, RECEIVED) };
    // A quiet day is a line, not a hole.
    let floor = if messages(day) == 0 { "min-h-[2px] bg-active" } else { "" };
    view! {
        <div class=format!("flex h-full min-w-0 flex-1 flex-col justify-end gap-px {floor}") style=(messages(day) == 0).then_some("height:2px") title=says>
            <i class=format!("block rounded-t-[3px] {received}") style=share(day.received)></i>
            <i class=format!("block rounded-b-[3px] {sent}") style=share(day.sent)></i>
        </div>
    }
}

fn row(lang: Lang, zone: Zone, day: &NumberDay) -> impl IntoView + use<> {
    let count = |n| format::count(lang, n);
    view! {
        <tr>
            <th scope="row">{name(lang, zone, day)}</th>
            <td>{count(day.sent)}</td>
            <td>{count(day.received)}</td>
            <td>{count(day.refused)}</td>
        </tr>
    }
}

fn name(lang: Lang, zone: Zone, day: &NumberDay) -> String {
    format::weekday_date(lang, zone, zone.start(day.day))
}
