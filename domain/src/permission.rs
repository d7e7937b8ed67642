//! Who may do what. A closed list, so that a test can walk all of it.

use crate::status::status;
use serde::{Deserialize, Serialize};

status! {
    /// What a member is in a tenant. Each role may do all that the next may.
    Role {
        /// Everything, money and deletion included.
        Owner => "owner",
        /// Everything but money and ownership.
        Admin => "admin",
        /// Campaigns, contacts, chatbot; no numbers.
        Marketer => "marketer",
        /// The inbox.
        Agent => "agent",
    }
}

/// One thing a member may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Permission {
    /// See totals and lists.
    View,
    /// Read and answer conversations.
    InboxUse,
    /// Add, import and change contacts.
    ContactWrite,
    /// Write campaigns.
    CampaignWrite,
    /// Start, pause, resume and cancel campaigns.
    CampaignSend,
    /// Change the chatbot.
    ChatbotWrite,
    /// Link, unlink and change numbers.
    NumberWrite,
}

impl Permission {
    pub const ALL: [Self; 7] = [
        Self::View,
        Self::InboxUse,
        Self::ContactWrite,
        Self::CampaignWrite,
        Self::CampaignSend,
        Self::ChatbotWrite,
        Self::NumberWrite,
    ];
}

impl Role {
    /// Whether a member with this role may do it.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::*;
        match self {
            Self::Owner | Self::Admin => true,
            Self::Marketer => permission != NumberWrite,
            Self::Agent => matches!(permission, View | InboxUse),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_answers_and_nothing_else() {
        let allowed: Vec<_> = Permission::ALL.into_iter().filter(|p| Role::Agent.may(*p)).collect();
        assert_eq!(allowed, [Permission::View, Permission::InboxUse]);
    }

    #[test]
    fn each_role_may_do_all_that_the_next_may() {
        for pair in Role::ALL.windows(2) {
            for permission in Permission::ALL {
                assert!(pair[0].may(permission) || !pair[1].may(permission), "{permission:?}");
            }
        }
    }
}
