//! Greeting first: a conversation with any number, saved or not.

use super::{
    api::{self, StartConversation},
    text,
};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use leptos::{either::Either, form::ActionForm, prelude::*};

/// The dialog that asks from which number and to whom.
#[component]
pub fn StartDialog(open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let start = ServerAction::<StartConversation>::new();
    Effect::new(move |_| {
        if matches!(start.value().get(), Some(Ok(_))) {
            open.set(false);
        }
    });
    view! {
        <Dialog open title=text::new_conversation(lang).to_owned()>
            <StartForm open start />
        </Dialog>
    }
}

#[component]
fn StartForm(open: RwSignal<bool>, start: ServerAction<StartConversation>) -> impl IntoView {
    let lang = use_lang();
    let numbers = Query::new(|| (), |()| api::writing_numbers());
    // What was said about an earlier try is not about this one.
    start.clear();
    let answer = start.value();
    view! {
        <Load
            of=numbers
            view=move |numbers| {
                if numbers.is_empty() {
                    let action = slot(move || {
                        view! { <ButtonLink href="/numbers" variant=Variant::Primary>{text::to_numbers(lang)}</ButtonLink> }
                    });
                    return Either::Left(
                        view! {
                            <EmptyState
                                glyph=Glyph::Phone
                                title=text::no_number(lang)
                                body=text::no_number_body(lang)
                                action
                            />
                        },
                    );
                }
                let options = numbers.into_iter().map(|number| (number.id.to_string(), number.label)).collect::<Vec<_>>();
                let first = options.first().map(|(id, _)| id.clone()).unwrap_or_default();
                Either::Right(
                    view! {
                        <ActionForm action=start>
                            <FormError error=form_error(answer) />
                            <div class="space-y-4">
                                <Field
                                    name="phone"
                                    id="start-phone"
                                    label=text::to_phone(lang)
                                    hint=text::to_phone_hint(lang)
                                    error=field_error(answer, "phone")
                                >
                                    <Input kind="tel" inputmode="tel" autocomplete="off" autofocus=true />
                                </Field>
                                <Field
                                    name="number"
                                    id="start-number"
                                    label=text::from_number(lang)
                                    error=field_error(answer, "number")
                                >
                                    <Select options value=first />
                                </Field>
                            </div>
                            <DialogActions>
                                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                                <Button variant=Variant::Primary submit=true busy=start.pending()>
                                    {text::start(lang)}
                                </Button>
                            </DialogActions>
                        </ActionForm>
                    },
                )
            }
        />
    }
}
