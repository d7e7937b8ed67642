//! The stream itself, over the browser's `EventSource`. Its own reconnecting gives up or hammers, depending on how the
//! server went away, so each loss closes it and a new one is opened: for ever, with growing pauses that are shown.

use super::{Act, Connection, Listener, Live};
use domain::Event;
use leptos::{ev, prelude::*};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// Pauses before each new try; the last one repeats.
const PAUSES_S: [u32; 6] = [1, 2, 4, 8, 15, 30];
/// A hidden tab gives its connection back after this long: browsers allow six to one server.
const HIDDEN_FOR: Duration = Duration::from_secs(60);
/// Listeners are called at most this often.
const GATHER: Duration = Duration::from_millis(250);

/// The open source with its handlers, which must live as long as it.
struct Open {
    source: EventSource,
    _on_open: Closure<dyn Fn()>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

type Current = StoredValue<Option<Open>, LocalStorage>;

/// Opens the stream and keeps it open while the tab is looked at.
pub fn open(live: Live) {
    let current: Current = StoredValue::new_local(None);
    connect(live, current, 0);
    let visibility = Closure::<dyn Fn()>::new(move || {
        if document().hidden() {
            set_timeout(move || rest(live, current), HIDDEN_FOR);
        } else if live.connection.try_get_untracked() == Some(Connection::Idle) {
            connect(live, current, 0);
        }
    });
    let _ = document().add_event_listener_with_callback("visibilitychange", visibility.as_ref().unchecked_ref());
    // One per tab, for as long as the tab lives.
    visibility.forget();
    let online = window_event_listener(ev::online, move |_| connect(live, current, 0));
    let offline = window_event_listener(ev::offline, move |_| {
        current.try_set_value(None);
        let _ = live.connection.try_set(Connection::Offline);
    });
    on_cleanup(move || {
        online.remove();
        offline.remove();
        current.try_set_value(None);
    });
}

/// Closes the stream of a tab that is still hidden; whoever comes back gets a resync on opening.
fn rest(live: Live, current: Current) {
    if document().hidden() && current.try_set_value(None).is_none() {
        let _ = live.connection.try_set(Connection::Idle);
    }
}

fn connect(live: Live, current: Current, attempt: u32) {
    let Ok(source) = EventSource::new("/events") else { return };
    let on_open = Closure::<dyn Fn()>::new(move || {
        let _ = live.connection.try_set(Connection::Live);
    });
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        let text = message.data().as_string().unwrap_or_default();
        match serde_json::from_str::<Event>(&text) {
            Ok(event) => tell(live, &event),
            // An event of a newer server: something changed, ask for everything.
            Err(_) => tell(live, &Event::Resync),
        }
    });
    let on_error = Closure::<dyn Fn()>::new(move || {
        let attempt = if live.connection.try_get_untracked() == Some(Connection::Live) { 0 } else { attempt };
        // Not within the handler that is being dropped.
        set_timeout(move || retry(live, current, attempt + 1), Duration::ZERO);
    });
    source.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    current.try_set_value(Some(Open { source, _on_open: on_open, _on_message: on_message, _on_error: on_error }));
}

/// Waits, second by second so that it can be read, and tries again.
fn retry(live: Live, current: Current, attempt: u32) {
    if current.try_set_value(None).is_some() {
        return;
    }
    let pause = PAUSES_S[(attempt as usize - 1).min(PAUSES_S.len() - 1)];
    wait(live, current, attempt, pause);
}

fn wait(live: Live, current: Current, attempt: u32, seconds: u32) {
    if live.connection.try_set(Connection::Reconnecting { attempt, in_seconds: seconds }).is_some() {
        return;
    }
    if seconds == 0 {
        connect(live, current, attempt);
        return;
    }
    set_timeout(
        move || {
            let expected = Connection::Reconnecting { attempt, in_seconds: seconds };
            // Somebody else may have opened it meanwhile: the network came back, or the tab was looked at again.
            if live.connection.try_get_untracked() == Some(expected) {
                wait(live, current, attempt, seconds - 1);
            }
        },
        Duration::from_secs(1),
    );
}

fn tell(live: Live, event: &Event) {
    let concerned: Vec<Listener> = live
        .listeners
        .try_with_value(|listeners| {
            listeners.iter().filter(|l| *event == Event::Resync || (l.wants)(event)).cloned().collect()
        })
        .unwrap_or_default();
    for listener in concerned {
        (listener.act)();
    }
}

/// At most one call per [`GATHER`], and one after the last hint.
pub fn gathered(act: Act) -> Act {
    let (waiting, again) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    Arc::new(move || {
        if waiting.swap(true, Ordering::Relaxed) {
            again.store(true, Ordering::Relaxed);
            return;
        }
        act();
        calm_down(act.clone(), waiting.clone(), again.clone());
    })
}

fn calm_down(act: Act, waiting: Arc<AtomicBool>, again: Arc<AtomicBool>) {
    set_timeout(
        move || {
            if again.swap(false, Ordering::Relaxed) {
                act();
                calm_down(act, waiting, again);
            } else {
                waiting.store(false, Ordering::Relaxed);
            }
        },
        GATHER,
    );
}
