//! How a simulated person behaves, and changing it.

use super::{api::SetPersona, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::{NumberId, sandbox::PersonaForm};
use leptos::{form::ActionForm, prelude::*};

/// Open while there is behaviour to change.
#[component]
pub fn PersonaDialog(
    number: NumberId,
    /// E.164.
    person: String,
    name: Memo<String>,
    changing: RwSignal<Option<PersonaForm>>,
    changed: Callback<()>,
) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let set = ServerAction::<SetPersona>::new();
    let answer = set.value();
    let texts = [(); 2].map(|()| RwSignal::new(String::new()));
    let [own_name, answers] = texts;
    let switches = [(); 6].map(|()| RwSignal::new(false));
    let open = open_about(changing, move |persona: PersonaForm| {
        set.clear();
        let PersonaForm { name, on_whatsapp, receives, reads, blocks, hides_number, shows_picture, answers } = persona;
        let set = [on_whatsapp, receives, reads, blocks, hides_number, shows_picture];
        texts.iter().zip([name, answers]).for_each(|(field, text)| field.set(text));
        switches.iter().zip(set).for_each(|(switch, on)| switch.set(on));
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::saved(lang, &name.get_untracked()));
            changed.run(());
        }
    });
    let [on_whatsapp, receives, reads, blocks, hides_number, shows_picture] = switches;
    let person = StoredValue::new(person);
    let title = Signal::derive(move || text::behaviour_of(lang, &name.get()));
    view! {
        <Dialog open title>
            <p class="mb-4 text-sm text-muted text-pretty">{text::behaviour_lead(lang)}</p>
            <ActionForm action=set>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=number.to_string() />
                <input type="hidden" name="person" value=person.get_value() />
                <Field name="persona[name]" label=text::name(lang) error=field_error(answer, "name")>
                    <Input bind=own_name autofocus=true maxlength=25u32 />
                </Field>
                <div class="mt-4 grid gap-3 sm:grid-cols-2">
                    <Checkbox name="persona[on_whatsapp]" bind=on_whatsapp>{text::on_whatsapp(lang)}</Checkbox>
                    <Checkbox name="persona[receives]" bind=receives>{text::receives(lang)}</Checkbox>
                    <Checkbox name="persona[reads]" bind=reads>{text::reads(lang)}</Checkbox>
                    <Checkbox name="persona[blocks]" bind=blocks>{text::blocks(lang)}</Checkbox>
                    <Checkbox name="persona[hides_number]" bind=hides_number>{text::hides_number(lang)}</Checkbox>
                </div>
                <div class="mt-3">
                    <Checkbox name="persona[shows_picture]" bind=shows_picture hint=text::shows_picture_hint(lang)>
                        {text::shows_picture(lang)}
                    </Checkbox>
                </div>
                <Field
                    name="persona[answers]"
                    label=text::answers(lang)
                    hint=text::answers_hint(lang)
                    error=field_error(answer, "answers")
                    class="mt-4"
                >
                    <Textarea bind=answers rows=4 placeholder=text::answers_example(lang) />
                </Field>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=set.pending()>{text::save(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}
