//! Questions in GraphQL, of which the network answers those about an account's limits.

use anyhow::Result;
use serde_json::json;
use wacore::iq::mex_operations::{
    fetch_new_chat_message_capping_info as capping, fetch_reachout_timelock as time_lock,
};
use wacore_binary::Node;

use super::Session;
use crate::wire::{Stanza, leaf};
use crate::world::policy::Limits;

const DAY_SECS: i64 = 86_400;
/// From which part of the day's new chats on the account is warned, in percent: what WhatsApp's clients assume, and, as
/// nothing is known of the second warning, halfway from there to the end.
const FIRST_WARNING: u64 = 50;
const SECOND_WARNING: u64 = 75;

impl Session {
    pub(super) fn answer_mex(&self, iq: &Node) -> Result<()> {
        let (account, _) = self.device()?;
        let query = iq.needs("query")?.text("query_id").unwrap_or_default();
        let now = self.world.clock.now_ms();
        let limits = || self.world.ledger.limits(account.phone, now);
        let data = match query.as_str() {
            time_lock::DOC_ID => json!(time_lock_of(&limits())),
            capping::DOC_ID => json!(capping_of(&limits(), now)),
            _ => {
                tracing::debug!(query, "unknown question in GraphQL");
                self.error(iq, 501, "feature-not-implemented");
                return Ok(());
            }
        };
        self.result(iq, vec![leaf("result", json!({"data": data}).to_string())]);
        Ok(())
    }
}

fn time_lock_of(limits: &Limits) -> time_lock::Response {
    let state = time_lock::Xwa2FetchAccountReachoutTimelock {
        enforcement_type: Some("DEFAULT".into()),
        is_active: Some(limits.locked_until_ms.is_some()),
        time_enforcement_ends: limits.locked_until_ms.map(|until| ceil_secs(until).to_string()),
    };
    time_lock::Response { xwa2_fetch_account_reachout_timelock: Some(state) }
}

fn capping_of(limits: &Limits, now: i64) -> capping::Response {
    let now = now.div_euclid(1000);
    let begins = now - now.rem_euclid(DAY_SECS);
    let info = capping::Xwa2MessageCappingInfo {
        capping_status: Some(capping_status(limits).into()),
        cycle_start_timestamp: Some(begins),
        cycle_end_timestamp: Some(begins + DAY_SECS),
        server_sent_timestamp: Some(now),
        total_quota: limits.new_chats_per_day.map(|most| most.to_string()),
        used_quota: limits.new_chats_today.map(|used| used.to_string()),
        ..Default::default()
    };
    capping::Response { xwa2_message_capping_info: Some(info) }
}

fn capping_status(limits: &Limits) -> &'static str {
    let (Some(used), Some(most)) = (limits.new_chats_today, limits.new_chats_per_day) else { return "NONE" };
    let percent = used.saturating_mul(100) / most.max(1);
    match percent {
        _ if used >= most => "CAPPED",
        SECOND_WARNING.. => "SECOND_WARNING",
        FIRST_WARNING.. => "FIRST_WARNING",
        _ => "NONE",
    }
}

/// Rounded up, so that who waits until then gets through.
fn ceil_secs(at_ms: i64) -> i64 {
    at_ms.saturating_add(999).div_euclid(1000)
}
