//! SQL of the messages of a thread, as they are read: with their files, what they answer, and what people think of them.

use super::store::Thread;
use crate::{
    Server,
    db::{OnConn as _, TenantTx, json_list},
    error::Result,
    fetch_all, media,
};
use domain::{
    MessageId, Millis, TenantId,
    media::AttachmentView,
    message::{Author, Direction, FailReason, MessageKind, MessageState, MessageView, Quote, Reaction},
};
use std::collections::HashMap;

/// Characters shown of a message that is quoted.
const QUOTED: usize = 200;

#[derive(sqlx::FromRow)]
struct MessageRow {
    message_id: MessageId,
    direction: Direction,
    kind: MessageKind,
    body: String,
    state: Option<MessageState>,
    fail_reason: Option<FailReason>,
    author: Option<Author>,
    author_name: Option<String>,
    edited_at: Option<Millis>,
    is_deleted: bool,
    quoted_wa_id: Option<String>,
    quoted_body: Option<String>,
    at: Millis,
}

/// The newest messages, oldest first.
pub(super) async fn messages(
    server: &Server,
    tx: &mut TenantTx,
    thread: Thread,
    limit: u32,
) -> Result<Vec<MessageView>> {
    let tenant = tx.tenant();
    let rows = fetch_all!(
        tx,
        MessageRow,
        "SELECT message_id, direction, kind, body, state, fail_reason, author, author_name, edited_at,
           deleted_at IS NOT NULL AS is_deleted, quoted_wa_id, quoted_body, at
         FROM message WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3
         ORDER BY at DESC, message_id DESC LIMIT $4",
        tenant,
        thread.number_id,
        thread.contact_id,
        i64::from(limit)
    )?;
    let mut beside = Beside::of(server, tx, tenant, thread, &rows).await?;
    Ok(rows.into_iter().rev().map(|row| beside.view(row)).collect())
}

/// What stands beside the words of messages.
#[derive(Default)]
struct Beside {
    files: HashMap<MessageId, AttachmentView>,
    reactions: HashMap<MessageId, Vec<Reaction>>,
    quoted: HashMap<String, QuotedRow>,
}

#[derive(sqlx::FromRow)]
struct QuotedRow {
    wa_id: String,
    direction: Direction,
    kind: MessageKind,
    body: String,
    is_deleted: bool,
}

impl Beside {
    async fn of(
        server: &Server,
        tx: &mut TenantTx,
        tenant: TenantId,
        thread: Thread,
        rows: &[MessageRow],
    ) -> Result<Self> {
        let with_files: Vec<_> = rows.iter().filter(|row| row.kind.has_file()).map(|row| row.message_id).collect();
        let files = media::store::attachments(tx, &with_files).await?;
        Ok(Self {
            files: files.into_iter().map(|file| (file.message_id, file.view(server, tenant))).collect(),
            reactions: reactions(tx, rows).await?,
            quoted: quoted(tx, thread, rows).await?,
        })
    }

    fn view(&mut self, row: MessageRow) -> MessageView {
        let quote = row.quoted_wa_id.map(|wa_id| match self.quoted.get(&wa_id) {
            Some(quoted) => Quote {
                direction: Some(quoted.direction),
                kind: quoted.kind,
                text: quoted.body.chars().take(QUOTED).collect(),
                is_deleted: quoted.is_deleted,
            },
            None => Quote {
                direction: None,
                kind: MessageKind::Text,
                text: row.quoted_body.unwrap_or_default(),
                is_deleted: false,
            },
        });
        MessageView {
            id: row.message_id,
            direction: row.direction,
            kind: row.kind,
            text: row.body,
            attachment: self.files.remove(&row.message_id),
            quote,
            reactions: self.reactions.remove(&row.message_id).unwrap_or_default(),
            edited_at: row.edited_at,
            is_deleted: row.is_deleted,
            state: row.state,
            fail_reason: row.fail_reason,
            author: row.author,
            author_name: row.author_name,
            at: row.at,
        }
    }
}

async fn reactions(tx: &mut TenantTx, rows: &[MessageRow]) -> Result<HashMap<MessageId, Vec<Reaction>>> {
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT message_id, direction, emoji FROM reaction
         WHERE tenant_id = $1 AND message_id {} AND emoji <> '' ORDER BY direction",
        tx.conn().among_ids("$2")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let messages = json_list(rows.iter().map(|row| row.message_id));
    let found = fetch_all!(tx, (MessageId, Direction, String), sql(), tenant, messages.as_str())?;
    let mut reactions: HashMap<_, Vec<_>> = HashMap::new();
    for (message, from, emoji) in found {
        reactions.entry(message).or_default().push(Reaction { from, emoji });
    }
    Ok(reactions)
}

/// The messages that these answer, by their ids on the wire.
async fn quoted(tx: &mut TenantTx, thread: Thread, rows: &[MessageRow]) -> Result<HashMap<String, QuotedRow>> {
    let wanted: Vec<_> = rows.iter().filter_map(|row| row.quoted_wa_id.as_deref()).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let tenant = tx.tenant();
    let sql = format!(
        "SELECT wa_id, direction, kind, body, deleted_at IS NOT NULL AS is_deleted FROM message
         WHERE tenant_id = $1 AND number_id = $2 AND contact_id = $3 AND wa_id {}",
        tx.conn().among("$4")
    );
    let sql = || sqlx::AssertSqlSafe(sql.clone());
    let wanted = json_list(&wanted);
    let found = fetch_all!(tx, QuotedRow, sql(), tenant, thread.number_id, thread.contact_id, wanted.as_str())?;
    Ok(found.into_iter().map(|row| (row.wa_id.clone(), row)).collect())
}
