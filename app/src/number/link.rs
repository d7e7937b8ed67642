//! Linking a number: the form, then the code to be scanned, and how it ended.

use super::{
    api::{self, LinkNumber, LinkState, RelinkNumber, ScanWithSandboxPhone},
    text,
};
use crate::{
    error::{ApiError, field_error, form_error},
    layout::{may, use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Error, Event, NumberId, Permission,
    number::{LinkCode, Network, NumberState, NumberView},
    time::SECOND_MS,
};
use leptos::{
    either::{Either, EitherOf3, EitherOf4},
    form::ActionForm,
    prelude::*,
};
use leptos_router::hooks::use_query_map;

/// While nothing is known of a code, how many seconds pass until the server is asked again.
const ASK_AGAIN_S: i64 = 2;

/// `/numbers/link`, and `/numbers/link?number=…` once the number is there.
#[component]
pub fn LinkPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let number = Memo::new(move |_| query.with(|query| query.get("number")?.parse::<NumberId>().ok()));
    let actions =
        slot(move || view! { <ButtonLink href="/numbers" glyph=Glyph::ArrowLeft>{text::back(lang)}</ButtonLink> });
    let body = move || {
        if !may(Permission::NumberWrite) {
            let error = ApiError::from(Error::Forbidden(Permission::NumberWrite));
            return EitherOf3::A(view! { <ErrorState error /> });
        }
        match number.get() {
            None => EitherOf3::B(view! { <LinkForm /> }),
            Some(id) => EitherOf3::C(view! { <LinkProgress id /> }),
        }
    };
    view! {
        <div class="mx-auto max-w-[760px]">
            <PageHead title=text::link_title(lang) lead=text::link_lead(lang) actions />
            {body}
        </div>
    }
}

