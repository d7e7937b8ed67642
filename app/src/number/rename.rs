//! Giving a number another name.

use super::{api::RenameNumber, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::number::NumberView;
use leptos::{form::ActionForm, prelude::*};

/// Open while there is a number to rename.
#[component]
pub fn RenameDialog(renaming: RwSignal<Option<NumberView>>, renamed: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let rename = ServerAction::<RenameNumber>::new();
    let answer = rename.value();
    let label = RwSignal::new(String::new());
    let open = open_about(renaming, move |number: NumberView| {
        rename.clear();
        label.set(number.label);
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::renamed(lang, label.get_untracked().trim()));
            renamed.run(());
        }
    });
    let id = move || renaming.with(|number| number.as_ref().map(|number| number.id.to_string()));
    view! {
        <Dialog open title=text::rename(lang)>
            <ActionForm action=rename>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=id />
                <Field name="label" label=text::name(lang) hint=text::name_hint(lang) error=field_error(answer, "label")>
                    <Input bind=label required=true autofocus=true maxlength=60u32 />
                </Field>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=rename.pending()>{text::save(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}
