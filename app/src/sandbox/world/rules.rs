//! How the world works: what people do who were not told otherwise, what the network lets pass, and the seed.

use super::{
    super::persona::{Behaviour, BehaviourFields},
    api::{self, SetDefaults, SetPolicy, SetSeed},
    text,
};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::sandbox::{PersonaForm, PolicyForm, WorldRules};
use leptos::{form::ActionForm, prelude::*};

/// Three forms. They are not live: what is typed must not be written over.
#[component]
pub fn Rules() -> impl IntoView {
    let rules = Query::new(|| (), |()| api::open_rules());
    let saved = Callback::new(move |()| rules.refetch());
    let draw = move |WorldRules { seed, defaults, policy }: WorldRules| {
        view! {
            <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-2">
                <DefaultsCard defaults saved />
                <div class="grid content-start gap-[var(--gap)]">
                    <PolicyCard policy saved />
                    <SeedCard seed saved />
                </div>
            </div>
        }
    };
    view! { <Load of=rules view=draw /> }
}

#[component]
fn DefaultsCard(defaults: PersonaForm, saved: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let set = ServerAction::<SetDefaults>::new();
    let answer = set.value();
    follow_up(answer, Some(text::defaults_saved(lang)), saved);
    view! {
        <Card title=text::everybody(lang) class="self-start">
            <p class="mb-4 text-sm text-muted text-pretty">{text::everybody_lead(lang)}</p>
            <ActionForm action=set>
                <FormError error=form_error(answer) />
                <BehaviourFields
                    of=Behaviour::of(defaults)
                    hint=text::answers_hint(lang)
                    error=field_error(answer, "answers")
                />
                <div class="mt-5">
                    <Button variant=Variant::Primary submit=true busy=set.pending()>
                        {super::super::text::save(lang)}
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
}

#[component]
fn PolicyCard(policy: PolicyForm, saved: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let set = ServerAction::<SetPolicy>::new();
    let answer = set.value();
    follow_up(answer, Some(text::limits_saved(lang)), saved);
    let PolicyForm { new_chats_per_day, lock_minutes, messages_per_minute, ban_after, ban_minutes } = policy;
    let number =
        move |name: &'static str, field: &'static str, label: &'static str, hint: &'static str, value: String| {
            view! {
                <Field name label hint error=field_error(answer, field)>
                    <Input inputmode="numeric" autocomplete="off" value />
                </Field>
            }
        };
    let (none, hour) = (text::empty_unlimited(lang), text::empty_hour(lang));
    view! {
        <Card title=text::limits(lang)>
            <p class="mb-4 text-sm text-muted text-pretty">{text::limits_lead(lang)}</p>
            <ActionForm action=set>
                <FormError error=form_error(answer) />
                <div class="grid gap-4 sm:grid-cols-2">
                    {number(
                        "policy[new_chats_per_day]",
                        "new_chats_per_day",
                        text::new_chats_per_day(lang),
                        none,
                        new_chats_per_day,
                    )}
                    {number("policy[lock_minutes]", "lock_minutes", text::lock_minutes(lang), hour, lock_minutes)}
                    {number(
                        "policy[messages_per_minute]",
                        "messages_per_minute",
                        text::messages_per_minute(lang),
                        none,
                        messages_per_minute,
                    )}
                    <div class="max-sm:hidden"></div>
                    {number("policy[ban_after]", "ban_after", text::ban_after(lang), text::empty_never(lang), ban_after)}
                    {number("policy[ban_minutes]", "ban_minutes", text::ban_minutes(lang), hour, ban_minutes)}
                </div>
                <div class="mt-5">
                    <Button submit=true busy=set.pending()>{text::save_limits(lang)}</Button>
                </div>
            </ActionForm>
        </Card>
    }
}

#[component]
fn SeedCard(seed: u64, saved: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let set = ServerAction::<SetSeed>::new();
    let answer = set.value();
    follow_up(answer, Some(text::seed_saved(lang)), saved);
    view! {
        <Card title=text::seed(lang)>
            <ActionForm action=set>
                <FormError error=form_error(answer) />
                <Field name="seed" label=text::seed_label(lang) hint=text::seed_hint(lang) error=field_error(answer, "seed")>
                    <Input inputmode="numeric" autocomplete="off" value=seed.to_string() />
                </Field>
                <div class="mt-5">
                    <Button submit=true busy=set.pending()>{text::save_seed(lang)}</Button>
                </div>
            </ActionForm>
        </Card>
    }
}
