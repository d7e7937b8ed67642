//! Live hints: who shows something that changed asks again.
//!
//! In process through one broadcast channel per tenant; across processes through Redis when `redis.url` is set. Events
//! may be lost (a slow reader, Redis gone): then `Resync` is sent, and rows are the truth anyway.

mod redis;

pub use domain::event::TenantEvent;
pub use redis::{bridge, ping};

use crate::scope::Operator;
use domain::{Event, TenantId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{broadcast, watch};

/// Events a page may be behind before it is told to ask for everything.
const CAPACITY: usize = 256;

/// Where committed changes are told. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    tenants: Arc<Mutex<HashMap<TenantId, broadcast::Sender<Event>>>>,
    /// Everything published by this process: for the bridge to other processes.
    local: broadcast::Sender<TenantEvent>,
    /// That something happened, whosever it is. What is not looked at in time is not told twice.
    anything: watch::Sender<()>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { tenants: Arc::default(), local: broadcast::channel(4 * CAPACITY).0, anything: watch::channel(()).0 }
    }
}

impl Bus {
    /// Tells this process and, through the bridge, the others. Only transactions do this, after their commit.
    pub(crate) fn publish(&self, event: TenantEvent) {
        self.deliver(event);
        // Nobody bridges: fine.
        let _ = self.local.send(event);
    }

    /// Tells the pages of this process only.
    fn deliver(&self, TenantEvent { tenant, event }: TenantEvent) {
        self.anything.send_replace(());
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = tenants.get(&tenant)
            && channel.send(event).is_err()
        {
            // The last page of this tenant is closed.
            tenants.remove(&tenant);
        }
    }

    /// Tells operators that the world changed, of which no tenant is told.
    pub(crate) fn world_changed(&self) {
        self.anything.send_replace(());
    }

    /// Tells every page of this process to ask for everything: events may have been missed.
    fn resync_all(&self) {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        for channel in tenants.values() {
            let _ = channel.send(Event::Resync);
        }
    }

    /// The events of a tenant from now on. A reader that lags gets `RecvError::Lagged`: treat it as `Resync`.
    pub fn subscribe(&self, tenant: TenantId) -> broadcast::Receiver<Event> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.entry(tenant).or_insert_with(|| broadcast::channel(CAPACITY).0).subscribe()
    }

    /// That something of any tenant happened, without what: the whole world is the operator's.
    pub fn watch_all(&self, _: &Operator) -> watch::Receiver<()> {
        self.anything.subscribe()
    }
}
