//! Seeing the message on a phone of one's own before anybody else gets it.

use super::{api::TryCampaign, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::CampaignId;
use leptos::{form::ActionForm, prelude::*};

/// The phone that is typed, and what became of the last trial. It outlives the card, which is drawn anew whenever
/// something about the audience or the number changes.
#[derive(Clone, Copy)]
pub struct Trial {
    phone: RwSignal<String>,
    send: ServerAction<TryCampaign>,
}

impl Trial {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { phone: RwSignal::new(String::new()), send: ServerAction::new() }
    }
}

/// Asks for a phone number and sends the message of a saved draft there.
#[component]
pub fn TryOut(id: CampaignId, trial: Trial) -> impl IntoView {
    let lang = use_lang();
    let Trial { phone, send } = trial;
    let answer = send.value();
    let sent = move || {
        answer.get().and_then(Result::ok).map(|conversation| {
            view! {
                <p class="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
                    <Icon glyph=Glyph::CheckCircle class="size-4 shrink-0 text-success-text" />
                    {text::tried(lang)}
                    <TextLink href=format!("/inbox/{conversation}")>{text::see_in_inbox(lang)}</TextLink>
                </p>
            }
        })
    };
    view! {
        <div class="mt-5 border-t pt-4">
            <ActionForm action=send>
                <FormError error=form_error(answer) />
                <input type="hidden" name="id" value=id.to_string() />
                <Field
                    name="phone"
                    id="try-phone"
                    label=text::try_out(lang)
                    hint=text::try_out_hint(lang)
                    error=field_error(answer, "phone")
                    class="max-w-[420px]"
                >
                    <div class="flex gap-2">
                        <Input bind=phone kind="tel" inputmode="tel" autocomplete="tel" placeholder="0812 5550 0142" />
                        <Button submit=true busy=send.pending()>{text::try_now(lang)}</Button>
                    </div>
                </Field>
            </ActionForm>
            <div role="status">{sent}</div>
        </div>
    }
}
