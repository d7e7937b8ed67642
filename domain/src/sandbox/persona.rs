//! How a simulated person behaves, as a form sets it.

use crate::{Error, Field, error::Result};
use serde::{Deserialize, Serialize};

/// The longest name of a person, in characters, as on a phone.
const NAME_MAX: u32 = 25;
/// The most answers of a person.
const ANSWERS_MAX: u32 = 20;
/// How a person behaves, as a form shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonaForm {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub on_whatsapp: bool,
    /// Messages reach the phone.
    #[serde(default)]
    pub receives: bool,
    /// Messages that reached the phone are read.
    #[serde(default)]
    pub reads: bool,
    #[serde(default)]
    pub blocks: bool,
    /// Messages do not tell the number, as far as they can do without.
    #[serde(default)]
    pub hides_number: bool,
    /// There is a picture of them to see.
    #[serde(default)]
    pub shows_picture: bool,
    /// A line for each answer: `price = Rp 15.000`; only an answer for whatever is written.
    #[serde(default)]
    pub answers: String,
}

/// How a person behaves, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonaRules {
    /// None: the name they have by nature.
    pub name: Option<String>,
    pub on_whatsapp: bool,
    pub receives: bool,
    pub reads: bool,
    pub blocks: bool,
    pub hides_number: bool,
    pub shows_picture: bool,
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
    /// `Invalid` with the field that is wrong.
    pub fn read(&self) -> Result<PersonaRules> {
        let name = self.name.trim();
        if name.chars().count() > NAME_MAX as usize {
            return Err(Error::field("name", Field::TooLong { max: NAME_MAX }));
        }
        let lines: Vec<_> = self.answers.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let answers: Option<Vec<_>> = lines.iter().map(|line| AnswerRule::of_line(line)).collect();
        let answers = answers.ok_or_else(|| Error::field("answers", Field::Required))?;
        if answers.len() > ANSWERS_MAX as usize {
            return Err(Error::field("answers", Field::TooManyLines { max: ANSWERS_MAX }));
        }
        Ok(PersonaRules {
            name: (!name.is_empty()).then(|| name.to_owned()),
            on_whatsapp: self.on_whatsapp,
            receives: self.receives,
            reads: self.reads,
            blocks: self.blocks,
            hides_number: self.hides_number,
            shows_picture: self.shows_picture,
            answers,
        })
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
        let wrong = |form: PersonaForm| match form.read() {
            Err(Error::Invalid(problems)) => problems[0].field.clone(),
            read => panic!("not refused: {read:?}"),
        };
        assert_eq!(wrong(PersonaForm { name: "x".repeat(26), ..PersonaForm::default() }), "name");
        assert_eq!(wrong(PersonaForm { answers: "harga =".into(), ..PersonaForm::default() }), "answers");
        assert_eq!(wrong(PersonaForm { answers: "a\n".repeat(21), ..PersonaForm::default() }), "answers");
    }
}
