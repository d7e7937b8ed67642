//! A simulated phone's keys and sessions.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock};

use futures::FutureExt as _;
use rand::rngs::StdRng;
use wacore_libsignal::protocol::{
    CiphertextMessage, GenericSignedPreKey as _, IdentityKey, IdentityKeyPair, KeyPair, PreKeyBundle,
    PreKeySignalMessage, ProtocolAddress, PublicKey, SessionRecord, SignalMessage, SignalProtocolError,
    SignedPreKeyRecord, Timestamp, UsePQRatchet, message_decrypt, message_encrypt, process_prekey_bundle,
};

use super::chains::{Chains, OwnChain, Spoken};
use super::store::{DerivedPreKeys, Identity, OneSession, OneSignedPreKey};
use super::{key_pair, public_bytes};
use crate::address::{DeviceAddress, GroupId};
use crate::random::derive;

/// Every endpoint has one signed prekey with this id.
const SIGNED_PREKEY_ID: u32 = 1;

/// What a stranger needs to write to a device for the first time.
#[derive(Debug, Clone)]
pub struct Bundle {
    pub registration_id: u32,
    pub identity: [u8; 32],
    pub signed_prekey_id: u32,
    pub signed_prekey: [u8; 32],
    /// XEdDSA over the signed prekey with its type byte.
    pub signature: Vec<u8>,
    pub prekey: Option<(u32, [u8; 32])>,
}

/// A ciphertext and how the wire names it.
#[derive(Debug)]
pub struct Encrypted {
    /// `pkmsg` until the other side has answered, `msg` afterwards.
    pub kind: &'static str,
    pub bytes: Vec<u8>,
    /// The session as it is now, for the disk.
    pub session: Vec<u8>,
}

/// A plaintext, still padded.
#[derive(Debug)]
pub struct Decrypted {
    pub plaintext: Vec<u8>,
    /// The session as it is now, for the disk.
    pub session: Vec<u8>,
}

/// Why a ciphertext could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecryptError {
    /// The message counter was used before.
    #[error("the counter of this message was used before")]
    CounterReused,
    /// Anything else: no session, wrong keys, not a Signal message.
    #[error("{0}")]
    Unreadable(String),
}

/// One simulated phone, as others see it cryptographically.
pub struct Endpoint {
    seed: [u8; 32],
    keys: OnceLock<Box<Keys>>,
    /// Serialized, because at rest a session is a quarter of what it is in use.
    sessions: Mutex<HashMap<DeviceAddress, Vec<u8>>>,
    /// Of groups; most people are in none.
    chains: Mutex<Option<Box<Chains>>>,
}

struct Keys {
    identity: KeyPair,
    signed_prekey: KeyPair,
    signature: [u8; 64],
    registration_id: u32,
}

