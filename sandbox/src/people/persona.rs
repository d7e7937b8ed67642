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
    /// The name under which phones have the person saved; unset: the name that was set for them, if one was; null: none.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub saved_as: Option<Option<String>>,
}

impl Persona {
    /// How people behave where nothing was set, in full.
    pub fn by_nature() -> Self {
        Character::new(Arc::default(), Arc::default(), Arc::default()).in_full()
    }

    /// The first field set that cannot differ from account to account: a person has one name, is on
    /// WhatsApp or not, and is in every address book or in none.
    pub fn same_for_all(&self) -> Option<&'static str> {
        let fields = [
            ("name", self.name.is_some()),
            ("on_whatsapp", self.on_whatsapp.is_some()),
            ("saved_as", self.saved_as.is_some()),
        ];
        fields.into_iter().find(|(_, is_set)| *is_set).map(|(field, _)| field)
    }
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

/// What a person does, with everything inherited: toward one account, else toward everybody, else as the world has it.
#[derive(Debug, Clone)]
pub struct Character {
    toward: Arc<Profile>,
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
    pub(super) fn new(toward: Arc<Profile>, own: Arc<Profile>, defaults: Arc<Profile>) -> Self {
        Self { toward, own, defaults }
    }

    /// All that applies, also what nobody set. `name` is only there when the person was given one, `replies` only when
    /// somebody's are: who answers without any makes small talk.
    pub fn in_full(&self) -> Persona {
        Persona {
            name: self.own.persona.name.clone(),
            on_whatsapp: Some(self.on_whatsapp()),
            deliver_ms: Some(self.deliver_ms()),
            read_ms: Some(self.read_ms()),
            read_probability: Some(self.read_probability()),
            replies: self.inherited(|persona| persona.replies.clone()),
            reply_probability: Some(self.reply_probability()),
            blocks: Some(self.blocks()),
            hides_number: Some(self.hides_number()),
            saved_as: self.own.persona.saved_as.clone(),
        }
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
        let deliver = pick(self.deliver_ms());
        let read = pick(self.read_ms());
        let reads = draws.chance(self.read_probability());
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
        let with_rules = self.profiles().into_iter().find(|profile| profile.persona.replies.is_some());
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

    fn deliver_ms(&self) -> Option<[u64; 2]> {
        self.inherited(|persona| persona.deliver_ms).unwrap_or(Some([0, 200]))
    }

    fn read_ms(&self) -> Option<[u64; 2]> {
        self.inherited(|persona| persona.read_ms).unwrap_or(Some([300, 3_000]))
    }

    fn read_probability(&self) -> f64 {
        self.inherited(|persona| persona.read_probability).unwrap_or(1.0)
    }

    fn inherited<T>(&self, field: impl Fn(&Persona) -> Option<T>) -> Option<T> {
        self.profiles().into_iter().find_map(|profile| field(&profile.persona))
    }

    /// Who is asked first comes first.
    fn profiles(&self) -> [&Profile; 3] {
        [&self.toward, &self.own, &self.defaults]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character(own: &str, defaults: &str) -> Character {
        let profile = |json: &str| Arc::new(Profile::new(serde_json::from_str(json).unwrap()).unwrap());
        Character::new(Arc::default(), profile(own), profile(defaults))
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
    fn what_is_toward_one_account_goes_before_field_by_field() {
        let profile = |json: &str| Arc::new(Profile::new(serde_json::from_str(json).unwrap()).unwrap());
        let own = profile(r#"{"name":"Rina","blocks":true,"read_ms":[7,7]}"#);
        let defaults = profile(r#"{"reply_probability":0.5,"replies":[{"match":"","text":"oke"}]}"#);
        let everybody = Character::new(Arc::default(), own.clone(), defaults.clone());
        let toward = profile(r#"{"blocks":false,"replies":[]}"#);
        let one = Character::new(toward, own, defaults).in_full();
        assert_eq!((everybody.in_full().blocks, one.blocks), (Some(true), Some(false)));
        assert_eq!((one.read_ms, one.deliver_ms), (Some(Some([7, 7])), Some(Some([0, 200]))));
        assert_eq!((one.name.as_deref(), one.on_whatsapp), (Some("Rina"), Some(true)));
        // Who was given other answers gives those, however seldom everybody else is answered.
        assert_eq!((one.replies, one.reply_probability), (Some(vec![]), Some(1.0)));
        assert_eq!(everybody.in_full().reply_probability, Some(0.5));
    }

    #[test]
    fn a_wrong_value_names_its_field() {
        let field = |json: &str| Profile::new(serde_json::from_str(json).unwrap()).unwrap_err().field;
        assert_eq!(field(r#"{"deliver_ms":[2,1]}"#), "deliver_ms");
        assert_eq!(field(r#"{"read_probability":1.5}"#), "read_probability");
        assert_eq!(field(r#"{"replies":[{"match":"a","text":"b"},{"match":"(","text":"b"}]}"#), "replies[1].match");
    }
}
