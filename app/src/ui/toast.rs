//! Short notices at the bottom of the page, with undo where there is one. Announced politely.

use super::{Glyph, Icon, Tone, text, use_lang};
use crate::error::ApiError;
use leptos::prelude::*;
use std::time::Duration;

/// How long a notice stays.
const STAYS: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Toast {
    key: u32,
    words: String,
    tone: Tone,
    undo: Option<Callback<()>>,
}

/// The notices of the page. Get it with [`use_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
}

/// The notices of this page, to say something: `use_toasts().say(text::saved(lang))`.
pub fn use_toasts() -> Toasts {
    expect_context::<Toasts>()
}

/// Follows what comes of an action: when it is done, `done` is said, if anything, and `again` asks anew, because events
/// would do it only while the stream is up; what hindered it is said unless it stands beside a field.
pub fn follow_up(
    answer: impl Into<Signal<Option<Result<(), ApiError>>>>,
    done: Option<&'static str>,
    again: Callback<()>,
) {
    let (lang, toasts, answer) = (use_lang(), use_toasts(), answer.into());
    Effect::new(move |_| match answer.get() {
        Some(Ok(())) => {
            done.into_iter().for_each(|done| toasts.say(done));
            again.run(());
        }
        Some(Err(error)) if !error.is_about_fields() => toasts.complain(error.message(lang)),
        _ => {}
    });
}

/// Makes the notices. Called once, by the shell.
pub fn provide_toasts() {
    provide_context(Toasts { shown: RwSignal::new(Vec::new()), last: StoredValue::new(0) });
}

impl Toasts {
    /// Something is done.
    pub fn say(self, words: impl Into<String>) {
        self.show(words.into(), Tone::Success, None);
    }

    /// Something could not be done; the page stays as it was.
    pub fn complain(self, words: impl Into<String>) {
        self.show(words.into(), Tone::Danger, None);
    }

    /// Something is done and can be undone for five seconds.
    pub fn say_with_undo(self, words: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        self.show(words.into(), Tone::Success, Some(Callback::new(move |()| undo())));
    }

    fn show(self, words: String, tone: Tone, undo: Option<Callback<()>>) {
        let key = self.last.get_value().wrapping_add(1);
        self.last.set_value(key);
        self.shown.update(|shown| shown.push(Toast { key, words, tone, undo }));
        set_timeout(move || self.hide(key), STAYS);
    }

    fn hide(self, key: u32) {
        // The page may be gone by the time its notice ends.
        let _ = self.shown.try_update(|shown| shown.retain(|toast| toast.key != key));
    }
}

/// Where notices appear. Part of the shell.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    view! {
        <div
            class="pointer-events-none fixed inset-x-4 bottom-4 z-40 flex flex-col items-center gap-2 max-lg:bottom-20"
            role="status"
            aria-live="polite"
        >
            <For each=move || toasts.shown.get() key=|toast| toast.key let:toast>
                <div class="toast pointer-events-auto w-full max-w-md">
                    <Icon
                        glyph=if toast.tone == Tone::Danger { Glyph::Warning } else { Glyph::CheckCircle }
                        class="size-[18px] shrink-0"
                    />
                    <span class="flex-1">{toast.words.clone()}</span>
                    {toast
                        .undo
                        .map(|undo| {
                            view! {
                                <button
                                    type="button"
                                    class="font-bold underline underline-offset-3"
                                    on:click=move |_| {
                                        undo.run(());
                                        toasts.hide(toast.key);
                                    }
                                >
                                    {text::undo(lang)}
                                </button>
                            }
                        })}
                </div>
            </For>
        </div>
    }
}
