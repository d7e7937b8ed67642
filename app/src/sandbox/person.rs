//! Who a simulated person is, which operators change for every number.

use super::{text, world::api::SetPerson};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::sandbox::PersonForm;
use leptos::{form::ActionForm, prelude::*};

/// Open while there is somebody to change.
#[component]
pub fn PersonDialog(
    /// E.164.
    person: String,
    name: Memo<String>,
    changing: RwSignal<Option<PersonForm>>,
    changed: Callback<()>,
) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let set = ServerAction::<SetPerson>::new();
    let answer = set.value();
    let own_name = RwSignal::new(String::new());
    let [on_whatsapp, shows_picture] = [(); 2].map(|()| RwSignal::new(false));
    let open = open_about(changing, move |person: PersonForm| {
        set.clear();
        own_name.set(person.name);
        on_whatsapp.set(person.on_whatsapp);
        shows_picture.set(person.shows_picture);
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::person_saved(lang));
            changed.run(());
        }
    });
    let person = StoredValue::new(person);
    let title = Signal::derive(move || text::who_is(lang, &name.get()));
    view! {
        <Dialog open title>
            <p class="mb-4 text-sm text-muted text-pretty">{text::person_lead(lang)}</p>
            <ActionForm action=set>
                <FormError error=form_error(answer) />
                <input type="hidden" name="person" value=person.get_value() />
                <Field name="profile[name]" label=text::name(lang) error=field_error(answer, "name")>
                    <Input bind=own_name autofocus=true maxlength=25u32 />
                </Field>
                <div class="mt-4 grid gap-3">
                    <Checkbox name="profile[on_whatsapp]" bind=on_whatsapp>{text::on_whatsapp(lang)}</Checkbox>
                    <div>
                        <Checkbox name="profile[shows_picture]" bind=shows_picture hint=text::shows_picture_hint(lang)>
                            {text::shows_picture(lang)}
                        </Checkbox>
                    </div>
                </div>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=set.pending()>{text::save_person(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}
