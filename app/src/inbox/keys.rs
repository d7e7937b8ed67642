//! The inbox by keyboard, and the map of its keys.

use super::{
    api::{ConversationList, SetStatus},
    query::{ListQuery, current_conversation},
    text,
};
use crate::ui::{Dialog, Query, use_lang};
use domain::{
    ConversationId,
    inbox::{ConversationStatus, ConversationView},
};
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;

/// Keys that belong to the list: next, previous, and the map.
#[component]
pub fn Keys(list: Query<ConversationList>, asked: Memo<ListQuery>) -> impl IntoView {
    let lang = use_lang();
    let map = RwSignal::new(false);
    let open = current_conversation();
    let navigate = use_navigate();
    let go = move |step: isize| {
        let ids: Vec<ConversationId> = match list.get_untracked() {
            Some(Ok(list)) => list.page.rows.iter().map(|row| row.id).collect(),
            _ => Vec::new(),
        };
        if let Some(id) = neighbour(&ids, open.get_untracked(), step) {
            navigate(&asked.with_untracked(|asked| asked.href(Some(id))), Default::default());
        }
    };
    on_key(move |event| {
        match (event.alt_key(), event.code().as_str()) {
            (true, "KeyJ") => go(1),
            (true, "KeyK") => go(-1),
            (false, _) if event.key() == "?" && !is_typing() => map.set(true),
            _ => return false,
        }
        true
    });
    view! {
        <Dialog open=map title=text::keys(lang).to_owned()>
            <KeyMap />
        </Dialog>
    }
}

/// Keys that belong to the open conversation: resolve and answer.
pub fn thread_keys(
    conversation: Memo<ConversationView>,
    set_status: ServerAction<SetStatus>,
    field: NodeRef<html::Textarea>,
) {
    on_key(move |event| {
        match (event.alt_key(), event.code().as_str()) {
            (true, "KeyE") => {
                let (conversation, status) = conversation.with_untracked(|c| (c.id, c.status));
                let status = match status {
                    ConversationStatus::Resolved => ConversationStatus::Open,
                    ConversationStatus::Open | ConversationStatus::Pending => ConversationStatus::Resolved,
                };
                set_status.dispatch(SetStatus { conversation, status });
            }
            (true, "KeyL") => {
                if let Some(field) = field.get_untracked() {
                    let _ = field.focus();
                }
            }
            _ => return false,
        }
        true
    });
}

/// The conversation so many steps after the open one; from none, the first.
fn neighbour(ids: &[ConversationId], open: Option<ConversationId>, step: isize) -> Option<ConversationId> {
    match open.and_then(|open| ids.iter().position(|id| *id == open)) {
        Some(at) => at.checked_add_signed(step).and_then(|at| ids.get(at)).copied(),
        None => ids.first().copied(),
    }
}

/// Calls `act` with every key of the page; a key that it takes does nothing else. Ends with the component.
#[cfg_attr(not(feature = "hydrate"), allow(unused_variables))]
fn on_key(act: impl Fn(&ev::KeyboardEvent) -> bool + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let handle = window_event_listener(ev::keydown, move |event| {
            if !event.ctrl_key() && !event.meta_key() && act(&event) {
                event.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    }
}

/// Whether keys are letters now, for a field or a dialog.
fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT" | "DIALOG")
            || element.closest("dialog").is_ok_and(|dialog| dialog.is_some())
    })
}

#[component]
fn KeyMap() -> impl IntoView {
    let lang = use_lang();
    let keys: [(&[&str], &str); 7] = [
        (&["Alt", "J"], text::key_next(lang)),
        (&["Alt", "K"], text::key_previous(lang)),
        (&["Alt", "E"], text::key_resolve(lang)),
        (&["Alt", "L"], text::key_reply(lang)),
        (&["Enter"], text::key_send(lang)),
        (&["Shift", "Enter"], text::key_break(lang)),
        (&["?"], text::key_map(lang)),
    ];
    view! {
        <dl class="divide-y divide-border text-sm">
            {keys
                .into_iter()
                .map(|(keys, words)| {
                    view! {
                        <div class="flex items-center justify-between gap-4 py-2">
                            <dt class="order-2 flex gap-1">
                                {keys.iter().map(|key| view! { <kbd class="kbd">{*key}</kbd> }).collect_view()}
                            </dt>
                            <dd>{words}</dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_list_are_ends() {
        let ids: Vec<ConversationId> =
            (0..3).map(|n| format!("00000000-0000-7000-8000-00000000000{n}").parse().expect("an id")).collect();
        assert_eq!(neighbour(&ids, None, 1), Some(ids[0]));
        assert_eq!(neighbour(&ids, Some(ids[0]), 1), Some(ids[1]));
        assert_eq!(neighbour(&ids, Some(ids[0]), -1), None);
        assert_eq!(neighbour(&ids, Some(ids[2]), 1), None);
        assert_eq!(neighbour(&[], None, 1), None);
    }
}
