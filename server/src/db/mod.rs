//! One `Db` over two native databases, with one SQL.
//!
//! SQLite is the embedded default: one writer connection, many readers. PostgreSQL is for more than one machine. Store
//! functions take a [`TenantTx`] (or, for the few cross-tenant reads of engines and sign-ins, a [`SystemTx`]), never a
//! pool, and run SQL with the macros [`fetch_all!`](crate::fetch_all), [`fetch_optional!`](crate::fetch_optional),
//! [`fetch_one!`](crate::fetch_one), [`execute!`](crate::execute) and [`insert_rows!`](crate::insert_rows), which expand
//! the same text for each database.
//!
//! Common ground: `$1` placeholders, `ON CONFLICT`, `RETURNING`, CTEs, window functions. Times are BIGINT milliseconds;
//! sums are `CAST(COALESCE(SUM(x), 0) AS BIGINT)`; search is `lower(x) LIKE`, never `ILIKE`.

mod group_commit;
mod open;
mod query;
mod tx;

pub use open::{migrate, open};
pub use tx::{Conn, OnConn, SystemTx, TenantTx};

use crate::{
    error::{Error, Result},
    event::Bus,
    scope::Scope,
};
use futures::future::BoxFuture;
use group_commit::GroupCommit;
use std::sync::Arc;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Arc<Pools>,
    bus: Bus,
    writer: Option<GroupCommit>,
}

enum Pools {
    Sqlite { write: sqlx::SqlitePool, read: sqlx::SqlitePool },
    Postgres(sqlx::PgPool),
}

impl Db {
    /// A transaction that may write, for one tenant. On SQLite it waits for the writer, so it must be short (≤ 50 ms)
    /// and must not await the network.
    pub async fn begin(&self, scope: &Scope) -> Result<TenantTx> {
        let conn = self.writable().await?;
        TenantTx::open(conn, scope.tenant(), self.bus.clone()).await
    }

    /// A transaction that only reads, for one tenant. Sees one moment; never waits for the writer.
    pub async fn read(&self, scope: &Scope) -> Result<TenantTx> {
        let conn = match &*self.pools {
            Pools::Sqlite { read, .. } => Conn::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        };
        TenantTx::open(conn, scope.tenant(), self.bus.clone()).await
    }

    /// A transaction across tenants: claims of engines, sign-ins, and nothing else.
    pub async fn system(&self) -> Result<SystemTx> {
        SystemTx::open(self.writable().await?, self.bus.clone()).await
    }

    /// A read across tenants.
    pub async fn system_read(&self) -> Result<SystemTx> {
        let conn = match &*self.pools {
            Pools::Sqlite { read, .. } => Conn::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        };
        SystemTx::open(conn, self.bus.clone()).await
    }

    /// A small durable write that shares its commit with others: one fsync for many. For what must be on disk before
    /// something is acknowledged: Signal keys, acknowledgements, receipts. Returns after the commit.
    pub async fn write<T, W>(&self, write: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut SystemTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.write(write).await,
            // PostgreSQL groups the commits of concurrent connections by itself.
            None => {
                let mut tx = self.system().await?;
                let value = write(&mut tx).await?;
                tx.commit().await?;
                Ok(value)
            }
        }
    }

    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(&*self.pools, Pools::Sqlite { .. })
    }

    /// Closes every connection; waits for those in use.
    pub async fn close(&self) {
        match &*self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    async fn writable(&self) -> Result<Conn> {
        Ok(match &*self.pools {
            Pools::Sqlite { write, .. } => Conn::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.begin().await?),
        })
    }
}

/// For writes that must touch exactly one row.
pub fn one_row(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::RowCount(rows)) }
}

/// For rows that must be there: a missing row and another tenant's row look the same.
pub fn found<T>(row: Option<T>) -> Result<T> {
    row.ok_or(Error::Domain(domain::Error::NotFound))
}

/// A search text as a LIKE pattern over lower-cased columns, its wildcards taken literally (`ESCAPE '\'`).
pub fn like_pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in search.trim().chars().flat_map(char::to_lowercase) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
