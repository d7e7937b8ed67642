//! The ways to link a number that waits for it: a QR code, a code that is typed, and what to do about a passkey.

use super::{
    api::{AskPairCode, LinkState, ScanWithSandboxPhone, TypeOnSandboxPhone},
    text,
};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::{
    NumberId,
    number::{LinkCode, Network, PairCode},
    time::SECOND_MS,
};
use leptos::{
    either::{Either, EitherOf3},
    form::ActionForm,
    prelude::*,
};
use leptos_router::hooks::use_query_map;

/// One way to link a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Qr,
    Code,
    Passkey,
}

impl Way {
    fn word(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Code => "code",
            Self::Passkey => "passkey",
        }
    }

    fn from_word(word: Option<String>) -> Self {
        [Self::Code, Self::Passkey].into_iter().find(|way| Some(way.word()) == word.as_deref()).unwrap_or(Self::Qr)
    }

    fn href(self, id: NumberId) -> String {
        format!("/numbers/link?number={id}&way={}", self.word())
    }
}

/// What stands in the way, the ways as tabs, and the chosen one.
#[component]
pub fn Waiting(link: Signal<LinkState>, left: RwSignal<i64>, again: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let id = link.with_untracked(|link| link.number.id);
    let query = use_query_map();
    let way = Memo::new(move |_| Way::from_word(query.with(|query| query.get("way"))));
    let problem = Memo::new(move |_| link.with(|link| link.number.problem));
    let tab = move |of: Way, glyph: Glyph, words: &'static str| {
        view! {
            <TabLink href=Signal::derive(move || of.href(id)) current=Signal::derive(move || way.get() == of)>
                <Icon glyph class="size-4" />
                {words}
            </TabLink>
        }
    };
    let chosen = move || match way.get() {
        Way::Qr => EitherOf3::A(view! { <QrWay link left /> }),
        Way::Code => EitherOf3::B(view! { <CodeWay link again /> }),
        Way::Passkey => EitherOf3::C(view! { <PasskeyWay id /> }),
    };
    view! {
        <TabLinks label=text::ways(lang)>
            {tab(Way::Qr, Glyph::QrCode, text::way_qr(lang))} {tab(Way::Code, Glyph::Hash, text::way_code(lang))}
            {tab(Way::Passkey, Glyph::Fingerprint, text::way_passkey(lang))}
        </TabLinks>
        <div class="mt-4 empty:hidden" role="alert">
            {move || problem.get().map(|problem| view! { <Callout tone=Tone::Warning>{problem.message(lang)}</Callout> })}
        </div>
        <div class="mt-5">{chosen}</div>
    }
}

/// The code at the left, how to use it at the right.
#[component]
fn TwoSides(steps: [&'static str; 3], shown: crate::ui::ViewFnOnce, children: Children) -> impl IntoView {
    let lang = use_lang();
    let step = |(n, step): (usize, &'static str)| {
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
    };
    view! {
        <div class="grid gap-x-9 gap-y-6 sm:grid-cols-[264px_minmax(0,1fr)]">
            <div class="mx-auto w-[264px]">{shown.run()}</div>
            <div class="min-w-0">
                <ol class="space-y-3.5 text-sm">{(1..).zip(steps).map(step).collect_view()}</ol>
                {children()}
                <p class="mt-4 text-xs text-muted">{text::may_leave(lang)}</p>
            </div>
        </div>
    }
}

#[component]
fn QrWay(link: Signal<LinkState>, left: RwSignal<i64>) -> impl IntoView {
    let lang = use_lang();
    let (id, network) = link.with_untracked(|link| (link.number.id, link.number.network));
    let code = Memo::new(move |_| link.with(|link| link.code.clone()));
    let there = Memo::new(move |_| code.with(Option::is_some));
    let shown = move || {
        view! {
            <div class="rounded-[18px] border p-2">{move || view! { <QrPicture code=code.get() /> }}</div>
            <p class="mt-3 flex items-center gap-2 text-xs text-muted">
                <Dot live=true />
                <span class="flex-1">{text::linking(lang)}</span>
                {move || there.get().then(|| view! { <span class="js-only tabular-nums">{text::new_code_in(lang, left.get().max(0))}</span> })}
            </p>
        }
    };
    view! {
        <TwoSides steps=[text::how_1(lang), text::how_2(lang), text::how_3(lang)] shown=slot(shown)>
            {(network == Network::Sandbox).then(|| view! { <ScanPhone id there /> })}
        </TwoSides>
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
        None => Either::Right(view! { <Preparing words=text::preparing(lang) /> }),
    }
}

#[component]
fn Preparing(words: &'static str) -> impl IntoView {
    view! {
        <div class="grid size-[246px] place-items-center rounded-[14px] bg-sunken text-muted">
            <span class="flex flex-col items-center gap-3 text-sm">
                <span class="spinner !size-6" aria-hidden="true"></span>
                {words}
            </span>
        </div>
    }
}

/// The phone that is not there: a simulated one does what a person would.
#[component]
fn SandboxPhone(body: &'static str, children: Children) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="sandbox mt-5 p-4">
            <p class="flex items-center gap-2 text-sm font-bold">
                <Icon glyph=Glyph::Flask class="size-[18px]" />
                {text::no_phone(lang)}
            </p>
            <p class="mt-1 mb-3 text-xs">{body}</p>
            {children()}
        </div>
    }
}

