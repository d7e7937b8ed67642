//! SQL of what is shown while a number is being linked.

use crate::{
    db::{OnConn, SystemTx, TenantTx, found, one_row},
    error::Result,
    execute, fetch_one, fetch_optional,
};
use domain::{
    Millis, NumberId, PhoneNumber,
    number::{NumberProblem, PairCode},
};

/// What the phone has to scan.
pub(crate) async fn set_qr(tx: &mut impl OnConn, id: NumberId, code: &str, until: Millis) -> Result<()> {
    one_row(execute!(tx, "UPDATE number SET link_code = $2, link_until = $3 WHERE number_id = $1", id, code, until)?)
}

pub(super) async fn qr(tx: &mut TenantTx, id: NumberId) -> Result<Option<(String, Millis)>> {
    let tenant = tx.tenant();
    let sql = "SELECT link_code, link_until FROM number
         WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NULL";
    let row: Option<(Option<String>, Option<Millis>)> =
        fetch_optional!(tx, (Option<String>, Option<Millis>), sql, tenant, id)?;
    let (code, until) = found(row)?;
    Ok(code.zip(until))
}

/// Somebody asks for a code to type on this phone; what was asked before is forgotten.
pub(super) async fn ask(tx: &mut TenantTx, id: NumberId, phone: &PhoneNumber, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    one_row(execute!(
        tx,
        "UPDATE number SET pair_phone = $3, pair_asked_at = $4, pair_code = NULL, pair_until = NULL, problem = NULL
         WHERE tenant_id = $1 AND number_id = $2",
        tenant,
        id,
        phone,
        now
    )?)
}

/// A code that somebody asked for.
#[derive(sqlx::FromRow)]
pub(crate) struct Wanted {
    #[sqlx(rename = "pair_phone")]
    pub phone: PhoneNumber,
    /// Tells one question from the next.
    #[sqlx(rename = "pair_asked_at")]
    pub asked_at: Millis,
    /// Until when the code is taken; none while the network is asked.
    #[sqlx(rename = "pair_until")]
    pub until: Option<Millis>,
}

/// The code that somebody asked for, if anybody did.
pub(crate) async fn wanted(tx: &mut SystemTx, id: NumberId) -> Result<Option<Wanted>> {
    let sql = "SELECT pair_phone, pair_asked_at, pair_until FROM number
         WHERE number_id = $1 AND pair_phone IS NOT NULL AND pair_asked_at IS NOT NULL";
    Ok(fetch_optional!(tx, Wanted, sql, id)?)
}

/// The code that was asked for.
pub(crate) async fn set_code(tx: &mut impl OnConn, id: NumberId, code: &str, until: Millis) -> Result<()> {
    one_row(execute!(tx, "UPDATE number SET pair_code = $2, pair_until = $3 WHERE number_id = $1", id, code, until)?)
}

/// The line on which the code was given is gone, and the code with it: the question stands again.
pub(crate) async fn forget_code(tx: &mut impl OnConn, id: NumberId) -> Result<()> {
    one_row(execute!(tx, "UPDATE number SET pair_code = NULL, pair_until = NULL WHERE number_id = $1", id)?)
}

/// No code will come, and why; a QR code that is shown stays.
pub(crate) async fn no_code(tx: &mut impl OnConn, id: NumberId, problem: NumberProblem) -> Result<()> {
    one_row(execute!(
        tx,
        "UPDATE number SET problem = $2, pair_phone = NULL, pair_asked_at = NULL, pair_code = NULL, pair_until = NULL
         WHERE number_id = $1",
        id,
        problem
    )?)
}

pub(super) async fn code(tx: &mut TenantTx, id: NumberId) -> Result<Option<PairCode>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        pair_phone: Option<PhoneNumber>,
        pair_code: Option<String>,
        pair_until: Option<Millis>,
    }
    let tenant = tx.tenant();
    let sql = "SELECT pair_phone, pair_code, pair_until FROM number
         WHERE tenant_id = $1 AND number_id = $2 AND removed_at IS NULL";
    let row = found(fetch_optional!(tx, Row, sql, tenant, id)?)?;
    Ok(row.pair_phone.map(|phone| PairCode { phone, code: row.pair_code.zip(row.pair_until) }))
}

/// Whether a number of another tenant lives on this phone of the sandbox, or is being linked with it.
pub(super) async fn is_of_others(tx: &mut SystemTx, id: NumberId, phone: &PhoneNumber) -> Result<bool> {
    let (others,): (i64,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM number WHERE network = 'sandbox' AND removed_at IS NULL AND (phone = $2 OR pair_phone = $2)
           AND tenant_id <> (SELECT tenant_id FROM number WHERE number_id = $1)",
        id,
        phone
    )?;
    Ok(others > 0)
}
