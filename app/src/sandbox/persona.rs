//! How a simulated person behaves toward a number, and changing it.

use super::{api::SetPersona, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::{NumberId, sandbox::PersonaForm};
use leptos::{form::ActionForm, prelude::*};

/// What a form about behaviour holds.
#[derive(Clone, Copy)]
pub struct Behaviour {
    receives: RwSignal<bool>,
    reads: RwSignal<bool>,
    replies: RwSignal<bool>,
    blocks: RwSignal<bool>,
    hides_number: RwSignal<bool>,
    answers: RwSignal<String>,
}

impl Behaviour {
    pub fn of(form: PersonaForm) -> Self {
        let PersonaForm { receives, reads, replies, blocks, hides_number, answers } = form;
        Self {
            receives: RwSignal::new(receives),
            reads: RwSignal::new(reads),
            replies: RwSignal::new(replies),
            blocks: RwSignal::new(blocks),
            hides_number: RwSignal::new(hides_number),
            answers: RwSignal::new(answers),
        }
    }

    fn begin(self, form: PersonaForm) {
        let PersonaForm { receives, reads, replies, blocks, hides_number, answers } = form;
        self.receives.set(receives);
        self.reads.set(reads);
        self.replies.set(replies);
        self.blocks.set(blocks);
        self.hides_number.set(hides_number);
        self.answers.set(answers);
    }
}

/// The fields of such a form.
#[component]
pub fn BehaviourFields(
    of: Behaviour,
    /// What it means to have no answers.
    hint: &'static str,
    /// What is wrong with the answers.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let lang = use_lang();
    // Who writes answers wants them given.
    Effect::new(move |before: Option<String>| {
        let answers = of.answers.get();
        if before.is_some_and(|before| before != answers) && !answers.trim().is_empty() {
            of.replies.set(true);
        }
        answers
    });
    view! {
        <div class="grid gap-3 sm:grid-cols-2">
            <Checkbox name="persona[receives]" bind=of.receives>{text::receives(lang)}</Checkbox>
            <Checkbox name="persona[reads]" bind=of.reads>{text::reads(lang)}</Checkbox>
            <Checkbox name="persona[blocks]" bind=of.blocks>{text::blocks(lang)}</Checkbox>
            <Checkbox name="persona[hides_number]" bind=of.hides_number>{text::hides_number(lang)}</Checkbox>
            <Checkbox name="persona[replies]" bind=of.replies>{text::replies_to(lang)}</Checkbox>
        </div>
        <Field name="persona[answers]" label=text::answers(lang) hint error class="mt-4">
            <Textarea bind=of.answers rows=4 placeholder=text::answers_example(lang) />
        </Field>
    }
}

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
    let behaviour = Behaviour::of(PersonaForm::default());
    let open = open_about(changing, move |persona: PersonaForm| {
        set.clear();
        behaviour.begin(persona);
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::saved(lang, &name.get_untracked()));
            changed.run(());
        }
    });
    let person = StoredValue::new(person);
    let title = Signal::derive(move || text::behaviour_of(lang, &name.get()));
    view! {
        <Dialog open title>
            <p class="mb-4 text-sm text-muted text-pretty">{text::behaviour_lead(lang)}</p>
            <ActionForm action=set>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=number.to_string() />
                <input type="hidden" name="person" value=person.get_value() />
                <BehaviourFields
                    of=behaviour
                    hint=text::answers_hint(lang)
                    error=field_error(answer, "answers")
                />
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=set.pending()>{text::save(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}
