//! How people behave: between the form of the page and the persona of the sandbox, which knows more.
//!
//! A form shows all that applies. What it gives back is compared with that: what was not touched stays as it was, whoever
//! set it, and what is as it would be without is not set.

use ::sandbox::control::dto::{Persona, ReplyRule};
use domain::sandbox::{AnswerRule, PersonaForm, PersonaRules};

/// How long a person thinks before they answer, unless it was said; milliseconds.
const THINKS_MS: u64 = 1_500;

/// What applies, as the form shows it.
pub(super) fn form(applies: &Persona) -> PersonaForm {
    let answers = applies.replies.iter().flatten().map(|rule| answer(rule).line());
    PersonaForm {
        receives: applies.deliver_ms != Some(None),
        reads: applies.read_ms != Some(None) && applies.read_probability != Some(0.0),
        replies: applies.reply_probability.is_some_and(|chance| chance > 0.0),
        blocks: applies.blocks.unwrap_or(false),
        hides_number: applies.hides_number.unwrap_or(false),
        answers: answers.collect::<Vec<_>>().join("\n"),
    }
}

/// Two personas, one over the other.
pub(super) struct Layers {
    /// What is set.
    pub set: Persona,
    /// What would apply without it, in full.
    pub inherited: Persona,
    /// What applies, in full.
    pub applies: Persona,
}

impl Layers {
    /// What is to be set so that these rules apply. What a form does not speak of (how fast, how often) stays, and so do
    /// answers that were not touched, whatever patterns they have.
    pub fn changed(self, rules: &PersonaRules) -> Persona {
        let Self { set, inherited, applies } = self;
        let (was, below, nature) = (form(&applies), form(&inherited), Persona::by_nature());
        let told = |wanted: bool, was: bool, below: bool, before: Option<bool>| match wanted {
            wanted if wanted == was => before,
            wanted => (wanted != below).then_some(wanted),
        };
        let replies = changed_answers(&set, &was, &below, &applies, rules);
        let reply_probability = changed_chance(&set, &inherited, replies.is_some(), rules.replies);
        Persona {
            deliver_ms: match rules.receives {
                receives if receives == was.receives => set.deliver_ms,
                receives if receives == below.receives => None,
                true => nature.deliver_ms,
                false => Some(None),
            },
            read_ms: match rules.reads {
                reads if reads == was.reads => set.read_ms,
                false => (inherited.read_ms != Some(None)).then_some(None),
                true if inherited.read_ms == Some(None) => nature.read_ms,
                true => set.read_ms.filter(Option::is_some),
            },
            read_probability: match rules.reads {
                true if !was.reads && inherited.read_probability == Some(0.0) => nature.read_probability,
                true if !was.reads => set.read_probability.filter(|chance| *chance > 0.0),
                _ => set.read_probability,
            },
            blocks: told(rules.blocks, was.blocks, below.blocks, set.blocks),
            hides_number: told(rules.hides_number, was.hides_number, below.hides_number, set.hides_number),
            replies,
            reply_probability,
            // Who somebody is, is set elsewhere.
            name: set.name,
            on_whatsapp: set.on_whatsapp,
            saved_as: set.saved_as,
        }
    }
}

fn changed_answers(
    set: &Persona,
    was: &PersonaForm,
    below: &PersonaForm,
    applies: &Persona,
    rules: &PersonaRules,
) -> Option<Vec<ReplyRule>> {
    let are = |form: &PersonaForm| form.read().is_ok_and(|form| form.answers == rules.answers);
    if are(was) {
        return set.replies.clone();
    }
    // Without any they answer as those do of whom nothing is set.
    if rules.answers.is_empty() || are(below) {
        return None;
    }
    let thinks = applies.replies.iter().flatten().map(|rule| rule.after_ms).next().unwrap_or(THINKS_MS);
    Some(rules.answers.iter().map(|rule| reply(rule, thinks)).collect())
}

/// How likely an answer is, so that there are some or none.
fn changed_chance(set: &Persona, inherited: &Persona, own_answers: bool, wanted: bool) -> Option<f64> {
    let unset = if own_answers { 1.0 } else { inherited.reply_probability.unwrap_or(0.0) };
    let is_so = |chance: f64| (chance > 0.0) == wanted;
    match set.reply_probability {
        Some(chance) if is_so(chance) => Some(chance),
        _ if is_so(unset) => None,
        _ => Some(if wanted { 1.0 } else { 0.0 }),
    }
}

/// A pattern that is nothing but words, whatever their case.
fn reply(rule: &AnswerRule, after_ms: u64) -> ReplyRule {
    let pattern = if rule.words.is_empty() { String::new() } else { format!("(?i){}", regex::escape(&rule.words)) };
    ReplyRule { pattern, text: rule.answer.clone(), after_ms }
}

