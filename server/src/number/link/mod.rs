//! Linking a number: by a QR code that its phone scans, or by eight letters that are typed on it.
//!
//! Codes come from the network to the session that waits to be linked, which may run in another process: what is asked
//! for and what is shown are columns of the number.

pub(crate) mod store;

use super::{may_dial, random_phone};
use crate::{
    Server, contact,
    error::Result,
    scope::Scope,
    whatsapp::sandbox_phone::{self, Typed},
};
use domain::{
    Error, Event, Field, Millis, NumberId, PhoneNumber,
    number::{LinkCode, Network, NumberState, NumberView, PairCode},
};

/// Asks for new codes: the first ones expired, or the phone removed the device. History and queue stay.
pub async fn relink(server: &Server, scope: &Scope, id: NumberId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    let number = super::store::get_for_update(&mut tx, id).await?;
    if !number.state.needs_link() {
        return Ok(());
    }
    may_dial(server, number.network)?;
    super::store::delete_session(&mut tx, id).await?;
    super::store::insert_session(&mut tx, server.new_id(), id, None, server.now()).await?;
    super::store::set_state(&mut tx, id, NumberState::Linking, None, server.now()).await?;
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    server.nudge.session.now();
    Ok(())
}

/// The code to be scanned now, if the number is being linked.
pub async fn qr_code(server: &Server, scope: &Scope, id: NumberId) -> Result<Option<LinkCode>> {
    let mut tx = server.db.read(scope).await?;
    let code = store::qr(&mut tx, id).await?;
    Ok(code.filter(|(_, until)| *until > server.now()).and_then(|(text, expires_at)| picture(text, expires_at)))
}

/// The code to be typed on the phone, if one was asked for.
pub async fn pair_code(server: &Server, scope: &Scope, id: NumberId) -> Result<Option<PairCode>> {
    let mut tx = server.db.read(scope).await?;
    store::code(&mut tx, id).await
}

/// Asks the network for a code that is typed on the phone with this number. The session that is being linked gets it.
///
/// Fails with `Invalid { phone }`; in the sandbox also when the phone belongs to another tenant.
pub async fn ask_pair_code(server: &Server, scope: &Scope, id: NumberId, phone: &str) -> Result<()> {
    let number = being_linked(server, scope, id).await?;
    let phone = contact::phone::of_field(server, "phone", phone)?;
    if number.network == Network::Sandbox {
        let mut tx = server.db.system_read().await?;
        if store::is_of_others(&mut tx, id, &phone).await? {
            return Err(Error::field("phone", Field::Taken).into());
        }
        drop(tx);
        sandbox_phone::add(&server.http, super::sandbox_url(server)?, &phone, &number.label).await?;
    }
    ask(server, scope, id, &phone).await
}

async fn ask(server: &Server, scope: &Scope, id: NumberId, phone: &PhoneNumber) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    store::ask(&mut tx, id, phone, server.now()).await?;
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    // Where the session runs: it looks at what is asked whenever it is woken.
    server.nudge.outbox.now();
    Ok(())
}

/// Scans the code that is shown with a new phone of the sandbox: what a person would do with their own.
pub async fn scan_with_sandbox_phone(server: &Server, scope: &Scope, id: NumberId) -> Result<()> {
    let number = sandbox_number(server, scope, id).await?;
    let code = qr_code(server, scope, id).await?.ok_or(Error::NotFound)?;
    let (base_url, phone) = (super::sandbox_url(server)?, random_phone(server));
    sandbox_phone::add_new(&server.http, base_url, &phone, &number.label).await?;
    sandbox_phone::scan(&server.http, base_url, &phone, &code.text).await
}

/// Types a code on the phone of the sandbox for which one was asked.
///
/// Fails with `Invalid { code }`; the network forgets the old one then, so a new one is asked for.
pub async fn type_on_sandbox_phone(server: &Server, scope: &Scope, id: NumberId, code: &str) -> Result<()> {
    sandbox_number(server, scope, id).await?;
    let asked = pair_code(server, scope, id).await?.ok_or(Error::NotFound)?;
    if code.trim().is_empty() {
        return Err(Error::field("code", Field::Required).into());
    }
    match sandbox_phone::type_code(&server.http, super::sandbox_url(server)?, &asked.phone, code).await? {
        Typed::Linked => Ok(()),
        Typed::WrongCode => {
            ask(server, scope, id, &asked.phone).await?;
            Err(Error::field("code", Field::WrongCode).into())
        }
    }
}

/// A number of the tenant that waits to be linked.
async fn being_linked(server: &Server, scope: &Scope, id: NumberId) -> Result<NumberView> {
    let number = super::get(server, scope, id).await?;
    if number.state == NumberState::Linking { Ok(number) } else { Err(Error::NotFound.into()) }
}

async fn sandbox_number(server: &Server, scope: &Scope, id: NumberId) -> Result<NumberView> {
    let number = being_linked(server, scope, id).await?;
    if number.network == Network::Sandbox { Ok(number) } else { Err(domain::error::Refusal::NoSandbox.into()) }
}

/// Modules of white around a code, as scanners need.
const QUIET: u32 = 4;

fn picture(text: String, expires_at: Millis) -> Option<LinkCode> {
    let code = qrcode::QrCode::with_error_correction_level(&text, qrcode::EcLevel::L).ok()?;
    let width = u32::try_from(code.width()).ok()?;
    let mut svg_path = String::new();
    for (i, color) in code.to_colors().into_iter().enumerate() {
        if color == qrcode::Color::Dark {
            let i = u32::try_from(i).ok()?;
            let (x, y) = (i % width + QUIET, i / width + QUIET);
            svg_path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Some(LinkCode { text, svg_path, size: width + 2 * QUIET, expires_at })
}
