//! Tenants: the companies that share one installation and never see each other.

pub(crate) mod store;

use crate::{Server, error::Result};
use domain::TenantId;

/// A tenant as operators see it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Tenant {
    pub tenant_id: TenantId,
    pub name: String,
}

/// Every tenant, by name. For the command line and for engines at start.
pub async fn list(server: &Server) -> Result<Vec<Tenant>> {
    let mut tx = server.db.system_read().await?;
    store::list(&mut tx).await
}

/// Makes a tenant without members: for the command line, where nobody signs in.
pub async fn create(server: &Server, name: &str) -> Result<Tenant> {
    let tenant = Tenant { tenant_id: server.new_id(), name: name.trim().to_owned() };
    let mut tx = server.db.system().await?;
    store::insert(&mut tx, &tenant, server.now()).await?;
    tx.commit().await?;
    Ok(tenant)
}
