//! Where an agent writes. What is typed is kept per conversation: over a live change, an error, and a look at another
//! conversation.

use super::{
    api::{SendReply, send_file},
    chosen::{AttachButton, Chosen, ChosenLine, Taken, allow_drop},
    text,
};
use crate::{error::ApiError, ui::*};
use domain::{ConversationId, inbox::ConversationView};
use leptos::{ev, html, prelude::*, web_sys};
use server_fn::ServerFn;
use std::collections::HashMap;

/// What is typed and not sent, per conversation.
#[derive(Clone, Copy)]
pub struct Drafts {
    typed: RwSignal<HashMap<ConversationId, String>>,
    /// The last conversation that became another one, and that one.
    renamed: StoredValue<Option<(ConversationId, ConversationId)>>,
}

/// Makes the drafts. Called once, by the page around the threads.
pub fn provide_drafts() {
    provide_context(Drafts { typed: RwSignal::new(HashMap::new()), renamed: StoredValue::new(None) });
}

/// The drafts of the page around.
pub fn use_drafts() -> Drafts {
    expect_context()
}

impl Drafts {
    fn of(self, id: ConversationId) -> String {
        self.typed.with(|drafts| drafts.get(&id).cloned().unwrap_or_default())
    }

    /// A conversation became part of another one: what is typed stands before what was typed there.
    pub fn rename(self, before: ConversationId, now: ConversationId) {
        self.renamed.set_value(Some((before, now)));
        let typed = self.typed.try_update(|drafts| drafts.remove(&before)).flatten();
        if let Some(typed) = typed {
            self.give_back(now, typed);
        }
    }

    /// The address of a conversation now.
    fn now(self, id: ConversationId) -> ConversationId {
        self.renamed.get_value().filter(|(before, _)| *before == id).map_or(id, |(_, now)| now)
    }

    /// The same conversation under another address.
    fn is_same(self, before: ConversationId, now: ConversationId) -> bool {
        self.now(before) == now
    }

    fn set(self, id: ConversationId, text: String) {
        self.typed.update(|drafts| {
            if text.is_empty() {
                drafts.remove(&id)
            } else {
                drafts.insert(id, text)
            };
        });
    }

    /// A text that could not be sent stands before whatever was typed meanwhile.
    fn give_back(self, id: ConversationId, text: String) {
        let typed = self.typed.with_untracked(|drafts| drafts.get(&id).cloned().unwrap_or_default());
        self.set(id, if typed.is_empty() { text } else { format!("{text}\n{typed}") });
    }
}

