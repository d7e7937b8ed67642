//! Campaigns: one message to many people, each of them exactly once.

mod draft;
mod schedule;

pub use draft::{Again, Audience, CampaignFile, NewCampaign, name_of_copy, words_problem};
pub use schedule::{Clock, Schedule, ScheduleForm, TAKE_BACK_MS};

use crate::{
    CampaignId, ContactId, Error, Millis, NumberId, PhoneNumber, Template, TenantId,
    contact::{ContactView, Variables},
    error::{Refusal, Result},
    message::{FailReason, MessageKind, MessageState},
    status::status,
    template::{self, Rendered},
};
use serde::{Deserialize, Serialize};

/// Longest message of a campaign, in characters.
pub const MESSAGE_MAX: u32 = 4_096;

/// Chooses the alternatives in one person's text: the same in the preview and after every pause, retry and restart.
pub fn text_seed(tenant: TenantId, campaign: CampaignId, contact: ContactId) -> u64 {
    let ids = [tenant.0, campaign.0, contact.0].map(uuid::Uuid::into_bytes);
    template::seed(ids.as_flattened())
}

/// The text for a person: word for word what is sent when `shuffle` is 0 and the draft is saved. Without a person every
/// variable falls back.
pub fn render(
    template: &Template,
    tenant: TenantId,
    campaign: Option<CampaignId>,
    person: Option<&ContactView>,
    shuffle: u64,
) -> Rendered {
    let seed = campaign.zip(person).map_or(0, |(campaign, person)| text_seed(tenant, campaign, person.id));
    let values = person.map_or_else(Variables::default, |person| {
        let name = if person.name.trim().is_empty() { &person.push_name } else { &person.name };
        Variables::of(name, person.phone.as_ref(), &person.attributes)
    });
    template.render(seed.wrapping_add(shuffle), |key| values.get(key))
}

status! {
    /// Where a campaign is.
    CampaignStatus {
        /// Being written.
        Draft => "draft",
        /// Ready; begins by itself at its time.
        Scheduled => "scheduled",
        /// Feeding the outbox.
        Running => "running",
        /// Stopped by hand; nothing leaves until it is resumed.
        Paused => "paused",
        /// Ended by hand; what had not left never will.
        Cancelled => "cancelled",
        /// Every recipient is final.
        Finished => "finished",
    }
}

impl CampaignStatus {
    /// Draft → Scheduled.
    pub fn schedule(self) -> Result<Self> {
        self.step(&[Self::Draft], Self::Scheduled)
    }

    /// Scheduled → Draft.
    pub fn take_back(self) -> Result<Self> {
        self.step(&[Self::Scheduled], Self::Draft)
    }

    /// Draft or Scheduled → Running.
    pub fn start(self) -> Result<Self> {
        self.step(&[Self::Draft, Self::Scheduled], Self::Running)
    }

    /// Running → Paused.
    pub fn pause(self) -> Result<Self> {
        self.step(&[Self::Running], Self::Paused)
    }

    /// Paused → Running.
    pub fn resume(self) -> Result<Self> {
        self.step(&[Self::Paused], Self::Running)
    }

    /// Running or Paused → Cancelled.
    pub fn cancel(self) -> Result<Self> {
        self.step(&[Self::Running, Self::Paused], Self::Cancelled)
    }

    /// Running → Finished.
    pub fn finish(self) -> Result<Self> {
        self.step(&[Self::Running], Self::Finished)
    }

    /// What becomes of it when its number is deleted: Paused → Running, because what is under way ends by itself, all who
    /// have nothing yet failed; Scheduled → Draft, because it needs another number. Everything else stays as it is.
    pub fn lose_number(self) -> Self {
        match self {
            Self::Paused => Self::Running,
            Self::Scheduled => Self::Draft,
            other => other,
        }
    }

    /// Whether nothing of it leaves any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Finished)
    }

    /// Whether anything may still leave, now or after resuming.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }

    fn step(self, from: &[Self], to: Self) -> Result<Self> {
        if from.contains(&self) { Ok(to) } else { Err(Error::Refused(Refusal::CampaignState)) }
    }
}

/// How many recipients are in each place. `sent` includes delivered, delivered includes read: as on the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignTotals {
    pub recipients: u64,
    /// Left out before the start: they opted out.
    pub excluded: u64,
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    /// People who answered, each counted once.
    pub replied: u64,
    pub failed: u64,
    pub expired: u64,
    pub cancelled: u64,
}

impl CampaignTotals {
    /// Whose message will not leave.
    pub fn unreached(&self) -> u64 {
        self.failed + self.expired + self.cancelled
    }

    /// Not yet final.
    pub fn queued(&self) -> u64 {
        self.recipients.saturating_sub(self.sent + self.unreached())
    }

