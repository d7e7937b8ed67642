//! A device that is linked with the sandbox before it ever connects.
//!
//! The sandbox registers its public keys, and its own server key is pinned in the device: the client logs in by Noise IK,
//! which checks that key and needs no certificate chain. So every build can have sandbox numbers, and the check of the
//! real network's chain stays as it is.

use super::sandbox_phone;
use crate::error::Result;
use anyhow::{Context as _, anyhow};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use buffa::Message as _;
use domain::PhoneNumber;
use sandbox::control::dto::{DeviceLinked, NewDevice, SignedPrekey};
use std::sync::Arc;
use wacore::store::{
    Device,
    device::{CachedNoiseCert, CachedServerCertChain},
};
use wacore_binary::Jid;
use waproto::whatsapp as wa;

/// A device ready to log in, and the world it belongs to.
pub struct Prelinked {
    pub device: Device,
    /// Changes when the sandbox is reset.
    pub server_id: String,
}

/// Makes a phone with this number in the sandbox at `base_url` and links a device with it.
pub async fn make(http: &reqwest::Client, base_url: &str, phone: &PhoneNumber, name: &str) -> Result<Prelinked> {
    sandbox_phone::add_new(http, base_url, phone, name).await?;
    let mut device = Device::new();
    let keys = NewDevice {
        noise_key: public(device.noise_key.public_key.public_key_bytes()),
        identity_key: public(device.identity_key.public_key.public_key_bytes()),
        registration_id: device.registration_id,
        signed_prekey: SignedPrekey {
            id: device.signed_pre_key_id,
            key: public(device.signed_pre_key.public_key.public_key_bytes()),
            signature: BASE64_STANDARD.encode(device.signed_pre_key_signature),
        },
    };
    let devices = format!("{base_url}/api/accounts/{}/devices", phone.digits());
    let linked: DeviceLinked = sandbox_phone::answered(http.post(devices).json(&keys).send().await)
        .await?
        .json()
        .await
        .context("the sandbox's answer to a new device")?;
    register(&mut device, phone, name, &linked)?;
    Ok(Prelinked { device, server_id: linked.server_id })
}

fn register(device: &mut Device, phone: &PhoneNumber, name: &str, linked: &DeviceLinked) -> Result<()> {
    let adv = BASE64_STANDARD.decode(&linked.adv_identity).context("adv_identity")?;
    let mut identity =
        wa::ADVSignedDeviceIdentity::decode_from_slice(&adv).map_err(|error| anyhow!("adv_identity: {error:?}"))?;
    let own_key = device.identity_key.public_key.public_key_bytes();
    // The device's half of the proof: over its own key and the account's, as the phone did with its half.
    let proof = [
        &[6, 1][..],
        identity.details.as_deref().context("adv_identity has no details")?,
        own_key,
        identity.account_signature_key.as_deref().context("adv_identity has no account key")?,
    ]
    .concat();
    let mut rng: rand::rngs::StdRng = rand::make_rng();
    let signature = device.identity_key.calculate_signature(&proof, &mut rng).map_err(|e| anyhow!("signing: {e:?}"))?;
    identity.device_signature = Some(signature.to_vec());
    let server_key = BASE64_STANDARD.decode(&linked.server_key).context("server_key")?;
    let key = <[u8; 32]>::try_from(server_key.as_slice()).ok().context("server_key must be 32 bytes")?;
    // Never expires: the sandbox keeps its key for as long as its world.
    let pinned = CachedNoiseCert { key, not_before: 0, not_after: i64::MAX };
    device.pn = Some(Jid::pn_device(phone.digits(), linked.device));
    device.lid = Some(Jid::lid_device(linked.lid.as_str(), linked.device));
    device.account = Some(Arc::new(identity));
    device.push_name = name.to_owned();
    device.server_cert_chain = Some(CachedServerCertChain { intermediate: pinned.clone(), leaf: pinned });
    Ok(())
}

fn public(key: &[u8]) -> String {
    BASE64_STANDARD.encode(key)
}
