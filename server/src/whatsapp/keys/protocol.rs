//! What the library knows of the network: who has our sender keys, which numbers are which lids, devices of people,
//! groups, and the messages it may have to send or hand over again.

use super::{
    SessionKeys, count, decode, encode,
    kind::{Kind, first, key},
    millis,
    sealed::Entry,
};
use async_trait::async_trait;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use wacore::store::{
    error::Result,
    traits::{DeviceListRecord, LidPnMappingEntry, PendingInboundKey, PendingInboundRow, ProtocolStore, TcTokenEntry},
};

/// Users who have no device list here: the library asks seven times before the first message to somebody. A wrong entry
/// (a list was stored in between) costs one question to the network, no more.
#[derive(Clone, Default)]
pub(super) struct Unlisted(Arc<Mutex<HashSet<String>>>);

impl Unlisted {
    /// Then it starts anew.
    const MOST: usize = 10_000;

    fn users(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn knows(&self, user: &str) -> bool {
        self.users().contains(user)
    }

    fn remember(&self, user: &str) {
        let mut users = self.users();
        if users.len() >= Self::MOST {
            users.clear();
        }
        users.insert(user.to_owned());
    }

    fn forget<'a>(&self, listed: impl Iterator<Item = &'a str>) {
        let mut users = self.users();
        for user in listed {
            users.remove(user);
        }
    }
}

#[async_trait]
impl ProtocolStore for SessionKeys {
    async fn get_sender_key_devices(&self, group_jid: &str) -> Result<Vec<(String, bool)>> {
        let rows = self.list(Kind::SENDER_KEY_DEVICE, &first(group_jid)).await?;
        rows.into_iter().map(|(_, value)| decode(&value)).collect()
    }

    async fn set_sender_key_status(&self, group_jid: &str, entries: &[(&str, bool)]) -> Result<()> {
        let entry = |status: &(&str, bool)| {
            Ok(Entry::new(Kind::SENDER_KEY_DEVICE, key([group_jid, status.0]), encode(status)?))
        };
        Ok(self.put(entries.iter().map(entry).collect::<Result<Vec<_>>>()?).await?)
    }

    async fn clear_sender_key_devices(&self, group_jid: &str) -> Result<()> {
        self.delete_starting(Kind::SENDER_KEY_DEVICE, first(group_jid)).await?;
        Ok(())
    }

    async fn delete_sender_key_device_rows(&self, device_jids: &[&str]) -> Result<()> {
        let endings = device_jids.iter().map(|device| key(["", device])).collect();
        self.delete_ending(Kind::SENDER_KEY_DEVICE, endings).await?;
        Ok(())
    }

    async fn clear_all_sender_key_devices(&self) -> Result<()> {
        self.delete_starting(Kind::SENDER_KEY_DEVICE, String::new()).await?;
        Ok(())
    }

    async fn get_lid_mapping(&self, lid: &str) -> Result<Option<LidPnMappingEntry>> {
        let stored = self.get(Kind::LID_MAPPING, &key([lid])).await?;
        stored.as_deref().map(decode).transpose()
    }

    async fn get_pn_mapping(&self, phone: &str) -> Result<Option<LidPnMappingEntry>> {
        let Some(lid) = self.get(Kind::PN_MAPPING, &key([phone])).await? else { return Ok(None) };
        let mapping = self.get_lid_mapping(&String::from_utf8_lossy(&lid)).await?;
        // The lid may have moved to another number since; then nobody is known under this one.
        Ok(mapping.filter(|mapping| mapping.phone_number == phone))
    }

    async fn put_lid_mapping(&self, entry: &LidPnMappingEntry) -> Result<()> {
        self.put_lid_mappings(std::slice::from_ref(entry)).await
    }

    async fn put_lid_mappings(&self, entries: &[LidPnMappingEntry]) -> Result<()> {
        let mut rows = Vec::with_capacity(2 * entries.len());
        for entry in entries {
            rows.push(Entry::new(Kind::LID_MAPPING, key([&entry.lid]), encode(entry)?));
            rows.push(Entry::new(Kind::PN_MAPPING, key([&entry.phone_number]), entry.lid.as_bytes()));
        }
        Ok(self.put(rows).await?)
    }

    async fn get_all_lid_mappings(&self) -> Result<Vec<LidPnMappingEntry>> {
        let rows = self.list(Kind::LID_MAPPING, "").await?;
        rows.into_iter().map(|(_, value)| decode(&value)).collect()
    }

    async fn save_base_key(&self, address: &str, message_id: &str, base_key: &[u8]) -> Result<()> {
        Ok(self.put([Entry::new(Kind::BASE_KEY, key([address, message_id]), base_key)]).await?)
    }

    async fn has_same_base_key(&self, address: &str, message_id: &str, current_base_key: &[u8]) -> Result<bool> {
        let saved = self.get(Kind::BASE_KEY, &key([address, message_id])).await?;
        Ok(saved.is_some_and(|saved| saved == current_base_key))
    }

    async fn delete_base_key(&self, address: &str, message_id: &str) -> Result<()> {
        Ok(self.forget(Kind::BASE_KEY, key([address, message_id])).await?)
    }

