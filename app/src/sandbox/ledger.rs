//! The ledger of the network: what a phone sent, as its recipients decrypted it.

use super::{api, is_heard, text};
use crate::{
    format,
    layout::{use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Millis, NumberId,
    sandbox::{LedgerEntry, SandboxPhone, Traffic},
};
use leptos::{either::Either, prelude::*};

/// The totals of a phone and its newest messages.
#[component]
pub fn Ledger(number: NumberId, phone: Signal<SandboxPhone>) -> impl IntoView {
    let lang = use_lang();
    let entries = Query::new(move || number, api::list_ledger);
    refetch_on(entries, is_heard(number));
    let traffic = Memo::new(move |_| {
        phone.with(|phone| phone.account.as_ref().map(|account| account.traffic).unwrap_or_default())
    });
    view! {
        <Card title=text::in_numbers(lang)>
            <Totals traffic />
        </Card>
        <Card title=text::newest(lang) note=text::newest_lead(lang) flush=true class="mt-[var(--gap)]">
            <Load of=entries view=move |entries| view! { <Entries entries /> } />
        </Card>
    }
}

/// What was sent, as the network counted it.
#[component]
pub fn Totals(#[prop(into)] traffic: Signal<Traffic>) -> impl IntoView {
    let lang = use_lang();
    let figure = move |name: &'static str, of: fn(&Traffic) -> u64| {
        view! {
            <div>
                <dt class="text-xs text-muted">{name}</dt>
                <dd class="mt-0.5 text-lg font-bold tabular-nums">{move || format::count(lang, traffic.with(of))}</dd>
            </div>
        }
    };
    view! {
        <dl class="grid grid-cols-2 gap-4 sm:grid-cols-4 xl:grid-cols-8">
            {figure(text::accepted(lang), |t| t.accepted)} {figure(text::delivered(lang), |t| t.delivered)}
            {figure(text::read(lang), |t| t.read)} {figure(text::replies(lang), |t| t.replies)}
            {figure(text::refused(lang), |t| t.refused)} {figure(text::repeated(lang), |t| t.repeated)}
            {figure(text::unreadable(lang), |t| t.unreadable)} {figure(text::keys_reused(lang), |t| t.keys_reused)}
        </dl>
    }
}

/// Messages as the network has them, the newest first.
#[component]
pub fn Entries(
    entries: Vec<LedgerEntry>,
    /// Whoever sent them, not one phone.
    #[prop(optional)]
    of_all: bool,
) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    if entries.is_empty() {
        let none = if of_all { text::no_messages_at_all(lang) } else { text::no_messages(lang) };
        return Either::Left(view! { <p class="px-[var(--card-pad)] py-5 text-sm text-muted">{none}</p> });
    }
    let at = move |at: Option<Millis>| match at {
        Some(at) => format::short(lang, zone, at, now.get_untracked()),
        None => text::never(lang).to_owned(),
    };
    let row = move |entry: LedgerEntry| {
        let twice = if entry.came > 1 { "num font-semibold text-danger-text" } else { "num" };
        // On a phone whoever wrote it stands below whom it is for.
        let from = of_all.then(|| entry.from.readable());
        let below = from.clone().map(|from| view! { <span class="block text-xs text-muted md:hidden">{from}</span> });
        let from = from.map(|from| view! { <td class="whitespace-nowrap tabular-nums max-md:hidden">{from}</td> });
        let to = entry.to.map_or_else(|| text::a_group(lang).to_owned(), |to| to.readable());
        let (kind, words) = (entry.kind.label(lang), entry.text);
        view! {
            <tr>
                {from} <td class="whitespace-nowrap tabular-nums">{to} {below}</td>
                <td class="max-w-[36ch] truncate" title=words.clone()>{kind} " " {words.clone()}</td>
                <td class="whitespace-nowrap max-md:hidden">{at(Some(entry.accepted_at))}</td>
                <td class="whitespace-nowrap">{at(entry.delivered_at)}</td>
                <td class="whitespace-nowrap">{at(entry.read_at)}</td>
                <td class=twice>{entry.came}</td>
            </tr>
        }
    };
    Either::Right(view! {
        <Table caption=text::newest(lang)>
            <thead>
                <tr>
                    {of_all.then(|| view! { <th scope="col" class="max-md:hidden">{text::from(lang)}</th> })}
                    <th scope="col">{text::to(lang)}</th>
                    <th scope="col">{text::message(lang)}</th>
                    <th scope="col" class="max-md:hidden">{text::taken_at(lang)}</th>
                    <th scope="col">{text::delivered(lang)}</th>
                    <th scope="col">{text::read(lang)}</th>
                    <th scope="col" class="num">{text::came(lang)}</th>
                </tr>
            </thead>
            <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
        </Table>
    })
}