#[component]
fn ScanPhone(id: NumberId, there: Memo<bool>) -> impl IntoView {
    let lang = use_lang();
    let scan = ServerAction::<ScanWithSandboxPhone>::new();
    view! {
        <SandboxPhone body=text::no_phone_body(lang)>
            <ActionForm action=scan>
                <FormError error=form_error(scan.value()) />
                <input type="hidden" name="number" value=id.to_string() />
                <Button
                    submit=true
                    glyph=Glyph::Phone
                    busy=scan.pending()
                    disabled=Signal::derive(move || !there.get())
                    class="w-full"
                >
                    {text::scan(lang)}
                </Button>
            </ActionForm>
        </SandboxPhone>
    }
}

/// A code of eight letters: asked for by phone number, typed on that phone.
#[component]
fn CodeWay(link: Signal<LinkState>, again: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let (id, network) = link.with_untracked(|link| (link.number.id, link.number.network));
    let pair_code = Memo::new(move |_| link.with(|link| link.pair_code.clone()));
    let asked = Memo::new(move |_| pair_code.with(Option::is_some));
    let typed_phone =
        RwSignal::new(pair_code.with_untracked(|c| c.as_ref().map(|c| c.phone.readable())).unwrap_or_default());
    let ask = ServerAction::<AskPairCode>::new();
    Effect::new(move |_| {
        if ask.value().get().is_some() {
            again.run(());
        }
    });
    let answer = ask.value();
    let hint = if network == Network::Sandbox { text::phone_hint_sandbox(lang) } else { text::phone_hint(lang) };
    let shown = move || view! { <ShownCode link pair_code /> };
    view! {
        <TwoSides steps=[text::how_1(lang), text::code_2(lang), text::code_3(lang)] shown=slot(shown)>
            <ActionForm action=ask>
                <input type="hidden" name="number" value=id.to_string() />
                <div class="mt-5 empty:hidden">
                    <FormError error=form_error(answer) />
                </div>
                <Field name="phone" label=text::phone(lang) hint error=field_error(answer, "phone") class="mt-5">
                    <Input kind="tel" inputmode="tel" autocomplete="tel" required=true bind=typed_phone />
                </Field>
                <div class="mt-3">
                    <Button variant=Variant::Primary submit=true glyph=Glyph::Hash busy=ask.pending()>
                        {move || if asked.get() { text::get_another(lang) } else { text::get_code(lang) }}
                    </Button>
                </div>
            </ActionForm>
            {(network == Network::Sandbox).then(|| view! { <TypePhone id asked again /> })}
        </TwoSides>
    }
}

