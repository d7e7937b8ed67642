//! A group that the phone makes.

use super::{api::MakeGroup, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::NumberId;
use leptos::{form::ActionForm, prelude::*};

/// Asks what it is called and who is in it.
#[component]
pub fn GroupDialog(number: NumberId, open: RwSignal<bool>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let make = ServerAction::<MakeGroup>::new();
    let answer = make.value();
    let (subject, people) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            toasts.say(text::group_made(lang, &subject.get_untracked()));
            make.clear();
            open.set(false);
            [subject, people].iter().for_each(|field| field.set(String::new()));
        }
    });
    view! {
        <Dialog open title=text::new_group(lang).to_owned()>
            <p class="mb-4 text-sm text-muted text-pretty">{text::new_group_lead(lang)}</p>
            <ActionForm action=make>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=number.to_string() />
                <div class="space-y-4">
                    <Field name="subject" label=text::subject(lang) error=field_error(answer, "subject")>
                        <Input bind=subject autofocus=true maxlength=100u32 />
                    </Field>
                    <Field
                        name="people"
                        label=text::people(lang)
                        hint=text::people_hint(lang)
                        error=field_error(answer, "people")
                    >
                        <Textarea bind=people rows=5 />
                    </Field>
                </div>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=make.pending()>{text::make_group(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}