/// The field for the answer, and the button that sends it.
#[component]
pub fn Composer(
    conversation: Memo<ConversationView>,
    /// Filled by this component, for the key that goes there.
    node: NodeRef<html::Textarea>,
    /// Called after an answer was taken.
    on_sent: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let drafts = use_drafts();
    let id = Memo::new(move |_| conversation.with(|c| c.id));
    let draft = Memo::new(move |_| drafts.of(id.get()));
    let reply = ServerAction::<SendReply>::new();
    let upload = Action::new_local(|form: &web_sys::FormData| send_file(form.clone().into()));
    let busy = Signal::derive(move || reply.pending().get() || upload.pending().get());
    let chosen = Chosen::new(node);
    let under_way = StoredValue::new(None::<(ConversationId, String)>);
    let failed = RwSignal::new(None::<(ConversationId, String)>);
    keep_in_step(node, draft, move |typed| drafts.set(id.get_untracked(), typed));

    let send = move || {
        let (conversation, text) = (id.get_untracked(), draft.get_untracked());
        let with_file = untrack(|| chosen.is_some());
        if (text.trim().is_empty() && !with_file) || busy.get_untracked() {
            return;
        }
        failed.set(None);
        if let Some(problem) = chosen.problem(lang) {
            failed.set(Some((conversation, problem)));
            return;
        }
        let form = with_file.then(|| chosen.form()).flatten();
        drafts.set(conversation, String::new());
        under_way.set_value(Some((conversation, text.clone())));
        match form {
            Some(form) => {
                upload.dispatch_local(form);
            }
            None => {
                reply.dispatch(SendReply { conversation, text });
            }
        }
    };
    // What is chosen was meant for the conversation that was open.
    Effect::new(move |before: Option<ConversationId>| {
        let now = id.get();
        if before.is_some_and(|before| !drafts.is_same(before, now)) {
            chosen.clear();
        }
        now
    });
    let settle = move |answer: Result<(), ApiError>| {
        let Some((conversation, text)) = under_way.try_update_value(Option::take).flatten() else { return };
        let conversation = drafts.now(conversation);
        match answer {
            Ok(()) => {
                if id.get_untracked() == conversation {
                    chosen.clear();
                }
                on_sent.run(());
            }
            Err(error) => {
                drafts.give_back(conversation, text);
                failed.set(Some((conversation, error.message(lang))));
            }
        }
    };
    Effect::new(move |_| reply.value().get().map(settle));
    Effect::new(move |_| upload.value().get().map(settle));
    let take = move |event: &web_sys::Event| {
        // What is on its way is let go of when it has arrived: another would go with it.
        if busy.get_untracked() {
            event.prevent_default();
            return;
        }
        if chosen.take(lang, event) == Taken::Many {
            failed.set(Some((id.get_untracked(), text::one_file(lang).to_owned())));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let error = Signal::derive(move || failed.get().filter(|(of, _)| *of == id.get()).map(|(_, words)| words));
    let label = move || conversation.with(|c| text::reply_to(lang, &c.name, &c.number_label));
    view! {
        <form
            class="composer"
            method="post"
            action=SendReply::url()
            aria-label=text::reply(lang)
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <WaitingNote conversation />
            <input type="hidden" name="conversation" value=move || id.get().to_string() />
            <div
                class="composer-box"
                on:dragover=allow_drop
                on:drop=move |event| take(&event)
            >
                <ChosenLine chosen busy />
                <textarea
                    node_ref=node
                    name="text"
                    rows="2"
                    required=move || !chosen.is_some()
                    aria-label=label
                    aria-keyshortcuts="Alt+L"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby="reply-error"
                    placeholder=move || {
                        if chosen.is_some() {
                            text::caption(lang).to_owned()
                        } else {
                            conversation.with(|c| text::write_reply(lang, &c.number_label))
                        }
                    }
                    on:input=move |event| drafts.set(id.get_untracked(), event_target_value(&event))
                    on:keydown=on_key
                    on:paste=move |event| {
                        if !busy.get_untracked() {
                            take(&event);
                        }
                    }
                ></textarea>
                <div class="flex items-center justify-end gap-3 px-2 pb-2">
                    <AttachButton chosen busy />
                    <span class="js-only flex items-center gap-1 text-xs text-muted max-md:hidden">
                        <kbd class="kbd">"Shift"</kbd>
                        <kbd class="kbd">"Enter"</kbd>
                        {text::new_line(lang)}
                    </span>
                    <Button variant=Variant::Primary small=true submit=true glyph=Glyph::Send busy>
                        {text::send(lang)}
                    </Button>
                </div>
            </div>
            <FieldError id="reply-error" error />
        </form>
    }
}

/// Says that an answer will wait, where the number is away. Writing goes on.
#[component]
fn WaitingNote(conversation: Memo<ConversationView>) -> impl IntoView {
    let lang = use_lang();
    let away = Memo::new(move |_| conversation.with(|c| (!c.number_state.may_send()).then(|| c.number_label.clone())));
    move || {
        away.get().map(|number| {
            view! {
                <Callout tone=Tone::Warning class="mb-2">
                    {text::waits_for_number(lang, &number)}
                </Callout>
            }
        })
    }
}

/// Keeps the field and the draft the same; what was typed before the page came alive becomes the draft.
fn keep_in_step(node: NodeRef<html::Textarea>, draft: Memo<String>, adopt: impl Fn(String) + Send + 'static) {
    Effect::new(move |before: Option<()>| {
        let (Some(field), wanted) = (node.get(), draft.get()) else { return };
        let shown = field.value();
        if shown == wanted {
        } else if before.is_none() && !shown.is_empty() {
            adopt(shown);
        } else {
            field.set_value(&wanted);
        }
    });
}
