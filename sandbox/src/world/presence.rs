//! Typing and presence: who is there, who writes to whom, who wants to know. Nothing of it is kept over a restart.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use wacore_binary::{Jid, Node};

use super::World;
use super::account::{Account, Addressing};
use super::feed::Happening;
use crate::address::{DeviceAddress, Phone};
use crate::wire::node;

/// How long typing is shown without news of it, in milliseconds.
const TYPING_MS: i64 = 25_000;

/// What somebody is doing in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatState {
    /// Typing.
    Composing,
    /// Recording a voice note.
    Recording,
    /// Neither any more.
    Paused,
}

/// What is shown right now.
#[derive(Default)]
pub struct Presence(Mutex<Table>);

#[derive(Default)]
struct Table {
    /// Who writes to whom, since when.
    writing: HashMap<(Phone, Phone), (ChatState, i64)>,
    /// The devices with which somebody is there; people have only their phone, 0.
    there: HashMap<Phone, BTreeSet<u16>>,
    last_seen_ms: HashMap<Phone, i64>,
    /// Who wants to know of somebody, and by which address they asked.
    watchers: HashMap<Phone, HashMap<DeviceAddress, Jid>>,
}

impl Presence {
    /// What `from` is doing in the chat with `to`, unless it has been too long.
    pub fn writing(&self, from: Phone, to: Phone, now: i64) -> Option<ChatState> {
        let (state, since) = self.table().writing.get(&(from, to)).copied()?;
        (state != ChatState::Paused && now < since.saturating_add(TYPING_MS)).then_some(state)
    }

    /// Whether one of somebody's devices says that they are there.
    pub fn is_there(&self, who: Phone) -> bool {
        self.table().is_there(who)
    }

    /// A message came: its sender is not writing any more.
    pub fn wrote(&self, from: Phone, to: Phone) {
        self.table().writing.remove(&(from, to));
    }

    /// A device does not want to know any more.
    pub fn unwatch(&self, who: Phone, watcher: DeviceAddress) {
        self.table().watchers.entry(who).or_default().remove(&watcher);
    }

    /// A device has gone, and what it wanted to know with it.
    pub fn forget_watcher(&self, watcher: DeviceAddress) {
        self.table().watchers.values_mut().for_each(|watchers| _ = watchers.remove(&watcher));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.table() = Table::default();
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Table {
    fn is_there(&self, who: Phone) -> bool {
        self.there.get(&who).is_some_and(|devices| !devices.is_empty())
    }

    fn stanza(&self, who: Phone, address: &Jid) -> Node {
        let shown = node("presence").attr("from", address);
        if self.is_there(who) {
            return shown.build();
        }
        let gone = shown.attr("type", "unavailable");
        match self.last_seen_ms.get(&who) {
            Some(at_ms) => gone.attr("last", at_ms.div_euclid(1000)).build(),
            None => gone.attr("last", "deny").build(),
        }
    }
}

impl World {
    /// Somebody types, records or stops; an account is shown it at once, a person when they look.
    pub fn write_to(&self, from: Phone, to: Phone, state: ChatState) {
        let now = self.clock.now_ms();
        self.presence.table().writing.insert((from, to), (state, now));
        self.feed.tell(Happening::ChatState { from, to, state });
        let Some(account) = self.account(to) else { return };
        let doing = match state {
            ChatState::Composing => node("composing"),
            ChatState::Recording => node("composing").attr("media", "audio"),
            ChatState::Paused => node("paused"),
        };
        let from = self.chat_jid(from, account.addressing() == Addressing::Lid);
        let shown = node("chatstate").attr("from", from).children([doing.build()]).build();
        send(&account, None, &shown);
    }

    /// Somebody comes or goes, with one of their devices. Whoever wants to know is told when it makes a difference.
    pub fn show(&self, who: Phone, device: u16, is_there: bool) {
        let now = self.clock.now_ms();
        let mut table = self.presence.table();
        let devices = table.there.entry(who).or_default();
        let before = !devices.is_empty();
        if is_there {
            _ = devices.insert(device)
        } else {
            _ = devices.remove(&device)
        }
        let after = !devices.is_empty();
        if before == after {
            return;
        }
        if before {
            table.last_seen_ms.insert(who, now);
        }
        let watchers = table.watchers.get(&who).into_iter().flatten();
        let told: Vec<_> = watchers.map(|(watcher, address)| (*watcher, table.stanza(who, address))).collect();
        drop(table);
        self.feed.tell(Happening::Presence { who, available: is_there });
        for (watcher, shown) in told {
            if let Some(account) = self.account(watcher.account) {
                send(&account, Some(watcher.device), &shown);
            }
        }
    }

    /// A device wants to know when somebody comes and goes. Returns how they are now.
    pub fn watch(&self, who: Phone, watcher: DeviceAddress, address: Jid) -> Node {
        let mut table = self.presence.table();
        let shown = table.stanza(who, &address);
        table.watchers.entry(who).or_default().insert(watcher, address);
        shown
    }
}

/// To one device of an account or to all; to those that listen now, because it would be old later.
fn send(account: &Account, device: Option<u16>, stanza: &Node) {
    let devices = account.devices();
    let listening = devices.iter().filter(|it| it.active && device.is_none_or(|only| only == it.id));
    let lines: Vec<_> = listening.filter_map(|it| it.line.clone()).collect();
    drop(devices);
    lines.iter().for_each(|line| line.send(stanza.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_ends_by_itself_and_with_the_message() {
        let presence = Presence::default();
        let [rina, shop] = [62_811_111, 62_822_222].map(|number| Phone::from_number(number).unwrap());
        let types = |state| _ = presence.table().writing.insert((rina, shop), (state, 1_000));
        types(ChatState::Recording);
        assert_eq!(presence.writing(rina, shop, 25_999), Some(ChatState::Recording));
        assert_eq!(presence.writing(rina, shop, 26_000), None);
        assert_eq!(presence.writing(shop, rina, 1_000), None);
        types(ChatState::Paused);
        assert_eq!(presence.writing(rina, shop, 1_000), None);
        types(ChatState::Composing);
        presence.wrote(rina, shop);
        assert_eq!(presence.writing(rina, shop, 1_000), None);
    }
}
