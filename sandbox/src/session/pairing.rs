//! Linking a device: the network offers references, a phone scans one and vouches for the device.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Context as _, Result, bail};
use buffa::Message as _;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wacore_binary::Node;
use waproto::whatsapp as wa;

use super::link_code::CodeOffer;
use super::{Role, Session};
use crate::address::Phone;
use crate::handset;
use crate::wire::channel::{Introduction, Line};
use crate::wire::{NETWORK, Stanza, big_endian, leaf, node};
use crate::world::World;
use crate::world::account::{Account, Addressing, Registration};
use crate::world::announce::{self, Change};
use crate::world::schedule::Due;

/// How many references a client gets; it shows one after the other.
const REFERENCES: usize = 6;
/// Between the signed identity and "reconnect". A client that is told at once may take the old connection's end for the
/// new one's, so the network is as slow as the real one.
const RECONNECT_AFTER_MS: i64 = 200;
/// What some clients put in front of the code, so that a camera opens the app.
const QR_LINK: &str = "https://wa.me/settings/linked_devices#";

/// Why a phone could not link a device.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("this is not a linking QR code")]
    NotAQr,
    #[error("the QR code has expired; show a new one")]
    Expired,
    #[error("nobody asked to link this number with a code")]
    NoCodeAsked,
    #[error("the code is wrong")]
    WrongCode,
    #[error("the network wants a passkey of this account first")]
    PasskeyWanted,
}

/// Clients that wait to be linked.
#[derive(Default)]
pub struct Pairings(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    /// By the reference in the QR code.
    strangers: HashMap<String, (Line, Arc<Registration>)>,
    /// By the phone that shall type the code.
    codes: HashMap<Phone, CodeOffer>,
}

impl Pairings {
    /// A client has gone.
    pub fn leave(&self, line: &Line) {
        let mut waiting = self.waiting();
        waiting.strangers.retain(|_, (other, _)| !other.is(line));
        waiting.codes.retain(|_, offer| !offer.line.is(line));
    }

    /// Sends everybody away.
    pub fn clear(&self) {
        let waiting = std::mem::take(&mut *self.waiting());
        waiting.strangers.values().for_each(|(line, _)| line.hang_up());
    }

    pub(super) fn offer_code(&self, phone: Phone, offer: CodeOffer) {
        self.waiting().codes.insert(phone, offer);
    }

    pub(super) fn with_code<T>(&self, phone: Phone, read: impl FnOnce(&mut CodeOffer) -> T) -> Option<T> {
        self.waiting().codes.get_mut(&phone).map(read)
    }

