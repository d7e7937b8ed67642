//! A thread: who it is with, what was said, and the place to answer.

use super::{
    api::{self, OpenThread, SetBot, SetStatus},
    attachment::FilePlace,
    bubble::{Bubble, DayLine},
    composer::{Composer, use_drafts},
    panel::ContactPanel,
    query::{ListQuery, current_conversation},
    text,
};
use crate::{
    consent::WritingClosed, error::ApiError, format, layout::use_zone, live::refetch_on, query::follow, ui::*,
};
use domain::{
    ConversationId, Error, Event, MessageId, Millis,
    inbox::{ConversationStatus, ConversationView},
    message::{MessageKind, MessageView, Quote, Reaction},
};
use leptos::{
    either::{Either, EitherOf3},
    html,
    prelude::*,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

/// Messages shown at first; each step further back shows twice as many.
const FIRST: u32 = 50;

/// `/inbox/{conversation}?messages=100`
#[component]
pub fn ThreadPage() -> impl IntoView {
    let id = current_conversation();
    let query = use_query_map();
    let limit = Memo::new(move |_| query.with(|q| q.get("messages").and_then(|n| n.parse().ok()).unwrap_or(FIRST)));
    let thread = Query::new(
        move || (id.get(), limit.get()),
        async |(id, limit)| match id {
            Some(id) => api::open_conversation(id, limit).await,
            None => Err(Error::NotFound.into()),
        },
    );
    refetch_on(thread, move |event| match event {
        // A conversation that became part of another one is still shown under its old address.
        Event::ConversationChanged(changed) => {
            let shown = thread.get_untracked().and_then(Result::ok).map(|open| open.thread.conversation.id);
            id.get_untracked() == Some(*changed) || shown == Some(*changed)
        }
        Event::ContactChanged(_) | Event::NumberChanged(_) | Event::ChatbotChanged => true,
        _ => false,
    });
    view! {
        <Transition fallback=move || view! { <div class="min-w-0 flex-1 bg-thread"><Skeleton rows=4 /></div> }>
            <Shown thread id limit />
        </Transition>
    }
}

/// The thread, or what stands in its place. While the server is away, what was shown stays.
#[component]
fn Shown(thread: Query<OpenThread>, id: Memo<Option<ConversationId>>, limit: Memo<u32>) -> impl IntoView {
    let answer = follow(move |before: Option<&Option<Result<OpenThread, ApiError>>>| {
        let kept = before
            .cloned()
            .flatten()
            .filter(|kept| kept.as_ref().is_ok_and(|open| Some(open.thread.conversation.id) == id.get()));
        match thread.get() {
            Some(Err(ApiError::Transport)) if kept.is_some() => kept,
            answer => answer,
        }
    });
    let state = follow(move |_| answer.with(|answer| answer.as_ref().map(Result::is_ok)));
    move || match state.get() {
        Some(true) => {
            let open = Memo::new(move |before: Option<&OpenThread>| {
                let fresh = answer.with(|answer| answer.as_ref().and_then(|answer| answer.clone().ok()));
                fresh.or_else(|| before.cloned()).expect("drawn when there is a thread")
            });
            EitherOf3::A(view! { <Thread open address=id limit again=Callback::new(move |()| thread.refetch()) /> })
        }
        Some(false) => {
            let error =
                answer.with_untracked(|a| a.as_ref().and_then(|a| a.clone().err())).unwrap_or(ApiError::Transport);
            EitherOf3::B(view! {
                <div class="min-w-0 flex-1 bg-thread p-6">
                    <ErrorState error retry=Callback::new(move |()| thread.refetch()) />
                </div>
            })
        }
        None => EitherOf3::C(()),
    }
}

/// A conversation became part of another one while somebody looked at it: what they typed goes along, and so does the
/// address.
fn follow_merge(address: Memo<Option<ConversationId>>, open: Memo<OpenThread>) {
    let (drafts, navigate, list) = (use_drafts(), use_navigate(), ListQuery::current());
    Effect::new(move |_| {
        let (asked, now) = open.with(|open| (open.asked, open.thread.conversation.id));
        // A late answer may be about a conversation that somebody has left.
        if asked != now && address.get_untracked() == Some(asked) {
            drafts.rename(asked, now);
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&list.with_untracked(|list| list.href(Some(now))), options);
        }
    });
}

