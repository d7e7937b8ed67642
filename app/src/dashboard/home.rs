//! `/`: how things are, what needs a look, and the first steps while there are any.

use super::{
    api,
    campaigns::RecentCampaigns,
    numbers::{NumberStrip, needs_a_look},
    text,
};
use crate::{
    format,
    layout::{may, use_now, use_viewer, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Lang, Permission,
    analytics::{FirstSteps, Overview},
    campaign::{CampaignMinute, CampaignTotals},
    time::MINUTE_MS,
};
use leptos::{either::Either, prelude::*};

/// The home page.
#[component]
pub fn Home() -> impl IntoView {
    let overview = Resource::new(|| (), |()| api::home_overview());
    refetch_on(overview, |event| {
        use domain::Event::*;
        matches!(event, CampaignChanged(_) | NumberChanged(_) | ConversationChanged(_) | ImportChanged(_) | Resync)
    });
    view! { <Load of=overview view=move |overview| view! { <HomeOf overview /> } /> }
}

#[component]
fn HomeOf(overview: Overview) -> impl IntoView {
    let lang = use_lang();
    let Overview { steps, unread, month, today, step_ms, campaigns, numbers, open_conversations, .. } = overview;
    let items = attention(lang, unread, open_conversations, &month, &numbers);
    let fresh = !steps.campaign;
    let lead = match (fresh, unread) {
        (true, _) => text::first_lead(lang).to_owned(),
        (false, 0) => text::calm_lead(lang).to_owned(),
        (false, n) => text::unread_lead(lang, n),
    };
    view! {
        <PageHead title=greeting(lang, fresh) lead actions=slot(move || view! { <QuickActions steps /> }) />
        {(!steps.all_done()).then(|| view! { <div class="mb-[var(--gap)]"><FirstStepList steps /></div> })}
        {steps
            .campaign
            .then(move || {
                view! {
                    <MonthFigures totals=month />
                    <div class="mb-[var(--gap)] grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_340px]">
                        <TodayChart points=today step_ms />
                        <NeedsAttention items />
                    </div>
                }
            })}
        <div class="flex flex-col gap-[var(--gap)]">
            {(steps.number && steps.contacts).then(move || view! { <RecentCampaigns campaigns /> })}
            {steps.number.then(move || view! { <NumberStrip numbers /> })}
        </div>
    }
}

/// By the hour of the tenant, with the first name of whoever looks.
fn greeting(lang: Lang, fresh: bool) -> String {
    let viewer = use_viewer();
    let first = viewer.name.split_whitespace().next().unwrap_or_default().to_owned();
    if fresh {
        return text::welcome(lang, &first);
    }
    match format::civil(use_zone(), use_now().get_untracked()).hour {
        4..=10 => text::morning(lang, &first),
        11..=14 => text::noon(lang, &first),
        15..=17 => text::afternoon(lang, &first),
        _ => text::evening(lang, &first),
    }
}

#[component]
fn QuickActions(steps: FirstSteps) -> impl IntoView {
    let lang = use_lang();
    let inbox = steps
        .campaign
        .then(|| view! { <ButtonLink href="/inbox" glyph=Glyph::Inbox>{text::open_inbox(lang)}</ButtonLink> });
    let import = (steps.number && may(Permission::ContactWrite)).then(|| {
        view! { <ButtonLink href="/contacts/import" glyph=Glyph::Upload class="max-sm:hidden">{text::import(lang)}</ButtonLink> }
    });
    let campaign = (steps.number && steps.contacts && may(Permission::CampaignWrite)).then(|| {
        let variant = if steps.campaign { Variant::Primary } else { Variant::Secondary };
        view! { <ButtonLink href="/campaigns/new" glyph=Glyph::Plus variant>{text::new_campaign(lang)}</ButtonLink> }
    });
    view! {
        {inbox}
        {import}
        {campaign}
    }
}

#[component]
fn FirstStepList(steps: FirstSteps) -> impl IntoView {
    let lang = use_lang();
    let go = move |href: &'static str, glyph: Glyph, words: &'static str| {
        slot(move || view! { <ButtonLink href variant=Variant::Primary glyph>{words}</ButtonLink> })
    };
    let list = vec![
        Step {
            title: text::step_number(lang).to_owned(),
            body: text::step_number_body(lang).to_owned(),
            done: steps.number,
            action: go("/numbers", Glyph::Phone, text::step_number_do(lang)),
        },
        Step {
            title: text::step_contacts(lang).to_owned(),
            body: text::step_contacts_body(lang).to_owned(),
            done: steps.contacts,
            action: go("/contacts/import", Glyph::Upload, text::import(lang)),
        },
        Step {
            title: text::step_campaign(lang).to_owned(),
            body: text::step_campaign_body(lang).to_owned(),
            done: steps.campaign,
            action: go("/campaigns/new", Glyph::Megaphone, text::new_campaign(lang)),
        },
        Step {
            title: text::step_answer(lang).to_owned(),
            body: text::step_answer_body(lang).to_owned(),
            done: steps.answer,
            action: go("/inbox", Glyph::Inbox, text::open_inbox(lang)),
        },
    ];
    view! { <Checklist title=text::first_steps(lang) steps=list /> }
}

#[component]
fn MonthFigures(totals: CampaignTotals) -> impl IntoView {
    let lang = use_lang();
    let sent = Signal::stored(totals.sent);
    let note = Signal::derive(move || text::messages(lang).to_owned());
    view! {
        <Figures label=text::month(lang) class="mb-[var(--gap)]">
            <Figure label=text::submitted(lang) value=totals.sent part=Part::Submitted of=Signal::stored(totals.recipients) note />
            <Figure label=text::delivered(lang) value=totals.delivered part=Part::Delivered of=sent />
            <Figure label=text::read(lang) value=totals.read part=Part::Read of=sent />
            <Figure label=text::replied(lang) value=totals.replied part=Part::Replied of=sent />
            <Figure label=text::failed(lang) value=totals.failed part=Part::Failed of=Signal::stored(totals.recipients) />
        </Figures>
    }
}

#[component]
fn TodayChart(points: Vec<CampaignMinute>, step_ms: i64) -> impl IntoView {
    let (lang, zone) = (use_lang(), use_zone());
    if points.is_empty() {
        return Either::Left(view! {
            <Card title=text::today(lang)>
                <EmptyState glyph=Glyph::Bars title=text::nothing_today(lang) body=text::nothing_today_body(lang) filtered=true />
            </Card>
        });
    }
    let (sent, replied) = (points.iter().map(|p| p.sent).sum(), points.iter().map(|p| p.replied).sum());
    let note = match step_ms / MINUTE_MS {
        1 => text::every_minute(lang).to_owned(),
        n => text::every(lang, n),
    };
    let data = ChartData {
        points: points.iter().map(|p| format::time(lang, zone, p.at)).collect(),
        series: vec![
            Series::new(text::submitted(lang), Part::Submitted, points.iter().map(|p| p.sent)),
            Series::new(text::delivered(lang), Part::Delivered, points.iter().map(|p| p.delivered)),
            Series::new(text::read(lang), Part::Read, points.iter().map(|p| p.read)),
            Series::new(text::replied(lang), Part::Replied, points.iter().map(|p| p.replied)),
        ],
    };
    Either::Right(view! {
        <Card title=text::today(lang) note>
            <Chart data=Signal::stored(data) label=text::today_says(lang, sent, replied) />
        </Card>
    })
}

/// One thing that needs a look.
pub struct Attention {
    pub tone: Tone,
    pub glyph: Glyph,
    pub title: String,
    pub body: String,
    pub href: String,
    pub words: &'static str,
}

fn attention(
    lang: Lang,
    unread: u64,
    open: u64,
    month: &CampaignTotals,
    numbers: &[domain::analytics::NumberBrief],
) -> Vec<Attention> {
    let mut items = Vec::new();
    if unread > 0 {
        items.push(Attention {
            tone: Tone::Info,
            glyph: Glyph::Inbox,
            title: text::unread_title(lang, unread),
            body: text::unread_body(lang, open),
            href: "/inbox".to_owned(),
            words: text::open_inbox(lang),
        });
    }
    items.extend(needs_a_look(lang, numbers));
    if month.failed > 0 {
        items.push(Attention {
            tone: Tone::Warning,
            glyph: Glyph::Warning,
            title: text::failed_title(lang, month.failed),
            body: text::failed_body(lang).to_owned(),
            href: "/campaigns".to_owned(),
            words: text::see_campaigns(lang),
        });
    }
    items
}

#[component]
fn NeedsAttention(items: Vec<Attention>) -> impl IntoView {
    let lang = use_lang();
    let count = items.len();
    let clear = items.is_empty();
    let row = move |item: Attention| {
        view! {
            <li class="flex gap-3 py-3.5 first:pt-1 last:pb-1">
                <span class=format!("mt-px grid size-7 shrink-0 place-items-center rounded-lg {}", item.tone.soft())>
                    <Icon glyph=item.glyph />
                </span>
                <div class="min-w-0 flex-1">
                    <p class="text-sm font-semibold text-pretty">{item.title}</p>
                    <p class="mt-0.5 text-xs text-muted text-pretty">{item.body}</p>
                    <TextLink href=item.href class="mt-1.5 inline-block text-xs">{item.words}</TextLink>
                </div>
            </li>
        }
    };
    view! {
        <Card
            title=text::attention(lang)
            class="h-fit max-xl:order-first"
            actions=slot(move || (count > 0).then(|| view! { <Badge tone=Tone::Accent>{count}</Badge> }))
        >
            {clear
                .then(|| {
                    view! {
                        <p class="flex items-center gap-2 text-sm text-muted">
                            <span class="text-success"><Icon glyph=Glyph::CheckCircle class="size-5" /></span>
                            {text::all_clear(lang)}
                        </p>
                    }
                })}
            <ul class="divide-y divide-border">{items.into_iter().map(row).collect_view()}</ul>
        </Card>
    }
}
