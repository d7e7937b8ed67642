//! `/`: how things are, what needs a look, and the first steps while there are any.

use super::{
    api,
    campaigns::RecentCampaigns,
    numbers::{NumberStrip, needs_a_look},
    text,
};
use crate::{
    format::{self, Zone},
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
    let overview = Query::new(|| (), |()| api::home_overview());
    refetch_on(overview, |event| {
        use domain::Event::*;
        matches!(event, CampaignChanged(_) | NumberChanged(_) | ConversationChanged(_) | ImportChanged(_) | Resync)
    });
    view! { <LoadLive of=overview view=move |overview| view! { <HomeOf overview /> } /> }
}

#[component]
fn HomeOf(overview: Signal<Overview>) -> impl IntoView {
    let lang = use_lang();
    let steps = Memo::new(move |_| overview.with(|o| o.steps));
    let lead = move || match (steps.get().campaign, overview.with(|o| o.unread)) {
        (false, _) => text::first_lead(lang).to_owned(),
        (true, 0) => text::calm_lead(lang).to_owned(),
        (true, n) => text::unread_lead(lang, n),
    };
    let campaigns = Memo::new(move |_| overview.with(|o| o.campaigns.clone()));
    let numbers = Memo::new(move |_| overview.with(|o| o.numbers.clone()));
    let listed = move || steps.get().number && steps.get().contacts;
    let columns = "grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_340px]";
    view! {
        {move || {
            let steps = steps.get();
            let (fresh, actions) = (!steps.campaign, slot(move || view! { <QuickActions steps /> }));
            view! { <PageHead title=greeting(lang, fresh) window=text::title(lang) lead actions /> }
        }}
        {move || {
            let steps = steps.get();
            (!steps.all_done()).then(|| view! { <div class="mb-[var(--gap)]"><FirstStepList steps /></div> })
        }}
        <Show when=move || steps.get().campaign>
            <MonthFigures totals=Signal::derive(move || overview.with(|o| o.month)) />
        </Show>
        <div class=move || if steps.get().campaign { columns } else { "" }>
            <div class="flex min-w-0 flex-col gap-[var(--gap)]">
                <Show when=move || steps.get().campaign>
                    <TodayChart overview />
                </Show>
                {move || listed().then(|| view! { <RecentCampaigns campaigns=campaigns.get() /> })}
            </div>
            <Show when=move || steps.get().campaign>
                {move || view! { <NeedsAttention items=overview.with(|o| attention(lang, o)) /> }}
            </Show>
        </div>
        <div class="mt-[var(--gap)]">
            {move || steps.get().number.then(|| view! { <NumberStrip numbers=numbers.get() /> })}
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
        let variant = if steps.all_done() { Variant::Primary } else { Variant::Secondary };
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
fn MonthFigures(totals: Signal<CampaignTotals>) -> impl IntoView {
    let lang = use_lang();
    let of = move |count: fn(&CampaignTotals) -> u64| Signal::derive(move || totals.with(count));
    let (recipients, sent) = (of(|t| t.recipients), of(|t| t.sent));
    let note = Signal::stored(text::messages(lang).to_owned());
    view! {
        <Figures label=text::month(lang) class="mb-[var(--gap)]">
            <Figure label=text::submitted(lang) value=sent part=Part::Submitted of=recipients note />
            <Figure label=text::delivered(lang) value=of(|t| t.delivered) part=Part::Delivered of=sent />
            <Figure label=text::read(lang) value=of(|t| t.read) part=Part::Read of=sent />
            <Figure label=text::replied(lang) value=of(|t| t.replied) part=Part::Replied of=sent />
            <Figure label=text::failed(lang) value=of(|t| t.failed) part=Part::Failed of=recipients />
        </Figures>
    }
}

#[component]
fn TodayChart(overview: Signal<Overview>) -> impl IntoView {
    let lang = use_lang();
    let zone = use_zone();
    let empty = Memo::new(move |_| overview.with(|o| o.today.is_empty()));
    let step_ms = Memo::new(move |_| overview.with(|o| o.step_ms));
    let data = Memo::new(move |_| overview.with(|o| chart_data(lang, zone, &o.today)));
    let label = Memo::new(move |_| {
        overview.with(|o| {
            text::today_says(lang, o.today.iter().map(|p| p.sent).sum(), o.today.iter().map(|p| p.replied).sum())
        })
    });
    let note = move || match step_ms.get() / MINUTE_MS {
        1 => text::every_minute(lang).to_owned(),
        n => text::every(lang, n),
    };
    move || {
        if empty.get() {
            let (title, body) = (text::nothing_today(lang), text::nothing_today_body(lang));
            Either::Left(view! {
                <Card title=text::today(lang)>
                    <EmptyState glyph=Glyph::Bars title body filtered=true />
                </Card>
            })
        } else {
            Either::Right(view! {
                <Card title=text::today(lang) note=note()>
                    <Chart data label />
                </Card>
            })
        }
    }
}

fn chart_data(lang: Lang, zone: Zone, points: &[CampaignMinute]) -> ChartData {
    let series = |name, part, of: fn(&CampaignMinute) -> u64| Series::new(name, part, points.iter().map(of));
    ChartData {
        points: points.iter().map(|p| format::time(lang, zone, p.at)).collect(),
        series: vec![
            series(text::submitted(lang), Part::Submitted, |p| p.sent),
            series(text::delivered(lang), Part::Delivered, |p| p.delivered),
            series(text::read(lang), Part::Read, |p| p.read),
            series(text::replied(lang), Part::Replied, |p| p.replied),
        ],
    }
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

fn attention(lang: Lang, overview: &Overview) -> Vec<Attention> {
    let Overview { unread, open_conversations: open, month, numbers, .. } = overview;
    let (unread, open) = (*unread, *open);
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
