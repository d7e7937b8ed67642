//! Files that messages carry: what they are, where they are kept, and how a browser gets them.
//!
//! A file is looked at before it is kept: what it is follows from its content, never from its name; pictures are written
//! anew, which leaves behind where and with what they were taken. It is kept once per tenant.

pub(crate) mod inspect;
mod link;
mod source;
mod storage;
pub(crate) mod store;
mod stray;

pub use link::{Link, Variant};
pub(crate) use source::Source;
pub use storage::Storage;
pub use stray::tick;

use crate::{
    Server,
    error::{Error, Result},
    scope::Scope,
};
use bytes::Bytes;
use domain::{
    Event, Field, MediaId, MessageId, Millis, TenantId,
    media::{MAX_PICTURE_BYTES, MAX_SENT_BYTES, MediaFile, tidy_name},
    message::MessageKind,
    number::profile::PICTURE_SIDE,
    time::{DAY_MS, HOUR_MS},
};
use futures::stream::BoxStream;
use inspect::{Inspected, Origin};
use std::{
    fs::File,
    io::{Seek as _, Write as _},
    ops::Range,
};
use tokio::sync::Semaphore;

/// How long a link works at least; at most twice as long. Links that are made within the same hours are the same, so that
/// browsers keep what they have.
const LINK_MS: i64 = 6 * HOUR_MS;
/// How long the network surely keeps what it was given. It keeps files for a month.
const GIVEN_MS: i64 = 14 * DAY_MS;
/// Files that are looked at in this process at once.
static INSPECTING: Semaphore = Semaphore::const_new(2);

/// A file as somebody sends it: written to the disk as it comes, gone with this value.
pub struct Upload {
    file: File,
    bytes: u64,
    name: String,
}

impl Upload {
    /// Begins with nothing. `name` is what the sender calls it.
    pub fn begin(server: &Server, name: &str) -> Result<Self> {
        Ok(Self { file: server.media.scratch()?, bytes: 0, name: tidy_name(name) })
    }

    /// The next bytes. What goes beyond the limit is forgotten; [`give`] refuses it.
    pub fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.bytes += chunk.len() as u64;
        if self.bytes <= MAX_SENT_BYTES {
            self.file.write_all(chunk)?;
        }
        Ok(())
    }

    /// How many there were.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The file, if there is one and all of it was kept.
    fn whole(self) -> Result<File> {
        match self.bytes {
            0 => Err(domain::Error::field("file", Field::Required).into()),
            bytes if bytes > MAX_SENT_BYTES => Err(domain::Error::TooLarge { limit_bytes: MAX_SENT_BYTES }.into()),
            _ => Ok(self.file),
        }
    }
}

/// A file that can go with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub media: MediaId,
    pub kind: MessageKind,
    pub name: String,
    pub bytes: u64,
}

/// Keeps what somebody of the team sends. Nothing carries it yet: unless a message does within a day it is removed.
///
/// Fails with `Invalid { file: Required }` when it is empty and with `TooLarge`.
pub async fn give(server: &Server, scope: &Scope, upload: Upload) -> Result<Given> {
    let name = upload.name.clone();
    let kept = keep(server, scope.tenant(), upload.whole()?, Origin::Team).await?;
    Ok(Given { media: kept.media, kind: kind_of(&kept), name, bytes: kept.bytes })
}

/// Keeps the middle of a picture as a square that a profile can show; nothing when it is no picture.
///
/// Fails with `Invalid { file: Required }` when it is empty and with `TooLarge`.
pub(crate) async fn give_square(server: &Server, scope: &Scope, upload: Upload) -> Result<Option<MediaId>> {
    if upload.bytes > MAX_PICTURE_BYTES {
        return Err(domain::Error::TooLarge { limit_bytes: MAX_PICTURE_BYTES }.into());
    }
    let file = upload.whole()?;
    let turn = INSPECTING.acquire().await.map_err(anyhow::Error::from)?;
    let square = tokio::task::spawn_blocking(move || inspect::square(file, PICTURE_SIDE));
    let Some(square) = square.await.map_err(anyhow::Error::from)?? else { return Ok(None) };
    // Keeping takes a turn of its own.
    drop(turn);
    let mut file = server.media.scratch()?;
    file.write_all(&square)?;
    Ok(Some(keep(server, scope.tenant(), file, Origin::Team).await?.media))
}

/// How a file is sent: as a picture, a video or sound when phones show it as such, else as a document.
fn kind_of(kept: &Kept) -> MessageKind {
    match kept.mime.as_str() {
        "image/jpeg" | "image/png" if kept.is_picture && kept.bytes <= MAX_PICTURE_BYTES => MessageKind::Image,
        "video/mp4" | "video/3gpp" => MessageKind::Video,
        mime if mime.starts_with("audio/") => MessageKind::Audio,
        _ => MessageKind::Document,
    }
}

/// A file in the store.
pub(crate) struct Kept {
    pub media: MediaId,
    pub mime: String,
    pub bytes: u64,
    /// It could be read as one.
    pub is_picture: bool,
}

/// Keeps what came from the network.
pub(crate) async fn keep_received(server: &Server, tenant: TenantId, file: File) -> Result<Kept> {
    keep(server, tenant, file, Origin::Network).await
}

