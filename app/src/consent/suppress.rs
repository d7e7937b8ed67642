//! A pasted list of people who want no messages.

use super::{api::SuppressList, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::consent::{LIST_MAX, Suppressed};
use leptos::{either::Either, form::ActionForm, prelude::*};

/// Asks for the list, and tells what became of it.
#[component]
pub fn SuppressDialog(open: RwSignal<bool>, added: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let suppress = ServerAction::<SuppressList>::new();
    let answer = suppress.value();
    let list = RwSignal::new(String::new());
    Effect::new(move |_| {
        if answer.with(|answer| matches!(answer, Some(Ok(_)))) {
            list.set(String::new());
            added.run(());
        }
    });
    // Opened again, it begins anew.
    Effect::new(move |_| {
        if !open.get() {
            suppress.clear();
        }
    });
    let done = Memo::new(move |_| answer.with(|answer| answer.as_ref().and_then(|answer| answer.clone().ok())));
    let body = move || match done.get() {
        Some(done) => Either::Left(view! { <Done done open /> }),
        None => Either::Right(view! {
            <p class="mb-4 text-sm text-muted text-pretty">{text::list_lead(lang)}</p>
            <ActionForm action=suppress>
                <FormError error=form_error(answer) />
                <Field
                    name="list"
                    label=text::list_label(lang)
                    hint=text::list_hint(lang, LIST_MAX)
                    error=field_error(answer, "list")
                >
                    <Textarea bind=list rows=8 class="tabular-nums" />
                </Field>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=suppress.pending()>{text::add(lang)}</Button>
                </DialogActions>
            </ActionForm>
        }),
    };
    view! { <Dialog open title=text::list_title(lang).to_owned()>{body}</Dialog> }
}

#[component]
fn Done(done: Suppressed, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let wrong = (done.refused > 0).then(|| {
        let line = |line: String| view! { <li class="truncate">{line}</li> };
        view! {
            <p class="mt-3 text-sm">{text::wrong(lang, done.refused)}</p>
            <ul class="mt-1 list-disc pl-5 text-sm text-muted">{done.wrong.into_iter().map(line).collect_view()}</ul>
        }
    });
    view! {
        <div role="status">
            <p class="text-sm font-medium">{text::added(lang, done.added)}</p>
            {(done.already > 0)
                .then(|| view! { <p class="mt-1 text-sm text-muted">{text::already(lang, done.already)}</p> })}
            {wrong}
        </div>
        <DialogActions>
            <Button variant=Variant::Primary on:click=move |_| open.set(false)>{text::close(lang)}</Button>
        </DialogActions>
    }
}
