//! Accounts and their devices.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::dto::{
    AccountAdded, AccountList, AccountView, ChatList, DeviceLinked, DeviceView, LatestOfChat, Linked, PictureView,
};
use super::error::{Answer, Refusal};
use super::fields::{Fields, Query, phone_in_path};
use super::{Control, done};
use crate::address::Phone;
use crate::handset;
use crate::session::link_code;
use crate::session::pairing::{self, LinkError};
use crate::world::World;
use crate::world::account::{Account, Addressing, Registration};
use crate::world::announce::{self, Change};
use crate::world::entry::Entry;

/// What a pre-linked device is listed as.
const PRE_LINKED: &str = "sandbox";
/// Key ids are written in three bytes.
const LARGEST_KEY_ID: u32 = 0xff_ffff;
const DEFAULT_CHATS: usize = 100;
const MOST_CHATS: usize = 1_000;
/// The longest push name, in characters, as on a phone.
const LONGEST_NAME: usize = 25;

pub(super) async fn add(
    State(control): State<Control>,
    mut fields: Fields,
) -> Answer<(StatusCode, Json<AccountAdded>)> {
    let phone = fields.required("phone")?;
    let name: String = fields.required("name")?;
    let addressing: Option<Addressing> = fields.optional("addressing")?;
    fields.done()?;
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Refusal::field("name", format!("must have 1 to {LONGEST_NAME} characters")));
    }
    let added = control.world.add_account(phone, name, addressing.unwrap_or_default());
    let account = added.map_err(|_| Refusal::conflict(format!("{phone} has an account already")))?;
    Ok((StatusCode::CREATED, Json(AccountAdded { phone, lid: account.lid.to_string() })))
}

pub(super) async fn list(State(control): State<Control>) -> Json<AccountList> {
    Json(AccountList {
        accounts: control.world.accounts().iter().map(|account| view(&control.world, account)).collect(),
    })
}

pub(super) async fn show(State(control): State<Control>, Path(phone): Path<String>) -> Answer<Json<AccountView>> {
    Ok(Json(view(&control.world, &*find(&control.world, &phone)?)))
}

/// With whom the account talks.
pub(super) async fn chats(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut query: Query,
) -> Answer<Json<ChatList>> {
    let world = &control.world;
    let account = find(world, &phone)?;
    let limit = query.limit(DEFAULT_CHATS, MOST_CHATS)?;
    query.0.done()?;
    let latest = world.ledger.latest_of_chats(account.phone, limit).into_iter().filter_map(|entry| {
        let person = if entry.from == account.phone { entry.to.phone()? } else { entry.from };
        let Entry { from, text, kind, accepted_at_ms: at_ms, .. } = entry;
        Some(LatestOfChat { person, name: world.name_of(person), from, text, kind, at_ms })
    });
    Ok(Json(ChatList { chats: latest.collect() }))
}

