//! One import: the check before it, its progress, its result.

use super::{
    api::{OpenedImport, StartImport, open_import},
    check::{Check, Held},
    progress::{Progress, Result as Finished},
    text,
};
use crate::{live::refetch_on, ui::*};
use domain::{Event, contact::import::ImportStatus};
use leptos::{either::EitherOf4, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/contacts/import/:id?m=name&m=phone&m=attribute&show=errors`: `m` says what each column is for.
#[component]
pub fn ImportPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let id = params.with(|params| params.get("id").unwrap_or_default());
        (id, query.with(|query| query.get_all("m").unwrap_or_default().join(",")))
    });
    let held = Held {
        start: ServerAction::<StartImport>::new(),
        changed: RwSignal::new(None),
        choosing: StoredValue::new(false),
    };
    let source = move || (asked.get(), held.start.version().get());
    let opened = Query::new(source, |((id, mapping), _)| open_import(id, mapping));
    refetch_on(opened, move |event| match event {
        Event::ImportChanged(changed) => asked.with_untracked(|(id, _)| *id == changed.to_string()),
        // Nothing changes by itself while a person chooses, and drawing anew would take the choice away.
        event => *event == Event::Resync && !held.choosing.get_value(),
    });
    view! { <Load of=opened view=move |opened| view! { <Stage opened held mapping=asked.get_untracked().1 /> } /> }
}

#[component]
fn Stage(opened: OpenedImport, held: Held, mapping: String) -> impl IntoView {
    let OpenedImport { import, check, problems } = opened;
    held.choosing.set_value(import.status == ImportStatus::Uploaded);
    match (import.status, check) {
        (ImportStatus::Uploaded, Some(check)) => EitherOf4::A(view! { <Check import check held mapping /> }),
        (ImportStatus::Done, _) => EitherOf4::B(view! { <Finished import problems /> }),
        (ImportStatus::Failed, _) => EitherOf4::C(view! { <Failed /> }),
        _ => EitherOf4::D(view! { <Progress import /> }),
    }
}

#[component]
fn Failed() -> impl IntoView {
    let lang = use_lang();
    view! {
        <PageHead title=text::failed(lang) />
        <Callout tone=Tone::Danger>{text::failed_body(lang)}</Callout>
        <div class="mt-5">
            <ButtonLink href="/contacts/import" variant=Variant::Primary>
                {text::another_file(lang)}
            </ButtonLink>
        </div>
    }
}
