//! Messages on their way to the client: when the outbox is asked for them, and each with its words, its file and its own id.

use super::{files::upload_of, presence::Seen};
use crate::{
    Server,
    error::Result,
    media::store,
    outbox::{Claimed, Sender},
    whatsapp::{
        content,
        file::{self, Attached},
    },
};
use domain::MessageId;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use wa_rs::{Client, SendError, SendOptions};
use wacore_binary::Jid;

/// The outbox is asked at most this often.
const CLAIM_EVERY: Duration = Duration::from_millis(15);

/// When the outbox is asked next: when there is a reason, and not for every event of a busy line.
pub(super) struct Claims {
    pub due: bool,
    pub after: Instant,
}

impl Claims {
    /// There is a reason to ask.
    pub(super) fn due() -> Self {
        Self { due: true, after: Instant::now() }
    }

    pub(super) fn are_due(&self) -> bool {
        self.due && Instant::now() >= self.after
    }

    /// There is a reason to ask, but it is too early.
    pub(super) fn wait(&self) -> bool {
        self.due && Instant::now() < self.after
    }

    pub(super) fn made(&mut self) {
        *self = Self { due: false, after: Instant::now() + CLAIM_EVERY };
    }
}

/// Hands one message to the client under its own id.
pub(super) async fn send(
    server: Server,
    sender: Sender,
    client: Arc<Client>,
    seen: Seen,
    message: Claimed,
) -> (String, std::result::Result<(), SendError>) {
    let to = match (&message.phone, &message.lid) {
        (Some(phone), _) => Jid::pn(phone.as_str()),
        (None, Some(lid)) => Jid::lid(lid.as_str()),
        (None, None) => {
            return (message.wa_id, Err(SendError::InvalidRequest("a contact without phone and LID".into())));
        }
    };
    let options = SendOptions::default().with_message_id(message.wa_id.clone());
    let words = if message.media_id.is_some() {
        match attached(&server, sender, message.message_id, message.body).await {
            Ok(Some(attached)) => file::message(attached),
            // Claimed only while the network has its file: it is looked up again.
            Ok(None) => return (message.wa_id, Err(SendError::NotLoggedIn)),
            Err(error) => {
                return (message.wa_id, Err(SendError::Internal(error.into())));
            }
        }
    } else {
        content::text(&message.body)
    };
    if let Some(ms) = message.typing_ms {
        seen.typing(&client, &to, ms).await;
    }
    let outcome = client.send_message_with_options(to, words, options).await;
    (message.wa_id, outcome.map(|_| ()))
}

/// The file that goes with a message, for its words to the network.
async fn attached(server: &Server, sender: Sender, message: MessageId, caption: String) -> Result<Option<Attached>> {
    let row = { store::sending(&mut server.db.system_read().await?, sender, message).await? };
    let Some(row) = row else { return Ok(None) };
    let plain = server.cipher.open(&upload_of(sender, row.media_id, row.kind), &row.place)?;
    let small = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok());
    Ok(Some(Attached {
        place: serde_json::from_slice(&plain).map_err(anyhow::Error::from)?,
        name: row.name,
        mime: row.mime,
        size: small(row.width).zip(small(row.height)),
        seconds: small(row.seconds),
        caption,
    }))
}
