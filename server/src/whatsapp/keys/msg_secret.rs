//! Secrets of messages: what reactions, poll votes and edits of a message are decrypted with.

use super::{
    SessionKeys, count,
    kind::{Kind, key},
    millis,
    sealed::Entry,
};
use anyhow::Context as _;
use async_trait::async_trait;
use std::collections::HashMap;
use wacore::store::{
    error::Result,
    traits::{MessageSecret, MsgSecretEntry, MsgSecretStore, merge_msg_secret_expiry, merge_msg_secret_message_ts},
};

#[async_trait]
impl MsgSecretStore for SessionKeys {
    async fn put_msg_secrets(&self, entries: Vec<MsgSecretEntry>) -> Result<usize> {
        if entries.is_empty() {
            return Ok(0);
        }
        let stored = entries.len();
        let incoming: Vec<(String, Secret)> = entries.iter().map(|entry| (key_of(entry), entry.into())).collect();
        let keys = incoming.iter().map(|(key, _)| key.clone()).collect();
        let merge = move |known: HashMap<String, Vec<u8>>| {
            let open = |(key, bytes): (String, Vec<u8>)| Ok((key, Secret::from_bytes(&bytes)?));
            let mut merged: HashMap<String, Secret> = known.into_iter().map(open).collect::<crate::Result<_>>()?;
            for (key, secret) in incoming {
                merged.entry(key).and_modify(|known| known.merge(&secret)).or_insert(secret);
            }
            let entry = |(key, secret): (String, Secret)| {
                Entry::new(Kind::MSG_SECRET, key, secret.to_bytes()).at(millis(secret.expires_at))
            };
            Ok(merged.into_iter().map(entry).collect())
        };
        self.update(Kind::MSG_SECRET, keys, merge).await?;
        Ok(stored)
    }

    async fn get_msg_secret(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.get_msg_secret_with_ts(chat, sender, msg_id).await?.map(|(secret, _)| secret))
    }

    async fn get_msg_secret_with_ts(&self, chat: &str, sender: &str, msg_id: &str) -> Result<Option<(Vec<u8>, i64)>> {
        let Some(bytes) = self.get(Kind::MSG_SECRET, &key([chat, sender, msg_id])).await? else { return Ok(None) };
        let secret = Secret::from_bytes(&bytes)?;
        Ok(Some((secret.secret.to_vec(), secret.message_ts)))
    }

    async fn delete_expired_msg_secrets(&self, cutoff_timestamp: i64) -> Result<u32> {
        // A deadline that is reached has passed.
        Ok(count(self.delete_before(Kind::MSG_SECRET, millis(cutoff_timestamp).saturating_add(1)).await?))
    }
}

fn key_of(entry: &MsgSecretEntry) -> String {
    key([&entry.chat, &entry.sender, &entry.msg_id])
}

/// A row of this kind. History brings tens of thousands, so 48 plain bytes: secret, deadline, time of the message.
struct Secret {
    secret: MessageSecret,
    /// Seconds; 0 is never.
    expires_at: i64,
    /// Seconds; 0 is unknown.
    message_ts: i64,
}

impl From<&MsgSecretEntry> for Secret {
    fn from(entry: &MsgSecretEntry) -> Self {
        Self { secret: entry.secret, expires_at: entry.expires_at, message_ts: entry.message_ts }
    }
}

impl Secret {
    fn merge(&mut self, newer: &Self) {
        self.secret = newer.secret;
        self.expires_at = merge_msg_secret_expiry(self.expires_at, newer.expires_at);
        self.message_ts = merge_msg_secret_message_ts(self.message_ts, newer.message_ts);
    }

    fn to_bytes(&self) -> Vec<u8> {
        [&self.secret[..], &self.expires_at.to_be_bytes(), &self.message_ts.to_be_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> crate::Result<Self> {
        let parts = || {
            let (secret, times) = bytes.split_first_chunk::<32>()?;
            let (expires_at, message_ts) = times.split_first_chunk::<8>()?;
            Some(Self {
                secret: *secret,
                expires_at: i64::from_be_bytes(*expires_at),
                message_ts: i64::from_be_bytes(message_ts.try_into().ok()?),
            })
        };
        Ok(parts().with_context(|| format!("a message secret has {} bytes", bytes.len()))?)
    }
}
