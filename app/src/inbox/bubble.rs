//! One message of a thread.

use super::{attachment::Attachment, text};
use crate::{
    format,
    layout::use_zone,
    ui::{Glyph, Icon, MarkedText, Tick, Ticks, use_lang},
};
use domain::{
    Lang,
    message::{Author, Direction, FailReason, MessageState, MessageView},
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
    let kind = message.kind.label(lang);
    let reason = move || state.get().and_then(|(_, reason)| reason).map(|reason| reason.message(lang));
    view! {
        <article class=style aria-label=label>
            {heading(&message, lang)}
            {match message.attachment.clone() {
                Some(file) => Some(view! { <Attachment message=message.clone() file name=name.clone() /> }.into_any()),
                None => {
                    (!kind.is_empty()).then(|| view! { <p class="text-sm text-muted">{kind}</p> }.into_any())
                }
            }}
            {(!message.text.is_empty()).then(|| view! { <MarkedText text=message.text.clone() /> })}
            <p class="meta">
                {signature(&message, lang).map(|who| view! { <span class="mr-auto pr-4">{who}</span> })}
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
        </article>
    }
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
