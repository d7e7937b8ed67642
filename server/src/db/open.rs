//! Opening and migrating the two databases.

use super::{Db, GroupCommit, Pools};
use crate::{error::Result, event::Bus};
use anyhow::Context as _;
use sqlx::{
    ConnectOptions as _,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{str::FromStr as _, sync::Arc, time::Duration};

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// The role the program works under on PostgreSQL: no superuser, no bypass of row-level security.
const APP_ROLE: &str = "sapa_app";

/// Opens `sqlite:PATH` or `postgres://…`. The database must have been migrated.
pub async fn open(url: &str, bus: Bus) -> Result<Db> {
    if is_postgres(url) { open_postgres(url, bus).await } else { open_sqlite(url, bus).await }
}

/// Brings the schema up to date. On PostgreSQL as the owner of the database, who must be able to make the app's role.
pub async fn migrate(url: &str) -> Result<()> {
    if is_postgres(url) {
        let options = PgConnectOptions::from_str(url).context("database.url")?;
        let mut conn = options.connect().await.context("cannot reach PostgreSQL at database.url")?;
        POSTGRES.run(&mut conn).await.context("migrating PostgreSQL")?;
    } else {
        let mut conn = sqlite_options(url)?.connect().await.context("cannot open the SQLite file")?;
        SQLITE.run(&mut conn).await.context("migrating SQLite")?;
    }
    Ok(())
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions> {
    Ok(SqliteConnectOptions::from_str(url)
        .context("database.url")?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A WhatsApp acknowledgement or a Signal key rests on a commit: it must survive a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .pragma("temp_store", "memory"))
}

async fn open_sqlite(url: &str, bus: Bus) -> Result<Db> {
    let options = sqlite_options(url)?;
    // One writer: SQLite has one anyway, and a queue in front of it is fair where its busy handler is not.
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        // A file cannot hang up; asking costs two thread switches.
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options.clone())
        .await?;
    let read = SqlitePoolOptions::new()
        .max_connections(8)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    let mut db = Db { pools: Arc::new(Pools::Sqlite { write, read }), bus, writer: None };
    db.writer = Some(GroupCommit::start(db.clone()));
    Ok(db)
}

/// A process that is frozen between two statements keeps its locks, and with them everybody else, until the database
/// takes them away. No transaction of ours pauses for more than a moment.
const UNFREEZE: &str = "SET idle_in_transaction_session_timeout = '8s'";

async fn open_postgres(url: &str, bus: Bus) -> Result<Db> {
    let options = PgConnectOptions::from_str(url).context("database.url")?;
    let pool = PgPoolOptions::new()
        .max_connections(20)
        .acquire_timeout(Duration::from_secs(30))
        .after_connect(|conn, _| {
            Box::pin(async move {
                // Whoever the url signs in as: from here on row-level security binds this connection.
                sqlx::query(sqlx::AssertSqlSafe(format!("SET ROLE {APP_ROLE}"))).execute(&mut *conn).await?;
                sqlx::query(UNFREEZE).execute(conn).await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await
        .context("cannot reach PostgreSQL at database.url")?;
    Ok(Db { pools: Arc::new(Pools::Postgres(pool)), bus, writer: None })
}