async fn keep(server: &Server, tenant: TenantId, file: File, origin: Origin) -> Result<Kept> {
    let spare = server.media.scratch()?;
    // An opened picture is large: however many come, few are open at once.
    let _turn = INSPECTING.acquire().await.map_err(anyhow::Error::from)?;
    let inspected = tokio::task::spawn_blocking(move || inspect::inspect(file, spare, origin));
    let Inspected { mut file, sha256, mime, bytes, size, preview } = inspected.await.map_err(anyhow::Error::from)??;
    let is_picture = size.is_some();
    let scope = Scope::system(tenant, "media");
    if let Some(media) = touch(server, &scope, &sha256).await? {
        return Ok(Kept { media, mime, bytes, is_picture });
    }
    let media: MediaId = server.new_id();
    stray::begin(server, &scope, media).await?;
    file.rewind()?;
    if let Some(preview) = preview.clone() {
        server.media.put(tenant, media, Variant::Preview, preview).await?;
    }
    server.media.put_file(tenant, media, file).await?;
    let row = store::NewMedia { mime: &mime, sha256: &sha256, bytes, size, has_preview: preview.is_some() };
    let mut tx = server.db.begin(&scope).await?;
    let kept = store::insert(&mut tx, media, &row, server.now()).await?;
    // If somebody gave the same file at the same time, this one stays a stray.
    if kept == media {
        stray::kept(&mut tx, media).await?;
    }
    tx.commit().await?;
    Ok(Kept { media: kept, mime, bytes, is_picture })
}

/// The same file, if it is kept already; it stays for another while.
async fn touch(server: &Server, scope: &Scope, sha256: &str) -> Result<Option<MediaId>> {
    let mut tx = server.db.begin(scope).await?;
    let known = store::touch(&mut tx, sha256, server.now()).await?;
    tx.commit().await?;
    Ok(known)
}

/// Whether a browser can show or play a file of this type, and nothing in it can run.
pub fn plays(mime: &str) -> bool {
    matches!(
        mime,
        "image/jpeg"
            | "image/png"
            | "image/webp"
            | "image/gif"
            | "video/mp4"
            | "video/webm"
            | "audio/ogg"
            | "audio/mpeg"
            | "audio/mp4"
            | "audio/m4a"
            | "audio/aac"
            | "audio/x-wav"
            | "audio/wav"
    )
}

/// What a link leads to.
pub struct Found {
    pub mime: String,
    /// Of the whole file; unknown for previews.
    pub bytes: Option<u64>,
}

/// What is behind a link. `NotFound` when it is gone.
pub async fn find(server: &Server, link: &Link) -> Result<Found> {
    let mut tx = server.db.read(&Scope::system(link.tenant, "media link")).await?;
    let row = store::get(&mut tx, link.media).await?;
    Ok(match link.variant {
        Variant::Whole => Found { mime: row.mime, bytes: Some(row.bytes.unsigned_abs()) },
        Variant::Preview => Found { mime: "image/jpeg".to_owned(), bytes: None },
    })
}

/// The bytes behind a link, or a range of them. `NotFound` when they are gone.
pub async fn read(
    server: &Server,
    link: &Link,
    range: Option<Range<u64>>,
) -> Result<BoxStream<'static, anyhow::Result<Bytes>>> {
    server.media.get(link.tenant, link.media, link.variant, range).await
}

/// A whole file of the tenant, in parts; nothing when it is not in the store.
pub(crate) async fn open(
    server: &Server,
    scope: &Scope,
    media: MediaId,
) -> Result<Option<BoxStream<'static, anyhow::Result<Bytes>>>> {
    match server.media.get(scope.tenant(), media, Variant::Whole, None).await {
        Ok(content) => Ok(Some(content)),
        Err(Error::Domain(domain::Error::NotFound)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tries again to fetch the file of a message. `NotFound` when there is nothing to try.
pub(crate) async fn fetch_again(server: &Server, scope: &Scope, message: MessageId) -> Result<()> {
    let mut tx = server.db.begin(scope).await?;
    store::fetch_again(&mut tx, message, server.now()).await?;
    if let Some(conversation) = store::conversation_of(&mut tx, message).await? {
        tx.publish(Event::ConversationChanged(conversation));
    }
    tx.commit().await?;
    server.nudge.media.now();
    Ok(())
}

/// The addresses of a file that is here.
fn links(server: &Server, tenant: TenantId, media: MediaId, has_preview: bool) -> (String, Option<String>) {
    let until = link_until(server.now());
    let link = |variant| Link { tenant, media, variant, until }.sign(&server.signer);
    (link(Variant::Whole), has_preview.then(|| link(Variant::Preview)))
}

/// A file of this type that is here, for pages.
pub(crate) fn here(server: &Server, tenant: TenantId, media: MediaId, mime: &str, has_preview: bool) -> MediaFile {
    let (link, preview) = links(server, tenant, media, has_preview);
    MediaFile::Here { link, preview, plays: plays(mime) }
}

/// The address of a picture that somebody shows.
pub(crate) fn picture_link(server: &Server, tenant: TenantId, media: MediaId) -> String {
    links(server, tenant, media, false).0
}

/// What was given to the network before this is given again.
pub(crate) fn given_after(now: Millis) -> Millis {
    now - GIVEN_MS
}

fn link_until(now: Millis) -> Millis {
    Millis((now.0.div_euclid(LINK_MS) + 2) * LINK_MS)
}
