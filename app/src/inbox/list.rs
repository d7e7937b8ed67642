//! The list of conversations: views, search, rows.

use super::{
    api::{ConversationList, PER_PAGE},
    query::{ListQuery, current_conversation},
    start::StartDialog,
    text,
};
use crate::{
    format,
    layout::{use_now, use_zone},
    query::follow,
    ui::*,
};
use domain::{
    Lang,
    inbox::{ConversationStatus, ConversationView, LastMessage, ListView},
    message::{Author, Direction},
};
use leptos::{either::EitherOf4, prelude::*};
use leptos_meta::Title;
use leptos_router::components::Form;

/// Head, views and rows.
#[component]
pub fn ConversationSection(list: Query<ConversationList>, asked: Memo<ListQuery>) -> impl IntoView {
    let lang = use_lang();
    let starting = RwSignal::new(false);
    view! {
        <section aria-label=text::conversations(lang) class="inbox-list">
            <div class="px-4 pt-4 max-lg:pt-3">
                <div class="flex items-center gap-2">
                    <h1 class="flex-1 !text-lg">{text::inbox(lang)}</h1>
                    <IconButton
                        glyph=Glyph::Pencil
                        label=text::new_conversation(lang).to_owned()
                        on:click=move |_| starting.set(true)
                    />
                </div>
                <SearchField asked />
            </div>
            <Transition fallback=move || view! { <Skeleton rows=6 /> }>
                <Views list asked />
                <Rows list asked starting />
            </Transition>
            <StartDialog open=starting />
        </section>
    }
}

#[component]
fn SearchField(asked: Memo<ListQuery>) -> impl IntoView {
    let lang = use_lang();
    let node = NodeRef::<leptos::html::Input>::new();
    // Clearing the filters elsewhere clears the field too.
    Effect::new(move |_| {
        let wanted = asked.with(|asked| asked.search.clone());
        if let Some(input) = node.get().filter(|input| input.value() != wanted) {
            input.set_value(&wanted);
        }
    });
    view! {
        <Form method="GET" action="/inbox" attr:role="search" attr:class="mt-3">
            <div class="input-wrap">
                <Icon glyph=Glyph::Search />
                <input
                    node_ref=node
                    class="input"
                    type="search"
                    name="q"
                    value=asked.with_untracked(|asked| asked.search.clone())
                    placeholder=text::search(lang)
                    aria-label=text::search(lang)
                />
            </div>
        </Form>
    }
}

/// The views of the list with how many conversations each holds, and the unread count in the window's title.
#[component]
fn Views(list: Query<ConversationList>, asked: Memo<ListQuery>) -> impl IntoView {
    let lang = use_lang();
    let counts = follow(move |before: Option<&_>| match list.get() {
        Some(Ok(list)) => list.counts,
        _ => before.copied().unwrap_or_default(),
    });
    let open = current_conversation();
    let view_link = move |view: ListView, words: &'static str| {
        let count = Signal::derive(move || match view {
            ListView::Open => counts.get().open,
            ListView::Unread => counts.get().unread,
            ListView::Resolved => counts.get().resolved,
            ListView::All => counts.get().all,
        });
        // The open thread stays where it is beside the list; alone, the list is a page of its own.
        let href = move || asked.with(|asked| asked.in_view(view).href(open.get()));
        view! {
            <TabLink href=Signal::derive(href) current=Signal::derive(move || asked.with(|a| a.view == view)) count>
                {words}
            </TabLink>
        }
    };
    // The server writes the title last, when this view may be gone already.
    let title = move || match counts.try_get().unwrap_or_default().unread {
        0 => text::inbox(lang).to_owned(),
        n => format!("({}) {}", format::count(lang, n), text::inbox(lang)),
    };
    view! {
        <Title text=title />
        <div class="inbox-views">
            <TabLinks label=text::conversations(lang)>
                {view_link(ListView::Open, text::open(lang))} {view_link(ListView::Unread, text::unread(lang))}
                {view_link(ListView::Resolved, text::resolved(lang))} {view_link(ListView::All, text::all(lang))}
            </TabLinks>
        </div>
    }
}

#[component]
fn Rows(list: Query<ConversationList>, asked: Memo<ListQuery>, starting: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    // What is shown stays while the server is away; a first answer that is an error is shown instead.
    let rows = follow(move |before: Option<&Vec<ConversationView>>| match list.get() {
        Some(Ok(list)) => list.page.rows,
        _ => before.cloned().unwrap_or_default(),
    });
    let error = follow(move |_| list.get().and_then(Result::err));
    let pages = follow(move |_| list.get().and_then(Result::ok).map_or(1, |list| list.page.pages()));
    let nobody = follow(move |_| list.get().and_then(Result::ok).is_some_and(|list| list.counts.all == 0));
    let none = follow(move |_| rows.with(Vec::is_empty));
    let instead = move || {
        if let Some(error) = error.get().filter(|_| none.get()) {
            return EitherOf4::A(view! {
                <div class="p-4">
                    <ErrorState error retry=Callback::new(move |()| list.refetch()) />
                </div>
            });
        }
        if !none.get() {
            return EitherOf4::D(());
        }
        if nobody.get() {
            let start = slot(move || {
                view! {
                    <Button variant=Variant::Primary glyph=Glyph::Plus on:click=move |_| starting.set(true)>
                        {text::new_conversation(lang)}
                    </Button>
                }
            });
            return EitherOf4::B(view! {
                <EmptyState glyph=Glyph::Inbox title=text::empty_title(lang) body=text::empty_body(lang) action=start />
            });
        }
        let searched = asked.with(|asked| !asked.search.is_empty());
        let (title, body) = if searched {
            (text::nothing_matches(lang), text::nothing_matches_body(lang))
        } else {
            (text::nothing_open(lang), text::nothing_open_body(lang))
        };
        let clear = slot(move || view! { <ButtonLink href="/inbox?show=all">{text::clear_filters(lang)}</ButtonLink> });
        EitherOf4::C(view! { <EmptyState glyph=Glyph::Inbox title body action=clear filtered=true /> })
    };
    view! {
        <div class="scroll-quiet min-h-0 flex-1 overflow-y-auto">
            {instead}
            <ul class="divide-y divide-border" aria-label=text::conversations(lang) hidden=move || none.get()>
                <For each=move || rows.get() key=|row| row.id let:row>
                    <Row row rows asked />
                </For>
            </ul>
            {move || {
                let query = asked.get();
                let href = move |page| ListQuery { page, ..query.clone() }.href(None);
                view! { <Pagination page=asked.get().page pages=pages.get() per_page=PER_PAGE href /> }
            }}
        </div>
    }
}

