//! The message template: spintax and variables, rendered by the same code in the browser's preview and before sending.
//!
//! | Written | Means |
//! |---|---|
//! | `{Halo\|Hai {kak\|gan}}` | one of the alternatives; they nest |
//! | `{{nama}}` | the contact's value, whatever the column is called; letter case and spaces around do not matter |
//! | `{{nama \| Kak}}` | the value, or `Kak` when there is none; the fallback may hold alternatives and variables |
//! | `{{total \| rupiah}}` | the value as money, `{{total \| rupiah \| -}}` with a fallback; also `angka`/`number`, `tanggal`/`date` (in words), `depan`/`first` (name), `kapital`/`title` |
//! | `\{` `\|` `\}` `\\` | the character itself |
//! | `{senyum}` | text: braces without a bar are just braces |
//!
//! The template is parsed once, before any contact data is seen: a value such as `{a|b}` or `{{x}}` is only ever text.

mod format;
mod parse;
#[cfg(test)]
mod tests;

use crate::error::{Field, TemplateMistake};
use format::Format;
use std::{borrow::Cow, collections::HashSet, ops::Range};

/// Longest template, in characters: what WhatsApp takes as one text.
pub const MAX_CHARS: usize = 65_536;
/// How deep alternatives and fallbacks may nest.
pub const MAX_DEPTH: usize = 16;

/// A template that parsed: it renders for every contact without failing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    nodes: Vec<Node>,
    spans: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Text(String),
    /// Alternatives: one is taken.
    Pick(Vec<Vec<Node>>),
    Variable {
        name: String,
        format: Option<Format>,
        fallback: Option<Vec<Node>>,
    },
}

/// Where a template does not parse, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{mistake:?} at character {at_char}")]
pub struct TemplateError {
    /// The faulty part, in bytes of the source.
    pub at: Range<usize>,
    /// Its start in characters, from 0.
    pub at_char: u32,
    pub mistake: TemplateMistake,
}

/// A part of the source and how an editor colours it. Spans cover the whole source, in order, without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the source.
    pub range: Range<usize>,
    pub kind: SpanKind,
}

/// What a part of the source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    Text,
    /// `{{name | format | fallback}}`, braces included.
    Variable,
    /// Braces, bars and text of alternatives; variables inside have their own span.
    Alternatives,
}

/// A rendered message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    missing: Vec<String>,
}

impl Rendered {
    /// Variables that had neither value nor fallback, as written, once each. They rendered as nothing.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// The first mistake, with its place.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        parse::parse(source)
    }

    /// The text for one contact. `seed` chooses the alternatives: the same seed gives the same text, so take it from the
    /// message's id with [`seed`] and a retry repeats the message word for word. `lookup` is called with [`key`]s.
    pub fn render<'a>(&self, seed: u64, lookup: impl Fn(&str) -> Option<&'a str>) -> Rendered {
        let mut writer = Writer { dice: Dice(seed), lookup, out: Rendered::default(), missing: HashSet::new() };
        writer.sequence(&self.nodes);
        writer.out
    }

    /// Names of the variables as first written, in order of appearance, once each (by [`key`]).
    pub fn variables(&self) -> Vec<&str> {
        let (mut names, mut keys) = (Vec::new(), HashSet::new());
        collect_names(&self.nodes, &mut names, &mut keys);
        names
    }

    /// How many texts the alternatives can make, before variables; `u64::MAX` when there are more.
    pub fn variant_count(&self) -> u64 {
        count_variants(&self.nodes)
    }

    /// The source in parts to colour.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }
}

/// The form in which variable names and column headers are compared: trimmed, inner spaces single, lower case.
pub fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase));
    }
    key
}

/// A seed for [`Template::render`] from an id (64-bit FNV-1a).
pub fn seed(id: &[u8]) -> u64 {
    id.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

impl From<TemplateError> for Field {
    fn from(error: TemplateError) -> Self {
        Self::Template { at: error.at_char, mistake: error.mistake }
    }
}

struct Writer<F> {
    dice: Dice,
    lookup: F,
    out: Rendered,
    /// By key: a hostile template has thousands.
    missing: HashSet<String>,
}

impl<'a, F: Fn(&str) -> Option<&'a str>> Writer<F> {
    fn sequence(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.out.text.push_str(text),
                Node::Pick(alternatives) => {
                    let chosen = self.dice.below(alternatives.len());
                    self.sequence(&alternatives[chosen]);
                }
                Node::Variable { name, format, fallback } => self.variable(name, *format, fallback.as_deref()),
            }
        }
    }

    /// What is nothing of the format's kind gives way to the fallback, and stays as it is written where there is none.
    fn variable(&mut self, name: &str, format: Option<Format>, fallback: Option<&[Node]>) {
        let key = key(name);
        let value = (self.lookup)(&key).filter(|value| !value.trim().is_empty());
        let value = match (value, format) {
            (Some(value), Some(format)) => {
                let said = format.apply(value).map(Cow::Owned);
                said.or_else(|| fallback.is_none().then_some(Cow::Borrowed(value)))
            }
            (value, _) => value.map(Cow::Borrowed),
        };
        match (value, fallback) {
            (Some(value), _) => self.out.text.push_str(&value),
            (None, Some(fallback)) => self.sequence(fallback),
            (None, None) if self.missing.insert(key) => self.out.missing.push(name.to_owned()),
            (None, None) => {}
        }
    }
}

/// SplitMix64: tiny, the same on every machine, and good enough to choose greetings.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        // The high half of the product is uniform below `bound`, and smaller than it.
        ((u128::from(bits) * bound as u128) >> 64) as usize
    }
}

fn collect_names<'a>(nodes: &'a [Node], names: &mut Vec<&'a str>, keys: &mut HashSet<String>) {
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Pick(alternatives) => alternatives.iter().for_each(|nodes| collect_names(nodes, names, keys)),
            Node::Variable { name, fallback, .. } => {
                if keys.insert(key(name)) {
                    names.push(name);
                }
                if let Some(fallback) = fallback {
                    collect_names(fallback, names, keys);
                }
            }
        }
    }
}

fn count_variants(nodes: &[Node]) -> u64 {
    nodes.iter().fold(1, |product: u64, node| {
        product.saturating_mul(match node {
            Node::Text(_) => 1,
            Node::Pick(alternatives) => {
                alternatives.iter().fold(0, |sum: u64, nodes| sum.saturating_add(count_variants(nodes)))
            }
            Node::Variable { fallback, .. } => fallback.as_deref().map_or(1, count_variants),
        })
    })
}
