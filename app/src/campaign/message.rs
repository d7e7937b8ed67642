//! The step in which the message is written: mistakes show at their place as one types, and the phone beside it shows
//! what a real person would get.

use super::{
    api::{self, SaveDraft},
    file::{AttachButton, Attaching, FileLine},
    preview::{PhonePreview, Preview},
    step::{Draft, NextButton, OtherFields, Step, StepFoot},
    text,
};
use crate::{
    error::{field_error, form_error},
    layout::use_viewer,
    ui::*,
};
use domain::{
    Field as Problem, Lang, Template,
    campaign::{CampaignFile, MESSAGE_MAX, render, words_problem},
    contact::ContactView,
    message::MessageKind,
    template::{SpanKind, TemplateError, key},
};
use leptos::{form::ActionForm, html, prelude::*};

/// The message step of the wizard.
#[component]
pub fn MessageStep(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let asked = move || (draft.id, draft.audience.get());
    let beside = Query::new(asked, |(id, audience)| api::open_writing(id, audience));
    let changed = Callback::new(move |()| beside.refetch());
    view! {
        <PageHead title=text::message_question(lang) lead=text::message_lead(lang) />
        <LoadLive of=beside view=move |beside| view! { <Writing draft beside changed /> } />
    }
}

/// `changed` is called when the draft has another file.
#[component]
fn Writing(draft: Draft, beside: Signal<api::Writing>, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let people = beside.with_untracked(|beside| beside.people.clone());
    let file = Memo::new(move |_| beside.with(|beside| beside.file.clone()));
    let attaching = Attaching::new(draft, changed);
    let save = ServerAction::<SaveDraft>::new();
    let answer = save.value();
    let message = draft.message;
    let template = Memo::new(move |_| message.with(|source| Template::parse(source)));
    let refused = field_error(answer, "message");
    let problem = Signal::derive(move || {
        let file = file.with(|file| file.as_ref().map(|file| file.kind));
        message.with(|source| problem(lang, source, &template.read(), file)).or_else(|| refused.get())
    });
    let variables = StoredValue::new(known_variables(lang, &people));
    let preview = Preview {
        campaign: draft.id,
        template,
        empty: Signal::derive(move || message.with(|source| source.trim().is_empty())),
        file: file.into(),
        people: StoredValue::new(people),
        chosen: RwSignal::new(0),
        shuffle: RwSignal::new(0),
    };
    let sheet = RwSignal::new(false);
    view! {
        <div class="grid grid-cols-1 gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1fr)_356px]">
            <ActionForm action=save attr:class="min-w-0">
                <FormError error=form_error(answer) />
                <OtherFields draft step=Step::Message />
                <Editor message template problem preview variables attaching file />
                <WithoutValue preview />
                <StepFoot draft step=Step::Message save preview=sheet>
                    <NextButton step=Step::Message save />
                </StepFoot>
            </ActionForm>
            <section class="min-w-0 max-lg:hidden lg:sticky lg:top-20 lg:self-start" aria-label=text::preview(lang)>
                <PhonePreview preview id="preview-as" />
            </section>
        </div>
        <Dialog open=sheet title=text::preview(lang)>
            <PhonePreview preview id="preview-as-sheet" />
        </Dialog>
    }
}

/// What is wrong with the message as it is typed, in words, beside a file of this kind. Nothing is missing yet.
fn problem(
    lang: Lang,
    source: &str,
    template: &Result<Template, TemplateError>,
    file: Option<MessageKind>,
) -> Option<String> {
    let problem = if source.chars().count() > MESSAGE_MAX as usize {
        Some(Problem::TooLong { max: MESSAGE_MAX })
    } else {
        let mistake = template.as_ref().err().map(|error| Problem::from(error.clone()));
        mistake.or_else(|| words_problem(source, file).filter(|problem| *problem != Problem::Required))
    };
    problem.map(|problem| problem.message(lang))
}

/// Columns that every contact has; see [`domain::contact::Variables`].
const OWN: [&str; 5] = ["name", "nama", "phone", "nomor", "hp"];

/// What a message may say about these people: name and number, then the columns of their file, as written there.
fn known_variables(lang: Lang, people: &[ContactView]) -> Vec<String> {
    let (name, phone) = if lang == Lang::Id { ("nama", "nomor") } else { ("name", "phone") };
    let mut known = vec![name.to_owned(), phone.to_owned()];
    for column in people.iter().flat_map(|person| person.attributes.keys()) {
        let own = OWN.contains(&key(column).as_str());
        if !own && !known.iter().any(|known| key(known) == key(column)) {
            known.push(column.clone());
        }
    }
    known
}

