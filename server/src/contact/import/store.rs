//! SQL of imports.

mod chunk;

pub(super) use chunk::{Chunk, write};

use super::plan::Plan;
use crate::{
    db::{SystemTx, TenantTx, found, one_row},
    error::{Error, Result},
    execute, fetch_all, fetch_optional, insert_rows,
};
use domain::{
    ContactId, ImportId, Millis, TenantId,
    contact::import::{ImportCounts, ImportRow, ImportStatus, ImportView, Mapping},
};
use sqlx::types::Json;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
pub(super) struct ImportRecord {
    import_id: ImportId,
    pub file_name: String,
    pub size_bytes: i64,
    pub region: String,
    pub mapping: Json<Mapping>,
    pub status: ImportStatus,
    total: i64,
    pub imported: i64,
    invalid: i64,
    duplicates: i64,
    excluded: i64,
    created_at: Millis,
}

impl ImportRecord {
    pub(super) fn view(&self) -> ImportView {
        ImportView {
            id: self.import_id,
            file_name: self.file_name.clone(),
            size_bytes: self.size_bytes.unsigned_abs(),
            status: self.status,
            counts: ImportCounts {
                imported: self.imported.unsigned_abs(),
                invalid: self.invalid.unsigned_abs(),
                duplicates: self.duplicates.unsigned_abs(),
                excluded: self.excluded.unsigned_abs(),
            },
            total: self.total.unsigned_abs(),
            created_at: self.created_at,
        }
    }
}

pub(super) struct NewImport<'a> {
    pub id: ImportId,
    pub file_name: &'a str,
    pub size_bytes: usize,
    pub sha256: &'a [u8],
    pub region: &'a str,
    pub mapping: &'a Mapping,
}

pub(super) async fn insert(tx: &mut TenantTx, new: &NewImport<'_>, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let rows = execute!(
        tx,
        "INSERT INTO contact_import (import_id, tenant_id, file_name, size_bytes, sha256, region, mapping, status, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        new.id,
        tenant,
        new.file_name,
        new.size_bytes as i64,
        new.sha256,
        new.region,
        Json(new.mapping),
        ImportStatus::Uploaded,
        now
    )?;
    one_row(rows)
}

pub(super) async fn insert_piece(tx: &mut TenantTx, id: ImportId, seq: i64, bytes: &[u8]) -> Result<()> {
    let tenant = tx.tenant();
    let rows = execute!(
        tx,
        "INSERT INTO contact_import_file (tenant_id, import_id, seq, bytes) VALUES ($1, $2, $3, $4)",
        tenant,
        id,
        seq,
        bytes
    )?;
    one_row(rows)
}

pub(super) async fn get(tx: &mut TenantTx, id: ImportId) -> Result<ImportRecord> {
    let tenant = tx.tenant();
    let row = fetch_optional!(
        tx,
        ImportRecord,
        "SELECT import_id, file_name, size_bytes, region, mapping, status, total, imported, invalid, duplicates, excluded,
                created_at
         FROM contact_import WHERE tenant_id = $1 AND import_id = $2",
        tenant,
        id
    )?;
    found(row)
}

/// The newest imports that were started.
pub(super) async fn list(tx: &mut TenantTx, limit: i64) -> Result<Vec<ImportView>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        ImportRecord,
        "SELECT import_id, file_name, size_bytes, region, mapping, status, total, imported, invalid, duplicates, excluded,
                created_at
         FROM contact_import WHERE tenant_id = $1 AND status <> 'uploaded' ORDER BY import_id DESC LIMIT $2",
        tenant,
        limit
    )?;
    Ok(rows.iter().map(ImportRecord::view).collect())
}

/// The whole file, put together again. `NotFound` once the import is done.
pub(super) async fn file(tx: &mut TenantTx, id: ImportId, size_bytes: i64) -> Result<Vec<u8>> {
    let tenant = tx.tenant();
    let pieces = fetch_all!(
        tx,
        (Vec<u8>,),
        "SELECT bytes FROM contact_import_file WHERE tenant_id = $1 AND import_id = $2 ORDER BY seq",
        tenant,
        id
    )?;
    let bytes = pieces.into_iter().map(|(piece,)| piece).collect::<Vec<_>>().concat();
    if bytes.len() as i64 == size_bytes { Ok(bytes) } else { Err(domain::Error::NotFound.into()) }
}

/// From `uploaded` to `checking`; `false` when it is elsewhere already.
pub(super) async fn start(tx: &mut TenantTx, id: ImportId, mapping: &Mapping, now: Millis) -> Result<bool> {
    let tenant = tx.tenant();
    let rows = execute!(
        tx,
        "UPDATE contact_import SET status = $3, mapping = $4, changed_at = $5
         WHERE tenant_id = $1 AND import_id = $2 AND status = $6",
        tenant,
        id,
        ImportStatus::Checking,
        Json(mapping),
        now,
        ImportStatus::Uploaded
    )?;
    Ok(rows == 1)
}

