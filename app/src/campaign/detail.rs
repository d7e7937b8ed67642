//! The page of one campaign: where everybody is, what happened over time, and stopping it.

use super::{
    api::{self, CampaignDetail, CancelCampaign, DuplicateCampaign, PauseCampaign, ResumeCampaign},
    file::FileInMessage,
    message::Coloured,
    over_time::over_time,
    place::{StatusBadge, number_words, parts, sentence, waiting},
    recipients::{AskedRecipients, Recipients},
    schedule::{Waiting, sentence as schedule_sentence},
    text,
};
use crate::{
    error::ApiError,
    format,
    layout::{may, use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    CampaignId, Error, Event, Millis, Permission,
    campaign::{Audience, CampaignStatus, CampaignView},
    number::Network,
    time::Wall,
};
use leptos::{
    either::{Either, EitherOf4},
    form::ActionForm,
    prelude::*,
};
use leptos_router::hooks::use_params_map;

/// `/campaigns/{id}?state=…&q=…&page=…`
///
/// Listens before it asks: what happens while the answer is on its way is heard as well. Asks both its questions at once:
/// neither waits for the other.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<CampaignId>().ok()));
    let detail = Query::new(
        move || id.get(),
        |id| async move { api::open_campaign(id.ok_or_else(|| ApiError::from(Error::NotFound))?).await },
    );
    let recipients = AskedRecipients::new(id);
    refetch_on(detail, move |event| match event {
        Event::Resync | Event::NumberChanged(_) => true,
        Event::CampaignChanged(changed) => Some(*changed) == id.get_untracked(),
        _ => false,
    });
    let changed = Callback::new(move |()| detail.refetch());
    move || {
        id.track();
        view! { <LoadLive of=detail view=move |detail| view! { <Followed detail recipients changed /> } /> }
    }
}

/// Drawn once; only the numbers on the page move.
#[component]
fn Followed(detail: Signal<CampaignDetail>, recipients: AskedRecipients, changed: Callback<()>) -> impl IntoView {
    let id = detail.with_untracked(|detail| detail.campaign.id);
    let campaign = Memo::new(move |_| detail.with(|detail| detail.campaign.clone()));
    let totals = Memo::new(move |_| campaign.with(|campaign| campaign.totals));
    view! {
        <Head detail changed />
        <Hindrance detail />
        <Waiting detail changed />
        <LedgerCard campaign />
        <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_372px]">
            <OverTimeCard detail />
            <AboutCard campaign detail />
        </div>
        <Recipients id asked=recipients totals />
    }
}

/// Why nothing leaves now, if so.
fn hindrance(detail: Signal<CampaignDetail>) -> Memo<Option<String>> {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    Memo::new(move |_| detail.with(|d| waiting(lang, zone, now.get(), d.campaign.status, d.number.as_ref())))
}

/// Title, status, and what can be done.
#[component]
fn Head(detail: Signal<CampaignDetail>, changed: Callback<()>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let name = detail.with_untracked(|detail| detail.campaign.name.clone());
    let status = Memo::new(move |_| detail.with(|detail| detail.campaign.status));
    let waits = hindrance(detail);
    let lead = Signal::derive(move || {
        let said = |at| format::moment(lang, zone, at, now.get());
        detail.with(|CampaignDetail { campaign, .. }| match (campaign.started_at, campaign.ended_at) {
            _ if campaign.preparing && campaign.status == CampaignStatus::Running => text::preparing(lang).to_owned(),
            (_, Some(at)) => text::ended(lang, &said(at)),
            (Some(at), None) => text::started(lang, &said(at)),
            (None, None) => match schedule_sentence(lang, zone, now.get(), &campaign.schedule) {
                (_, more) if campaign.starts_at.is_some() && !more.is_empty() => more,
                _ => text::not_started(lang).to_owned(),
            },
        })
    });
    let aside = slot(move || move || view! { <StatusBadge status=status.get() waits=waits.with(Option::is_some) /> });
    let actions = slot(move || view! { <Steering detail status changed /> });
    view! { <PageHead title=name lead aside actions /> }
}

