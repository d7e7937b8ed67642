//! A new, empty world.

use super::{api::ResetWorld, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::sandbox::RESET_WORD;
use leptos::{form::ActionForm, prelude::*};

/// Says what goes, and asks for a word.
#[component]
pub fn ResetCard(changed: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let reset = ServerAction::<ResetWorld>::new();
    let answer = reset.value();
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            typed.set(String::new());
            toasts.say(text::was_reset(lang));
            changed.run(());
        }
    });
    view! {
        <Card title=text::start_over(lang) class="mt-[var(--gap)]">
            <p class="text-sm text-muted text-pretty">{text::reset_lead(lang)}</p>
            <Callout tone=Tone::Warning class="mt-4">{text::reset_links(lang)}</Callout>
            <ActionForm action=reset attr:class="mt-4">
                <FormError error=form_error(answer) />
                <div class="flex flex-wrap items-start gap-3">
                    <Field
                        name="word"
                        label=text::type_word(lang, RESET_WORD)
                        error=field_error(answer, "word")
                        class="w-full max-w-xs"
                    >
                        <Input bind=typed autocomplete="off" maxlength=20u32 />
                    </Field>
                    <Button
                        variant=Variant::Danger
                        submit=true
                        glyph=Glyph::Trash
                        busy=reset.pending()
                        class="sm:mt-[26px]"
                    >
                        {text::reset_now(lang)}
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
}