#[component]
fn Thread(
    open: Memo<OpenThread>,
    address: Memo<Option<ConversationId>>,
    limit: Memo<u32>,
    again: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let conversation = Memo::new(move |_| open.with(|open| open.thread.conversation.clone()));
    follow_merge(address, open);
    let contact = Memo::new(move |_| open.with(|open| open.thread.contact.clone()));
    let name = Memo::new(move |_| conversation.with(|c| c.name.clone()));
    let may_answer = Memo::new(move |_| open.with(|open| open.thread.may_answer));
    let (beside, drawer) = (RwSignal::new(true), RwSignal::new(false));
    let field = NodeRef::<html::Textarea>::new();
    read_when_seen(conversation);
    let set_status = told(ServerAction::<SetStatus>::new(), again);
    super::keys::thread_keys(conversation, set_status, field);
    view! {
        <h1 class="sr-only lg:hidden">{move || text::conversation_with(lang, &name.get())}</h1>
        <section aria-label=move || text::conversation_with(lang, &name.get()) class="flex min-w-0 flex-1 flex-col bg-thread">
            <Head conversation set_status beside drawer />
            <BotLine open again />
            <Messages open limit name />
            {move || match may_answer.get() {
                true => Either::Left(view! { <Composer conversation node=field on_sent=again /> }),
                false => Either::Right(view! { <WritingClosed name /> }),
            }}
        </section>
        <aside aria-label=text::contact(lang) class="contact-panel" hidden=move || !beside.get()>
            <ContactPanel contact again />
        </aside>
        <Dialog open=drawer title=text::contact_details(lang).to_owned() drawer=true>
            <ContactPanel contact again />
        </Dialog>
    }
}

/// The action, followed up.
fn told<S>(action: ServerAction<S>, again: Callback<()>) -> ServerAction<S>
where
    S: server_fn::ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    follow_up(action.value(), None, again);
    action
}

#[component]
fn Head(
    conversation: Memo<ConversationView>,
    set_status: ServerAction<SetStatus>,
    beside: RwSignal<bool>,
    drawer: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let asked = ListQuery::current();
    let face = Memo::new(move |_| conversation.with(|c| (c.name.clone(), c.picture.clone())));
    let resolved = Memo::new(move |_| conversation.with(|c| c.status == ConversationStatus::Resolved));
    let next = move || if resolved.get() { ConversationStatus::Open } else { ConversationStatus::Resolved };
    let words = move || if resolved.get() { text::reopen(lang) } else { text::resolve(lang) };
    view! {
        <header class="flex h-16 shrink-0 items-center gap-3 border-b bg-raised px-5 max-lg:px-3">
            <a
                class="btn btn-ghost btn-icon -mr-1 lg:hidden"
                href=move || asked.with(|asked| asked.href(None))
                aria-label=text::back(lang)
            >
                <Icon glyph=Glyph::ArrowLeft />
            </a>
            {move || face.with(|(name, picture)| view! { <Avatar name=name.clone() picture=picture.clone() /> })}
            <div class="min-w-0 flex-1">
                <h2 class="truncate">{move || conversation.with(|c| c.name.clone())}</h2>
                <p class="truncate text-xs text-muted">
                    {move || conversation.with(|c| text::on_number(lang, &c.number_label))}
                </p>
            </div>
            <ActionForm action=set_status>
                <input type="hidden" name="conversation" value=move || conversation.with(|c| c.id.to_string()) />
                <input type="hidden" name="status" value=move || next().as_str() />
                <button
                    type="submit"
                    class="btn btn-sm"
                    aria-keyshortcuts="Alt+E"
                    aria-busy=move || set_status.pending().get().then_some("true")
                >
                    {move || {
                        let glyph = if resolved.get() { Glyph::Refresh } else { Glyph::Check };
                        view! { <Icon glyph /> }
                    }}
                    <span class="max-sm:sr-only">{words}</span>
                </button>
            </ActionForm>
            <button
                type="button"
                class="btn btn-ghost btn-icon max-xl:hidden"
                aria-label=text::contact_details(lang)
                title=text::contact_details(lang)
                aria-pressed=move || if beside.get() { "true" } else { "false" }
                on:click=move |_| beside.update(|beside| *beside = !*beside)
            >
                <Icon glyph=Glyph::Information />
            </button>
            <button
                type="button"
                class="js-only btn btn-ghost btn-icon xl:hidden"
                aria-label=text::contact_details(lang)
                aria-haspopup="dialog"
                on:click=move |_| drawer.set(true)
            >
                <Icon glyph=Glyph::Information />
            </button>
        </header>
    }
}

/// Whether the bot answers here, and the way to change it. Absent where there is no bot.
#[component]
fn BotLine(open: Memo<OpenThread>, again: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let set_bot = told(ServerAction::<SetBot>::new(), again);
    let silent = Memo::new(move |_| open.with(|open| open.thread.conversation.bot_paused));
    let bot_on = Memo::new(move |_| open.with(|open| open.bot_on));
    let id = Memo::new(move |_| open.with(|open| open.thread.conversation.id));
    let line = move || {
        view! {
            <ActionForm
                action=set_bot
                attr:class="flex shrink-0 items-center gap-2 border-b bg-raised px-5 py-1.5 max-lg:px-3"
            >
                <input type="hidden" name="conversation" value=move || id.get().to_string() />
                <input type="hidden" name="with_bot" value=move || silent.get().to_string() />
                <span class="flex min-w-0 flex-1 items-center gap-2 text-xs font-medium text-muted" role="status">
                    <BotLeaf size=Size::Small />
                    {move || if silent.get() { text::bot_silent(lang) } else { text::bot_answers(lang) }}
                </span>
                <button
                    type="submit"
                    class="btn btn-ghost btn-sm"
                    aria-busy=move || set_bot.pending().get().then_some("true")
                >
                    {move || if silent.get() { text::hand_back(lang) } else { text::take_over(lang) }}
                </button>
            </ActionForm>
        }
    };
    move || bot_on.get().then(line)
}