/// The oldest import that waits, or is left by a worker whose lease ran out. `alone`: no other process runs engines, so
/// every lease that is not ours is a dead process's. One statement, conditions repeated: on PostgreSQL a row taken by
/// somebody else in the meantime is checked again.
pub(super) async fn claim(
    tx: &mut SystemTx,
    owner: Uuid,
    alone: bool,
    now: Millis,
    until: Millis,
) -> Result<Option<(TenantId, ImportId)>> {
    Ok(fetch_optional!(
        tx,
        (TenantId, ImportId),
        "UPDATE contact_import SET owner = $1, lease_until = $2
         WHERE status IN ('checking', 'importing') AND (lease_until <= $3 OR owner = $1 OR $4) AND import_id = (
             SELECT import_id FROM contact_import
             WHERE status IN ('checking', 'importing') AND (lease_until <= $3 OR owner = $1 OR $4)
             ORDER BY created_at, import_id LIMIT 1)
         RETURNING tenant_id, import_id",
        owner,
        until,
        now,
        alone
    )?)
}

/// Takes one import, as [`claim`] does.
pub(super) async fn claim_one(
    tx: &mut TenantTx,
    id: ImportId,
    owner: Uuid,
    alone: bool,
    now: Millis,
    until: Millis,
) -> Result<bool> {
    let tenant = tx.tenant();
    let rows = execute!(
        tx,
        "UPDATE contact_import SET owner = $3, lease_until = $4
         WHERE tenant_id = $1 AND import_id = $2 AND status IN ('checking', 'importing')
           AND (lease_until <= $5 OR owner = $3 OR $6)",
        tenant,
        id,
        owner,
        until,
        now,
        alone
    )?;
    Ok(rows == 1)
}

/// Stores what the plan found and goes from `checking` to `importing`.
pub(super) async fn update_planned(
    tx: &mut TenantTx,
    id: ImportId,
    owner: Uuid,
    plan: &Plan,
    now: Millis,
) -> Result<()> {
    let tenant = tx.tenant();
    let counts = plan.counts;
    let rows = execute!(
        tx,
        "UPDATE contact_import SET status = $4, total = $5, invalid = $6, duplicates = $7, changed_at = $8
         WHERE tenant_id = $1 AND import_id = $2 AND owner = $3 AND status = 'checking'",
        tenant,
        id,
        owner,
        ImportStatus::Importing,
        counts.imported as i64,
        counts.invalid as i64,
        counts.duplicates as i64,
        now
    )?;
    still_ours(rows)
}

/// Refused and repeated rows, from position `from` of the plan's list. Written before `importing` begins, so a repeat
/// after a crash finds some there already.
pub(super) async fn insert_problems(tx: &mut TenantTx, id: ImportId, from: usize, rows: &[ImportRow]) -> Result<()> {
    let tenant = tx.tenant();
    let numbered: Vec<_> = rows.iter().enumerate().map(|(i, row)| ((from + i) as i64, row)).collect();
    insert_rows!(
        tx,
        "INSERT INTO contact_import_row (tenant_id, import_id, seq, content)",
        &numbered,
        |row| [tenant, id, row.0, Json(row.1.clone())],
        "ON CONFLICT DO NOTHING"
    )?;
    Ok(())
}

pub(super) async fn problems(tx: &mut TenantTx, id: ImportId) -> Result<Vec<ImportRow>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        (Json<ImportRow>,),
        "SELECT content FROM contact_import_row WHERE tenant_id = $1 AND import_id = $2 ORDER BY seq",
        tenant,
        id
    )?;
    Ok(rows.into_iter().map(|(row,)| row.0).collect())
}

/// The import has come to its end; the file is no longer needed.
pub(super) async fn finish(tx: &mut TenantTx, id: ImportId, owner: Uuid, end: ImportStatus, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let rows = execute!(
        tx,
        "UPDATE contact_import SET status = $4, owner = NULL, lease_until = 0, changed_at = $5
         WHERE tenant_id = $1 AND import_id = $2 AND owner = $3 AND status IN ('checking', 'importing')",
        tenant,
        id,
        owner,
        end,
        now
    )?;
    still_ours(rows)?;
    execute!(tx, "DELETE FROM contact_import_file WHERE tenant_id = $1 AND import_id = $2", tenant, id)?;
    Ok(())
}

/// The contacts of an import in the order of the file.
pub(super) async fn members(tx: &mut TenantTx, id: ImportId) -> Result<Vec<ContactId>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        (ContactId,),
        "SELECT contact_id FROM contact_import_member WHERE tenant_id = $1 AND import_id = $2 ORDER BY position",
        tenant,
        id
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

fn still_ours(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Stale("import")) }
}
