//! Who is told when an account's devices change: its own devices, and those of accounts that hold a list of them.

use wacore_binary::Node;

use super::World;
use super::account::Account;
use super::mailbox::{Class, HeldKey};
use crate::handset::{self, BOOK};
use crate::wire::{NETWORK, node};

/// What happened to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Added,
    Removed,
}

/// A name for a list of devices: the same list always has the same.
pub fn list_hash(devices: &[u16]) -> String {
    devices.iter().fold("2:0".to_owned(), |hash, id| format!("{hash}-{id}"))
}

/// The phone's signed word on which of its devices are valid.
pub fn key_indexes(world: &World, account: &Account, devices: &[u16]) -> Node {
    let now = world.clock.now_secs();
    let signed = handset::signed_key_indexes(account, devices, now, &mut world.random.fork());
    node("key-index-list").attr("ts", now).bytes(signed).build()
}

/// Tells everybody who needs to know that a device came or went.
pub fn devices_changed(world: &World, account: &Account, device: u16, change: Change) {
    let devices = account.device_ids();
    let own = own_list(world, account, &devices);
    for other in devices.iter().filter(|id| **id != device) {
        post(world, account, *other, own.clone());
    }
    let news = news_of(world, account, device, &devices, change);
    // Who talked with this phone before it had an account knows its devices as well.
    let mut holders = world.ledger.acquaintances(account.phone);
    holders.extend(account.list_holders());
    holders.remove(&account.phone);
    for other in holders.into_iter().filter_map(|phone| world.account(phone)) {
        for id in other.device_ids() {
            post(world, &other, id, news.clone());
        }
    }
}

/// Tells every linked device that the address book of its phone has changed, and how far it has come.
pub fn book_changed(world: &World, version: u64) {
    for account in world.accounts() {
        account.device_ids().into_iter().for_each(|device| post_version(world, &account, device, version));
    }
}

fn post_version(world: &World, account: &Account, device: u16, version: u64) {
    let changed = node("collection").attr("name", BOOK).attr("version", version).build();
    let news = node("notification").attr("from", NETWORK).attr("type", "server_sync");
    post(world, account, device, news.attr("t", world.clock.now_secs()).children([changed]).build());
}

/// For the account's own devices: the whole list.
fn own_list(world: &World, account: &Account, devices: &[u16]) -> Node {
    let mut list = vec![node("device").attr("jid", account.jid(0, false)).build()];
    list.extend(
        devices.iter().map(|id| node("device").attr("jid", account.jid(*id, false)).attr("key-index", *id).build()),
    );
    list.push(key_indexes(world, account, devices));
    let devices = node("devices").attr("dhash", list_hash(devices)).children(list).build();
    notification(world, account, "account_sync").children([devices]).build()
}

/// For others: what changed.
fn news_of(world: &World, account: &Account, device: u16, devices: &[u16], change: Change) -> Node {
    let of = node("device")
        .attr("jid", account.jid(device, false))
        .attr("lid", account.jid(device, true))
        .attr("key-index", device)
        .build();
    let operation = match change {
        Change::Added => node("add").children([of, key_indexes(world, account, devices)]),
        Change::Removed => {
            let gone = node("key-index-list").attr("ts", world.clock.now_secs()).build();
            node("remove").children([of, gone])
        }
    };
    let operation = operation.attr("device_hash", list_hash(devices)).build();
    notification(world, account, "devices").attr("lid", account.jid(0, true)).children([operation]).build()
}

fn notification(world: &World, account: &Account, kind: &'static str) -> wacore_binary::builder::NodeBuilder {
    node("notification").attr("from", account.jid(0, false)).attr("type", kind).attr("t", world.clock.now_secs())
}

fn post(world: &World, account: &Account, device: u16, mut stanza: Node) {
    let id = world.stanza_id();
    stanza.attrs.insert("id", id.as_str());
    world.post(account, device, HeldKey { class: Class::Notification, id, kind: String::new() }, stanza);
}
