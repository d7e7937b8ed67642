//! SQL of how numbers behave.

use crate::{
    db::{SystemTx, TenantTx, found},
    error::Result,
    execute, fetch_optional,
};
use domain::{NumberId, number::manner::Manner};

/// Of a number called `n`; read as [`MannerRow`].
pub(crate) const COLUMNS: &str = "n.types, n.stays_online";

/// [`COLUMNS`], to be flattened into a row.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(crate) struct MannerRow {
    types: bool,
    stays_online: bool,
}

impl From<MannerRow> for Manner {
    fn from(MannerRow { types, stays_online }: MannerRow) -> Self {
        Self { types, stays_online }
    }
}

/// Modest when there is no such number.
pub(crate) async fn get(tx: &mut SystemTx, id: NumberId) -> Result<Manner> {
    let sql = format!("SELECT {COLUMNS} FROM number n WHERE n.number_id = $1");
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_optional!(tx, MannerRow, sql(), id)?.map(Manner::from).unwrap_or_default())
}

pub(super) async fn update(tx: &mut TenantTx, id: NumberId, manner: Manner) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE number SET types = $3, stays_online = $4
         WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NULL";
    let rows = execute!(tx, sql, tenant, id, manner.types, manner.stays_online)?;
    found((rows == 1).then_some(()))
}