    pub(super) fn take_code(&self, phone: Phone) -> Option<CodeOffer> {
        self.waiting().codes.remove(&phone)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// The phone of `account` scans a QR code. Returns the new device's number.
pub fn scan(world: &World, account: &Account, qr: &str) -> Result<u16, LinkError> {
    let parts: Vec<&str> = qr.strip_prefix(QR_LINK).unwrap_or(qr).split(',').collect();
    // Older clients leave out the fifth part, their kind.
    let [reference, noise_key, identity_key, secret] = parts.get(..4).ok_or(LinkError::NotAQr)? else {
        return Err(LinkError::NotAQr);
    };
    let [noise_key, identity_key, secret] =
        [noise_key, identity_key, secret].map(|part| crate::from_base64(part.trim()));
    let secret = secret.ok_or(LinkError::NotAQr)?;
    let waiting = world.pairings.waiting().strangers.get(*reference).cloned();
    let (line, registration) = waiting.ok_or(LinkError::Expired)?;
    // The code must have been shown by the client that got the reference.
    let shown = (noise_key.as_deref(), identity_key.as_deref());
    if shown != (Some(&registration.noise_key), Some(&registration.identity_key)) {
        return Err(LinkError::NotAQr);
    }
    if world.faults.strike_link(account.phone, &world.random).is_some() {
        line.send(passkey_request(world));
        return Err(LinkError::PasskeyWanted);
    }
    Ok(adopt(world, account, &line, &registration, &secret))
}

/// The question for a passkey: what a browser hands to `navigator.credentials.get`. Nobody here could answer it, and
/// neither can a client: passkeys are bound to the real network's site.
fn passkey_request(world: &World) -> Node {
    let options = serde_json::json!({
        "challenge": crate::base64(&world.random.bytes::<32>()),
        "rpId": "web.whatsapp.com",
        "userVerification": "preferred",
        "timeout": 60_000,
        "allowCredentials": [],
    });
    node("notification")
        .attr("from", NETWORK)
        .attr("id", world.stanza_id())
        .attr("t", world.clock.now_secs())
        .attr("type", "passkey_prologue_request")
        .children([leaf("passkey_request_options", options.to_string().into_bytes())])
        .build()
}

/// Links the device behind `line` and tells it so. `secret` is what the phone learnt from the QR code or the link code.
pub(super) fn adopt(world: &World, account: &Account, line: &Line, registration: &Registration, secret: &[u8]) -> u16 {
    let device = world.link_device(account, registration.clone(), "chrome");
    let (now, mut rng) = (world.clock.now_secs(), world.random.fork());
    let signed = handset::signed_identity(account, device, &registration.identity_key, now, &mut rng);
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&signed);
    let hmac = Some(mac.finalize().into_bytes().to_vec());
    let proof = wa::ADVSignedDeviceIdentityHMAC { details: Some(signed), hmac, ..Default::default() }.encode_to_vec();
    let migrated = Some(account.addressing() == Addressing::Lid);
    let props = wa::ClientPairingProps { is_chat_db_lid_migrated: migrated, ..Default::default() }.encode_to_vec();
    let success = node("pair-success").children([
        leaf("device-identity", proof),
        node("device").attr("jid", account.jid(device, false)).attr("lid", account.jid(device, true)).build(),
        node("platform").attr("name", "android").build(),
        leaf("client-props", props),
    ]);
    line.send(command(world).attr("t", now).children([success.build()]).build());
    device
}

fn command(world: &World) -> wacore_binary::builder::NodeBuilder {
    node("iq").attr("from", NETWORK).attr("type", "set").attr("id", world.stanza_id()).attr("xmlns", "md")
}

impl Session {
    /// A client that is not linked: it gets references to show.
    pub(super) fn begin_pairing(&mut self, introduction: &Introduction) -> Result<()> {
        let registration = Arc::new(read_registration(introduction)?);
        let offered = if self.world.faults.strike_codes(&self.world.random) { 0 } else { REFERENCES };
        let reference = |_| format!("2@{}", crate::base64(&self.world.random.bytes::<24>()));
        let references: Vec<String> = (0..offered).map(reference).collect();
        let mut waiting = self.world.pairings.waiting();
        for reference in &references {
            waiting.strangers.insert(reference.clone(), (self.line.clone(), registration.clone()));
        }
        drop(waiting);
        let references = references.into_iter().map(|reference| leaf("ref", reference));
        self.line.send(command(&self.world).children([node("pair-device").children(references).build()]).build());
        self.role = Role::Stranger(registration);
        Ok(())
    }

    /// The client has signed its identity too: it is linked and must come back as a device.
    pub(super) fn take_pairing_signature(&self, answer: &Node) -> Result<()> {
        let Role::Stranger(registration) = &self.role else { bail!("a device that is linked pairs again") };
        let proof = answer.needs("device-identity")?.content();
        let (account, device) = self.adopted(registration).context("nobody linked this device")?;
        if !handset::device_proof_is_valid(&account, &registration.identity_key, proof) {
            self.world.unlink_device(&account, device);
            bail!("the device's signature is not valid");
        }
        self.world.change_device(&account, device, |device| device.identity_proof = Some(proof.to_vec()));
        handset::welcome(&self.world, &account, device)?;
        announce::devices_changed(&self.world, &account, device, Change::Added);
        let restart = node("stream:error").attr("code", "515").build();
        let at = self.world.clock.now_ms() + RECONNECT_AFTER_MS;
        self.world.schedule.at(at, Due::Send(self.line.clone(), restart));
        self.world.schedule.at(at, Due::HangUp(self.line.clone()));
        Ok(())
    }

    fn adopted(&self, registration: &Registration) -> Option<(Arc<Account>, u16)> {
        self.world.accounts().into_iter().find_map(|account| {
            let devices = account.devices();
            let ours = devices.iter().find(|device| device.registration.noise_key == registration.noise_key);
            let id = ours.map(|device| device.id);
            drop(devices);
            Some((account, id?))
        })
    }
}

fn read_registration(introduction: &Introduction) -> Result<Registration> {
    let data = introduction.payload.device_pairing_data.as_option().context("no registration")?;
    let key = |field: &Option<Vec<u8>>| -> Result<[u8; 32]> { Ok(field.as_deref().unwrap_or_default().try_into()?) };
    let number = |field: &Option<Vec<u8>>| big_endian(field.as_deref().unwrap_or_default());
    Ok(Registration {
        noise_key: introduction.client_key,
        identity_key: key(&data.e_ident).context("the identity key")?,
        registration_id: number(&data.e_regid),
        signed_prekey_id: number(&data.e_skey_id),
        signed_prekey: key(&data.e_skey_val).context("the signed prekey")?,
        signature: data.e_skey_sig.clone().unwrap_or_default(),
    })
}