    /// The parts of the ledger bar: each person in exactly one place; the parts add up to `recipients`.
    pub fn ledger(&self) -> Ledger {
        // A reply without a read receipt (receipts can be switched off) is still a reply, never a reader too.
        let replied = self.replied.min(self.sent);
        let read = self.read.max(replied);
        let delivered = self.delivered.max(read);
        Ledger {
            replied,
            read: read - replied,
            delivered: delivered - read,
            awaiting: self.sent.saturating_sub(delivered),
            failed: self.failed,
            expired: self.expired,
            cancelled: self.cancelled,
            queued: self.queued(),
        }
    }
}

/// Each recipient in exactly one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub replied: u64,
    pub read: u64,
    pub delivered: u64,
    /// Submitted, no delivery receipt yet.
    pub awaiting: u64,
    pub failed: u64,
    /// Too late.
    pub expired: u64,
    /// Stopped before they left.
    pub cancelled: u64,
    pub queued: u64,
}

/// A campaign as lists and its page show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignView {
    pub id: CampaignId,
    pub name: String,
    pub status: CampaignStatus,
    pub number: Option<NumberId>,
    pub number_label: Option<String>,
    pub message: String,
    /// How the file that goes with it is sent, if there is one.
    pub file: Option<MessageKind>,
    pub audience: Option<Audience>,
    /// How the audience is named: the file, or the campaign that did not reach it; none for everyone.
    pub audience_name: Option<String>,
    pub schedule: Schedule,
    /// When it begins, while it is scheduled.
    pub starts_at: Option<Millis>,
    pub totals: CampaignTotals,
    pub created_at: Millis,
    pub started_at: Option<Millis>,
    pub ended_at: Option<Millis>,
    /// Recipients are still being written down after the start.
    pub preparing: bool,
}

/// One minute of a campaign: how many reached each state in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignMinute {
    /// Start of the minute.
    pub at: Millis,
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    pub replied: u64,
    pub failed: u64,
}

/// One recipient and where the message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientView {
    pub contact: ContactId,
    pub name: String,
    pub phone: PhoneNumber,
    pub state: MessageState,
    pub replied: bool,
    pub fail_reason: Option<FailReason>,
    /// Last change of state.
    pub changed_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_drawn_steps_are_possible() {
        use CampaignStatus::*;
        type Step = fn(CampaignStatus) -> Result<CampaignStatus>;
        let steps: [(&str, Step); 7] = [
            ("schedule", CampaignStatus::schedule),
            ("take back", CampaignStatus::take_back),
            ("start", CampaignStatus::start),
            ("pause", CampaignStatus::pause),
            ("resume", CampaignStatus::resume),
            ("cancel", CampaignStatus::cancel),
            ("finish", CampaignStatus::finish),
        ];
        let mut drawn = Vec::new();
        for from in CampaignStatus::ALL {
            for (name, step) in &steps {
                if let Ok(to) = step(*from) {
                    drawn.push((*from, *name, to));
                }
            }
        }
        assert_eq!(
            drawn,
            [
                (Draft, "schedule", Scheduled),
                (Draft, "start", Running),
                (Scheduled, "take back", Draft),
                (Scheduled, "start", Running),
                (Running, "pause", Paused),
                (Running, "cancel", Cancelled),
                (Running, "finish", Finished),
                (Paused, "resume", Running),
                (Paused, "cancel", Cancelled),
            ]
        );
    }

    #[test]
    fn a_campaign_that_loses_its_number_comes_to_an_end() {
        use CampaignStatus::*;
        let after: Vec<_> = CampaignStatus::ALL.iter().map(|status| status.lose_number()).collect();
        assert_eq!(after, [Draft, Draft, Running, Running, Cancelled, Finished]);
    }

    proptest::proptest! {
        #[test]
        fn the_ledger_always_adds_up(
            places in proptest::array::uniform4(0u64..500),
            [sent, delivered, read, replied] in proptest::array::uniform4(0u64..500),
        ) {
            let [failed, expired, cancelled, queued] = places;
            let delivered = delivered.min(sent);
            let totals = CampaignTotals {
                recipients: sent + failed + expired + cancelled + queued,
                excluded: 0,
                sent,
                delivered,
                read: read.min(delivered),
                replied: replied.min(sent),
                failed,
                expired,
                cancelled,
            };
            let ledger = totals.ledger();
            let on_the_way = ledger.replied + ledger.read + ledger.delivered + ledger.awaiting;
            proptest::prop_assert_eq!(on_the_way, sent);
            proptest::prop_assert_eq!([ledger.failed, ledger.expired, ledger.cancelled, ledger.queued], places);
        }
    }
}
