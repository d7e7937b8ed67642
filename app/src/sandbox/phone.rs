//! One phone of the sandbox: its chats, its trouble, its ledger.

use super::{api, chats::Chats, fault::Trouble, group::GroupDialog, is_heard, ledger::Ledger, text};
use crate::{
    error::ApiError,
    format,
    layout::{use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{Error, Millis, NumberId, sandbox::SandboxPhone};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use leptos_router::hooks::{use_params_map, use_query_map};

/// What of the phone is shown, as the address has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Chats,
    Trouble,
    Ledger,
}

impl Shown {
    fn of(word: Option<&str>) -> Self {
        match word {
            Some("trouble") => Self::Trouble,
            Some("ledger") => Self::Ledger,
            _ => Self::Chats,
        }
    }

    fn address(self, number: NumberId) -> String {
        match self {
            Self::Chats => format!("/sandbox/{number}"),
            Self::Trouble => format!("/sandbox/{number}?view=trouble"),
            Self::Ledger => format!("/sandbox/{number}?view=ledger"),
        }
    }
}

/// `/sandbox/{number}?view=trouble`, `/sandbox/{number}?person=+6281…`
#[component]
pub fn PhonePage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number")?.parse::<NumberId>().ok()));
    move || match number.get() {
        Some(number) => Either::Left(view! { <Opened number /> }),
        None => Either::Right(view! { <ErrorState error=ApiError::from(Error::NotFound) /> }),
    }
}

#[component]
fn Opened(number: NumberId) -> impl IntoView {
    let phone = Query::new(move || number, api::open_phone);
    refetch_on(phone, is_heard(number));
    let changed = Callback::new(move |()| phone.refetch());
    view! { <LoadLive of=phone view=move |phone| view! { <Followed number phone changed /> } /> }
}

#[component]
fn Followed(number: NumberId, phone: Signal<SandboxPhone>, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let shown = Memo::new(move |_| Shown::of(query.with(|query| query.get("view")).as_deref()));
    let tab = move |view: Shown, words: &'static str| {
        let current = Signal::derive(move || shown.get() == view);
        view! { <TabLink href=view.address(number) current>{words}</TabLink> }
    };
    view! {
        <Head phone />
        <TabLinks label=text::views(lang)>
            {tab(Shown::Chats, text::chats(lang))} {tab(Shown::Trouble, text::trouble(lang))}
            {tab(Shown::Ledger, text::ledger(lang))}
        </TabLinks>
        <div class="mt-[var(--gap)]">
            {move || match shown.get() {
                Shown::Chats => EitherOf3::A(view! { <Chats number phone /> }),
                Shown::Trouble => EitherOf3::B(view! { <Trouble number phone changed /> }),
                Shown::Ledger => EitherOf3::C(view! { <Ledger number phone /> }),
            }}
        </div>
    }
}

/// Whose phone it is, and what the network does not let it do.
#[component]
fn Head(phone: Signal<SandboxPhone>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let (label, lead, number) =
        phone.with_untracked(|phone| (phone.label.clone(), phone.phone.readable(), phone.number));
    let limits = Memo::new(move |_| {
        let of = |phone: &SandboxPhone| phone.account.as_ref().map(|a| (a.locked_until, a.banned_until));
        phone.with(of).unwrap_or_default()
    });
    let until = move |at: Option<Millis>, words: fn(domain::Lang, &str) -> String| {
        let at = at.filter(|at| *at > now.get())?;
        let words = words(lang, &format::moment(lang, zone, at, now.get()));
        Some(view! { <Badge tone=Tone::Danger>{words}</Badge> })
    };
    let aside = slot(move || {
        view! {
            <Badge tone=Tone::Kunyit glyph=Glyph::Flask>{text::title(lang)}</Badge>
            {move || until(limits.get().0, text::locked_until)}
            {move || until(limits.get().1, text::banned_until)}
        }
    });
    let making = RwSignal::new(false);
    let actions = slot(move || {
        view! {
            <Button glyph=Glyph::People class="js-only" on:click=move |_| making.set(true)>
                {text::new_group(lang)}
            </Button>
            <ButtonLink href="/sandbox" glyph=Glyph::ArrowLeft>{text::back(lang)}</ButtonLink>
            <ButtonLink href=format!("/numbers/{number}") glyph=Glyph::Phone>{text::number_page(lang)}</ButtonLink>
        }
    });
    let known = Memo::new(move |_| phone.with(|phone| phone.account.is_some()));
    view! {
        <PageHead title=label lead aside actions />
        <GroupDialog number open=making />
        <Show when=move || !known.get()>
            <Callout tone=Tone::Warning class="mb-[var(--gap)]">{text::gone(lang)}</Callout>
        </Show>
    }
}
