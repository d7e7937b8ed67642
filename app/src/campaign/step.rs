//! The steps of the wizard, what is typed in them, and the frame around each.

use super::{
    api::{DetachFile, SaveDraft, audience_word},
    text,
};
use crate::ui::*;
use domain::{
    CampaignId, Lang,
    campaign::{Audience, CampaignView, Clock, Schedule, ScheduleForm},
};
use leptos::{either::Either, prelude::*};

/// A step of the wizard, in its order. Each has an address: `?step=message`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Number,
    Message,
    Audience,
    Schedule,
    Review,
}

impl Step {
    pub const ALL: [Self; 5] = [Self::Number, Self::Message, Self::Audience, Self::Schedule, Self::Review];

    /// The word in the address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Message => "message",
            Self::Audience => "audience",
            Self::Schedule => "schedule",
            Self::Review => "review",
        }
    }

    /// The step of a word; the first for any other.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|step| step.word() == word).unwrap_or(Self::Number)
    }

    /// Its name for people.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Number => text::step_number(lang),
            Self::Message => text::step_message(lang),
            Self::Audience => text::step_audience(lang),
            Self::Schedule => text::step_schedule(lang),
            Self::Review => text::step_review(lang),
        }
    }

    /// Its place in the order, from 0.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or(0)
    }

    /// The one before it.
    pub fn before(self) -> Option<Self> {
        self.index().checked_sub(1).map(|i| Self::ALL[i])
    }

    /// Its address in a draft.
    pub fn address(self, id: CampaignId) -> String {
        format!("/campaigns/{id}/edit?step={}", self.word())
    }
}

/// What is typed, kept while one goes from step to step.
#[derive(Clone, Copy)]
pub struct Draft {
    /// None until the first save.
    pub id: Option<CampaignId>,
    pub name: RwSignal<String>,
    /// The number's id, or empty.
    pub number: RwSignal<String>,
    pub message: RwSignal<String>,
    /// See [`audience_word`].
    pub audience: RwSignal<String>,
    /// The campaign that did not reach the saved audience, if it is that.
    pub unreached: StoredValue<Option<(CampaignId, String)>>,
    pub when: When,
}

/// The schedule, as [`ScheduleForm`] has it.
#[derive(Clone, Copy)]
pub struct When {
    pub when: RwSignal<String>,
    pub start: RwSignal<String>,
    pub own_clocks: RwSignal<bool>,
    pub deadline: RwSignal<String>,
}

impl When {
    fn of(schedule: &Schedule) -> Self {
        let form = ScheduleForm::of(schedule);
        Self {
            when: RwSignal::new(form.when),
            start: RwSignal::new(form.start),
            own_clocks: RwSignal::new(!form.clock.is_empty()),
            deadline: RwSignal::new(form.deadline),
        }
    }

    /// What is typed.
    pub fn form(self) -> ScheduleForm {
        ScheduleForm {
            when: self.when.get(),
            start: self.start.get(),
            clock: if self.own_clocks.get() { Clock::Recipient.to_string() } else { String::new() },
            deadline: self.deadline.get(),
        }
    }
}

impl Draft {
    /// An empty draft; `number` and `audience` may be chosen already.
    pub fn new(number: String, audience: String) -> Self {
        Self {
            id: None,
            name: RwSignal::new(String::new()),
            number: RwSignal::new(number),
            message: RwSignal::new(String::new()),
            audience: RwSignal::new(audience),
            unreached: StoredValue::new(None),
            when: When::of(&Schedule::default()),
        }
    }

    /// What was saved.
    pub fn of(campaign: &CampaignView) -> Self {
        Self {
            id: Some(campaign.id),
            name: RwSignal::new(campaign.name.clone()),
            number: RwSignal::new(campaign.number.map(|id| id.to_string()).unwrap_or_default()),
            message: RwSignal::new(campaign.message.clone()),
            audience: RwSignal::new(audience_word(campaign.audience)),
            unreached: StoredValue::new(match campaign.audience {
                Some(Audience::Unreached(of)) => Some((of, campaign.audience_name.clone().unwrap_or_default())),
                _ => None,
            }),
            when: When::of(&campaign.schedule),
        }
    }

    /// To let go of its file, and save what is typed; nothing before the first save.
    pub fn without_file(self) -> Option<DetachFile> {
        let SaveDraft { id, name, number, message, audience, schedule, .. } = self.save();
        Some(DetachFile { id: id?, name, number, message, audience, schedule })
    }

    /// To save it and go to the list.
    fn save(self) -> SaveDraft {
        SaveDraft {
            id: self.id,
            name: self.name.get_untracked(),
            number: self.number.get_untracked().parse().ok(),
            message: self.message.get_untracked(),
            audience: self.audience.get_untracked(),
            schedule: untrack(|| self.when.form()),
            next: String::new(),
        }
    }
}

