//! How a session begins and ends.

use anyhow::{Context as _, Result};
use wacore_binary::Node;

use super::{Role, Session};
use crate::address::Phone;
use crate::wire::channel::Introduction;
use crate::wire::{NETWORK, leaf, node};
use crate::world::fault::{Fault, FaultKind};
use crate::world::feed::Happening;

/// How long the ban of a fault lasts, as told to the client.
const BAN_SECS: u64 = 3_600;
/// "Sent too many people": the reason of a ban unless the fault says another.
const BAN_REASON: u32 = 101;

impl Session {
    /// Decides who the client is from its first words.
    pub(crate) fn begin(&mut self, introduction: &Introduction) -> Result<()> {
        if introduction.payload.device_pairing_data.is_set() {
            return self.begin_pairing(introduction);
        }
        self.log_in(introduction)
    }

    fn log_in(&mut self, introduction: &Introduction) -> Result<()> {
        let payload = &introduction.payload;
        let phone = Phone::from_number(payload.username.context("a login without number")?);
        let device = u16::try_from(payload.device.unwrap_or(0)).context("a device number out of range")?;
        let account = phone.and_then(|phone| self.world.account(phone));
        let known = |account: &std::sync::Arc<crate::world::account::Account>| {
            let key = account.with_device(device, |device| device.registration.noise_key);
            key == Some(introduction.client_key)
        };
        let Some(account) = account.filter(known) else {
            return self.refuse(failure(401));
        };
        let now = self.world.clock.now_ms();
        if let Some(until) = self.world.ledger.limits(account.phone, now).banned_until_ms {
            return self.refuse(ban(BAN_REASON, until.abs_diff(now).div_ceil(1000)));
        }
        if let Some(fault) = self.world.faults.strike_connection(account.phone) {
            if fault.kind == FaultKind::LoggedOut {
                self.world.unlink_device(&account, device);
            }
            return self.refuse(login_failure(&fault));
        }
        let previous = account.with_device(device, |device| {
            (device.active, device.backlog) = (false, None);
            device.line.replace(self.line.clone())
        });
        if let Some(previous) = previous.flatten() {
            let replaced = node("conflict").attr("type", "replaced").build();
            previous.send(node("stream:error").children([replaced]).build());
            previous.hang_up();
        }
        let success = node("success").attr("t", self.world.clock.now_secs()).attr("props", "27");
        let success = success.attr("companion_enc_static", "sandbox").attr("location", "sandbox");
        self.line.send(success.attr("lid", account.jid(device, true)).build());
        let routing = node("edge_routing").children([leaf("routing_info", *b"SANDBOX")]).build();
        self.line.send(node("ib").attr("from", NETWORK).children([routing]).build());
        let handshake = introduction.handshake;
        self.world.feed.tell(Happening::DeviceConnected { account: account.phone, device, handshake });
        self.role = Role::Device { account, device };
        Ok(())
    }

    fn refuse(&self, failure: Option<Node>) -> Result<()> {
        failure.into_iter().for_each(|failure| self.line.send(failure));
        self.line.hang_up();
        Ok(())
    }

    /// Tidies up after a client that has gone.
    pub(crate) fn end(&self) {
        self.world.pairings.leave(&self.line);
        let Role::Device { account, device } = &self.role else { return };
        let ours = account.with_device(*device, |device| {
            let ours = device.line.as_ref().is_some_and(|line| line.is(&self.line));
            if ours {
                device.line = None;
                (device.active, device.backlog) = (false, None);
            }
            ours
        });
        // A device that was unlinked is gone as well.
        if ours != Some(false) {
            self.world.presence.forget_watcher(account.device(*device));
            self.world.show(account.phone, *device, false);
        }
        if ours == Some(true) {
            self.world.feed.tell(Happening::DeviceDisconnected { account: account.phone, device: *device });
        }
    }
}

fn failure(reason: u32) -> Option<Node> {
    Some(node("failure").attr("reason", reason).attr("location", "sandbox").build())
}

/// What a fault says to somebody who logs in; nothing when the line simply breaks.
fn login_failure(fault: &Fault) -> Option<Node> {
    match fault.kind {
        FaultKind::LoggedOut => failure(401),
        FaultKind::Server503 => failure(503),
        FaultKind::StreamReplaced => {
            let replaced = node("conflict").attr("type", "replaced").build();
            Some(node("stream:error").children([replaced]).build())
        }
        FaultKind::TemporaryBan => ban(fault.code.unwrap_or(BAN_REASON), BAN_SECS),
        _ => None,
    }
}

fn ban(reason: u32, secs: u64) -> Option<Node> {
    Some(node("failure").attr("reason", "402").attr("code", reason).attr("expire", secs).build())
}
