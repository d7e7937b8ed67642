//! Deleting a number: what goes and what stays, everything as a file first, and the question that its name answers.

use super::{
    api::{self, RemoveNumber},
    text,
};
use crate::{
    error::{field_error, form_error},
    format,
    layout::may,
    live::refetch_on,
    ui::*,
};
use domain::{
    Event, Lang, Permission,
    number::{
        NumberView,
        removal::{COUNTED, Farewell, Removal},
    },
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

/// The last section of a number's page. `asking` opens the dialog.
#[component]
pub fn RemovalCard(number: Memo<NumberView>, asking: RwSignal<Option<NumberView>>) -> impl IntoView {
    let lang = use_lang();
    let id = number.with_untracked(|number| number.id);
    may(Permission::NumberWrite).then(|| {
        let preview = Query::new(move || id, api::preview_removal);
        refetch_on(preview, move |event| match event {
            Event::NumberChanged(changed) => *changed == id,
            Event::Resync => true,
            _ => false,
        });
        // What is decided about is counted anew.
        let ask = move |_| {
            preview.refetch();
            asking.set(Some(number.get_untracked()));
        };
        view! {
            <Card title=text::remove(lang) class="mt-[var(--gap)]">
                <div class="grid grid-cols-1 gap-x-8 gap-y-5 md:grid-cols-2">
                    <Load of=preview view=move |preview| view! { <Goes preview /> } />
                    <Stays />
                </div>
                {move || {
                    let words = farewell(lang, number.with(|number| number.state.farewell()));
                    words.map(|words| view! { <p class="mt-5 text-sm text-muted text-pretty">{words}</p> })
                }}
                <p class="mt-5 text-sm text-muted text-pretty">{text::download_holds(lang)}</p>
                <div class="mt-5 flex flex-wrap items-center gap-2 border-t pt-4">
                    // A file, and no page of the program that runs in the browser.
                    <ButtonLink href=format!("/numbers/{id}/export") glyph=Glyph::Download attr:rel="external">
                        {text::download_first(lang)}
                    </ButtonLink>
                    <Button variant=Variant::DangerQuiet glyph=Glyph::Trash class="js-only" on:click=ask>
                        {text::remove(lang)}
                    </Button>
                </div>
            </Card>
        }
    })
}

/// What goes, counted.
#[component]
fn Goes(preview: Removal) -> impl IntoView {
    let lang = use_lang();
    let lines = goes(lang, &preview).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <div class="min-w-0">
            <h3 class="text-sm font-semibold">{text::what_goes(lang)}</h3>
            <ul class="mt-2 list-disc space-y-1 pl-5 text-sm text-pretty">{lines}</ul>
        </div>
    }
}

#[component]
fn Stays() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="min-w-0">
            <h3 class="text-sm font-semibold">{text::what_stays(lang)}</h3>
            <ul class="mt-2 list-disc space-y-1 pl-5 text-sm text-pretty">
                <li>{text::contacts_stay(lang)}</li>
                <li>{text::campaigns_stay(lang)}</li>
                <li>{text::phone_stays(lang)}</li>
            </ul>
        </div>
    }
}

/// A line for each thing that goes.
fn goes(lang: Lang, preview: &Removal) -> Vec<String> {
    let messages = if preview.messages > COUNTED {
        text::many_messages_go(lang, &format::count(lang, COUNTED))
    } else {
        text::messages_go(lang, preview.messages)
    };
    let mut lines = vec![text::conversations_go(lang, preview.conversations), messages];
    if preview.queued > 0 {
        lines.push(text::queue_goes(lang, preview.queued));
    }
    if preview.campaigns > 0 {
        lines.push(text::campaigns_end(lang, preview.campaigns));
        lines.push(text::unreached(lang, preview.unreached));
    }
    if preview.scheduled > 0 {
        lines.push(text::scheduled_go_back(lang, preview.scheduled));
    }
    lines
}

/// What the network hears of it.
fn farewell(lang: Lang, farewell: Farewell) -> Option<&'static str> {
    match farewell {
        Farewell::Nothing => None,
        Farewell::LogOut => Some(text::logged_out_first(lang)),
        Farewell::Unheard => Some(text::not_reached(lang)),
    }
}

/// Open while there is a number that somebody wants to delete. Stands beside what shows the number, which may be gone
/// before the answer comes.
#[component]
pub fn RemoveDialog(asking: RwSignal<Option<NumberView>>) -> impl IntoView {
    let (lang, toasts, navigate) = (use_lang(), use_toasts(), use_navigate());
    let remove = ServerAction::<RemoveNumber>::new();
    let answer = remove.value();
    let (number, typed) = (RwSignal::new(None::<NumberView>), RwSignal::new(String::new()));
    let open = open_about(asking, move |asked: NumberView| {
        remove.clear();
        typed.set(String::new());
        number.set(Some(asked));
    });
    let label = move || number.with(|number| number.as_ref().map(|number| number.label.clone()).unwrap_or_default());
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::removed(lang, &untrack(label)));
            navigate("/numbers", Default::default());
        }
    });
    let id = move || number.with(|number| number.as_ref().map(|number| number.id.to_string()));
    let unheard = move || {
        let unheard = number.with(|n| n.as_ref().is_some_and(|n| n.state.farewell() == Farewell::Unheard));
        unheard.then(|| view! { <Callout tone=Tone::Warning class="mt-4">{text::not_reached(lang)}</Callout> })
    };
    let title = Signal::derive(move || text::remove_title(lang, &label()));
    view! {
        <Dialog open title>
            <p class="text-sm text-muted text-pretty">{text::remove_body(lang)}</p>
            {unheard}
            <ActionForm action=remove attr:class="mt-4">
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=id />
                <Field
                    name="label"
                    id="field-remove-label"
                    label=text::type_name(lang, &label())
                    error=field_error(answer, "label")
                >
                    <Input bind=typed required=true autofocus=true autocomplete="off" maxlength=60u32 />
                </Field>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::keep_number(lang)}</Button>
                    <Button variant=Variant::Danger submit=true busy=remove.pending()>{text::remove_now(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}

/// In the place of a number that is not there: deleted, or never was.
#[component]
pub fn Gone() -> impl IntoView {
    let lang = use_lang();
    let action = slot(move || {
        view! {
            <ButtonLink href="/numbers" variant=Variant::Primary glyph=Glyph::ArrowLeft>
                {text::back(lang)}
            </ButtonLink>
        }
    });
    view! {
        <Title text=text::gone(lang) />
        <div role="alert">
            <Card>
                <EmptyState glyph=Glyph::Phone title=text::gone(lang) body=text::gone_body(lang) action whole_page=true />
            </Card>
        </div>
    }
}
