//! Many changes of one session, one transaction; many reads, one query.
//!
//! The client sends to dozens of people at once and writes several rows for each. One task per session takes whatever
//! waits, proves the fence once, reads in one query what the changes look at, and writes the outcome in one statement:
//! a row that changes twice is written once. While a commit is on its way to the disk, the next batch gathers by itself.

use super::{
    kind::Kind,
    sealed::{Entry, Seal},
    store::{self, Row},
};
use crate::{
    db::{Db, SystemTx},
    error::{Error, Result},
};
use domain::{SessionId, TenantId};
use futures::future::BoxFuture;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// Most changes of one transaction.
const BATCH: usize = 1_024;

/// How long a batch waits for company when the one before had some. A message by itself never waits.
const GATHER: Duration = Duration::from_millis(3);

/// The place of a row in its session.
pub(super) type Place = (Kind, String);
/// Plain values, by key, of rows of one kind.
pub(super) type Known = HashMap<String, Vec<u8>>;

/// What becomes of rows that were read.
pub(super) type Revise = Box<dyn FnOnce(Known) -> Result<Vec<Entry>> + Send>;
/// Statements of its own; how many rows they touched.
pub(super) type Sweep = Box<dyn for<'t> FnOnce(&'t mut SystemTx) -> BoxFuture<'t, Result<u64>> + Send>;

/// What a session's owner wants of its rows.
pub(super) enum Change {
    Put(Vec<Row>),
    Delete(Kind, Vec<String>),
    /// Deletes a row and tells what it held.
    Take(Kind, String),
    /// Reads rows of a kind and writes what the closure makes of those that are there.
    Update(Kind, Vec<String>, Revise),
    /// Rows that cannot be named beforehand: runs by itself between the others. Tells how many rows it touched.
    Sweep(Sweep),
}

impl Change {
    /// The rows that must be read before it can be made.
    fn looks_at(&self) -> Vec<Place> {
        match self {
            Self::Delete(kind, keys) | Self::Update(kind, keys, _) => {
                keys.iter().map(|key| (*kind, key.clone())).collect()
            }
            Self::Take(kind, key) => vec![(*kind, key.clone())],
            Self::Put(_) | Self::Sweep(_) => Vec::new(),
        }
    }
}

fn looked_at(changes: &[Change]) -> BTreeSet<Place> {
    changes.iter().flat_map(Change::looks_at).collect()
}

/// What became of a change.
#[derive(Default)]
pub(super) struct Done {
    pub(super) rows: u64,
    pub(super) value: Option<Vec<u8>>,
}

/// The owner's place in the table, and what seals its rows.
#[derive(Clone)]
pub(super) struct Owner {
    pub(super) db: Db,
    pub(super) tenant: TenantId,
    pub(super) session: SessionId,
    pub(super) fence: i64,
    pub(super) seal: Seal,
}

type Asked<Q, A> = (Q, oneshot::Sender<Result<A>>);

/// A queue to a task that answers in batches. The task ends with the last handle.
pub(super) struct Queue<Q, A>(mpsc::Sender<Asked<Q, A>>);

impl<Q, A> Clone for Queue<Q, A> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Q: Question, A: Send + 'static> Queue<Q, A> {
    fn start<F>(answer: F) -> Self
    where
        F: AsyncAnswer<Q, A>,
    {
        let (queue, mut waiting) = mpsc::channel::<Asked<Q, A>>(2 * BATCH);
        tokio::spawn(async move {
            let (mut batch, mut busy) = (Vec::new(), false);
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                if busy {
                    gather(&mut batch, &mut waiting).await;
                }
                busy = batch.len() > 1;
                let (questions, replies): (Vec<Q>, Vec<_>) = batch.drain(..).unzip();
                let answers = answer.answer(questions).await;
                match answers {
                    // Who asked may have gone away; what was done stands all the same.
                    Ok(answers) => answers.into_iter().zip(replies).for_each(|(answer, reply)| {
                        let _ = reply.send(answer);
                    }),
                    Err(error) => replies.into_iter().for_each(|reply| {
                        let _ = reply.send(Err(for_each_caller(&error)));
                    }),
                }
            }
        });
        Self(queue)
    }

    pub(super) async fn ask(&self, question: Q) -> Result<A> {
        let (reply, answer) = oneshot::channel();
        let closed = || Error::Other(anyhow::anyhow!("the keys of this session are closed"));
        self.0.send((question, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

/// Waits a little for company, but not when somebody holds everybody else up.
async fn gather<Q: Question, A>(batch: &mut Vec<Asked<Q, A>>, waiting: &mut mpsc::Receiver<Asked<Q, A>>) {
    let enough = tokio::time::sleep(GATHER);
    tokio::pin!(enough);
    while batch.len() < BATCH && !batch.iter().any(|(question, _)| question.is_urgent()) {
        tokio::select! {
            asked = waiting.recv() => match asked {
                Some(asked) => batch.push(asked),
                None => return,
            },
            () = &mut enough => return,
        }
    }
}

/// What is asked of a queue.
pub(super) trait Question: Send + 'static {
    /// Whether the client holds a lock while it waits, so that no other message goes on.
    fn is_urgent(&self) -> bool;
}

impl Question for Place {
    fn is_urgent(&self) -> bool {
        self.0 == Kind::SESSION
    }
}

impl Question for Change {
    fn is_urgent(&self) -> bool {
        match self {
            Self::Put(rows) => rows.iter().any(|row| row.kind == Kind::SESSION),
            Self::Delete(kind, _) | Self::Take(kind, _) | Self::Update(kind, _, _) => *kind == Kind::SESSION,
            Self::Sweep(_) => true,
        }
    }
}

/// One error, many callers: a lost fence stays recognisable.
fn for_each_caller(error: &Error) -> Error {
    match error {
        Error::Stale(what) => Error::Stale(what),
        other => Error::Other(anyhow::anyhow!("a shared transaction failed: {other}")),
    }
}

trait AsyncAnswer<Q, A>: Send + 'static {
    /// One answer for each question, in order; or one error for all.
    fn answer(&self, questions: Vec<Q>) -> impl Future<Output = Result<Vec<Result<A>>>> + Send;
}

/// Writes for the owner.
pub(super) fn writer(owner: Owner) -> Queue<Change, Done> {
    Queue::start(Writer(owner))
}

struct Writer(Owner);

impl AsyncAnswer<Change, Done> for Writer {
    async fn answer(&self, changes: Vec<Change>) -> Result<Vec<Result<Done>>> {
        let owner = self.0.clone();
        let db = owner.db.clone();
        db.write(move |tx| {
            Box::pin(async move {
                store::lock(tx, owner.session, owner.fence).await?;
                let mut batch = Batch { owner: &owner, known: HashMap::new(), changed: BTreeMap::new() };
                batch.look(tx, looked_at(&changes)).await?;
                batch.run(tx, changes).await
            })
        })
        .await
    }
}

/// Reads for anybody who holds the session's keys.
pub(super) fn reader(owner: Owner) -> Queue<Place, Option<Vec<u8>>> {
    Queue::start(Reader(owner))
}

struct Reader(Owner);

impl AsyncAnswer<Place, Option<Vec<u8>>> for Reader {
    async fn answer(&self, places: Vec<Place>) -> Result<Vec<Result<Option<Vec<u8>>>>> {
        let mut tx = self.0.db.system_read().await?;
        let found = store::find_places(&mut tx, self.0.session, &places).await?;
        drop(tx);
        let open = |(kind, key): Place| {
            let sealed = found.get(&(kind, key.clone()));
            sealed.map(|sealed| self.0.seal.open(kind, &key, sealed)).transpose()
        };
        Ok(places.into_iter().map(open).collect())
    }
}

/// A batch on its way: what the table holds, as far as the changes look at it, and what they make of it.
struct Batch<'a> {
    owner: &'a Owner,
    known: HashMap<Place, Vec<u8>>,
    /// Not written yet; none is a row to delete.
    changed: BTreeMap<Place, Option<(Vec<u8>, i64)>>,
}

