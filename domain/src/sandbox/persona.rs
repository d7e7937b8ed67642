//! Simulated people, as forms set them: how they behave toward a number, and who they are to everybody.

use crate::{Error, Field, error::Result};
use serde::{Deserialize, Serialize};

/// The longest name of a person, in characters, as on a phone.
const NAME_MAX: u32 = 25;
/// The most answers of a person.
const ANSWERS_MAX: u32 = 20;

/// How people behave, as a form shows it: one person toward one number, or everybody who was not told otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonaForm {
    /// Messages reach the phone.
    #[serde(default)]
    pub receives: bool,
    /// Messages that reached the phone are read.
    #[serde(default)]
    pub reads: bool,
    /// Messages are answered.
    #[serde(default)]
    pub replies: bool,
    #[serde(default)]
    pub blocks: bool,
    /// Messages do not tell the number, as far as they can do without.
    #[serde(default)]
    pub hides_number: bool,
    /// A line for each answer: `price = Rp 15.000`; only an answer for whatever is written. Without any who answers makes
    /// small talk.
    #[serde(default)]
    pub answers: String,
}

/// How people behave, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaRules {
    pub receives: bool,
    pub reads: bool,
    pub replies: bool,
    pub blocks: bool,
    pub hides_number: bool,
    pub answers: Vec<AnswerRule>,
}

/// An answer that a person gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRule {
    /// Words that the message has; empty: any message.
    pub words: String,
    pub answer: String,
}

impl AnswerRule {
    /// As it stands in a form.
    pub fn line(&self) -> String {
        match (self.words.is_empty(), self.answer.contains('=')) {
            (true, false) => self.answer.clone(),
            (true, true) => format!("= {}", self.answer),
            (false, _) => format!("{} = {}", self.words, self.answer),
        }
    }

    fn of_line(line: &str) -> Option<Self> {
        let (words, answer) = line.split_once('=').unwrap_or(("", line));
        let (words, answer) = (words.trim().to_owned(), answer.trim().to_owned());
        (!answer.is_empty()).then_some(Self { words, answer })
    }
}

impl PersonaForm {
    /// The behaviour, checked.
    ///
    /// # Errors
    /// `Invalid { answers }`
    pub fn read(&self) -> Result<PersonaRules> {
        let lines: Vec<_> = self.answers.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let answers: Option<Vec<_>> = lines.iter().map(|line| AnswerRule::of_line(line)).collect();
        let answers = answers.ok_or_else(|| Error::field("answers", Field::Required))?;
        if answers.len() > ANSWERS_MAX as usize {
            return Err(Error::field("answers", Field::TooManyLines { max: ANSWERS_MAX }));
        }
        let Self { receives, reads, replies, blocks, hides_number, .. } = *self;
        Ok(PersonaRules { receives, reads, replies, blocks, hides_number, answers })
    }
}

/// Who a person is, the same for every number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonForm {
    /// Empty: the name they have by nature.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub on_whatsapp: bool,
    /// There is a picture of them to see.
    #[serde(default)]
    pub shows_picture: bool,
}

impl PersonForm {
    /// The name they are given, checked; none: the one they have by nature.
    ///
    /// # Errors
    /// `Invalid { name }`
    pub fn name(&self) -> Result<Option<&str>> {
        let name = self.name.trim();
        if name.chars().count() > NAME_MAX as usize {
            return Err(Error::field("name", Field::TooLong { max: NAME_MAX }));
        }
        Ok((!name.is_empty()).then_some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_line_by_line_and_written_the_same() {
        let answers = "harga = Rp 15.000\n\n  stop=berhenti \n= total = 5\nhalo";
        let rules = PersonaForm { answers: answers.into(), ..PersonaForm::default() }.read().expect("rules");
        let pairs: Vec<_> = rules.answers.iter().map(|rule| (rule.words.as_str(), rule.answer.as_str())).collect();
        assert_eq!(pairs, [("harga", "Rp 15.000"), ("stop", "berhenti"), ("", "total = 5"), ("", "halo")]);
        let lines: Vec<_> = rules.answers.iter().map(AnswerRule::line).collect();
        assert_eq!(lines, ["harga = Rp 15.000", "stop = berhenti", "= total = 5", "halo"]);
    }

    #[test]
    fn what_cannot_be_a_persona_names_its_field() {
        fn wrong<T: std::fmt::Debug>(read: Result<T>) -> String {
            match read {
                Err(Error::Invalid(problems)) => problems[0].field.clone(),
                read => panic!("not refused: {read:?}"),
            }
        }
        let answers = |answers: &str| PersonaForm { answers: answers.into(), ..PersonaForm::default() }.read();
        assert_eq!(wrong(answers("harga =")), "answers");
        assert_eq!(wrong(answers(&"a\n".repeat(21))), "answers");
        let name = |name: &str| PersonForm { name: name.into(), ..PersonForm::default() };
        assert_eq!(wrong(name(&"x".repeat(26)).name()), "name");
        assert_eq!((name(" Rina ").name(), name("  ").name()), (Ok(Some("Rina")), Ok(None)));
    }
}
