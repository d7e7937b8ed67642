//! One message of a thread.

use super::{attachment::Attachment, text};
use crate::{
    format,
    layout::use_zone,
    ui::{Glyph, Icon, MarkedText, Tick, Ticks, use_lang},
};
use domain::{
    Lang,
    message::{Author, Direction, FailReason, MessageState, MessageView, Quote, Reaction},
};
use leptos::{either::Either, prelude::*};

/// How far a message came, as the sign beside it.
pub fn tick(state: MessageState) -> Tick {
    match state {
        MessageState::Queued => Tick::Queued,
        MessageState::Sent => Tick::Submitted,
        MessageState::Delivered => Tick::Delivered,
        MessageState::Read => Tick::Read,
        MessageState::Failed | MessageState::Expired | MessageState::Cancelled => Tick::Failed,
    }
}

/// A message. Its ticks change in place; all else stays as it was written.
#[component]
pub fn Bubble(
    message: MessageView,
    /// The person at the other end.
    #[prop(into)]
    name: String,
    #[prop(into)] state: Signal<Option<(MessageState, Option<FailReason>)>>,
) -> impl IntoView {
    let (lang, zone) = (use_lang(), use_zone());
    let (style, label) = match (message.direction, message.author) {
        (Direction::Incoming, _) => ("bubble bubble-in", text::message_from(lang, &name)),
        (_, Some(Author::Bot)) => ("bubble bubble-bot", text::message_to(lang, &name)),
        _ => ("bubble bubble-out", text::message_to(lang, &name)),
    };
    let reason = move || state.get().and_then(|(_, reason)| reason).map(|reason| reason.message(lang));
    view! {
        <article class=style aria-label=label>
            {heading(&message, lang)}
            {said(&message, &name, lang)}
            <p class="meta">
                {signature(&message, lang).map(|who| view! { <span class="mr-auto pr-4">{who}</span> })}
                {message.edited_at.filter(|_| !message.is_deleted).map(|_| view! { <span>{text::edited(lang)}</span> })}
                <span>{format::time(lang, zone, message.at)}</span>
                {move || {
                    state.get().map(|(state, _)| view! { <Ticks of=tick(state) /> })
                }}
            </p>
            {move || {
                reason()
                    .map(|reason| {
                        view! {
                            <p class="mt-1 flex items-center gap-1 text-xs font-medium text-danger-text">
                                <Icon glyph=Glyph::ExclamationCircle class="size-3.5 shrink-0" />
                                {reason}
                            </p>
                        }
                    })
            }}
            {reactions(&message, &name, lang)}
        </article>
    }
}

/// What is in it: the message it answers, its file, its words.
fn said(message: &MessageView, name: &str, lang: Lang) -> AnyView {
    if message.is_deleted {
        let line = view! {
            <p class="flex items-center gap-1.5 text-sm text-muted italic">
                <Icon glyph=Glyph::Trash class="size-3.5 shrink-0" />
                {text::deleted(lang)}
            </p>
        };
        return line.into_any();
    }
    let kind = message.kind.label(lang);
    let content = match message.attachment.clone() {
        Some(file) => Some(view! { <Attachment message=message.clone() file name=name.to_owned() /> }.into_any()),
        None => (!kind.is_empty()).then(|| view! { <p class="text-sm text-muted">{kind}</p> }.into_any()),
    };
    view! {
        {message.quote.clone().map(|quote| quoted(quote, name, lang))}
        {content}
        {(!message.text.is_empty()).then(|| view! { <MarkedText text=message.text.clone() /> })}
    }
    .into_any()
}

/// The message that is answered.
fn quoted(quote: Quote, name: &str, lang: Lang) -> AnyView {
    let who = quote.direction.map(|direction| match direction {
        Direction::Incoming => name.to_owned(),
        Direction::Outgoing => text::you(lang).to_owned(),
    });
    let words = match (quote.is_deleted, quote.kind.label(lang)) {
        (true, _) => text::deleted(lang).to_owned(),
        (false, "") => quote.text,
        (false, label) => format!("{label} {}", quote.text),
    };
    let block = view! {
        <blockquote class="quote" aria-label=text::in_answer_to(lang)>
            {who.map(|who| view! { <p class="truncate font-semibold text-accent-text">{who}</p> })}
            <p class="line-clamp-2 break-words">{words}</p>
        </blockquote>
    };
    block.into_any()
}

/// What either side thinks of it, at its lower edge.
fn reactions(message: &MessageView, name: &str, lang: Lang) -> Option<AnyView> {
    let chip = |reaction: Reaction| {
        let words = match reaction.from {
            Direction::Incoming => text::reaction_of(lang, name, &reaction.emoji),
            Direction::Outgoing => text::own_reaction(lang, &reaction.emoji),
        };
        view! {
            <li title=words.clone()>
                <span aria-hidden="true">{reaction.emoji}</span>
                <span class="sr-only">{words.clone()}</span>
            </li>
        }
    };
    let list = |all: Vec<Reaction>| view! { <ul class="reactions">{all.into_iter().map(chip).collect_view()}</ul> };
    Some(message.reactions.clone()).filter(|all| !all.is_empty()).map(|all| list(all).into_any())
}

/// The line above what was not written by a person of the team.
fn heading(message: &MessageView, lang: Lang) -> Option<AnyView> {
    let name = message.author_name.as_deref().unwrap_or_default();
    let (glyph, colour, words) = match message.author? {
        Author::Bot if name.is_empty() => (Glyph::Sparkles, "text-info-text", text::bot(lang).to_owned()),
        Author::Bot => (Glyph::Sparkles, "text-info-text", text::bot_rule(lang, name)),
        Author::Campaign if name.is_empty() => (Glyph::Megaphone, "text-accent-text", text::campaign(lang).to_owned()),
        Author::Campaign => (Glyph::Megaphone, "text-accent-text", name.to_owned()),
        Author::Agent | Author::Phone | Author::Api => return None,
    };
    let line = view! {
        <p class=format!("mb-1 flex items-center gap-1.5 text-xs font-semibold {colour}")>
            <Icon glyph class="size-3.5 shrink-0" />
            <span class="min-w-0 break-words">{words}</span>
        </p>
    };
    Some(line.into_any())
}

/// Who of the team wrote it, beside the time.
fn signature(message: &MessageView, lang: Lang) -> Option<String> {
    match message.author? {
        Author::Agent => Some(message.author_name.clone().unwrap_or_else(|| text::you(lang).to_owned())),
        Author::Phone => Some(text::from_phone(lang).to_owned()),
        Author::Api => Some(text::from_api(lang).to_owned()),
        Author::Bot | Author::Campaign => None,
    }
}

/// A day between messages.
#[component]
pub fn DayLine(at: domain::Millis) -> impl IntoView {
    let (lang, zone, now) = (use_lang(), use_zone(), crate::layout::use_now());
    let words = move || {
        let day = |at| {
            let c = format::civil(zone, at);
            (c.year, c.month, c.day)
        };
        let now = now.get();
        if day(at) == day(now) {
            Either::Left(text::today(lang))
        } else if day(at) == day(now - domain::time::DAY_MS) {
            Either::Left(text::yesterday(lang))
        } else {
            Either::Right(format::weekday_date(lang, zone, at))
        }
    };
    view! { <p class="system">{words}</p> }
}
