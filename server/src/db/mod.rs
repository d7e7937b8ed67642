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
mod json;
mod open;
mod query;
mod tx;

pub use json::{Column, json_list};
pub use open::{migrate, open};
pub use tx::{Conn, OnConn, SystemTx, TenantTx};

use crate::{
    error::{Error, Result},
    event::Bus,
    scope::Scope,
};
use domain::TenantId;
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
        let conn = self.open(For::Tenant(scope.tenant()), Access::Write).await?;
        Ok(TenantTx::new(conn, scope.tenant(), self.bus.clone()))
    }

    /// A transaction that only reads, for one tenant. Sees one moment; never waits for the writer.
    pub async fn read(&self, scope: &Scope) -> Result<TenantTx> {
        let conn = self.open(For::Tenant(scope.tenant()), Access::Read).await?;
        Ok(TenantTx::new(conn, scope.tenant(), self.bus.clone()))
    }

    /// A transaction across tenants: claims of engines, sign-ins, and nothing else.
    pub async fn system(&self) -> Result<SystemTx> {
        Ok(SystemTx::new(self.open(For::System, Access::Write).await?, self.bus.clone()))
    }

    /// A read across tenants: also for operators, as far as it is about what belongs to no tenant.
    pub async fn system_read(&self) -> Result<SystemTx> {
        Ok(SystemTx::new(self.open(For::System, Access::Read).await?, self.bus.clone()))
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

    /// A [`write`](Self::write) that nobody would do again: made once more when it was in the way of another one.
    pub async fn write_again<T, W>(&self, write: impl Fn() -> W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut SystemTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        again(|| self.write(write())).await
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

    /// On PostgreSQL a transaction begins by saying whose rows it may see: in the same message, because every message
    /// is a trip to the database and back.
    async fn open(&self, whose: For, access: Access) -> Result<Conn> {
        Ok(match &*self.pools {
            Pools::Sqlite { read, write } => Conn::Sqlite(match access {
                Access::Read => read.begin().await?,
                Access::Write => write.begin_with("BEGIN IMMEDIATE").await?,
            }),
            Pools::Postgres(pool) => Conn::Postgres(match whose {
                For::System => pool.begin_with("BEGIN; SELECT set_config('app.system', 'on', true)").await?,
                For::Tenant(tenant) => {
                    // An id is hexadecimal digits and hyphens.
                    let begin = format!("BEGIN; SELECT set_config('app.tenant', '{tenant}', true)");
                    pool.begin_with(sqlx::AssertSqlSafe(begin)).await?
                }
            }),
        })
    }
}

/// Whose rows a transaction may touch.
enum For {
    Tenant(TenantId),
    System,
}

enum Access {
    Read,
    Write,
}

/// How often a write that met a deadlock is made again.
const DEADLOCKS: usize = 4;

/// Does once more what was in the way of another transaction.
pub async fn again<T, F>(attempt: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for _ in 0..DEADLOCKS {
        match attempt().await {
            Err(error) if error.is_deadlock() => {}
            settled => return settled,
        }
    }
    attempt().await
}

/// For writes that must touch exactly one row.
pub fn one_row(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::RowCount(rows)) }
}

/// For writes that must touch exactly the rows they name.
pub fn each_row(named: usize, rows: u64) -> Result<()> {
    if rows == named as u64 { Ok(()) } else { Err(Error::RowCount(rows)) }
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
