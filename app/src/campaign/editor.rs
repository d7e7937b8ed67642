//! The wizard: number, message, audience, review. Every step is an address and saves the draft.

use super::{
    api::{self, SaveDraft, audience_word},
    message::MessageStep,
    review::ReviewStep,
    schedule::ScheduleStep,
    step::{Choice, Draft, NextButton, OtherFields, Step, StepFoot, StepsBar},
    text,
};
use crate::{
    error::{ApiError, field_error, form_error},
    format,
    layout::{may, use_now, use_zone},
    live::refetch_on,
    number::{StateBadge, api as number_api},
    ui::*,
};
use domain::{
    CampaignId, Error, Event, Permission,
    campaign::{Audience, CampaignStatus, CampaignView},
    contact::import::ImportView,
    number::{Network, NumberView},
};
use leptos::{
    either::{Either, EitherOf5},
    form::ActionForm,
    prelude::*,
};
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/campaigns/new?number=…&audience=…`
#[component]
pub fn NewPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    if !may(Permission::CampaignWrite) {
        let error = ApiError::from(Error::Forbidden(Permission::CampaignWrite));
        return Either::Left(view! { <ErrorState error /> });
    }
    let draft = Draft::new(query.get("number").unwrap_or_default(), query.get("audience").unwrap_or_default());
    Either::Right(view! { <Wizard draft /> })
}

/// `/campaigns/{id}/edit?step=…`
#[component]
pub fn EditPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<CampaignId>().ok()));
    let draw = move |campaign: CampaignView| {
        if campaign.status == CampaignStatus::Draft {
            Either::Left(view! { <Wizard draft=Draft::of(&campaign) /> })
        } else {
            Either::Right(view! { <NotADraft id=campaign.id /> })
        }
    };
    move || match id.get() {
        Some(id) => {
            let campaign = Query::new(move || id, api::get_campaign);
            Either::Left(view! { <Load of=campaign view=draw /> })
        }
        None => Either::Right(view! { <ErrorState error=ApiError::from(Error::NotFound) /> }),
    }
}

#[component]
fn NotADraft(id: CampaignId) -> impl IntoView {
    let lang = use_lang();
    let action = slot(move || {
        view! {
            <ButtonLink href=format!("/campaigns/{id}") variant=Variant::Primary>
                {text::see_campaign(lang)}
            </ButtonLink>
        }
    });
    view! {
        <PageHead title=text::title(lang) />
        <Card>
            <EmptyState
                glyph=Glyph::Megaphone
                title=text::not_a_draft(lang)
                body=text::not_a_draft_body(lang)
                action
            />
        </Card>
    }
}

/// The present step of a draft.
#[component]
fn Wizard(draft: Draft) -> impl IntoView {
    let query = use_query_map();
    let step = Memo::new(move |_| match draft.id {
        Some(_) => Step::of(&query.with(|query| query.get("step").unwrap_or_default())),
        None => Step::Number,
    });
    view! {
        <StepsBar draft current=step />
        {move || match step.get() {
            Step::Number => EitherOf5::A(view! { <NumberStep draft /> }),
            Step::Message => EitherOf5::B(view! { <MessageStep draft /> }),
            Step::Audience => EitherOf5::C(view! { <AudienceStep draft /> }),
            Step::Schedule => EitherOf5::D(view! { <ScheduleStep draft /> }),
            Step::Review => EitherOf5::E(view! { <ReviewStep draft /> }),
        }}
    }
}

#[component]
fn NumberStep(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<SaveDraft>::new();
    let answer = save.value();
    let numbers = Query::new(|| (), |()| number_api::list_numbers());
    refetch_on(numbers, |event| matches!(event, Event::NumberChanged(_) | Event::Resync));
    let choices = move |numbers: Vec<NumberView>| {
        if numbers.is_empty() {
            return Either::Left(view! { <NoNumbers /> });
        }
        // Nothing to choose where there is only one.
        if let ([only], true) = (numbers.as_slice(), draft.number.with_untracked(String::is_empty)) {
            draft.number.set(only.id.to_string());
        }
        let choice = |number: NumberView| view! { <NumberChoice draft number /> };
        Either::Right(view! {
            <div class="grid gap-3 md:grid-cols-2">{numbers.into_iter().map(choice).collect_view()}</div>
        })
    };
    view! {
        <PageHead title=text::number_question(lang) lead=text::number_lead(lang) />
        <ActionForm action=save>
            <FormError error=form_error(answer) />
            <OtherFields draft step=Step::Number />
            <Field
                name="name"
                label=text::name(lang)
                hint=text::name_hint(lang)
                error=field_error(answer, "name")
                class="mb-6 max-w-[420px]"
            >
                <Input bind=draft.name required=true maxlength=100u32 placeholder=text::name_example(lang) />
            </Field>
            <fieldset>
                <legend class="label">{text::choose_number(lang)}</legend>
                <Load of=numbers view=choices />
            </fieldset>
            <StepFoot draft step=Step::Number save>
                <NextButton step=Step::Number save />
            </StepFoot>
        </ActionForm>
    }
}

#[component]
fn NumberChoice(draft: Draft, number: NumberView) -> impl IntoView {
    let lang = use_lang();
    let phone = number.phone.as_ref().map(|phone| phone.readable()).unwrap_or_default();
    let (id, title, sandbox) = (number.id.to_string(), number.label.clone(), number.network == Network::Sandbox);
    let aside = slot(move || {
        view! {
            <span class="flex flex-wrap gap-1.5">
                {sandbox.then(|| view! { <Badge tone=Tone::Kunyit glyph=Glyph::Flask>{text::sandbox(lang)}</Badge> })}
                <StateBadge number held=None />
            </span>
        }
    });
    view! { <Choice name="number" value=id bind=draft.number title body=phone aside /> }
}

#[component]
fn NoNumbers() -> impl IntoView {
    let lang = use_lang();
    let action = slot(move || view! { <ButtonLink href="/numbers">{text::to_numbers(lang)}</ButtonLink> });
    view! {
        <div class="card">
            <EmptyState glyph=Glyph::Phone title=text::no_numbers(lang) body=text::no_numbers_body(lang) action />
        </div>
    }
}

#[component]
fn AudienceStep(draft: Draft) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let save = ServerAction::<SaveDraft>::new();
    let answer = save.value();
    let files = Query::new(|| (), |()| api::list_files());
    let file = move |file: ImportView| {
        let at = format::moment(lang, zone, file.created_at, now.get_untracked());
        let body = text::file_body(lang, file.counts.imported, &at);
        view! { <Choice name="audience" value=file.id.to_string() bind=draft.audience title=file.file_name body /> }
    };
    let unreached = draft.unreached.get_value().map(|(of, name)| {
        let value = audience_word(Some(Audience::Unreached(of)));
        let (title, body) = (text::unreached_of(lang, &name), text::unreached_body(lang));
        (value, title, body)
    });
    let choices = move |files: Vec<ImportView>| {
        let unreached = unreached.clone().map(|(value, title, body)| {
            view! { <Choice name="audience" value bind=draft.audience title body /> }
        });
        view! {
            <div class="grid gap-3 md:grid-cols-2">
                {unreached}
                <Choice
                    name="audience"
                    value="everyone"
                    bind=draft.audience
                    title=text::everyone(lang)
                    body=text::everyone_body(lang)
                />
                {files.into_iter().map(file).collect_view()}
            </div>
        }
    };
    view! {
        <PageHead title=text::audience_question(lang) lead=text::audience_lead(lang) />
        <ActionForm action=save>
            <FormError error=form_error(answer) />
            <OtherFields draft step=Step::Audience />
            <fieldset>
                <legend class="label">{text::audience(lang)}</legend>
                <Load of=files view=choices />
                <FieldError id="audience-error" error=field_error(answer, "audience") />
            </fieldset>
            <AudienceCount draft />
            <p class="mt-4 text-sm">
                <TextLink href="/contacts/import">{text::import_contacts(lang)}</TextLink>
            </p>
            <StepFoot draft step=Step::Audience save>
                <NextButton step=Step::Audience save />
            </StepFoot>
        </ActionForm>
    }
}

/// How many that are, as one chooses.
#[component]
fn AudienceCount(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let count = Query::new(move || draft.audience.get(), api::count_audience);
    refetch_on(count, |event| matches!(event, Event::ImportChanged(_) | Event::ContactChanged(_) | Event::Resync));
    let draw = move |count: api::AudienceCount| {
        if draft.audience.with_untracked(String::is_empty) {
            return Either::Left(view! { <span class="text-muted">{text::choose_audience(lang)}</span> });
        }
        let left_out = match count.left_out {
            0 => text::nobody_left_out(lang).to_owned(),
            n => text::left_out(lang, n),
        };
        Either::Right(view! {
            <b class="text-lg font-bold tracking-[-0.02em]">{text::will_get(lang, count.people)}</b>
            <span class="text-sm text-muted">{left_out}</span>
        })
    };
    view! {
        <div class="well mt-5 flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3" role="status">
            <Load of=count view=draw />
        </div>
    }
}