/// The code in two rows, as long as it is taken.
#[component]
fn ShownCode(link: Signal<LinkState>, pair_code: Memo<Option<PairCode>>) -> impl IntoView {
    let lang = use_lang();
    let left = RwSignal::new(0i64);
    let seconds = move |link: &LinkState| {
        let until = link.pair_code.as_ref().and_then(|code| code.code.as_ref()).map(|(_, until)| *until);
        until.map_or(0, |until| (until.since(link.now) / SECOND_MS).max(0))
    };
    left.set(link.with_untracked(seconds));
    Effect::new(move |_| left.set(link.with(seconds)));
    every_second(move || left.update(|left| *left = (*left - 1).max(0)));
    let over = Memo::new(move |_| left.get() == 0);
    let letters = move || match pair_code.get() {
        None => EitherOf3::A(view! {
            <p class="grid size-[246px] place-items-center rounded-[14px] bg-sunken px-8 text-center text-sm text-muted">
                {text::code_here(lang)}
            </p>
        }),
        Some(PairCode { code: None, .. }) => EitherOf3::B(view! { <Preparing words=text::asking(lang) /> }),
        Some(PairCode { code: Some((code, _)), .. }) => EitherOf3::C(view! { <Letters code over /> }),
    };
    let below = move || {
        let pair_code = pair_code.get()?;
        pair_code.code.as_ref()?;
        let phone = text::for_phone(lang, &pair_code.phone.readable());
        Some(match over.get() {
            true => Either::Left(
                view! { <p class="mt-3 text-xs text-danger-text" role="alert">{text::code_over(lang)}</p> },
            ),
            false => Either::Right(view! {
                <p class="mt-3 flex items-center gap-2 text-xs text-muted">
                    <Dot live=true />
                    <span class="flex-1">{phone}</span>
                    <span class="js-only tabular-nums">{move || text::code_lasts(lang, &minutes(left.get()))}</span>
                </p>
            }),
        })
    };
    view! {
        <div class="rounded-[18px] border p-2">{letters}</div>
        {below}
    }
}

#[component]
fn Letters(code: String, over: Memo<bool>) -> impl IntoView {
    let lang = use_lang();
    let readable = PairCode::readable(&code);
    let tile = |letter: char| {
        view! {
            <span class="grid h-16 place-items-center rounded-control border bg-raised font-mono text-2xl font-bold">
                {letter.to_string()}
            </span>
        }
    };
    view! {
        <div
            class="grid size-[246px] place-content-center rounded-[14px] bg-sunken p-4"
            role="img"
            aria-label=text::code_is(lang, &readable)
            data-code=code.clone()
            class=("opacity-40", move || over.get())
        >
            <div class="grid grid-cols-4 gap-2 [&>span]:w-12" aria-hidden="true">{code.chars().map(tile).collect_view()}</div>
        </div>
    }
}

#[component]
fn TypePhone(id: NumberId, asked: Memo<bool>, again: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let type_it = ServerAction::<TypeOnSandboxPhone>::new();
    let typed = RwSignal::new(String::new());
    let answer = type_it.value();
    Effect::new(move |_| {
        if answer.get().is_some() {
            again.run(());
        }
    });
    view! {
        <SandboxPhone body=text::type_body(lang)>
            <ActionForm action=type_it>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=id.to_string() />
                <Field name="code" label=text::typed_code(lang) error=field_error(answer, "code")>
                    <Input bind=typed maxlength=9u32 autocomplete="off" class="font-mono uppercase" />
                </Field>
                <Button
                    submit=true
                    glyph=Glyph::Phone
                    busy=type_it.pending()
                    disabled=Signal::derive(move || !asked.get())
                    class="mt-3 w-full"
                >
                    {text::type_it(lang)}
                </Button>
            </ActionForm>
        </SandboxPhone>
    }
}

/// What a passkey is, why this page cannot ask for it, and what is left to try.
#[component]
fn PasskeyWay(id: NumberId) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="max-w-[60ch] text-sm">
            <h2>{text::passkey_title(lang)}</h2>
            <p class="mt-2 text-muted text-pretty">{text::passkey_why(lang)}</p>
            <ul class="mt-4 space-y-3">
                {[(Glyph::Hash, text::passkey_code(lang)), (Glyph::Information, text::passkey_else(lang))]
                    .map(|(glyph, way)| {
                        view! {
                            <li class="flex gap-2.5">
                                <Icon glyph class="mt-0.5 size-4 shrink-0 text-muted" />
                                <span>{way}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            <div class="mt-5">
                <ButtonLink href=Way::Code.href(id) variant=Variant::Primary glyph=Glyph::Hash>
                    {text::to_code(lang)}
                </ButtonLink>
            </div>
        </div>
    }
}

/// `2:05`
fn minutes(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Calls `tick` every second in the browser, as long as the component that calls this is shown.
pub(super) fn every_second(tick: impl Fn() + Copy + 'static) {
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
}
