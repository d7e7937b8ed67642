//! The last step: what will happen, and the button that makes it happen.

use super::{
    api::{self, DraftReview, SaveDraft, StartCampaign},
    file::FileInMessage,
    schedule::ScheduleCard,
    step::{Draft, OtherFields, Step, StepFoot},
    text,
    try_out::{Trial, TryOut},
};
use crate::{
    error::form_error,
    format::{self, Zone},
    layout::{may, use_now, use_viewer, use_zone},
    live::refetch_on,
    number::{StateBadge, why_it_waits},
    ui::*,
};
use domain::{
    Event, Field, Lang, Millis, Permission, Template,
    campaign::{CampaignFile, render, words_problem},
    contact::ContactView,
    number::{Network, NumberView, allowance::Forecast},
};
use leptos::{
    either::{Either, EitherOf3},
    form::ActionForm,
    prelude::*,
};

/// The review step of the wizard.
#[component]
pub fn ReviewStep(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let (save, start) = (ServerAction::<SaveDraft>::new(), ServerAction::<StartCampaign>::new());
    let trial = Trial::new();
    let asked = move || (draft.id, draft.audience.get(), draft.number.with(|number| number.parse().ok()));
    let review = Query::new(asked, |(id, audience, number)| api::review_draft(id, audience, number));
    refetch_on(review, |event| {
        matches!(event, Event::NumberChanged(_) | Event::ContactChanged(_) | Event::ImportChanged(_) | Event::Resync)
    });
    let draw = move |review: DraftReview| view! { <Reviewed draft review save start trial /> };
    view! {
        <PageHead title=text::review_question(lang) lead=text::review_lead(lang) />
        <Load of=review view=draw />
    }
}

#[component]
fn Reviewed(
    draft: Draft,
    review: DraftReview,
    save: ServerAction<SaveDraft>,
    start: ServerAction<StartCampaign>,
    trial: Trial,
) -> impl IntoView {
    let lang = use_lang();
    let count = review.count;
    let number = review.numbers.into_iter().find(|number| number.id.to_string() == draft.number.get_untracked());
    let template = draft.message.with_untracked(|source| Template::parse(source).ok());
    let wordings = template.as_ref().map_or(0, Template::variant_count);
    let missing = missing(lang, use_zone(), use_now().get_untracked(), draft, count.people, review.file.as_ref());
    let ready = missing.is_empty();
    let can_try = number.is_some() && missing.iter().all(|(step, _)| *step != Step::Message);
    let chosen = !draft.audience.with_untracked(String::is_empty);
    let (people, left_out) = if chosen { (count.people, count.left_out) } else { (0, 0) };
    view! {
        <FormError error=form_error(start.value()) />
        {(!ready).then(|| view! { <StillMissing draft missing /> })}
        <Figures label=text::in_figures(lang) class="mb-[var(--gap)]">
            <Figure label=text::people(lang) value=people part=Part::Accent of=Signal::stored(people + left_out) />
            <Figure label=text::people_left_out(lang) value=left_out part=Part::Queued of=Signal::stored(people + left_out) />
            <Figure label=text::wordings_figure(lang) value=wordings part=Part::Warning />
        </Figures>
        <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_340px]">
            {template.map(|template| view! { <TextFor draft template person=review.person file=review.file trial=can_try.then_some(trial) /> })}
            <div class="space-y-[var(--gap)]">
                {number.map(|number| view! { <NumberCard draft number people strangers=review.strangers /> })}
                <ScheduleCard draft />
                {(left_out > 0).then(|| view! { <NotGetting n=left_out /> })}
            </div>
        </div>
        // Not a box of its own: the foot stays in sight along the whole page.
        <ActionForm action=start attr:class="contents">
            <OtherFields draft step=Step::Review />
            <StepFoot draft step=Step::Review save>
                <StartButton draft start ready people />
            </StepFoot>
        </ActionForm>
    }
}

