//! Importing contact files of any shape: encoding, delimiter and columns are recognised, every refused row has a reason.
//!
//! A file is [`upload`]ed and kept; [`check`] shows what would become of each row under a mapping; [`start`] hands it to
//! the engine, which survives being killed. The command line does the same in one call: [`import_file`].

mod cell;
mod check;
mod column;
pub mod engine;
mod file;
mod plan;
mod store;
mod table;
mod text;

pub use file::{ContactFile, NotAContactFile, Record};
pub use plan::{Newcomer, Plan};

use super::phone::Region;
use crate::{Server, error::Result, scope::Scope};
use domain::{
    ContactId, Error, Event, Field, ImportId,
    contact::import::{ImportCheck, ImportCounts, ImportRow, ImportStatus, ImportView, MAX_FILE_BYTES, Mapping},
    error::Refusal,
};
use sha2::{Digest as _, Sha256};
use std::time::Duration;
use tokio::time::timeout;

/// Bytes of a file per row and transaction.
const PIECE_BYTES: usize = 512 * 1024;
/// Longest file name kept, in characters.
const MAX_NAME_CHARS: usize = 200;
/// Another process may run the engine and have no way to tell us: look again after this time.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// A file as a browser or the command line hands it over.
#[derive(Debug)]
pub struct Upload {
    /// Shown to people; a path in it is cut off.
    pub file_name: String,
    pub bytes: Vec<u8>,
    /// Country of numbers without a country code; the configured one when absent.
    pub region: Option<Region>,
}

/// A completed import.
#[derive(Debug)]
pub struct Imported {
    pub import: ImportId,
    pub counts: ImportCounts,
    /// In the order of the file.
    pub contacts: Vec<ContactId>,
}

/// Keeps a file and recognises its columns. Nothing is imported yet.
///
/// Fails with `TooLarge` and, for what is no contact file, with `Invalid { file: NotAContactFile }`.
pub async fn upload(server: &Server, scope: &Scope, upload: Upload) -> Result<ImportView> {
    if upload.bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Error::TooLarge { limit_bytes: MAX_FILE_BYTES }.into());
    }
    let region_code = upload.region.map_or_else(|| server.config.region.clone(), |region| region.to_string());
    let region: Region = region_code.parse()?;
    let bytes = upload.bytes.clone();
    let mapping = tokio::task::spawn_blocking(move || ContactFile::open(&bytes, region).map(|file| file.mapping()));
    let mapping = mapping.await.map_err(anyhow::Error::from)?;
    let mapping = mapping.map_err(|NotAContactFile| Error::field("file", Field::NotAContactFile))?;
    let id: ImportId = server.new_id();
    let new = store::NewImport {
        id,
        file_name: &shown_name(&upload.file_name),
        size_bytes: upload.bytes.len(),
        sha256: &Sha256::digest(&upload.bytes),
        region: &region_code,
        mapping: &mapping,
    };
    let mut tx = server.db.begin(scope).await?;
    store::insert(&mut tx, &new, server.now()).await?;
    for (seq, piece) in (0..).zip(upload.bytes.chunks(PIECE_BYTES)) {
        store::insert_piece(&mut tx, id, seq, piece).await?;
        tx.commit().await?;
        tx = server.db.begin(scope).await?;
    }
    Ok(store::get(&mut tx, id).await?.view())
}

/// What an import under this mapping (or the recognised one) would do. Reads the whole file, writes nothing.
///
/// Fails with `NotFound`, also once the import is done and the file gone.
pub async fn check(server: &Server, scope: &Scope, id: ImportId, mapping: Option<Mapping>) -> Result<ImportCheck> {
    let mut tx = server.db.read(scope).await?;
    let record = store::get(&mut tx, id).await?;
    let bytes = store::file(&mut tx, id, record.size_bytes).await?;
    let mapping = mapping.unwrap_or_else(|| record.mapping.0.clone());
    let planned = engine::plan(bytes, record.region.parse()?, Some(mapping)).await?;
    check::check(&mut tx, planned.ok_or(Error::NotFound)?).await
}

