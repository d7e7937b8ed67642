//! Reading and writing sealed rows: what the traits are made of.

use super::{
    SessionKeys,
    kind::Kind,
    store::{self, Row},
};
use crate::{db::SystemTx, error::Result};
use domain::SessionId;
use futures::future::BoxFuture;
use std::collections::{BTreeMap, HashMap};

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

impl SessionKeys {
    pub(super) async fn get(&self, kind: Kind, key: &str) -> Result<Option<Vec<u8>>> {
        let mut tx = self.server.db.system_read().await?;
        let sealed = store::find(&mut tx, self.session, kind, key).await?;
        sealed.map(|sealed| self.open(kind, key, &sealed)).transpose()
    }

    /// Those of the keys that are there.
    pub(super) async fn get_many(&self, kind: Kind, keys: &[String]) -> Result<HashMap<String, Vec<u8>>> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let mut tx = self.server.db.system_read().await?;
        let sealed = store::find_many(&mut tx, self.session, kind, keys).await?;
        self.open_all(kind, sealed)
    }

    /// Every row of a kind whose key starts with `prefix`, by key.
    pub(super) async fn list(&self, kind: Kind, prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let mut tx = self.server.db.system_read().await?;
        let sealed = store::list(&mut tx, self.session, kind, prefix).await?;
        self.open_all(kind, sealed)
    }

    /// Stores all or nothing. Of entries with one key the last stays.
    pub(super) async fn put(&self, entries: impl IntoIterator<Item = Entry>) -> Result<()> {
        let rows = self.seal_all(entries);
        if rows.is_empty() {
            return Ok(());
        }
        let (tenant, session) = (self.tenant, self.session);
        self.write(move |tx| Box::pin(async move { store::upsert_many(tx, tenant, session, &rows).await })).await
    }

    pub(super) async fn delete(&self, kind: Kind, keys: Vec<String>) -> Result<u64> {
        if keys.is_empty() {
            return Ok(0);
        }
        let session = self.session;
        self.write(move |tx| Box::pin(async move { store::delete(tx, session, kind, &keys).await })).await
    }

    /// Deletes every row of a kind whose key starts with `prefix`.
    pub(super) async fn delete_starting(&self, kind: Kind, prefix: String) -> Result<u64> {
        let session = self.session;
        self.write(move |tx| Box::pin(async move { store::delete_starting(tx, session, kind, &prefix).await })).await
    }

    /// Deletes every row of a kind whose key ends with one of `endings`.
    pub(super) async fn delete_ending(&self, kind: Kind, endings: Vec<String>) -> Result<u64> {
        if endings.is_empty() {
            return Ok(0);
        }
        let session = self.session;
        self.write(move |tx| {
            Box::pin(async move {
                let mut keys = store::list_keys(tx, session, kind).await?;
                keys.retain(|key| endings.iter().any(|ending| key.ends_with(ending.as_str())));
                store::delete(tx, session, kind, &keys).await
            })
        })
        .await
    }

    /// Deletes a row and returns what it held, to one caller only.
    pub(super) async fn take(&self, kind: Kind, key: String) -> Result<Option<Vec<u8>>> {
        let ours = self.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let sealed = store::take(tx, ours.session, kind, &key).await?;
                sealed.map(|sealed| ours.open(kind, &key, &sealed)).transpose()
            })
        })
        .await
    }

    /// Forgets the rows of a kind whose time is before `at`.
    pub(super) async fn delete_before(&self, kind: Kind, at: i64) -> Result<u64> {
        let session = self.session;
        self.write(move |tx| Box::pin(async move { store::delete_before(tx, session, kind, at).await })).await
    }

    /// Reads the rows with these keys and writes what `change` makes of them; nobody writes in between.
    pub(super) async fn update<C>(&self, kind: Kind, keys: Vec<String>, change: C) -> Result<()>
    where
        C: FnOnce(HashMap<String, Vec<u8>>) -> Result<Vec<Entry>> + Send + 'static,
    {
        let ours = self.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let sealed = store::find_many(tx, ours.session, kind, &keys).await?;
                let entries = change(ours.open_all(kind, sealed)?)?;
                store::upsert_many(tx, ours.tenant, ours.session, &ours.seal_all(entries)).await
            })
        })
        .await
    }

    /// Deletes the rows of a kind that `keep` does not want; nobody writes in between. The number deleted.
    pub(super) async fn retain<K>(&self, kind: Kind, keep: K) -> Result<u64>
    where
        K: Fn(&[u8]) -> Result<bool> + Send + 'static,
    {
        let ours = self.clone();
        self.write(move |tx| {
            Box::pin(async move {
                let mut unwanted = Vec::new();
                for (key, sealed) in store::list(tx, ours.session, kind, "").await? {
                    if !keep(&ours.open(kind, &key, &sealed)?)? {
                        unwanted.push(key);
                    }
                }
                store::delete(tx, ours.session, kind, &unwanted).await
            })
        })
        .await
    }

    /// One durable change by the owner of the session, in a commit it shares.
    async fn write<T, W>(&self, change: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut SystemTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let (session, fence) = (self.session, self.fence);
        self.server
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::lock(tx, session, fence).await?;
                    change(tx).await
                })
            })
            .await
    }

    fn open(&self, kind: Kind, key: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.server.cipher.open(&place(self.session, kind, key), sealed)
    }

    fn open_all<O>(&self, kind: Kind, sealed: Vec<(String, Vec<u8>)>) -> Result<O>
    where
        O: FromIterator<(String, Vec<u8>)>,
    {
        let open = |(key, sealed): (String, Vec<u8>)| {
            let plain = self.open(kind, &key, &sealed)?;
            Ok((key, plain))
        };
        sealed.into_iter().map(open).collect()
    }

    /// Sealed rows, each key once, in the order of the index.
    fn seal_all(&self, entries: impl IntoIterator<Item = Entry>) -> Vec<Row> {
        let last: BTreeMap<_, _> =
            entries.into_iter().map(|entry| ((entry.kind, entry.key), (entry.plain, entry.at))).collect();
        let seal = |((kind, key), (plain, at)): ((Kind, String), (Vec<u8>, i64))| {
            let value = self.server.cipher.seal(&place(self.session, kind, &key), &plain);
            Row { kind, key, value, at }
        };
        last.into_iter().map(seal).collect()
    }
}

/// Where a value belongs: sealed in one row it does not open in another.
fn place(session: SessionId, kind: Kind, key: &str) -> Vec<u8> {
    format!("session_key|{session}|{}|{key}", kind.0).into_bytes()
}