impl Endpoint {
    /// The endpoint whose keys follow from `seed`. Nothing is computed yet.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, keys: OnceLock::new(), sessions: Mutex::default(), chains: Mutex::default() }
    }

    /// The identity key pair.
    pub fn identity(&self) -> &KeyPair {
        &self.keys().identity
    }

    /// A bundle with the one-time prekey number `prekey_id` (24 bits).
    pub fn bundle(&self, prekey_id: u32) -> Bundle {
        let keys = self.keys();
        Bundle {
            registration_id: keys.registration_id,
            identity: public_bytes(&keys.identity.public_key),
            signed_prekey_id: SIGNED_PREKEY_ID,
            signed_prekey: public_bytes(&keys.signed_prekey.public_key),
            signature: keys.signature.to_vec(),
            prekey: Some((prekey_id, public_bytes(&self.prekey(prekey_id).public_key))),
        }
    }

    /// Drops the session with this device, as a reinstalled phone would.
    pub fn forget(&self, peer: DeviceAddress) {
        self.sessions().remove(&peer);
    }

    /// Puts back a session that was kept on disk.
    pub fn restore(&self, peer: DeviceAddress, session: Vec<u8>) {
        self.sessions().insert(peer, session);
    }

    /// All sessions, for the disk.
    pub fn kept_sessions(&self) -> Vec<(DeviceAddress, Vec<u8>)> {
        self.sessions().iter().map(|(peer, session)| (*peer, session.clone())).collect()
    }

    /// Decrypts `ciphertext` of the wire's `kind` from a device.
    pub fn decrypt(
        &self,
        peer: DeviceAddress,
        kind: &str,
        ciphertext: &[u8],
        rng: &mut StdRng,
    ) -> Result<Decrypted, DecryptError> {
        let message = match kind {
            "pkmsg" => PreKeySignalMessage::try_from(ciphertext).map(CiphertextMessage::PreKeySignalMessage),
            "msg" => SignalMessage::try_from(ciphertext).map(CiphertextMessage::SignalMessage),
            other => return Err(DecryptError::Unreadable(format!("unknown encryption {other:?}"))),
        }
        .map_err(unreadable)?;

        // Held across the cryptography on purpose: two messages of one chat must not race for the same ratchet.
        let mut sessions = self.sessions();
        let mut session = load(&sessions, peer).map_err(unreadable)?;
        let result = message_decrypt(
            &message,
            &address(peer),
            &mut session,
            &mut self.identity_store(),
            &mut DerivedPreKeys(|id| self.prekey(id)),
            &self.signed_prekey_store(),
            rng,
            UsePQRatchet::No,
        )
        .now_or_never()
        .expect("stores in memory never wait");
        let plaintext = result.map_err(unreadable)?.plaintext;
        let session = keep(&mut sessions, peer, session).map_err(unreadable)?;
        Ok(Decrypted { plaintext, session })
    }

    /// Encrypts for a device; `bundle` is asked only when there is no session yet.
    pub fn encrypt(
        &self,
        peer: DeviceAddress,
        plaintext: &[u8],
        bundle: impl FnOnce() -> Option<Bundle>,
        rng: &mut StdRng,
    ) -> anyhow::Result<Encrypted> {
        let mut sessions = self.sessions();
        let mut session = load(&sessions, peer)?;
        let mut identity = self.identity_store();
        if session.0.is_none() {
            let bundle = bundle().ok_or_else(|| anyhow::anyhow!("{peer:?} has no keys"))?.into_signal()?;
            process_prekey_bundle(&address(peer), &mut session, &mut identity, &bundle, rng, UsePQRatchet::No)
                .now_or_never()
                .expect("stores in memory never wait")?;
        }
        let message = message_encrypt(plaintext, &address(peer), &mut session, &mut identity)
            .now_or_never()
            .expect("stores in memory never wait")?;
        let session = keep(&mut sessions, peer, session)?;
        match message {
            CiphertextMessage::SignalMessage(message) => {
                Ok(Encrypted { kind: "msg", bytes: message.serialized().to_vec(), session })
            }
            CiphertextMessage::PreKeySignalMessage(message) => {
                Ok(Encrypted { kind: "pkmsg", bytes: message.serialized().to_vec(), session })
            }
            _ => anyhow::bail!("a chat message was encrypted as something else"),
        }
    }

    /// Learns how to read what a device writes to a group. Returns its chain as it is now, for the disk.
    pub fn hear_chain(
        &self,
        group: GroupId,
        from: DeviceAddress,
        distribution: &[u8],
    ) -> Result<Vec<u8>, DecryptError> {
        self.with_chains(|chains| chains.hear(group, from, distribution))
    }

    /// Decrypts what a device wrote to a group; `session` is the device's chain.
    pub fn decrypt_group(
        &self,
        group: GroupId,
        from: DeviceAddress,
        ciphertext: &[u8],
    ) -> Result<Decrypted, DecryptError> {
        let (plaintext, session) = self.with_chains(|chains| chains.decrypt(group, from, ciphertext))?;
        Ok(Decrypted { plaintext, session })
    }

    /// Encrypts for a group, and says which of the devices `to` have to be told how to read it.
    pub fn encrypt_group(
        &self,
        group: GroupId,
        plaintext: &[u8],
        to: &[DeviceAddress],
        rng: &mut StdRng,
    ) -> anyhow::Result<Spoken> {
        self.with_chains(|chains| chains.speak(group, plaintext, to, rng))
    }

    /// A device knows the phone's own chain, or has to be told again.
    pub fn mark_told(&self, group: GroupId, device: DeviceAddress, knows: bool) {
        self.with_chains(|chains| if knows { chains.tell(group, device) } else { chains.doubt(group, device) });
    }

    /// The phone's own chain for a group, for the disk.
    pub fn own_chain(&self, group: GroupId) -> Option<OwnChain> {
        self.with_chains(|chains| chains.own(group).cloned())
    }

    /// Begins a new chain with the next message, because somebody who knows this one has left. False when there is none.
    pub fn drop_own_chain(&self, group: GroupId) -> bool {
        self.lock_chains().as_mut().is_some_and(|chains| chains.drop_own(group))
    }

    /// Puts back the phone's own chain.
    pub fn restore_own_chain(&self, group: GroupId, own: OwnChain) {
        self.with_chains(|chains| chains.restore_own(group, own));
    }

    /// Puts back the chain of a device.
    pub fn restore_heard_chain(&self, group: GroupId, from: DeviceAddress, key: Vec<u8>) {
        self.with_chains(|chains| chains.restore_heard(group, from, key));
    }

    /// All own chains, for the disk.
    pub fn kept_own_chains(&self) -> Vec<(GroupId, OwnChain)> {
        self.lock_chains().as_ref().map(|chains| chains.all_own()).unwrap_or_default()
    }

    /// All chains of others, for the disk.
    pub fn kept_heard_chains(&self) -> Vec<(GroupId, DeviceAddress, Vec<u8>)> {
        self.lock_chains().as_ref().map(|chains| chains.all_heard()).unwrap_or_default()
    }

    fn with_chains<T>(&self, work: impl FnOnce(&mut Chains) -> T) -> T {
        work(self.lock_chains().get_or_insert_default())
    }

    fn lock_chains(&self) -> MutexGuard<'_, Option<Box<Chains>>> {
        self.chains.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn keys(&self) -> &Keys {
        self.keys.get_or_init(|| {
            let identity = key_pair(derive(&self.seed, &[b"identity"]));
            let signed_prekey = key_pair(derive(&self.seed, &[b"signed prekey"]));
            let mut rng: StdRng = rand::SeedableRng::from_seed(derive(&self.seed, &[b"signature"]));
            let signature = identity
                .calculate_signature(&signed_prekey.public_key.serialize(), &mut rng)
                .expect("an identity key signs");
            let [high, low, ..] = derive(&self.seed, &[b"registration id"]);
            // 14 bits, from 1.
            let registration_id = 1 + u32::from(u16::from_be_bytes([high, low]) % 0x3fff);
            Box::new(Keys { identity, signed_prekey, signature, registration_id })
        })
    }

    fn prekey(&self, id: u32) -> KeyPair {
        key_pair(derive(&self.seed, &[b"one-time prekey", &id.to_be_bytes()]))
    }

    fn identity_store(&self) -> Identity {
        let keys = self.keys();
        let key = IdentityKey::new(keys.identity.public_key);
        let pair = IdentityKeyPair::new(key, keys.identity.private_key.clone());
        Identity { pair, registration_id: keys.registration_id }
    }

    fn signed_prekey_store(&self) -> OneSignedPreKey {
        let keys = self.keys();
        let made = Timestamp::from_epoch_millis(0);
        let record = SignedPreKeyRecord::new(SIGNED_PREKEY_ID.into(), made, &keys.signed_prekey, &keys.signature);
        OneSignedPreKey { id: SIGNED_PREKEY_ID, record }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<DeviceAddress, Vec<u8>>> {
        self.sessions.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Bundle {
    fn into_signal(self) -> anyhow::Result<PreKeyBundle> {
        let prekey = match self.prekey {
            Some((id, key)) => Some((id.into(), PublicKey::from_djb_public_key_bytes(&key)?)),
            None => None,
        };
        Ok(PreKeyBundle::new(
            self.registration_id,
            0.into(),
            prekey,
            self.signed_prekey_id.into(),
            PublicKey::from_djb_public_key_bytes(&self.signed_prekey)?,
            self.signature,
            IdentityKey::new(PublicKey::from_djb_public_key_bytes(&self.identity)?),
        )?)
    }
}

fn load(sessions: &HashMap<DeviceAddress, Vec<u8>>, peer: DeviceAddress) -> Result<OneSession, SignalProtocolError> {
    sessions.get(&peer).map(|kept| SessionRecord::deserialize(kept)).transpose().map(OneSession)
}

fn keep(
    sessions: &mut HashMap<DeviceAddress, Vec<u8>>,
    peer: DeviceAddress,
    session: OneSession,
) -> Result<Vec<u8>, SignalProtocolError> {
    let record = session.0.ok_or_else(|| SignalProtocolError::SessionNotFound(address(peer)))?;
    let bytes = record.serialize()?;
    sessions.insert(peer, bytes.clone());
    Ok(bytes)
}

/// Only a name inside the stores: who the peer is stands in the keys.
fn address(peer: DeviceAddress) -> ProtocolAddress {
    ProtocolAddress::new(&peer.account.to_string(), u32::from(peer.device).into())
}

pub(super) fn unreadable(error: SignalProtocolError) -> DecryptError {
    match error {
        SignalProtocolError::DuplicatedMessage(..) => DecryptError::CounterReused,
        other => DecryptError::Unreadable(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;

    fn device(account: &str) -> DeviceAddress {
        DeviceAddress { account: account.parse().unwrap(), device: 1 }
    }

    #[test]
    fn two_endpoints_talk_and_notice_a_counter_that_was_used_before() {
        let mut rng = StdRng::seed_from_u64(1);
        let (rina, budi) = (Endpoint::new([1; 32]), Endpoint::new([2; 32]));
        let (to_budi, to_rina) = (device("62822222"), device("62811111"));
        let first = rina.encrypt(to_budi, b"halo", || Some(budi.bundle(7)), &mut rng).unwrap();
        assert_eq!(first.kind, "pkmsg");
        assert_eq!(budi.decrypt(to_rina, first.kind, &first.bytes, &mut rng).unwrap().plaintext, b"halo");
        let again = budi.decrypt(to_rina, first.kind, &first.bytes, &mut rng);
        assert!(matches!(again, Err(DecryptError::CounterReused)));
        let answer = budi.encrypt(to_rina, b"hai", || None, &mut rng).unwrap();
        assert_eq!(rina.decrypt(to_budi, answer.kind, &answer.bytes, &mut rng).unwrap().plaintext, b"hai");
        let warm = rina.encrypt(to_budi, b"lagi", || None, &mut rng).unwrap();
        assert_eq!(warm.kind, "msg");

        // The session that was kept is all a restarted phone needs.
        let restarted = Endpoint::new([2; 32]);
        for (peer, session) in budi.kept_sessions() {
            restarted.restore(peer, session);
        }
        assert_eq!(restarted.decrypt(to_rina, warm.kind, &warm.bytes, &mut rng).unwrap().plaintext, b"lagi");
        restarted.forget(to_rina);
        assert!(restarted.decrypt(to_rina, warm.kind, &warm.bytes, &mut rng).is_err());
    }

    #[test]
    fn keys_follow_from_the_seed() {
        let bundle = |seed| Endpoint::new([seed; 32]).bundle(1);
        assert_eq!(bundle(1).identity, bundle(1).identity);
        assert_ne!(bundle(1).identity, bundle(2).identity);
        assert_ne!(bundle(1).prekey, Endpoint::new([1; 32]).bundle(2).prekey);
    }
}
