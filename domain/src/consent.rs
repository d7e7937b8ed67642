//! Consent: what people write when they want to hear nothing more, or to hear again, and the ledger that proves it.

mod wish;

pub use wish::Words;

use crate::{
    ContactId, ConversationId, Error, Field, FieldProblem, Millis, PhoneNumber, error::Result, status::status,
};
use serde::{Deserialize, Serialize};

/// The most words of a tenant's own, for each wish.
pub const WORDS_MAX: u32 = 50;
/// The longest of them, in characters.
const WORD_MAX: u32 = 60;
/// The longest answer to a wish, in characters.
const ANSWER_MAX: u32 = 1_000;
/// The longest account of how somebody asked, in characters.
const NOTE_MAX: u32 = 500;
/// The most numbers that are taken from a pasted list at once.
pub const LIST_MAX: u32 = 10_000;

status! {
    /// What somebody wishes.
    Wish {
        /// To get no messages.
        OptOut => "opt_out",
        /// To get messages, perhaps again.
        OptIn => "opt_in",
    }
}

status! {
    /// Where the wish was expressed.
    WishSource {
        /// They wrote it.
        Message => "message",
        /// A member wrote down that they said so.
        Member => "member",
        /// A contact file says so.
        File => "file",
        /// A list of people who want no messages.
        List => "list",
        /// Said of them before there was a ledger.
        Earlier => "earlier",
    }
}

/// A line of the ledger: who wished what, when and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentEntry {
    pub wish: Wish,
    pub source: WishSource,
    /// Their own words, the member's account, or the name of the file.
    pub words: String,
    /// The member who wrote it down.
    pub member: Option<String>,
    pub at: Millis,
}

/// Somebody who wants no messages, and the latest proof of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptedOut {
    pub contact: ContactId,
    pub name: String,
    pub phone: Option<PhoneNumber>,
    pub since: Millis,
    pub proof: Option<ConsentEntry>,
    /// Where they talk with the tenant, if they do.
    pub conversation: Option<ConversationId>,
}

/// What became of a pasted list of people who want no messages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppressed {
    pub added: u64,
    /// They had said so before.
    pub already: u64,
    /// Lines without a number one could call.
    pub refused: u64,
    /// The first of these.
    pub wrong: Vec<String>,
}

/// How wishes are understood and answered, as a form has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentForm {
    /// Words beside the known ones, each in a line.
    #[serde(default)]
    pub out_words: String,
    #[serde(default)]
    pub in_words: String,
    /// What is answered to whoever opts out; empty: Sapa's own words.
    #[serde(default)]
    pub out_answer: String,
    #[serde(default)]
    pub in_answer: String,
    /// Whether anything is answered.
    #[serde(default)]
    pub answers: bool,
}

impl Default for ConsentForm {
    fn default() -> Self {
        let nothing = String::new;
        Self { out_words: nothing(), in_words: nothing(), out_answer: nothing(), in_answer: nothing(), answers: true }
    }
}

impl ConsentForm {
    /// Trims, and names every field that cannot be taken.
    ///
    /// # Errors
    /// `Invalid { out_words, in_words, out_answer, in_answer }`
    pub fn checked(self) -> Result<Self> {
        let mut problems = Vec::new();
        let mut check = |field: &str, problem: Option<Field>| {
            problems.extend(problem.map(|problem| FieldProblem { field: field.to_owned(), problem }));
        };
        let (out_words, in_words) = (lines(&self.out_words), lines(&self.in_words));
        check("out_words", words_problem(&out_words));
        check("in_words", words_problem(&in_words));
        let (out_answer, in_answer) = (self.out_answer.trim(), self.in_answer.trim());
        check("out_answer", too_long(out_answer, ANSWER_MAX));
        check("in_answer", too_long(in_answer, ANSWER_MAX));
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        Ok(Self {
            out_words: out_words.join("\n"),
            in_words: in_words.join("\n"),
            out_answer: out_answer.to_owned(),
            in_answer: in_answer.to_owned(),
            answers: self.answers,
        })
    }

