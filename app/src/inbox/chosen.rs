//! The file that will go with an answer: chosen, dropped or pasted. It stays in its field of the form until it is sent.

use super::text;
use crate::{format, ui::*};
use domain::{Lang, media::MAX_SENT_BYTES};
use leptos::{ev, html, prelude::*, web_sys};

/// What is chosen, and the field that holds it.
#[derive(Clone, Copy)]
pub struct Chosen {
    field: NodeRef<html::Input>,
    file: RwSignal<Option<ChosenFile>>,
    /// Where an agent goes on when the file is let go of.
    back: NodeRef<html::Textarea>,
    /// What a screen reader says of it.
    said: RwSignal<String>,
}

/// What was in a drop or a paste.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    None,
    One,
    /// More than a message can carry: none of them is taken.
    Many,
}

#[derive(Clone, PartialEq)]
struct ChosenFile {
    name: String,
    bytes: u64,
}

impl Chosen {
    /// Nothing yet. `back` is where an agent goes on when a file is let go of.
    pub fn new(back: NodeRef<html::Textarea>) -> Self {
        Self { field: NodeRef::new(), file: RwSignal::new(None), back, said: RwSignal::new(String::new()) }
    }

    /// Whether there is a file. Tracked.
    pub fn is_some(self) -> bool {
        self.file.with(Option::is_some)
    }

    /// Why it cannot be sent.
    pub fn problem(self, lang: Lang) -> Option<String> {
        let bytes = self.file.with_untracked(|file| file.as_ref().map(|file| file.bytes))?;
        let words = || text::file_too_large(lang, &format::bytes(lang, bytes), &format::bytes(lang, MAX_SENT_BYTES));
        (bytes > MAX_SENT_BYTES).then(words)
    }

    /// The form around the field, with everything in it.
    pub fn form(self) -> Option<web_sys::FormData> {
        let form = self.field.get_untracked()?.form()?;
        web_sys::FormData::new_with_form(&form).ok()
    }

    /// Lets go of the file, as somebody asked who was at its line: they go on where they write.
    fn let_go(self, lang: Lang) {
        self.clear();
        self.said.set(text::file_let_go(lang).to_owned());
        if let Some(back) = self.back.get_untracked() {
            let _ = back.focus();
        }
    }

    /// Lets go of the file.
    pub fn clear(self) {
        if let Some(field) = self.field.get_untracked() {
            field.set_value("");
        }
        self.file.set(None);
        self.said.set(String::new());
    }

    /// Takes the file that was dropped or pasted. Where there is one, the browser does nothing else with it.
    pub fn take(self, lang: Lang, event: &web_sys::Event) -> Taken {
        let taken = self.field.get_untracked().map_or(Taken::None, |field| browser::take(&field, event));
        if taken != Taken::None {
            event.prevent_default();
        }
        if taken == Taken::One {
            self.look(lang);
        }
        taken
    }

    fn look(self, lang: Lang) {
        let first = self.field.get_untracked().and_then(|field| browser::first(&field));
        if let Some((name, bytes)) = &first {
            self.said.set(text::file_chosen(lang, name, &format::bytes(lang, *bytes)));
        }
        self.file.set(first.map(|(name, bytes)| ChosenFile { name, bytes }));
    }

    fn ask(self) {
        if let Some(field) = self.field.get_untracked() {
            field.click();
        }
    }
}

/// The button that asks for a file, and its field.
#[component]
pub fn AttachButton(chosen: Chosen, #[prop(into)] busy: Signal<bool>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <input
            node_ref=chosen.field
            type="file"
            name="file"
            hidden
            aria-label=text::attach(lang)
            on:change=move |_| chosen.look(lang)
        />
        <button
            type="button"
            class="js-only btn btn-ghost btn-icon btn-sm mr-auto"
            aria-label=text::attach(lang)
            title=text::attach(lang)
            disabled=busy
            on:click=move |_| chosen.ask()
        >
            <Icon glyph=Glyph::PaperClip class="size-4.5" />
        </button>
    }
}

/// The file that is chosen, and the way to let go of it.
#[component]
pub fn ChosenLine(chosen: Chosen, #[prop(into)] busy: Signal<bool>) -> impl IntoView {
    let lang = use_lang();
    let line = move |file: ChosenFile| {
        let size = format::bytes(lang, file.bytes);
        view! {
            <div class="mx-2 mt-2 flex w-fit max-w-full items-center gap-2 rounded-lg border bg-sunken py-1 pr-1 pl-2.5 text-sm">
                <Icon glyph=Glyph::Document class="size-4 shrink-0 text-muted" />
                <span class="min-w-0 truncate font-medium">{file.name}</span>
                <span class="shrink-0 text-xs text-muted">
                    {move || if busy.get() { text::sending_file(lang).to_owned() } else { size.clone() }}
                </span>
                <button
                    type="button"
                    class="btn btn-ghost btn-icon btn-sm"
                    aria-label=text::remove_file(lang)
                    title=text::remove_file(lang)
                    disabled=busy
                    on:click=move |_| chosen.let_go(lang)
                >
                    <Icon glyph=Glyph::Close />
                </button>
            </div>
        }
    };
    view! {
        {move || chosen.file.get().map(line)}
        <p class="sr-only" role="status">
            {move || chosen.said.get()}
        </p>
    }
}

/// Files may be dropped here: without this the browser would open them.
pub fn allow_drop(event: ev::DragEvent) {
    event.prevent_default();
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Taken;
    use wasm_bindgen::JsCast as _;
    use web_sys::{ClipboardEvent, DataTransfer, DragEvent, Event, HtmlInputElement};

    /// Name and size of the file in a field.
    pub fn first(field: &HtmlInputElement) -> Option<(String, u64)> {
        let file = field.files()?.get(0)?;
        Some((file.name(), file.size() as u64))
    }

    pub fn take(field: &HtmlInputElement, event: &Event) -> Taken {
        let dropped = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
        let pasted = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        let given = dropped.or_else(|| pasted.filter(|pasted| !has_words(pasted)));
        match given.and_then(|given| given.files()) {
            Some(files) if files.length() == 1 => {
                field.set_files(Some(&files));
                Taken::One
            }
            Some(files) if files.length() > 1 => Taken::Many,
            _ => Taken::None,
        }
    }

    /// Tables and texts come from other programs with a picture of themselves: the words are meant.
    fn has_words(given: &DataTransfer) -> bool {
        given.get_data("text/plain").is_ok_and(|text| !text.is_empty())
    }
}

/// The server chooses nothing: forms are filled in browsers.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use super::Taken;
    use leptos::web_sys::{Event, HtmlInputElement};

    pub fn first(_: &HtmlInputElement) -> Option<(String, u64)> {
        None
    }

    pub fn take(_: &HtmlInputElement, _: &Event) -> Taken {
        Taken::None
    }
}
