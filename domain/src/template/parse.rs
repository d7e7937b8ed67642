//! From source to nodes, in two steps: match the braces in one pass, then read what each pair means. Nothing is read
//! twice, so a hostile source costs no more than its length.

use super::{Format, MAX_CHARS, MAX_DEPTH, Node, Span, SpanKind, Template, TemplateError};
use crate::error::TemplateMistake as Mistake;
use std::ops::Range;

pub(super) fn parse(source: &str) -> Result<Template, TemplateError> {
    if let Some((byte, _)) = source.char_indices().nth(MAX_CHARS) {
        let at_char = u32::try_from(MAX_CHARS).unwrap_or(u32::MAX);
        return Err(TemplateError { at: byte..source.len(), at_char, mistake: Mistake::TooLong });
    }
    let tokens = match_braces(tokenise(source));
    let mut reader = Reader { source, tokens: &tokens, spans: Vec::new() };
    let nodes = reader.sequence(0..tokens.len(), Place::TOP)?;
    Ok(Template { nodes, spans: reader.spans })
}

struct Token {
    /// Bytes of the source.
    range: Range<usize>,
    kind: Kind,
}

enum Kind {
    Text(String),
    Open {
        /// The token that closes it, if any does.
        close: Option<usize>,
        /// The bars directly inside, as tokens.
        bars: Vec<usize>,
    },
    Bar,
    Close,
}

fn tokenise(source: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = source.char_indices().peekable();
    while let Some((start, char)) = chars.next() {
        let mut end = start + char.len_utf8();
        let kind = match char {
            '{' => Kind::Open { close: None, bars: Vec::new() },
            '|' => Kind::Bar,
            '}' => Kind::Close,
            '\\' => match chars.next_if(|(_, next)| matches!(next, '{' | '|' | '}' | '\\')) {
                Some((_, escaped)) => {
                    end += escaped.len_utf8();
                    Kind::Text(escaped.to_string())
                }
                None => Kind::Text(char.to_string()),
            },
            _ => Kind::Text(char.to_string()),
        };
        match (kind, tokens.last_mut()) {
            (Kind::Text(more), Some(Token { range, kind: Kind::Text(text) })) => {
                text.push_str(&more);
                range.end = end;
            }
            (kind, _) => tokens.push(Token { range: start..end, kind }),
        }
    }
    tokens
}

/// Tells every open brace its closing brace and its own bars. A brace left open keeps `None`; it does not keep the
/// braces inside it from matching.
fn match_braces(mut tokens: Vec<Token>) -> Vec<Token> {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..tokens.len() {
        match tokens[index].kind {
            Kind::Text(_) => {}
            Kind::Open { .. } => open.push(index),
            Kind::Bar => {
                if let Some(Kind::Open { bars, .. }) = open.last().map(|&owner| &mut tokens[owner].kind) {
                    bars.push(index);
                }
            }
            Kind::Close => {
                if let Some(Kind::Open { close, .. }) = open.pop().map(|owner| &mut tokens[owner].kind) {
                    *close = Some(index);
                }
            }
        }
    }
    tokens
}

/// Where the reader is: how deep, and how text is coloured there.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    kind: SpanKind,
}

impl Place {
    const TOP: Self = Self { depth: 0, kind: SpanKind::Text };
}

struct Reader<'s> {
    source: &'s str,
    tokens: &'s [Token],
    spans: Vec<Span>,
}

