//! An import that runs, and one that is done.

use super::{check::RowTable, text};
use crate::ui::*;
use domain::contact::import::{ImportRow, ImportStatus, ImportView};
use leptos::prelude::*;

/// How far it is. Drawn anew with every answer, so the numbers are plain.
#[component]
pub fn Progress(import: ImportView) -> impl IntoView {
    let lang = use_lang();
    let (done, total) = (import.counts.imported, import.total);
    let words = match import.status {
        ImportStatus::Importing => text::progress(lang, done, total),
        _ => text::reading(lang).to_owned(),
    };
    view! {
        <PageHead title=text::importing(lang) lead=import.file_name />
        <Card>
            <p class="mb-3 text-lg font-bold" role="status">
                {words.clone()}
            </p>
            <ProgressBar done whole=total.max(1) label=words part=Part::Success />
            <p class="mt-3 text-sm text-muted">{text::may_leave(lang)}</p>
        </Card>
    }
}

/// What came of it, and what to do next.
#[component]
pub fn Result(import: ImportView, problems: Vec<ImportRow>) -> impl IntoView {
    let lang = use_lang();
    let counts = import.counts;
    let campaign = format!("/campaigns/new?import={}", import.id);
    let lead = text::done_lead(lang, counts.recipients(), &import.file_name);
    let actions = slot(move || {
        view! {
            <ButtonLink href="/contacts">{text::see_contacts(lang)}</ButtonLink>
            {(counts.recipients() > 0)
                .then(|| {
                    view! {
                        <ButtonLink href=campaign variant=Variant::Primary glyph=Glyph::Megaphone>
                            {text::write_to_them(lang)}
                        </ButtonLink>
                    }
                })}
        }
    });
    view! {
        <PageHead title=text::done(lang) lead actions />
        <Figures label=text::done(lang)>
            <Figure label=text::imported(lang) value=counts.imported part=Part::Success />
            <Figure label=text::do_not_write(lang) value=counts.excluded part=Part::Warning />
            <Figure label=text::twice(lang) value=counts.duplicates part=Part::Submitted />
            <Figure label=text::refused(lang) value=counts.invalid part=Part::Failed />
        </Figures>
        {(!problems.is_empty())
            .then(|| {
                view! {
                    <Card
                        flush=true
                        title=text::not_imported(lang)
                        note=text::not_imported_note(lang)
                        class="mt-[var(--gap)]"
                    >
                        <RowTable rows=problems />
                    </Card>
                }
            })}
    }
}
