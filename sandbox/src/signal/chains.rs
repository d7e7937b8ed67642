//! Sender keys: how one message is encrypted once for a whole group.
//!
//! Whoever writes to a group has a chain of keys for it and tells every device where the chain begins, in a message of
//! the session they share. From then on the device reads whatever is written to the group.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use futures::FutureExt as _;
use rand::rngs::StdRng;
use wacore_libsignal::protocol::error::Result as SignalResult;
use wacore_libsignal::protocol::{
    SenderKeyDistributionMessage, SenderKeyName, SenderKeyRecord, SenderKeyStore, SignalProtocolError,
    create_sender_key_distribution_message, group_decrypt, group_encrypt, process_sender_key_distribution_message,
};

use super::endpoint::{DecryptError, unreadable};
use crate::address::{DeviceAddress, GroupId};

/// The sender keys that one phone has.
#[derive(Default)]
pub(super) struct Chains {
    /// What devices told the phone of their chains, serialized.
    heard: HashMap<(GroupId, DeviceAddress), Vec<u8>>,
    /// The phone's own chains.
    own: HashMap<GroupId, OwnChain>,
}

/// A phone's own chain for a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnChain {
    /// The keys as they are now, serialized.
    pub key: Vec<u8>,
    /// The devices that know where the chain begins.
    pub told: HashSet<DeviceAddress>,
}

/// Something encrypted for a group.
#[derive(Debug)]
pub struct Spoken {
    pub ciphertext: Vec<u8>,
    /// Tells a device how to read it and whatever comes after it.
    pub distribution: Vec<u8>,
    /// Which of the devices that were asked for do not know yet.
    pub untold: Vec<DeviceAddress>,
}

impl Chains {
    pub fn hear(&mut self, group: GroupId, from: DeviceAddress, distribution: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let distribution = SenderKeyDistributionMessage::try_from(distribution).map_err(unreadable)?;
        let mut chain = OneChain::load(self.heard.get(&(group, from))).map_err(unreadable)?;
        let heard = process_sender_key_distribution_message(&name(), &distribution, &mut chain).now_or_never();
        heard.expect("stores in memory never wait").map_err(unreadable)?;
        let key = chain.keep().map_err(unreadable)?;
        self.heard.insert((group, from), key.clone());
        Ok(key)
    }

    pub fn decrypt(
        &mut self,
        group: GroupId,
        from: DeviceAddress,
        ciphertext: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), DecryptError> {
        let mut chain = OneChain::load(self.heard.get(&(group, from))).map_err(unreadable)?;
        let opened = group_decrypt(ciphertext, &mut chain, &name()).now_or_never();
        let plaintext = opened.expect("stores in memory never wait").map_err(unreadable)?;
        let key = chain.keep().map_err(unreadable)?;
        self.heard.insert((group, from), key.clone());
        Ok((plaintext, key))
    }

    pub fn speak(
        &mut self,
        group: GroupId,
        plaintext: &[u8],
        to: &[DeviceAddress],
        rng: &mut StdRng,
    ) -> anyhow::Result<Spoken> {
        let own = self.own.get(&group);
        let told = own.map(|own| own.told.clone()).unwrap_or_default();
        let mut chain = OneChain::load(own.map(|own| &own.key))?;
        // Before the message: whoever is told now has to be able to read it.
        let distribution = create_sender_key_distribution_message(&name(), &mut chain, rng).now_or_never();
        let distribution = distribution.expect("stores in memory never wait")?;
        // The chain is kept after every message, so no counters have to be set aside for a crash.
        chain.0.as_mut().map(SenderKeyRecord::waive_counter_lease).transpose()?;
        let message = group_encrypt(&mut chain, &name(), plaintext, rng).now_or_never();
        let message = message.expect("stores in memory never wait")?;
        let untold = to.iter().filter(|device| !told.contains(device)).copied().collect();
        self.own.insert(group, OwnChain { key: chain.keep()?, told });
        Ok(Spoken {
            ciphertext: message.into_serialized().into_vec(),
            distribution: distribution.into_serialized().into_vec(),
            untold,
        })
    }

    pub fn tell(&mut self, group: GroupId, device: DeviceAddress) {
        if let Some(own) = self.own.get_mut(&group) {
            own.told.insert(device);
        }
    }

    pub fn doubt(&mut self, group: GroupId, device: DeviceAddress) {
        if let Some(own) = self.own.get_mut(&group) {
            own.told.remove(&device);
        }
    }

    pub fn own(&self, group: GroupId) -> Option<&OwnChain> {
        self.own.get(&group)
    }

    pub fn drop_own(&mut self, group: GroupId) -> bool {
        self.own.remove(&group).is_some()
    }

    pub fn restore_own(&mut self, group: GroupId, own: OwnChain) {
        self.own.insert(group, own);
    }

    pub fn restore_heard(&mut self, group: GroupId, from: DeviceAddress, key: Vec<u8>) {
        self.heard.insert((group, from), key);
    }

    pub fn all_own(&self) -> Vec<(GroupId, OwnChain)> {
        self.own.iter().map(|(group, own)| (*group, own.clone())).collect()
    }

    pub fn all_heard(&self) -> Vec<(GroupId, DeviceAddress, Vec<u8>)> {
        self.heard.iter().map(|((group, from), key)| (*group, *from, key.clone())).collect()
    }
}

/// The one chain an operation works on.
struct OneChain(Option<SenderKeyRecord>);

impl OneChain {
    fn load(kept: Option<&Vec<u8>>) -> Result<Self, SignalProtocolError> {
        kept.map(|kept| SenderKeyRecord::deserialize(kept)).transpose().map(Self)
    }

    fn keep(self) -> Result<Vec<u8>, SignalProtocolError> {
        let record = self.0.ok_or_else(|| SignalProtocolError::NoSenderKeyState("nothing was kept".into()))?;
        record.serialize()
    }
}

#[async_trait]
impl SenderKeyStore for OneChain {
    async fn store_sender_key(&mut self, _: &SenderKeyName, record: SenderKeyRecord) -> SignalResult<()> {
        self.0 = Some(record);
        Ok(())
    }

    async fn load_sender_key(&self, _: &SenderKeyName) -> SignalResult<Option<SenderKeyRecord>> {
        Ok(self.0.clone())
    }
}

/// Only a name inside the store: whose chain it is stands beside it.
fn name() -> SenderKeyName {
    SenderKeyName::from_parts("", "")
}
