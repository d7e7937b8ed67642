//! SQL of the pictures that contacts show of themselves.

use super::Identity;
use crate::{
    db::{OnConn, SystemTx, TenantTx},
    error::Result,
    execute, fetch_optional, insert_rows,
};
use domain::{
    ContactId, MediaId, Millis, NumberId, TenantId,
    time::{DAY_MS, HOUR_MS},
};

/// How long a picture is shown before the network is asked whether it still is the one.
const FRESH_MS: i64 = 7 * DAY_MS;
/// A number that did not come to ask for so long may not be connected any more: another one asks.
const IDLE_MS: i64 = HOUR_MS;

/// The team talks with these people: the number asks for their pictures, unless one asked lately.
pub(crate) async fn want(
    tx: &mut impl OnConn,
    tenant: TenantId,
    number: NumberId,
    contacts: &[ContactId],
    now: Millis,
) -> Result<()> {
    // In one order everywhere: two numbers may hear of the same people at the same moment.
    let mut contacts = contacts.to_vec();
    contacts.sort_unstable();
    contacts.dedup();
    let stale = format!(
        "ON CONFLICT (contact_id) DO UPDATE SET number_id = excluded.number_id, next_at = excluded.next_at, attempts = 0
         WHERE (contact_picture.next_at IS NULL AND contact_picture.asked_at < excluded.next_at - {FRESH_MS})
           OR (contact_picture.number_id <> excluded.number_id AND contact_picture.next_at < excluded.next_at - {IDLE_MS})"
    );
    insert_rows!(
        tx,
        "INSERT INTO contact_picture (contact_id, tenant_id, number_id, next_at)",
        &contacts,
        |contact| [*contact, tenant, number, now],
        &stale
    )?;
    Ok(())
}

/// Somebody shows another picture or none, the number was told: it asks again if anybody talks with them.
pub(crate) async fn changed(
    tx: &mut SystemTx,
    tenant: TenantId,
    number: NumberId,
    who: &Identity,
    now: Millis,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE contact_picture SET number_id = $5, next_at = $4, attempts = 0
         WHERE contact_id IN (SELECT contact_id FROM contact WHERE tenant_id = $1 AND (phone = $2 OR lid = $3))",
        tenant,
        who.phone.as_ref(),
        who.lid.as_deref(),
        now,
        number
    )?;
    Ok(())
}

/// Somebody whose picture is to be asked for now.
#[derive(sqlx::FromRow)]
pub(crate) struct Due {
    pub contact_id: ContactId,
    pub phone: Option<String>,
    pub lid: Option<String>,
    /// Of the picture that is known.
    pub wa_id: Option<String>,
    pub media_id: Option<MediaId>,
    pub attempts: i64,
}

/// The one who talked last: their picture is looked at first.
pub(crate) async fn due(tx: &mut SystemTx, number: NumberId, now: Millis) -> Result<Option<Due>> {
    Ok(fetch_optional!(
        tx,
        Due,
        "SELECT p.contact_id, c.phone, c.lid, p.wa_id, p.media_id, p.attempts
         FROM contact_picture p JOIN contact c ON c.tenant_id = p.tenant_id AND c.contact_id = p.contact_id
         WHERE p.number_id = $1 AND p.next_at <= $2 ORDER BY p.next_at DESC, p.contact_id LIMIT 1",
        number,
        now
    )?)
}

/// What the network answered to a question of `asked_at`. Whatever changed since is asked for again.
pub(crate) async fn answered(
    tx: &mut SystemTx,
    contact: ContactId,
    shown: Option<(&str, MediaId)>,
    asked_at: Millis,
) -> Result<()> {
    execute!(
        tx,
        "UPDATE contact_picture SET wa_id = $2, media_id = $3, asked_at = $4, attempts = 0,
           next_at = CASE WHEN next_at > $4 THEN next_at END
         WHERE contact_id = $1",
        contact,
        shown.map(|(wa_id, _)| wa_id),
        shown.map(|(_, media)| media),
        asked_at
    )?;
    Ok(())
}

/// It did not answer, or not with a picture: asked again at `next_at`, or when somebody writes in some days.
pub(crate) async fn unanswered(
    tx: &mut SystemTx,
    contact: ContactId,
    asked_at: Millis,
    next_at: Option<Millis>,
) -> Result<()> {
    let sql = "UPDATE contact_picture SET asked_at = $2, attempts = attempts + 1,
           next_at = CASE WHEN next_at > $2 THEN next_at ELSE $3 END
         WHERE contact_id = $1";
    execute!(tx, sql, contact, asked_at, next_at)?;
    Ok(())
}

/// One contact became part of another: so does the picture, if that one has none.
pub(crate) async fn join(tx: &mut SystemTx, from: ContactId, to: ContactId) -> Result<()> {
    let sql = "DELETE FROM contact_picture WHERE contact_id = $2 AND media_id IS NULL
         AND EXISTS (SELECT 1 FROM contact_picture o WHERE o.contact_id = $1 AND o.media_id IS NOT NULL)";
    execute!(tx, sql, from, to)?;
    let sql = "UPDATE contact_picture SET contact_id = $2 WHERE contact_id = $1
         AND NOT EXISTS (SELECT 1 FROM contact_picture o WHERE o.contact_id = $2)";
    execute!(tx, sql, from, to)?;
    execute!(tx, "DELETE FROM contact_picture WHERE contact_id = $1", from)?;
    Ok(())
}

/// Two people after all: nobody knows whose picture it is until the network is asked again.
pub(crate) async fn part(tx: &mut TenantTx, contact: ContactId, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "UPDATE contact_picture SET wa_id = NULL, media_id = NULL, next_at = $3, attempts = 0
         WHERE tenant_id = $1 AND contact_id = $2";
    execute!(tx, sql, tenant, contact, now)?;
    Ok(())
}
