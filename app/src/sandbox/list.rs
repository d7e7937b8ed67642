//! The phones of the sandbox.

use super::{api, text};
use crate::{format, layout::operates, live::refetch_on, ui::*};
use domain::{
    Event,
    sandbox::{SandboxAccount, SandboxPhone},
};
use leptos::{either::Either, prelude::*};

/// `/sandbox`
#[component]
pub fn PhonesPage() -> impl IntoView {
    let lang = use_lang();
    let phones = Query::new(|| (), |()| api::list_phones());
    refetch_on(phones, |event| {
        matches!(
            event,
            Event::NumberChanged(_) | Event::ConversationChanged(_) | Event::CampaignChanged(_) | Event::Resync
        )
    });
    let draw = move |phones: Vec<SandboxPhone>| {
        if phones.is_empty() {
            let action = slot(move || {
                view! { <ButtonLink href="/numbers" variant=Variant::Primary>{text::to_numbers(lang)}</ButtonLink> }
            });
            return Either::Left(view! {
                <Card><EmptyState glyph=Glyph::Flask title=text::none(lang) body=text::none_body(lang) action /></Card>
            });
        }
        let cards = phones.into_iter().map(|phone| view! { <PhoneCard phone /> }).collect_view();
        Either::Right(
            view! { <div class="grid grid-cols-1 gap-[var(--gap)] md:grid-cols-2 xl:grid-cols-3">{cards}</div> },
        )
    };
    let actions = slot(|| operates().then(|| view! { <WorldLink /> }));
    view! {
        <PageHead title=text::title(lang) lead=text::lead(lang) actions />
        <Load of=phones view=draw />
    }
}

/// For operators.
#[component]
fn WorldLink() -> impl IntoView {
    view! { <ButtonLink href="/sandbox/world" glyph=Glyph::Globe>{text::whole_world(use_lang())}</ButtonLink> }
}

#[component]
fn PhoneCard(phone: SandboxPhone) -> impl IntoView {
    let lang = use_lang();
    let SandboxPhone { number, label, phone, account, .. } = phone;
    let (href, name) = (format!("/sandbox/{number}"), text::open_of(lang, &label));
    let title = label.clone();
    view! {
        <article class="card card-body flex flex-col gap-4" aria-label=label>
            <div class="flex items-start gap-3">
                <div class="min-w-0 flex-1">
                    <h2 class="truncate">{title}</h2>
                    <p class="text-sm text-muted tabular-nums">{phone.readable()}</p>
                </div>
                <ButtonLink href small=true attr:aria-label=name>{text::open(lang)}</ButtonLink>
            </div>
            {match account {
                Some(account) => Either::Left(view! { <InShort account /> }),
                None => Either::Right(view! { <Callout tone=Tone::Warning>{text::gone(lang)}</Callout> }),
            }}
        </article>
    }
}

/// Devices and what went through.
#[component]
fn InShort(account: SandboxAccount) -> impl IntoView {
    let lang = use_lang();
    let traffic = account.traffic;
    let figure = move |name: &'static str, n: u64| {
        view! {
            <div>
                <dt class="text-muted">{name}</dt>
                <dd class="mt-0.5 text-sm font-semibold tabular-nums">{format::count(lang, n)}</dd>
            </div>
        }
    };
    view! {
        <dl class="grid grid-cols-4 gap-3 text-xs">
            {figure(text::accepted(lang), traffic.accepted)} {figure(text::delivered(lang), traffic.delivered)}
            {figure(text::read(lang), traffic.read)} {figure(text::replies(lang), traffic.replies)}
        </dl>
        <p class="border-t pt-3 text-xs text-muted">{text::devices(lang, account.devices.len())}</p>
    }
}
