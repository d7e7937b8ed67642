//! How a person behaves: what is set, what is inherited, and what follows from it.

use std::sync::Arc;

use regex::Regex;
use serde::{Deserialize, Deserializer, Serialize};

use crate::address::Phone;
use crate::random::Draws;

/// A person's behaviour, or the world's defaults. Every field is optional: what a person does not set comes from the
/// world's defaults, and what those do not set from a network where everyone is on WhatsApp, receives within 200 ms,
/// reads and does not answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Persona {
    /// The name that the person gave themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// False: nobody has this number on WhatsApp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_whatsapp: Option<bool>,
    /// Milliseconds from acceptance to delivery, between both ends; null: never (the phone is off).
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub deliver_ms: Option<Option<[u64; 2]>>,
    /// Milliseconds from delivery to reading, between both ends; null: never.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub read_ms: Option<Option<[u64; 2]>>,
    /// How likely a delivered message is read, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_probability: Option<f64>,
    /// Answers, tried in order; the first whose pattern matches is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies: Option<Vec<ReplyRule>>,
    /// How likely an answer is given at all, 0 to 1. Unset beside `replies` it is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_probability: Option<f64>,
    /// True: messages to this person are accepted and never delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<bool>,
    /// True: messages by LID do not tell the number, as of somebody who wants it to stay hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hides_number: Option<bool>,
    /// The name under which phones have the person saved; unset, the name they go by; null: not at all.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub saved_as: Option<Option<String>>,
}

/// The longest name in an address book, in characters.
const LONGEST_SAVED_NAME: usize = 100;

/// One answer of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyRule {
    /// A regular expression that is searched in the message; an empty one matches everything.
    #[serde(rename = "match")]
    pub pattern: String,
    /// What is answered.
    pub text: String,
    /// Milliseconds between reading (or receiving, when it is never read) and answering.
    #[serde(default)]
    pub after_ms: u64,
}

/// Tells `null` from a field that is not there.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// A persona with its patterns compiled.
#[derive(Debug, Default)]
pub struct Profile {
    pub persona: Persona,
    patterns: Vec<Regex>,
}

/// A persona that cannot be used.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct InvalidPersona {
    /// The field, as a path: `replies[0].match`.
    pub field: String,
    pub message: String,
}

impl Profile {
    /// Checks a persona's values.
    pub fn new(persona: Persona) -> Result<Self, InvalidPersona> {
        let invalid = |field: &str, message: &str| InvalidPersona { field: field.into(), message: message.into() };
        for (field, range) in [("deliver_ms", persona.deliver_ms), ("read_ms", persona.read_ms)] {
            if let Some(Some([lo, hi])) = range
                && lo > hi
            {
                return Err(invalid(field, "the first number must not be above the second"));
            }
        }
        let chances =
            [("read_probability", persona.read_probability), ("reply_probability", persona.reply_probability)];
        for (field, chance) in chances {
            if chance.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
                return Err(invalid(field, "must be between 0 and 1"));
            }
        }
        let is_name = |name: &str| !name.trim().is_empty() && name.chars().count() <= LONGEST_SAVED_NAME;
        if let Some(Some(name)) = &persona.saved_as
            && !is_name(name)
        {
            return Err(invalid("saved_as", &format!("must have 1 to {LONGEST_SAVED_NAME} characters")));
        }
        let compile = |(at, rule): (usize, &ReplyRule)| {
            Regex::new(&rule.pattern)
                .map_err(|error| InvalidPersona { field: format!("replies[{at}].match"), message: error.to_string() })
        };
        let patterns = persona.replies.iter().flatten().enumerate().map(compile).collect::<Result<_, _>>()?;
        Ok(Self { persona, patterns })
    }
}

/// What a person does, with everything inherited.
#[derive(Debug, Clone)]
pub struct Character {
    own: Arc<Profile>,
    defaults: Arc<Profile>,
}

/// What happens to one message, in milliseconds after its acceptance.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub deliver_ms: Option<u64>,
    pub read_ms: Option<u64>,
    pub reply: Option<(u64, String)>,
}

impl Character {
    pub(super) fn new(own: Arc<Profile>, defaults: Arc<Profile>) -> Self {
        Self { own, defaults }
    }

    /// The person's own name, if one was set.
    pub fn name(&self) -> Option<&str> {
        self.own.persona.name.as_deref()
    }

    /// Whether the number has WhatsApp.
    pub fn on_whatsapp(&self) -> bool {
        self.inherited(|persona| persona.on_whatsapp).unwrap_or(true)
    }

    /// Whether the person never lets a message through.
    pub fn blocks(&self) -> bool {
        self.inherited(|persona| persona.blocks).unwrap_or(false)
    }

    /// Whether messages by LID leave out the number.
    pub fn hides_number(&self) -> bool {
        self.inherited(|persona| persona.hides_number).unwrap_or(false)
    }

    /// What the person will do with a message. The same message always meets the same fate, so a plan need not be kept.
    pub fn plan(&self, seed: u64, person: Phone, id: &str, text: Option<&str>) -> Plan {
        if self.blocks() {
            return Plan { deliver_ms: None, read_ms: None, reply: None };
        }
        self.plan_unblocked(seed, person, id, text)
    }

