//! The page of one number: how it is, what it did, what happened to it, logging it out and deleting it.

use super::{
    api::{self, LogOutNumber},
    budget::BudgetCard,
    card::{Fact, StateBadge, is_trouble, way_back},
    days::{DayBars, DayLegend},
    group::GroupsCard,
    manner::MannerCard,
    profile::ProfileCard,
    removal::{Gone, RemovalCard, RemoveDialog},
    rename::RenameDialog,
    text,
    timeline::Timeline,
};
use crate::{
    error::ApiError,
    format,
    layout::{may, use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Error, Event, Millis, NumberId, Permission,
    number::{
        Network, NumberState, NumberView,
        health::{NumberDetail, NumberHealth, ReplyRate},
        limits::Limits,
    },
};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;

/// `/numbers/{id}`
#[component]
pub fn NumberPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<NumberId>().ok()));
    move || match id.get() {
        Some(id) => Either::Left(view! { <Opened id /> }),
        None => Either::Right(view! { <Gone /> }),
    }
}

#[component]
fn Opened(id: NumberId) -> impl IntoView {
    let detail = Query::new(move || id, if_there);
    refetch_on(detail, move |event| match event {
        Event::NumberChanged(changed) => *changed == id,
        Event::CampaignChanged(_) | Event::ConversationChanged(_) | Event::Resync => true,
        _ => false,
    });
    let changed = Callback::new(move |()| detail.refetch());
    let asking = RwSignal::new(None::<NumberView>);
    view! {
        <LoadLive of=detail view=move |detail| view! { <WhileThere detail asking changed /> } />
        <RemoveDialog asking />
    }
}

