//! The page of all numbers.

use super::{
    api::{self, AddSandboxNumber},
    card::NumberCard,
    rename::RenameDialog,
    text,
};
use crate::{
    error::{field_error, form_error},
    layout::may,
    live::refetch_on,
    ui::*,
};
use domain::{Event, Permission, number::NumberView};
use leptos::{either::Either, form::ActionForm, prelude::*};

/// `/numbers`
#[component]
pub fn NumbersPage() -> impl IntoView {
    let lang = use_lang();
    let numbers = Query::new(|| (), |()| api::list_numbers());
    // What waits and what was sent change with campaigns and conversations.
    refetch_on(numbers, |event| {
        matches!(
            event,
            Event::NumberChanged(_) | Event::CampaignChanged(_) | Event::ConversationChanged(_) | Event::Resync
        )
    });
    let (adding, label) = (RwSignal::new(false), RwSignal::new(String::new()));
    let renaming = RwSignal::new(None::<NumberView>);
    let suggestion = RwSignal::new(String::new());
    // The name stands in its field before the dialog opens: a field keeps what it begins with.
    let add = Callback::new(move |()| {
        label.set(suggestion.get_untracked());
        adding.set(true);
    });
    let actions = slot(move || may(Permission::NumberWrite).then(|| view! { <Ways add /> }));
    let on_rename = Callback::new(move |number| renaming.set(Some(number)));
    let draw = move |numbers: Vec<NumberView>| {
        suggestion.set(free_label(&numbers));
        if numbers.is_empty() {
            return Either::Left(view! { <NoNumbers add /> });
        }
        let ready = numbers.iter().filter(|number| number.state.may_send()).count();
        let count = text::lead_count(lang, numbers.len(), ready);
        let cards = numbers.into_iter().map(|number| view! { <NumberCard number on_rename /> }).collect_view();
        Either::Right(view! {
            <p class="mb-3 text-sm text-muted">{count}</p>
            <div class="grid grid-cols-1 gap-[var(--gap)] md:grid-cols-2 xl:grid-cols-3">{cards}</div>
        })
    };
    view! {
        <PageHead title=text::title(lang) lead=text::lead(lang) actions />
        <Load of=numbers view=draw />
        <AddSandboxDialog open=adding label added=Callback::new(move |()| numbers.refetch()) />
        <RenameDialog renaming renamed=Callback::new(move |()| numbers.refetch()) />
    }
}

/// The two ways to a number.
#[component]
fn Ways(add: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Button glyph=Glyph::Flask class="js-only" on:click=move |_| add.run(())>{text::add_sandbox(lang)}</Button>
        <ButtonLink href="/numbers/link" variant=Variant::Primary glyph=Glyph::QrCode>{text::link_with_qr(lang)}</ButtonLink>
    }
}

#[component]
fn NoNumbers(add: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let action = slot(move || {
        may(Permission::NumberWrite).then(|| {
            view! {
                <Button glyph=Glyph::Flask class="js-only" on:click=move |_| add.run(())>
                    {text::add_sandbox(lang)}
                </Button>
            }
        })
    });
    view! { <Card><EmptyState glyph=Glyph::Phone title=text::none(lang) body=text::none_body(lang) action /></Card> }
}

#[component]
fn AddSandboxDialog(open: RwSignal<bool>, label: RwSignal<String>, added: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let add = ServerAction::<AddSandboxNumber>::new();
    let answer = add.value();
    Effect::new(move |_| {
        if open.get() {
            add.clear();
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(_)) = answer.get() {
            open.set(false);
            toasts.say(text::added(lang, label.get_untracked().trim()));
            added.run(());
        }
    });
    view! {
        <Dialog open title=text::add_sandbox(lang)>
            <p class="mb-4 text-sm text-muted text-pretty">{text::add_sandbox_lead(lang)}</p>
            <ActionForm action=add>
                <FormError error=form_error(answer) />
                <Field name="label" label=text::name(lang) hint=text::name_hint(lang) error=field_error(answer, "label")>
                    <Input bind=label required=true autofocus=true maxlength=60u32 />
                </Field>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=add.pending()>{text::add(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}

/// "Sandbox", or the first of "Sandbox 2", "Sandbox 3" … that no number has.
pub fn free_label(numbers: &[NumberView]) -> String {
    let taken = |label: &str| numbers.iter().any(|number| number.label.eq_ignore_ascii_case(label));
    std::iter::once("Sandbox".to_owned())
        .chain((2..).map(|n| format!("Sandbox {n}")))
        .find(|label| !taken(label))
        .unwrap_or_default()
}
