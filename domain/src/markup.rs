//! The marks WhatsApp draws instead of showing: `*bold*`, `_italic_`, `~struck~`, `` `code` `` and ```` ```code``` ````, and
//! addresses of the web. The text becomes a tree of nodes, never HTML: whoever draws it makes elements of them, so what a
//! stranger writes is only ever text.
//!
//! A mark opens after the beginning, a space or punctuation and before something that is not a space; it closes the other
//! way round, on the same line. So `2*3*4` and `snake_case_name` stay as they are. Marks nest, each in another kind. The
//! work grows with the length of the text, however hostile it is.

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Text(String),
    Bold(Vec<Node>),
    Italic(Vec<Node>),
    Strike(Vec<Node>),
    /// Of fixed width, shown as it is; may span lines.
    Code(String),
    /// An address that begins with `http://` or `https://`: nothing else is ever a link.
    Link(String),
}

/// The nodes of a text. Put together they hold every character but the marks that were understood.
pub fn parse(text: &str) -> Vec<Node> {
    let mut out = Vec::new();
    let mut rest = text;
    // Code first: nothing inside it is a mark.
    while let Some((before, code, after)) = fenced(rest) {
        inline(before, Marks::ALL, &mut out);
        out.push(Node::Code(code.to_owned()));
        rest = after;
    }
    inline(rest, Marks::ALL, &mut out);
    out
}

const FENCE: &str = "```";

fn fenced(text: &str) -> Option<(&str, &str, &str)> {
    let (before, opened) = text.split_once(FENCE)?;
    let (code, after) = opened.split_once(FENCE)?;
    (!code.trim().is_empty()).then_some((before, code.trim_matches('\n'), after))
}

/// The marks that may still open: none inside itself.
#[derive(Clone, Copy)]
struct Marks(u8);

impl Marks {
    const ALL: Self = Self(0b1111);
    const KINDS: [char; 4] = ['*', '_', '~', '`'];

    fn index(self, c: char) -> Option<usize> {
        Self::KINDS.iter().position(|kind| *kind == c).filter(|index| self.0 & (1 << index) != 0)
    }

    fn without(self, index: usize) -> Self {
        Self(self.0 & !(1 << index))
    }
}

fn inline(text: &str, marks: Marks, out: &mut Vec<Node>) {
    // For each kind of mark, where the search for its end may be given up: none was found up to there.
    let mut hopeless = [0usize; 4];
    let mut plain = 0;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        if opens_word(&text[..at])
            && let Some(length) = link_length(&text[at..])
        {
            push_text(&text[plain..at], out);
            out.push(Node::Link(text[at..at + length].to_owned()));
            (plain, at) = (at + length, at + length);
        } else if let Some(index) = marks.index(c).filter(|index| at >= hopeless[*index])
            && opens_word(&text[..at])
        {
            match closing(text, next, c) {
                Ok(end) => {
                    push_text(&text[plain..at], out);
                    out.push(marked(index, &text[next..end], marks.without(index)));
                    (plain, at) = (end + 1, end + 1);
                }
                Err(searched) => {
                    hopeless[index] = searched;
                    at = next;
                }
            }
        } else {
            at = next;
        }
    }
    push_text(&text[plain..], out);
}

fn marked(index: usize, inside: &str, marks: Marks) -> Node {
    let mut nodes = Vec::new();
    if index != 3 {
        inline(inside, marks, &mut nodes);
    }
    match index {
        0 => Node::Bold(nodes),
        1 => Node::Italic(nodes),
        2 => Node::Strike(nodes),
        _ => Node::Code(inside.to_owned()),
    }
}

/// Where the mark that opened before `from` closes; or how far there is none.
fn closing(text: &str, from: usize, mark: char) -> Result<usize, usize> {
    if text[from..].starts_with(char::is_whitespace) {
        return Err(0);
    }
    let mut before = None;
    for (offset, c) in text[from..].char_indices() {
        let at = from + offset;
        if c == '\n' {
            return Err(at);
        }
        let ends = before.is_some_and(|b: char| !b.is_whitespace() && b != mark)
            && !text[at + c.len_utf8()..].starts_with(|after: char| after.is_alphanumeric() || after == mark);
        if c == mark && ends {
            return Ok(at);
        }
        before = Some(c);
    }
    Err(text.len())
}

/// Whether a mark or an address may begin after this.
fn opens_word(before: &str) -> bool {
    !before.chars().next_back().is_some_and(char::is_alphanumeric)
}

/// The length of the address the text begins with, without the punctuation that belongs to the sentence.
fn link_length(text: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let end = text.find(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c)).unwrap_or(text.len());
    let length = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*', '_', '~', '\'']).len();
    (length > scheme.len()).then_some(length)
}

fn push_text(text: &str, out: &mut Vec<Node>) {
    if !text.is_empty() {
        out.push(Node::Text(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Node {
        Node::Text(text.into())
    }

    #[test]
    fn marks_become_nodes_and_nest() {
        assert_eq!(
            parse("Halo *Kak _Dewi_*, ~lama~ `kode`"),
            [
                text("Halo "),
                Node::Bold(vec![text("Kak "), Node::Italic(vec![text("Dewi")])]),
                text(", "),
                Node::Strike(vec![text("lama")]),
                text(" "),
                Node::Code("kode".into()),
            ]
        );
    }

    #[test]
    fn marks_inside_words_and_across_lines_stay_as_written() {
        for written in ["2*3*4", "snake_case_name", "* daftar *", "*satu\ndua*", "**", "_", "harga ~10rb"] {
            assert_eq!(parse(written), [text(written)], "{written}");
        }
    }

    #[test]
    fn nothing_in_code_is_a_mark() {
        assert_eq!(
            parse("a ```*b*\nc``` `*d*`"),
            [text("a "), Node::Code("*b*\nc".into()), text(" "), Node::Code("*d*".into())]
        );
        assert_eq!(parse("``` ```"), [text("``` ```")]);
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(
            parse("Lihat https://sapa.id/a_b_c?x=1, ya."),
            [text("Lihat "), Node::Link("https://sapa.id/a_b_c?x=1".into()), text(", ya.")]
        );
        for written in ["javascript:alert(1)", "https://", "xhttps://a.id"] {
            assert_eq!(parse(written), [text(written)], "{written}");
        }
        assert_eq!(parse("<img src=x onerror=alert(1)>"), [text("<img src=x onerror=alert(1)>")]);
    }

    #[test]
    fn a_hostile_text_takes_no_longer_than_a_kind_one() {
        let hostile = "*a ".repeat(20_000);
        assert_eq!(parse(&hostile), [text(&hostile)]);
        let nested = "*_~a ".repeat(10_000) + &"~_* ".repeat(10_000);
        assert!(!parse(&nested).is_empty());
    }

    fn letters(nodes: &[Node]) -> String {
        let inside = |node: &Node| match node {
            Node::Text(text) | Node::Code(text) | Node::Link(text) => text.clone(),
            Node::Bold(nodes) | Node::Italic(nodes) | Node::Strike(nodes) => letters(nodes),
        };
        nodes.iter().map(inside).collect::<String>().replace(['*', '_', '~', '`', '\n'], "")
    }

    proptest! {
        #[test]
        fn no_character_but_a_mark_is_lost(written in "[a-c*_~`\n .]{0,60}") {
            prop_assert_eq!(letters(&parse(&written)), written.replace(['*', '_', '~', '`', '\n'], ""));
        }
    }
}
