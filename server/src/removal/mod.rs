//! Deleting a number: nobody sees it from then on, and its rows go in the background.
//!
//! The verb is one short transaction. Everything after it is found by looking at the rows, so it can be killed anywhere
//! and go on anywhere. Campaigns keep their totals and their ledger, and people stay contacts.

pub mod engine;
mod store;

use crate::{Server, campaign, error::Result, number, scope::Scope};
use domain::{
    Event, NumberId,
    number::removal::{self, Removal},
};

/// What would go with a number.
pub async fn preview(server: &Server, scope: &Scope, id: NumberId) -> Result<Removal> {
    let mut tx = server.db.read(scope).await?;
    number::store::check(&mut tx, id).await?;
    store::preview(&mut tx, id).await
}

/// Deletes a number. Its name is free at once. A device that is linked is logged out first, if the network can be reached.
///
/// Fails with `Invalid { label }` unless `typed` is its name.
pub async fn remove(server: &Server, scope: &Scope, id: NumberId, typed: &str) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let number = number::store::get_for_update(&mut tx, id).await?;
    removal::confirm(&number.label, typed)?;
    number::store::remove(&mut tx, id, server.now()).await?;
    if number.state.may_say_goodbye() {
        number::store::ask_log_out(&mut tx, id).await?;
    }
    campaign::lose_number(&mut tx, id).await?;
    tx.publish(Event::NumberChanged(id));
    // Its conversations went with it, more than could be named one by one.
    tx.publish(Event::Resync);
    tx.commit().await?;
    server.nudge.session.now();
    server.nudge.removal.now();
    server.nudge.campaign.now();
    Ok(())
}
