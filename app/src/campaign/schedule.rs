//! When a campaign leaves: the step of the wizard, and the words for it everywhere else.

use super::{
    api::{BeginCampaign, CampaignDetail, SaveDraft, TakeBackCampaign},
    step::{Choice, Draft, NextButton, OtherFields, Step, StepFoot},
    text,
};
use crate::{
    error::{field_error, form_error},
    format::{self, Zone},
    layout::{may, use_now, use_zone},
    ui::*,
};
use domain::{
    Lang, Millis, Permission,
    campaign::{CampaignStatus, Clock, Schedule},
    time::{MINUTE_MS, Wall},
};
use leptos::{either::EitherOf3, form::ActionForm, prelude::*};

/// The schedule step of the wizard.
#[component]
pub fn ScheduleStep(draft: Draft) -> impl IntoView {
    let (lang, zone) = (use_lang(), use_zone());
    let save = ServerAction::<SaveDraft>::new();
    let answer = save.value();
    let when = draft.when;
    view! {
        <PageHead title=text::schedule_question(lang) lead=text::schedule_lead(lang, zone.name) />
        <ActionForm action=save>
            <FormError error=form_error(answer) />
            <OtherFields draft step=Step::Schedule />
            <div class="group">
                <fieldset>
                    <legend class="sr-only">{text::schedule_question(lang)}</legend>
                    <div class="grid gap-3 md:grid-cols-2">
                        <Choice
                            name="schedule[when]"
                            value="now"
                            bind=when.when
                            title=text::right_away(lang)
                            body=text::right_away_body(lang)
                        />
                        <Choice
                            name="schedule[when]"
                            value="later"
                            bind=when.when
                            title=text::later(lang)
                            body=text::later_body(lang)
                        />
                    </div>
                </fieldset>
                // By what is chosen, not by our code: it works without JavaScript too.
                <div class="mt-5 space-y-4 group-has-[input[value=now]:checked]:hidden">
                    <Field
                        name="schedule[start]"
                        label=text::starts_at(lang)
                        error=field_error(answer, "start")
                        class="max-w-[260px]"
                    >
                        <Input kind="datetime-local" bind=when.start />
                    </Field>
                    <Checkbox
                        name="schedule[clock]"
                        value=Clock::Recipient.as_str()
                        bind=when.own_clocks
                        hint=text::own_clocks_hint(lang)
                    >
                        {text::own_clocks(lang)}
                    </Checkbox>
                </div>
            </div>
            <Field
                name="schedule[deadline]"
                label=text::deadline(lang)
                hint=text::deadline_hint(lang)
                error=field_error(answer, "deadline")
                class="mt-6 [&_.input]:max-w-[260px]"
            >
                <Input kind="datetime-local" bind=when.deadline />
            </Field>
            <Summary draft />
            <StepFoot draft step=Step::Schedule save>
                <NextButton step=Step::Schedule save />
            </StepFoot>
        </ActionForm>
    }
}

/// What that means, as one chooses.
#[component]
fn Summary(draft: Draft) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let said = move || match draft.when.form().parse() {
        // What is not typed to its end is no mistake yet.
        Err(_) => (text::later(lang).to_owned(), String::new()),
        Ok(schedule) => match schedule.problems(zone, now.get()).first() {
            Some(problem) => (problem.problem.message(lang), String::new()),
            None => sentence(lang, zone, now.get(), &schedule),
        },
    };
    view! {
        <div class="well mt-5 flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3" role="status">
            <b class="text-lg font-bold tracking-[-0.02em]">{move || said().0}</b>
            <span class="text-sm text-muted">{move || said().1}</span>
        </div>
    }
}

/// When it begins, and what else there is to know of that.
pub fn sentence(lang: Lang, zone: Zone, now: Millis, schedule: &Schedule) -> (String, String) {
    let mut more = Vec::new();
    let begins = match schedule.start {
        None => text::starts_soon(lang).to_owned(),
        Some(start) => {
            let first = schedule.begins(zone).unwrap_or(now);
            if schedule.clock == Clock::Recipient {
                more.push(format!("{}.", text::own_clocks(lang)));
                more.push(text::first_of_own_clocks(lang, &format::moment_within(lang, zone, first.max(now), now)));
            } else if first > now {
                more.push(format!("{}.", text::in_time(lang, &format::duration(lang, first.since(now)))));
            }
            text::starts(lang, &wall(lang, zone, start, now))
        }
    };
    if let Some(deadline) = schedule.deadline {
        more.push(format!("{}.", text::until(lang, &wall(lang, zone, deadline, now))));
    }
    (begins, more.join(" "))
}

/// What a clock on the wall will show, within a sentence: "tomorrow 09:00".
fn wall(lang: Lang, zone: Zone, wall: Wall, now: Millis) -> String {
    format::moment_within(lang, zone, zone.at(wall), now)
}