impl Batch<'_> {
    /// Learns what the table holds now.
    async fn look(&mut self, tx: &mut SystemTx, places: BTreeSet<Place>) -> Result<()> {
        self.known = store::find_places(tx, self.owner.session, &places).await?;
        Ok(())
    }

    async fn run(&mut self, tx: &mut SystemTx, changes: Vec<Change>) -> Result<Vec<Result<Done>>> {
        let mut done = Vec::with_capacity(changes.len());
        let mut later = changes.into_iter();
        while let Some(change) = later.next() {
            done.push(match change {
                Change::Put(rows) => Ok(self.put(rows)),
                Change::Delete(kind, keys) => {
                    let rows = keys.into_iter().filter(|key| self.delete((kind, key.clone())).is_some()).count();
                    Ok(Done { rows: rows as u64, value: None })
                }
                Change::Take(kind, key) => self.take(kind, key),
                Change::Update(kind, keys, change) => self.update(kind, keys, change),
                Change::Sweep(sweep) => {
                    self.write(tx).await?;
                    let rows = sweep(tx).await?;
                    // It may have touched anything: what comes after it looks again.
                    self.look(tx, looked_at(later.as_slice())).await?;
                    Ok(Done { rows, value: None })
                }
            });
        }
        self.write(tx).await?;
        Ok(done)
    }

    fn see(&self, place: &Place) -> Option<&[u8]> {
        match self.changed.get(place) {
            Some(changed) => changed.as_ref().map(|(value, _)| value.as_slice()),
            None => self.known.get(place).map(Vec::as_slice),
        }
    }

    fn put(&mut self, rows: Vec<Row>) -> Done {
        let count = rows.len() as u64;
        self.changed.extend(rows.into_iter().map(|row| ((row.kind, row.key), Some((row.value, row.at)))));
        Done { rows: count, value: None }
    }

    /// What the row held, if it was there.
    fn delete(&mut self, place: Place) -> Option<Vec<u8>> {
        let held = self.see(&place).map(<[u8]>::to_vec)?;
        self.changed.insert(place, None);
        Some(held)
    }

    fn take(&mut self, kind: Kind, key: String) -> Result<Done> {
        let Some(held) = self.see(&(kind, key.clone())) else { return Ok(Done::default()) };
        let value = self.owner.seal.open(kind, &key, held)?;
        self.delete((kind, key));
        Ok(Done { rows: 1, value: Some(value) })
    }

    fn update(&mut self, kind: Kind, keys: Vec<String>, change: Revise) -> Result<Done> {
        let mut known = Known::new();
        for key in keys {
            if let Some(held) = self.see(&(kind, key.clone())) {
                let plain = self.owner.seal.open(kind, &key, held)?;
                known.insert(key, plain);
            }
        }
        let entries = change(known)?;
        Ok(self.put(self.owner.seal.all(entries)))
    }

    async fn write(&mut self, tx: &mut SystemTx) -> Result<()> {
        let mut rows = Vec::new();
        let mut deleted = Vec::new();
        for ((kind, key), change) in std::mem::take(&mut self.changed) {
            match change {
                Some((value, at)) => rows.push(Row { kind, key, value, at }),
                None => deleted.push((kind, key)),
            }
        }
        store::delete_places(tx, self.owner.session, &deleted).await?;
        store::upsert_many(tx, self.owner.tenant, self.owner.session, &rows).await
    }
}