/// The account moves to LIDs; nobody moves back.
pub(super) async fn move_to_lid(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<Response> {
    let account = find(&control.world, &phone)?;
    let addressing: Addressing = fields.required("addressing")?;
    fields.done()?;
    if addressing == Addressing::Pn && account.addressing() == Addressing::Lid {
        return Err(Refusal::field("addressing", "an account that has moved to LIDs does not move back"));
    }
    if addressing == Addressing::Lid {
        let moved = control.world.move_to_lid(&account);
        moved.map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")))?;
    }
    Ok(done())
}

/// Links a device that brings its keys along: no phone, no QR code.
pub(super) async fn link(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<(StatusCode, Json<DeviceLinked>)> {
    let world = &control.world;
    let account = find(world, &phone)?;
    let registration = read_registration(&mut fields)?;
    fields.done()?;
    let identity = registration.identity_key;
    let device = world.link_device(&account, registration, PRE_LINKED);
    let (now, mut rng) = (world.clock.now_secs(), world.random.fork());
    let signed = handset::signed_identity(&account, device, &identity, now, &mut rng);
    if let Err(error) = handset::welcome(world, &account, device) {
        world.unlink_device(&account, device);
        return Err(Refusal::field("signed_prekey", error));
    }
    announce::devices_changed(world, &account, device, Change::Added);
    let linked = DeviceLinked {
        device,
        lid: account.lid.to_string(),
        adv_identity: crate::base64(&signed),
        server_key: crate::base64(&world.server.public()),
        server_id: world.realm().server_id.clone(),
    };
    Ok((StatusCode::CREATED, Json(linked)))
}

fn read_registration(fields: &mut Fields) -> Answer<Registration> {
    let noise_key = key(fields, "noise_key", "noise_key")?;
    let identity_key = key(fields, "identity_key", "identity_key")?;
    let registration_id = fields.required("registration_id")?;
    let mut signed = Fields::of("signed_prekey", fields.required("signed_prekey")?)?;
    let signed_prekey_id = signed.required("id")?;
    let signed_prekey = key(&mut signed, "key", "signed_prekey.key")?;
    let signature = key::<64>(&mut signed, "signature", "signed_prekey.signature")?;
    signed.done()?;
    if signed_prekey_id > LARGEST_KEY_ID {
        return Err(Refusal::field("signed_prekey.id", "must fit in 24 bits"));
    }
    Ok(Registration {
        noise_key,
        identity_key,
        registration_id,
        signed_prekey_id,
        signed_prekey,
        signature: signature.to_vec(),
    })
}

fn key<const N: usize>(fields: &mut Fields, name: &str, path: &str) -> Answer<[u8; N]> {
    let text: String = fields.required(name)?;
    let bytes = crate::from_base64(&text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Refusal::field(path, format!("must be {N} bytes in base64")))
}

pub(super) async fn unlink(
    State(control): State<Control>,
    Path((phone, device)): Path<(String, String)>,
) -> Answer<Response> {
    let account = find(&control.world, &phone)?;
    let id: u16 = device.parse().map_err(|_| Refusal::not_found("there is no such device"))?;
    if !control.world.unlink_device(&account, id) {
        return Err(Refusal::not_found(format!("{phone} has no device {id}")));
    }
    Ok(done())
}

pub(super) async fn scan(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<Json<Linked>> {
    let account = find(&control.world, &phone)?;
    let qr: String = fields.required("qr")?;
    fields.done()?;
    let device = pairing::scan(&control.world, &account, qr.trim()).map_err(|error| refusal("qr", error))?;
    Ok(Json(Linked { device }))
}

pub(super) async fn enter_code(
    State(control): State<Control>,
    Path(phone): Path<String>,
    mut fields: Fields,
) -> Answer<Json<Linked>> {
    let account = find(&control.world, &phone)?;
    let code: String = fields.required("code")?;
    fields.done()?;
    let device = link_code::enter(&control.world, &account, code).await.map_err(|error| refusal("code", error))?;
    Ok(Json(Linked { device }))
}

fn refusal(field: &str, error: LinkError) -> Refusal {
    match error {
        LinkError::NoCodeAsked | LinkError::PasskeyWanted => Refusal::conflict(error.to_string()),
        error => Refusal::field(field, error),
    }
}

fn find(world: &World, phone: &str) -> Answer<Arc<Account>> {
    let phone = phone_in_path(phone)?;
    world.account(phone).ok_or_else(|| Refusal::not_found(format!("{phone} has no account")))
}

/// The picture that somebody shows.
pub(super) fn picture_view(world: &World, phone: Phone) -> Option<PictureView> {
    let picture = world.pictures.of(phone)?;
    Some(PictureView { id: picture.id.to_string(), size: picture.size, sha256: picture.token.hex() })
}

fn view(world: &World, account: &Account) -> AccountView {
    let limits = world.ledger.limits(account.phone, world.clock.now_ms());
    let devices = account.devices();
    let device = |device: &crate::world::account::Device| DeviceView {
        id: device.id,
        connected: device.line.is_some(),
        platform: device.platform.clone(),
    };
    AccountView {
        phone: account.phone,
        lid: account.lid.to_string(),
        name: account.name.clone(),
        addressing: account.addressing(),
        devices: devices.iter().map(device).collect(),
        limits,
        about: account.about(),
        online: world.presence.is_there(account.phone),
        picture: picture_view(world, account.phone),
    }
}
