//! The look before an import: what each column is for, what would become of each row.

use super::{api::StartImport, text};
use crate::{
    error::{ApiError, form_error},
    format,
    ui::*,
};
use domain::{
    Lang,
    contact::import::{ColumnTarget, ImportCheck, ImportColumn, ImportRow, ImportView, RowVerdict},
};
use leptos::{form::ActionForm, prelude::*, web_sys};
use leptos_router::{components::Form, hooks::use_query_map};

/// What outlives the drawing of a check: it is drawn anew whenever a column is given another use.
#[derive(Clone, Copy)]
pub struct Held {
    pub start: ServerAction<StartImport>,
    /// The column that was changed last, which keeps the focus.
    pub changed: RwSignal<Option<usize>>,
    /// The check is what is shown.
    pub choosing: StoredValue<bool>,
}

/// Everything about a file that is uploaded and not yet imported.
#[component]
pub fn Check(import: ImportView, check: ImportCheck, held: Held, mapping: String) -> impl IntoView {
    let lang = use_lang();
    let recognised = |column: &&ImportColumn| column.target != ColumnTarget::Attribute;
    let known = check.columns.iter().filter(recognised).count();
    let lead = text::check_lead(lang, check.records, known, check.columns.len(), &import.file_name);
    let actions = slot(move || {
        view! {
            <ButtonLink href="/contacts/import" glyph=Glyph::Refresh>
                {text::another_file(lang)}
            </ButtonLink>
        }
    });
    let (id, imported, columns) = (import.id.to_string(), check.counts.imported, check.columns.clone());
    view! {
        <PageHead title=text::check_title(lang) lead actions />
        <Verdict check=check.clone() />
        <div class="grid grid-cols-1 gap-[var(--gap)] xl:grid-cols-[428px_minmax(0,1fr)]">
            <Columns id=id.clone() columns changed=held.changed />
            <Rows id=id.clone() check mapping=mapping.clone() />
        </div>
        <StartBar id mapping imported start=held.start />
    }
}

/// The whole file as one bar whose parts add up.
#[component]
fn Verdict(check: ImportCheck) -> impl IntoView {
    let lang = use_lang();
    let counts = check.counts;
    let (new, updates) = (check.new_contacts(), check.updates);
    let parts = [
        (Part::Success, new),
        (Part::Read, updates),
        (Part::Submitted, counts.duplicates),
        (Part::Failed, counts.invalid),
    ];
    let whole: u64 = parts.iter().map(|(_, n)| n).sum();
    let words = [
        (text::new(lang), ""),
        (text::update(lang), text::update_note(lang)),
        (text::twice(lang), text::twice_note(lang)),
        (text::refused(lang), text::refused_note(lang)),
    ];
    let figure = |((part, n), (label, note)): ((Part, u64), (&'static str, &'static str))| {
        view! {
            <div>
                <dt class="flex items-center gap-1.5 text-xs text-muted">
                    <span class=format!("size-2 shrink-0 rounded-[3px] {}", part.fill())></span>
                    {label}
                </dt>
                <dd class="mt-0.5 text-lg font-bold">
                    {format::number(lang, n as i64)} " "
                    <span class="text-xs font-medium text-muted">{(n > 0).then_some(note)}</span>
                </dd>
            </div>
        }
    };
    let bar = text::verdict_bar(lang, new, updates, counts.duplicates, counts.invalid);
    view! {
        <section class="card mb-[var(--gap)] px-[var(--card-pad)] py-4" aria-label=text::verdict(lang)>
            <LedgerBar parts=parts.to_vec() whole label=bar class="!h-3" />
            <dl class="mt-3 grid grid-cols-2 gap-y-3 sm:grid-cols-4">
                {parts.into_iter().zip(words).map(figure).collect_view()}
            </dl>
            {(counts.excluded > 0)
                .then(|| view! { <p class="mt-3 text-sm text-muted">{text::excluded_line(lang, counts.excluded)}</p> })}
        </section>
    }
}