fn answer(rule: &ReplyRule) -> AnswerRule {
    let words = rule.pattern.strip_prefix("(?i)").unwrap_or(&rule.pattern);
    AnswerRule { words: unescaped(words), answer: rule.text.clone() }
}

fn unescaped(pattern: &str) -> String {
    let mut words = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(next)) if !next.is_alphanumeric() => words.extend(chars.next()),
            _ => words.push(c),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of what is set over what nature gives; everything else as the sandbox has it.
    fn layers(set: Persona) -> Layers {
        over(set, Persona::by_nature())
    }

    fn over(set: Persona, inherited: Persona) -> Layers {
        let below = inherited.clone();
        let given = set.replies.as_ref().map(|_| 1.0);
        let applies = Persona {
            deliver_ms: set.deliver_ms.or(below.deliver_ms),
            read_ms: set.read_ms.or(below.read_ms),
            read_probability: set.read_probability.or(below.read_probability),
            reply_probability: set.reply_probability.or(given).or(below.reply_probability),
            replies: set.replies.clone().or(below.replies),
            blocks: set.blocks.or(below.blocks),
            hides_number: set.hides_number.or(below.hides_number),
            ..Persona::default()
        };
        Layers { set, inherited, applies }
    }

    /// What is set once the form was changed.
    fn changed(layers: Layers, change: impl FnOnce(&mut PersonaForm)) -> Persona {
        let mut shown = form(&layers.applies);
        change(&mut shown);
        layers.changed(&shown.read().expect("rules"))
    }

    fn lively() -> Persona {
        Persona {
            deliver_ms: Some(Some([5, 9])),
            read_probability: Some(0.5),
            reply_probability: Some(0.1),
            replies: Some(vec![ReplyRule { pattern: "(?i)ya|tidak".into(), text: "oke".into(), after_ms: 7 }]),
            ..Persona::default()
        }
    }

    #[test]
    fn a_form_that_is_not_changed_changes_nothing() {
        assert_eq!(changed(layers(lively()), |_| ()), lively());
        assert_eq!(changed(layers(Persona::default()), |_| ()), Persona::default());
        let inherited = layers(lively()).applies;
        assert_eq!(changed(over(Persona::default(), inherited), |_| ()), Persona::default());
    }

    #[test]
    fn only_what_differs_is_set_and_what_does_not_any_more_is_not() {
        let inherited = || Persona { blocks: Some(true), ..layers(lively()).applies };
        let let_in = changed(over(Persona::default(), inherited()), |form| form.blocks = false);
        assert_eq!(let_in, Persona { blocks: Some(false), ..Persona::default() });
        assert_eq!(changed(over(let_in, inherited()), |form| form.blocks = true), Persona::default());
        let silent = changed(over(Persona::default(), inherited()), |form| form.replies = false);
        assert_eq!(silent, Persona { reply_probability: Some(0.0), ..Persona::default() });
        assert_eq!(changed(over(silent, inherited()), |form| form.replies = true), Persona::default());
    }

    #[test]
    fn answers_come_back_as_they_were_written() {
        let written = "berapa? (total) = Rp 15.000\nhalo";
        let persona = changed(layers(Persona::default()), |form| {
            (form.replies, form.answers) = (true, written.into());
        });
        assert_eq!((form(&persona).answers.as_str(), persona.reply_probability), (written, None));
        let rules = persona.replies.clone().expect("answers");
        assert_eq!((rules[0].pattern.as_str(), rules[0].after_ms), (r"(?i)berapa\? \(total\)", THINKS_MS));
        assert_eq!(rules[1].pattern, "");
        // Who answers and was given no answers makes small talk.
        let small_talk = changed(layers(persona), |form| form.answers.clear());
        assert_eq!(small_talk, Persona { reply_probability: Some(1.0), ..Persona::default() });
    }

    #[test]
    fn a_phone_that_is_off_comes_back() {
        let off = changed(layers(Persona::default()), |form| (form.receives, form.reads) = (false, false));
        assert_eq!((off.deliver_ms, off.read_ms), (Some(None), Some(None)));
        let below = || layers(off.clone()).applies;
        let on = |form: &mut PersonaForm| (form.receives, form.reads) = (true, true);
        assert_eq!(changed(layers(off.clone()), on), Persona::default());
        // Off for everybody, and on toward one.
        let one = changed(over(Persona::default(), below()), on);
        assert_eq!((one.deliver_ms, one.read_ms), (Some(Some([0, 200])), Some(Some([300, 3_000]))));
    }
}
