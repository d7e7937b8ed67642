//! Live pages: one stream of events per tab, and pages that ask again when something they show has changed.
//!
//! Events are hints; rows are the truth. A page names what it cares about and what to do:
//!
//! ```text
//! let campaign = Query::new(move || id.get(), api::campaign);
//! refetch_on(campaign, move |event| *event == Event::CampaignChanged(id.get_untracked()));
//! ```
//!
//! Hints are gathered: a listener is called at most four times a second, and once more after the last. `Resync` (on open,
//! after missed events) reaches every listener.

use crate::query::Query;
use domain::Event;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// How the stream is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not opened yet, or closed because nobody looks.
    #[default]
    Idle,
    Live,
    /// Lost; the given try begins in so many seconds, 0 while it runs.
    Reconnecting {
        attempt: u32,
        in_seconds: u32,
    },
    /// The browser has no network.
    Offline,
}

type Wants = Arc<dyn Fn(&Event) -> bool + Send + Sync>;
type Act = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
struct Listener {
    key: u32,
    wants: Wants,
    act: Act,
}

/// The stream of this tab.
#[derive(Clone, Copy)]
pub struct Live {
    connection: RwSignal<Connection>,
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    listeners: StoredValue<Vec<Listener>>,
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
    last_key: StoredValue<u32>,
}

/// The stream of this tab, for its state.
pub fn use_live() -> Live {
    expect_context::<Live>()
}

impl Live {
    /// How the stream is doing, for the sign in the top bar.
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }
}

/// Opens the stream. Called once, by the shell, under the owner of every page.
pub fn provide_live() {
    let live = Live {
        connection: RwSignal::new(Connection::default()),
        listeners: StoredValue::new(Vec::new()),
        last_key: StoredValue::new(0),
    };
    provide_context(live);
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| stream::open(live));
}

/// Calls `act` when an event that `wants` it has come. Ends with the component that calls this.
#[cfg_attr(not(feature = "hydrate"), allow(unused_variables))]
pub fn on_event(wants: impl Fn(&Event) -> bool + Send + Sync + 'static, act: impl Fn() + Send + Sync + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let live = use_live();
        let key = live.last_key.get_value().wrapping_add(1);
        live.last_key.set_value(key);
        let listener = Listener { key, wants: Arc::new(wants), act: stream::gathered(Arc::new(act)) };
        live.listeners.update_value(|listeners| listeners.push(listener));
        on_cleanup(move || {
            live.listeners.try_update_value(|listeners| listeners.retain(|listener| listener.key != key));
        });
    }
}

/// Asks again when an event that `wants` it has come.
pub fn refetch_on<T>(query: Query<T>, wants: impl Fn(&Event) -> bool + Send + Sync + 'static)
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    on_event(wants, move || query.refetch());
}

#[cfg(feature = "hydrate")]
#[path = "live_stream.rs"]
mod stream;
