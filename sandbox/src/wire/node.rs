//! Reading and building stanzas.

use std::borrow::Cow;

use anyhow::{Context as _, Result};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, NodeContent, NodeValue, Server};

/// The network itself, as the sender of a stanza.
pub const NETWORK: &str = "s.whatsapp.net";

/// Begins a stanza or one of its children.
pub fn node(tag: &'static str) -> NodeBuilder {
    NodeBuilder::new(tag)
}

/// A child that holds nothing but bytes.
pub fn leaf(tag: &'static str, content: impl Into<Vec<u8>>) -> Node {
    node(tag).bytes(content).build()
}

/// Words of a person as an attribute. What holds an `@` is written as an address, and one of nowhere cannot be read again:
/// such words are told with a sign that looks the same.
pub fn words(text: &str) -> String {
    text.replace('@', "＠")
}

/// What is longer is never written as an address, in bytes.
const LONGEST_ADDRESS: usize = 127;

/// Whether a stanza that was read can be written and read again: see [`words`]. One that cannot would break the line of
/// whoever it is passed on to, at every login, and the journal that keeps it.
pub fn is_repeatable(stanza: &Node) -> bool {
    let is_address = |text: &str| text.split_once('@').is_none_or(|(_, server)| Server::parse_known(server).is_some());
    let is_read = |text: &str| text.len() > LONGEST_ADDRESS || is_address(text);
    let is_attr = |(key, value): (&Cow<'static, str>, &NodeValue)| {
        let is_value = match value {
            NodeValue::String(text) => is_read(text),
            NodeValue::Jid(_) => true,
        };
        is_read(key) && is_value
    };
    let is_content = match &stanza.content {
        Some(NodeContent::Nodes(children)) => children.iter().all(is_repeatable),
        Some(NodeContent::String(text)) => is_read(text),
        Some(NodeContent::Bytes(_)) | None => true,
    };
    is_content && is_read(&stanza.tag) && stanza.attrs.iter().all(is_attr)
}

/// What a stanza says, with errors that name what is missing.
pub trait Stanza {
    /// The attribute as text.
    fn text(&self, key: &str) -> Option<String>;
    /// The attribute as an address.
    fn jid(&self, key: &str) -> Option<Jid>;
    /// The first child with this tag.
    fn child(&self, tag: &str) -> Option<&Node>;
    /// The first child with this tag, or an error that names it.
    fn needs(&self, tag: &'static str) -> Result<&Node>;
    /// The content as bytes; empty when there is none.
    fn content(&self) -> &[u8];
    /// The content as exactly 32 bytes.
    fn key32(&self) -> Result<[u8; 32]>;
    /// The content as a big-endian number.
    fn number(&self) -> u32;
}

impl Stanza for Node {
    fn text(&self, key: &str) -> Option<String> {
        self.attrs.get(key).map(|value| value.as_str().into_owned())
    }

    fn jid(&self, key: &str) -> Option<Jid> {
        self.attrs.get(key).and_then(|value| value.to_jid())
    }

    fn child(&self, tag: &str) -> Option<&Node> {
        self.get_optional_child(tag)
    }

    fn needs(&self, tag: &'static str) -> Result<&Node> {
        self.child(tag).with_context(|| format!("<{}> without <{tag}>", self.tag))
    }

    fn content(&self) -> &[u8] {
        match &self.content {
            Some(NodeContent::Bytes(bytes)) => bytes,
            Some(NodeContent::String(text)) => text.as_bytes(),
            _ => &[],
        }
    }

    fn key32(&self) -> Result<[u8; 32]> {
        let content = self.content();
        content.try_into().with_context(|| format!("<{}> holds {} bytes instead of 32", self.tag, content.len()))
    }

    fn number(&self) -> u32 {
        big_endian(self.content())
    }
}

/// The last four bytes as a number, the protocol writes ids in three or four.
pub fn big_endian(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A key id in the three bytes the protocol gives it.
pub fn id24(id: u32) -> Vec<u8> {
    id.to_be_bytes()[1..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::channel::read_stanza;
    use wacore_binary::marshal::marshal;

    #[test]
    fn words_with_an_at_arrive() {
        let named = |name: &str| node("message").attr("notify", name).children([leaf("enc", *b"x")]).build();
        let again = |stanza: &Node| read_stanza(&marshal(stanza).unwrap()).ok();
        let careful = named(&words("Toko @ Solo"));
        assert_eq!(again(&careful).and_then(|it| it.text("notify")).as_deref(), Some("Toko ＠ Solo"));
        assert!(is_repeatable(&careful) && is_repeatable(&named("6281200000001@s.whatsapp.net")));
        let careless = named("Toko @ Solo");
        assert!(!is_repeatable(&careless) && again(&careless).is_none(), "nobody can read it");
        assert!(!is_repeatable(&node("list").children([careless]).build()));
    }
}