/// Asks for the network and a name. A network that this program may not dial is refused here, in words.
#[component]
fn LinkForm() -> impl IntoView {
    let lang = use_lang();
    let link = ServerAction::<LinkNumber>::new();
    let answer = link.value();
    let choice = |words: &'static str, body: &'static str| {
        view! {
            <b class="block font-semibold">{words}</b>
            <span class="text-xs text-muted">{body}</span>
        }
    };
    const CHOICE: &str = "card cursor-pointer items-start p-4 has-checked:border-accent has-checked:bg-accent-soft";
    view! {
        <Card>
            <ActionForm action=link>
                <fieldset>
                    <legend class="label">{text::network(lang)}</legend>
                    <div class="grid gap-3 sm:grid-cols-2">
                        <Radio name="network" value="whatsapp" class=CHOICE>
                            {choice(text::whatsapp(lang), text::whatsapp_body(lang))}
                        </Radio>
                        <Radio name="network" value="sandbox" checked=true class=CHOICE>
                            {choice(text::sandbox(lang), text::sandbox_body(lang))}
                        </Radio>
                    </div>
                </fieldset>
                <FieldError id="network-error" error=field_error(answer, "network") />
                <div class="mt-4 empty:hidden">
                    <FormError error=form_error(answer) />
                </div>
                <Field
                    name="label"
                    label=text::name(lang)
                    hint=text::name_hint(lang)
                    error=field_error(answer, "label")
                    class="mt-4 max-w-[372px]"
                >
                    <Input required=true maxlength=60u32 />
                </Field>
                <div class="mt-5">
                    <Button variant=Variant::Primary submit=true glyph=Glyph::QrCode busy=link.pending()>
                        {text::show_qr(lang)}
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
}

/// Follows a number until it is linked or not.
#[component]
fn LinkProgress(id: NumberId) -> impl IntoView {
    let lang = use_lang();
    let linking = Query::new(move || id, api::linking);
    refetch_on(linking, move |event| matches!(event, Event::Resync) || *event == Event::NumberChanged(id));
    let scan = ServerAction::<ScanWithSandboxPhone>::new();
    let relink = ServerAction::<RelinkNumber>::new();
    // Seconds until the server is asked again: the life of the code, where there is one.
    let (left, follow) = (RwSignal::new(ASK_AGAIN_S), RwSignal::new(true));
    every_second(move || {
        if follow.get_untracked() {
            left.update(|left| *left -= 1);
            if left.get_untracked() <= 0 {
                left.set(ASK_AGAIN_S);
                linking.refetch();
            }
        }
    });
    Effect::new(move |_| {
        if relink.value().get().is_some() {
            linking.refetch();
        }
    });
    let draw = move |LinkState { number, code, now }: LinkState| {
        follow.set(matches!(number.state, NumberState::Linking | NumberState::Connecting));
        left.set(code.as_ref().map_or(ASK_AGAIN_S, |code| code.expires_at.since(now) / SECOND_MS + 1));
        let status = text::state(lang, number.state);
        let view = match number.state {
            NumberState::Linking => EitherOf4::A(view! { <Waiting number code left scan /> }),
            NumberState::Connecting => EitherOf4::B(view! { <Scanned /> }),
            NumberState::Connected | NumberState::Reconnecting => EitherOf4::C(view! { <Linked number /> }),
            _ => EitherOf4::D(view! { <NotLinked number relink /> }),
        };
        view! {
            <p class="sr-only" role="status">{status}</p>
            {view}
        }
    };
    view! {
        <Card>
            <Load of=linking view=draw />
        </Card>
    }
}

/// The code, how to scan it, and the sandbox's phone.
#[component]
fn Waiting(
    number: NumberView,
    code: Option<LinkCode>,
    left: RwSignal<i64>,
    scan: ServerAction<ScanWithSandboxPhone>,
) -> impl IntoView {
    let lang = use_lang();
    let there = code.is_some();
    let how = [text::how_1(lang), text::how_2(lang), text::how_3(lang)];
    view! {
        <div class="grid gap-x-9 gap-y-6 sm:grid-cols-[264px_minmax(0,1fr)]">
            <div class="mx-auto w-[264px]">
                <div class="rounded-[18px] border p-2">
                    <QrPicture code />
                </div>
                <p class="mt-3 flex items-center gap-2 text-xs text-muted">
                    <Dot live=true />
                    <span class="flex-1">{text::linking(lang)}</span>
                    {there.then(|| view! { <span class="js-only tabular-nums">{move || text::new_code_in(lang, left.get().max(0))}</span> })}
                </p>
            </div>
            <div>
                <ol class="space-y-3.5 text-sm">
                    {how
                        .into_iter()
                        .zip(1..)
                        .map(|(step, n)| {
                            view! {
                                <li class="flex gap-3">
                                    <span
                                        class="grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-xs font-bold text-accent-text"
                                        aria-hidden="true"
                                    >
                                        {n}
                                    </span>
                                    <p class="pt-0.5">{step}</p>
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
                <p class="mt-4 text-xs text-muted">{text::may_leave(lang)}</p>
                {(number.network == Network::Sandbox).then(|| view! { <SandboxPhone id=number.id scan there /> })}
            </div>
        </div>
    }
}

/// A code, dark on near-white in both themes, because scanners need it so.
#[component]
fn QrPicture(code: Option<LinkCode>) -> impl IntoView {
    let lang = use_lang();
    match code {
        Some(code) => Either::Left(view! {
            <svg
                class="size-[246px] rounded-[14px] bg-[#fffdfc] text-[#2a1a1e]"
                viewBox=format!("0 0 {0} {0}", code.size)
                shape-rendering="crispEdges"
                role="img"
                aria-label=text::qr(lang)
                data-qr=code.text
            >
                <path d=code.svg_path fill="currentColor"></path>
            </svg>
        }),
        None => Either::Right(view! {
            <div class="grid size-[246px] place-items-center rounded-[14px] bg-sunken text-muted">
                <span class="flex flex-col items-center gap-3 text-sm">
                    <span class="spinner !size-6" aria-hidden="true"></span>
                    {text::preparing(lang)}
                </span>
            </div>
        }),
    }
}

#[component]
fn SandboxPhone(id: NumberId, scan: ServerAction<ScanWithSandboxPhone>, there: bool) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="sandbox mt-5 p-4">
            <p class="flex items-center gap-2 text-sm font-bold">
                <Icon glyph=Glyph::Flask class="size-[18px]" />
                {text::no_phone(lang)}
            </p>
            <p class="mt-1 mb-3 text-xs">{text::no_phone_body(lang)}</p>
            <ActionForm action=scan>
                <FormError error=form_error(scan.value()) />
                <input type="hidden" name="number" value=id.to_string() />
                <Button submit=true glyph=Glyph::Phone busy=scan.pending() disabled=!there class="w-full">
                    {text::scan(lang)}
                </Button>
            </ActionForm>
        </div>
    }
}

#[component]
fn Scanned() -> impl IntoView {
    let lang = use_lang();
    view! {
        <Ending tint="av-2" glyph=Glyph::Refresh title=text::scanned(lang) body=text::scanned_body(lang)>
            <span class="spinner" aria-hidden="true"></span>
        </Ending>
    }
}

#[component]
fn Linked(number: NumberView) -> impl IntoView {
    let lang = use_lang();
    let phone = number.phone.as_ref().map(|phone| phone.readable()).unwrap_or_default();
    view! {
        <Ending
            tint="av-3"
            glyph=Glyph::CheckCircle
            title=text::linked(lang, &number.label)
            body=text::linked_body(lang, &phone)
        >
            <ButtonLink href=format!("/campaigns/new?number={}", number.id)>{text::new_campaign(lang)}</ButtonLink>
            <ButtonLink href=format!("/numbers#number-{}", number.id) variant=Variant::Primary>
                {text::to_number(lang)}
            </ButtonLink>
        </Ending>
    }
}

#[component]
fn NotLinked(number: NumberView, relink: ServerAction<RelinkNumber>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let held = number.held_until.map(|until| crate::format::moment(lang, zone, until, now.get_untracked()));
    let why = text::reason(lang, &number, held.as_deref()).unwrap_or_default();
    let can_relink = number.state.needs_link();
    view! {
        <Ending tint="av-4" glyph=Glyph::Warning title=text::not_linked(lang, &number.label) body=why>
            {can_relink
                .then(|| {
                    view! {
                        <ActionForm action=relink>
                            <FormError error=form_error(relink.value()) />
                            <input type="hidden" name="number" value=number.id.to_string() />
                            <Button variant=Variant::Primary submit=true glyph=Glyph::Refresh busy=relink.pending()>
                                {text::new_code(lang)}
                            </Button>
                        </ActionForm>
                    }
                })}
        </Ending>
    }
}

/// How it stands, in the middle of the card, with the next step below.
#[component]
fn Ending(
    tint: &'static str,
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(into)] body: String,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="flex flex-col items-center px-4 py-6 text-center">
            <span class=format!("avatar leaf !size-14 {tint}") aria-hidden="true">
                <Icon glyph class="size-7" />
            </span>
            <h2 class="mt-4">{title}</h2>
            <p class="mt-1 max-w-[44ch] text-sm text-muted text-pretty">{body}</p>
            <div class="mt-5 flex flex-wrap justify-center gap-2">{children()}</div>
        </div>
    }
}

/// Calls `tick` every second in the browser, as long as the component that calls this is shown.
fn every_second(tick: impl Fn() + Copy + 'static) {
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
}
