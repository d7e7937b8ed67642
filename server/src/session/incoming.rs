//! The client library's inbound messages in our words, stored before their receipt leaves.

use super::{
    history::{self, Memory},
    intake::Intake,
    store,
};
use crate::{
    Server,
    inbox::Received,
    outbox::Sender,
    whatsapp::content::{self, Content, Said},
};
use async_trait::async_trait;
use domain::{Millis, message::MessageKind};
use std::sync::Arc;
use wa_rs::{Client, InboundDurabilityHook};
use wacore::types::{
    events::{DecryptFailMode, InboundMessage, MessageBatch, UnavailableType, UndecryptableMessage},
    message::{EditAttribute, MessageCategory, MessageInfo},
};
use wacore_binary::JidExt as _;

/// Characters kept of what people call themselves; WhatsApp allows 25.
const LONGEST_NAME: usize = 200;
/// Bytes of the longest address of a chat with one person, with room.
const LONGEST_CHAT: usize = 128;

/// The library acknowledges a batch only after this returns.
pub(super) struct Inbound {
    pub server: Server,
    pub sender: Sender,
    pub memory: Memory,
    pub intake: Intake,
}

#[async_trait]
impl InboundDurabilityHook for Inbound {
    async fn on_messages(&self, _: Arc<Client>, batch: &[InboundMessage]) -> anyhow::Result<()> {
        let parts = history::announced(batch);
        if !parts.is_empty() {
            store::announce(&self.server, self.sender, &parts).await?;
            self.memory.announce(parts);
        }
        let received: Vec<_> =
            batch.iter().filter_map(|inbound| addressed(&inbound.info, content::read(&inbound.message))).collect();
        Ok(self.intake.store(received).await?)
    }
}

/// Messages whose words the phone gave again: they bypass the hook, and were acknowledged long ago.
pub(super) fn recovered(batch: &MessageBatch) -> Vec<Received> {
    let is_recovered = |inbound: &&InboundMessage| inbound.info.unavailable_request_id.is_some();
    let read = |inbound: &InboundMessage| addressed(&inbound.info, content::read(&inbound.message));
    batch.messages.iter().filter(is_recovered).filter_map(read).collect()
}

/// What stands in a thread for a message that cannot be read: until it comes again, or for good.
pub(crate) fn unreadable(event: &UndecryptableMessage) -> Option<Received> {
    // Keys, and changes of other messages: what stands for them would stay for ever.
    if event.decrypt_fail_mode == DecryptFailMode::Hide || event.info.edit != EditAttribute::Empty {
        return None;
    }
    let kind = match event.unavailable_type {
        UnavailableType::ViewOnce => MessageKind::ViewOnce,
        // Nobody will give it again.
        UnavailableType::Hosted | UnavailableType::Bot => MessageKind::Other,
        UnavailableType::Unknown => MessageKind::Undecryptable,
    };
    addressed(&event.info, Said::Message(Content { kind, text: String::new(), file: None, quote: None }))
}

/// `None` for what belongs to no one-to-one thread: groups, broadcasts, messages between own devices, keys.
pub(crate) fn addressed(info: &MessageInfo, said: Said) -> Option<Received> {
    let source = &info.source;
    if info.category == MessageCategory::Peer || source.is_group || source.chat.is_group() {
        return None;
    }
    if source.chat.is_status_broadcast() || source.chat.is_newsletter() {
        return None;
    }
    let (first, second) = if source.is_from_me {
        (Some(&source.chat), source.recipient_alt.as_ref().or(info.peer_recipient_pn.as_ref()))
    } else {
        (Some(&source.sender), source.sender_alt.as_ref())
    };
    let sides = || [first, second].into_iter().flatten();
    let (phone, lid) = (sides().find_map(content::phone), sides().find_map(content::lid));
    let chat = source.chat.to_string();
    if (phone.is_none() && lid.is_none()) || chat.len() > LONGEST_CHAT || chat.contains(char::is_control) {
        return None;
    }
    Some(Received {
        phone,
        lid,
        push_name: content::one_line(&info.push_name, LONGEST_NAME),
        from_me: source.is_from_me,
        wa_id: content::wire_id(Some(&info.id.to_string()))?,
        chat,
        said,
        at: Millis(info.timestamp.timestamp_millis()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wacore_binary::Jid;

    fn event(mode: DecryptFailMode, kind: UnavailableType, edit: EditAttribute) -> UndecryptableMessage {
        let chat: Jid = "6281255500142@s.whatsapp.net".parse().expect("a jid");
        let mut info = MessageInfo { id: "A1".into(), edit, ..Default::default() };
        info.source.chat = chat.clone();
        info.source.sender = chat;
        UndecryptableMessage::builder()
            .info(Arc::new(info))
            .is_unavailable(true)
            .unavailable_type(kind)
            .decrypt_fail_mode(mode)
            .build()
    }

    /// A message from `from` with whatever else is told of its sender.
    fn from(from: &str, alt: Option<&str>) -> Option<Received> {
        let jid = |text: &str| text.parse::<Jid>().expect("a jid");
        let mut info = MessageInfo { id: "A1".into(), push_name: "Ri\r\nna\0".into(), ..Default::default() };
        (info.source.chat, info.source.sender) = (jid(from), jid(from));
        info.source.sender_alt = alt.map(jid);
        addressed(&info, content::read(&content::text("halo")))
    }

    #[test]
    fn a_person_has_a_phone_or_a_lid_and_a_name_on_one_line() {
        let both = from("770000000000001@lid", Some("6281255500142@s.whatsapp.net")).expect("a person");
        assert_eq!(both.lid.as_deref(), Some("770000000000001"));
        assert_eq!(both.phone.as_ref().map(|phone| phone.digits()), Some("6281255500142"));
        assert_eq!(both.push_name, "Rina");
    }

    #[test]
    fn digits_of_a_bot_or_a_list_are_no_phone_and_letters_no_lid() {
        for nobody in ["867051314767696@bot", "6281255500142@broadcast", "6281255500142@msgr", "seratus@lid"] {
            assert!(from(nobody, None).is_none(), "{nobody}");
        }
        assert!(from(&format!("{}@lid", "7".repeat(300)), None).is_none(), "longer than any index takes");
        let hidden = from("seratus@lid", Some("6281255500142@s.whatsapp.net")).expect("a person");
        assert_eq!((hidden.lid, hidden.phone.is_some()), (None, true));
    }

    #[test]
    fn only_messages_that_people_miss_get_a_place() {
        let kind = |mode, unavailable, edit| match unreadable(&event(mode, unavailable, edit))?.said {
            Said::Message(content) => Some(content.kind),
            _ => None,
        };
        use {DecryptFailMode::*, EditAttribute::*};
        assert_eq!(kind(Show, UnavailableType::Unknown, Empty), Some(MessageKind::Undecryptable));
        assert_eq!(kind(Show, UnavailableType::ViewOnce, Empty), Some(MessageKind::ViewOnce));
        assert_eq!(kind(Show, UnavailableType::Bot, Empty), Some(MessageKind::Other));
        assert_eq!(kind(Show, UnavailableType::Unknown, SenderRevoke), None);
        assert_eq!(kind(Hide, UnavailableType::Unknown, Empty), None);
    }
}