/// Hands the import to the engine.
///
/// Fails with `Invalid { mapping: NoPhoneColumn }`, and with `Refused` when it was started before.
pub async fn start(server: &Server, scope: &Scope, id: ImportId, mapping: Option<Mapping>) -> Result<ImportView> {
    let mut tx = server.db.begin(scope).await?;
    let record = store::get(&mut tx, id).await?;
    record.status.start()?;
    let mapping = mapping.unwrap_or_else(|| record.mapping.0.clone());
    if !mapping.has_phone() {
        return Err(Error::field("mapping", Field::NoPhoneColumn).into());
    }
    if !store::start(&mut tx, id, &mapping, server.now()).await? {
        return Err(Refusal::ImportState.into());
    }
    tx.publish(Event::ImportChanged(id));
    let view = store::get(&mut tx, id).await?.view();
    tx.commit().await?;
    server.nudge.import.now();
    Ok(view)
}

/// How far an import is.
///
/// Fails with `NotFound`.
pub async fn get(server: &Server, scope: &Scope, id: ImportId) -> Result<ImportView> {
    let mut tx = server.db.read(scope).await?;
    Ok(store::get(&mut tx, id).await?.view())
}

/// The newest imports that were started, newest first; at most `limit`.
pub async fn list(server: &Server, scope: &Scope, limit: u32) -> Result<Vec<ImportView>> {
    let mut tx = server.db.read(scope).await?;
    store::list(&mut tx, i64::from(limit)).await
}

/// Rows that were not imported, in the order of the file; empty until the file has been read.
pub async fn problems(server: &Server, scope: &Scope, id: ImportId) -> Result<Vec<ImportRow>> {
    let mut tx = server.db.read(scope).await?;
    store::get(&mut tx, id).await?;
    store::problems(&mut tx, id).await
}

/// The contacts of an import in the order of the file.
pub async fn contacts(server: &Server, scope: &Scope, id: ImportId) -> Result<Vec<ContactId>> {
    let mut tx = server.db.read(scope).await?;
    store::members(&mut tx, id).await
}

/// Uploads, starts and completes an import in one call, for the command line.
pub async fn import_file(server: &Server, scope: &Scope, file: Upload) -> Result<Imported> {
    let id = upload(server, scope, file).await?.id;
    start(server, scope, id, None).await?;
    complete(server, scope, id).await
}

/// Completes a started import in this process; one that another worker has is waited for. Only a process that may run
/// engines calls this: others [`start`] and [`wait`].
pub async fn complete(server: &Server, scope: &Scope, id: ImportId) -> Result<Imported> {
    match engine::take(server, scope, id).await {
        // Taken over in the middle: the other worker goes on from the row.
        Ok(_) | Err(crate::Error::Stale(_)) => wait(server, scope, id).await,
        Err(error) => Err(error),
    }
}

/// Waits until a started import is done, whoever does it.
///
/// Fails with `Invalid { file: NotAContactFile }` when it failed, and with `Refused` when it was never started.
pub async fn wait(server: &Server, scope: &Scope, id: ImportId) -> Result<Imported> {
    let mut events = server.bus.subscribe(scope.tenant());
    loop {
        let view = get(server, scope, id).await?;
        match view.status {
            ImportStatus::Done => {
                let contacts = contacts(server, scope, id).await?;
                return Ok(Imported { import: id, counts: view.counts, contacts });
            }
            ImportStatus::Failed => return Err(Error::field("file", Field::NotAContactFile).into()),
            ImportStatus::Uploaded => return Err(Refusal::ImportState.into()),
            // An event, a missed event and no event all mean: look again.
            ImportStatus::Checking | ImportStatus::Importing => drop(timeout(LOOK_AGAIN, events.recv()).await),
        }
    }
}

/// The name without folders (some browsers and shells send a path) and without what cannot be shown.
fn shown_name(file_name: &str) -> String {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    table::clean(name).chars().take(MAX_NAME_CHARS).collect()
}