/// One conversation. The row stays the same element while what it says changes, so focus is never lost.
#[component]
fn Row(row: ConversationView, rows: Signal<Vec<ConversationView>>, asked: Memo<ListQuery>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let id = row.id;
    let row = Memo::new(move |before: Option<&ConversationView>| {
        let found = rows.with(|rows| rows.iter().find(|row| row.id == id).cloned());
        found.or_else(|| before.cloned()).unwrap_or_else(|| row.clone())
    });
    // Drawn again only when it changes: a picture that is drawn anew flickers.
    let face = Memo::new(move |_| row.with(|row| (row.name.clone(), row.picture.clone())));
    let open = current_conversation();
    let current = move || open.get() == Some(id);
    let unread = Signal::derive(move || row.with(|row| row.unread));
    let last_at = move || {
        row.with(|row| row.last.as_ref().map(|last| format::short(lang, zone, last.at, now.get()))).unwrap_or_default()
    };
    let heavy = move || if unread.get() > 0 { "font-bold" } else { "font-semibold" };
    view! {
        <li>
            <a
                href=move || asked.with(|asked| asked.href(Some(id)))
                class="conversation-row"
                aria-current=move || current().then_some("true")
            >
                {move || face.with(|(name, picture)| view! { <Avatar name=name.clone() picture=picture.clone() /> })}
                <div class="min-w-0 flex-1">
                    <div class="flex items-baseline gap-2">
                        <b class=move || format!("min-w-0 flex-1 truncate text-sm {}", heavy())>
                            {move || row.with(|row| row.name.clone())}
                        </b>
                        <span class="shrink-0 text-xs text-muted">{last_at}</span>
                    </div>
                    <div class="mt-0.5 flex items-center gap-1.5">
                        <p class=move || {
                            format!(
                                "flex min-w-0 flex-1 items-center gap-1 text-sm {}",
                                if unread.get() > 0 { "font-medium" } else { "text-muted" },
                            )
                        }>
                            {move || row.with(|row| row.last.clone()).map(|last| view! { <Preview last /> })}
                        </p>
                        <Count
                            n=unread
                            label=Signal::derive(move || text::unread_count(lang, unread.get()))
                            class="!m-0"
                        />
                    </div>
                    <div class="mt-1.5 flex items-center gap-1.5 text-xs text-muted">
                        <Signs row />
                    </div>
                </div>
            </a>
        </li>
    }
}

/// Number, and what is special about the conversation.
#[component]
fn Signs(row: Memo<ConversationView>) -> impl IntoView {
    let lang = use_lang();
    move || {
        let (number, bot, resolved) =
            row.with(|row| (row.number_label.clone(), !row.bot_paused, row.status == ConversationStatus::Resolved));
        view! {
            <span class="truncate">{number}</span>
            {bot.then(|| view! { <Badge tone=Tone::Info class="badge-tiny">{text::bot(lang)}</Badge> })}
            {resolved
                .then(|| view! { <Badge tone=Tone::Success class="badge-tiny">{text::resolved(lang)}</Badge> })}
        }
    }
}

/// The newest message in a line.
#[component]
fn Preview(last: LastMessage) -> impl IntoView {
    let lang = use_lang();
    let words = match last.kind.label(lang) {
        _ if last.is_deleted => text::deleted(lang).to_owned(),
        "" => last.preview.clone(),
        label => format!("{label} {}", last.preview),
    };
    let tick = last.state.filter(|_| last.direction == Direction::Outgoing).map(super::bubble::tick);
    view! {
        {tick.map(|tick| view! { <Ticks of=tick /> })}
        <span class="min-w-0 truncate">
            {who(&last, lang).map(|who| view! { <span class="font-medium">{who}": "</span> })} {words}
        </span>
    }
}

fn who(last: &LastMessage, lang: Lang) -> Option<&'static str> {
    match (last.direction, last.author) {
        (Direction::Incoming, _) => None,
        (_, Some(Author::Bot)) => Some(text::bot(lang)),
        (_, Some(Author::Campaign)) => Some(text::campaign(lang)),
        _ => Some(text::you(lang)),
    }
}
