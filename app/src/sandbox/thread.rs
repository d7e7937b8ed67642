//! The screen of a person's phone: what it shows of the chat, and the place to write in their name.

use super::{
    api::{self, WriteAs},
    is_heard,
    person::PersonDialog,
    persona::PersonaDialog,
    text,
};
use crate::{
    error::{field_error, form_error},
    format,
    layout::{operates, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    NumberId,
    sandbox::{PersonForm, PersonaForm, Played, SandboxMessage, SandboxThread},
};
use leptos::{either::Either, ev, form::ActionForm, html, prelude::*};

/// The phone of `person`, in the chat with the number.
#[component]
pub fn Screen(number: NumberId, person: String, #[prop(into)] business: String) -> impl IntoView {
    let thread = Query::new(move || (number, person.clone()), |(number, person)| api::open_chat(number, person));
    refetch_on(thread, is_heard(number));
    let changed = Callback::new(move |()| thread.refetch());
    let draw = move |thread| {
        let business = business.clone();
        view! { <Opened number thread business changed /> }
    };
    view! {
        <div class="flex min-h-0 min-w-0 flex-1 flex-col bg-thread">
            <LoadLive of=thread view=draw />
        </div>
    }
}

#[component]
fn Opened(number: NumberId, thread: Signal<SandboxThread>, business: String, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let person = thread.with_untracked(|thread| thread.person.e164());
    let name = Memo::new(move |_| thread.with(|thread| thread.name.clone()));
    let is_played = Memo::new(move |_| thread.with(|thread| thread.played.is_some()));
    let writing = person.clone();
    let composer = move || {
        if is_played.get() {
            Either::Left(view! { <Composer number person=writing.clone() name changed /> })
        } else {
            Either::Right(view! { <Callout class="m-3">{text::not_played(lang)}</Callout> })
        }
    };
    view! {
        <section class="flex min-h-0 flex-1 flex-col" aria-label=move || text::screen_of(lang, &name.get())>
            <Head number person name thread changed />
            <Messages thread name business />
            {composer}
        </section>
    }
}

#[component]
fn Head(
    number: NumberId,
    person: String,
    name: Memo<String>,
    thread: Signal<SandboxThread>,
    changed: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let played = Memo::new(move |_| thread.with(|thread| thread.played.clone()));
    let phone = thread.with_untracked(|thread| thread.person.readable());
    let (behaving, being) = (RwSignal::new(None::<PersonaForm>), RwSignal::new(None::<PersonForm>));
    let behave = move |_| behaving.set(played.get_untracked().map(|played| played.persona));
    let be = move |_| being.set(played.get_untracked().map(|played| played.person));
    let operator = operates();
    view! {
        <header class="flex min-h-16 shrink-0 items-center gap-3 border-b bg-raised px-4 py-2 max-lg:px-3">
            <a
                class="btn btn-ghost btn-icon -mr-1 lg:hidden"
                href=format!("/sandbox/{number}")
                aria-label=text::back_to_chats(lang)
            >
                <Icon glyph=Glyph::ArrowLeft />
            </a>
            {move || view! { <Avatar name=name.get() /> }}
            <div class="min-w-0 flex-1">
                <div class="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <h2 class="truncate">{name}</h2>
                    {move || played.get().map(|played| signs(lang, &played))}
                </div>
                <p class="truncate text-xs text-muted tabular-nums">{phone}</p>
            </div>
            <Show when=move || operator && played.with(Option::is_some)>
                <Button small=true glyph=Glyph::Person class="js-only" on:click=be>
                    <span class="max-sm:sr-only">{text::person_of(lang)}</span>
                </Button>
            </Show>
            <Show when=move || played.with(Option::is_some)>
                <Button small=true glyph=Glyph::Smile class="js-only" on:click=behave>
                    <span class="max-sm:sr-only">{text::behaviour(lang)}</span>
                </Button>
            </Show>
        </header>
        {operator.then(|| view! { <PersonDialog person=person.clone() name changing=being changed /> })}
        <PersonaDialog number person name changing=behaving changed />
    }
}

/// What is unusual about the person.
fn signs(lang: domain::Lang, Played { persona, person }: &Played) -> impl IntoView + use<> {
    let signs = [
        (!person.on_whatsapp, text::not_on_whatsapp(lang)),
        (!persona.receives, text::off(lang)),
        (persona.receives && !persona.reads, text::never_reads(lang)),
        (persona.blocks, text::blocks_badge(lang)),
        (persona.hides_number, text::hides_number_badge(lang)),
    ];
    let badge = |words: &'static str| view! { <Badge tone=Tone::Warning class="badge-tiny">{words}</Badge> };
    signs.into_iter().filter(|(is, _)| *is).map(|(_, words)| badge(words)).collect_view()
}

#[component]
fn Messages(thread: Signal<SandboxThread>, name: Memo<String>, business: String) -> impl IntoView {
    let (lang, zone) = (use_lang(), use_zone());
    let messages = Memo::new(move |_| thread.with(|thread| thread.messages.clone()));
    let bubble = move |message: SandboxMessage| {
        // On the person's phone the business is the other side.
        let style = if message.from_person { "bubble bubble-out" } else { "bubble bubble-in" };
        let business = business.clone();
        let who = move || if message.from_person { name.get() } else { business.clone() };
        let kind = message.kind.label(lang);
        view! {
            <article class=style aria-label=move || text::message_of(lang, &who())>
                {(!kind.is_empty()).then(|| view! { <p class="text-sm text-muted">{kind}</p> })}
                <MarkedText text=message.text />
                <p class="meta">{format::time(lang, zone, message.at)}</p>
            </article>
        }
    };
    view! {
        <div class="scroll-quiet flex min-h-0 flex-1 flex-col-reverse overflow-y-auto" tabindex="0">
            <div class="flex flex-col gap-2 px-5 py-4 max-lg:px-3" role="log" aria-label=text::chats(lang)>
                <Show when=move || messages.with(Vec::is_empty)>
                    <p class="py-10 text-center text-sm text-muted">{text::nothing_here(lang)}</p>
                </Show>
                <For each=move || messages.get() key=|message| message.id.clone() children=bubble />
            </div>
        </div>
    }
}

/// Writes as the person. Enter sends.
#[component]
fn Composer(number: NumberId, person: String, name: Memo<String>, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let write = ServerAction::<WriteAs>::new();
    let answer = write.value();
    let node = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            if let Some(field) = node.get_untracked() {
                field.set_value("");
            }
            changed.run(());
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            let form = node.get_untracked().and_then(|field| field.form());
            if let Some(form) = form.filter(|_| !write.pending().get_untracked()) {
                let _ = form.request_submit();
            }
        }
    };
    let error = field_error(answer, "text");
    let label = move || text::write_in_name(lang, &name.get());
    view! {
        <ActionForm action=write attr:class="composer">
            <FormError error=form_error(answer) />
            <input type="hidden" name="number" value=number.to_string() />
            <input type="hidden" name="person" value=person />
            <div class="composer-box">
                <textarea
                    node_ref=node
                    name="text"
                    rows="1"
                    required
                    aria-label=label
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby="write-as-error"
                    placeholder=label
                    on:keydown=on_key
                ></textarea>
                <div class="flex justify-end px-2 pb-2">
                    <Button variant=Variant::Primary small=true submit=true glyph=Glyph::Send busy=write.pending()>
                        {text::send(lang)}
                    </Button>
                </div>
            </div>
            <FieldError id="write-as-error" error />
        </ActionForm>
    }
}
