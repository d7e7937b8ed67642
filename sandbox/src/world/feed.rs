//! What happens, told to whoever watches.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::presence::ChatState;
use crate::address::{GroupId, Phone, Recipient};
use crate::wire::noise::Handshake;

/// Watchers that fall further behind lose events and should look again.
const BACKLOG: usize = 1024;

/// One thing that happened. A hint: the control API has the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Happening {
    AccountAdded {
        account: Phone,
    },
    DeviceLinked {
        account: Phone,
        device: u16,
    },
    DeviceUnlinked {
        account: Phone,
        device: u16,
    },
    DeviceConnected {
        account: Phone,
        device: u16,
        handshake: Handshake,
    },
    DeviceDisconnected {
        account: Phone,
        device: u16,
    },
    MessageAccepted {
        from: Phone,
        to: Recipient,
        id: String,
    },
    /// The network would not take it.
    MessageRefused {
        from: Phone,
        to: Recipient,
        id: String,
    },
    /// It came again, unasked.
    MessageRepeated {
        from: Phone,
        to: Recipient,
        id: String,
    },
    /// The recipient could read it.
    MessageDecrypted {
        from: Phone,
        to: Recipient,
        id: String,
    },
    /// The recipient could not, and asked for it again.
    MessageUnreadable {
        from: Phone,
        to: Recipient,
        id: String,
    },
    MessageDelivered {
        from: Phone,
        to: Recipient,
        id: String,
    },
    MessageRead {
        from: Phone,
        to: Recipient,
        id: String,
    },
    /// The recipient's phone has fetched the file of a message, or could not.
    MediaFetched {
        from: Phone,
        to: Recipient,
        id: String,
    },
    /// Somebody types, records a voice note or stops.
    ChatState {
        from: Phone,
        to: Phone,
        state: ChatState,
    },
    /// Somebody came or went.
    Presence {
        who: Phone,
        available: bool,
    },
    /// A group was made, or its participants or subject changed.
    GroupChanged {
        group: GroupId,
    },
    Reset {
        server_id: String,
    },
}

/// The stream of events.
pub struct Feed(broadcast::Sender<Happening>);

impl Default for Feed {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Feed {
    /// Tells everyone who watches.
    pub fn tell(&self, happening: Happening) {
        // Nobody watching is no error.
        let _ = self.0.send(happening);
    }

    /// Watches from now on.
    pub fn watch(&self) -> broadcast::Receiver<Happening> {
        self.0.subscribe()
    }
}
