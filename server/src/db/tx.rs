//! Transactions that know whose rows they may touch.

use crate::{
    error::Result,
    event::{Bus, TenantEvent},
};
use domain::{Event, TenantId};

/// An open transaction on one of the two databases.
pub enum Conn {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Anything the query macros can run on.
pub trait OnConn {
    fn conn(&mut self) -> &mut Conn;
}

impl OnConn for Conn {
    fn conn(&mut self) -> &mut Conn {
        self
    }
}

impl Conn {
    async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Whether two texts for the dialects must be told apart here.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// A transaction of one tenant. Dropped without [`commit`](Self::commit) it leaves nothing behind, events included.
pub struct TenantTx {
    conn: Conn,
    tenant: TenantId,
    events: Vec<Event>,
    bus: Bus,
}

impl TenantTx {
    /// Over a transaction that row-level security binds to this tenant already.
    pub(super) fn new(conn: Conn, tenant: TenantId, bus: Bus) -> Self {
        Self { conn, tenant, events: Vec::new(), bus }
    }

    /// The tenant whose rows this transaction may touch: bind it in every statement.
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Tells open pages, if this transaction commits.
    pub fn publish(&mut self, event: Event) {
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }

    /// Makes everything durable, then tells the pages.
    pub async fn commit(self) -> Result<()> {
        self.conn.commit().await?;
        for event in self.events {
            self.bus.publish(TenantEvent { tenant: self.tenant, event });
        }
        Ok(())
    }
}

impl OnConn for TenantTx {
    fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// A transaction across tenants. The policies on PostgreSQL name it; claims of engines and sign-ins use it.
pub struct SystemTx {
    conn: Conn,
    events: Vec<TenantEvent>,
    bus: Bus,
}

impl SystemTx {
    /// Over a transaction that row-level security lets see every tenant.
    pub(super) fn new(conn: Conn, bus: Bus) -> Self {
        Self { conn, events: Vec::new(), bus }
    }

    /// Tells open pages of a tenant, if this transaction commits.
    pub fn publish(&mut self, tenant: TenantId, event: Event) {
        let event = TenantEvent { tenant, event };
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }

    /// Makes everything durable, then tells the pages.
    pub async fn commit(self) -> Result<()> {
        self.conn.commit().await?;
        for event in self.events {
            self.bus.publish(event);
        }
        Ok(())
    }

    /// How many events wait for the commit: what a failed step of a shared commit must take back.
    pub(super) fn mark(&self) -> usize {
        self.events.len()
    }

    pub(super) fn forget_events_after(&mut self, mark: usize) {
        self.events.truncate(mark);
    }
}

impl OnConn for SystemTx {
    fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
