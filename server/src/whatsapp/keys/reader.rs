//! Many reads, one query.
//!
//! The client writes to dozens of people at once and looks several rows up for each. One task per session takes whatever
//! waits and asks for it in one query; while that is on its way, the next questions gather by themselves.

use super::{
    Owner,
    kind::{Kind, Place},
    store,
};
use crate::error::{Error, Result};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Most rows of one query.
const BATCH: usize = 1_024;

/// How long a query waits for company when the one before had some. A question by itself never waits.
const GATHER: Duration = Duration::from_millis(3);

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
    let (mut batch, mut busy) = (Vec::new(), false);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        if busy {
            gather(&mut batch, &mut waiting).await;
        }
        busy = batch.len() > 1;
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

/// Waits a little for company, but not when somebody holds everybody else up.
async fn gather(batch: &mut Vec<Asked>, waiting: &mut mpsc::Receiver<Asked>) {
    // The client holds a lock over all its sessions while it asks for one.
    let holds_up = |(place, _): &Asked| place.0 == Kind::SESSION;
    let enough = tokio::time::sleep(GATHER);
    tokio::pin!(enough);
    while batch.len() < BATCH && !batch.iter().any(holds_up) {
        tokio::select! {
            asked = waiting.recv() => match asked {
                Some(asked) => batch.push(asked),
                None => return,
            },
            () = &mut enough => return,
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
