//! Trusted contact tokens. Two writers share a row, each with its own half: the token a contact gave us, and when we
//! last gave ours. Both read and write in one transaction, so that neither drops the other's half.

use super::{
    SessionKeys, count, decode, encode,
    kind::{Kind, key},
    sealed::Entry,
};
use wacore::store::{error::Result, traits::TcTokenEntry};

/// A row of this kind: the contact, spelled out for those who list them, and its token.
type Row = (String, TcTokenEntry);

impl SessionKeys {
    pub(super) async fn tc_token(&self, jid: &str) -> Result<Option<TcTokenEntry>> {
        let stored = self.get(Kind::TC_TOKEN, &key([jid])).await?;
        let row: Option<Row> = stored.as_deref().map(decode).transpose()?;
        Ok(row.map(|(_, token)| token))
    }

    pub(super) async fn save_tc_token(&self, jid: &str, token: &TcTokenEntry) -> Result<()> {
        Ok(self.put([Entry::new(Kind::TC_TOKEN, key([jid]), encode(&(jid, token))?)]).await?)
    }

    pub(super) async fn tc_token_jids(&self) -> Result<Vec<String>> {
        let rows = self.list(Kind::TC_TOKEN, "").await?;
        rows.into_iter().map(|(_, value)| decode::<Row>(&value).map(|(jid, _)| jid)).collect()
    }

    /// Forgets contacts with neither a token since `token_cutoff` nor one of ours since `sender_cutoff` (seconds).
    pub(super) async fn prune_tc_tokens(&self, token_cutoff: i64, sender_cutoff: i64) -> Result<u32> {
        let live = move |value: &[u8]| {
            let (_, token) = serde_json::from_slice::<Row>(value).map_err(anyhow::Error::new)?;
            let received = !token.token.is_empty() && token.token_timestamp >= token_cutoff;
            Ok(received || token.sender_timestamp.is_some_and(|given| given >= sender_cutoff))
        };
        Ok(count(self.retain(Kind::TC_TOKEN, live).await?))
    }

    /// We gave our token at `given` (seconds); an earlier time changes nothing.
    pub(super) async fn touch_tc_token(&self, jid: &str, given: i64) -> Result<()> {
        self.change_tc_token(jid, move |known| match known {
            Some(known) => {
                let given = known.sender_timestamp.map_or(given, |before| before.max(given));
                TcTokenEntry { sender_timestamp: Some(given), ..known }
            }
            None => TcTokenEntry { token: Vec::new(), token_timestamp: given, sender_timestamp: Some(given) },
        })
        .await
    }

    /// A contact gave us its token at `received` (seconds); it replaces none that is newer.
    pub(super) async fn receive_tc_token(&self, jid: &str, token: Vec<u8>, received: i64) -> Result<()> {
        self.change_tc_token(jid, move |known| match known {
            Some(known) if !known.token.is_empty() && received < known.token_timestamp => known,
            known => TcTokenEntry {
                token,
                token_timestamp: received,
                sender_timestamp: known.and_then(|known| known.sender_timestamp),
            },
        })
        .await
    }

    async fn change_tc_token<C>(&self, jid: &str, change: C) -> Result<()>
    where
        C: FnOnce(Option<TcTokenEntry>) -> TcTokenEntry + Send + 'static,
    {
        let (jid, row_key) = (jid.to_owned(), key([jid]));
        let keys = vec![row_key.clone()];
        let changed = self.update(Kind::TC_TOKEN, keys, move |mut stored| {
            let known = stored.remove(&row_key).map(|value| serde_json::from_slice::<Row>(&value));
            let known = known.transpose().map_err(anyhow::Error::new)?.map(|(_, token)| token);
            let row: Row = (jid, change(known));
            let value = serde_json::to_vec(&row).map_err(anyhow::Error::new)?;
            Ok(vec![Entry::new(Kind::TC_TOKEN, row_key, value)])
        });
        Ok(changed.await?)
    }
}
