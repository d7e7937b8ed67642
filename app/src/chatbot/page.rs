//! `/chatbot`

use super::{
    api::{self, RemoveRule, SetRuleActive, ShiftRule},
    form::RuleDialog,
    rule::RuleRow,
    text,
    try_it::TryIt,
};
use crate::{error::ApiError, layout::may, live::refetch_on, ui::*};
use domain::{Event, Permission, RuleId, chatbot::RuleView};
use leptos::prelude::*;

/// What a row may start; kept by the page, so that it outlives the row.
#[derive(Clone, Copy)]
pub struct RuleActions {
    pub may_change: bool,
    pub editing: RwSignal<Option<RuleView>>,
    pub form_open: RwSignal<bool>,
    pub deleting: RwSignal<Option<RuleView>>,
    pub confirm_open: RwSignal<bool>,
    pub set_active: ServerAction<SetRuleActive>,
    pub shift: ServerAction<ShiftRule>,
    /// The rule being moved: focus follows it.
    pub moved: RwSignal<Option<(RuleId, bool)>>,
}

impl RuleActions {
    /// Opens the form, for a rule or for a new one.
    pub fn edit(self, rule: Option<RuleView>) {
        self.editing.set(rule);
        self.form_open.set(true);
    }

    /// Asks before a rule is deleted.
    pub fn delete(self, rule: RuleView) {
        self.deleting.set(Some(rule));
        self.confirm_open.set(true);
    }

    /// Moves a rule one place.
    pub fn shift(self, rule: RuleId, up: bool) {
        self.moved.set(Some((rule, up)));
        self.shift.dispatch(ShiftRule { rule, up });
    }
}

#[component]
pub fn ChatbotPage() -> impl IntoView {
    let lang = use_lang();
    let rules = Query::new(|| (), |()| api::list_rules());
    refetch_on(rules, |event| *event == Event::ChatbotChanged || matches!(event, Event::ConversationChanged(_)));
    let again = Callback::new(move |()| rules.refetch());
    let actions = RuleActions {
        may_change: may(Permission::ChatbotWrite),
        editing: RwSignal::new(None),
        form_open: RwSignal::new(false),
        deleting: RwSignal::new(None),
        confirm_open: RwSignal::new(false),
        set_active: told(ServerAction::new(), again),
        shift: told(ServerAction::new(), again),
        moved: RwSignal::new(None),
    };
    let head = slot(move || {
        actions.may_change.then(|| {
            view! {
                <Button variant=Variant::Primary glyph=Glyph::Plus on:click=move |_| actions.edit(None)>
                    {text::new_rule(lang)}
                </Button>
            }
        })
    });
    view! {
        <PageHead title=text::chatbot(lang) lead=text::lead(lang).to_owned() actions=head />
        <LoadLive of=rules view=move |rules| view! { <Rules rules actions /> } />
        <RuleDialog open=actions.form_open editing=actions.editing saved=again />
        <DeleteDialog actions again />
    }
}

/// Tells what went wrong, and asks again after what went well.
fn told<S>(action: ServerAction<S>, again: Callback<()>) -> ServerAction<S>
where
    S: server_fn::ServerFn<Output = (), Error = ApiError> + Clone + Send + Sync + 'static,
{
    let (lang, toasts) = (use_lang(), use_toasts());
    Effect::new(move |_| match action.value().get() {
        Some(Ok(())) => again.run(()),
        Some(Err(error)) => toasts.complain(error.message(lang)),
        None => {}
    });
    action
}

