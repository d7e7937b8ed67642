//! SQL of files and of the messages that carry them.

use super::Given;
use crate::{
    Server,
    db::{OnConn, SystemTx, TenantTx, each_row, found, json_list, one_row},
    error::Result,
    execute, fetch_all, fetch_one, fetch_optional, insert_rows,
    outbox::Sender,
};
use domain::{
    ConversationId, MediaId, MessageId, Millis, NumberId, TenantId,
    media::{AttachmentView, MediaFile, MediaProblem},
    message::MessageKind,
};

/// A file that is kept for the first time.
pub(super) struct NewMedia<'a> {
    pub mime: &'a str,
    pub sha256: &'a str,
    pub bytes: u64,
    pub size: Option<(u32, u32)>,
    pub has_preview: bool,
}

/// Keeps the row; the id under which the same file was kept before, if it was.
pub(super) async fn insert(tx: &mut TenantTx, id: MediaId, new: &NewMedia<'_>, now: Millis) -> Result<MediaId> {
    let tenant = tx.tenant();
    let (id,): (MediaId,) = fetch_one!(
        tx,
        (MediaId,),
        "INSERT INTO media (media_id, tenant_id, sha256, mime, bytes, width, height, has_preview, given_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, sha256) DO UPDATE SET given_at = excluded.given_at
         RETURNING media_id",
        id,
        tenant,
        new.sha256,
        new.mime,
        i64::try_from(new.bytes).unwrap_or(i64::MAX),
        new.size.map(|(width, _)| i64::from(width)),
        new.size.map(|(_, height)| i64::from(height)),
        new.has_preview,
        now
    )?;
    Ok(id)
}

/// The file with this content, given again.
pub(super) async fn touch(tx: &mut TenantTx, sha256: &str, now: Millis) -> Result<Option<MediaId>> {
    let tenant = tx.tenant();
    let sql = "UPDATE media SET given_at = $3 WHERE tenant_id = $1 AND sha256 = $2 RETURNING media_id";
    let row: Option<(MediaId,)> = fetch_optional!(tx, (MediaId,), sql, tenant, sha256, now)?;
    Ok(row.map(|(id,)| id))
}

#[derive(sqlx::FromRow)]
pub(super) struct MediaRow {
    pub mime: String,
    pub bytes: i64,
}

pub(super) async fn get(tx: &mut TenantTx, id: MediaId) -> Result<MediaRow> {
    let tenant = tx.tenant();
    let sql = "SELECT mime, bytes FROM media WHERE tenant_id = $1 AND media_id = $2";
    found(fetch_optional!(tx, MediaRow, sql, tenant, id)?)
}

/// The file of a message, as the network announced it or as the team gave it.
pub(crate) struct NewAttachment<'a> {
    pub message: MessageId,
    pub tenant: TenantId,
    pub number: NumberId,
    pub media: Option<MediaId>,
    pub name: &'a str,
    pub bytes: Option<u64>,
    pub seconds: Option<u32>,
    /// Sealed: where to fetch it from.
    pub source: Option<Vec<u8>>,
    pub problem: Option<MediaProblem>,
    /// When to fetch it.
    pub next_at: Option<Millis>,
}

impl<'a> NewAttachment<'a> {
    /// The team gave it: it is here.
    pub(crate) fn given(message: MessageId, tenant: TenantId, number: NumberId, file: &'a Given) -> Self {
        Self {
            message,
            tenant,
            number,
            media: Some(file.media),
            name: &file.name,
            bytes: Some(file.bytes),
            seconds: None,
            source: None,
            problem: None,
            next_at: None,
        }
    }
}

/// Ten values a row: at most 3,000 rows at once.
pub(crate) async fn attach(tx: &mut impl OnConn, new: &[NewAttachment<'_>]) -> Result<()> {
    let inserted = insert_rows!(
        tx,
        "INSERT INTO attachment (message_id, tenant_id, number_id, media_id, name, bytes, seconds, source, problem, next_at)",
        new,
        |a| [
            a.message,
            a.tenant,
            a.number,
            a.media,
            a.name,
            a.bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            a.seconds.map(i64::from),
            a.source.as_deref(),
            a.problem,
            a.next_at
        ],
        ""
    )?;
    each_row(new.len(), inserted)
}

/// What a thread shows of the file of a message.
#[derive(sqlx::FromRow)]
pub(crate) struct AttachmentRow {
    pub message_id: MessageId,
    media_id: Option<MediaId>,
    name: String,
    bytes: Option<i64>,
    seconds: Option<i64>,
    problem: Option<MediaProblem>,
    can_retry: bool,
    mime: Option<String>,
    kept_bytes: Option<i64>,
    width: Option<i64>,
    height: Option<i64>,
    has_preview: Option<bool>,
}

/// The files of these messages.
pub(crate) async fn attachments(tx: &mut TenantTx, messages: &[MessageId]) -> Result<Vec<AttachmentRow>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let (tenant, among) = (tx.tenant(), tx.conn().among_ids("$2"));
    let sql = format!(
        "SELECT a.message_id, a.media_id, a.name, a.bytes, a.seconds, a.problem, a.source IS NOT NULL AS can_retry,
           m.mime, m.bytes AS kept_bytes, m.width, m.height, m.has_preview
         FROM attachment a LEFT JOIN media m ON m.tenant_id = a.tenant_id AND m.media_id = a.media_id
         WHERE a.tenant_id = $1 AND a.message_id {among}"
    );
    let messages = json_list(messages);
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    Ok(fetch_all!(tx, AttachmentRow, sql(), tenant, messages.as_str())?)
}