    async fn update_device_list(&self, record: DeviceListRecord) -> Result<()> {
        self.update_device_lists(vec![record]).await
    }

    async fn update_device_lists(&self, records: Vec<DeviceListRecord>) -> Result<()> {
        let entry = |record: &DeviceListRecord| Ok(Entry::new(Kind::DEVICE_LIST, key([&record.user]), encode(record)?));
        self.unlisted.forget(records.iter().map(|record| record.user.as_str()));
        Ok(self.put(records.iter().map(entry).collect::<Result<Vec<_>>>()?).await?)
    }

    async fn get_devices(&self, user: &str) -> Result<Option<DeviceListRecord>> {
        if self.unlisted.knows(user) {
            return Ok(None);
        }
        let stored = self.get(Kind::DEVICE_LIST, &key([user])).await?;
        if stored.is_none() {
            self.unlisted.remember(user);
        }
        stored.as_deref().map(decode).transpose()
    }

    async fn delete_devices(&self, user: &str) -> Result<()> {
        Ok(self.forget(Kind::DEVICE_LIST, key([user])).await?)
    }

    async fn get_group_metadata(&self, group_jid: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.get(Kind::GROUP_METADATA, &key([group_jid])).await?)
    }

    async fn put_group_metadata(&self, group_jid: &str, blob: &[u8]) -> Result<()> {
        Ok(self.put([Entry::new(Kind::GROUP_METADATA, key([group_jid]), blob)]).await?)
    }

    async fn delete_group_metadata(&self, group_jid: &str) -> Result<()> {
        Ok(self.forget(Kind::GROUP_METADATA, key([group_jid])).await?)
    }

    async fn get_tc_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        self.tc_token(jid).await
    }

    async fn put_tc_token(&self, jid: &str, entry: &TcTokenEntry) -> Result<()> {
        self.save_tc_token(jid, entry).await
    }

    async fn delete_tc_token(&self, jid: &str) -> Result<()> {
        Ok(self.forget(Kind::TC_TOKEN, key([jid])).await?)
    }

    async fn get_all_tc_token_jids(&self) -> Result<Vec<String>> {
        self.tc_token_jids().await
    }

    async fn delete_expired_tc_tokens(&self, token_cutoff: i64, sender_cutoff: i64) -> Result<u32> {
        self.prune_tc_tokens(token_cutoff, sender_cutoff).await
    }

    async fn touch_tc_token_sender_timestamp(&self, jid: &str, sender_timestamp: i64) -> Result<()> {
        self.touch_tc_token(jid, sender_timestamp).await
    }

    async fn store_received_tc_token(&self, jid: &str, token: &[u8], token_timestamp: i64) -> Result<()> {
        self.receive_tc_token(jid, token.to_vec(), token_timestamp).await
    }

    async fn store_sent_message(&self, chat_jid: &str, message_id: &str, payload: &[u8]) -> Result<()> {
        Ok(self.put([Entry::new(Kind::SENT_MESSAGE, key([chat_jid, message_id]), payload).at(now())]).await?)
    }

    async fn take_sent_message(&self, chat_jid: &str, message_id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.take(Kind::SENT_MESSAGE, key([chat_jid, message_id])).await?)
    }

    async fn delete_expired_sent_messages(&self, cutoff_timestamp: i64) -> Result<u32> {
        Ok(count(self.delete_before(Kind::SENT_MESSAGE, millis(cutoff_timestamp)).await?))
    }

    async fn store_pending_inbound(&self, chat: &str, sender: &str, id: &str, message: &[u8]) -> Result<()> {
        self.store_pending_inbound_batch(&[PendingInboundRow { chat, sender, id, message }]).await
    }

    async fn store_pending_inbound_batch(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        let arrived = now();
        let entry = |row: &PendingInboundRow<'_>| {
            Entry::new(Kind::PENDING_INBOUND, key([row.chat, row.sender, row.id]), row.message).at(arrived)
        };
        Ok(self.put(rows.iter().map(entry).collect::<Vec<_>>()).await?)
    }

    async fn get_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.get(Kind::PENDING_INBOUND, &key([chat, sender, id])).await?)
    }

    async fn delete_pending_inbound(&self, chat: &str, sender: &str, id: &str) -> Result<()> {
        Ok(self.forget(Kind::PENDING_INBOUND, key([chat, sender, id])).await?)
    }

    async fn delete_pending_inbound_batch(&self, keys: &[PendingInboundKey<'_>]) -> Result<()> {
        let keys = keys.iter().map(|row| key([row.chat, row.sender, row.id])).collect();
        self.delete(Kind::PENDING_INBOUND, keys).await?;
        Ok(())
    }

    async fn delete_expired_pending_inbound(&self, cutoff_timestamp: i64) -> Result<u32> {
        Ok(count(self.delete_before(Kind::PENDING_INBOUND, millis(cutoff_timestamp)).await?))
    }
}

/// The library's clock, in milliseconds: it is the library that later says from when on a row is too old.
fn now() -> i64 {
    millis(wacore::time::now_secs())
}
