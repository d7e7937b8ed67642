//! What the account of a number shows of itself: kept as the network tells it, and changed through its session.

pub(crate) mod store;

use crate::{
    Server,
    error::Result,
    media::{self, Upload, picture_link},
    scope::Scope,
};
use domain::{
    Error, Event, Field, NumberId,
    number::profile::{ProfileView, words},
};

/// The profile, empty until the network told it.
pub(super) async fn view(server: &Server, tx: &mut crate::db::TenantTx, id: NumberId) -> Result<ProfileView> {
    let tenant = tx.tenant();
    let row = store::get(tx, id).await?.unwrap_or_default();
    let is_changing = row.wishes_something();
    // Every account has a name.
    let is_known = !row.name.is_empty();
    let media = if row.no_picture { None } else { row.new_media_id.or(row.media_id) };
    Ok(ProfileView {
        name: row.new_name.unwrap_or(row.name),
        about: row.new_about.unwrap_or(row.about),
        picture: media.map(|media| picture_link(server, tenant, media)),
        is_known,
        is_changing,
        refused: row.refused,
    })
}

/// The number shows another name and other words from the moment its session has told the network.
///
/// Fails with `Invalid { name, about }`.
pub async fn change(server: &Server, scope: &Scope, id: NumberId, name: &str, about: &str) -> Result<()> {
    let (name, about) = words(name, about)?;
    let mut tx = server.db.begin(scope).await?;
    super::store::check(&mut tx, id).await?;
    store::wish_words(&mut tx, id, &name, &about).await?;
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    server.nudge.outbox.now();
    Ok(())
}

/// The number shows this picture, in a square and as small as the network has it.
///
/// Fails with `Invalid { file: Required, NotAPicture }` and `TooLarge`.
pub async fn show_picture(server: &Server, scope: &Scope, id: NumberId, upload: Upload) -> Result<()> {
    // Asked first: nobody keeps a file for a number that is not theirs.
    super::store::check(&mut server.db.read(scope).await?, id).await?;
    let Some(picture) = media::give_square(server, scope, upload).await? else {
        return Err(Error::field("file", Field::NotAPicture).into());
    };
    let mut tx = server.db.begin(scope).await?;
    super::store::check(&mut tx, id).await?;
    store::wish_picture(&mut tx, id, Some(picture)).await?;
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    server.nudge.outbox.now();
    Ok(())
}

/// The number shows no picture.
pub async fn hide_picture(server: &Server, scope: &Scope, id: NumberId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    super::store::check(&mut tx, id).await?;
    store::wish_picture(&mut tx, id, None).await?;
    tx.publish(Event::NumberChanged(id));
    tx.commit().await?;
    server.nudge.outbox.now();
    Ok(())
}
