//! App state: the settings and contacts that a phone shares with its companions.

use super::{
    SessionKeys, decode, encode,
    kind::{Kind, ONLY, first, hex, key},
    sealed::Entry,
};
use async_trait::async_trait;
use std::collections::HashMap;
use wacore::{
    appstate::{hash::HashState, processor::AppStateMutationMAC},
    store::{
        error::Result,
        traits::{AppStateSyncKey, AppSyncStore},
    },
};

#[async_trait]
impl AppSyncStore for SessionKeys {
    async fn get_sync_key(&self, key_id: &[u8]) -> Result<Option<AppStateSyncKey>> {
        let stored = self.get(Kind::SYNC_KEY, &hex(key_id)).await?;
        stored.as_deref().map(decode).transpose()
    }

    async fn set_sync_key(&self, key_id: &[u8], sync_key: AppStateSyncKey) -> Result<()> {
        let stored = Entry::new(Kind::SYNC_KEY, hex(key_id), encode(&sync_key)?);
        let latest = Entry::new(Kind::LATEST_SYNC_KEY, ONLY, key_id);
        Ok(self.put([stored, latest]).await?)
    }

    async fn get_latest_sync_key_id(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.get(Kind::LATEST_SYNC_KEY, ONLY).await?)
    }

    async fn get_version(&self, name: &str) -> Result<HashState> {
        let stored = self.get(Kind::APP_VERSION, &key([name])).await?;
        stored.as_deref().map_or_else(|| Ok(HashState::default()), decode)
    }

    async fn set_version(&self, name: &str, state: HashState) -> Result<()> {
        Ok(self.put([Entry::new(Kind::APP_VERSION, key([name]), encode(&state)?)]).await?)
    }

    /// The version is not kept: only the latest mac of an index is ever asked for.
    async fn put_mutation_macs(&self, name: &str, _version: u64, mutations: &[AppStateMutationMAC]) -> Result<()> {
        let entry = |mac: &AppStateMutationMAC| {
            Entry::new(Kind::MUTATION_MAC, mac_key(name, &mac.index_mac), mac.value_mac.as_slice())
        };
        Ok(self.put(mutations.iter().map(entry)).await?)
    }

    async fn get_mutation_mac(&self, name: &str, index_mac: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.get(Kind::MUTATION_MAC, &mac_key(name, index_mac)).await?)
    }

    async fn get_mutation_macs(&self, name: &str, index_macs: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Vec<u8>>> {
        let keys: Vec<String> = index_macs.iter().map(|index_mac| mac_key(name, index_mac)).collect();
        let mut stored = self.get_many(Kind::MUTATION_MAC, &keys).await?;
        let found = keys.iter().zip(index_macs).filter_map(|(key, index_mac)| Some((*index_mac, stored.remove(key)?)));
        Ok(found.collect())
    }

    async fn delete_mutation_macs(&self, name: &str, index_macs: &[Vec<u8>]) -> Result<()> {
        self.delete(Kind::MUTATION_MAC, index_macs.iter().map(|index_mac| mac_key(name, index_mac)).collect()).await?;
        Ok(())
    }

    async fn clear_mutation_macs(&self, name: &str) -> Result<()> {
        self.delete_starting(Kind::MUTATION_MAC, first(name)).await?;
        Ok(())
    }
}

fn mac_key(name: &str, index_mac: &[u8]) -> String {
    key([name, &hex(index_mac)])
}