#[component]
fn Editor(
    message: RwSignal<String>,
    template: Memo<Result<Template, TemplateError>>,
    #[prop(into)] problem: Signal<Option<String>>,
    preview: Preview,
    variables: StoredValue<Vec<String>>,
    attaching: Attaching,
    #[prop(into)] file: Signal<Option<CampaignFile>>,
) -> impl IntoView {
    let lang = use_lang();
    let area = NodeRef::<html::Textarea>::new();
    let variable = move |name: String| {
        let (label, written) = (text::insert_variable(lang, &name), format!("{{{{{name}}}}}"));
        view! {
            <Button small=true variant=Variant::Ghost attr:aria-label=label on:click=move |_| insert(area, message, &written)>
                <span class="var">{name}</span>
            </Button>
        }
    };
    let wordings = move || template.with(|template| template.as_ref().map_or(0, Template::variant_count));
    // The words and what colours them must break at the same places: same face, same size, same padding.
    const SAME: &str = "!px-4 !py-3.5 !text-[15px] !leading-[27px] max-md:!text-[16px] break-words whitespace-pre-wrap";
    view! {
        <div class="card overflow-hidden has-[textarea:focus]:border-accent">
            <div
                class="js-only flex items-center gap-0.5 overflow-x-auto border-b px-2.5 py-1.5"
                role="toolbar"
                aria-label=text::insert(lang)
            >
                <AttachButton attaching />
                {variables.get_value().into_iter().map(variable).collect_view()}
                <Button
                    small=true
                    variant=Variant::Ghost
                    attr:aria-label=text::insert_alternatives(lang)
                    on:click=move |_| insert(area, message, text::sample_alternatives(lang))
                >
                    <span class="spin">{text::alternatives(lang)}</span>
                </Button>
            </div>
            <FileLine attaching file />
            <div class="px-0">
                <Field name="message" label=text::message(lang) quiet_label=true error=problem class="[&_.error]:mx-4 [&_.error]:mb-3">
                    <div class="relative min-h-[196px]">
                        <div class=format!("{SAME} min-h-[196px] text-transparent") aria-hidden="true">
                            <Marks source=message template />
                            // A last line that is empty has no height of its own.
                            "\u{200b}"
                        </div>
                        <Textarea
                            bind=message
                            node_ref=area
                            class=format!(
                                "{SAME} absolute inset-0 !h-full !resize-none overflow-hidden !rounded-none !border-0 !bg-transparent focus:!shadow-none [word-spacing:inherit]",
                            )
                        />
                    </div>
                </Field>
            </div>
            <div class="flex flex-wrap items-center gap-x-4 gap-y-1 border-t px-4 py-2.5 text-xs text-muted">
                <span>{move || text::wordings(lang, wordings())}</span>
                <span>{move || text::characters(lang, message.with(|source| source.chars().count()), MESSAGE_MAX)}</span>
                <button
                    type="button"
                    class="js-only link ml-auto"
                    class:invisible=move || wordings() < 2
                    on:click=move |_| preview.shuffle.update(|shuffle| *shuffle = shuffle.wrapping_add(1))
                >
                    {text::another_wording(lang)}
                </button>
            </div>
        </div>
        <p class="hint">{text::message_hint(lang)}</p>
        <p class="hint">{text::format_hint(lang)}</p>
    }
}

/// Backgrounds behind the words of the editor: variables, alternatives, and the mistake.
#[component]
fn Marks(source: RwSignal<String>, template: Memo<Result<Template, TemplateError>>) -> impl IntoView {
    move || {
        let source = source.get();
        template.with(|template| match template {
            Ok(template) => template
                .spans()
                .iter()
                .map(|span| (source.get(span.range.clone()).unwrap_or_default().to_owned(), mark(span.kind)))
                .map(|(words, class)| view! { <span class=class>{words}</span> })
                .collect_view()
                .into_any(),
            Err(error) => {
                let (start, end) = (error.at.start.min(source.len()), error.at.end.min(source.len()));
                let part = |range: std::ops::Range<usize>| source.get(range).unwrap_or_default().to_owned();
                view! {
                    <span>{part(0..start)}</span>
                    <span class="rounded-[4px] bg-danger-soft shadow-[0_2px_0_var(--danger)]">{part(start..end)}</span>
                    <span>{part(end..source.len())}</span>
                }
                .into_any()
            }
        })
    }
}

