//! Trying the rules: decided in the browser, by the code that answers. Nothing is sent.

use super::{
    rendering::{Preview, preview},
    text,
};
use crate::ui::*;
use domain::{
    Template,
    chatbot::{RuleView, matches},
};
use leptos::prelude::*;

/// What would become of a message.
#[derive(Clone, PartialEq)]
enum Verdict {
    Nothing,
    Nobody,
    Answer { rule: String, answer: Preview },
}

/// A message to try, and what would answer it.
#[component]
pub fn TryIt(rules: Signal<Vec<RuleView>>) -> impl IntoView {
    let lang = use_lang();
    let typed = RwSignal::new(String::new());
    let verdict = Memo::new(move |_| rules.with(|rules| judge(rules, &typed.get())));
    let answer = move || match verdict.get() {
        Verdict::Nothing => view! { <p class="text-sm text-muted">{text::try_hint(lang)}</p> }.into_any(),
        Verdict::Nobody => view! { <p class="text-sm text-muted">{text::nobody_answers(lang)}</p> }.into_any(),
        Verdict::Answer { rule, answer } => view! {
            <div class="bubble bubble-bot">
                <MarkedText text=answer.text />
            </div>
            <p class="mt-2 text-right text-xs text-muted">{text::answers_with(lang, &rule)}</p>
        }
        .into_any(),
    };
    view! {
        <section class="card js-only p-[var(--card-pad)]" aria-labelledby="try-it">
            <div class="mb-3 flex items-baseline gap-2">
                <h2 id="try-it" class="flex-1">{text::try_it(lang)}</h2>
                <span class="text-xs text-muted">{text::nothing_sent(lang)}</span>
            </div>
            <div class="mb-3 min-h-24 rounded-control bg-thread p-3">
                {move || {
                    let message = typed.get();
                    (!message.trim().is_empty())
                        .then(|| {
                            view! {
                                <div class="bubble bubble-in mb-2">
                                    <MarkedText text=message />
                                </div>
                            }
                        })
                }}
                <div role="status">{answer}</div>
            </div>
            <Field name="message" id="try-message" label=text::as_customer(lang) quiet_label=true>
                <Input bind=typed placeholder=text::as_customer(lang) autocomplete="off" />
            </Field>
        </section>
    }
}

fn judge(rules: &[RuleView], message: &str) -> Verdict {
    if message.trim().is_empty() {
        return Verdict::Nothing;
    }
    let answers = |rule: &&RuleView| rule.active && matches(rule.match_kind, &rule.keywords, message);
    let Some(rule) = rules.iter().find(answers) else { return Verdict::Nobody };
    match Template::parse(&rule.answer) {
        Ok(template) => Verdict::Answer { rule: rule.name.clone(), answer: preview(&template, 0) },
        Err(_) => Verdict::Nobody,
    }
}