/// The fields that the present step does not show, so that each save is whole.
#[component]
pub fn OtherFields(draft: Draft, step: Step) -> impl IntoView {
    let hidden = |name: &'static str, value: RwSignal<String>| {
        move || (!value.with(String::is_empty)).then(|| view! { <input type="hidden" name=name value=value /> })
    };
    view! {
        {draft.id.map(|id| view! { <input type="hidden" name="id" value=id.to_string() /> })}
        {(step != Step::Number).then(|| (hidden("name", draft.name), hidden("number", draft.number)))}
        {(step != Step::Message).then(|| hidden("message", draft.message))}
        {(step != Step::Audience).then(|| hidden("audience", draft.audience))}
        {(step != Step::Schedule)
            .then(|| {
                let When { when, start, own_clocks, deadline } = draft.when;
                view! {
                    {hidden("schedule[when]", when)}
                    {hidden("schedule[start]", start)}
                    {move || {
                        own_clocks
                            .get()
                            .then(|| view! { <input type="hidden" name="schedule[clock]" value=Clock::Recipient.as_str() /> })
                    }}
                    {hidden("schedule[deadline]", deadline)}
                }
            })}
    }
}

/// Where one is in the wizard.
#[component]
pub fn StepsBar(draft: Draft, #[prop(into)] current: Signal<Step>) -> impl IntoView {
    let lang = use_lang();
    let steps =
        Step::ALL.into_iter().map(|step| (step.name(lang).to_owned(), draft.id.map(|id| step.address(id)))).collect();
    view! {
        <div class="mb-6 border-b pb-3">
            <Steps label=text::steps(lang) steps current=move || current.get().index() />
        </div>
    }
}

/// The end of a step: back, save and close, and the one next step. On narrow screens a bar that stays in sight.
#[component]
pub fn StepFoot(
    draft: Draft,
    step: Step,
    save: ServerAction<SaveDraft>,
    /// Opens the preview on narrow screens.
    #[prop(optional)]
    preview: Option<RwSignal<bool>>,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let back = match (step.before(), draft.id) {
        (Some(before), Some(id)) => (before.address(id), text::back_to(lang, before.name(lang)), before.name(lang)),
        _ => ("/campaigns".to_owned(), text::back_to(lang, text::title(lang)), text::title(lang)),
    };
    let (href, label, words) = back;
    let close = draft.id.is_some() || step == Step::Number;
    view! {
        <div class="mt-6 border-t py-4 max-lg:sticky max-lg:bottom-14 max-lg:z-10 max-lg:-mx-[var(--page-x)] max-lg:bg-raised max-lg:px-[var(--page-x)] max-lg:py-3">
            <div class="flex items-center gap-2 sm:gap-3">
                <ButtonLink href variant=Variant::Ghost glyph=Glyph::ArrowLeft class="-ml-3.5" attr:aria-label=label>
                    <span class="max-sm:hidden">{words}</span>
                </ButtonLink>
                <span class="flex-1"></span>
                {preview
                    .map(|open| {
                        view! {
                            <Button glyph=Glyph::Eye class="js-only lg:hidden" on:click=move |_| open.set(true)>
                                {text::preview(lang)}
                            </Button>
                        }
                    })}
                {close
                    .then(|| {
                        view! {
                            <Button
                                class="js-only max-sm:hidden"
                                busy=save.pending()
                                on:click=move |_| {
                                    save.dispatch(draft.save());
                                }
                            >
                                {text::save_and_close(lang)}
                            </Button>
                        }
                    })}
                {children()}
            </div>
        </div>
    }
}

/// The button that saves and goes on.
#[component]
pub fn NextButton(step: Step, save: ServerAction<SaveDraft>) -> impl IntoView {
    let lang = use_lang();
    let (next, words) = match step {
        Step::Number => (Step::Message, text::next_message(lang)),
        Step::Message => (Step::Audience, text::next_audience(lang)),
        Step::Audience => (Step::Schedule, text::next_schedule(lang)),
        Step::Schedule | Step::Review => (Step::Review, text::next_review(lang)),
    };
    view! {
        <input type="hidden" name="next" value=next.word() />
        <Button variant=Variant::Primary submit=true busy=save.pending()>
            {words}
            <Icon glyph=Glyph::ArrowRight />
        </Button>
    }
}

/// A big choice: one of several cards, the whole of which can be pressed.
#[component]
pub fn Choice(
    name: &'static str,
    #[prop(into)] value: String,
    bind: RwSignal<String>,
    #[prop(into)] title: String,
    #[prop(into)] body: String,
    /// At the right end: a badge.
    #[prop(optional, into)]
    aside: Option<crate::ui::ViewFnOnce>,
) -> impl IntoView {
    view! {
        <Radio
            name
            value
            bind
            required=true
            class="card cursor-pointer p-4 has-checked:border-accent has-checked:bg-accent-soft [&>span]:min-w-0 [&>span]:flex-1"
        >
            <span class="flex flex-wrap items-center gap-x-3 gap-y-1.5">
                <span class="min-w-0 flex-1">
                    <b class="block truncate font-semibold">{title}</b>
                    <span class="text-xs text-muted">{body}</span>
                </span>
                {match aside {
                    Some(aside) => Either::Left(aside.run()),
                    None => Either::Right(()),
                }}
            </span>
        </Radio>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_an_address_of_its_own() {
        for step in Step::ALL {
            assert_eq!(Step::of(step.word()), step);
        }
        assert_eq!(Step::of("elsewhere"), Step::Number);
        assert_eq!(Step::Number.before(), None);
        assert_eq!(Step::Review.before(), Some(Step::Schedule));
    }
}
