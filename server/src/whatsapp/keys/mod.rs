//! Where the client library keeps a session: Signal sessions and keys, app state, what it has learned of the network.
//!
//! [`SessionKeys`] is the library's `Backend` over the table `session_key`, one row for each `(kind, key)`. Three rules
//! hold for every row, whatever trait it belongs to:
//!
//! - **Durable before the wire.** The library publishes a ciphertext only after the key it was made with is stored; a row
//!   lost to a power cut would put the same key on the wire twice. Storing does not wait for the disk, the transport does:
//!   it lets a frame go when all that was stored before it is [`Written`]. Writes share their transaction: `writer.rs`.
//! - **One owner.** Each transaction first proves that the session still carries our fence. After
//!   another owner has taken over it fails with [`Error::Stale`](crate::Error::Stale) and leaves nothing behind.
//! - **Sealed.** Values are encrypted and bound to their row; sealing happens before the writer is asked for.
//!
//! The traits are in `signal.rs`, `app_sync.rs`, `protocol.rs`, `msg_secret.rs` and `device.rs`; `kind.rs` lists all that
//! is kept.

mod app_sync;
mod device;
mod kind;
mod msg_secret;
mod protocol;
mod reader;
mod sealed;
mod signal;
mod store;
mod tc_token;
mod writer;

pub use writer::Written;

use crate::{Error, Server, db::Db};
use domain::{SessionId, TenantId};
use protocol::Unlisted;
use reader::Reader;
use sealed::Seal;
use serde::{Serialize, de::DeserializeOwned};
use wacore::store::error::{Result, StoreError};
use writer::Writer;

/// The keys of one session, in the hands of one owner. Cheap to clone.
#[derive(Clone)]
pub struct SessionKeys {
    owner: Owner,
    reader: Reader,
    writer: Writer,
    unlisted: Unlisted,
}

impl SessionKeys {
    /// For the owner who took the session over with `fence`. Touches nothing yet. Must be called inside the runtime.
    pub fn new(server: &Server, tenant: TenantId, session: SessionId, fence: i64) -> Self {
        let seal = Seal { cipher: server.cipher.clone(), session };
        let owner = Owner { db: server.db.clone(), tenant, session, fence, seal };
        let (reader, writer) = (Reader::start(owner.clone()), Writer::start(owner.clone()));
        Self { owner, reader, writer, unlisted: Unlisted::default() }
    }

    /// How far the disk is with what was stored.
    pub fn written(&self) -> Written {
        self.writer.written().clone()
    }

    /// Returns when everything that was stored is on the disk.
    ///
    /// Fails with what stopped the writing: [`Error::Stale`] after another owner took over, else the database.
    pub async fn settle(&self) -> crate::Result<()> {
        let written = self.writer.written();
        written.reached(written.last()).await
    }
}

/// The owner's place in the table, and what seals its rows.
#[derive(Clone)]
struct Owner {
    db: Db,
    tenant: TenantId,
    session: SessionId,
    fence: i64,
    seal: Seal,
}

/// The library logs what it is given and walks the sources, so the whole error goes in: a lost fence stays recognisable.
impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Database(Box::new(error))
    }
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| StoreError::Serialization(Box::new(error)))
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Serialization(Box::new(error)))
}

/// Counts of deleted rows, as the library wants them.
fn count(rows: u64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

/// The library speaks in seconds, our tables in milliseconds.
fn millis(seconds: i64) -> i64 {
    seconds.saturating_mul(domain::time::SECOND_MS)
}