/// What each column is for. A form that asks the same page again, at once when a choice is made.
#[component]
fn Columns(id: String, columns: Vec<ImportColumn>, changed: RwSignal<Option<usize>>) -> impl IntoView {
    let lang = use_lang();
    // With JavaScript a choice asks again by itself.
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    let asks = |column: &&ImportColumn| column.sounds_like_consent && column.target == ColumnTarget::Attribute;
    let consent = columns.iter().find(asks).map(|column| text::consent_hint(lang, &column.header));
    view! {
        <Card flush=true title=text::columns(lang) class="h-fit">
            <Form method="GET" action=format!("/contacts/import/{id}") attr:id="columns">
                <Table caption=text::columns(lang) class="mt-1">
                    <thead class="max-sm:sr-only">
                        <tr>
                            <th scope="col">{text::in_your_file(lang)}</th>
                            <th scope="col">{text::in_sapa(lang)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {columns
                            .into_iter()
                            .enumerate()
                            .map(|(index, column)| view! { <ColumnRow index column changed /> })
                            .collect_view()}
                    </tbody>
                </Table>
                <div class="border-t px-[var(--card-pad)] py-3" hidden=move || alive.get()>
                    <Button submit=true>{text::check_again(lang)}</Button>
                </div>
            </Form>
            {consent.map(|words| view! { <Callout class="m-4">{words}</Callout> })}
        </Card>
    }
}

#[component]
fn ColumnRow(index: usize, column: ImportColumn, changed: RwSignal<Option<usize>>) -> impl IntoView {
    let lang = use_lang();
    let id = format!("column-{index}");
    let select = NodeRef::<leptos::html::Select>::new();
    let again = move |select: &web_sys::HtmlSelectElement| {
        changed.set(Some(index));
        if let Some(form) = select.form() {
            // A form on the page can be sent.
            let _ = form.request_submit();
        }
    };
    Effect::new(move |_| {
        let Some(select) = select.get() else { return };
        if select.value() != column.target.as_str() {
            // Chosen before the page came alive.
            again(&select);
        } else if changed.get_untracked() == Some(index) {
            changed.set(None);
            // A select that is shown can be focused.
            let _ = select.focus();
        }
    });
    let choices = ColumnTarget::ALL
        .iter()
        .map(|target| {
            view! {
                <option value=target.as_str() selected=*target == column.target>
                    {target_words(lang, *target)}
                </option>
            }
        })
        .collect_view();
    view! {
        <tr class="max-sm:block">
            <td class="max-sm:block max-sm:!h-auto max-sm:!border-b-0 max-sm:!pt-3 max-sm:!pb-1">
                <b class="block max-w-[24ch] truncate font-semibold">{column.header.clone()}</b>
                <span class="block max-w-[24ch] truncate text-xs text-muted">{column.sample}</span>
                <span class="block text-xs text-muted">{text::filled(lang, column.filled)}</span>
            </td>
            <td class="w-[56%] max-sm:block max-sm:w-full max-sm:!px-[var(--card-pad)] max-sm:!pb-3">
                <label class="sr-only" for=id.clone()>
                    {text::goes_to(lang, &column.header)}
                </label>
                <select node_ref=select id=id name="m" class="input !h-9 text-sm" on:change=move |event| again(&event_target(&event))>
                    {choices}
                </select>
            </td>
        </tr>
    }
}

fn target_words(lang: Lang, target: ColumnTarget) -> &'static str {
    match target {
        ColumnTarget::Phone => text::as_phone(lang),
        ColumnTarget::Name => text::as_name(lang),
        ColumnTarget::OptOut => text::as_opt_out(lang),
        ColumnTarget::Consent => text::as_consent(lang),
        ColumnTarget::Attribute => text::as_attribute(lang),
        ColumnTarget::Ignore => text::as_ignored(lang),
    }
}

/// Rows of one kind; the kinds are links, so each has an address.
#[component]
fn Rows(id: String, check: ImportCheck, mapping: String) -> impl IntoView {
    let query = use_query_map();
    let show = Memo::new(move |_| query.with(|query| query.get("show").unwrap_or_default()));
    move || view! { <RowsOfKind id=id.clone() check=check.clone() mapping=mapping.clone() show=show.get() /> }
}

