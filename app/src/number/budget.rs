//! What a number may do in a day: the budget of new chats, how far it is used, and changing it.

use super::{api::ChangeBudget, limits::NetworkSays, text};
use crate::{
    error::{field_error, form_error},
    format::{self, Zone},
    layout::{may, use_now, use_zone},
    ui::*,
};
use domain::{
    Lang, Millis, Permission,
    number::{
        NumberView,
        budget::{Budget, BudgetForm, time_of_day},
    },
    time::Day,
};
use leptos::{form::ActionForm, prelude::*};

/// The budget on the number's page.
#[component]
pub fn BudgetCard(number: Memo<NumberView>, changed: Callback<()>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let changing = RwSignal::new(None::<NumberView>);
    let actions = slot(move || {
        may(Permission::NumberWrite).then(|| {
            view! {
                <Button small=true glyph=Glyph::Pencil class="js-only" on:click=move |_| changing.set(Some(number.get_untracked()))>
                    {text::change_budget(lang)}
                </Button>
            }
        })
    });
    let budget = Memo::new(move |_| number.with(|number| number.budget));
    let today = Memo::new(move |_| zone.day(now.get()));
    let quiet = move || {
        budget.get().quiet.map(|quiet| {
            let words = text::quiet_hours(lang, &time_of_day(quiet.from), &time_of_day(quiet.until), zone.name);
            view! { <p class="mt-3 border-t pt-3 text-sm text-muted">{words}</p> }
        })
    };
    view! {
        <Card title=text::new_chats(lang) actions>
            <NewChats number />
            <p class="mt-2 text-sm text-muted text-pretty">
                {move || number.with(|number| sentence(lang, zone, now.get(), number))}
            </p>
            {move || budget.get().warming(today.get()).map(|_| plan(lang, budget.get(), today.get()))}
            {quiet}
            <NetworkSays number />
        </Card>
        <ChangeDialog changing changed />
    }
}

/// How many new chats of the day are used, as a bar. For the page and for the card in the list.
#[component]
pub fn NewChats(#[prop(into)] number: Signal<NumberView>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let used = Memo::new(move |_| number.with(|number| number.new_chats));
    let cap = Memo::new(move |_| number.with(|number| number.budget.cap_on(zone.day(now.get()))));
    let said = Signal::derive(move || {
        let used = used.get();
        match cap.get() {
            // On a day that ended early the cap is what was opened by then.
            Some(cap) => text::of_cap(lang, &format::count(lang, used), &format::count(lang, used.max(cap.into()))),
            None => text::no_cap(lang, &format::count(lang, used)),
        }
    });
    let whole = Signal::derive(move || cap.get().map_or(0, |cap| used.get().max(cap.into())));
    let bar = move || {
        cap.get().map(|cap| {
            let part = if used.get() >= u64::from(cap) { Part::Warning } else { Part::Accent };
            view! { <ProgressBar done=used whole label=text::new_chats_today(lang) part class="mt-2" /> }
        })
    };
    view! {
        <p class="flex items-baseline justify-between gap-3 text-sm">
            <span class="text-muted">{text::new_chats_today(lang)}</span>
            <b class="font-semibold tabular-nums">{said}</b>
        </p>
        {bar}
    }
}

/// What the figures mean for today and tomorrow.
fn sentence(lang: Lang, zone: Zone, now: Millis, number: &NumberView) -> String {
    let (budget, today) = (number.budget, zone.day(now));
    let tomorrow = || budget.cap_on(Day(today.0 + 1)).map(|cap| format::count(lang, cap.into())).unwrap_or_default();
    let is_lowered = |day| budget.cap_on(day) < Budget { lowered: None, ..budget }.cap_on(day) || budget.cap.is_none();
    match (budget.lowered, budget.left(number.new_chats, today)) {
        (Some(lowered), Some(_)) if lowered.on == today => text::lowered_why(lang, &tomorrow()),
        (_, Some(0)) => text::spent_why(lang).to_owned(),
        (Some(_), Some(_)) if is_lowered(today) => text::recovering(lang, &tomorrow()),
        (_, Some(_)) => match budget.warming(today) {
            Some((day, days)) => text::warming(lang, day, days, &tomorrow()),
            None => text::budget_why(lang).to_owned(),
        },
        (_, None) => text::no_cap_why(lang).to_owned(),
    }
}

