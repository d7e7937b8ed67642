//! Signal: identities, sessions, one-time keys, signed keys and the sender keys of groups.

use super::{
    SessionKeys,
    kind::{Kind, key, number},
    sealed::Entry,
    store,
};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;
use wacore::store::{
    error::{Result, StoreError},
    traits::SignalStore,
};

#[async_trait]
impl SignalStore for SessionKeys {
    async fn put_identity(&self, address: &str, identity: [u8; 32]) -> Result<()> {
        Ok(self.put([Entry::new(Kind::IDENTITY, key([address]), identity)]).await?)
    }

    async fn put_identities_batch(&self, identities: &[(Arc<str>, [u8; 32])]) -> Result<()> {
        let entry = |(address, identity): &(Arc<str>, [u8; 32])| Entry::new(Kind::IDENTITY, key([address]), *identity);
        Ok(self.put(identities.iter().map(entry)).await?)
    }

    async fn load_identity(&self, address: &str) -> Result<Option<[u8; 32]>> {
        let Some(identity) = self.get(Kind::IDENTITY, &key([address])).await? else { return Ok(None) };
        let wrong = |_| StoreError::Validation("an identity key is not 32 bytes".into());
        identity.as_slice().try_into().map(Some).map_err(wrong)
    }

    async fn delete_identity(&self, address: &str) -> Result<()> {
        Ok(self.forget(Kind::IDENTITY, key([address])).await?)
    }

    async fn get_session(&self, address: &str) -> Result<Option<Bytes>> {
        Ok(self.get(Kind::SESSION, &key([address])).await?.map(Bytes::from))
    }

    async fn put_session(&self, address: &str, session: &[u8]) -> Result<()> {
        Ok(self.put([Entry::new(Kind::SESSION, key([address]), session)]).await?)
    }

    async fn put_sessions_batch(&self, sessions: &[(Arc<str>, Bytes)]) -> Result<()> {
        Ok(self.put(records(Kind::SESSION, sessions)).await?)
    }

    async fn delete_session(&self, address: &str) -> Result<()> {
        Ok(self.forget(Kind::SESSION, key([address])).await?)
    }

    async fn has_signal_state_for_user(&self, user: &str) -> Result<bool> {
        self.settle().await?;
        let mut tx = self.owner.db.system_read().await.map_err(StoreError::from)?;
        for kind in [Kind::SESSION, Kind::IDENTITY] {
            // `user@server` is the phone, `user:3@server` its third companion.
            for server_or_device in ["@", ":"] {
                if store::any(&mut tx, self.owner.session, kind, &(key([user]) + server_or_device)).await? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    async fn store_prekey(&self, id: u32, record: &[u8], _uploaded: bool) -> Result<()> {
        Ok(self.put([Entry::new(Kind::PREKEY, number(id), record)]).await?)
    }

    async fn store_prekeys_batch(&self, keys: &[(u32, Bytes)], _uploaded: bool) -> Result<()> {
        let entry = |(id, record): &(u32, Bytes)| Entry::new(Kind::PREKEY, number(*id), record.as_ref());
        Ok(self.put(keys.iter().map(entry)).await?)
    }

    async fn load_prekey(&self, id: u32) -> Result<Option<Bytes>> {
        Ok(self.get(Kind::PREKEY, &number(id)).await?.map(Bytes::from))
    }

    async fn load_prekeys_batch(&self, ids: &[u32]) -> Result<Vec<(u32, Bytes)>> {
        let keys: Vec<String> = ids.iter().map(|id| number(*id)).collect();
        let records = self.get_many(Kind::PREKEY, &keys).await?;
        let record = |id: &u32| records.get(&number(*id)).map(|record| (*id, Bytes::copy_from_slice(record)));
        Ok(ids.iter().filter_map(record).collect())
    }

    /// Nothing to keep: the library never asks which keys are uploaded, it counts in the device.
    async fn mark_prekeys_uploaded(&self, _ids: &[u32]) -> Result<()> {
        Ok(())
    }

    async fn remove_prekey(&self, id: u32) -> Result<()> {
        Ok(self.forget(Kind::PREKEY, number(id)).await?)
    }

    async fn get_max_prekey_id(&self) -> Result<u32> {
        self.settle().await?;
        let mut tx = self.owner.db.system_read().await.map_err(StoreError::from)?;
        let last = store::last_key(&mut tx, self.owner.session, Kind::PREKEY).await?;
        last.map_or(Ok(0), |key| id_of(&key))
    }

    async fn store_signed_prekey(&self, id: u32, record: &[u8]) -> Result<()> {
        Ok(self.put([Entry::new(Kind::SIGNED_PREKEY, number(id), record)]).await?)
    }

    async fn load_signed_prekey(&self, id: u32) -> Result<Option<Vec<u8>>> {
        Ok(self.get(Kind::SIGNED_PREKEY, &number(id)).await?)
    }

    async fn load_all_signed_prekeys(&self) -> Result<Vec<(u32, Vec<u8>)>> {
        let records = self.list(Kind::SIGNED_PREKEY, "").await?;
        records.into_iter().map(|(key, record)| Ok((id_of(&key)?, record))).collect()
    }

    async fn remove_signed_prekey(&self, id: u32) -> Result<()> {
        Ok(self.forget(Kind::SIGNED_PREKEY, number(id)).await?)
    }

    async fn put_sender_key(&self, address: &str, record: &[u8]) -> Result<()> {
        Ok(self.put([Entry::new(Kind::SENDER_KEY, key([address]), record)]).await?)
    }

    async fn put_sender_keys_batch(&self, sender_keys: &[(Arc<str>, Bytes)]) -> Result<()> {
        Ok(self.put(records(Kind::SENDER_KEY, sender_keys)).await?)
    }

    async fn get_sender_key(&self, address: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.get(Kind::SENDER_KEY, &key([address])).await?)
    }

    async fn delete_sender_key(&self, address: &str) -> Result<()> {
        Ok(self.forget(Kind::SENDER_KEY, key([address])).await?)
    }
}

fn records(kind: Kind, records: &[(Arc<str>, Bytes)]) -> impl Iterator<Item = Entry> {
    records.iter().map(move |(address, record)| Entry::new(kind, key([address]), record.as_ref()))
}

fn id_of(key: &str) -> Result<u32> {
    key.parse().map_err(|error| StoreError::Serialization(Box::new(error)))
}
