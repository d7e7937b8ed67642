//! SQL of an export: pages of rows, each beginning after the last row of the one before.

use super::written;
use crate::{
    db::{TenantTx, found},
    error::Result,
    fetch_all, fetch_optional,
    number::group,
};
use domain::{
    ContactId, MediaId, MessageId, Millis, NumberId, PhoneNumber,
    inbox::ConversationStatus,
    media::extension,
    message::{Author, Direction, FailReason, MessageKind, MessageState},
    number::{
        Network, NumberState,
        group::{GroupView, Member},
    },
    time::Day,
};
use serde::Serialize;
use uuid::Uuid;

/// The number itself.
#[derive(sqlx::FromRow)]
pub(super) struct About {
    pub label: String,
    pub phone: Option<PhoneNumber>,
    pub network: Network,
    pub state: NumberState,
    pub created_at: Millis,
    pub linked_at: Option<Millis>,
}

pub(super) async fn about(tx: &mut TenantTx, id: NumberId) -> Result<About> {
    let tenant = tx.tenant();
    let sql = "SELECT label, phone, network, state, created_at, linked_at FROM number
         WHERE tenant_id = $1 AND number_id = $2";
    found(fetch_optional!(tx, About, sql, tenant, id)?)
}

/// What a number did on one day.
#[derive(Serialize)]
pub(super) struct DayFile {
    day: String,
    sent: i64,
    received: i64,
    refused: i64,
}

pub(super) async fn days(tx: &mut TenantTx, id: NumberId) -> Result<Vec<DayFile>> {
    let tenant = tx.tenant();
    let rows: Vec<(Day, i64, i64, i64)> = fetch_all!(
        tx,
        (Day, i64, i64, i64),
        "SELECT day, sent, received, refused FROM number_day WHERE tenant_id = $1 AND number_id = $2 ORDER BY day",
        tenant,
        id
    )?;
    let zone = crate::number::health::zone();
    let date = |day| super::moment(zone.start(day)).date().to_string();
    Ok(rows
        .into_iter()
        .map(|(day, sent, received, refused)| DayFile { day: date(day), sent, received, refused })
        .collect())
}

/// A row of a table that is read in pages.
pub(super) trait Page: Sized + Send + Sync {
    /// The names of the columns.
    const HEAD: &'static [&'static str];

    /// The rows after `last`, in the order of the table.
    fn read(
        tx: &mut TenantTx,
        id: NumberId,
        last: Option<&Self>,
        limit: i64,
    ) -> impl Future<Output = Result<Vec<Self>>> + Send;

    /// One for each column, for each line of the table.
    fn lines(&self) -> Vec<Vec<String>>;
}

/// What a person is called: by the tenant, else by themselves.
fn called(name: &str, push_name: &str) -> String {
    if name.trim().is_empty() { push_name.to_owned() } else { name.to_owned() }
}

/// Digits without a plus: with it, a spreadsheet would take it for a formula.
fn digits(phone: Option<&PhoneNumber>) -> String {
    phone.map(|phone| phone.digits().to_owned()).unwrap_or_default()
}

const FIRST: ContactId = ContactId(Uuid::nil());

#[derive(sqlx::FromRow)]
pub(super) struct Conversation {
    contact_id: ContactId,
    phone: Option<PhoneNumber>,
    name: String,
    push_name: String,
    status: ConversationStatus,
    unread: i64,
    messages: i64,
    created_at: Millis,
    last_at: Millis,
}

