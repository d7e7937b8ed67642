//! How a person behaves: between the form of the page and the persona of the sandbox, which knows more.

use ::sandbox::control::dto::{Persona, ReplyRule};
use domain::sandbox::{AnswerRule, PersonaForm, PersonaRules};

/// How long a person thinks before they answer, unless it was said; milliseconds.
const THINKS_MS: u64 = 1_500;

/// What is set for the person, as the form shows it. What is not set shows as it is in a world without defaults: there,
/// reading, without answers.
pub(super) fn form(persona: &Persona) -> PersonaForm {
    let answers = persona.replies.iter().flatten().map(|rule| answer(rule).line());
    PersonaForm {
        name: persona.name.clone().unwrap_or_default(),
        on_whatsapp: persona.on_whatsapp.unwrap_or(true),
        receives: persona.deliver_ms != Some(None),
        reads: persona.read_ms != Some(None) && persona.read_probability != Some(0.0),
        blocks: persona.blocks.unwrap_or(false),
        hides_number: persona.hides_number.unwrap_or(false),
        // The sandbox keeps pictures apart.
        shows_picture: false,
        answers: answers.collect::<Vec<_>>().join("\n"),
    }
}

/// The persona with these rules; what the form does not speak of (how fast, how often) stays, and so do answers that were
/// not touched, whatever patterns they have.
pub(super) fn changed(before: Persona, rules: PersonaRules) -> Persona {
    let was = form(&before);
    let thinks = before.replies.iter().flatten().map(|rule| rule.after_ms).next().unwrap_or(THINKS_MS);
    let untouched = was.read().is_ok_and(|was| was.answers == rules.answers);
    let replies: Vec<_> = rules.answers.iter().map(|rule| reply(rule, thinks)).collect();
    Persona {
        name: rules.name,
        on_whatsapp: told(rules.on_whatsapp, was.on_whatsapp, before.on_whatsapp),
        deliver_ms: if rules.receives { before.deliver_ms.filter(Option::is_some) } else { Some(None) },
        read_ms: if rules.reads { before.read_ms.filter(Option::is_some) } else { Some(None) },
        read_probability: before.read_probability.filter(|chance| !rules.reads || *chance > 0.0),
        // Without any they answer as the world's defaults have it.
        replies: if untouched { before.replies } else { (!replies.is_empty()).then_some(replies) },
        reply_probability: before.reply_probability,
        blocks: told(rules.blocks, was.blocks, before.blocks),
        hides_number: told(rules.hides_number, was.hides_number, before.hides_number),
        saved_as: before.saved_as,
    }
}

/// What was not set stays so as long as it is as it is by nature.
fn told(wanted: bool, was: bool, before: Option<bool>) -> Option<bool> {
    if wanted == was { before } else { Some(wanted) }
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

    #[test]
    fn a_form_that_is_not_changed_changes_nothing() {
        let persona = Persona {
            deliver_ms: Some(Some([5, 9])),
            read_probability: Some(0.5),
            reply_probability: Some(0.1),
            replies: Some(vec![ReplyRule { pattern: "(?i)ya|tidak".into(), text: "oke".into(), after_ms: 7 }]),
            ..Persona::default()
        };
        assert_eq!(changed(persona.clone(), form(&persona).read().expect("rules")), persona);
        assert_eq!(changed(Persona::default(), form(&Persona::default()).read().expect("rules")), Persona::default());
    }

    #[test]
    fn answers_come_back_as_they_were_written() {
        let form_of = |answers: &str| PersonaForm { answers: answers.into(), ..form(&Persona::default()) };
        let written = "berapa? (total) = Rp 15.000\nhalo";
        let persona = changed(Persona::default(), form_of(written).read().expect("rules"));
        assert_eq!(form(&persona).answers, written);
        let rules = persona.replies.expect("answers");
        assert_eq!((rules[0].pattern.as_str(), rules[0].after_ms), (r"(?i)berapa\? \(total\)", THINKS_MS));
        assert_eq!(rules[1].pattern, "");
    }

    #[test]
    fn a_phone_that_is_off_comes_back() {
        let off = PersonaForm { receives: false, reads: false, ..form(&Persona::default()) };
        let persona = changed(Persona::default(), off.read().expect("rules"));
        assert_eq!((persona.deliver_ms, persona.read_ms), (Some(None), Some(None)));
        let on = PersonaForm { receives: true, reads: true, ..form(&persona) };
        assert_eq!(changed(persona, on.read().expect("rules")), Persona::default());
    }
}
