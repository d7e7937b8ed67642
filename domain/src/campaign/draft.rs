//! What is written in the wizard: the message and its file, whom it is for, and what still stands in the way of a start.

use super::Schedule;
use crate::{
    CampaignId, Error, FieldProblem, ImportId, NumberId,
    error::{Field, Result},
    identity::length_problem,
    media::AttachmentView,
    message::MessageKind,
};
use serde::{Deserialize, Serialize};

/// Characters of a name.
const NAME_MAX: u32 = 100;

/// Who a campaign is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Audience {
    /// Every contact that may be written to.
    Everyone,
    /// The contacts of one uploaded file.
    Import(ImportId),
    /// Whom a campaign did not reach: it failed, came too late or was stopped. Without those who are not on WhatsApp.
    Unreached(CampaignId),
}

/// Whom a copy of a campaign is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The same people.
    Everybody,
    /// Only those whom it did not reach.
    Unreached,
}

/// What a copy of a campaign is called: Promo, Promo (2), Promo (3).
pub fn name_of_copy(name: &str) -> String {
    let numbered = name.strip_suffix(')').and_then(|name| name.rsplit_once(" ("));
    let (base, number) = match numbered.and_then(|(base, number)| Some((base, number.parse::<u32>().ok()?))) {
        Some((base, number)) => (base, number.saturating_add(1)),
        None => (name, 2),
    };
    let suffix = format!(" ({number})");
    let base: String = base.chars().take(NAME_MAX as usize - suffix.len()).collect();
    format!("{}{suffix}", base.trim_end())
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
        match length_problem(&self.name, 1, NAME_MAX) {
            None => Ok(self),
            Some(problem) => Err(Error::field("name", problem)),
        }
    }

    /// What stands in the way of a start, per field, when a file of this kind goes with the message. The template is checked
    /// by whoever parses it.
    pub fn problems(&self, file: Option<MessageKind>) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let mut check = |field: &str, problem: Option<Field>| {
            problems.extend(problem.map(|problem| FieldProblem { field: field.to_owned(), problem }));
        };
        check("number", self.number.is_none().then_some(Field::Required));
        check("message", words_problem(&self.message, file));
        check("audience", self.audience.is_none().then_some(Field::Required));
        problems
    }
}

/// Whether these words, or their absence, can go with a file of this kind: a file needs none, and sound takes none.
pub fn words_problem(words: &str, file: Option<MessageKind>) -> Option<Field> {
    match (words.trim().is_empty(), file) {
        (true, None) => Some(Field::Required),
        (false, Some(MessageKind::Audio)) => Some(Field::WordsWithSound),
        _ => None,
    }
}

/// The file that goes with the message of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignFile {
    /// How it is sent.
    pub kind: MessageKind,
    pub shown: AttachmentView,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_needs_no_words_and_sound_takes_none() {
        use MessageKind::{Audio, Document, Image};
        for (words, file, problem) in [
            (" ", None, Some(Field::Required)),
            ("Halo", None, None),
            ("", Some(Image), None),
            ("Halo", Some(Document), None),
            (" ", Some(Audio), None),
            ("Halo", Some(Audio), Some(Field::WordsWithSound)),
        ] {
            assert_eq!(words_problem(words, file), problem, "{words:?} with {file:?}");
        }
    }

    #[test]
    fn copies_are_counted() {
        let longest = "a".repeat(NAME_MAX as usize);
        for (name, copy) in [
            ("Promo", "Promo (2)"),
            ("Promo (2)", "Promo (3)"),
            ("Promo (akhir)", "Promo (akhir) (2)"),
            ("Promo (4294967295)", "Promo (4294967295)"),
            (longest.as_str(), &format!("{} (2)", &longest[4..])),
        ] {
            assert_eq!(name_of_copy(name), copy);
        }
    }
}
