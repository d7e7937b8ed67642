//! The file that goes with the message: chosen, shown, let go of. It is kept with the draft as soon as it is chosen.

use super::{
    api::{AttachFile, DetachFile, attach_file},
    step::Draft,
    text,
};
use crate::{error::ApiError, format, inbox::ShownFile, ui::*};
use domain::{
    Lang,
    campaign::CampaignFile,
    media::{AttachmentView, MAX_SENT_BYTES, MediaFile},
    message::MessageKind,
};
use leptos::{html, prelude::*, web_sys};
use server_fn::ServerFn;

/// What is on its way to the server, and what it said.
#[derive(Clone, Copy)]
pub struct Attaching {
    draft: Draft,
    lang: Lang,
    field: NodeRef<html::Input>,
    attach: Action<web_sys::FormData, Result<(), ApiError>>,
    detach: ServerAction<DetachFile>,
    problem: RwSignal<Option<String>>,
}

impl Attaching {
    /// Nothing yet. `changed` is called when the draft has another file, or none.
    pub fn new(draft: Draft, changed: Callback<()>) -> Self {
        let lang = use_lang();
        let attach = Action::new_local(|form: &web_sys::FormData| attach_file(form.clone().into()));
        let detach = ServerAction::<DetachFile>::new();
        let problem = RwSignal::new(None);
        let settle = move |answer: Result<(), ApiError>| match answer {
            Ok(()) => changed.run(()),
            Err(error) => problem.set(Some(error.field(lang, "file").unwrap_or_else(|| error.message(lang)))),
        };
        Effect::new(move |_| attach.value().get().map(settle));
        Effect::new(move |_| detach.value().get().map(settle));
        Self { draft, lang, field: NodeRef::new(), attach, detach, problem }
    }

    /// Whether an answer is awaited. Tracked.
    fn is_busy(self) -> bool {
        self.attach.pending().get() || self.detach.pending().get()
    }

    fn ask(self) {
        if let Some(field) = self.field.get_untracked() {
            field.click();
        }
    }

    /// Sends what was chosen, with everything that is typed around it.
    fn send(self) {
        let lang = self.lang;
        let Some(field) = self.field.get_untracked() else { return };
        let Some(form) = field.form().and_then(|form| web_sys::FormData::new_with_form(&form).ok()) else { return };
        // The same file can be chosen again after a mistake.
        field.set_value("");
        self.problem.set(None);
        match chosen_size(&form) {
            0 => {}
            size if size > MAX_SENT_BYTES => {
                let (size, limit) = (format::bytes(lang, size), format::bytes(lang, MAX_SENT_BYTES));
                self.problem.set(Some(text::file_too_large(lang, &size, &limit)));
            }
            _ => {
                self.attach.dispatch_local(form);
            }
        }
    }

    fn let_go(self) {
        self.problem.set(None);
        if let Some(without_file) = self.draft.without_file() {
            self.detach.dispatch(without_file);
        }
    }
}

/// The button that asks for a file.
#[component]
pub fn AttachButton(attaching: Attaching) -> impl IntoView {
    let lang = use_lang();
    view! {
        <IconButton
            glyph=Glyph::PaperClip
            label=text::attach(lang)
            small=true
            class="shrink-0"
            disabled=Signal::derive(move || attaching.is_busy())
            on:click=move |_| attaching.ask()
        />
    }
}

/// The field for the file, which the browser shows only to those without JavaScript, and the file that is there.
#[component]
pub fn FileLine(attaching: Attaching, #[prop(into)] file: Signal<Option<CampaignFile>>) -> impl IntoView {
    let lang = use_lang();
    let file = Memo::new(move |_| file.get());
    let problem = attaching.problem;
    view! {
        <div class="plain-only border-b px-4 py-3">
            <label class="label" for="campaign-file">{text::file(lang)}</label>
            <input
                node_ref=attaching.field
                id="campaign-file"
                type="file"
                name="file"
                on:change=move |_| attaching.send()
            />
            <button type="submit" class="btn btn-sm" formmethod="post" formaction=AttachFile::PATH formenctype="multipart/form-data">
                {text::attach(lang)}
            </button>
        </div>
        {move || {
            attaching
                .attach
                .pending()
                .get()
                .then(|| {
                    view! {
                        <p class="flex items-center gap-2.5 border-b px-4 py-3 text-sm text-muted" role="status">
                            <span class="spinner" aria-hidden="true"></span>
                            {text::uploading(lang)}
                        </p>
                    }
                })
        }}
        {move || {
            (!attaching.attach.pending().get())
                .then(|| file.get())
                .flatten()
                .map(|file| view! { <ThereIs attaching file /> })
        }}
        <div class="px-4 [&>.error]:my-2.5">
            <FieldError id="campaign-file-error" error=problem />
        </div>
    }
}

/// The file, small, with the way to let go of it.
#[component]
fn ThereIs(attaching: Attaching, file: CampaignFile) -> impl IntoView {
    let lang = use_lang();
    let AttachmentView { name, bytes, file: place, .. } = file.shown;
    let kind = kind_words(lang, file.kind);
    let name = if name.is_empty() { kind.to_owned() } else { name };
    let about: Vec<String> =
        [kind.to_owned()].into_iter().chain(bytes.map(|bytes| format::bytes(lang, bytes))).collect();
    let thumbnail = match place {
        MediaFile::Here { link, preview, .. } if file.kind == MessageKind::Image => Some(preview.unwrap_or(link)),
        _ => None,
    };
    let remove = text::remove_file(lang, &name);
    view! {
        <div class="flex items-center gap-3 border-b py-2.5 pr-2 pl-4" data-testid="file">
            <span class="grid size-11 shrink-0 place-items-center overflow-hidden rounded-md bg-sunken text-muted">
                {match thumbnail {
                    Some(shown) => view! { <img class="size-11 object-cover" src=shown alt="" /> }.into_any(),
                    None => view! { <Icon glyph=glyph(file.kind) class="size-5" /> }.into_any(),
                }}
            </span>
            <span class="min-w-0 flex-1">
                <span class="block truncate text-sm font-medium">{name}</span>
                <span class="block text-xs text-muted">{about.join(" · ")}</span>
            </span>
            <button
                type="submit"
                formmethod="post"
                formaction=DetachFile::PATH
                class="btn btn-ghost btn-icon btn-sm"
                aria-label=remove.clone()
                title=remove
                disabled=move || attaching.is_busy()
                on:click=move |event| {
                    event.prevent_default();
                    attaching.let_go();
                }
            >
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
}

/// A photo, a video, …
fn kind_words(lang: Lang, kind: MessageKind) -> &'static str {
    kind.label(lang).trim_matches(['[', ']'])
}

fn glyph(kind: MessageKind) -> Glyph {
    match kind {
        MessageKind::Image => Glyph::Photo,
        MessageKind::Video | MessageKind::Audio | MessageKind::Voice => Glyph::Play,
        _ => Glyph::Document,
    }
}

/// The file as it stands in the message, above its words.
#[component]
pub fn FileInMessage(file: CampaignFile) -> impl IntoView {
    let words = kind_words(use_lang(), file.kind);
    view! { <ShownFile kind=file.kind file=file.shown words /> }
}
