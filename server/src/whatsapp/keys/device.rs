//! The device: who we are on the network. One store, one device.

use super::{
    SessionKeys, decode, encode,
    kind::{Kind, ONLY},
    sealed::Entry,
    store,
};
use async_trait::async_trait;
use std::collections::HashMap;
use wacore::{
    stats::StorageResourceReport,
    store::{Device, error::Result, traits::DeviceStore},
};

#[async_trait]
impl DeviceStore for SessionKeys {
    /// Also how a device that is linked already is put in, before the client is built.
    async fn save(&self, device: &Device) -> Result<()> {
        Ok(self.put([Entry::new(Kind::DEVICE, ONLY, encode(device)?)]).await?)
    }

    async fn load(&self) -> Result<Option<Device>> {
        let stored = self.get(Kind::DEVICE, ONLY).await?;
        stored.as_deref().map(decode).transpose()
    }

    async fn exists(&self) -> Result<bool> {
        self.settle().await?;
        let mut tx = self.owner.db.system_read().await?;
        Ok(store::any(&mut tx, self.owner.session, Kind::DEVICE, ONLY).await?)
    }

    /// A device with fresh keys, unless there is one. Its number is always 1.
    async fn create(&self) -> Result<i32> {
        let fresh = Entry::new(Kind::DEVICE, ONLY, encode(&Device::new())?);
        let keep_first =
            |stored: HashMap<String, Vec<u8>>| Ok(if stored.is_empty() { vec![fresh] } else { Vec::new() });
        self.update(Kind::DEVICE, vec![ONLY.into()], keep_first).await?;
        Ok(1)
    }

    /// Nothing of a session stays in memory here but what is on its way to the disk.
    async fn resource_report(&self) -> StorageResourceReport {
        StorageResourceReport { memory_bytes: Some(0), ..StorageResourceReport::default() }
    }
}
