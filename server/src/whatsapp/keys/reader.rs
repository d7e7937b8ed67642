//! Many reads, one query.
//!
//! The client writes to dozens of people at once and looks several rows up for each. One task per session takes whatever
//! waits and asks for it in one query; while that is on its way, the next questions gather by themselves. A query never
//! waits for more company: the client asks for some rows under a lock that every message takes.

use super::{Owner, kind::Place, store};
use crate::error::{Error, Result};
use tokio::sync::{mpsc, oneshot};

/// Most rows of one query.
const BATCH: usize = 1_024;

type Value = Option<Vec<u8>>;
type Asked = (Place, oneshot::Sender<Result<Value>>);

/// Reads what is on the disk. Cheap to clone; its task ends with the last handle.
#[derive(Clone)]
pub(super) struct Reader(mpsc::Sender<Asked>);

impl Reader {
    pub(super) fn start(owner: Owner) -> Self {
        let (queue, waiting) = mpsc::channel(2 * BATCH);
        tokio::spawn(answer(owner, waiting));
        Self(queue)
    }

    /// What a row holds, opened.
    pub(super) async fn ask(&self, place: Place) -> Result<Value> {
        let (reply, answer) = oneshot::channel();
        let closed = || Error::Other(anyhow::anyhow!("the keys of this session are closed"));
        self.0.send((place, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

async fn answer(owner: Owner, mut waiting: mpsc::Receiver<Asked>) {
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (places, replies): (Vec<Place>, Vec<_>) = batch.drain(..).unzip();
        // Who asked may have gone away.
        match read(&owner, places).await {
            Ok(values) => values.into_iter().zip(replies).for_each(|(value, reply)| {
                let _ = reply.send(value);
            }),
            Err(error) => replies.into_iter().for_each(|reply| {
                let _ = reply.send(Err(error.for_another_caller()));
            }),
        }
    }
}

async fn read(owner: &Owner, places: Vec<Place>) -> Result<Vec<Result<Value>>> {
    let mut tx = owner.db.system_read().await?;
    let found = store::find_places(&mut tx, owner.session, &places).await?;
    drop(tx);
    let open = |(kind, key): Place| {
        let sealed = found.get(&(kind, key.clone()));
        sealed.map(|sealed| owner.seal.open(kind, &key, sealed)).transpose()
    };
    Ok(places.into_iter().map(open).collect())
}
