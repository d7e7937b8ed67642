//! The words that end messages, and what is answered.

use super::{
    api::{self, ChangeSetting},
    text,
};
use crate::{
    error::{field_error, form_error},
    layout::may,
    ui::*,
};
use domain::{
    Permission,
    consent::{ConsentForm, Wish, own_words},
};
use leptos::{form::ActionForm, prelude::*};

/// What is understood and answered; whoever may not change it sees it.
#[component]
pub fn SettingCard() -> impl IntoView {
    let setting = Query::new(|| (), |()| api::open_setting());
    view! { <Load of=setting view=move |setting| view! { <SettingForm setting /> } /> }
}

#[component]
fn SettingForm(setting: ConsentForm) -> impl IntoView {
    let lang = use_lang();
    let change = ServerAction::<ChangeSetting>::new();
    let answer = change.value();
    follow_up(answer, Some(text::saved(lang)), Callback::new(|()| ()));
    let ConsentForm { out_words, in_words, out_answer, in_answer, answers } = setting;
    let (out_words, in_words) = (RwSignal::new(out_words), RwSignal::new(in_words));
    let (out_answer, in_answer) = (RwSignal::new(out_answer), RwSignal::new(in_answer));
    let answers = RwSignal::new(answers);
    view! {
        <Card title=text::understanding(lang) class="self-start">
            <ActionForm action=change>
                <fieldset disabled=!may(Permission::ContactWrite)>
                    <p class="mb-4 text-sm text-muted text-pretty">{text::understood(lang)}</p>
                    <FormError error=form_error(answer) />
                    <div class="space-y-4">
                        <Field
                            name="setting[out_words]"
                            label=text::out_words(lang)
                            hint=text::words_hint(lang)
                            error=field_error(answer, "out_words")
                        >
                            <Textarea bind=out_words rows=2 />
                        </Field>
                        <Field
                            name="setting[in_words]"
                            label=text::in_words(lang)
                            error=field_error(answer, "in_words")
                        >
                            <Textarea bind=in_words rows=2 />
                        </Field>
                    </div>
                    <h3 class="mt-6 mb-3">{text::answering(lang)}</h3>
                    <Checkbox name="setting[answers]" bind=answers>{text::answers(lang)}</Checkbox>
                    <div class="mt-4 space-y-4">
                        <Field
                            name="setting[out_answer]"
                            label=text::out_answer(lang)
                            hint=text::answer_hint(lang)
                            error=field_error(answer, "out_answer")
                        >
                            <Textarea bind=out_answer rows=3 placeholder=own_words(Wish::OptOut, lang) />
                        </Field>
                        <Field
                            name="setting[in_answer]"
                            label=text::in_answer(lang)
                            error=field_error(answer, "in_answer")
                        >
                            <Textarea bind=in_answer rows=3 placeholder=own_words(Wish::OptIn, lang) />
                        </Field>
                    </div>
                    {may(Permission::ContactWrite)
                        .then(|| {
                            view! {
                                <div class="mt-5">
                                    <Button variant=Variant::Primary submit=true busy=change.pending()>
                                        {text::save(lang)}
                                    </Button>
                                </div>
                            }
                        })}
                </fieldset>
            </ActionForm>
        </Card>
    }
}