    /// What the person will do with a message to a group: nobody answers there, and who blocks the writer still has it.
    pub fn plan_in_group(&self, seed: u64, person: Phone, id: &str) -> Plan {
        self.plan_unblocked(seed, person, id, None)
    }

    fn plan_unblocked(&self, seed: u64, person: Phone, id: &str, text: Option<&str>) -> Plan {
        let mut draws = Draws::of(seed, &[b"message", &person.number().to_be_bytes(), id.as_bytes()]);
        let mut pick = |range: Option<[u64; 2]>| range.map(|[lo, hi]| draws.between(lo, hi));
        let deliver = pick(self.inherited(|persona| persona.deliver_ms).unwrap_or(Some([0, 200])));
        let read = pick(self.inherited(|persona| persona.read_ms).unwrap_or(Some([300, 3_000])));
        let reads = draws.chance(self.inherited(|persona| persona.read_probability).unwrap_or(1.0));
        let answers = draws.chance(self.reply_probability());
        let Some(deliver) = deliver else {
            return Plan { deliver_ms: None, read_ms: None, reply: None };
        };
        let read = read.filter(|_| reads).map(|after| deliver.saturating_add(after));
        let reply = text.filter(|_| answers).and_then(|text| self.answer(text, &mut draws));
        let reply = reply.map(|(after, answer)| (read.unwrap_or(deliver).saturating_add(after), answer));
        Plan { deliver_ms: Some(deliver), read_ms: read, reply }
    }

    fn answer(&self, text: &str, draws: &mut Draws) -> Option<(u64, String)> {
        let with_rules = [&self.own, &self.defaults].into_iter().find(|profile| profile.persona.replies.is_some());
        let Some(profile) = with_rules else {
            return Some(super::phrase::small_talk(text, draws));
        };
        let rules = profile.persona.replies.iter().flatten();
        let rule = rules.zip(&profile.patterns).find(|(_, pattern)| pattern.is_match(text))?.0;
        Some((rule.after_ms, rule.text.clone()))
    }

    /// Somebody who was given answers gives them, unless it was said how often.
    fn reply_probability(&self) -> f64 {
        let of = |persona: &Persona| persona.reply_probability.or_else(|| persona.replies.as_ref().map(|_| 1.0));
        self.inherited(of).unwrap_or(0.0)
    }

    fn inherited<T>(&self, field: impl Fn(&Persona) -> Option<T>) -> Option<T> {
        field(&self.own.persona).or_else(|| field(&self.defaults.persona))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character(own: &str, defaults: &str) -> Character {
        let profile = |json: &str| Arc::new(Profile::new(serde_json::from_str(json).unwrap()).unwrap());
        Character::new(profile(own), profile(defaults))
    }

    fn plan(own: &str, defaults: &str, text: &str) -> Plan {
        character(own, defaults).plan(1, "6281234567890".parse().unwrap(), "3EB0A1", Some(text))
    }

    #[test]
    fn in_a_world_never_configured_everyone_reads_and_nobody_answers() {
        let plan = plan("{}", "{}", "halo");
        assert!(plan.deliver_ms.unwrap() <= 200);
        assert!(plan.read_ms.is_some());
        assert_eq!(plan.reply, None);
    }

    #[test]
    fn null_means_never_and_absent_means_inherited() {
        assert_eq!(plan(r#"{"deliver_ms":null}"#, r#"{"deliver_ms":[1,1]}"#, "x").deliver_ms, None);
        assert_eq!(plan(r#"{"read_ms":null}"#, r#"{"deliver_ms":[1,1]}"#, "x").read_ms, None);
        assert_eq!(plan("{}", r#"{"deliver_ms":[5,5],"read_ms":[7,7]}"#, "x").read_ms, Some(12));
        assert_eq!(plan(r#"{"blocks":true}"#, "{}", "x").deliver_ms, None);
    }

    #[test]
    fn the_first_matching_answer_is_given() {
        let own = r#"{"deliver_ms":[0,0],"read_ms":[10,10],"replies":[
            {"match":"(?i)stop","text":"berhenti","after_ms":5},{"match":"","text":"oke"}]}"#;
        assert_eq!(plan(own, "{}", "STOP ya").reply, Some((15, "berhenti".into())));
        assert_eq!(plan(own, "{}", "halo").reply, Some((10, "oke".into())));
        let silent = own.replacen('{', r#"{"reply_probability":0,"#, 1);
        assert_eq!(plan(&silent, "{}", "halo").reply, None);
    }

    #[test]
    fn a_wrong_value_names_its_field() {
        let field = |json: &str| Profile::new(serde_json::from_str(json).unwrap()).unwrap_err().field;
        assert_eq!(field(r#"{"deliver_ms":[2,1]}"#), "deliver_ms");
        assert_eq!(field(r#"{"read_probability":1.5}"#), "read_probability");
        assert_eq!(field(r#"{"replies":[{"match":"a","text":"b"},{"match":"(","text":"b"}]}"#), "replies[1].match");
    }
}
