//! SQL of tenants.

use super::Tenant;
use crate::{
    db::{SystemTx, one_row},
    error::Result,
    execute, fetch_all,
};
use domain::Millis;

pub(super) async fn list(tx: &mut SystemTx) -> Result<Vec<Tenant>> {
    Ok(fetch_all!(tx, Tenant, "SELECT tenant_id, name FROM tenant ORDER BY name, tenant_id")?)
}

pub(crate) async fn insert(tx: &mut SystemTx, tenant: &Tenant, now: Millis) -> Result<()> {
    let rows = execute!(
        tx,
        "INSERT INTO tenant (tenant_id, name, created_at) VALUES ($1, $2, $3)",
        tenant.tenant_id,
        &tenant.name,
        now
    )?;
    one_row(rows)
}
