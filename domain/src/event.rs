//! What has changed, as ids: hints for open pages. Rows are the truth; a page that hears one asks again.

use crate::{CampaignId, ContactId, ConversationId, ImportId, NumberId, TenantId};
use serde::{Deserialize, Serialize};

/// Something of a tenant changed. Published after the commit that changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "event", content = "id", rename_all = "snake_case")]
pub enum Event {
    /// Counters, state or recipients of a campaign.
    CampaignChanged(CampaignId),
    /// A number's state, reason or QR code.
    NumberChanged(NumberId),
    /// A message, a tick, or the state of a conversation.
    ConversationChanged(ConversationId),
    ContactChanged(ContactId),
    ImportChanged(ImportId),
    /// The rules of the bot.
    ChatbotChanged,
    /// Something in the world of the sandbox, whichever tenant it is of. Told to operators only.
    WorldChanged,
    /// Anything may have changed: events were missed. Ask for everything shown.
    Resync,
}

/// An event and the tenant it belongs to: what travels between processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantEvent {
    pub tenant: TenantId,
    pub event: Event,
}