/// None when nobody has such a number, or has it no more.
async fn if_there(id: NumberId) -> Result<Option<NumberDetail>, ApiError> {
    match api::open_number(id).await {
        Ok(detail) => Ok(Some(detail)),
        Err(ApiError::Domain(Error::NotFound)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The number, until it is deleted: by somebody else, perhaps, while it is looked at.
#[component]
fn WhileThere(
    detail: Signal<Option<NumberDetail>>,
    asking: RwSignal<Option<NumberView>>,
    changed: Callback<()>,
) -> impl IntoView {
    let is_there = Memo::new(move |_| detail.with(Option::is_some));
    move || {
        let Some(first) = detail.get_untracked().filter(|_| is_there.get()) else {
            return Either::Left(view! { <Gone /> });
        };
        let detail = Signal::derive(move || detail.get().unwrap_or_else(|| first.clone()));
        Either::Right(view! { <Followed detail asking changed /> })
    }
}

/// Drawn once; what is on the page moves.
#[component]
fn Followed(
    detail: Signal<NumberDetail>,
    asking: RwSignal<Option<NumberView>>,
    changed: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let number = Memo::new(move |_| detail.with(|detail| detail.number.clone()));
    let health = Memo::new(move |_| detail.with(|detail| detail.health));
    let days = Memo::new(move |_| detail.with(|detail| detail.days.clone()));
    let rate = Memo::new(move |_| days.with(|days| ReplyRate::of(days)));
    let groups = Memo::new(move |_| detail.with(|detail| detail.groups));
    let profile = Memo::new(move |_| detail.with(|detail| detail.profile.clone()));
    let entries = Memo::new(move |_| detail.with(|detail| detail.timeline.clone()));
    // The head is drawn anew when what it says changes, not with every message.
    let said = Memo::new(move |_| NumberView {
        queued: 0,
        sent_today: 0,
        new_chats: 0,
        limits: Limits::default(),
        ..number.get()
    });
    let (renaming, leaving) = (RwSignal::new(None::<NumberView>), RwSignal::new(false));
    view! {
        {move || view! { <Head number=said.get() renaming leaving /> }}
        <RenameDialog renaming renamed=changed />
        <LogOut number=said open=leaving changed />
        <Trouble number />
        <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_372px]">
            <div class="grid content-start gap-[var(--gap)]">
                <Card title=text::last_days(lang) actions=slot(move || view! { <DayLegend /> })>
                    <DayBars days />
                </Card>
                <Card title=text::timeline(lang)>
                    <Timeline entries />
                </Card>
            </div>
            <div class="grid content-start gap-[var(--gap)] max-xl:order-first">
                <BudgetCard number changed />
                <HealthCard number health rate />
                <MannerCard number changed />
                <ProfileCard number profile changed />
                <GroupsCard number=detail.with_untracked(|detail| detail.number.id) groups />
            </div>
        </div>
        <RemovalCard number=said asking />
    }
}

/// Name, state, and what can be done.
#[component]
fn Head(number: NumberView, renaming: RwSignal<Option<NumberView>>, leaving: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let phone = match &number.phone {
        Some(phone) => phone.readable(),
        None => text::no_phone_yet(lang).to_owned(),
    };
    let (title, shown, id) = (number.label.clone(), number.clone(), number.id);
    let is_sandbox = number.network == Network::Sandbox;
    let aside = slot(move || {
        view! {
            <Held number=shown />
            {is_sandbox.then(|| view! { <Badge tone=Tone::Kunyit glyph=Glyph::Flask>{text::sandbox(lang)}</Badge> })}
        }
    });
    let actions = slot(move || {
        let may_change = may(Permission::NumberWrite);
        let back = may_change.then(|| way_back(lang, number.state)).flatten();
        let may_leave = may_change && can_log_out(number.state);
        view! {
            <ButtonLink href="/numbers" glyph=Glyph::ArrowLeft>{text::back(lang)}</ButtonLink>
            {(is_sandbox && may_change)
                .then(|| {
                    view! {
                        <ButtonLink href=format!("/sandbox/{id}") glyph=Glyph::Flask>
                            {text::play_customers(lang)}
                        </ButtonLink>
                    }
                })}
            {may_change
                .then(|| {
                    view! {
                        <Button glyph=Glyph::Pencil class="js-only" on:click=move |_| renaming.set(Some(number.clone()))>
                            {text::rename(lang)}
                        </Button>
                    }
                })}
            {may_leave
                .then(|| {
                    view! {
                        <Button
                            variant=Variant::DangerQuiet
                            glyph=Glyph::SignOut
                            class="js-only"
                            on:click=move |_| leaving.set(true)
                        >
                            {text::log_out(lang)}
                        </Button>
                    }
                })}
            {back
                .map(|(glyph, words)| {
                    let href = format!("/numbers/link?number={id}");
                    view! { <ButtonLink href variant=Variant::Primary glyph>{words}</ButtonLink> }
                })}
        }
    });
    view! { <PageHead title lead=phone aside actions /> }
}

/// The state in a word, with the hour until which the queue waits.
#[component]
fn Held(number: NumberView) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    move || {
        let until = number.held_until.filter(|until| *until > now.get());
        let held = until.map(|until| format::moment(lang, zone, until, now.get()));
        view! { <span data-testid="state"><StateBadge number=number.clone() held /></span> }
    }
}

fn can_log_out(state: NumberState) -> bool {
    !matches!(state, NumberState::Unlinked | NumberState::Linking | NumberState::LoggedOut)
}

/// Asks before the device is taken off the account.
#[component]
fn LogOut(number: Memo<NumberView>, open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let leave = ServerAction::<LogOutNumber>::new();
    let answer = leave.value();
    Effect::new(move |_| match answer.get() {
        Some(Ok(())) => {
            open.set(false);
            toasts.say(text::leaves(lang, &number.with_untracked(|number| number.label.clone())));
            changed.run(());
        }
        Some(Err(error)) => toasts.complain(error.message(lang)),
        None => {}
    });
    let title = Signal::derive(move || number.with(|number| text::log_out_title(lang, &number.label)));
    view! {
        <Confirm
            open
            title
            body=text::log_out_body(lang)
            keep=text::stay(lang)
            confirm=text::log_out(lang)
            busy=leave.pending()
            on_confirm=Callback::new(move |()| {
                leave.dispatch(LogOutNumber { number: number.with_untracked(|number| number.id) });
            })
        />
    }
}

/// Why nothing leaves, and what to do.
#[component]
fn Trouble(number: Memo<NumberView>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    move || {
        number.with(|number| {
            let until = number.held_until.filter(|until| *until > now.get());
            let held = until.map(|until| format::moment(lang, zone, until, now.get()));
            let tone = if is_trouble(number.state) {
                Tone::Danger
            } else if held.is_some() {
                Tone::Warning
            } else {
                Tone::Info
            };
            text::reason(lang, number, held.as_deref())
                .map(|why| view! { <Callout tone class="mb-[var(--gap)]">{why}</Callout> })
        })
    }
}

/// Signs of life, and what went wrong.
#[component]
fn HealthCard(number: Memo<NumberView>, health: Memo<NumberHealth>, rate: Memo<ReplyRate>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let at = move |read: fn(&NumberHealth) -> Option<Millis>| {
        Signal::derive(move || {
            let at = health.with(read);
            at.map_or_else(|| text::never(lang).to_owned(), |at| format::moment(lang, zone, at, now.get()))
        })
    };
    let ago = Signal::derive(move || {
        let seen = health.with(|health| health.seen_at);
        seen.map_or_else(|| text::never(lang).to_owned(), |at| format::ago(lang, at, now.get()))
    });
    let answered = Signal::derive(move || {
        let rate = rate.get();
        let count = |n| format::count(lang, n);
        rate.percent().map_or_else(
            || text::nobody_asked(lang).to_owned(),
            |percent| text::answered_of(lang, &count(rate.answered), &count(rate.asked), percent),
        )
    });
    let count = move |read: fn(&NumberHealth) -> u64| Signal::derive(move || format::count(lang, health.with(read)));
    let of_number = move |read: fn(&NumberView) -> u64| Signal::derive(move || format::count(lang, number.with(read)));
    view! {
        <Card title=text::health(lang)>
            <dl class="grid grid-cols-2 gap-x-4 gap-y-4 text-xs sm:grid-cols-3 xl:grid-cols-2">
                <Fact name=text::heard(lang) value=ago />
                <Fact name=text::linked_since(lang) value=at(|health| health.linked_at) />
                <Fact name=text::last_sent(lang) value=at(|health| health.sent_at) />
                <Fact name=text::last_received(lang) value=at(|health| health.received_at) />
                <Fact name=text::queued(lang) value=of_number(|number| number.queued) />
                <Fact name=text::sent_today(lang) value=of_number(|number| number.sent_today) />
                <Fact name=text::reconnects(lang) value=count(|health| health.reconnects) />
                <Fact name=text::refused(lang) value=count(|health| health.refused) />
                <Fact name=text::answered(lang) value=answered />
                <Show when=move || { health.with(|health| health.dropped > 0) }>
                    <Fact name=text::dropped(lang) value=count(|health| health.dropped) />
                </Show>
            </dl>
            {move || {
                rate.get()
                    .is_poor()
                    .then(|| view! { <Callout tone=Tone::Warning class="mt-4">{text::few_answer(lang)}</Callout> })
            }}
        </Card>
    }
}
