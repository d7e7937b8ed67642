//! The macros that run one SQL text on either database.
//!
//! `$tx` is anything that is [`OnConn`](super::OnConn): a `TenantTx`, a `SystemTx` or a `Conn`. Binds are expressions;
//! each is written once and expanded for the database at hand.

/// All rows of a query, as `Vec<Row>`.
#[macro_export]
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $crate::db::OnConn::conn(&mut *$tx) {
            $crate::db::Conn::Sqlite(c) => sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*.fetch_all(&mut **c).await,
            $crate::db::Conn::Postgres(c) => sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*.fetch_all(&mut **c).await,
        }
    };
}

/// The first row of a query, if any.
#[macro_export]
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $crate::db::OnConn::conn(&mut *$tx) {
            $crate::db::Conn::Sqlite(c) => sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **c).await,
            $crate::db::Conn::Postgres(c) => sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **c).await,
        }
    };
}

/// The one row of a query that always has one (totals).
#[macro_export]
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $crate::db::OnConn::conn(&mut *$tx) {
            $crate::db::Conn::Sqlite(c) => sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*.fetch_one(&mut **c).await,
            $crate::db::Conn::Postgres(c) => sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*.fetch_one(&mut **c).await,
        }
    };
}

/// Runs a write; the number of rows it touched.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $crate::db::OnConn::conn(&mut *$tx) {
            $crate::db::Conn::Sqlite(c) => {
                sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*.execute(&mut **c).await.map(|done| done.rows_affected())
            }
            $crate::db::Conn::Postgres(c) => {
                sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*.execute(&mut **c).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// Inserts many rows in one statement: `insert_rows!(tx, "INSERT INTO t (a, b)", rows, |row| [row.a, row.b], "ON CONFLICT
/// DO NOTHING")`. At most 32,766 values in all (SQLite). Returns the number of rows written; nothing for no rows.
#[macro_export]
macro_rules! insert_rows {
    ($tx:expr, $insert:expr, $rows:expr, |$row:ident| [$($bind:expr),+ $(,)?], $tail:expr) => {{
        let rows = $rows;
        if rows.is_empty() {
            Ok(0)
        } else {
            match $crate::db::OnConn::conn(&mut *$tx) {
                $crate::db::Conn::Sqlite(c) => {
                    let mut query = sqlx::QueryBuilder::<sqlx::Sqlite>::new($insert);
                    query.push(" ").push_values(rows.iter(), |mut b, $row| { $(b.push_bind($bind);)+ });
                    query.push(" ").push($tail);
                    query.build().execute(&mut **c).await.map(|done| done.rows_affected())
                }
                $crate::db::Conn::Postgres(c) => {
                    let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new($insert);
                    query.push(" ").push_values(rows.iter(), |mut b, $row| { $(b.push_bind($bind);)+ });
                    query.push(" ").push($tail);
                    query.build().execute(&mut **c).await.map(|done| done.rows_affected())
                }
            }
        }
    }};
}
