//! Profile pictures of people.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::error::{Answer, Refusal};
use super::fields::{Fields, phone_in_path};
use super::{Control, done};
use crate::address::Phone;
use crate::world::picture::LARGEST_PICTURE;

pub(super) async fn set(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<Response> {
    let phone = person(&control, &phone)?;
    let base64: String = fields.required("base64")?;
    fields.done()?;
    let bytes = crate::from_base64(&base64).filter(|bytes| !bytes.is_empty() && bytes.len() <= LARGEST_PICTURE);
    let what = || Refusal::field("base64", format!("must be a picture of {LARGEST_PICTURE} bytes at most, as base64"));
    show(&control, phone, Some(bytes.ok_or_else(what)?)).await
}

pub(super) async fn remove(State(control): State<Control>, Path(phone): Path<String>) -> Answer<Response> {
    let phone = person(&control, &phone)?;
    show(&control, phone, None).await
}

fn person(control: &Control, phone: &str) -> Answer<Phone> {
    let phone = phone_in_path(phone)?;
    if control.world.account(phone).is_some() {
        return Err(Refusal::field("phone", "is an account, whose picture its clients set"));
    }
    Ok(phone)
}

async fn show(control: &Control, phone: Phone, bytes: Option<Vec<u8>>) -> Answer<Response> {
    let world = control.world.clone();
    // The media host writes files to the disk.
    let shown = tokio::task::spawn_blocking(move || world.show_picture(phone, bytes.as_deref())).await;
    let shown = shown.map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    shown?;
    Ok(done())
}
