//! The client library's inbound messages in our words, stored before their receipt leaves.

use crate::{
    Server,
    engine::NudgeAll,
    error::Error,
    inbox::{self, Received},
    outbox::Sender,
    whatsapp::content::{self, Content, Said},
};
use async_trait::async_trait;
use domain::{Millis, PhoneNumber, message::MessageKind};
use std::sync::Arc;
use wa_rs::{Client, InboundDurabilityHook};
use wacore::types::{
    events::{DecryptFailMode, InboundMessage, UnavailableType, UndecryptableMessage},
    message::{MessageCategory, MessageInfo},
};
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
        let received: Vec<_> =
            batch.iter().filter_map(|inbound| addressed(&inbound.info, content::read(&inbound.message)?)).collect();
        if received.is_empty() {
            return Ok(());
        }
        let has_file = |message: &Received| matches!(&message.said, Said::Message(content) if content.file.is_some());
        let with_files = received.iter().any(has_file);
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

/// What stands in a thread for a message that cannot be read: until it comes again, or for good.
pub(super) fn unreadable(event: &UndecryptableMessage) -> Option<Received> {
    // Changes and keys: nobody misses them.
    if event.decrypt_fail_mode == DecryptFailMode::Hide {
        return None;
    }
    let kind = match event.unavailable_type {
        UnavailableType::ViewOnce => MessageKind::ViewOnce,
        _ => MessageKind::Undecryptable,
    };
    addressed(&event.info, Said::Message(Content { kind, text: String::new(), file: None, quote: None }))
}

/// `None` for what belongs to no one-to-one thread: groups, broadcasts, messages between own devices, keys.
fn addressed(info: &MessageInfo, said: Said) -> Option<Received> {
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
        said,
        at: Millis(info.timestamp.timestamp_millis()),
    })
}

/// The phone number of a jid that has one.
pub(super) fn phone(jid: &Jid) -> Option<PhoneNumber> {
    PhoneNumber::from_e164(&jid.user).ok()
}
