//! Deletes what belonged to deleted numbers: one short transaction after the other, each under a lock on the number.
//!
//! The order matters. What a person could still open goes first; nothing is given up while the session may still hear of
//! it; and the number's own row is the last, so that whoever comes back finds what is left to do.

use super::store::{self, Gone, Part};
use crate::{
    Server,
    crash::crash_point,
    engine::Tick,
    error::{Error, Result},
    outbox,
    scope::Scope,
};
use domain::number::removal::is_leaving;

/// Rows deleted in one transaction: some milliseconds of the writer.
const CHUNK: i64 = 500;

/// One step of every number that is deleted.
pub async fn tick(server: &Server) -> Result<Tick> {
    let mut more = false;
    for gone in store::removed(server).await? {
        let scope = Scope::system(gone.tenant_id, "deleting a number");
        match step(server, &scope, &gone).await {
            Ok(progressed) => more |= progressed,
            // Another process was quicker.
            Err(Error::Domain(domain::Error::NotFound)) => {}
            // The others go on; this one is tried again.
            Err(error) => tracing::error!(number.id = %gone.number_id, %error, "a deleted number is still there"),
        }
    }
    Ok(if more { Tick::Again } else { Tick::Idle })
}

/// Whether it may have another step right away.
async fn step(server: &Server, scope: &Scope, gone: &Gone) -> Result<bool> {
    if delete(server, scope, gone, &[Part::Conversation]).await? {
        return Ok(true);
    }
    // The session says goodbye, and hears what the network says of the last messages.
    if is_leaving(gone.state, gone.removed_at, server.now()) {
        return Ok(false);
    }
    if delete(server, scope, gone, &[Part::SessionKey, Part::Session]).await? {
        return Ok(true);
    }
    if outbox::give_up(server, gone.tenant_id, gone.number_id).await? > 0 {
        return Ok(true);
    }
    if is_unfolded(server, scope, gone).await? {
        return Ok(false);
    }
    if delete(server, scope, gone, &[Part::Message, Part::Chat, Part::Event, Part::Day, Part::Group, Part::Picture])
        .await?
    {
        return Ok(true);
    }
    finish(server, scope, gone).await
}

/// Deletes rows of the first of these parts that has any.
async fn delete(server: &Server, scope: &Scope, gone: &Gone, parts: &[Part]) -> Result<bool> {
    for part in parts {
        let mut tx = server.db.begin(scope).await?;
        store::lock(&mut tx, gone.number_id).await?;
        let deleted = store::delete(&mut tx, gone.number_id, *part, CHUNK).await?;
        if deleted > 0 {
            crash_point("removal.delete");
            tx.commit().await?;
            crash_point("removal.deleted");
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the ledgers of campaigns have yet to learn what became of its last messages, and who answered them.
async fn is_unfolded(server: &Server, scope: &Scope, gone: &Gone) -> Result<bool> {
    let unfolded = store::is_unfolded(&mut server.db.read(scope).await?, gone.number_id).await?;
    if unfolded {
        server.nudge.campaign.now();
    }
    Ok(unfolded)
}

/// Deletes the number itself, once nothing is left of it that somebody still has to know.
async fn finish(server: &Server, scope: &Scope, gone: &Gone) -> Result<bool> {
    let mut tx = server.db.begin(scope).await?;
    store::lock(&mut tx, gone.number_id).await?;
    if store::is_queued(&mut tx, gone.number_id).await? {
        // Written by somebody who had begun before it was deleted.
        return Ok(true);
    }
    if store::is_unfolded(&mut tx, gone.number_id).await? {
        // So was what became of it.
        return Ok(true);
    }
    // A draft may have been saved at that moment.
    crate::campaign::lose_number(&mut tx, gone.number_id).await?;
    store::delete_number(&mut tx, gone.number_id).await?;
    crash_point("removal.finish");
    tx.commit().await?;
    tracing::info!(number.id = %gone.number_id, "a deleted number is gone");
    Ok(false)
}
