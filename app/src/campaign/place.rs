//! Where the people of a campaign are: the ledger in words and colours, and whether the campaign waits.

use super::text;
use crate::{
    format::{self, Zone},
    ui::*,
};
use domain::{
    Lang, Millis,
    campaign::{CampaignStatus, CampaignTotals, CampaignView},
    number::NumberView,
};
use leptos::prelude::*;

/// The parts of the ledger bar, in order, with their words.
pub fn parts(lang: Lang, totals: &CampaignTotals) -> Vec<(Part, &'static str, u64)> {
    let ledger = totals.ledger();
    let mut parts = vec![
        (Part::Replied, text::replied(lang), ledger.replied),
        (Part::Read, text::read(lang), ledger.read),
        (Part::Delivered, text::delivered(lang), ledger.delivered),
        (Part::Submitted, text::awaiting(lang), ledger.awaiting),
        (Part::Failed, text::failed(lang), ledger.failed),
        (Part::Queued, text::queued(lang), ledger.queued),
    ];
    if ledger.expired > 0 {
        parts.push((Part::Warning, text::expired(lang), ledger.expired));
    }
    if ledger.cancelled > 0 {
        parts.push((Part::Warning, text::stopped(lang), ledger.cancelled));
    }
    parts
}

/// The parts as a bar draws them. What is queued is the empty rest of it.
pub fn bar(totals: &CampaignTotals) -> Vec<(Part, u64)> {
    let drawn = |part: &Part| *part != Part::Queued;
    parts(Lang::En, totals).into_iter().map(|(part, _, n)| (part, n)).filter(|(part, _)| drawn(part)).collect()
}

/// The bar in words.
pub fn sentence(lang: Lang, totals: &CampaignTotals) -> String {
    let said = |(_, words, n): (Part, &str, u64)| format!("{words} {}", format::count(lang, n));
    parts(lang, totals).into_iter().map(said).collect::<Vec<_>>().join(", ")
}

/// Why a running campaign sends nothing, if it is the number's doing.
pub fn waiting(
    lang: Lang,
    zone: Zone,
    now: Millis,
    status: CampaignStatus,
    number: Option<&NumberView>,
) -> Option<String> {
    match (status, number) {
        (CampaignStatus::Running, Some(number)) => crate::number::why_it_waits(lang, zone, now, number),
        (CampaignStatus::Running, None) => Some(text::number_lost(lang).to_owned()),
        _ => None,
    }
}

/// The number of a campaign in words. One that was started had a number: without it, that was deleted.
pub fn number_words(lang: Lang, campaign: &CampaignView) -> String {
    let without = if campaign.started_at.is_some() { text::number_deleted(lang) } else { text::no_number(lang) };
    campaign.number_label.clone().unwrap_or_else(|| without.to_owned())
}

/// The status in a word. "Waiting" when nothing leaves although it runs.
#[component]
pub fn StatusBadge(status: CampaignStatus, waits: bool) -> impl IntoView {
    let lang = use_lang();
    let (tone, glyph) = match status {
        CampaignStatus::Draft => (Tone::Neutral, Glyph::Pencil),
        CampaignStatus::Scheduled => (Tone::Info, Glyph::Clock),
        CampaignStatus::Running if waits => (Tone::Warning, Glyph::Clock),
        CampaignStatus::Running => (Tone::Success, Glyph::Send),
        CampaignStatus::Paused => (Tone::Warning, Glyph::Pause),
        CampaignStatus::Cancelled => (Tone::Neutral, Glyph::XCircle),
        CampaignStatus::Finished => (Tone::Neutral, Glyph::Check),
    };
    let words = match status {
        CampaignStatus::Draft => text::draft(lang),
        CampaignStatus::Scheduled => text::scheduled(lang),
        CampaignStatus::Running if waits => text::waits(lang),
        CampaignStatus::Running => text::running(lang),
        CampaignStatus::Paused => text::paused(lang),
        CampaignStatus::Cancelled => text::cancelled(lang),
        CampaignStatus::Finished => text::finished(lang),
    };
    view! { <Badge tone glyph>{words}</Badge> }
}
