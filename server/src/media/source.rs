//! Where a file that came is fetched from, kept until it is here.

use crate::{Server, error::Result, whatsapp::file::Place};
use domain::MessageId;
use serde::{Deserialize, Serialize};

/// What is stored, sealed, until the file is here.
#[derive(Serialize, Deserialize)]
pub(crate) struct Source {
    pub place: Place,
    /// Whose chat it is in: the sender's phone is asked there when the network has the file no longer.
    pub chat: String,
    pub from_me: bool,
}

impl Source {
    pub(crate) fn seal(&self, server: &Server, message: MessageId) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(self).map_err(anyhow::Error::from)?;
        Ok(server.cipher.seal(&row_of(message), &plain))
    }

    pub(crate) fn open(server: &Server, message: MessageId, sealed: &[u8]) -> Result<Self> {
        let plain = server.cipher.open(&row_of(message), sealed)?;
        Ok(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?)
    }
}

fn row_of(message: MessageId) -> Vec<u8> {
    format!("attachment|{message}").into_bytes()
}