    /// What is answered to a wish of somebody with this number; none when nothing is.
    pub fn answer(&self, wish: Wish, phone: Option<&PhoneNumber>) -> Option<String> {
        let own = match wish {
            Wish::OptOut => &self.out_answer,
            Wish::OptIn => &self.in_answer,
        };
        // Nobody knows the language of "STOP"; the country of the number is the best guess.
        let lang = match phone {
            Some(phone) if !phone.digits().starts_with("62") => crate::Lang::En,
            _ => crate::Lang::Id,
        };
        let words = if own.is_empty() { own_words(wish, lang).to_owned() } else { own.clone() };
        self.answers.then_some(words)
    }
}

fn lines(typed: &str) -> Vec<&str> {
    typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn words_problem(words: &[&str]) -> Option<Field> {
    if words.len() > WORDS_MAX as usize {
        return Some(Field::TooManyLines { max: WORDS_MAX });
    }
    words.iter().find_map(|word| too_long(word, WORD_MAX))
}

fn too_long(typed: &str, max: u32) -> Option<Field> {
    (typed.chars().count() > max as usize).then_some(Field::TooLong { max })
}

/// What Sapa answers to a wish while the tenant says nothing else.
pub fn own_words(wish: Wish, lang: crate::Lang) -> &'static str {
    match (wish, lang) {
        (Wish::OptOut, crate::Lang::Id) => {
            "Baik, kami tidak akan mengirimi Anda pesan lagi. Balas MULAI bila Anda berubah pikiran."
        }
        (Wish::OptOut, crate::Lang::En) => {
            "All right, we will not message you again. Reply START if you change your mind."
        }
        (Wish::OptIn, crate::Lang::Id) => {
            "Terima kasih, Anda akan menerima pesan kami lagi. Balas STOP untuk berhenti."
        }
        (Wish::OptIn, crate::Lang::En) => "Thank you, you will get our messages again. Reply STOP to end them.",
    }
}

/// How a member says that somebody wished something. Consent needs an account of how it was given.
///
/// # Errors
/// `Invalid { note }`
pub fn note(wish: Wish, typed: &str) -> Result<&str> {
    let typed = typed.trim();
    match typed.chars().count() {
        0 if wish == Wish::OptIn => Err(Error::field("note", Field::Required)),
        _ => too_long(typed, NOTE_MAX).map_or(Ok(typed), |problem| Err(Error::field("note", problem))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_trimmed_and_its_problems_are_named() {
        let form = ConsentForm { out_words: " setop dulu \n\n  sudah cukup".into(), ..ConsentForm::default() };
        assert_eq!(form.checked().expect("fine").out_words, "setop dulu\nsudah cukup");
        let form = ConsentForm {
            out_words: "a\n".repeat(51),
            in_words: "x".repeat(61),
            out_answer: "x".repeat(1_001),
            ..ConsentForm::default()
        };
        let Err(Error::Invalid(problems)) = form.checked() else { panic!("taken") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["out_words", "in_words", "out_answer"]);
    }

    #[test]
    fn the_answer_is_the_tenants_or_in_the_language_of_the_number() {
        let phone = |digits| PhoneNumber::from_e164(digits).ok();
        let form = ConsentForm::default();
        let said = |form: &ConsentForm, digits| form.answer(Wish::OptOut, phone(digits).as_ref());
        assert!(said(&form, "6281255500142").expect("answers").starts_with("Baik"));
        assert!(said(&form, "14155550142").expect("answers").starts_with("All right"));
        let own = ConsentForm { out_answer: "Siap, sampai jumpa".into(), ..form.clone() };
        assert_eq!(said(&own, "14155550142").as_deref(), Some("Siap, sampai jumpa"));
        assert_eq!(said(&ConsentForm { answers: false, ..form }, "6281255500142"), None);
    }

    #[test]
    fn consent_needs_an_account_of_how_it_was_given() {
        assert_eq!(note(Wish::OptOut, "  "), Ok(""));
        assert_eq!(note(Wish::OptIn, "  "), Err(Error::field("note", Field::Required)));
        assert_eq!(note(Wish::OptIn, " By phone "), Ok("By phone"));
        assert!(note(Wish::OptOut, &"x".repeat(501)).is_err());
    }
}
