//! With whom a phone talks, and beside it the screen of the person that is played.

use super::{api, is_heard, text, thread::Screen};
use crate::{
    format,
    layout::{use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    NumberId,
    sandbox::{SandboxChat, SandboxPhone},
};
use leptos::{either::Either, prelude::*};
use leptos_router::{components::Form, hooks::use_query_map};

/// The chats of a phone.
#[component]
pub fn Chats(number: NumberId, phone: Signal<SandboxPhone>) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let person = Memo::new(move |_| query.with(|query| query.get("person")).filter(|person| !person.is_empty()));
    let chats = Query::new(move || number, api::list_chats);
    refetch_on(chats, is_heard(number));
    let business = phone.with_untracked(|phone| phone.label.clone());
    let screen = move || match person.get() {
        Some(person) => {
            let business = business.clone();
            Either::Left(view! { <Screen number person business /> })
        }
        None => Either::Right(view! {
            <div class="grid min-w-0 flex-1 place-items-center bg-thread p-6 max-lg:hidden">
                <EmptyState glyph=Glyph::Phone title=text::choose(lang) body=text::choose_body(lang) />
            </div>
        }),
    };
    view! {
        <section class="card sandbox-chats" data-view=move || if person.with(Option::is_some) { "thread" } else { "list" }>
            <div class="inbox-list">
                <WriteAs number />
                <LoadLive of=chats view=move |chats| view! { <People number chats person /> } />
            </div>
            {screen}
        </section>
    }
}

/// Names anybody, also who was never spoken to.
#[component]
fn WriteAs(number: NumberId) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Form method="GET" action=format!("/sandbox/{number}") attr:class="flex gap-2 border-b p-3">
            <input
                class="input min-w-0 flex-1"
                type="tel"
                name="person"
                required=true
                autocomplete="off"
                aria-label=text::as_whom(lang)
                placeholder=text::write_as_hint(lang)
            />
            <Button submit=true>{text::go(lang)}</Button>
        </Form>
    }
}

#[component]
fn People(number: NumberId, chats: Signal<Vec<SandboxChat>>, person: Memo<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let none = Memo::new(move |_| chats.with(Vec::is_empty));
    view! {
        <div class="scroll-quiet min-h-0 flex-1 overflow-y-auto">
            <Show when=move || none.get()>
                <EmptyState
                    glyph=Glyph::ChatBubble
                    title=text::no_chats(lang)
                    body=text::no_chats_body(lang)
                    filtered=true
                />
            </Show>
            <ul class="divide-y divide-border" aria-label=text::chats(lang) hidden=move || none.get()>
                <For each=move || chats.get() key=|chat| chat.person.clone() let:chat>
                    <Row number chat chats person />
                </For>
            </ul>
        </div>
    }
}

/// One chat; the row stays while what it says changes.
#[component]
fn Row(
    number: NumberId,
    chat: SandboxChat,
    chats: Signal<Vec<SandboxChat>>,
    person: Memo<Option<String>>,
) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let (id, e164) = (chat.person.clone(), chat.person.e164());
    let href = format!("/sandbox/{number}?person=%2B{}", chat.person.digits());
    let chat = Memo::new(move |before: Option<&SandboxChat>| {
        let found = chats.with(|chats| chats.iter().find(|chat| chat.person == id).cloned());
        found.or_else(|| before.cloned()).unwrap_or_else(|| chat.clone())
    });
    let current = move || person.with(|person| person.as_deref() == Some(e164.as_str())).then_some("true");
    let preview = move || {
        chat.with(|SandboxChat { last, .. }| {
            let (kind, gap) = (last.kind.label(lang), if last.text.is_empty() { "" } else { " " });
            let words = if kind.is_empty() { last.text.clone() } else { format!("{kind}{gap}{}", last.text) };
            if last.from_person { words } else { format!("{}: {words}", text::business(lang)) }
        })
    };
    view! {
        <li>
            <a href=href class="conversation-row" aria-current=current>
                {move || view! { <Avatar name=chat.with(|chat| chat.name.clone()) /> }}
                <div class="min-w-0 flex-1">
                    <div class="flex items-baseline gap-2">
                        <b class="min-w-0 flex-1 truncate text-sm font-semibold">
                            {move || chat.with(|chat| chat.name.clone())}
                        </b>
                        <span class="shrink-0 text-xs text-muted">
                            {move || format::short(lang, zone, chat.with(|chat| chat.last.at), now.get())}
                        </span>
                    </div>
                    <p class="mt-0.5 truncate text-sm text-muted">{preview}</p>
                </div>
            </a>
        </li>
    }
}
