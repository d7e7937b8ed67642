//! The short list of campaigns.

use super::text;
use crate::{format, ui::*};
use domain::{
    Lang,
    analytics::CampaignBrief,
    campaign::{CampaignStatus, CampaignTotals},
};
use leptos::{either::Either, prelude::*};

/// The open ones first, then the newest.
#[component]
pub fn RecentCampaigns(campaigns: Vec<CampaignBrief>) -> impl IntoView {
    let lang = use_lang();
    if campaigns.is_empty() {
        return Either::Left(view! {
            <Card flush=true>
                <EmptyState
                    glyph=Glyph::Megaphone
                    title=text::no_campaigns(lang)
                    body=text::no_campaigns_body(lang)
                    action=slot(move || {
                        view! { <ButtonLink href="/campaigns/new" small=true>{text::new_campaign(lang)}</ButtonLink> }
                    })
                />
            </Card>
        });
    }
    let all =
        slot(move || view! { <TextLink href="/campaigns" class="text-sm">{text::all_campaigns(lang)}</TextLink> });
    Either::Right(view! {
        <Card title=text::campaigns(lang) actions=all flush=true>
            <Table caption=text::campaigns(lang) class="mt-1">
                <thead class="max-md:hidden">
                    <tr>
                        <th scope="col">{text::campaign(lang)}</th>
                        <th scope="col">{text::progress(lang)}</th>
                        <th scope="col"><span class="sr-only">{text::state(lang)}</span></th>
                    </tr>
                </thead>
                <tbody>{campaigns.into_iter().map(|campaign| view! { <CampaignRow campaign /> }).collect_view()}</tbody>
            </Table>
        </Card>
    })
}

#[component]
fn CampaignRow(campaign: CampaignBrief) -> impl IntoView {
    let lang = use_lang();
    let CampaignBrief { id, name, status, number_label, totals } = campaign;
    let (tone, words) = state_words(lang, status);
    view! {
        <tr>
            <td class="max-md:!py-3">
                <a href=format!("/campaigns/{id}") class="font-semibold hover:underline">{name}</a>
                <span class="mt-0.5 block text-xs text-muted">{number_label}</span>
                <div class="mt-2 md:hidden"><Progress status totals /></div>
            </td>
            <td class="w-[40%] max-md:hidden"><Progress status totals /></td>
            <td class="w-px text-right align-top md:align-middle max-md:!pt-3"><Badge tone>{words}</Badge></td>
        </tr>
    }
}

#[component]
fn Progress(status: CampaignStatus, totals: CampaignTotals) -> impl IntoView {
    let lang = use_lang();
    if matches!(status, CampaignStatus::Draft | CampaignStatus::Scheduled) {
        return Either::Left(view! { <span class="text-xs text-muted">{text::not_started(lang)}</span> });
    }
    let done = totals.recipients - totals.queued();
    let words = text::of_recipients(lang, done, totals.recipients);
    Either::Right(view! {
        <LedgerBar parts=ledger_parts(&totals) whole=totals.recipients label=words.clone() />
        <div class="mt-1.5 flex justify-between gap-3 text-xs text-muted">
            <span class="tabular-nums" aria-hidden="true">{words}</span>
            <span>{format::percent(lang, done, totals.recipients)}</span>
        </div>
    })
}

/// The ledger of a campaign as parts of a bar: each person in exactly one place.
fn ledger_parts(totals: &CampaignTotals) -> Vec<(Part, u64)> {
    let ledger = totals.ledger();
    vec![
        (Part::Replied, ledger.replied),
        (Part::Read, ledger.read),
        (Part::Delivered, ledger.delivered),
        (Part::Submitted, ledger.awaiting),
        (Part::Failed, ledger.failed),
        (Part::Queued, ledger.expired + ledger.cancelled),
    ]
}

fn state_words(lang: Lang, status: CampaignStatus) -> (Tone, &'static str) {
    match status {
        CampaignStatus::Draft => (Tone::Neutral, text::draft(lang)),
        CampaignStatus::Scheduled => (Tone::Info, text::scheduled(lang)),
        CampaignStatus::Running => (Tone::Success, text::running(lang)),
        CampaignStatus::Paused => (Tone::Warning, text::paused(lang)),
        CampaignStatus::Cancelled => (Tone::Neutral, text::cancelled(lang)),
        CampaignStatus::Finished => (Tone::Info, text::finished(lang)),
    }
}