/// The days of a warm-up as bars: those that are over, today, and those to come.
fn plan(lang: Lang, budget: Budget, today: Day) -> impl IntoView + use<> {
    let warm_up = budget.warm_up.unwrap_or_default();
    let top = f64::from(budget.cap.unwrap_or_default().max(1));
    let bars = (0..i64::from(warm_up.days))
        .map(|n| {
            let day = Day(warm_up.from.0 + n);
            let cap = budget.cap_on(day).unwrap_or_default();
            let fill = match day.cmp(&today) {
                std::cmp::Ordering::Less => "bg-info",
                std::cmp::Ordering::Equal => "bg-accent",
                std::cmp::Ordering::Greater => "bg-active",
            };
            let height = format!("height:{:.1}%", (f64::from(cap) * 100.0 / top).max(6.0));
            view! { <i class=format!("block flex-1 rounded-[3px] {fill}") style=height title=format::count(lang, cap.into())></i> }
        })
        .collect_view();
    view! {
        <div class="mt-4 flex h-14 items-end gap-1" role="img" aria-label=text::warm_up_plan(lang)>
            {bars}
        </div>
    }
}

/// Open while there is a number whose budget is to be changed.
#[component]
fn ChangeDialog(changing: RwSignal<Option<NumberView>>, changed: Callback<()>) -> impl IntoView {
    let (lang, toasts) = (use_lang(), use_toasts());
    let change = ServerAction::<ChangeBudget>::new();
    let answer = change.value();
    let fields = [(); 5].map(|()| RwSignal::new(String::new()));
    let [cap, days, first, from, until] = fields;
    let open = open_about(changing, move |number: NumberView| {
        change.clear();
        let BudgetForm { cap, warm_up_days, warm_up_first, quiet_from, quiet_until } = BudgetForm::of(&number.budget);
        for (field, text) in fields.iter().zip([cap, warm_up_days, warm_up_first, quiet_from, quiet_until]) {
            field.set(text);
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = answer.get() {
            open.set(false);
            toasts.say(text::budget_saved(lang));
            changed.run(());
        }
    });
    let label = move || changing.with(|number| number.as_ref().map(|number| number.label.clone()).unwrap_or_default());
    let title = Signal::derive(move || text::budget_title(lang, &label()));
    let id = move || changing.with(|number| number.as_ref().map(|number| number.id.to_string()));
    view! {
        <Dialog open title>
            <p class="mb-4 text-sm text-muted text-pretty">{text::budget_lead(lang)}</p>
            <ActionForm action=change>
                <FormError error=form_error(answer) />
                <input type="hidden" name="number" value=id />
                <Field name="cap" label=text::cap(lang) hint=text::cap_hint(lang) error=field_error(answer, "cap")>
                    <Input bind=cap inputmode="numeric" autofocus=true />
                </Field>
                <div class="mt-4 grid grid-cols-2 gap-4">
                    <Field
                        name="warm_up_days"
                        label=text::warm_up_days(lang)
                        hint=text::warm_up_days_hint(lang)
                        error=field_error(answer, "warm_up_days")
                    >
                        <Input bind=days inputmode="numeric" />
                    </Field>
                    <Field name="warm_up_first" label=text::warm_up_first(lang) error=field_error(answer, "warm_up_first")>
                        <Input bind=first inputmode="numeric" />
                    </Field>
                    <Field name="quiet_from" label=text::quiet_from(lang) error=field_error(answer, "quiet_from")>
                        <Input bind=from kind="time" />
                    </Field>
                    <Field name="quiet_until" label=text::quiet_to(lang) error=field_error(answer, "quiet_until")>
                        <Input bind=until kind="time" />
                    </Field>
                </div>
                <DialogActions>
                    <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                    <Button variant=Variant::Primary submit=true busy=change.pending()>{text::save_budget(lang)}</Button>
                </DialogActions>
            </ActionForm>
        </Dialog>
    }
}