#[component]
fn Rules(rules: Signal<Vec<RuleView>>, actions: RuleActions) -> impl IntoView {
    let lang = use_lang();
    let none = Memo::new(move |_| rules.with(Vec::is_empty));
    move || {
        if none.get() {
            let start = slot(move || {
                actions.may_change.then(|| {
                    view! {
                        <Button variant=Variant::Primary glyph=Glyph::Plus on:click=move |_| actions.edit(None)>
                            {text::new_rule(lang)}
                        </Button>
                    }
                })
            });
            return view! {
                <EmptyState
                    glyph=Glyph::Sparkles
                    title=text::empty_title(lang)
                    body=text::empty_body(lang)
                    action=start
                />
            }
            .into_any();
        }
        view! {
            <div class="grid grid-cols-1 items-start gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_320px]">
                <RuleList rules actions />
                <TryIt rules />
            </div>
        }
        .into_any()
    }
}

#[component]
fn RuleList(rules: Signal<Vec<RuleView>>, actions: RuleActions) -> impl IntoView {
    let lang = use_lang();
    let on = Signal::derive(move || rules.with(|rules| rules.iter().filter(|rule| rule.active).count() as u64));
    announce_moves(rules, actions.moved);
    let state = move || match on.get() {
        0 => view! { <Badge>{text::off(lang)}</Badge> }.into_any(),
        n => view! { <Badge tone=Tone::Success>{text::on(lang, n)}</Badge> }.into_any(),
    };
    view! {
        <section class="card min-w-0" aria-labelledby="rules">
            <div class="flex flex-wrap items-center gap-3 border-b px-[var(--card-pad)] py-3">
                <h2 id="rules">{text::first_match(lang)}</h2>
                {state}
                {actions
                    .may_change
                    .then(|| {
                        view! {
                            <span class="js-only ml-auto flex items-center gap-1 text-xs text-muted max-sm:hidden">
                                {text::reorder(lang)} <kbd class="kbd">"Alt"</kbd> <kbd class="kbd">"↑"</kbd>
                                <kbd class="kbd">"↓"</kbd>
                            </span>
                        }
                    })}
            </div>
            <ol class="divide-y divide-border">
                <For each=move || rules.get() key=|rule| rule.id let:rule>
                    <RuleRow rule rules actions />
                </For>
            </ol>
        </section>
    }
}

/// Says where a moved rule is now, and keeps the focus on it: the browser drops it when an element moves.
fn announce_moves(rules: Signal<Vec<RuleView>>, moved: RwSignal<Option<(RuleId, bool)>>) {
    let (lang, toasts) = (use_lang(), use_toasts());
    let places = Memo::new(move |_| rules.with(|rules| rules.iter().map(|rule| rule.id).collect::<Vec<_>>()));
    Effect::new(move |before: Option<Vec<RuleId>>| {
        let order = places.get();
        if before.is_some_and(|before| before != order)
            && let Some((id, up)) = moved.get_untracked()
            && let Some(place) = order.iter().position(|rule| *rule == id)
        {
            moved.set(None);
            let name = rules.with_untracked(|rules| rules[place].name.clone());
            toasts.say(text::moved(lang, &name, place + 1, order.len()));
            request_animation_frame(move || super::rule::focus(id, up));
        }
        order
    });
}

#[component]
fn DeleteDialog(actions: RuleActions, again: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let remove = told(
        ServerAction::<RemoveRule>::new(),
        Callback::new(move |()| {
            actions.confirm_open.set(false);
            again.run(());
        }),
    );
    let of = move |words: fn(domain::Lang, &RuleView) -> String| {
        Signal::derive(move || {
            actions.deleting.with(|rule| rule.as_ref().map(|rule| words(lang, rule)).unwrap_or_default())
        })
    };
    view! {
        <Confirm
            open=actions.confirm_open
            title=of(|lang, rule| text::delete_title(lang, &rule.name))
            body=of(|lang, rule| text::delete_body(lang, rule.answered))
            keep=text::keep(lang)
            confirm=text::delete(lang)
            busy=remove.pending()
            on_confirm=Callback::new(move |()| {
                if let Some(rule) = actions.deleting.get_untracked() {
                    remove.dispatch(RemoveRule { rule: rule.id });
                }
            })
        />
    }
}
