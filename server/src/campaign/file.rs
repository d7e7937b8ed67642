//! The file that goes with the message of a campaign: kept once, given to the network once, sent to everybody.

use super::{changed, store};
use crate::{
    Server,
    db::{TenantTx, one_row},
    error::Result,
    execute, fetch_optional,
    media::{self, Given, Upload},
    scope::Scope,
};
use domain::{
    CampaignId, MediaId,
    campaign::{CampaignFile, CampaignStatus},
    error::Refusal,
    media::AttachmentView,
    message::MessageKind,
};

/// Puts a file beside the message of a draft, in place of the one that was there.
///
/// Fails with `CampaignState` when it is no draft, and with `Invalid { file }` and `TooLarge` as [`media::give`] does.
pub async fn attach(server: &Server, scope: &Scope, id: CampaignId, upload: Upload) -> Result<()> {
    // Asked first: nobody keeps a file for a campaign that is not theirs.
    check_draft(store::get(&mut server.db.read(scope).await?, id).await?.status)?;
    let given = media::give(server, scope, upload).await?;
    let mut tx = server.db.begin(scope).await?;
    check_draft(store::lock(&mut tx, id).await?.status)?;
    delete(&mut tx, id).await?;
    insert(&mut tx, id, &given).await?;
    changed(server, tx, id).await?;
    Ok(())
}

/// The message of a draft goes without a file.
///
/// Fails with `CampaignState` when it is no draft.
pub async fn detach(server: &Server, scope: &Scope, id: CampaignId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    check_draft(store::lock(&mut tx, id).await?.status)?;
    delete(&mut tx, id).await?;
    changed(server, tx, id).await?;
    Ok(())
}

/// The file of a campaign as pages show it, if there is one.
pub async fn file(server: &Server, scope: &Scope, id: CampaignId) -> Result<Option<CampaignFile>> {
    let mut tx = server.db.read(scope).await?;
    store::get(&mut tx, id).await?;
    let shown = |row: Row| {
        let side = |pixels: Option<i64>| pixels.and_then(|pixels| u32::try_from(pixels).ok());
        let shown = AttachmentView {
            name: row.name,
            bytes: Some(row.bytes.unsigned_abs()),
            size: side(row.width).zip(side(row.height)),
            seconds: None,
            file: media::here(server, scope.tenant(), row.media_id, &row.mime, row.has_preview),
        };
        CampaignFile { kind: row.kind, shown }
    };
    Ok(get(&mut tx, id).await?.map(shown))
}

/// The file of a campaign as messages carry it, if there is one.
pub(super) async fn given(tx: &mut TenantTx, id: CampaignId) -> Result<Option<Given>> {
    let given =
        |row: Row| Given { media: row.media_id, kind: row.kind, name: row.name, bytes: row.bytes.unsigned_abs() };
    Ok(get(tx, id).await?.map(given))
}

/// A copy of a campaign has the same file.
pub(super) async fn copy(tx: &mut TenantTx, of: CampaignId, copy: CampaignId) -> Result<()> {
    match given(tx, of).await? {
        Some(file) => insert(tx, copy, &file).await,
        None => Ok(()),
    }
}

fn check_draft(status: CampaignStatus) -> Result<()> {
    if status == CampaignStatus::Draft { Ok(()) } else { Err(Refusal::CampaignState.into()) }
}

#[derive(sqlx::FromRow)]
struct Row {
    media_id: MediaId,
    kind: MessageKind,
    name: String,
    mime: String,
    bytes: i64,
    width: Option<i64>,
    height: Option<i64>,
    has_preview: bool,
}

async fn get(tx: &mut TenantTx, id: CampaignId) -> Result<Option<Row>> {
    let tenant = tx.tenant();
    let sql = "SELECT f.media_id, f.kind, f.name, m.mime, m.bytes, m.width, m.height, m.has_preview
         FROM campaign_file f JOIN media m ON m.tenant_id = f.tenant_id AND m.media_id = f.media_id
         WHERE f.tenant_id = $1 AND f.campaign_id = $2";
    Ok(fetch_optional!(tx, Row, sql, tenant, id)?)
}

async fn insert(tx: &mut TenantTx, id: CampaignId, file: &Given) -> Result<()> {
    let tenant = tx.tenant();
    let sql = "INSERT INTO campaign_file (campaign_id, tenant_id, media_id, kind, name) VALUES ($1, $2, $3, $4, $5)";
    one_row(execute!(tx, sql, id, tenant, file.media, file.kind, &file.name)?)
}

async fn delete(tx: &mut TenantTx, id: CampaignId) -> Result<()> {
    let tenant = tx.tenant();
    execute!(tx, "DELETE FROM campaign_file WHERE tenant_id = $1 AND campaign_id = $2", tenant, id)?;
    Ok(())
}
