//! Files that are in the store although no row keeps them: those that are being written, and those to be removed. Each is
//! known by a row of its own, so that a process that dies leaves nothing behind.

use crate::{
    Server,
    crash::crash_point,
    db::{OnConn, SystemTx, TenantTx, json_list, one_row},
    engine::Tick,
    error::Result,
    execute, fetch_all,
    scope::Scope,
};
use domain::{MediaId, Millis, TenantId, time::DAY_MS};

/// How long a file that no message carries is kept.
const UNUSED_MS: i64 = DAY_MS;
/// Files looked at in one step of sweeping.
const SWEEP: i64 = 100;

/// A file is about to be written: whatever becomes of it until its row is there, somebody knows of it.
pub(super) async fn begin(server: &Server, scope: &Scope, media: MediaId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    insert(&mut tx, scope.tenant(), media, server.now()).await?;
    tx.commit().await
}

/// Removes files that no message and no campaign carries and nobody shows any more, and those that were never kept.
pub async fn tick(server: &Server) -> Result<Tick> {
    let before = server.now() - UNUSED_MS;
    let unused = { unused(&mut server.db.system_read().await?, before, SWEEP).await? };
    let many = i64::try_from(unused.len()).unwrap_or(i64::MAX) >= SWEEP;
    if !unused.is_empty() {
        let mut tx = server.db.system().await?;
        let_go(&mut tx, &unused, before).await?;
        tx.commit().await?;
        crash_point("media.let_go");
    }
    let strays = { due(&mut server.db.system_read().await?, before, SWEEP).await? };
    let mut gone = Vec::new();
    for (tenant, media) in strays {
        match server.media.delete(tenant, media).await {
            Ok(()) => gone.push(media),
            Err(error) => tracing::warn!(%error, media.id = %media, "a file could not be removed"),
        }
    }
    if !gone.is_empty() {
        let mut tx = server.db.system().await?;
        forget(&mut tx, &gone).await?;
        tx.commit().await?;
    }
    Ok(if many { Tick::Again } else { Tick::Idle })
}

/// Files that nothing carries and that were not given since `before`. Looks at every file that is older.
async fn unused(tx: &mut SystemTx, before: Millis, most: i64) -> Result<Vec<MediaId>> {
    let rows: Vec<(MediaId,)> = fetch_all!(
        tx,
        (MediaId,),
        "SELECT m.media_id FROM media m
         WHERE m.given_at < $1 AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.media_id = m.media_id)
           AND NOT EXISTS (SELECT 1 FROM campaign_file f WHERE f.media_id = m.media_id)
           AND NOT EXISTS (SELECT 1 FROM contact_picture p WHERE p.media_id = m.media_id)
           AND NOT EXISTS (SELECT 1 FROM number_profile p WHERE p.media_id = m.media_id)
           AND NOT EXISTS (SELECT 1 FROM number_profile p WHERE p.new_media_id = m.media_id)
         ORDER BY m.given_at LIMIT $2",
        before,
        most
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Lets go of those among `files` that are still unused: they are strays from now on.
async fn let_go(tx: &mut SystemTx, files: &[MediaId], before: Millis) -> Result<()> {
    let sql = format!(
        "DELETE FROM media WHERE given_at < $1 AND media_id {}
           AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.media_id = media.media_id)
           AND NOT EXISTS (SELECT 1 FROM campaign_file f WHERE f.media_id = media.media_id)
           AND NOT EXISTS (SELECT 1 FROM contact_picture p WHERE p.media_id = media.media_id)
           AND NOT EXISTS (SELECT 1 FROM number_profile p WHERE p.media_id = media.media_id)
           AND NOT EXISTS (SELECT 1 FROM number_profile p WHERE p.new_media_id = media.media_id)
         RETURNING tenant_id, media_id",
        tx.conn().among_ids("$2")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let gone: Vec<(TenantId, MediaId)> = fetch_all!(tx, (TenantId, MediaId), sql(), before, json_list(files).as_str())?;
    for (tenant, media) in gone {
        insert(tx, tenant, media, Millis(0)).await?;
    }
    Ok(())
}

/// The store has or will have a file that no row keeps. It is removed some time after `at`.
async fn insert(tx: &mut impl OnConn, tenant: TenantId, media: MediaId, at: Millis) -> Result<()> {
    let sql = "INSERT INTO media_stray (media_id, tenant_id, at) VALUES ($1, $2, $3)";
    one_row(execute!(tx, sql, media, tenant, at)?)
}

/// Strays since before `before`.
async fn due(tx: &mut SystemTx, before: Millis, most: i64) -> Result<Vec<(TenantId, MediaId)>> {
    let sql = "SELECT tenant_id, media_id FROM media_stray WHERE at < $1 ORDER BY at, media_id LIMIT $2";
    Ok(fetch_all!(tx, (TenantId, MediaId), sql, before, most)?)
}

/// It is kept. Fails when it took so long that it was removed meanwhile.
pub(super) async fn kept(tx: &mut TenantTx, media: MediaId) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "DELETE FROM media_stray WHERE tenant_id = $1 AND media_id = $2";
    one_row(execute!(tx, sql, tenant, media)?)
}

/// They are in the store no longer.
async fn forget(tx: &mut SystemTx, files: &[MediaId]) -> Result<()> {
    let sql = format!("DELETE FROM media_stray WHERE media_id {}", tx.conn().among_ids("$1"));
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    execute!(tx, sql(), json_list(files).as_str())?;
    Ok(())
}
