//! Consent: who wants no messages and the proof of it, the words that end them, and writing a wish down.

pub mod api;
mod page;
mod setting;
mod suppress;
mod text;
mod wish;

pub use page::ConsentPage;
pub use wish::{ConsentSection, WritingClosed};

use domain::{
    Lang,
    consent::{ConsentEntry, WishSource},
};

/// How somebody expressed a wish, in words.
fn proof(lang: Lang, entry: &ConsentEntry) -> String {
    let words = entry.words.trim();
    match entry.source {
        WishSource::Message => text::wrote(lang, words),
        WishSource::Member => {
            let member = entry.member.as_deref().filter(|member| !member.is_empty()).unwrap_or(text::a_member(lang));
            if words.is_empty() { text::noted(lang, member) } else { text::noted_so(lang, member, words) }
        }
        WishSource::File => text::in_file(lang, words),
        WishSource::List => text::on_list(lang).to_owned(),
        WishSource::Earlier if words.is_empty() => text::earlier(lang).to_owned(),
        WishSource::Earlier => words.to_owned(),
    }
}
