//! Linking a number: the form, then the codes (see [`ways`](super::ways)), and how it ended.

use super::{
    api::{self, LinkNumber, LinkState, RelinkNumber},
    text,
    ways::{Waiting, every_second},
};
use crate::{
    error::{ApiError, field_error, form_error},
    layout::{may, use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Error, Event, NumberId, Permission,
    number::{NumberState, NumberView},
    time::SECOND_MS,
};
use leptos::{
    either::{EitherOf3, EitherOf4},
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
    let linking = Query::new(move || id, api::linking);
    refetch_on(linking, move |event| matches!(event, Event::Resync) || *event == Event::NumberChanged(id));
    let relink = ServerAction::<RelinkNumber>::new();
    let again = Callback::new(move |()| linking.refetch());
    Effect::new(move |_| {
        if relink.value().get().is_some() {
            again.run(());
        }
    });
    let draw = move |link: Signal<LinkState>| view! { <Stages link relink again /> };
    view! {
        <Card>
            <LoadLive of=linking view=draw />
        </Card>
    }
}

/// Draws anew when the link comes into another state, not with every new code: what is being typed stays.
#[component]
fn Stages(link: Signal<LinkState>, relink: ServerAction<RelinkNumber>, again: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let state = Memo::new(move |_| link.with(|link| link.number.state));
    let number = Memo::new(move |_| link.with(|link| link.number.clone()));
    // Seconds until the server is asked again: the life of the code, where there is one.
    let left = RwSignal::new(ASK_AGAIN_S);
    Effect::new(move |_| {
        let to_the_next =
            |link: &LinkState| link.code.as_ref().map(|code| code.expires_at.since(link.now) / SECOND_MS + 1);
        left.set(link.with(to_the_next).unwrap_or(ASK_AGAIN_S));
    });
    every_second(move || {
        if matches!(state.get_untracked(), NumberState::Linking | NumberState::Connecting) {
            left.update(|left| *left -= 1);
            if left.get_untracked() <= 0 {
                left.set(ASK_AGAIN_S);
                again.run(());
            }
        }
    });
    let stage = move || match state.get() {
        NumberState::Linking => EitherOf4::A(view! { <Waiting link left again /> }),
        NumberState::Connecting => EitherOf4::B(view! { <Scanned /> }),
        NumberState::Connected | NumberState::Reconnecting => {
            EitherOf4::C(move || view! { <Linked number=number.get() /> })
        }
        _ => EitherOf4::D(move || view! { <NotLinked number=number.get() relink /> }),
    };
    view! {
        <p class="sr-only" role="status">{move || text::state(lang, state.get())}</p>
        {stage}
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
            <ButtonLink href=format!("/numbers/{}", number.id) variant=Variant::Primary>
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
