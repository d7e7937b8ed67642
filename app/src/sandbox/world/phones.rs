//! Totals, and every phone with whose number it is.

use super::{super::ledger::Totals, api, is_heard, reset::ResetCard, text};
use crate::{
    format,
    layout::{use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Millis,
    sandbox::{PhoneOwner, WorldPhone, WorldView},
};
use leptos::{either::Either, prelude::*};

/// The world at this moment.
#[component]
pub fn Phones() -> impl IntoView {
    let world = Query::new(|| (), |()| api::open_world());
    refetch_on(world, is_heard);
    let changed = Callback::new(move |()| world.refetch());
    let draw = move |world| {
        view! {
            <Followed world />
            <ResetCard changed />
        }
    };
    view! { <LoadLive of=world view=draw /> }
}

#[component]
fn Followed(world: Signal<WorldView>) -> impl IntoView {
    let lang = use_lang();
    let traffic = Signal::derive(move || world.with(|world| world.traffic));
    let phones = Memo::new(move |_| world.with(|world| world.phones.clone()));
    let crowd = move || {
        let (phones, people) = world.with(|world| (world.phones.len(), world.people));
        format!("{} · {}", text::accounts(lang, phones), text::people(lang, people))
    };
    view! {
        <Card title=super::super::text::in_numbers(lang)>
            <p class="mb-4 text-sm text-muted">{crowd}</p>
            <Totals traffic />
        </Card>
        <Card title=text::phones(lang) flush=true class="mt-[var(--gap)]">
            {move || {
                let phones = phones.get();
                if phones.is_empty() {
                    Either::Left(view! {
                        <p class="px-[var(--card-pad)] py-5 text-sm text-muted">{text::no_phones(lang)}</p>
                    })
                } else {
                    Either::Right(view! { <PhoneTable phones /> })
                }
            }}
        </Card>
    }
}

#[component]
fn PhoneTable(phones: Vec<WorldPhone>) -> impl IntoView {
    let lang = use_lang();
    let rows = phones.into_iter().map(|phone| view! { <Row phone /> }).collect_view();
    view! {
        <Table caption=text::phones(lang)>
            <thead>
                <tr>
                    <th scope="col">{text::number(lang)}</th>
                    <th scope="col" class="max-md:hidden">{text::phone(lang)}</th>
                    <th scope="col" class="max-md:hidden">{text::addressing(lang)}</th>
                    <th scope="col">{text::devices(lang)}</th>
                    <th scope="col">{text::limits(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </Table>
    }
}

#[component]
fn Row(phone: WorldPhone) -> impl IntoView {
    let lang = use_lang();
    let limits = view! { <LimitsOf phone=phone.clone() /> };
    let WorldPhone { phone, name, owner, by_lid, devices, connected, online, .. } = phone;
    let readable = phone.readable();
    let (tone, state) = match (connected, devices) {
        (_, 0) => (Tone::Neutral, text::no_device(lang).to_owned()),
        (0, devices) => (Tone::Warning, text::connected(lang, 0, devices)),
        (connected, devices) => (Tone::Success, text::connected(lang, connected, devices)),
    };
    let (label, tenant) = match owner {
        Some(PhoneOwner { tenant, label }) => (label, tenant),
        None => (name, text::of_nobody(lang).to_owned()),
    };
    view! {
        <tr>
            <td>
                <b class="block max-w-[24ch] truncate font-semibold">{label}</b>
                <span class="block max-w-[28ch] truncate text-xs text-muted">{tenant}</span>
                <span class="block text-xs whitespace-nowrap text-muted tabular-nums md:hidden">{readable.clone()}</span>
            </td>
            <td class="whitespace-nowrap tabular-nums max-md:hidden">{readable}</td>
            <td class="whitespace-nowrap text-muted max-md:hidden">
                {if by_lid { text::by_lid(lang) } else { text::by_phone(lang) }}
            </td>
            <td>
                <span class="flex flex-wrap gap-1.5">
                    <Badge tone>{state}</Badge>
                    {online.then(|| view! { <Badge tone=Tone::Info>{text::online(lang)}</Badge> })}
                </span>
            </td>
            <td>{limits}</td>
        </tr>
    }
}

/// What is used of the network's limits, and what it does not let the phone do.
#[component]
fn LimitsOf(phone: WorldPhone) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let used = phone.new_chats.zip(phone.new_chats_cap);
    let words = match used {
        Some((used, cap)) => text::new_chats(lang, &format::count(lang, used), &format::count(lang, cap)),
        None => text::unlimited(lang).to_owned(),
    };
    let until = move |at: Option<Millis>, words: fn(domain::Lang, &str) -> String| {
        let at = at.filter(|at| *at > now.get())?;
        let words = words(lang, &format::moment(lang, zone, at, now.get()));
        Some(view! { <Badge tone=Tone::Danger class="mt-1">{words}</Badge> })
    };
    view! {
        <span class="block whitespace-nowrap">{words}</span>
        {move || until(phone.locked_until, super::super::text::locked_until)}
        {move || until(phone.banned_until, super::super::text::banned_until)}
    }
}