impl Reader<'_> {
    fn sequence(&mut self, range: Range<usize>, place: Place) -> Result<Vec<Node>, TemplateError> {
        let mut nodes = Vec::new();
        let mut index = range.start;
        while index < range.end {
            index = match &self.tokens[index].kind {
                Kind::Text(text) => self.text(&mut nodes, index, text, place),
                // Bars that separate are outside the ranges this is called with; these are just characters.
                Kind::Bar => self.text(&mut nodes, index, "|", place),
                Kind::Close => self.text(&mut nodes, index, "}", place),
                Kind::Open { close, bars } => {
                    if let Some((inside, end)) = self.variable_at(index) {
                        nodes.push(self.variable(index, inside, end, place)?);
                        end + 1
                    } else if let (Some(end), false) = (*close, bars.is_empty()) {
                        nodes.push(self.pick(index, bars, end, place)?);
                        end + 1
                    } else if !bars.is_empty() {
                        return Err(self.mistake(index, index, Mistake::UnclosedAlternatives));
                    } else if matches!(self.tokens.get(index + 1), Some(Token { kind: Kind::Open { .. }, .. })) {
                        return Err(self.mistake(index, index + 1, Mistake::UnclosedVariable));
                    } else {
                        self.text(&mut nodes, index, "{", place)
                    }
                }
            };
        }
        Ok(nodes)
    }

    fn text(&mut self, nodes: &mut Vec<Node>, index: usize, text: &str, place: Place) -> usize {
        self.colour(self.tokens[index].range.clone(), place.kind);
        match nodes.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => nodes.push(Node::Text(text.to_owned())),
        }
        index + 1
    }

    /// Whether a variable opens here: two braces that close side by side, with a plain name first. Gives the tokens
    /// between the inner braces, and the last one.
    fn variable_at(&self, index: usize) -> Option<(Range<usize>, usize)> {
        let (Some(end), true) = self.open(index)? else { return None };
        let (Some(inner_end), _) = self.open(index + 1)? else { return None };
        let name_end = self.first_bar(index + 1).unwrap_or(inner_end);
        let plain_name = self.tokens[index + 2..name_end].iter().all(|token| matches!(token.kind, Kind::Text(_)));
        (inner_end + 1 == end && plain_name).then_some((index + 2..inner_end, end))
    }

    /// The closing token of an open brace, and whether it has no bars of its own.
    fn open(&self, index: usize) -> Option<(Option<usize>, bool)> {
        match self.tokens.get(index).map(|token| &token.kind) {
            Some(Kind::Open { close, bars }) => Some((*close, bars.is_empty())),
            _ => None,
        }
    }

    fn first_bar(&self, index: usize) -> Option<usize> {
        self.bars(index).first().copied()
    }

    /// The bars directly inside an open brace, as tokens.
    fn bars(&self, index: usize) -> &[usize] {
        match &self.tokens[index].kind {
            Kind::Open { bars, .. } => bars,
            _ => &[],
        }
    }

    /// The format between the first bar of a variable and the next, if that is one; and the bar before the fallback.
    fn format(&self, bars: &[usize], end: usize) -> (Option<Format>, Option<usize>) {
        let Some(&first) = bars.first() else { return (None, None) };
        let next = bars.get(1).copied();
        match &self.tokens[first + 1..next.unwrap_or(end)] {
            [Token { kind: Kind::Text(word), .. }] => match Format::of(word) {
                Some(format) => (Some(format), next),
                None => (None, Some(first)),
            },
            _ => (None, Some(first)),
        }
    }

    fn variable(&mut self, start: usize, inside: Range<usize>, end: usize, at: Place) -> Result<Node, TemplateError> {
        let place = self.deeper(start, at, SpanKind::Variable)?;
        let bar = self.first_bar(start + 1);
        let name = match &self.tokens[inside.start..bar.unwrap_or(inside.end)] {
            [Token { kind: Kind::Text(name), .. }] => name.trim().to_owned(),
            _ => String::new(),
        };
        if name.is_empty() {
            return Err(self.mistake(start, end, Mistake::EmptyVariable));
        }
        self.colour(self.tokens[start].range.start..self.tokens[end].range.end, SpanKind::Variable);
        let coloured = self.spans.len();
        let (format, bar) = self.format(self.bars(start + 1), inside.end);
        let fallback = bar.map(|bar| self.sequence(bar + 1..inside.end, place)).transpose()?;
        // The whole variable has one colour already.
        self.spans.truncate(coloured);
        if let Some(span) = self.spans.last_mut() {
            span.range.end = self.tokens[end].range.end;
        }
        Ok(Node::Variable { name, format, fallback: fallback.map(trim) })
    }

    fn pick(&mut self, start: usize, bars: &[usize], end: usize, at: Place) -> Result<Node, TemplateError> {
        let place = self.deeper(start, at, SpanKind::Alternatives)?;
        let mut alternatives = Vec::with_capacity(bars.len() + 1);
        let mut from = start;
        for &to in bars.iter().chain([&end]) {
            self.colour(self.tokens[from].range.clone(), place.kind);
            alternatives.push(self.sequence(from + 1..to, place)?);
            from = to;
        }
        self.colour(self.tokens[end].range.clone(), place.kind);
        Ok(Node::Pick(alternatives))
    }

    fn deeper(&self, index: usize, place: Place, kind: SpanKind) -> Result<Place, TemplateError> {
        match place.depth {
            MAX_DEPTH.. => Err(self.mistake(index, index, Mistake::TooDeep)),
            depth => Ok(Place { depth: depth + 1, kind }),
        }
    }

    fn colour(&mut self, range: Range<usize>, kind: SpanKind) {
        match self.spans.last_mut() {
            Some(last) if last.kind == kind && last.range.end == range.start && kind != SpanKind::Variable => {
                last.range.end = range.end;
            }
            _ => self.spans.push(Span { range, kind }),
        }
    }

    fn mistake(&self, from: usize, to: usize, mistake: Mistake) -> TemplateError {
        let at = self.tokens[from].range.start..self.tokens[to].range.end;
        let at_char = u32::try_from(self.source[..at.start].chars().count()).unwrap_or(u32::MAX);
        TemplateError { at, at_char, mistake }
    }
}

/// Spaces around a fallback are for the eye.
fn trim(mut nodes: Vec<Node>) -> Vec<Node> {
    if let Some(Node::Text(text)) = nodes.first_mut() {
        *text = text.trim_start().to_owned();
    }
    if let Some(Node::Text(text)) = nodes.last_mut() {
        text.truncate(text.trim_end().len());
    }
    nodes
}
