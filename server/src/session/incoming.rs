//! The client library's inbound messages in our words, stored before their receipt leaves.

use crate::{
    Server,
    engine::NudgeAll,
    error::Error,
    inbox::{self, Received},
    outbox::Sender,
    whatsapp::content,
};
use async_trait::async_trait;
use domain::{Millis, PhoneNumber};
use std::sync::Arc;
use wa_rs::{Client, InboundDurabilityHook};
use wacore::types::events::InboundMessage;
use wacore::types::message::MessageCategory;
use wacore_binary::{Jid, JidExt as _};

/// The library acknowledges a batch only after this returns.
pub(super) struct Inbound {
    pub server: Server,
    pub sender: Sender,
    /// Wakes those who fetch files.
    pub wake: NudgeAll,
}

#[async_trait]
impl InboundDurabilityHook for Inbound {
    async fn on_messages(&self, _: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        let received: Vec<_> = batch.iter().filter_map(read).collect();
        if received.is_empty() {
            return Ok(());
        }
        let with_files = received.iter().any(|message| message.content.file.is_some());
        match inbox::receive(&self.server, self.sender, received).await {
            Ok(()) => {
                if with_files {
                    self.wake.now();
                }
                Ok(())
            }
            // Not acknowledged: the network sends them again, to whoever owns the session then.
            Err(error @ Error::Stale(_)) => Err(error.into()),
            Err(error) => {
                tracing::error!(number.id = %self.sender.number, %error, "inbound messages could not be stored");
                Err(error.into())
            }
        }
    }
}

/// `None` for what belongs to no one-to-one thread: groups, broadcasts, messages between own devices, keys.
fn read(inbound: &InboundMessage) -> Option<Received> {
    let info = &inbound.info;
    let source = &info.source;
    if info.category == MessageCategory::Peer || source.is_group || source.chat.is_group() {
        return None;
    }
    if source.chat.is_status_broadcast() || source.chat.is_newsletter() {
        return None;
    }
    let (first, second) = if source.is_from_me {
        (Some(&source.chat), source.recipient_alt.as_ref())
    } else {
        (Some(&source.sender), source.sender_alt.as_ref())
    };
    let sides = || [first, second].into_iter().flatten();
    let phone = sides().find(|jid| !jid.is_lid()).and_then(phone);
    let lid = sides().find(|jid| jid.is_lid()).map(|jid| jid.user.to_string());
    if phone.is_none() && lid.is_none() {
        return None;
    }
    Some(Received {
        phone,
        lid,
        push_name: info.push_name.chars().take(200).collect(),
        from_me: source.is_from_me,
        wa_id: info.id.to_string(),
        chat: source.chat.to_string(),
        content: content::read(&inbound.message)?,
        at: Millis(info.timestamp.timestamp_millis()),
    })
}

/// The phone number of a jid that has one.
pub(super) fn phone(jid: &Jid) -> Option<PhoneNumber> {
    PhoneNumber::from_e164(&jid.user).ok()
}
