//! Writing a rule: the answer is checked and shown as it is typed, by the code that sends it.

use super::{api::SaveRule, rendering::preview, text};
use crate::{
    error::{field_error, form_error},
    ui::*,
};
use domain::{
    Template,
    chatbot::{MatchKind, RuleView},
};
use leptos::{form::ActionForm, prelude::*};

/// The form for a new rule, or for the one in `editing`.
#[component]
pub fn RuleDialog(open: RwSignal<bool>, editing: RwSignal<Option<RuleView>>, saved: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<SaveRule>::new();
    Effect::new(move |_| {
        if matches!(save.value().get(), Some(Ok(()))) {
            open.set(false);
            saved.run(());
        }
    });
    let title =
        move || if editing.with(Option::is_some) { text::edit_rule(lang) } else { text::new_rule(lang) }.to_owned();
    view! {
        <Dialog open title=Signal::derive(title) wide=true>
            <RuleForm rule=editing.get_untracked() open save />
        </Dialog>
    }
}

#[component]
fn RuleForm(rule: Option<RuleView>, open: RwSignal<bool>, save: ServerAction<SaveRule>) -> impl IntoView {
    let lang = use_lang();
    // What was said about an earlier try is not about this one.
    save.clear();
    let sent = save.value();
    let id = rule.as_ref().map(|rule| rule.id.to_string());
    let name = rule.as_ref().map(|rule| rule.name.clone()).unwrap_or_default();
    let keywords = rule.as_ref().map(|rule| rule.keywords.join(", ")).unwrap_or_default();
    let active = rule.as_ref().is_none_or(|rule| rule.active);
    let kind = rule.as_ref().map_or(MatchKind::Contains, |rule| rule.match_kind);
    let answer = RwSignal::new(rule.as_ref().map(|rule| rule.answer.clone()).unwrap_or_default());
    let template = Memo::new(move |_| Template::parse(&answer.get()));
    let from_server = field_error(sent, "answer");
    let mistake = move || match template.get() {
        Err(error) => Some(domain::Field::from(error).message(lang)),
        Ok(_) => from_server.get(),
    };
    let kinds = [(MatchKind::Contains, text::message_contains(lang)), (MatchKind::Exact, text::message_is(lang))];
    let kinds: Vec<_> = kinds.map(|(kind, words)| (kind.as_str().to_owned(), words.to_owned())).into();
    view! {
        <ActionForm action=save>
            <FormError error=form_error(sent) />
            {id.map(|id| view! { <input type="hidden" name="rule" value=id /> })}
            <input type="hidden" name="active" value=active.to_string() />
            <div class="space-y-4">
                <Field
                    name="name"
                    id="rule-name"
                    label=text::name(lang)
                    hint=text::name_hint(lang)
                    error=field_error(sent, "name")
                >
                    <Input value=name maxlength=60u32 autofocus=true />
                </Field>
                <div class="grid gap-4 sm:grid-cols-[200px_minmax(0,1fr)]">
                    <Field name="match_kind" id="rule-match" label=text::match_kind(lang)>
                        <Select options=kinds value=kind.as_str() />
                    </Field>
                    <Field
                        name="keywords"
                        id="rule-keywords"
                        label=text::keywords(lang)
                        hint=text::keywords_hint(lang)
                        error=field_error(sent, "keywords")
                    >
                        <Input value=keywords />
                    </Field>
                </div>
                <Field
                    name="answer"
                    id="rule-answer"
                    label=text::answer(lang)
                    hint=text::answer_hint(lang)
                    error=Signal::derive(mistake)
                >
                    <Textarea bind=answer rows=4 maxlength=4096u32 />
                </Field>
                <AnswerPreview template />
            </div>
            <DialogActions>
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Button variant=Variant::Primary submit=true busy=save.pending()>{text::save(lang)}</Button>
            </DialogActions>
        </ActionForm>
    }
}

/// The answer as a customer would see it.
#[component]
fn AnswerPreview(template: Memo<Result<Template, domain::template::TemplateError>>) -> impl IntoView {
    let lang = use_lang();
    let seed = RwSignal::new(0u64);
    let shown = Memo::new(move |_| template.with(|template| template.as_ref().ok().map(|t| preview(t, seed.get()))));
    let variants = Memo::new(move |_| template.with(|template| template.as_ref().map_or(1, Template::variant_count)));
    move || {
        let shown = shown.get().filter(|shown| !shown.text.trim().is_empty())?;
        let missing = (!shown.missing.is_empty()).then(|| text::missing(lang, &shown.missing.join(", ")));
        Some(view! {
            <section class="rounded-control bg-thread p-3" aria-label=text::preview(lang)>
                <div class="mb-2 flex h-7 items-center gap-2 text-xs font-semibold text-muted">
                    <span class="flex-1">{text::preview(lang)}</span>
                    {(variants.get() > 1)
                        .then(|| {
                            view! {
                                <Button
                                    variant=Variant::Ghost
                                    small=true
                                    glyph=Glyph::Refresh
                                    on:click=move |_| seed.update(|seed| *seed += 1)
                                >
                                    {text::another(lang)}
                                </Button>
                            }
                        })}
                </div>
                <div class="bubble bubble-bot">
                    <MarkedText text=shown.text />
                </div>
                {missing.map(|missing| view! { <p class="mt-2 text-xs text-warning-text">{missing}</p> })}
            </section>
        })
    }
}
