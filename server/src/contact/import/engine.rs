//! The import engine: takes one import at a time under a lease and writes it in chunks. Where it stopped is a number in
//! the import's row, so a process that dies loses nothing but the chunk at hand.

use super::{
    file::ContactFile,
    plan::{Newcomer, Plan},
    store,
};
use crate::{
    Server,
    contact::phone::Region,
    engine::Tick,
    error::{Error, Result},
    scope::Scope,
};
use anyhow::Context as _;
use domain::{
    Event, ImportId,
    contact::import::{ImportStatus, Mapping},
    time::MINUTE_MS,
};
use std::sync::Arc;
use tokio::{sync::mpsc, task::spawn_blocking};

/// Contacts per transaction: about ten milliseconds of SQLite's writer.
const CHUNK: usize = 1_000;
/// Longer than reading the largest file takes; renewed with every chunk.
const LEASE_MS: i64 = MINUTE_MS;

/// Completes the oldest import that was started, if there is one.
pub async fn tick(server: &Server) -> Result<Tick> {
    let (now, alone) = (server.now(), server.db.is_sqlite());
    let mut tx = server.db.system().await?;
    let claimed = store::claim(&mut tx, server.process, alone, now, now + LEASE_MS).await?;
    tx.commit().await?;
    let Some((tenant, import)) = claimed else { return Ok(Tick::Idle) };
    match work(server, &Scope::system(tenant, "import"), import).await {
        // Another worker went on from the row: it is in good hands.
        Ok(()) | Err(Error::Stale(_)) => Ok(Tick::Again),
        Err(error) => Err(error),
    }
}

/// Completes one import here and now; `false` when another worker has it, or it is not started or final.
pub(super) async fn take(server: &Server, scope: &Scope, import: ImportId) -> Result<bool> {
    let (now, alone) = (server.now(), server.db.is_sqlite());
    let mut tx = server.db.begin(scope).await?;
    let ours = store::claim_one(&mut tx, import, server.process, alone, now, now + LEASE_MS).await?;
    tx.commit().await?;
    if ours {
        work(server, scope, import).await?;
    }
    Ok(ours)
}

/// A file with its plan, shared with the thread that reads it.
pub(super) struct Planned {
    pub file: ContactFile,
    pub mapping: Mapping,
    pub plan: Plan,
}

/// Reads and plans a file on a thread where that may take its time. `None` when it is no contact file.
pub(super) async fn plan(bytes: Vec<u8>, region: Region, mapping: Option<Mapping>) -> Result<Option<Arc<Planned>>> {
    let planned = spawn_blocking(move || {
        let file = ContactFile::open(&bytes, region).ok()?;
        let mapping = mapping.unwrap_or_else(|| file.mapping());
        let plan = Plan::make(&file, &mapping);
        Some(Arc::new(Planned { file, mapping, plan }))
    });
    Ok(planned.await.context("reading a contact file")?)
}

async fn work(server: &Server, scope: &Scope, import: ImportId) -> Result<()> {
    let mut tx = server.db.read(scope).await?;
    let record = store::get(&mut tx, import).await?;
    let bytes = match store::file(&mut tx, import, record.size_bytes).await {
        Err(Error::Domain(domain::Error::NotFound)) => Vec::new(),
        bytes => bytes?,
    };
    drop(tx);
    let Some(planned) = plan(bytes, record.region.parse()?, Some(record.mapping.0.clone())).await? else {
        // It was a contact file when it was uploaded: a piece of it is missing.
        return finish(server, scope, import, ImportStatus::Failed).await;
    };
    if record.status == ImportStatus::Checking {
        store_plan(server, scope, import, &planned.plan).await?;
    }
    let mut position = record.imported;
    let mut chunks = read_chunks(planned, usize::try_from(position).unwrap_or_default());
    while let Some(newcomers) = chunks.recv().await {
        let now = server.now();
        let newcomers: Vec<_> = newcomers.into_iter().map(|new| (server.new_id(), new)).collect();
        let mut tx = server.db.begin(scope).await?;
        let chunk = store::Chunk {
            import,
            file_name: &record.file_name,
            position,
            newcomers: &newcomers,
            owner: server.process,
            lease_until: now + LEASE_MS,
            now,
        };
        store::write(&mut tx, &chunk).await?;
        tx.publish(Event::ImportChanged(import));
        tx.commit().await?;
        position += newcomers.len() as i64;
    }
    tracing::info!(import.id = %import, contacts = position, "imported");
    finish(server, scope, import, ImportStatus::Done).await
}

async fn store_plan(server: &Server, scope: &Scope, import: ImportId, plan: &Plan) -> Result<()> {
    for (index, rows) in plan.problems.chunks(CHUNK).enumerate() {
        let mut tx = server.db.begin(scope).await?;
        store::insert_problems(&mut tx, import, index * CHUNK, rows).await?;
        tx.commit().await?;
    }
    let mut tx = server.db.begin(scope).await?;
    store::update_planned(&mut tx, import, server.process, plan, server.now()).await?;
    tx.publish(Event::ImportChanged(import));
    tx.commit().await
}

/// Reads the contacts from `skip` on, a few chunks ahead of the writer.
fn read_chunks(planned: Arc<Planned>, skip: usize) -> mpsc::Receiver<Vec<Newcomer>> {
    let (send, receive) = mpsc::channel(2);
    spawn_blocking(move || {
        let mut newcomers = planned.plan.newcomers(&planned.file, &planned.mapping).skip(skip);
        loop {
            let chunk: Vec<_> = newcomers.by_ref().take(CHUNK).collect();
            // A closed channel means that the writer gave up; the next one starts from its row.
            if chunk.is_empty() || send.blocking_send(chunk).is_err() {
                return;
            }
        }
    });
    receive
}

async fn finish(server: &Server, scope: &Scope, import: ImportId, end: ImportStatus) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    store::finish(&mut tx, import, server.process, end, server.now()).await?;
    tx.publish(Event::ImportChanged(import));
    tx.commit().await
}