impl AttachmentRow {
    pub(crate) fn view(self, server: &Server, tenant: TenantId) -> AttachmentView {
        let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
        let file = match (self.media_id, self.problem) {
            (Some(media), _) => {
                let mime = self.mime.as_deref().unwrap_or_default();
                super::here(server, tenant, media, mime, self.has_preview == Some(true))
            }
            (None, Some(problem)) => MediaFile::Missing { problem, again: self.can_retry },
            (None, None) => MediaFile::Waiting,
        };
        AttachmentView {
            name: self.name,
            bytes: self.kept_bytes.or(self.bytes).map(i64::unsigned_abs),
            size: small(self.width).zip(small(self.height)),
            seconds: small(self.seconds),
            file,
        }
    }
}

/// The conversation that shows a message.
pub(crate) async fn conversation_of(tx: &mut impl OnConn, message: MessageId) -> Result<Option<ConversationId>> {
    let row: Option<(ConversationId,)> = fetch_optional!(
        tx,
        (ConversationId,),
        "SELECT v.conversation_id FROM message m JOIN conversation v
           ON v.tenant_id = m.tenant_id AND v.number_id = m.number_id AND v.contact_id = m.contact_id
         WHERE m.message_id = $1",
        message
    )?;
    Ok(row.map(|(id,)| id))
}

/// A file that is to be fetched now.
#[derive(sqlx::FromRow)]
pub(crate) struct DueRow {
    pub message_id: MessageId,
    pub wa_id: String,
    pub source: Vec<u8>,
    /// This one included.
    pub attempts: i64,
}

/// Whether files of a number are due.
pub(crate) async fn is_due(tx: &mut SystemTx, number: NumberId, now: Millis) -> Result<bool> {
    let sql = "SELECT number_id FROM attachment WHERE number_id = $1 AND next_at <= $2 LIMIT 1";
    let row: Option<(NumberId,)> = fetch_optional!(tx, (NumberId,), sql, number, now)?;
    Ok(row.is_some())
}

/// Files of a number that are due; none of them is due again before `again`.
pub(crate) async fn claim_due(
    tx: &mut SystemTx,
    number: NumberId,
    now: Millis,
    again: Millis,
    most: i64,
) -> Result<Vec<DueRow>> {
    Ok(fetch_all!(
        tx,
        DueRow,
        "UPDATE attachment SET attempts = attempts + 1, next_at = $3, is_fetching = TRUE
         WHERE message_id IN (
             SELECT message_id FROM attachment
             WHERE number_id = $1 AND next_at <= $2 AND source IS NOT NULL
             ORDER BY next_at, message_id LIMIT $4)
         RETURNING message_id, source, attempts,
           (SELECT m.wa_id FROM message m WHERE m.message_id = attachment.message_id) AS wa_id",
        number,
        now,
        again,
        most
    )?)
}

/// Files that another owner of the session was fetching are due again.
pub(crate) async fn release_fetches(tx: &mut SystemTx, number: NumberId, now: Millis) -> Result<()> {
    let sql = "UPDATE attachment SET next_at = $2, is_fetching = FALSE WHERE number_id = $1 AND is_fetching";
    execute!(tx, sql, number, now)?;
    Ok(())
}

/// It is here. Nothing when the message went meanwhile.
pub(crate) async fn fetched(tx: &mut SystemTx, message: MessageId, media: MediaId) -> Result<()> {
    let sql = "UPDATE attachment SET media_id = $2, source = NULL, problem = NULL, next_at = NULL, is_fetching = FALSE
         WHERE message_id = $1";
    execute!(tx, sql, message, media)?;
    Ok(())
}

