//! Text with WhatsApp's marks, drawn as it will look on a phone.

use domain::markup::{self, Node};
use leptos::prelude::*;

/// What somebody wrote, with WhatsApp's marks drawn: elements and text, never HTML.
#[component]
pub fn MarkedText(#[prop(into)] text: String) -> impl IntoView {
    (!text.is_empty()).then(|| view! { <p class="break-words whitespace-pre-wrap">{nodes(markup::parse(&text))}</p> })
}

fn nodes(nodes: Vec<Node>) -> Vec<AnyView> {
    nodes.into_iter().map(drawn).collect()
}

fn drawn(node: Node) -> AnyView {
    match node {
        Node::Text(text) => text.into_any(),
        Node::Bold(inside) => view! { <strong class="font-bold">{nodes(inside)}</strong> }.into_any(),
        Node::Italic(inside) => view! { <em>{nodes(inside)}</em> }.into_any(),
        Node::Strike(inside) => view! { <s>{nodes(inside)}</s> }.into_any(),
        Node::Code(code) => view! { <code class="font-mono text-sm">{code}</code> }.into_any(),
        Node::Link(address) => view! {
            <a class="link !font-medium break-all" href=address.clone() target="_blank" rel="noopener noreferrer nofollow">
                {address.clone()}
            </a>
        }
        .into_any(),
    }
}