#[component]
fn RowsOfKind(id: String, check: ImportCheck, mapping: String, show: String) -> impl IntoView {
    let lang = use_lang();
    let counts = check.counts;
    let kinds = [
        ("", text::sample(lang), None),
        ("errors", text::errors(lang), Some(counts.invalid)),
        ("twice", text::twice_short(lang), Some(counts.duplicates)),
        ("updates", text::updates(lang), Some(check.updates)),
    ];
    let rows = match show.as_str() {
        "errors" => check.refused,
        "twice" => check.duplicates,
        "updates" => check.updated,
        _ => check.sample,
    };
    let chips = kinds
        .into_iter()
        .filter(|(kind, _, count)| count.is_none_or(|n| n > 0) || *kind == show)
        .map(|(kind, words, count)| {
            let count = count.map(|n| format::number(lang, n as i64));
            view! {
                <a
                    class=if kind == show { "chip !border-accent !bg-accent-soft !text-accent-text" } else { "chip" }
                    href=address(&id, &mapping, kind)
                    aria-current=(kind == show).then_some("true")
                >
                    {words}
                    {count.map(|n| view! { <span class="font-medium tabular-nums">{n}</span> })}
                </a>
            }
        })
        .collect_view();
    let note = text::first_rows(lang, rows.len() as u64);
    view! {
        <Card flush=true title=text::rows(lang) class="h-fit" note>
            <nav class="flex gap-2 overflow-x-auto px-[var(--card-pad)] py-2" aria-label=text::show(lang)>
                {chips}
            </nav>
            <RowTable rows />
        </Card>
    }
}

/// The page with another kind of rows and the same columns.
fn address(id: &str, mapping: &str, show: &str) -> String {
    let mut query: Vec<String> = mapping.split(',').filter(|m| !m.is_empty()).map(|m| format!("m={m}")).collect();
    if !show.is_empty() {
        query.push(format!("show={show}"));
    }
    if query.is_empty() {
        format!("/contacts/import/{id}")
    } else {
        format!("/contacts/import/{id}?{}", query.join("&"))
    }
}

/// Rows of a file with what becomes of each.
#[component]
pub fn RowTable(rows: Vec<ImportRow>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Table caption=text::rows(lang)>
            <thead>
                <tr>
                    <th scope="col">{text::row(lang)}</th>
                    <th scope="col">{text::name(lang)}</th>
                    <th scope="col">{text::number(lang)}</th>
                    <th scope="col" class="w-[36%]">{text::what_becomes(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| view! { <RowLine row /> }).collect_view()}</tbody>
        </Table>
    }
}

#[component]
fn RowLine(row: ImportRow) -> impl IntoView {
    let lang = use_lang();
    let (tone, glyph) = match row.verdict {
        RowVerdict::New => ("text-success-text", Glyph::Check),
        RowVerdict::Update => ("text-info-text", Glyph::Refresh),
        RowVerdict::Duplicate { .. } => ("text-warning-text", Glyph::Copy),
        RowVerdict::Refused { .. } => ("text-danger-text", Glyph::XCircle),
    };
    let refused = matches!(row.verdict, RowVerdict::Refused { .. });
    let mut words = row.verdict.message(lang);
    if row.opted_out && !refused {
        words = format!("{words}, {}", text::without_marketing(lang));
    }
    let name = if row.name.is_empty() { text::no_name(lang).to_owned() } else { row.name };
    view! {
        <tr class=if refused { "bg-danger-soft" } else { "" }>
            <td class="text-muted tabular-nums">{format::number(lang, row.record as i64)}</td>
            <td class="max-w-[28ch] truncate font-medium">{name}</td>
            <td class="max-w-[24ch] truncate whitespace-nowrap tabular-nums">{row.raw}</td>
            <td>
                <span class=format!("flex items-start gap-1.5 font-medium {tone}")>
                    <Icon glyph class="mt-px size-4 shrink-0" />
                    <span>{words}</span>
                </span>
            </td>
        </tr>
    }
}

/// The one next step, always in sight.
#[component]
fn StartBar(id: String, mapping: String, imported: u64, start: ServerAction<StartImport>) -> impl IntoView {
    let lang = use_lang();
    let answer = start.value();
    let refused = Signal::derive(move || {
        answer.get().and_then(Result::<(), ApiError>::err).and_then(|error| error.field(lang, "mapping"))
    });
    let error = form_error(answer);
    view! {
        <div class="sticky bottom-0 z-10 mt-[var(--gap)] border-t bg-surface py-3 max-lg:bottom-14">
            <FormError error=move || error.get().or_else(|| refused.get()) />
            <ActionForm action=start>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="mapping" value=mapping />
                <div class="flex flex-wrap items-center gap-3">
                    <ButtonLink href="/contacts" variant=Variant::Ghost>
                        {text::cancel(lang)}
                    </ButtonLink>
                    <p class="flex-1 text-right text-xs text-muted max-sm:sr-only">
                        {if imported > 0 { text::import_note(lang) } else { text::nothing_to_import(lang) }}
                    </p>
                    <Button variant=Variant::Primary submit=true busy=start.pending()>
                        {text::import_rows(lang, imported)}
                    </Button>
                </div>
            </ActionForm>
        </div>
    }
}