/// Pause, resume, stop. Pausing and resuming are forms, so they work without JavaScript.
#[component]
fn Steering(detail: Signal<CampaignDetail>, status: Memo<CampaignStatus>, changed: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let id = detail.with_untracked(|detail| detail.campaign.id);
    let (pause, resume) = (ServerAction::<PauseCampaign>::new(), ServerAction::<ResumeCampaign>::new());
    let cancel = ServerAction::<CancelCampaign>::new();
    let asking = RwSignal::new(false);
    let (paused, resumed, cancelled) = (pause.value(), resume.value(), cancel.value());
    Effect::new(move |_| {
        for answer in [paused.get(), resumed.get(), cancelled.get()].into_iter().flatten() {
            if let Err(error) = answer {
                toasts.complain(error.message(lang));
            }
            changed.run(());
        }
    });
    Effect::new(move |_| {
        if cancelled.get().is_some() {
            asking.set(false);
        }
    });
    let left = move || text::stop_body(lang, detail.with(|detail| detail.campaign.totals.queued()));
    let stop = move || {
        view! {
            <Button variant=Variant::DangerQuiet class="js-only" on:click=move |_| asking.set(true)>
                {text::stop(lang)}
            </Button>
        }
    };
    let buttons = move || match status.get() {
        CampaignStatus::Draft if may(Permission::CampaignWrite) => EitherOf4::A(view! {
            <ButtonLink href=format!("/campaigns/{id}/edit") variant=Variant::Primary glyph=Glyph::Pencil>
                {text::go_on_writing(lang)}
            </ButtonLink>
        }),
        CampaignStatus::Running if may(Permission::CampaignSend) => EitherOf4::B(view! {
            {stop()}
            <ActionForm action=pause>
                <input type="hidden" name="id" value=id.to_string() />
                <Button submit=true glyph=Glyph::Pause busy=pause.pending()>{text::pause(lang)}</Button>
            </ActionForm>
        }),
        CampaignStatus::Paused if may(Permission::CampaignSend) => EitherOf4::C(view! {
            {stop()}
            <ActionForm action=resume>
                <input type="hidden" name="id" value=id.to_string() />
                <Button variant=Variant::Primary submit=true glyph=Glyph::Play busy=resume.pending()>
                    {text::resume(lang)}
                </Button>
            </ActionForm>
        }),
        _ => EitherOf4::D(()),
    };
    view! {
        <CopyButtons detail status />
        {buttons}
        <Confirm
            open=asking
            title=text::stop_title(lang)
            body=left
            keep=text::keep(lang)
            confirm=text::stop_now(lang)
            busy=cancel.pending()
            on_confirm=Callback::new(move |()| {
                cancel.dispatch(CancelCampaign { id });
            })
        />
    }
}

/// The same again, or only for those whom it did not reach. Forms, so they work without JavaScript.
#[component]
fn CopyButtons(detail: Signal<CampaignDetail>, status: Memo<CampaignStatus>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let id = detail.with_untracked(|detail| detail.campaign.id);
    let copy = ServerAction::<DuplicateCampaign>::new();
    Effect::new(move |_| {
        if let Some(Err(error)) = copy.value().get() {
            toasts.complain(error.message(lang));
        }
    });
    // How many may be written to again, the next draft says: some of them may not be on WhatsApp.
    let some_left = Memo::new(move |_| detail.with(|detail| detail.campaign.totals.unreached() > 0));
    let duplicate = move || {
        (status.get() != CampaignStatus::Draft).then(|| {
            view! {
                <ActionForm action=copy>
                    <input type="hidden" name="id" value=id.to_string() />
                    <Button submit=true glyph=Glyph::Copy busy=copy.pending()>{text::duplicate(lang)}</Button>
                </ActionForm>
            }
        })
    };
    let unreached = move || {
        (status.get().is_over() && some_left.get()).then(|| {
            view! {
                <ActionForm action=copy>
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="unreached" value="true" />
                    <Button variant=Variant::Primary submit=true glyph=Glyph::Megaphone busy=copy.pending()>
                        {text::write_to_unreached(lang)}
                    </Button>
                </ActionForm>
            }
        })
    };
    may(Permission::CampaignWrite).then(|| (duplicate, unreached).into_any())
}

/// Says that it is paused, or why it waits.
#[component]
fn Hindrance(detail: Signal<CampaignDetail>) -> impl IntoView {
    let lang = use_lang();
    let waits = hindrance(detail);
    let status = Memo::new(move |_| detail.with(|detail| detail.campaign.status));
    move || match (status.get(), waits.get()) {
        (CampaignStatus::Paused, _) => Some(Either::Left(view! {
            <Callout tone=Tone::Warning class="mb-[var(--gap)]">{text::is_paused(lang)}</Callout>
        })),
        (_, Some(why)) => Some(Either::Right(view! {
            <Callout tone=Tone::Warning title=text::is_waiting(lang) class="mb-[var(--gap)]">
                {why}
                " "
                <TextLink href="/numbers">{text::to_numbers(lang)}</TextLink>
            </Callout>
        })),
        _ => None,
    }
}

