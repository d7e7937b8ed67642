//! SQL of profiles: what the network told, and what it is to be told.

use crate::{
    db::{OnConn, SystemTx, TenantTx, one_row},
    error::Result,
    execute, fetch_all, fetch_optional,
};
use domain::{MediaId, Millis, NumberId, PhoneNumber, number::profile::ProfilePart};
use uuid::Uuid;

/// A profile, with the wishes that the network does not know yet.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub(crate) struct Row {
    pub name: String,
    pub about: String,
    /// The network's name for the picture.
    pub wa_id: Option<String>,
    pub media_id: Option<MediaId>,
    pub asked_at: Option<Millis>,
    pub new_name: Option<String>,
    pub new_about: Option<String>,
    pub new_media_id: Option<MediaId>,
    pub no_picture: bool,
    pub refused: Option<ProfilePart>,
    /// How often the network said that something changed.
    pub changes: i64,
}

impl Row {
    pub(crate) fn wishes_something(&self) -> bool {
        self.new_name.is_some() || self.new_about.is_some() || self.new_media_id.is_some() || self.no_picture
    }

    /// Whether another row wishes for the same.
    pub(crate) fn wishes_as(&self, other: &Self) -> bool {
        let wishes = |row: &Self| (row.new_name.clone(), row.new_about.clone(), row.new_media_id, row.no_picture);
        wishes(self) == wishes(other)
    }
}

/// None when nobody asked for it yet.
pub(crate) async fn get(tx: &mut impl OnConn, id: NumberId) -> Result<Option<Row>> {
    let sql =
        "SELECT name, about, wa_id, media_id, asked_at, new_name, new_about, new_media_id, no_picture, refused, changes
         FROM number_profile WHERE number_id = $1";
    Ok(fetch_optional!(tx, Row, sql, id)?)
}

