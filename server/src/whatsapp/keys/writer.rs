//! Many changes of one session, one transaction, behind the client's back.
//!
//! The client holds a lock over all its sessions while it stores one: storing must not wait for the disk. A change is
//! taken at once, read from memory until it is written, and written together with all that came meanwhile. What makes
//! this safe is the transport: a frame leaves only after everything that was stored before it ([`Written`]), so no key
//! is ever used on the wire that a crash could bring back.
//!
//! One task per session writes in the order of the changes. The first that fails ends it: what came after rests on it.

use super::{
    Owner,
    kind::{Kind, Place},
    sealed::Entry,
    store::{self, Row},
};
use crate::{
    crash::crash_point,
    db::SystemTx,
    error::{Error, Result},
};
use futures::future::BoxFuture;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{mpsc, oneshot, watch};

/// Most changes of one transaction.
const BATCH: usize = 1_024;
/// With more than this many changes unwritten, the next one waits.
const MOST_UNWRITTEN: u64 = 8_192;

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

    /// The rows it certainly leaves, and how: none is a row that is gone.
    fn leaves(&self) -> Vec<(Place, Option<Vec<u8>>)> {
        match self {
            Self::Put(rows) => rows.iter().map(|row| ((row.kind, row.key.clone()), Some(row.value.clone()))).collect(),
            Self::Delete(kind, keys) => keys.iter().map(|key| ((*kind, key.clone()), None)).collect(),
            Self::Take(..) | Self::Update(..) | Self::Sweep(_) => Vec::new(),
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

/// A change on its way to the task.
struct Asked {
    number: u64,
    change: Change,
    reply: Option<oneshot::Sender<Result<Done>>>,
}

/// Takes the changes of a session. Cheap to clone; its task writes what it has and ends with the last handle.
#[derive(Clone)]
pub(super) struct Writer {
    queue: mpsc::UnboundedSender<Asked>,
    written: Written,
}

impl Writer {
    pub(super) fn start(owner: Owner) -> Self {
        let (queue, waiting) = mpsc::unbounded_channel();
        let written = Written::default();
        tokio::spawn(drain(owner, waiting, written.clone()));
        Self { queue, written }
    }

    /// Takes a change without waiting for the disk. Fails when an earlier one failed.
    pub(super) async fn behind(&self, change: Change) -> Result<()> {
        self.written.reached(self.written.last().saturating_sub(MOST_UNWRITTEN)).await?;
        self.send(change, None)
    }

    /// Makes a change; returns when it is on the disk.
    pub(super) async fn durably(&self, change: Change) -> Result<Done> {
        let (reply, done) = oneshot::channel();
        self.send(change, Some(reply))?;
        done.await.map_err(|_| closed())?
    }

    fn send(&self, change: Change, reply: Option<oneshot::Sender<Result<Done>>>) -> Result<()> {
        // Under the lock, so that the queue and the numbers are in one order.
        let mut unwritten = self.written.unwritten();
        self.written.hope()?;
        unwritten.last += 1;
        let number = unwritten.last;
        unwritten.rows.extend(change.leaves().into_iter().map(|(place, value)| (place, (number, value))));
        self.queue.send(Asked { number, change, reply }).map_err(|_| closed())
    }

    /// What a row will hold, if that is known without the disk.
    pub(super) fn see(&self, place: &Place) -> Option<Option<Vec<u8>>> {
        self.written.unwritten().rows.get(place).map(|(_, value)| value.clone())
    }

    pub(super) fn written(&self) -> &Written {
        &self.written
    }
}

fn closed() -> Error {
    Error::Other(anyhow::anyhow!("the keys of this session are closed"))
}

/// How far the disk is. Cheap to clone.
#[derive(Clone)]
pub struct Written(Arc<Shared>);

struct Shared {
    unwritten: Mutex<Unwritten>,
    /// The number of the last change on the disk, or why there will be no more.
    progress: watch::Sender<Result<u64, Arc<Error>>>,
}

#[derive(Default)]
struct Unwritten {
    /// The number of the last change that was taken.
    last: u64,
    /// What rows will hold (none: gone), and the change that says so.
    rows: HashMap<Place, (u64, Option<Vec<u8>>)>,
}

impl Default for Written {
    fn default() -> Self {
        Self(Arc::new(Shared { unwritten: Mutex::default(), progress: watch::Sender::new(Ok(0)) }))
    }
}

impl Written {
    /// The number of the last change that was taken: what is made of it now may leave when it is [`reached`](Self::reached).
    pub fn last(&self) -> u64 {
        self.unwritten().last
    }

    /// Returns when the change of this number and all before it are on the disk; fails when they never will be.
    pub async fn reached(&self, number: u64) -> Result<()> {
        let mut progress = self.0.progress.subscribe();
        let far_enough = |progress: &Result<u64, Arc<Error>>| !matches!(progress, Ok(at) if *at < number);
        // The sender lives in ourselves.
        let progress = progress.wait_for(far_enough).await.map_err(|_| closed())?;
        progress.as_ref().map(|_| ()).map_err(|error| error.for_another_caller())
    }

    /// Returns with the reason when a change could not be written.
    pub async fn failed(&self) -> Error {
        match self.reached(u64::MAX).await {
            Err(error) => error,
            Ok(()) => closed(),
        }
    }

    /// Fails when nothing will be written any more.
    fn hope(&self) -> Result<()> {
        self.0.progress.borrow().as_ref().map(|_| ()).map_err(|error| error.for_another_caller())
    }

    fn advance(&self, number: u64) {
        self.unwritten().rows.retain(|_, (change, _)| *change > number);
        self.say(Ok(number));
    }

    fn fail(&self, error: Error) {
        self.say(Err(Arc::new(error)));
    }

    fn say(&self, progress: Result<u64, Arc<Error>>) {
        // What it was before is of no interest.
        let _ = self.0.progress.send_replace(progress);
    }

    fn unwritten(&self) -> MutexGuard<'_, Unwritten> {
        self.0.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn drain(owner: Owner, mut waiting: mpsc::UnboundedReceiver<Asked>, written: Written) {
    let _hopeless = HopelessOnPanic(&written);
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let last = batch.last().map_or(0, |asked: &Asked| asked.number);
        let (changes, replies): (Vec<_>, Vec<_>) = batch.drain(..).map(|asked| (asked.change, asked.reply)).unzip();
        crash_point("keys.write");
        match write(&owner, changes).await {
            Ok(done) => {
                written.advance(last);
                // Who asked may have gone away; what was done stands all the same.
                for (done, reply) in done.into_iter().zip(replies) {
                    let _ = reply.map(|reply| reply.send(done));
                }
            }
            Err(error) => {
                for reply in replies.into_iter().flatten() {
                    let _ = reply.send(Err(error.for_another_caller()));
                }
                written.fail(error.for_another_caller());
                waiting.close();
                while let Some(asked) = waiting.recv().await {
                    let _ = asked.reply.map(|reply| reply.send(Err(error.for_another_caller())));
                }
            }
        }
    }
}

/// Nobody shall wait for a task that is gone.
struct HopelessOnPanic<'a>(&'a Written);

impl Drop for HopelessOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(closed());
        }
    }
}

async fn write(owner: &Owner, changes: Vec<Change>) -> Result<Vec<Result<Done>>> {
    let owner = owner.clone();
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