fn mark(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Text => "",
        SpanKind::Variable => "rounded-[4px] bg-accent-soft shadow-[0_0_0_1px_var(--accent-line)]",
        SpanKind::Alternatives => "rounded-[4px] bg-kunyit-soft",
    }
}

/// A message as it was written, with its variables and alternatives coloured.
#[component]
pub fn Coloured(#[prop(into)] source: String) -> impl IntoView {
    let parts = match Template::parse(&source) {
        Ok(template) => template
            .spans()
            .iter()
            .map(|span| (source.get(span.range.clone()).unwrap_or_default().to_owned(), span.kind))
            .collect(),
        Err(_) => vec![(source, SpanKind::Text)],
    };
    let class = |kind| match kind {
        SpanKind::Text => "",
        SpanKind::Variable => "rounded-[4px] bg-accent-soft text-accent-text",
        SpanKind::Alternatives => "rounded-[4px] bg-kunyit-soft text-kunyit-text",
    };
    view! {
        <p class="break-words whitespace-pre-wrap">
            {parts.into_iter().map(|(words, kind)| view! { <span class=class(kind)>{words}</span> }).collect_view()}
        </p>
    }
}

/// Which variables would leave a hole in somebody's message.
#[component]
fn WithoutValue(preview: Preview) -> impl IntoView {
    let lang = use_lang();
    let tenant = use_viewer().tenant;
    let missing = Memo::new(move |_| {
        preview.template.with(|template| {
            let Ok(template) = template else { return Vec::new() };
            preview.people.with_value(|people| {
                let lacking: Vec<String> = people
                    .iter()
                    .flat_map(|person| render(template, tenant, preview.campaign, Some(person), 0).missing().to_vec())
                    .collect();
                let count = |name: &str| lacking.iter().filter(|lacks| key(lacks) == key(name)).count();
                template
                    .variables()
                    .into_iter()
                    .map(|name| (name.to_owned(), count(name), people.len()))
                    .filter(|(_, lacking, _)| *lacking > 0)
                    .collect::<Vec<_>>()
            })
        })
    });
    move || {
        let missing = missing.get();
        let example = format!("{{{{{} | {}}}}}", missing.first()?.0, text::fallback_word(lang));
        Some(view! {
            <Callout tone=Tone::Warning title=text::no_value_title(lang) class="mt-4">
                {text::no_value_body(lang, &example)}
                <ul class="mt-1 list-disc pl-4">
                    {missing
                        .into_iter()
                        .map(|(name, lacking, of)| view! { <li>{text::no_value(lang, &name, lacking, of)}</li> })
                        .collect_view()}
                </ul>
            </Callout>
        })
    }
}

/// Puts words where the cursor is, in place of what is selected, and goes on from there.
fn insert(area: NodeRef<html::Textarea>, message: RwSignal<String>, words: &str) {
    let Some(area) = area.get_untracked() else { return };
    let start = area.selection_start().ok().flatten().unwrap_or_default();
    if area.set_range_text(words).is_ok() {
        // Cursors count as JavaScript does.
        let end = start + u32::try_from(words.encode_utf16().count()).unwrap_or_default();
        let _ = area.set_selection_range(end, end);
        message.set(area.value());
    }
    let _ = area.focus();
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{ContactId, Millis, contact::Attributes};

    #[test]
    fn columns_are_offered_once_and_as_written() {
        let person = ContactView {
            id: ContactId("0192f1c2-7b1e-7c3a-9d50-1a2b3c4d5e6f".parse().expect("an id")),
            phone: None,
            name: "Dewi".into(),
            push_name: String::new(),
            picture: None,
            attributes: Attributes::from([("Kota".into(), "Solo".into()), ("Nama".into(), "Dewi".into())]),
            opted_out_at: None,
            created_at: Millis(0),
        };
        assert_eq!(known_variables(Lang::Id, &[person.clone(), person]), ["nama", "nomor", "Kota"]);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let said = |source: &str| problem(Lang::En, source, &Template::parse(source), None);
        assert_eq!(said("Hi {{name}}"), None);
        assert!(said("Hi {{name").is_some_and(|words| words.contains("Character 4")));
        assert!(said(&"a".repeat(4_097)).is_some());
    }
}
