//! How a phone vouches for a linked device, and the device for itself ("advanced device verification").

use buffa::Message as _;
use rand::rngs::StdRng;
use wacore_libsignal::protocol::PublicKey;
use waproto::whatsapp as wa;

use crate::signal::public_bytes;
use crate::world::account::Account;

/// In front of what the phone signs: details ‖ device identity.
const ACCOUNT_PREFIX: [u8; 2] = [6, 0];
/// In front of what the phone signs about its device list.
const KEY_INDEX_PREFIX: [u8; 2] = [6, 2];
/// In front of what the device signs: details ‖ device identity ‖ account identity.
const DEVICE_PREFIX: [u8; 2] = [6, 1];

/// The encoded `ADVSignedDeviceIdentity` of a device, with the phone's signature. The device adds its own.
pub fn signed_identity(
    account: &Account,
    device: u16,
    device_identity: &[u8; 32],
    now_secs: u64,
    rng: &mut StdRng,
) -> Vec<u8> {
    let details = wa::ADVDeviceIdentity {
        raw_id: Some(account.raw_id),
        timestamp: Some(now_secs),
        key_index: Some(u32::from(device)),
        account_type: Some(wa::ADVEncryptionType::E2EE),
        device_type: Some(wa::ADVEncryptionType::E2EE),
    }
    .encode_to_vec();
    let identity = account.handset.identity();
    let signed = [ACCOUNT_PREFIX.as_slice(), &details, device_identity].concat();
    let signature = identity.calculate_signature(&signed, rng).expect("an identity key signs");
    wa::ADVSignedDeviceIdentity {
        details: Some(details),
        account_signature_key: Some(public_bytes(&identity.public_key).to_vec()),
        account_signature: Some(signature.to_vec()),
        ..Default::default()
    }
    .encode_to_vec()
}

/// The encoded `ADVSignedKeyIndexList` of an account whose linked devices are `devices`.
pub fn signed_key_indexes(account: &Account, devices: &[u16], now_secs: u64, rng: &mut StdRng) -> Vec<u8> {
    let indexes: Vec<u32> = devices.iter().copied().map(u32::from).collect();
    let details = wa::ADVKeyIndexList {
        raw_id: Some(account.raw_id),
        timestamp: Some(now_secs),
        current_index: indexes.iter().max().copied(),
        valid_indexes: indexes,
        ..Default::default()
    }
    .encode_to_vec();
    let identity = account.handset.identity();
    let signed = [KEY_INDEX_PREFIX.as_slice(), &details].concat();
    let signature = identity.calculate_signature(&signed, rng).expect("an identity key signs");
    wa::ADVSignedKeyIndexList {
        details: Some(details),
        account_signature: Some(signature.to_vec()),
        account_signature_key: Some(public_bytes(&identity.public_key).to_vec()),
    }
    .encode_to_vec()
}

/// Whether `proof`, an encoded `ADVSignedDeviceIdentity`, carries the device's own signature.
///
/// The account key is ours and not the one in the proof: some clients leave it out of what they send.
pub fn device_proof_is_valid(account: &Account, device_identity: &[u8; 32], proof: &[u8]) -> bool {
    let Ok(signed) = wa::ADVSignedDeviceIdentity::decode_from_slice(proof) else { return false };
    let (Some(details), Some(signature)) = (signed.details, signed.device_signature) else { return false };
    let account_key = public_bytes(&account.handset.identity().public_key);
    let message = [DEVICE_PREFIX.as_slice(), &details, device_identity, &account_key].concat();
    PublicKey::from_djb_public_key_bytes(device_identity).is_ok_and(|key| key.verify_signature(&message, &signature))
}