/// What stands in the log: a day, or a message.
#[derive(Clone, PartialEq)]
enum Item {
    Day(Millis),
    Message(Box<MessageView>),
}

impl Item {
    fn key(&self) -> (i64, Option<Drawn>) {
        match self {
            Self::Day(at) => (at.0, None),
            Self::Message(message) => (0, Some(Drawn::of(message))),
        }
    }
}

/// What a message is drawn anew for: it was decrypted at last, its file came, somebody changed it or reacted. Its ticks
/// change in place.
#[derive(PartialEq, Eq, Hash)]
struct Drawn {
    id: MessageId,
    kind: MessageKind,
    file: FilePlace,
    edited: Option<(i64, String)>,
    is_deleted: bool,
    quote: Option<Quote>,
    reactions: Vec<Reaction>,
}

impl Drawn {
    fn of(message: &MessageView) -> Self {
        Self {
            id: message.id,
            kind: message.kind,
            file: FilePlace::of(message),
            edited: message.edited_at.map(|at| (at.0, message.text.clone())),
            is_deleted: message.is_deleted,
            quote: message.quote.clone(),
            reactions: message.reactions.clone(),
        }
    }
}

#[component]
fn Messages(open: Memo<OpenThread>, limit: Memo<u32>, name: Memo<String>) -> impl IntoView {
    let (lang, zone) = (use_lang(), use_zone());
    let id = Memo::new(move |_| open.with(|open| open.thread.conversation.id));
    let items = Memo::new(move |_| open.with(|open| with_days(zone, &open.thread.messages)));
    let older = Memo::new(move |_| open.with(|open| open.thread.older));
    let node = NodeRef::<html::Div>::new();
    // Another conversation begins at its end.
    Effect::new(move |before: Option<ConversationId>| {
        if before != Some(id.get())
            && let Some(node) = node.get_untracked()
        {
            node.set_scroll_top(0);
        }
        id.get()
    });
    let bubble = move |item: Item| match item {
        Item::Day(at) => view! { <DayLine at /> }.into_any(),
        Item::Message(message) => {
            let id = message.id;
            let state = Memo::new(move |before: Option<&_>| {
                let find = |open: &OpenThread| {
                    let message = open.thread.messages.iter().rfind(|message| message.id == id)?;
                    Some(message.state.map(|state| (state, message.fail_reason)))
                };
                open.with(find).or_else(|| before.copied()).flatten()
            });
            view! { <Bubble message=*message name=name.get_untracked() state /> }.into_any()
        }
    };
    let asked = ListQuery::current();
    let older_address = move || {
        let address = asked.with(|asked| asked.href(Some(id.get())));
        let join = if address.contains('?') { '&' } else { '?' };
        format!("{address}{join}messages={}", limit.get().saturating_mul(2))
    };
    view! {
        // Drawn from the bottom: the browser itself keeps the newest message in sight, and the place of somebody who
        // reads further up.
        <div node_ref=node class="scroll-quiet flex min-h-0 flex-1 flex-col-reverse overflow-y-auto" tabindex="0">
            <div class="flex flex-col gap-2 px-6 py-5 max-lg:px-3" role="log" aria-label=text::messages(lang)>
                <Show when=move || older.get()>
                    <a class="btn btn-sm self-center" href=older_address data-noscroll="true">
                        {text::older(lang)}
                    </a>
                </Show>
                <Show when=move || items.with(Vec::is_empty)>
                    <p class="py-10 text-center text-sm text-muted">{text::no_messages(lang)}</p>
                </Show>
                <For each=move || items.get() key=Item::key children=bubble />
            </div>
        </div>
    }
}

fn with_days(zone: format::Zone, messages: &[MessageView]) -> Vec<Item> {
    let mut items = Vec::with_capacity(messages.len() + 4);
    let mut day = None;
    for message in messages {
        let civil = format::civil(zone, message.at);
        let this = (civil.year, civil.month, civil.day);
        if day.replace(this) != Some(this) {
            items.push(Item::Day(message.at));
        }
        items.push(Item::Message(Box::new(message.clone())));
    }
    items
}

/// Marks the conversation as read while somebody looks at it.
fn read_when_seen(conversation: Memo<ConversationView>) {
    let looked_at = RwSignal::new(false);
    let unread = Memo::new(move |_| conversation.with(|c| (c.id, c.unread)));
    Effect::new(move |_| {
        looked_at.set(!document().hidden());
        let handle = window_event_listener_untyped("visibilitychange", move |_| looked_at.set(!document().hidden()));
        on_cleanup(move || handle.remove());
    });
    Effect::new(move |_| {
        let (id, unread) = unread.get();
        if unread > 0 && looked_at.get() {
            leptos::task::spawn_local(async move {
                // Whatever hinders it: the conversation stays unread, as it is.
                let _ = api::mark_read(id).await;
            });
        }
    });
}