impl Page for Conversation {
    const HEAD: &'static [&'static str] = &["phone", "name", "status", "unread", "messages", "begun_at", "last_at"];

    async fn read(tx: &mut TenantTx, id: NumberId, last: Option<&Self>, limit: i64) -> Result<Vec<Self>> {
        let tenant = tx.tenant();
        Ok(fetch_all!(
            tx,
            Self,
            "SELECT v.contact_id, c.phone, c.name, c.push_name, v.status, v.unread, v.created_at, v.last_at,
               (SELECT COUNT(*) FROM message m
                WHERE m.tenant_id = v.tenant_id AND m.number_id = v.number_id AND m.contact_id = v.contact_id) AS messages
             FROM conversation v JOIN contact c ON c.tenant_id = v.tenant_id AND c.contact_id = v.contact_id
             WHERE v.tenant_id = $1 AND v.number_id = $2 AND v.contact_id > $3
             ORDER BY v.contact_id LIMIT $4",
            tenant,
            id,
            last.map_or(FIRST, |row| row.contact_id),
            limit
        )?)
    }

    fn lines(&self) -> Vec<Vec<String>> {
        vec![vec![
            digits(self.phone.as_ref()),
            called(&self.name, &self.push_name),
            self.status.to_string(),
            self.unread.to_string(),
            self.messages.to_string(),
            written(self.created_at),
            written(self.last_at),
        ]]
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct Message {
    contact_id: ContactId,
    at: Millis,
    message_id: MessageId,
    phone: Option<PhoneNumber>,
    name: String,
    push_name: String,
    direction: Direction,
    kind: MessageKind,
    body: String,
    state: Option<MessageState>,
    fail_reason: Option<FailReason>,
    author: Option<Author>,
    author_name: Option<String>,
    campaign: Option<String>,
    edited_at: Option<Millis>,
    deleted_at: Option<Millis>,
    file_name: Option<String>,
    media_id: Option<MediaId>,
    mime: Option<String>,
}

impl Message {
    /// A person of the team by name, everything else by what it is.
    fn sent_by(&self) -> String {
        match (self.author, &self.author_name) {
            (Some(Author::Agent), Some(name)) => name.clone(),
            (author, _) => author.map(|author| author.to_string()).unwrap_or_default(),
        }
    }
}

/// Chat after chat, each from its beginning: as an index has them, and as they are read.
impl Page for Message {
    const HEAD: &'static [&'static str] = &[
        "time",
        "phone",
        "name",
        "direction",
        "kind",
        "text",
        "state",
        "reason",
        "campaign",
        "sent_by",
        "edited_at",
        "deleted_at",
        "file",
        "file_name",
    ];

    async fn read(tx: &mut TenantTx, id: NumberId, last: Option<&Self>, limit: i64) -> Result<Vec<Self>> {
        let tenant = tx.tenant();
        let (contact, at, message) = last
            .map_or((FIRST, Millis(i64::MIN), MessageId(Uuid::nil())), |row| (row.contact_id, row.at, row.message_id));
        Ok(fetch_all!(
            tx,
            Self,
            "SELECT m.contact_id, m.at, m.message_id, c.phone, c.name, c.push_name, m.direction, m.kind, m.body, m.state,
               m.fail_reason, m.author, m.author_name, k.name AS campaign, m.edited_at, m.deleted_at,
               a.name AS file_name, f.media_id, f.mime
             FROM message m
             LEFT JOIN attachment a ON a.message_id = m.message_id
             LEFT JOIN media f ON f.tenant_id = a.tenant_id AND f.media_id = a.media_id
             JOIN contact c ON c.tenant_id = m.tenant_id AND c.contact_id = m.contact_id
             LEFT JOIN campaign k ON k.tenant_id = m.tenant_id AND k.campaign_id = m.campaign_id
             WHERE m.tenant_id = $1 AND m.number_id = $2 AND (m.contact_id, m.at, m.message_id) > ($3, $4, $5)
             ORDER BY m.contact_id, m.at, m.message_id LIMIT $6",
            tenant,
            id,
            contact,
            at,
            message,
            limit
        )?)
    }

    fn lines(&self) -> Vec<Vec<String>> {
        let word = |word: Option<String>| word.unwrap_or_default();
        vec![vec![
            written(self.at),
            digits(self.phone.as_ref()),
            called(&self.name, &self.push_name),
            self.direction.to_string(),
            self.kind.to_string(),
            self.body.clone(),
            word(self.state.map(|state| state.to_string())),
            word(self.fail_reason.map(|reason| reason.to_string())),
            word(self.campaign.clone()),
            self.sent_by(),
            word(self.edited_at.map(written)),
            word(self.deleted_at.map(written)),
            word(self.media_id.zip(self.mime.as_deref()).map(|(media, mime)| file_name(media, mime))),
            word(self.file_name.clone()),
        ]]
    }
}

/// A group with who is in it: a line each.
pub(super) struct Group {
    group: GroupView,
    members: Vec<Member>,
}

impl Page for Group {
    const HEAD: &'static [&'static str] = &["group", "subject", "phone", "lid", "rank"];

    async fn read(tx: &mut TenantTx, id: NumberId, last: Option<&Self>, limit: i64) -> Result<Vec<Self>> {
        let after = last.map_or("", |last| &last.group.wa_id);
        // Each may have thousands of members.
        let groups = group::store::page(tx, id, after, (limit / 50).max(1)).await?;
        Ok(groups.into_iter().map(|(group, members)| Self { group, members }).collect())
    }

    fn lines(&self) -> Vec<Vec<String>> {
        let line = |member: &Member| {
            let rank = if member.is_admin { "admin" } else { "member" };
            vec![
                self.group.wa_id.clone(),
                self.group.subject.clone(),
                digits(member.phone.as_ref()),
                member.lid.clone().unwrap_or_default(),
                rank.to_owned(),
            ]
        };
        self.members.iter().map(line).collect()
    }
}

/// What a file is called in an export: messages name it so.
pub(super) fn file_name(media: MediaId, mime: &str) -> String {
    format!("files/{media}.{}", extension(mime))
}

/// Files of the messages of a number, each once, after `last`.
pub(super) async fn files(
    tx: &mut TenantTx,
    id: NumberId,
    last: Option<MediaId>,
    limit: i64,
) -> Result<Vec<(MediaId, String)>> {
    let tenant = tx.tenant();
    Ok(fetch_all!(
        tx,
        (MediaId, String),
        "SELECT media_id, mime FROM media WHERE tenant_id = $1 AND media_id > $3 AND media_id IN (
           SELECT media_id FROM attachment WHERE tenant_id = $1 AND number_id = $2)
         ORDER BY media_id LIMIT $4",
        tenant,
        id,
        last.unwrap_or(MediaId(Uuid::nil())),
        limit
    )?)
}
