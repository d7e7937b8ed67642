//! How many new people a number may write to: its rules, and what it used of them.

pub(crate) mod store;

use super::health::zone;
use crate::{Server, db::TenantTx, error::Result, scope::Scope};
use domain::{Event, Millis, NumberId, number::budget::BudgetForm};

/// Whether some messages of a number may have to wait for a day to come.
pub async fn is_limited(tx: &mut TenantTx, id: NumberId, now: Millis) -> Result<bool> {
    let budget = store::get(tx, id).await?;
    let limits = super::limits::get(tx, id).await?.unwrap_or_default();
    Ok(budget.cap.is_some() || budget.lowered.is_some() || limits.is_limited(now))
}

/// Gives a number other rules. What the network asked for stays.
///
/// Fails with `Invalid` and the field of the form.
pub async fn change(server: &Server, scope: &Scope, id: NumberId, form: &BudgetForm) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let before = store::get(&mut tx, id).await?;
    let budget = form.read(before, zone().day(server.now()))?;
    store::update(&mut tx, id, &budget).await?;
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    // What waited for the old rules may leave now.
    server.nudge.outbox.now();
    Ok(())
}
