//! Campaigns: one message to many people, each of them exactly once.

mod schedule;

pub use schedule::{Clock, Schedule, ScheduleForm, TAKE_BACK_MS};

use crate::{
    CampaignId, ContactId, Error, FieldProblem, ImportId, Millis, NumberId, PhoneNumber, TenantId,
    error::{Field, Refusal, Result},
    identity::length_problem,
    message::{FailReason, MessageState},
    status::status,
    template,
};
use serde::{Deserialize, Serialize};

/// Longest message of a campaign, in characters.
pub const MESSAGE_MAX: u32 = 4_096;

/// Chooses the alternatives in one person's text: the same in the preview and after every pause, retry and restart.
pub fn text_seed(tenant: TenantId, campaign: CampaignId, contact: ContactId) -> u64 {
    let ids = [tenant.0, campaign.0, contact.0].map(uuid::Uuid::into_bytes);
    template::seed(ids.as_flattened())
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

    /// Whether anything may still leave, now or after resuming.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }

    fn step(self, from: &[Self], to: Self) -> Result<Self> {
        if from.contains(&self) { Ok(to) } else { Err(Error::Refused(Refusal::CampaignState)) }
    }
}

/// Who a campaign is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Audience {
    /// Every contact that may be written to.
    Everyone,
    /// The contacts of one uploaded file.
    Import(ImportId),
}

/// What is typed in the wizard; saved as a draft at each step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCampaign {
    pub name: String,
    pub number: Option<NumberId>,
    /// The template as typed.
    pub message: String,
    pub audience: Option<Audience>,
    #[serde(default)]
    pub schedule: Schedule,
}

impl NewCampaign {
    /// The name is needed to save a draft; number, message and audience only to start.
    pub fn checked_draft(mut self) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        match length_problem(&self.name, 1, 100) {
            None => Ok(self),
            Some(problem) => Err(Error::field("name", problem)),
        }
    }

    /// What is still missing before it can start, per field. The template is checked by whoever parses it.
    pub fn missing(&self) -> Vec<FieldProblem> {
        let mut missing = Vec::new();
        let mut need = |field: &str, there: bool| {
            if !there {
                missing.push(FieldProblem { field: field.to_owned(), problem: Field::Required });
            }
        };
        need("number", self.number.is_some());
        need("message", !self.message.trim().is_empty());
        need("audience", self.audience.is_some());
        missing
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
    /// Not yet final.
    pub fn queued(&self) -> u64 {
        self.recipients.saturating_sub(self.sent + self.failed + self.expired + self.cancelled)
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
    pub audience: Option<Audience>,
    /// How the audience is named: the file, or none for everyone.
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
        fn the_ledger_always_adds_up(sent in 0u64..500, delivered in 0u64..500, read in 0u64..500, replied in 0u64..500, failed in 0u64..500, queued in 0u64..500) {
            let delivered = delivered.min(sent);
            let totals = CampaignTotals {
                recipients: sent + failed + queued, sent, delivered, read: read.min(delivered), replied: replied.min(sent), failed,
                ..Default::default()
            };
            let l = totals.ledger();
            proptest::prop_assert_eq!(l.replied + l.read + l.delivered + l.awaiting + l.failed + l.expired + l.cancelled + l.queued, totals.recipients);
        }
    }
}