/// Each person in exactly one place.
#[component]
fn LedgerCard(campaign: Memo<CampaignView>) -> impl IntoView {
    let lang = use_lang();
    let totals = Memo::new(move |_| campaign.with(|campaign| campaign.totals));
    let drawn = move || parts(lang, &totals.get());
    let bar = move || {
        let all = totals.with(|totals| totals.recipients).max(1) as f64;
        drawn()
            .into_iter()
            .filter(|(part, _, n)| *n > 0 && *part != Part::Queued)
            .map(|(part, _, n)| {
                let style = format!("width:{:.2}%", n as f64 * 100.0 / all);
                view! { <i class=format!("block {}", part.fill()) style=style></i> }
            })
            .collect_view()
    };
    let counts = move || {
        drawn()
            .into_iter()
            .map(|(part, words, n)| {
                view! {
                    <div class="min-w-0">
                        <dt class="flex items-center gap-1.5 text-xs text-muted">
                            <span class=format!("size-2 shrink-0 rounded-[3px] {}", part.fill()) aria-hidden="true"></span>
                            <span class="truncate">{words}</span>
                        </dt>
                        <dd class="mt-1 text-lg font-bold tracking-[-0.02em] tabular-nums">
                            {format::count(lang, n)}
                        </dd>
                    </div>
                }
            })
            .collect_view()
    };
    let excluded = move || {
        let n = totals.with(|totals| totals.excluded);
        (n > 0).then(|| view! { <p class="mt-4 text-xs text-muted">{text::excluded(lang, n)}</p> })
    };
    let started = move || campaign.with(|campaign| campaign.started_at.is_some());
    view! {
        <Show when=started>
            <section class="card mb-[var(--gap)]" aria-labelledby="ledger">
                <div class="card-head">
                    <h2 id="ledger">{move || text::each_once(lang, totals.with(|totals| totals.recipients))}</h2>
                </div>
                <div class="card-body !pt-3">
                    <div
                        class="flex h-7 gap-[2px] overflow-hidden rounded-lg bg-active"
                        role="img"
                        aria-label=move || sentence(lang, &totals.get())
                    >
                        {bar}
                    </div>
                    <dl class="mt-4 grid grid-cols-3 gap-4 lg:grid-flow-col lg:auto-cols-fr lg:grid-cols-none">{counts}</dl>
                    {excluded}
                </div>
            </section>
        </Show>
    }
}

#[component]
fn OverTimeCard(detail: Signal<CampaignDetail>) -> impl IntoView {
    let (lang, zone) = (use_lang(), use_zone());
    let minutes = Memo::new(move |_| detail.with(|detail| detail.minutes.clone()));
    let data = Signal::derive(move || minutes.with(|minutes| over_time(lang, zone, minutes)));
    let says = Signal::derive(move || {
        let t = detail.with(|detail| detail.campaign.totals);
        text::over_time_says(lang, t.sent, t.delivered, t.read, t.replied, t.failed)
    });
    let empty = Memo::new(move |_| minutes.with(Vec::is_empty));
    view! {
        <Card title=text::over_time(lang)>
            {move || {
                if empty.get() {
                    Either::Left(view! { <p class="py-10 text-center text-sm text-muted">{text::nothing_yet(lang)}</p> })
                } else {
                    Either::Right(view! { <Chart data label=says height="h-[300px] max-md:h-[220px]" /> })
                }
            }}
        </Card>
    }
}

/// From which number, to whom, since when, and the message.
#[component]
fn AboutCard(campaign: Memo<CampaignView>, detail: Signal<CampaignDetail>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let row = move |name: &'static str, value: AnyView| {
        view! {
            <div class="flex items-baseline gap-3 py-1.5">
                <dt class="w-20 shrink-0 text-muted">{name}</dt>
                <dd class="min-w-0 flex-1 break-words">{value}</dd>
            </div>
        }
    };
    let number = move || {
        let label = campaign.with(|campaign| number_words(lang, campaign));
        let sandbox = detail.with(|d| d.number.as_ref().is_some_and(|number| number.network == Network::Sandbox));
        view! {
            <span class="mr-2">{label}</span>
            {sandbox.then(|| view! { <Badge tone=Tone::Kunyit glyph=Glyph::Flask>{text::sandbox(lang)}</Badge> })}
        }
    };
    let audience = move || {
        campaign.with(|c| match c.audience {
            Some(Audience::Everyone) => text::everyone(lang).to_owned(),
            Some(Audience::Import(_)) => c.audience_name.clone().unwrap_or_default(),
            Some(Audience::Unreached(_)) => text::unreached_of(lang, c.audience_name.as_deref().unwrap_or_default()),
            None => "–".to_owned(),
        })
    };
    let at = move |value: fn(&CampaignView) -> Option<Millis>| {
        move || campaign.with(value).map_or_else(|| "–".to_owned(), |at| format::moment(lang, zone, at, now.get()))
    };
    let deadline = campaign.with_untracked(|campaign| campaign.schedule.deadline);
    let shown = move |at: Wall| format::moment(lang, zone, zone.at(at), now.get_untracked());
    let deadline = deadline.map(shown);
    let started = move || match campaign.with(|c| c.schedule.start.filter(|_| c.starts_at.is_some())) {
        Some(start) => shown(start),
        None => at(|c| c.started_at.or(c.starts_at))(),
    };
    let message = campaign.with_untracked(|campaign| campaign.message.clone());
    let file = detail.with_untracked(|detail| detail.file.clone());
    view! {
        <Card title=text::about(lang)>
            <dl class="text-sm">
                {row(text::number(lang), number.into_any())}
                {row(text::audience(lang), audience.into_any())}
                {row(text::started_at(lang), started.into_any())}
                {deadline.map(|at| row(text::deadline_label(lang), at.into_any()))}
                {row(text::ended_at(lang), at(|c| c.ended_at).into_any())}
            </dl>
            <h3 class="mt-4 mb-2">{text::message(lang)}</h3>
            <div class="rounded-[14px] rounded-br-[4px] bg-bubble-out px-3.5 py-2.5 text-sm">
                {file.map(|file| view! { <FileInMessage file /> })}
                <Coloured source=message />
            </div>
        </Card>
    }
}