/// Numbers with wishes whose sessions a process has.
pub(crate) async fn wishing(tx: &mut SystemTx, process: Uuid) -> Result<Vec<NumberId>> {
    let rows: Vec<(NumberId,)> = fetch_all!(
        tx,
        (NumberId,),
        "SELECT p.number_id FROM number_profile p
         JOIN session s ON s.number_id = p.number_id JOIN number n ON n.number_id = p.number_id
         WHERE s.owner = $1 AND n.state = 'connected'
           AND (p.new_name IS NOT NULL OR p.new_about IS NOT NULL OR p.new_media_id IS NOT NULL OR p.no_picture)",
        process
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether the number is known to be the one of this phone.
pub(crate) async fn is_of(tx: &mut SystemTx, id: NumberId, phone: &PhoneNumber) -> Result<bool> {
    let sql = "SELECT number_id FROM number WHERE number_id = $1 AND phone = $2";
    let row: Option<(NumberId,)> = fetch_optional!(tx, (NumberId,), sql, id, phone)?;
    Ok(row.is_some())
}

async fn make(tx: &mut impl OnConn, id: NumberId) -> Result<()> {
    let sql =
        "INSERT INTO number_profile (number_id, tenant_id) SELECT number_id, tenant_id FROM number WHERE number_id = $1
         ON CONFLICT (number_id) DO NOTHING";
    execute!(tx, sql, id)?;
    Ok(())
}

/// What is as it was is no wish, unless another one may be on its way to the network.
pub(super) async fn wish_words(tx: &mut TenantTx, id: NumberId, name: &str, about: &str) -> Result<()> {
    make(tx, id).await?;
    let tenant = tx.tenant();
    one_row(execute!(
        tx,
        "UPDATE number_profile SET
           new_name = CASE WHEN new_name IS NULL AND name = $3 THEN NULL ELSE $3 END,
           new_about = CASE WHEN new_about IS NULL AND about = $4 THEN NULL ELSE $4 END,
           refused = NULL
         WHERE tenant_id = $1 AND number_id = $2",
        tenant,
        id,
        name,
        about
    )?)
}

pub(super) async fn wish_picture(tx: &mut TenantTx, id: NumberId, picture: Option<MediaId>) -> Result<()> {
    make(tx, id).await?;
    let tenant = tx.tenant();
    let sql = "UPDATE number_profile SET new_media_id = $3, no_picture = $4, refused = NULL
         WHERE tenant_id = $1 AND number_id = $2";
    one_row(execute!(tx, sql, tenant, id, picture, picture.is_none())?)
}

/// What the network told.
pub(crate) struct Told<'a> {
    pub name: &'a str,
    pub about: &'a str,
    /// The network's name for the picture; absent when none is shown, or while it did not come.
    pub wa_id: Option<&'a str>,
    pub media: Option<MediaId>,
    pub asked_at: Millis,
    /// The row's, when it was asked: what changed since is asked for again.
    pub changes: i64,
}

/// Whether it is news.
pub(crate) async fn told(tx: &mut SystemTx, id: NumberId, told: &Told<'_>) -> Result<bool> {
    make(tx, id).await?;
    let before = get(tx, id).await?.unwrap_or_default();
    execute!(
        tx,
        "UPDATE number_profile SET name = $2, about = $3, wa_id = $4, media_id = $5,
           asked_at = CASE WHEN changes = $7 THEN $6 END
         WHERE number_id = $1",
        id,
        told.name,
        told.about,
        told.wa_id,
        told.media,
        told.asked_at,
        told.changes
    )?;
    let shown = (before.name.as_str(), before.about.as_str(), before.media_id);
    Ok(before.asked_at.is_none() || shown != (told.name, told.about, told.media))
}

/// The network has one of the wishes of `wish` or refused it. A newer wish stays.
pub(crate) async fn settle(
    tx: &mut SystemTx,
    id: NumberId,
    wish: &Row,
    part: ProfilePart,
    is_taken: bool,
) -> Result<()> {
    let refused = (!is_taken).then_some(part);
    // What was taken is what is shown, until the network tells how it shows it.
    let words = |column: &str| {
        let shown = if is_taken { format!("{column} = new_{column}, ") } else { String::new() };
        format!(
            "UPDATE number_profile SET {shown}new_{column} = NULL, refused = COALESCE($3, refused)
             WHERE number_id = $1 AND new_{column} = $2"
        )
    };
    // Also when the wish is another by now: the network shows something that nobody wrote down.
    changed(tx, id).await?;
    match part {
        ProfilePart::Name => {
            let sql = words("name");
            execute!(tx, sqlx::AssertSqlSafe(sql.clone()), id, wish.new_name.as_deref(), refused)?;
        }
        ProfilePart::About => {
            let sql = words("about");
            execute!(tx, sqlx::AssertSqlSafe(sql.clone()), id, wish.new_about.as_deref(), refused)?;
        }
        ProfilePart::Picture => {
            let shown = if is_taken { "media_id = new_media_id, wa_id = NULL, " } else { "" };
            // Either the same picture or none is wished for still.
            let sql = format!(
                "UPDATE number_profile
                 SET {shown}new_media_id = NULL, no_picture = $4, refused = COALESCE($3, refused)
                 WHERE number_id = $1 AND COALESCE(new_media_id = $2, $2 IS NULL AND new_media_id IS NULL)"
            );
            execute!(tx, sqlx::AssertSqlSafe(sql.clone()), id, wish.new_media_id, refused, false)?;
        }
    }
    Ok(())
}

/// The account shows something else, says the network: it is asked again.
pub(crate) async fn changed(tx: &mut SystemTx, id: NumberId) -> Result<()> {
    make(tx, id).await?;
    execute!(tx, "UPDATE number_profile SET asked_at = NULL, changes = changes + 1 WHERE number_id = $1", id)?;
    Ok(())
}

/// The number is about to be the one of this phone: what another one shows, and was to show, is not its own.
pub(crate) async fn forget_others(tx: &mut SystemTx, number: NumberId, phone: &PhoneNumber) -> Result<()> {
    let sql = "DELETE FROM number_profile WHERE number_id = $1
         AND EXISTS (SELECT 1 FROM number n WHERE n.number_id = $1 AND n.phone <> $2)";
    execute!(tx, sql, number, phone)?;
    Ok(())
}
