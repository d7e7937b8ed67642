//! Every id is its own type: a `CampaignId` cannot be passed where a `ContactId` is meant.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, concat!(stringify!($name), "({})"), self.0) }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self { Self(id) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { Uuid::from_str(s).map(Self) }
        }
    )+ };
}

ids! {
    /// A company that uses Sapa. Everything but people belongs to one.
    TenantId,
    /// A person with a sign-in; a member of one or more tenants.
    UserId,
    /// One sign-in of a person on one browser.
    SignInId,
    /// A WhatsApp number of a tenant.
    NumberId,
    /// The link between a number and the WhatsApp network.
    SessionId,
    /// A person a tenant knows.
    ContactId,
    /// One uploaded contact file.
    ImportId,
    /// One campaign.
    CampaignId,
    /// One row of the outbox: a message on its way out.
    OutboxId,
    /// The thread between one number and one contact.
    ConversationId,
    /// One message in a conversation.
    MessageId,
    /// One file that messages carry.
    MediaId,
    /// One rule of the chatbot.
    RuleId,
}
