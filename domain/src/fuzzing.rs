//! What text of strangers must not break, whatever it is: the body of a fuzz target (fuzz/README.md says how it is run).
//! Unit tests replay what fuzzing found; no other build has this.

#[cfg(test)]
#[path = "../../fuzz/replay.rs"]
mod replay;

use crate::{
    PhoneNumber, Template,
    chatbot::{self, MatchKind},
    consent::{Wish, Words},
    error::TemplateMistake,
    markup,
    media::{percent_encoded, tidy_name},
    template,
};
use std::collections::HashSet;

/// Every parser that takes any text.
pub fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    template(&text);
    markup(&text);
    phone(&text);
    name(&text);
    keywords(&text);
    wish(&text);
}

/// Inputs to begin with: target, name and bytes.
pub fn seeds() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let texts = [
        ("spintax", "{Halo|Hai {kak|gan}} {{nama | Kak {a|b}}}, \\{promo\\} {{No. HP}}{{nama}} {senyum}".to_owned()),
        ("unclosed", "{a|b {{nama | {{x}} {{{{ }}}} || \\".to_owned()),
        ("deep", "{a|".repeat(40) + &"}".repeat(40)),
        ("fallbacks", "{{a | ".repeat(40) + &"}}".repeat(40)),
        ("many variables", (0..800).map(|n| format!("{{{{{n}}}}}")).collect()),
        ("marks", "*tebal _miring ~coret~_* `kode` ```\n*b*\n``` 2*3*4 https://sapa.id/a_b?c=1, ya".to_owned()),
        ("hopeless marks", "*a ".repeat(1_000) + &"*_~`".repeat(200)),
        ("fences", "```a``` ```".repeat(100)),
        ("links", "http://https://http://<> https://....".repeat(20)),
        ("emoji", "👨‍👩‍👧‍👦".repeat(585)),
        ("phone", "+6281255500142".to_owned()),
        ("path", "../..\\C:\\.. foto\u{202e}gpj.exe".to_owned()),
        ("keywords", "Harga, promo;harga\nOngkir kirim,,".to_owned()),
        ("many keywords", (0..800).map(|n| format!("{n},")).collect()),
        ("wish", "Tolong jangan kirim pesan lagi ya kak\nsudaaaah cukup".to_owned()),
        ("controls", "\0\r\n\t\u{7f}\u{85}\u{feff}".to_owned()),
    ];
    texts.into_iter().map(|(name, text)| ("text", name, text.into_bytes())).collect()
}

fn wish(text: &str) {
    let _ = Words::default().wish(text);
    let words = Words::new(text, "");
    // Whatever phrase a tenant has, saying it is saying it; a long one nobody would say.
    if let Some(phrase) = text.lines().find(|line| line.chars().any(char::is_alphanumeric))
        && phrase.len() < 60
        && phrase.split(|c: char| !c.is_alphanumeric()).count() < 8
    {
        assert_eq!(words.wish(phrase), Some(Wish::OptOut));
    }
}

fn template(source: &str) {
    // Whatever somebody means can be written so that it means itself.
    let mut escaped = String::new();
    for c in source.chars() {
        if matches!(c, '{' | '|' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    match Template::parse(&escaped) {
        Ok(template) => {
            assert_eq!(template.render(0, |_| None).text, source);
            assert_eq!((template.variables().len(), template.variant_count()), (0, 1));
        }
        Err(error) => assert_eq!(error.mistake, TemplateMistake::TooLong),
    }
    match Template::parse(source) {
        Ok(template) => rendered(&template, source),
        Err(error) => {
            assert!(!source[error.at.clone()].is_empty(), "a mistake has a place");
            assert_eq!(source[..error.at.start].chars().count(), error.at_char as usize);
        }
    }
}

fn rendered(template: &Template, source: &str) {
    let mut at = 0;
    for span in template.spans() {
        assert!(span.range.start == at && !source[span.range.clone()].is_empty(), "the colours have no gaps");
        at = span.range.end;
    }
    assert_eq!(at, source.len(), "everything is coloured");
    let names: Vec<_> = template.variables().into_iter().map(template::key).collect();
    let distinct: HashSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len(), "no variable twice");
    assert!(template.variant_count() > 0);
    for seed in [0, template::seed(source.as_bytes())] {
        let empty = template.render(seed, |_| None);
        assert_eq!(empty, template.render(seed, |_| None), "a retry says the same");
        assert!(empty.text.len() <= source.len(), "nothing grows by itself");
        let missing: HashSet<_> = empty.missing().iter().map(|name| template::key(name)).collect();
        assert_eq!(missing.len(), empty.missing().len());
        assert!(missing.iter().all(|name| distinct.contains(name)));
        let full = template.render(seed, |_| Some("{{x|{a|b}}}\\"));
        assert!(full.missing().is_empty(), "a value is only ever text");
    }
}

fn markup(text: &str) {
    let nodes = markup::parse(text);
    let plain = |text: &str| text.replace(['*', '_', '~', '`', '\n'], "");
    assert_eq!(plain(&letters(&nodes, 0)), plain(text), "no character but a mark is lost");
}

fn letters(nodes: &[markup::Node], depth: usize) -> String {
    use markup::Node;
    assert!(depth <= 3, "no mark inside itself");
    let inside = |node: &Node| match node {
        Node::Text(text) | Node::Code(text) => text.clone(),
        Node::Link(address) => {
            assert!(address.starts_with("https://") || address.starts_with("http://"));
            assert!(!address.contains(|c: char| c.is_whitespace() || c.is_control()));
            address.clone()
        }
        Node::Bold(nodes) | Node::Italic(nodes) | Node::Strike(nodes) => letters(nodes, depth + 1),
    };
    nodes.iter().map(inside).collect()
}

fn phone(text: &str) {
    let Ok(phone) = PhoneNumber::from_e164(text) else { return };
    assert_eq!(PhoneNumber::from_e164(&phone.e164()), Ok(phone.clone()));
    let digits: String = phone.readable().chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, phone.digits());
    assert!(!format!("{phone:?}").contains(phone.digits()));
}

fn name(text: &str) {
    let name = tidy_name(text);
    assert!(name.chars().count() <= 120);
    assert!(!name.contains(|c: char| c.is_control() || matches!(c, '/' | '\\' | '\u{202e}')));
    assert!(!name.starts_with('.'), "{name:?} would be hidden, or a folder");
    assert_eq!(tidy_name(&name), name, "tidy is tidy");
    assert!(percent_encoded(text).bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'<>&#?/".contains(&byte)));
}

fn keywords(text: &str) {
    let keywords = chatbot::keywords(text);
    let distinct: HashSet<_> = keywords.iter().collect();
    assert_eq!(distinct.len(), keywords.len());
    for keyword in keywords.iter().take(20) {
        assert_eq!(chatbot::keywords(keyword).as_slice(), std::slice::from_ref(keyword), "a keyword stays what it is");
        for kind in [MatchKind::Exact, MatchKind::Contains] {
            assert!(chatbot::matches(kind, std::slice::from_ref(keyword), keyword), "{keyword:?} says itself");
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_of_strangers_breaks_nothing() {
        super::replay::replay("text", super::seeds(), super::text);
    }
}
