//! The sign-in page.

use super::{api::SignIn, frame::IdentityFrame, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;

/// `/sign-in?next=/inbox`
#[component]
pub fn SignInPage() -> impl IntoView {
    let lang = use_lang();
    let sign_in = ServerAction::<SignIn>::new();
    let next = use_query_map().with_untracked(|query| query.get("next").unwrap_or_default());
    let answer = sign_in.value();
    view! {
        <IdentityFrame title=text::welcome_back(lang) lead=text::waiting(lang) window_title=text::sign_in(lang)>
            <ActionForm action=sign_in>
                <FormError error=form_error(answer) />
                <div class="space-y-4">
                    <input type="hidden" name="next" value=next />
                    <Field name="email" label=text::email(lang) error=field_error(answer, "email")>
                        <Input kind="email" autocomplete="username" required=true class="!h-11" />
                    </Field>
                    <Field name="password" label=text::password(lang) error=field_error(answer, "password")>
                        <PasswordInput autocomplete="current-password" class="!h-11" />
                    </Field>
                    <Button variant=Variant::Primary submit=true busy=sign_in.pending() class="!h-11 w-full !text-base">
                        {text::sign_in(lang)}
                    </Button>
                </div>
            </ActionForm>
            <p class="mt-7 text-center text-sm text-muted">
                {text::no_account(lang)} " " <TextLink href="/sign-up">{text::try_without_phone(lang)}</TextLink>
            </p>
        </IdentityFrame>
    }
}
