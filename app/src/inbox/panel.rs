//! Who a conversation is with.

use super::{api::SeparateContact, text};
use crate::{
    consent::ConsentSection,
    format,
    layout::{use_now, use_zone},
    ui::*,
};
use domain::{contact::MergedView, inbox::ContactPanelView};
use leptos::{html, prelude::*};

/// Name, number, consent, what is known, the campaigns received, and who turned out to be the same person.
#[component]
pub fn ContactPanel(contact: Memo<ContactPanelView>, again: Callback<()>) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    // The button that was pressed goes with what it was about.
    let separated = Callback::new(move |()| {
        if let Some(panel) = node.get_untracked() {
            let _ = panel.focus();
        }
        again.run(());
    });
    view! {
        <div node_ref=node tabindex="-1" class="outline-none">
            {move || view! { <Details contact=contact.get() again=separated /> }}
        </div>
    }
}

#[component]
fn Details(contact: ContactPanelView, again: Callback<()>) -> impl IntoView {
    let (lang, zone, now) = (use_lang(), use_zone(), use_now());
    let phone = contact.phone.as_ref().map(|phone| phone.readable());
    let since = contact.opted_out_at.map(|at| format::date(lang, zone, at));
    let known_since = format::short_date(lang, zone, contact.created_at, now.get_untracked());
    let row = |term: String, words: String| {
        view! {
            <div class="flex gap-3 py-1.5 text-sm">
                <dt class="w-[92px] shrink-0 break-words text-muted">{term}</dt>
                <dd class="min-w-0 flex-1 break-words">{words}</dd>
            </div>
        }
    };
    view! {
        <div class="px-5 pt-6 pb-5 text-center">
            <Avatar name=contact.name.clone() picture=contact.picture.clone() size=Size::Large />
            <h2 class="mt-3 break-words">{contact.name.clone()}</h2>
            {phone.map(|phone| view! { <p class="text-sm text-muted tabular-nums">{phone}</p> })}
            {since
                .map(|since| {
                    view! {
                        <div class="mt-3 flex flex-col items-center gap-1.5">
                            <Badge tone=Tone::Warning glyph=Glyph::Hand>
                                {text::opted_out(lang)}
                            </Badge>
                            <p class="text-xs text-muted text-pretty">{text::opted_out_since(lang, &since)}</p>
                        </div>
                    }
                })}
        </div>
        <section class="border-t px-5 py-4">
            <h3 class="mb-2">{text::about(lang)}</h3>
            <dl>
                {contact.attributes.into_iter().map(|(term, words)| row(term, words)).collect_view()}
                {row(text::first_seen(lang).to_owned(), known_since)}
            </dl>
        </section>
        <section class="border-t px-5 py-4">
            <h3 class="mb-2">{text::campaigns(lang)}</h3>
            {if contact.campaigns.is_empty() {
                view! { <p class="text-sm text-muted">{text::no_campaigns(lang)}</p> }.into_any()
            } else {
                view! {
                    <ul class="space-y-2 text-sm">
                        {contact
                            .campaigns
                            .into_iter()
                            .map(|name| {
                                view! {
                                    <li class="flex items-center gap-2">
                                        <Icon glyph=Glyph::Megaphone class="size-4 shrink-0 text-accent-text" />
                                        <span class="min-w-0 break-words">{name}</span>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                }
                    .into_any()
            }}
        </section>
        <ConsentSection
            contact=contact.contact
            opted_out=contact.opted_out_at.is_some()
            entries=contact.consent
            again
        />
        {(!contact.merged.is_empty()).then(|| view! { <Merged merged=contact.merged again /> })}
    }
}

/// The contacts that turned out to be this person, and the way to take that back.
#[component]
fn Merged(merged: Vec<MergedView>, again: Callback<()>) -> impl IntoView {
    let (lang, zone, now) = (use_lang(), use_zone(), use_now());
    let separate = ServerAction::<SeparateContact>::new();
    follow_up(separate.value(), Some(text::separated(lang)), again);
    let line = move |one: MergedView| {
        let since = format::short_date(lang, zone, one.at, now.get_untracked());
        view! {
            <li class="text-sm">
                <p class="truncate font-medium">{one.name.clone()}</p>
                <p class="text-xs text-muted">{text::merged_since(lang, &since)}</p>
                <details class="mt-2">
                    <summary class="btn btn-sm w-fit">{text::separate_named(lang, &one.name)}</summary>
                    <p class="mt-2 text-xs text-muted text-pretty">{text::separate_what(lang)}</p>
                    <ActionForm action=separate attr:class="mt-2">
                        <input type="hidden" name="contact" value=one.contact.to_string() />
                        <button
                            type="submit"
                            class="btn btn-sm btn-danger"
                            disabled=move || separate.pending().get()
                            aria-busy=move || separate.pending().get().then_some("true")
                        >
                            {text::separate(lang)}
                        </button>
                    </ActionForm>
                </details>
            </li>
        }
    };
    view! {
        <section class="border-t px-5 py-4">
            <h3 class="mb-1">{text::merged(lang)}</h3>
            <p class="mb-3 text-xs text-muted text-pretty">{text::merged_why(lang)}</p>
            <ul class="space-y-3">{merged.into_iter().map(line).collect_view()}</ul>
        </section>
    }
}