/// It begins by itself, or somebody waits for the clock where they live.
#[component]
pub fn Waiting(detail: Signal<CampaignDetail>, changed: Callback<()>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let starts_at = Memo::new(move |_| detail.with(|d| d.campaign.starts_at));
    let next_due =
        Memo::new(move |_| detail.with(|d| d.next_due.filter(|_| d.campaign.status == CampaignStatus::Running)));
    move || match (starts_at.get(), next_due.get()) {
        (Some(at), _) => EitherOf3::A(view! { <Scheduled detail at changed /> }),
        (None, Some((at, people))) => EitherOf3::B(view! {
            <Callout class="mb-[var(--gap)]">
                {text::next_due(lang, people, &format::moment_within(lang, zone, at, now.get()))}
            </Callout>
        }),
        _ => EitherOf3::C(()),
    }
}

/// What can still be done before it begins. Both are forms, so they work without JavaScript.
#[component]
fn Scheduled(detail: Signal<CampaignDetail>, at: Millis, changed: Callback<()>) -> impl IntoView {
    let (lang, now, zone, toasts) = (use_lang(), use_now(), use_zone(), use_toasts());
    let id = detail.with_untracked(|detail| detail.campaign.id);
    let (begin, take_back) = (ServerAction::<BeginCampaign>::new(), ServerAction::<TakeBackCampaign>::new());
    let (begun, taken_back) = (begin.value(), take_back.value());
    Effect::new(move |_| {
        for answer in [begun.get(), taken_back.get()].into_iter().flatten() {
            if let Err(error) = answer {
                toasts.complain(error.message(lang));
            }
            changed.run(());
        }
    });
    let soon = is_about_to_start(at, now.get_untracked());
    let words = move || match soon {
        true => text::about_to_start(lang).to_owned(),
        false => {
            let start = detail.with(|detail| detail.campaign.schedule.start).map_or(at, |start| zone.at(start));
            text::starts_by_itself(lang, &format::moment_within(lang, zone, start, now.get()))
        }
    };
    view! {
        <section
            class="card mb-[var(--gap)] flex flex-wrap items-center gap-x-4 gap-y-3 px-[var(--card-pad)] py-4"
            aria-label=text::scheduled(lang)
        >
            <Icon glyph=Glyph::Calendar class="size-5 shrink-0 text-muted" />
            <p class="min-w-0 flex-1 basis-48 font-semibold text-pretty" role="status">
                {words}
            </p>
            {may(Permission::CampaignSend)
                .then(|| {
                    view! {
                        <div class="flex flex-wrap gap-2">
                            <ActionForm action=take_back>
                                <input type="hidden" name="id" value=id.to_string() />
                                <Button submit=true glyph=Glyph::ArrowLeft busy=take_back.pending()>
                                    {text::take_back(lang)}
                                </Button>
                            </ActionForm>
                            {(!soon)
                                .then(|| {
                                    view! {
                                        <ActionForm action=begin>
                                            <input type="hidden" name="id" value=id.to_string() />
                                            <Button submit=true glyph=Glyph::Send busy=begin.pending()>
                                                {text::start_now(lang)}
                                            </Button>
                                        </ActionForm>
                                    }
                                })}
                        </div>
                    }
                })}
        </section>
    }
}

/// Whether it begins so soon that only taking it back is left to do.
fn is_about_to_start(starts_at: Millis, now: Millis) -> bool {
    starts_at.since(now) < MINUTE_MS
}

/// The schedule of a draft on the review: when, by whose clock, until when.
#[component]
pub fn ScheduleCard(draft: Draft) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let schedule = untrack(|| draft.when.form().parse()).unwrap_or_default();
    let now = now.get_untracked();
    let actions = slot(move || {
        draft.id.map(|id| view! { <TextLink href=Step::Schedule.address(id)>{text::edit(lang)}</TextLink> })
    });
    let row = |name: &'static str, value: String| {
        view! {
            <div class="flex gap-3 py-1">
                <dt class="w-24 shrink-0 text-muted">{name}</dt>
                <dd class="min-w-0 flex-1">{value}</dd>
            </div>
        }
    };
    let shown = move |at: Wall| format::moment(lang, zone, zone.at(at), now);
    let start = schedule.start.map_or_else(|| text::right_away(lang).to_owned(), shown);
    let clock = (schedule.clock == Clock::Recipient && schedule.start.is_some()).then(|| text::own_clocks_short(lang));
    view! {
        <Card title=text::schedule_card(lang) actions>
            <dl class="text-sm">
                {row(text::starts_at(lang), start)} {clock.map(|words| row(text::clock_label(lang), words.to_owned()))}
                {schedule.deadline.map(|at| row(text::deadline_label(lang), shown(at)))}
            </dl>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_said_in_words() {
        let zone = Zone::default();
        let now = zone.at("2026-11-30T12:00".parse().expect("a time"));
        let said = |start: &str, deadline: &str, clock| {
            let schedule = Schedule { start: start.parse().ok(), deadline: deadline.parse().ok(), clock };
            sentence(Lang::En, zone, now, &schedule)
        };
        let said_now = said("", "2026-11-30T20:00", Clock::Tenant);
        assert_eq!(said_now, ("Starts when you press Start".to_owned(), "Until 20:00.".to_owned()));
        let said_later = said("2026-12-01T09:00", "", Clock::Tenant);
        assert_eq!(said_later, ("Starts tomorrow 09:00".to_owned(), "in 21 h.".to_owned()));
        let own = said("2026-12-01T09:00", "", Clock::Recipient);
        assert_eq!(own.1, "By each person’s own clock. The first around tomorrow 02:00 by your clock.");
    }
}
