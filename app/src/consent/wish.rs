//! Writing down what somebody wished, and what was written down.

use super::{api::RecordWish, proof, text};
use crate::{
    error::{field_error, form_error},
    format,
    layout::{use_now, use_zone},
    ui::*,
};
use domain::{
    ContactId,
    consent::{ConsentEntry, Wish},
};
use leptos::{form::ActionForm, prelude::*};

/// Lines shown before the rest is folded away.
const SHOWN: usize = 3;

/// The ledger of a person, and the form that adds to it.
#[component]
pub fn ConsentSection(
    contact: ContactId,
    opted_out: bool,
    entries: Vec<ConsentEntry>,
    again: Callback<()>,
) -> impl IntoView {
    let (lang, zone, now) = (use_lang(), use_zone(), use_now());
    let record = ServerAction::<RecordWish>::new();
    let answer = record.value();
    follow_up(answer, Some(text::recorded(lang)), again);
    let line = move |entry: ConsentEntry| {
        let (glyph, tone, words) = match entry.wish {
            Wish::OptOut => (Glyph::Hand, "mt-0.5 size-4 shrink-0 text-warning-text", text::opted_out_line(lang)),
            Wish::OptIn => (Glyph::Check, "mt-0.5 size-4 shrink-0 text-success-text", text::opted_in_line(lang)),
        };
        let at = format::moment(lang, zone, entry.at, now.get_untracked());
        view! {
            <li class="flex gap-2 text-sm">
                <Icon glyph class=tone />
                <div class="min-w-0">
                    <p class="font-medium">{words}</p>
                    <p class="text-xs text-muted break-words">{proof(lang, &entry)} " · " {at}</p>
                </div>
            </li>
        }
    };
    let known = if entries.is_empty() {
        view! { <p class="text-sm text-muted">{text::nothing_known(lang)}</p> }.into_any()
    } else {
        let lines = entries.into_iter().take(SHOWN).map(line).collect_view();
        view! { <ul class="space-y-2.5">{lines}</ul> }.into_any()
    };
    let (wish, open, label, hint, send) = match opted_out {
        true => (
            Wish::OptIn,
            text::record_in(lang),
            text::note_in(lang),
            text::note_in_hint(lang),
            text::record_in_now(lang),
        ),
        false => (
            Wish::OptOut,
            text::record_out(lang),
            text::note_out(lang),
            text::note_out_hint(lang),
            text::record_out_now(lang),
        ),
    };
    view! {
        <section class="border-t px-5 py-4">
            <h3 class="mb-2">{text::section(lang)}</h3>
            {known}
            <details class="mt-3">
                <summary class="btn btn-sm w-fit">{open}</summary>
                <ActionForm action=record attr:class="mt-3">
                    <FormError error=form_error(answer) />
                    <input type="hidden" name="contact" value=contact.to_string() />
                    <input type="hidden" name="wish" value=wish.as_str() />
                    <Field name="note" label hint id="wish-note" error=field_error(answer, "note")>
                        <Textarea rows=2 />
                    </Field>
                    <div class="mt-3">
                        <Button small=true submit=true busy=record.pending()>{send}</Button>
                    </div>
                </ActionForm>
            </details>
        </section>
    }
}

/// Asks how somebody agreed to get messages again. Open while there is somebody it is about.
#[component]
pub fn AgreedDialog(agreeing: RwSignal<Option<(ContactId, String)>>, again: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let record = ServerAction::<RecordWish>::new();
    let answer = record.value();
    let note = RwSignal::new(String::new());
    let about = RwSignal::new(None::<(ContactId, String)>);
    let open = open_about(agreeing, move |person: (ContactId, String)| {
        record.clear();
        note.set(String::new());
        about.set(Some(person));
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            about.with_untracked(|about| {
                about.iter().for_each(|(_, name)| toasts.say(text::agreed(lang, name)));
            });
            again.run(());
        }
    });
    let name = move || about.with(|about| about.as_ref().map(|(_, name)| name.clone()).unwrap_or_default());
    let title = Signal::derive(move || text::record_in_of(lang, &name()));
    view! {
        <Dialog open title>
            <p class="mb-4 text-sm text-muted text-pretty">{text::agreed_lead(lang)}</p>
            <ActionForm action=record>
                <FormError error=form_error(answer) />
                <input
                    type="hidden"
                    name="contact"
                    value=move || about.with(|about| about.as_ref().map(|(contact, _)| contact.to_string()))
                />
                <input type="hidden" name="wish" value=Wish::OptIn.as_str() />
                <Field
                    name="note"
                    label=text::note_in(lang)
                    hint=text::note_in_hint(lang)
                    error=field_error(answer, "note")
                >
                    <Textarea bind=note rows=3 />
                </Field>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=record.pending()>
                        {text::record_in_now(lang)}
                    </Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}

/// Stands where an agent would write, while the person wants no messages.
#[component]
pub fn WritingClosed(name: Memo<String>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="composer">
            <Callout tone=Tone::Warning>
                <b class="block font-semibold">{move || text::closed(lang, &name.get())}</b>
                {text::closed_body(lang)}
            </Callout>
        </div>
    }
}
