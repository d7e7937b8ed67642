//! The newest messages of the whole network.

use super::{super::text as said, api, is_heard, text};
use crate::{
    format,
    layout::{use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{Millis, sandbox::WorldEntry};
use leptos::{either::Either, prelude::*};

/// Whoever wrote them.
#[component]
pub fn Ledger() -> impl IntoView {
    let lang = use_lang();
    let entries = Query::new(|| (), |()| api::open_ledger());
    refetch_on(entries, is_heard);
    view! {
        <Card title=said::newest(lang) note=said::newest_lead(lang) flush=true>
            <Load of=entries view=move |entries| view! { <Entries entries /> } />
        </Card>
    }
}

#[component]
fn Entries(entries: Vec<WorldEntry>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    if entries.is_empty() {
        return Either::Left(
            view! { <p class="px-[var(--card-pad)] py-5 text-sm text-muted">{text::no_messages(lang)}</p> },
        );
    }
    let at = move |at: Option<Millis>| match at {
        Some(at) => format::short(lang, zone, at, now.get_untracked()),
        None => said::never(lang).to_owned(),
    };
    let row = move |entry: WorldEntry| {
        let twice = if entry.came > 1 { "num font-semibold text-danger-text" } else { "num" };
        let to = entry.to.map_or_else(|| text::a_group(lang).to_owned(), |to| to.readable());
        let (kind, words) = (entry.kind.label(lang), entry.text);
        view! {
            <tr>
                <td class="whitespace-nowrap tabular-nums">{entry.from.readable()}</td>
                <td class="whitespace-nowrap tabular-nums">{to}</td>
                <td class="max-w-[36ch] truncate" title=words.clone()>{kind} " " {words.clone()}</td>
                <td class="whitespace-nowrap max-md:hidden">{at(Some(entry.accepted_at))}</td>
                <td class="whitespace-nowrap">{at(entry.delivered_at)}</td>
                <td class="whitespace-nowrap">{at(entry.read_at)}</td>
                <td class=twice>{entry.came}</td>
            </tr>
        }
    };
    Either::Right(view! {
        <Table caption=said::newest(lang)>
            <thead>
                <tr>
                    <th scope="col">{text::from(lang)}</th>
                    <th scope="col">{said::to(lang)}</th>
                    <th scope="col">{said::message(lang)}</th>
                    <th scope="col" class="max-md:hidden">{said::taken_at(lang)}</th>
                    <th scope="col">{said::delivered(lang)}</th>
                    <th scope="col">{said::read(lang)}</th>
                    <th scope="col" class="num">{said::came(lang)}</th>
                </tr>
            </thead>
            <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
        </Table>
    })
}
