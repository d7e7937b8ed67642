//! The sign-up page.

use super::{api::SignUp, frame::IdentityFrame, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::identity::PASSWORD_MIN;
use leptos::{form::ActionForm, prelude::*};

/// `/sign-up`
#[component]
pub fn SignUpPage() -> impl IntoView {
    let lang = use_lang();
    let sign_up = ServerAction::<SignUp>::new();
    let answer = sign_up.value();
    view! {
        <IdentityFrame title=text::start(lang) lead=text::start_lead(lang) window_title=text::create(lang)>
            <ActionForm action=sign_up>
                <FormError error=form_error(answer) />
                <div class="space-y-4">
                    <Field name="name" label=text::name(lang) error=field_error(answer, "name")>
                        <Input autocomplete="name" required=true maxlength=100u32 class="!h-11" />
                    </Field>
                    <Field name="tenant" label=text::tenant(lang) error=field_error(answer, "tenant")>
                        <Input autocomplete="organization" required=true maxlength=100u32 class="!h-11" />
                    </Field>
                    <Field name="email" label=text::email(lang) error=field_error(answer, "email")>
                        <Input kind="email" autocomplete="username" required=true class="!h-11" />
                    </Field>
                    <Field
                        name="password"
                        label=text::password(lang)
                        hint=text::password_hint(lang, PASSWORD_MIN)
                        error=field_error(answer, "password")
                    >
                        <PasswordInput autocomplete="new-password" class="!h-11" />
                    </Field>
                    <Button variant=Variant::Primary submit=true busy=sign_up.pending() class="!h-11 w-full !text-base">
                        {text::create(lang)}
                    </Button>
                </div>
            </ActionForm>
            <p class="mt-7 text-center text-sm text-muted">
                {text::have_account(lang)} " " <TextLink href="/sign-in">{text::sign_in(lang)}</TextLink>
            </p>
        </IdentityFrame>
    }
}
