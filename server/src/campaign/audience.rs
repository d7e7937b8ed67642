//! Who a campaign is for, as SQL: the same words count an audience and write it down.

use super::{ledger::NewRecipient, schedule::times};
use crate::{db::TenantTx, error::Result, fetch_all, fetch_one};
use domain::{
    ContactId, Millis, NumberId, PhoneNumber,
    campaign::{Audience, Clock, Schedule},
    contact::{Attributes, ContactView},
};
use sqlx::types::{Json, Uuid};

/// A person in an audience, in its order.
#[derive(sqlx::FromRow)]
pub(super) struct Candidate {
    pub contact_id: ContactId,
    pub opted_out: bool,
    /// The number has met them before.
    pub known: bool,
    /// Asked for when they live by a clock of their own.
    phone: Option<PhoneNumber>,
    attributes: Option<Json<Attributes>>,
}

const EVERYONE: &str = "FROM contact c WHERE c.tenant_id = $1 AND c.phone IS NOT NULL";
const IMPORTED: &str = "FROM contact_import_member m
     JOIN contact c ON c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id
     WHERE m.tenant_id = $1 AND m.import_id = $2 AND c.phone IS NOT NULL";
// Nobody is on WhatsApp by being written to once more, and numbers that try are burnt.
const UNREACHED: &str = "FROM campaign_message m
     JOIN contact c ON c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id
     WHERE m.tenant_id = $1 AND m.campaign_id = $2 AND m.state IN ('failed', 'expired', 'cancelled')
       AND COALESCE(m.fail_reason, '') <> 'not_on_whatsapp' AND c.phone IS NOT NULL";

/// What an audience is taken from, if it is not everyone: the words, and whose id is `$2` in them.
fn part(audience: Audience) -> Option<(&'static str, Uuid)> {
    match audience {
        Audience::Everyone => None,
        Audience::Import(import) => Some((IMPORTED, import.0)),
        Audience::Unreached(campaign) => Some((UNREACHED, campaign.0)),
    }
}

/// `(to write to, left out because they opted out)`.
pub(super) async fn count(tx: &mut TenantTx, audience: Audience) -> Result<(u64, u64)> {
    let tenant = tx.tenant();
    let what = "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN c.opted_out_at IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT)";
    let (all, left_out): (i64, i64) = match part(audience) {
        None => {
            let sql = format!("{what} {EVERYONE}");
            fetch_one!(tx, (i64, i64), sqlx::AssertSqlSafe(sql.clone()), tenant)?
        }
        Some((of, id)) => {
            let sql = format!("{what} {of}");
            fetch_one!(tx, (i64, i64), sqlx::AssertSqlSafe(sql.clone()), tenant, id)?
        }
    };
    Ok(((all - left_out).unsigned_abs(), left_out.unsigned_abs()))
}

/// How many of those who may be written to this number has never met.
pub(super) async fn count_strangers(tx: &mut TenantTx, audience: Audience, number: NumberId) -> Result<u64> {
    const UNKNOWN: &str = "AND c.opted_out_at IS NULL AND NOT EXISTS (
         SELECT 1 FROM chat k WHERE k.tenant_id = c.tenant_id AND k.contact_id = c.contact_id AND k.number_id =";
    let tenant = tx.tenant();
    let (strangers,): (i64,) = match part(audience) {
        None => {
            let sql = format!("SELECT COUNT(*) {EVERYONE} {UNKNOWN} $2)");
            fetch_one!(tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), tenant, number)?
        }
        Some((of, id)) => {
            let sql = format!("SELECT COUNT(*) {of} {UNKNOWN} $3)");
            fetch_one!(tx, (i64,), sqlx::AssertSqlSafe(sql.clone()), tenant, id, number)?
        }
    };
    Ok(strangers.unsigned_abs())
}

#[derive(sqlx::FromRow)]
struct SampleRow {
    contact_id: ContactId,
    phone: Option<PhoneNumber>,
    name: String,
    push_name: String,
    attributes: Json<Attributes>,
    created_at: Millis,
}

/// The first few of those who may be written to.
pub(super) async fn sample(tx: &mut TenantTx, audience: Audience, limit: i64) -> Result<Vec<ContactView>> {
    let tenant = tx.tenant();
    let what = "SELECT c.contact_id, c.phone, c.name, c.push_name, c.attributes, c.created_at";
    let rows = match part(audience) {
        None => {
            let sql = format!("{what} {EVERYONE} AND c.opted_out_at IS NULL ORDER BY c.contact_id LIMIT $2");
            fetch_all!(tx, SampleRow, sqlx::AssertSqlSafe(sql.clone()), tenant, limit)?
        }
        Some((of, id)) => {
            let sql = format!("{what} {of} AND c.opted_out_at IS NULL ORDER BY c.contact_id LIMIT $3");
            fetch_all!(tx, SampleRow, sqlx::AssertSqlSafe(sql.clone()), tenant, id, limit)?
        }
    };
    let view = |row: SampleRow| ContactView {
        id: row.contact_id,
        phone: row.phone,
        name: row.name,
        push_name: row.push_name,
        picture: None,
        attributes: row.attributes.0,
        opted_out_at: None,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The next people after `after`, by id: an order that a restart can go on in.
pub(super) async fn next(
    tx: &mut TenantTx,
    audience: Audience,
    number: Option<NumberId>,
    clock: Clock,
    after: Option<ContactId>,
    limit: i64,
) -> Result<Vec<Candidate>> {
    let tenant = tx.tenant();
    let told = match clock {
        Clock::Tenant => "NULL AS phone, NULL AS attributes",
        Clock::Recipient => "c.phone, c.attributes",
    };
    let what = |number: &str| {
        format!(
            "SELECT c.contact_id, {told}, c.opted_out_at IS NOT NULL AS opted_out, EXISTS (
               SELECT 1 FROM chat k
               WHERE k.tenant_id = c.tenant_id AND k.contact_id = c.contact_id AND k.number_id = {number}) AS known"
        )
    };
    let after = after.unwrap_or(ContactId(Uuid::nil()));
    Ok(match part(audience) {
        None => {
            let sql = format!("{} {EVERYONE} AND c.contact_id > $2 ORDER BY c.contact_id LIMIT $3", what("$4"));
            fetch_all!(tx, Candidate, sqlx::AssertSqlSafe(sql.clone()), tenant, after, limit, number)?
        }
        Some((of, id)) => {
            let sql = format!("{} {of} AND c.contact_id > $3 ORDER BY c.contact_id LIMIT $4", what("$5"));
            fetch_all!(tx, Candidate, sqlx::AssertSqlSafe(sql.clone()), tenant, id, after, limit, number)?
        }
    })
}

/// Strangers come after everybody the number knows: they wait for its budget, and nobody shall wait behind them.
const STRANGERS: i64 = 1 << 40;

/// Those who may be written to, numbered on from `position`, strangers beyond all others; how many were left out.
pub(super) fn split(candidates: &[Candidate], schedule: &Schedule, position: i64) -> (Vec<NewRecipient>, u64) {
    let unknown = Attributes::default();
    let recipients: Vec<_> = candidates
        .iter()
        .filter(|c| !c.opted_out)
        .zip(position..)
        .map(|(c, position)| NewRecipient {
            contact: c.contact_id,
            position: if c.known { position } else { STRANGERS + position },
            times: times(schedule, c.phone.as_ref(), c.attributes.as_ref().map_or(&unknown, |told| &told.0)),
        })
        .collect();
    let left_out = candidates.len() - recipients.len();
    (recipients, left_out as u64)
}
