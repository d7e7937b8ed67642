//! Many small durable writes, one commit: on SQLite an fsync costs more than the write.
//!
//! A task collects what is waiting, runs each write under its own savepoint, commits once, then answers all. A write
//! that fails rolls back to its savepoint and takes nobody with it. Nothing waits for company: while one commit is on its
//! way to the disk the next batch gathers by itself.

use super::{Db, SystemTx};
use crate::{
    error::{Error, Result},
    execute,
};
use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

/// Most writes in one commit: keeps the writer held well under 50 ms.
const BATCH: usize = 256;

/// One waiting write: runs, keeps its value, and answers its caller after the commit.
trait Waiting: Send {
    fn run<'t>(&'t mut self, tx: &'t mut SystemTx) -> BoxFuture<'t, bool>;
    fn answer(self: Box<Self>, committed: bool);
}

struct Job<T, W> {
    write: Option<W>,
    value: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, W> Waiting for Job<T, W>
where
    T: Send + 'static,
    W: for<'t> FnOnce(&'t mut SystemTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
{
    fn run<'t>(&'t mut self, tx: &'t mut SystemTx) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let Some(write) = self.write.take() else { return false };
            let value = write(tx).await;
            let kept = value.is_ok();
            self.value = Some(value);
            kept
        })
    }

    fn answer(self: Box<Self>, committed: bool) {
        let value = match self.value {
            Some(Ok(value)) if committed => Ok(value),
            Some(Err(error)) => Err(error),
            _ => Err(Error::Other(anyhow::anyhow!("the shared commit failed"))),
        };
        // The caller may have gone away; the write stands all the same.
        let _ = self.reply.send(value);
    }
}

/// The queue to the writing task.
#[derive(Clone)]
pub(super) struct GroupCommit(mpsc::Sender<Box<dyn Waiting>>);

impl GroupCommit {
    /// Starts the writing task; it ends when the last handle is gone.
    pub(super) fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(4 * BATCH);
        tokio::spawn(drain(db, waiting));
        Self(queue)
    }

    pub(super) async fn write<T, W>(&self, write: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut SystemTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Job { write: Some(write), value: None, reply };
        let closed = || Error::Other(anyhow::anyhow!("the database is closed"));
        self.0.send(Box::new(job)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

async fn drain(db: Db, mut waiting: mpsc::Receiver<Box<dyn Waiting>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let committed = match commit(&db, &mut batch).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%error, writes = batch.len(), "a shared commit failed");
                false
            }
        };
        for job in batch.drain(..) {
            job.answer(committed);
        }
    }
}

async fn commit(db: &Db, batch: &mut [Box<dyn Waiting>]) -> Result<()> {
    let mut tx = db.system().await?;
    for job in batch.iter_mut() {
        let mark = tx.mark();
        execute!(&mut tx, "SAVEPOINT job")?;
        if !job.run(&mut tx).await {
            execute!(&mut tx, "ROLLBACK TO job")?;
            tx.forget_events_after(mark);
        }
        execute!(&mut tx, "RELEASE job")?;
    }
    tx.commit().await
}
