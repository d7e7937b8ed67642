//! Trouble for every phone, and all that is in force.

use super::{
    super::{
        fault::{FaultFields, FaultLines},
        text as said,
    },
    api::{self, CauseEverywhere, EndEverywhere},
    is_heard, text,
};
use crate::{
    error::{field_error, form_error},
    live::refetch_on,
    ui::*,
};
use domain::sandbox::Fault;
use leptos::{either::Either, form::ActionForm, prelude::*};

/// Throwing trouble and ending it.
#[component]
pub fn Trouble() -> impl IntoView {
    let faults = Query::new(|| (), |()| api::open_faults());
    // A counted fault is used up by what sessions do.
    refetch_on(faults, is_heard);
    let thrown = Callback::new(move |()| faults.refetch());
    view! {
        <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_372px]">
            <ThrowCard thrown />
            <InForceCard faults />
        </div>
    }
}

#[component]
fn ThrowCard(thrown: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let cause = ServerAction::<CauseEverywhere>::new();
    let answer = cause.value();
    follow_up(answer, Some(said::thrown(lang)), thrown);
    view! {
        <Card title=text::throw_at_all(lang) class="self-start">
            <p class="mb-4 text-sm text-muted text-pretty">{text::throw_lead(lang)}</p>
            <ActionForm action=cause>
                <FormError error=form_error(answer) />
                <FaultFields error=move |field| field_error(answer, field) />
                <div class="mt-5">
                    <Button variant=Variant::Primary submit=true glyph=Glyph::Bolt busy=cause.pending()>
                        {text::throw_it(lang)}
                    </Button>
                </div>
            </ActionForm>
        </Card>
    }
}

#[component]
fn InForceCard(faults: Query<Vec<Fault>>) -> impl IntoView {
    let lang = use_lang();
    let end = ServerAction::<EndEverywhere>::new();
    follow_up(end.value(), Some(said::ended(lang)), Callback::new(move |()| faults.refetch()));
    let draw = move |faults: Vec<Fault>| {
        if faults.is_empty() {
            return Either::Left(view! { <p class="text-sm text-muted">{text::no_trouble(lang)}</p> });
        }
        Either::Right(view! {
            <FaultLines faults of_all=true />
            <ActionForm action=end attr:class="mt-3">
                <Button small=true submit=true busy=end.pending()>{said::end_all(lang)}</Button>
            </ActionForm>
        })
    };
    view! {
        <Card title=said::in_force(lang) class="self-start">
            <Load of=faults view=draw />
        </Card>
    }
}
