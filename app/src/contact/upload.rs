//! Choosing a contact file.

use super::{
    api::{UploadContacts, recent_imports, upload_contacts},
    text,
};
use crate::{
    error::{ApiError, field_error, form_error},
    format,
    layout::{use_now, use_zone},
    live::refetch_on,
    ui::*,
};
use domain::{
    Event,
    contact::import::{ImportStatus, ImportView, MAX_FILE_BYTES},
};
use leptos::{ev::SubmitEvent, prelude::*, server::ServerActionError, web_sys};
use server_fn::{ServerFn, error::ServerFnUrlError};

/// `/contacts/import`
#[component]
pub fn UploadPage() -> impl IntoView {
    let lang = use_lang();
    let imports = Query::new(|| (), |()| recent_imports());
    refetch_on(imports, |event| matches!(event, Event::ImportChanged(_) | Event::Resync));
    view! {
        <PageHead title=text::import_contacts(lang) lead=text::upload_lead(lang) />
        <div class="grid gap-[var(--gap)] xl:grid-cols-[minmax(0,1fr)_428px]">
            <UploadForm />
            <Load of=imports view=|imports| (!imports.is_empty()).then(|| view! { <RecentImports imports /> }) />
        </div>
    }
}

/// A form that works by itself; with JavaScript it shows that it is busy and refuses a large file before sending it.
#[component]
fn UploadForm() -> impl IntoView {
    let lang = use_lang();
    let upload = Action::new_local(|form: &web_sys::FormData| upload_contacts(form.clone().into()));
    let refused = RwSignal::new(answer_in_address());
    let too_large = RwSignal::new(None::<String>);
    let answer =
        Signal::derive(
            move || if upload.pending().get() { None } else { upload.value().get().or_else(|| refused.get()) },
        );
    let problem = field_error(answer, "file");
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        refused.set(None);
        let form = event_target::<web_sys::HtmlFormElement>(&event);
        let Ok(form) = web_sys::FormData::new_with_form(&form) else { return };
        match chosen_size(&form) {
            0 => too_large.set(Some(text::choose_one_first(lang).to_owned())),
            size if size > MAX_FILE_BYTES => too_large.set(Some(too_large_words(lang, size))),
            _ => {
                too_large.set(None);
                upload.dispatch_local(form);
            }
        }
    };
    let error = Signal::derive(move || too_large.get().or_else(|| problem.get()));
    view! {
        <Card>
            <form method="post" action=UploadContacts::PATH enctype="multipart/form-data" on:submit=send>
                <FormError error=form_error(answer) />
                <Field
                    name="file"
                    label=text::choose_file(lang)
                    hint=text::choose_file_hint(lang, &format::bytes(lang, MAX_FILE_BYTES))
                    error
                >
                    <FileInput />
                </Field>
                <div class="mt-5">
                    <Button variant=Variant::Primary submit=true glyph=Glyph::Upload busy=upload.pending()>
                        {text::upload(lang)}
                    </Button>
                </div>
            </form>
        </Card>
    }
}

/// Without JavaScript the answer comes back in the page's address.
fn answer_in_address() -> Option<Result<(), ApiError>> {
    let error = use_context::<ServerActionError>().filter(|error| error.path() == UploadContacts::PATH)?;
    Some(Err(ServerFnUrlError::<ApiError>::decode_err(error.err())))
}

fn too_large_words(lang: domain::Lang, size: u64) -> String {
    text::file_too_large(lang, &format::bytes(lang, size), &format::bytes(lang, MAX_FILE_BYTES))
}

#[component]
fn RecentImports(imports: Vec<ImportView>) -> impl IntoView {
    let (lang, now, zone) = (use_lang(), use_now(), use_zone());
    let row = move |import: ImportView| {
        let outcome = outcome(lang, &import);
        view! {
            <tr>
                <td class="max-w-[22ch] truncate">
                    <TextLink href=format!("/contacts/import/{}", import.id)>{import.file_name}</TextLink>
                </td>
                <td>{outcome}</td>
                <td class="whitespace-nowrap text-muted">
                    {format::short_date(lang, zone, import.created_at, now.get_untracked())}
                </td>
            </tr>
        }
    };
    view! {
        <Card flush=true title=text::recent_imports(lang) class="h-fit">
            <Table caption=text::recent_imports(lang) class="mt-1">
                <thead>
                    <tr>
                        <th scope="col">{text::file(lang)}</th>
                        <th scope="col">{text::result(lang)}</th>
                        <th scope="col">{text::when(lang)}</th>
                    </tr>
                </thead>
                <tbody>{imports.into_iter().map(row).collect_view()}</tbody>
            </Table>
        </Card>
    }
}

fn outcome(lang: domain::Lang, import: &ImportView) -> String {
    match import.status {
        ImportStatus::Uploaded | ImportStatus::Checking => text::waiting(lang).to_owned(),
        ImportStatus::Importing => text::progress(lang, import.counts.imported, import.total),
        ImportStatus::Done => text::imported_of(lang, import.counts.imported),
        ImportStatus::Failed => text::failed(lang).to_owned(),
    }
}