/// What is missing, and the step where it is mended.
fn missing(
    lang: Lang,
    zone: Zone,
    now: Millis,
    draft: Draft,
    people: u64,
    file: Option<&CampaignFile>,
) -> Vec<(Step, &'static str)> {
    let mut missing = Vec::new();
    if draft.number.with_untracked(String::is_empty) {
        missing.push((Step::Number, text::missing_number(lang)));
    }
    let problem = draft.message.with_untracked(|source| match words_problem(source, file.map(|file| file.kind)) {
        Some(Field::WordsWithSound) => Some(text::sound_and_words(lang)),
        Some(_) => Some(text::missing_message(lang)),
        None => Template::parse(source).is_err().then(|| text::mistake_in_message(lang)),
    });
    missing.extend(problem.map(|words| (Step::Message, words)));
    if draft.audience.with_untracked(String::is_empty) {
        missing.push((Step::Audience, text::missing_audience(lang)));
    } else if people == 0 {
        missing.push((Step::Audience, text::nobody_to_write_to(lang)));
    }
    if untrack(|| draft.when.form().parse()).map_or(true, |schedule| !schedule.problems(zone, now).is_empty()) {
        missing.push((Step::Schedule, text::missing_time(lang)));
    }
    missing
}

#[component]
fn StillMissing(draft: Draft, missing: Vec<(Step, &'static str)>) -> impl IntoView {
    let lang = use_lang();
    let item = move |(step, words): (Step, &'static str)| {
        view! {
            <li>
                {match draft.id {
                    Some(id) => Either::Left(view! { <TextLink href=step.address(id)>{words}</TextLink> }),
                    None => Either::Right(words),
                }}
            </li>
        }
    };
    view! {
        <div id="still-missing" tabindex="-1" class="mb-[var(--gap)]">
            <Callout tone=Tone::Warning title=text::still_missing(lang)>
                <ul class="mt-1 list-disc pl-4">{missing.into_iter().map(item).collect_view()}</ul>
            </Callout>
        </div>
    }
}

/// The message for one real person, word for word as it will be sent.
#[component]
fn TextFor(
    draft: Draft,
    template: Template,
    person: Option<ContactView>,
    file: Option<CampaignFile>,
    /// Where the message can be sent to a phone first.
    trial: Option<Trial>,
) -> impl IntoView {
    let lang = use_lang();
    let name = person.as_ref().map_or_else(|| text::a_contact(lang).to_owned(), ContactView::display_name);
    let words = render(&template, use_viewer().tenant, draft.id, person.as_ref(), 0).text;
    let actions = slot(move || {
        draft.id.map(|id| view! { <TextLink href=Step::Message.address(id)>{text::edit(lang)}</TextLink> })
    });
    view! {
        <Card title=text::text_for(lang, &name) actions>
            <div class="w-fit max-w-[520px] rounded-[14px] rounded-br-[4px] bg-bubble-out px-3.5 py-2.5">
                {file.map(|file| view! { <FileInMessage file /> })}
                <div data-testid="preview-text"><MarkedText text=words /></div>
            </div>
            {person.is_some().then(|| view! { <p class="hint">{text::exactly(lang)}</p> })}
            {draft
                .id
                .zip(trial.filter(|_| may(Permission::CampaignSend)))
                .map(|(id, trial)| view! { <TryOut id trial /> })}
        </Card>
    }
}

/// How many go today and when the last one goes, by the number's budget and pace and by what the network says.
fn forecast(
    lang: Lang,
    zone: Zone,
    now: Millis,
    start: Millis,
    number: &NumberView,
    people: u64,
    strangers: u64,
) -> String {
    let (low, high) = number.network.gap_ms();
    let begin = number.held_until.map_or(start, |until| until.max(start));
    let is_today = zone.day(begin) == zone.day(now);
    // What waits already goes first. On another day nothing is used up yet.
    let (ahead, used) = (number.queued, if is_today { number.new_chats } else { 0 });
    let allowance = number.allowance();
    let Forecast { today, done_at } =
        allowance.forecast(people + ahead, strangers, used, (low + high) / 2, zone, begin);
    let moment = |at| format::moment_within(lang, zone, at, now);
    let today = if is_today { today.saturating_sub(ahead) } else { 0 };
    let over_budget = allowance.left(used, zone, now).is_some_and(|left| strangers > left);
    match done_at {
        None => text::never_done(lang).to_owned(),
        Some(at) if start > now => text::all_from(lang, &moment(begin), &moment(at)),
        Some(at) if at == now => text::all_at_once(lang).to_owned(),
        Some(at) if today == people => text::all_today(lang, &moment(at)),
        Some(at) if over_budget => text::some_over_budget(lang, today, people, &moment(at)),
        Some(at) => text::some_today(lang, today, people, &moment(at)),
    }
}

#[component]
fn NumberCard(draft: Draft, number: NumberView, people: u64, strangers: u64) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    // By everybody's own clock as by this one: most live where the tenant does.
    let begins = untrack(|| draft.when.form().parse()).ok().and_then(|schedule| schedule.start).map(|at| zone.at(at));
    let forecast = (people > 0).then(|| {
        let now = now.get_untracked();
        forecast(lang, zone, now, begins.map_or(now, |at| at.max(now)), &number, people, strangers)
    });
    let why = why_it_waits(lang, zone, now.get_untracked(), &number);
    let phone = number.phone.as_ref().map(|phone| phone.readable()).unwrap_or_default();
    let sandbox = number.network == Network::Sandbox;
    view! {
        <Card title=text::number(lang)>
            <b class="block truncate font-semibold">{number.label.clone()}</b>
            <span class="text-xs text-muted tabular-nums">{phone}</span>
            <div class="mt-2 flex flex-wrap gap-1.5">
                {sandbox.then(|| view! { <Badge tone=Tone::Kunyit glyph=Glyph::Flask>{text::sandbox(lang)}</Badge> })}
                <StateBadge number held=None />
            </div>
            {forecast.map(|words| view! { <p class="mt-3 text-sm text-muted text-pretty">{words}</p> })}
            {why.map(|why| {
                view! {
                    <Callout tone=Tone::Warning title=text::number_waits(lang) class="mt-3">
                        {why}
                        " "
                        {text::number_waits_body(lang)}
                    </Callout>
                }
            })}
        </Card>
    }
}

