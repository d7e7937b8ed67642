//! The page of all campaigns.

use super::{
    api::{self, CampaignList},
    place::{StatusBadge, bar, number_words, sentence, waiting},
    text,
};
use crate::{
    format,
    layout::{may, use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Event, Permission,
    campaign::{CampaignStatus, CampaignView},
};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

/// `/campaigns?q=…&page=…`
#[component]
pub fn CampaignsPage() -> impl IntoView {
    let lang = use_lang();
    let asked = use_asked();
    let search = Memo::new(move |_| asked.get().0);
    let campaigns = Query::new(move || asked.get(), |(search, page)| api::list_campaigns(search, page));
    refetch_on(campaigns, |event| matches!(event, Event::CampaignChanged(_) | Event::NumberChanged(_) | Event::Resync));
    let draw = move |CampaignList { campaigns, numbers }: CampaignList| {
        let searched = search.get_untracked();
        if campaigns.rows.is_empty() && searched.is_empty() {
            return EitherOf3::A(view! { <NoCampaigns /> });
        }
        if campaigns.rows.is_empty() {
            let title = text::no_match(lang, &searched);
            return EitherOf3::B(view! { <NothingFound path="/campaigns" title body=text::no_match_body(lang) /> });
        }
        let (number_of_page, pages, per_page) = (campaigns.page, campaigns.pages(), campaigns.per_page);
        let rows = campaigns
            .rows
            .into_iter()
            .map(|campaign| {
                let number = numbers.iter().find(|number| Some(number.id) == campaign.number).cloned();
                view! { <CampaignRow campaign number /> }
            })
            .collect_view();
        EitherOf3::C(view! {
            <Table caption=text::title(lang)>
                <thead>
                    <tr>
                        <th scope="col">{text::campaign(lang)}</th>
                        <th scope="col">{text::state(lang)}</th>
                        <th scope="col" class="max-md:hidden">{text::progress(lang)}</th>
                        <th scope="col" class="num max-lg:hidden">{text::replied_share(lang)}</th>
                        <th scope="col" class="max-lg:hidden">{text::when(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
            <Pagination page=number_of_page pages per_page href=move |n| list_address("/campaigns", &searched, n) />
        })
    };
    let actions = slot(move || may(Permission::CampaignWrite).then(|| view! { <NewCampaignLink /> }));
    view! {
        <PageHead title=text::title(lang) lead=text::lead(lang) actions />
        <Card flush=true>
            <div class="border-b px-[var(--card-pad)] py-3">
                <SearchForm
                    action="/campaigns"
                    label=text::search(lang)
                    value=search
                    class="max-w-[320px]"
                />
            </div>
            <Load of=campaigns view=draw />
        </Card>
    }
}

#[component]
fn NewCampaignLink() -> impl IntoView {
    let lang = use_lang();
    view! { <ButtonLink href="/campaigns/new" variant=Variant::Primary glyph=Glyph::Plus>{text::new(lang)}</ButtonLink> }
}

#[component]
fn NoCampaigns() -> impl IntoView {
    let lang = use_lang();
    let action = slot(move || {
        may(Permission::CampaignWrite)
            .then(|| view! { <ButtonLink href="/campaigns/new" glyph=Glyph::Plus>{text::new(lang)}</ButtonLink> })
    });
    view! { <EmptyState glyph=Glyph::Megaphone title=text::none(lang) body=text::none_body(lang) action /> }
}

#[component]
fn CampaignRow(campaign: CampaignView, number: Option<domain::number::NumberView>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let totals = campaign.totals;
    let status = campaign.status;
    let waits = move || waiting(lang, zone, now.get(), status, number.as_ref()).is_some();
    let submitted = text::sent_of(lang, totals.sent, totals.recipients);
    let has_begun = !matches!(status, CampaignStatus::Draft | CampaignStatus::Scheduled);
    let (created, started, ended) = (campaign.created_at, campaign.started_at, campaign.ended_at);
    // As its page says it: by the clock that was asked for, not by the first of all clocks.
    let starts_at = campaign.starts_at.map(|at| campaign.schedule.start.map_or(at, |start| zone.at(start)));
    let when = move || match (starts_at.or(started), ended) {
        (Some(at), None) if starts_at.is_some() => {
            text::starts(lang, &format::moment_within(lang, zone, at, now.get()))
        }
        (_, Some(at)) => text::ended(lang, &format::moment(lang, zone, at, now.get())),
        (Some(at), None) => text::started(lang, &format::moment(lang, zone, at, now.get())),
        (None, None) => text::edited(lang, &format::moment(lang, zone, created, now.get())),
    };
    let replied = if totals.sent == 0 { "–".to_owned() } else { format::percent(lang, totals.replied, totals.sent) };
    let begins = move || match starts_at {
        Some(at) => text::starts(lang, &format::moment_within(lang, zone, at, now.get())),
        None => text::not_started(lang).to_owned(),
    };
    let progress = move || {
        if !has_begun {
            return Either::Left(view! { <span class="text-muted">{begins()}</span> });
        }
        Either::Right(view! {
            <LedgerBar parts=bar(&totals) whole=totals.recipients label=sentence(lang, &totals) class="w-full" />
            <span class="mt-1.5 block text-xs text-muted tabular-nums">{submitted.clone()}</span>
        })
    };
    let for_phone = progress.clone();
    view! {
        <tr>
            <td class="max-w-0 w-full md:w-[34%]">
                <a href=address(&campaign) class="block truncate font-semibold hover:underline">{campaign.name.clone()}</a>
                <span class="block truncate text-xs text-muted">
                    {number_words(lang, &campaign)}
                </span>
                <div class="mt-2 md:hidden">{for_phone()}</div>
            </td>
            <td>{move || view! { <StatusBadge status waits=waits() /> }}</td>
            <td class="min-w-52 max-md:hidden">{progress()}</td>
            <td class="num font-semibold max-lg:hidden">{replied}</td>
            <td class="whitespace-nowrap text-muted max-lg:hidden">{when}</td>
        </tr>
    }
}

/// Where a campaign is: a draft goes on in the wizard.
fn address(campaign: &CampaignView) -> String {
    match campaign.status {
        CampaignStatus::Draft if may(Permission::CampaignWrite) => format!("/campaigns/{}/edit", campaign.id),
        _ => format!("/campaigns/{}", campaign.id),
    }
}