/// It did not come: tried again at `next_at`, or given up with the reason.
pub(crate) async fn not_fetched(
    tx: &mut SystemTx,
    message: MessageId,
    problem: Option<MediaProblem>,
    next_at: Option<Millis>,
) -> Result<()> {
    let sql = "UPDATE attachment SET problem = $2, next_at = $3, is_fetching = FALSE WHERE message_id = $1";
    execute!(tx, sql, message, problem, next_at)?;
    Ok(())
}

/// Somebody wants it tried again. `NotFound` when there is nothing to try.
pub(crate) async fn fetch_again(tx: &mut TenantTx, message: MessageId, now: Millis) -> Result<()> {
    let tenant = tx.tenant();
    let row: Option<(NumberId,)> = fetch_optional!(
        tx,
        (NumberId,),
        "UPDATE attachment SET problem = NULL, attempts = 0, next_at = $3, is_fetching = FALSE
         WHERE tenant_id = $1 AND message_id = $2 AND media_id IS NULL AND source IS NOT NULL
         RETURNING number_id",
        tenant,
        message,
        now
    )?;
    found(row.map(|_| ()))
}

/// A file that has to be with the network before a waiting message can go.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct WantedUpload {
    pub media_id: MediaId,
    pub media_kind: MessageKind,
}

impl WantedUpload {
    pub(crate) fn key(&self) -> (MediaId, MessageKind) {
        (self.media_id, self.media_kind)
    }
}

/// Files of waiting messages that the session has not given to its network since `after`; first those that wait longest.
pub(crate) async fn wanted_uploads(
    tx: &mut SystemTx,
    sender: Sender,
    now: Millis,
    after: Millis,
    most: i64,
) -> Result<Vec<WantedUpload>> {
    Ok(fetch_all!(
        tx,
        WantedUpload,
        "SELECT o.media_id, o.media_kind FROM outbox o
         WHERE o.number_id = $1 AND o.media_id IS NOT NULL AND o.not_before <= $3
           AND NOT EXISTS (SELECT 1 FROM media_upload u
                           WHERE u.session_id = $2 AND u.media_id = o.media_id AND u.kind = o.media_kind AND u.uploaded_at > $4)
         GROUP BY o.media_id, o.media_kind ORDER BY MIN(o.priority), MIN(o.seq) LIMIT $5",
        sender.number,
        sender.session,
        now,
        after,
        most
    )?)
}

/// The network has it: where, and its key, sealed.
pub(crate) async fn uploaded(
    tx: &mut SystemTx,
    sender: Sender,
    wanted: &WantedUpload,
    place: &[u8],
    now: Millis,
) -> Result<()> {
    one_row(execute!(
        tx,
        "INSERT INTO media_upload (session_id, media_id, kind, tenant_id, place, uploaded_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (session_id, media_id, kind) DO UPDATE SET place = excluded.place, uploaded_at = excluded.uploaded_at",
        sender.session,
        wanted.media_id,
        wanted.media_kind,
        sender.tenant,
        place,
        now
    )?)
}

/// Waiting messages whose file the network refused.
pub(crate) async fn waiting_for(tx: &mut SystemTx, sender: Sender, wanted: &WantedUpload) -> Result<Vec<String>> {
    let sql = "SELECT wa_id FROM outbox WHERE number_id = $1 AND media_id = $2 AND media_kind = $3 ORDER BY seq";
    let rows: Vec<(String,)> = fetch_all!(tx, (String,), sql, sender.number, wanted.media_id, wanted.media_kind)?;
    Ok(rows.into_iter().map(|(wa_id,)| wa_id).collect())
}

/// What is said about a file in the message that carries it.
#[derive(sqlx::FromRow)]
pub(crate) struct SendingRow {
    pub media_id: MediaId,
    pub place: Vec<u8>,
    pub kind: MessageKind,
    pub name: String,
    pub mime: String,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub seconds: Option<i64>,
}

/// The file of a message on its way out, if the session has given it to its network.
pub(crate) async fn sending(tx: &mut SystemTx, sender: Sender, message: MessageId) -> Result<Option<SendingRow>> {
    Ok(fetch_optional!(
        tx,
        SendingRow,
        "SELECT u.media_id, u.place, u.kind, a.name, m.mime, m.width, m.height, a.seconds
         FROM attachment a
         JOIN message s ON s.message_id = a.message_id
         JOIN media m ON m.media_id = a.media_id
         JOIN media_upload u ON u.media_id = a.media_id AND u.session_id = $2 AND u.kind = s.kind
         WHERE a.message_id = $1",
        message,
        sender.session
    )?)
}