#[component]
fn NotGetting(n: u64) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Card title=text::not_get(lang, n)>
            <p class="flex items-center gap-2.5 text-sm">
                <Icon glyph=Glyph::Hand class="size-[18px] shrink-0 text-muted" />
                <b class="font-semibold tabular-nums">{crate::format::count(lang, n)}</b>
                {text::opted_out(lang)}
            </p>
        </Card>
    }
}

/// Starts it. While something is missing it can be reached and says why, and leads there.
#[component]
fn StartButton(draft: Draft, start: ServerAction<StartCampaign>, ready: bool, people: u64) -> impl IntoView {
    let lang = use_lang();
    let later = draft.when.when.with_untracked(|when| when == "later");
    let words = if later { text::schedule_it(lang, people) } else { text::start(lang, people) };
    if !may(Permission::CampaignSend) {
        return EitherOf3::A(());
    }
    if ready {
        let glyph = if later { Glyph::Calendar } else { Glyph::Send };
        return EitherOf3::B(view! {
            {(!later)
                .then(|| view! { <p class="text-right text-xs text-muted max-sm:sr-only">{text::take_back_note(lang)}</p> })}
            <Button variant=Variant::Primary submit=true glyph busy=start.pending()>
                {words}
            </Button>
        });
    }
    let to_problem = move |_| {
        use leptos::wasm_bindgen::JsCast;
        let place = document().get_element_by_id("still-missing");
        if let Some(place) = place.and_then(|place| place.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            let _ = place.focus();
        }
    };
    EitherOf3::C(view! {
        <p id="why-not" class="text-right text-xs text-danger-text max-sm:sr-only">{text::start_first(lang)}</p>
        <Button
            variant=Variant::Primary
            glyph=Glyph::Send
            attr:aria-disabled="true"
            attr:aria-describedby="why-not"
            on:click=to_problem
        >
            {words}
        </Button>
    })
}
