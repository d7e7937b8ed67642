//! How a number behaves while it writes.

pub(crate) mod store;

use crate::{Server, error::Result, scope::Scope};
use domain::{Event, NumberId, number::manner::Manner};

/// The number behaves differently from now on.
pub async fn change(server: &Server, scope: &Scope, id: NumberId, manner: Manner) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    store::update(&mut tx, id, manner).await?;
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    server.nudge.manner.now();
    Ok(())
}
