//! Reading and writing sealed rows: what the traits are made of.

use super::{
    SessionKeys,
    kind::Kind,
    store::{self, Row},
    writer::{Change, Known},
};
use crate::{error::Result, secret::Cipher};
use domain::SessionId;
use std::{collections::BTreeMap, sync::Arc};

/// A value on its way to its row.
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) key: String,
    pub(super) plain: Vec<u8>,
    /// Milliseconds; 0 for rows that are not forgotten by time.
    pub(super) at: i64,
}

impl Entry {
    pub(super) fn new(kind: Kind, key: impl Into<String>, plain: impl Into<Vec<u8>>) -> Self {
        Self { kind, key: key.into(), plain: plain.into(), at: 0 }
    }

    /// The same with the time by which it is forgotten.
    pub(super) fn at(self, at: i64) -> Self {
        Self { at, ..self }
    }
}

/// Seals and opens the values of one session.
#[derive(Clone)]
pub(super) struct Seal {
    pub(super) cipher: Arc<Cipher>,
    pub(super) session: SessionId,
}

impl Seal {
    pub(super) fn open(&self, kind: Kind, key: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.cipher.open(&place(self.session, kind, key), sealed)
    }

    pub(super) fn open_all<O>(&self, kind: Kind, sealed: Vec<(String, Vec<u8>)>) -> Result<O>
    where
        O: FromIterator<(String, Vec<u8>)>,
    {
        let open = |(key, sealed): (String, Vec<u8>)| {
            let plain = self.open(kind, &key, &sealed)?;
            Ok((key, plain))
        };
        sealed.into_iter().map(open).collect()
    }

    /// Sealed rows, each key once, in the order of the index; of entries with one key the last stays.
    pub(super) fn all(&self, entries: impl IntoIterator<Item = Entry>) -> Vec<Row> {
        let last: BTreeMap<_, _> =
            entries.into_iter().map(|entry| ((entry.kind, entry.key), (entry.plain, entry.at))).collect();
        let seal = |((kind, key), (plain, at)): ((Kind, String), (Vec<u8>, i64))| {
            let value = self.cipher.seal(&place(self.session, kind, &key), &plain);
            Row { kind, key, value, at }
        };
        last.into_iter().map(seal).collect()
    }
}

/// Where a value belongs: sealed in one row it does not open in another.
fn place(session: SessionId, kind: Kind, key: &str) -> Vec<u8> {
    format!("session_key|{session}|{}|{key}", kind.0).into_bytes()
}

impl SessionKeys {
    pub(super) async fn get(&self, kind: Kind, key: &str) -> Result<Option<Vec<u8>>> {
        let place = (kind, key.to_owned());
        match self.writer.see(&place) {
            Some(sealed) => sealed.map(|sealed| self.owner.seal.open(kind, key, &sealed)).transpose(),
            None => self.reader.ask(place).await,
        }
    }

    /// Those of the keys that are there.
    pub(super) async fn get_many(&self, kind: Kind, keys: &[String]) -> Result<Known> {
        if keys.is_empty() {
            return Ok(Known::new());
        }
        self.settle().await?;
        let mut tx = self.owner.db.system_read().await?;
        let sealed = store::find_many(&mut tx, self.owner.session, kind, keys).await?;
        self.owner.seal.open_all(kind, sealed)
    }

    /// Every row of a kind whose key starts with `prefix`, by key.
    pub(super) async fn list(&self, kind: Kind, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        self.settle().await?;
        let mut tx = self.owner.db.system_read().await?;
        let sealed = store::list(&mut tx, self.owner.session, kind, prefix).await?;
        self.owner.seal.open_all(kind, sealed)
    }

    /// Stores all or nothing, on the disk before the next frame. Of entries with one key the last stays.
    pub(super) async fn put(&self, entries: impl IntoIterator<Item = Entry>) -> Result<()> {
        let rows = self.owner.seal.all(entries);
        if rows.is_empty() {
            return Ok(());
        }
        self.writer.behind(Change::Put(rows)).await
    }

    /// Deletes a row, from the disk before the next frame; no matter whether it was there.
    pub(super) async fn forget(&self, kind: Kind, key: String) -> Result<()> {
        self.writer.behind(Change::Delete(kind, vec![key])).await
    }

    /// How many of them there were.
    pub(super) async fn delete(&self, kind: Kind, keys: Vec<String>) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        Ok(self.writer.durably(Change::Delete(kind, keys)).await?.rows)
    }

    /// Deletes every row of a kind whose key starts with `prefix`.
    pub(super) async fn delete_starting(&self, kind: Kind, prefix: String) -> Result<u64> {
        let session = self.owner.session;
        let sweep = Change::Sweep(Box::new(move |tx| {
            Box::pin(async move { store::delete_starting(tx, session, kind, &prefix).await })
        }));
        Ok(self.writer.durably(sweep).await?.rows)
    }

    /// Deletes every row of a kind whose key ends with one of `endings`.
    pub(super) async fn delete_ending(&self, kind: Kind, endings: Vec<String>) -> Result<u64> {
        if endings.is_empty() {
            return Ok(0);
        }
        let session = self.owner.session;
        let sweep = Change::Sweep(Box::new(move |tx| {
            Box::pin(async move {
                let mut keys = store::list_keys(tx, session, kind).await?;
                keys.retain(|key| endings.iter().any(|ending| key.ends_with(ending.as_str())));
                store::delete(tx, session, kind, &keys).await
            })
        }));
        Ok(self.writer.durably(sweep).await?.rows)
    }

    /// Deletes a row and returns what it held, to one caller only.
    pub(super) async fn take(&self, kind: Kind, key: String) -> Result<Option<Vec<u8>>> {
        Ok(self.writer.durably(Change::Take(kind, key)).await?.value)
    }

    /// Forgets the rows of a kind whose time is before `at`.
    pub(super) async fn delete_before(&self, kind: Kind, at: i64) -> Result<u64> {
        let session = self.owner.session;
        let sweep = Change::Sweep(Box::new(move |tx| {
            Box::pin(async move { store::delete_before(tx, session, kind, at).await })
        }));
        Ok(self.writer.durably(sweep).await?.rows)
    }

    /// Reads the rows with these keys and writes what `change` makes of them; nobody writes in between.
    pub(super) async fn update<C>(&self, kind: Kind, keys: Vec<String>, change: C) -> Result<()>
    where
        C: FnOnce(Known) -> Result<Vec<Entry>> + Send + 'static,
    {
        self.writer.durably(Change::Update(kind, keys, Box::new(change))).await?;
        Ok(())
    }

    /// Deletes the rows of a kind that `keep` does not want; nobody writes in between. The number deleted.
    pub(super) async fn retain<K>(&self, kind: Kind, keep: K) -> Result<u64>
    where
        K: Fn(&[u8]) -> Result<bool> + Send + 'static,
    {
        let owner = self.owner.clone();
        let sweep = Change::Sweep(Box::new(move |tx| {
            Box::pin(async move {
                let mut unwanted = Vec::new();
                for (key, sealed) in store::list(tx, owner.session, kind, "").await? {
                    if !keep(&owner.seal.open(kind, &key, &sealed)?)? {
                        unwanted.push(key);
                    }
                }
                store::delete(tx, owner.session, kind, &unwanted).await
            })
        }));
        Ok(self.writer.durably(sweep).await?.rows)
    }
}
