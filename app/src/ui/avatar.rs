//! People. Customers are round; the team and the bot are kawung leaves.

use super::{Glyph, Icon};
use leptos::prelude::*;

/// How large a person is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    Small,
    #[default]
    Medium,
    Large,
}

impl Size {
    fn class(self) -> &'static str {
        match self {
            Self::Small => "avatar-sm",
            Self::Medium => "",
            Self::Large => "avatar-lg",
        }
    }
}

/// A customer: their picture, or their initials in a circle. The name always stands beside it in words, so it is hidden
/// from screen readers.
#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    /// Where it is; the initials stand behind it until it is there.
    #[prop(optional_no_strip)]
    picture: Option<String>,
    #[prop(optional)] size: Size,
) -> impl IntoView {
    let class = format!("avatar {} {}", tint(&name), size.class());
    view! {
        <span class=class aria-hidden="true">
            {initials(&name)}
            {picture.map(|src| view! { <img class="avatar-picture" src=src alt="" loading="lazy" decoding="async" /> })}
        </span>
    }
}

/// A member of the team: initials in a leaf.
#[component]
pub fn Leaf(#[prop(into)] name: String, #[prop(optional)] size: Size) -> impl IntoView {
    let class = format!("avatar leaf {} {}", tint(&name), size.class());
    view! { <span class=class aria-hidden="true">{initials(&name)}</span> }
}

/// The bot: sparkles in a leaf.
#[component]
pub fn BotLeaf(#[prop(optional)] size: Size) -> impl IntoView {
    view! {
        <span class=format!("avatar leaf av-2 {}", size.class()) aria-hidden="true">
            <Icon glyph=Glyph::Sparkles class=if size == Size::Small { "size-3" } else { "size-4" } />
        </span>
    }
}

/// The first letters of the first and the last word; of a phone number, its last two digits.
fn initials(name: &str) -> String {
    let digits: Vec<char> = name.chars().filter(char::is_ascii_digit).collect();
    let words: Vec<char> =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic())).collect();
    match (words.as_slice(), digits.as_slice()) {
        ([], [.., a, b]) => format!("{a}{b}"),
        ([], _) => "?".to_owned(),
        ([only], _) => only.to_uppercase().collect(),
        ([first, .., last], _) => first.to_uppercase().chain(last.to_uppercase()).collect(),
    }
}

/// One of four colours, always the same for a name.
fn tint(name: &str) -> &'static str {
    let sum = name.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    ["av-1", "av-2", "av-3", "av-4"][(sum >> 3) as usize % 4]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_two_letters_and_an_unknown_one_two_digits() {
        assert_eq!(initials("Lestari Handayani"), "LH");
        assert_eq!(initials("Toko Mbak Yuni"), "TY");
        assert_eq!(initials("yuni"), "Y");
        assert_eq!(initials("+62 878-5550-9021"), "21");
        assert_eq!(initials("<img onerror=1>"), "IO");
        assert_eq!(initials(""), "?");
    }
}
