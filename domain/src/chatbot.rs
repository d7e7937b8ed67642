//! Keyword rules: what the bot answers, decided without any service.

use crate::{Error, FieldProblem, Millis, RuleId, error::Result, identity::length_problem, status::status};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

status! {
    /// How a rule's keywords are compared with a message.
    MatchKind {
        /// The whole message is the keyword.
        Exact => "exact",
        /// The keyword appears as whole words.
        Contains => "contains",
    }
}

/// A rule as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRule {
    pub name: String,
    pub match_kind: MatchKind,
    /// Separated by commas or lines.
    pub keywords: String,
    /// A template: variables and alternatives as in campaigns.
    pub answer: String,
    pub active: bool,
}

/// A rule in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    pub id: RuleId,
    pub name: String,
    pub match_kind: MatchKind,
    pub keywords: Vec<String>,
    pub answer: String,
    pub active: bool,
    /// Rules are tried in this order; the first that matches answers.
    pub position: i64,
    /// How often it has answered.
    pub answered: u64,
    pub updated_at: Millis,
}

impl NewRule {
    /// Trims, and names every field that cannot be taken. The answer's template is checked by whoever parses it.
    pub fn checked(mut self) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        let mut problems = Vec::new();
        let mut check = |field: &str, problem| {
            if let Some(problem) = problem {
                problems.push(FieldProblem { field: field.to_owned(), problem });
            }
        };
        check("name", length_problem(&self.name, 1, 60));
        check("keywords", length_problem(&keywords(&self.keywords).join(","), 1, 1_000));
        check("answer", length_problem(self.answer.trim(), 1, 4_096));
        if problems.is_empty() { Ok(self) } else { Err(Error::Invalid(problems)) }
    }
}

/// The keywords in a text: separated by commas or lines, in their compared form, none twice.
pub fn keywords(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let keywords = text.split([',', '\n', ';']).map(compared);
    keywords.filter(|keyword| !keyword.is_empty() && seen.insert(keyword.clone())).collect()
}

/// Whether a rule with these keywords (in compared form) answers this message.
pub fn matches(kind: MatchKind, keywords: &[String], message: &str) -> bool {
    let message = compared(message);
    match kind {
        MatchKind::Exact => keywords.contains(&message),
        MatchKind::Contains => {
            let padded = format!(" {message} ");
            keywords.iter().any(|keyword| padded.contains(&format!(" {keyword} ")))
        }
    }
}

/// Lower case, letters and digits only, single spaces: "Berapa HARGANYA??" and "berapa harganya" are the same.
fn compared(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_marks_do_not_matter() {
        let words = keywords("Harga, berapa harganya?\nharga");
        assert_eq!(words, ["harga", "berapa harganya"]);
        assert!(matches(MatchKind::Exact, &words, " HARGA!! "));
        assert!(!matches(MatchKind::Exact, &words, "harga kaos"));
    }

    #[test]
    fn a_contained_keyword_is_a_whole_word() {
        let words = keywords("harga");
        assert!(matches(MatchKind::Contains, &words, "Kak, harga kaosnya?"));
        assert!(!matches(MatchKind::Contains, &words, "seharga itu"));
        assert!(!matches(MatchKind::Contains, &keywords(" , ,"), "apa saja"));
    }
}
