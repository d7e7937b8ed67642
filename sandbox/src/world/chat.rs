//! A chat as a person's phone shows it: messages with what later ones made of them.

use std::collections::HashMap;

use super::entry::Entry;
use crate::address::Phone;

/// A message as it stands in a chat.
#[derive(Debug)]
pub struct Shown {
    pub entry: Entry,
    /// The words it has now.
    pub text: Option<String>,
    pub edited: bool,
    pub deleted: bool,
    /// The latest reaction of each side.
    pub reactions: Vec<(Phone, String)>,
}

/// Folds edits, deletions and reactions into what they are about, in the order they came. One about a message that the
/// phone does not have, or that its sender may not change, does nothing, as on a phone.
pub fn fold(entries: Vec<Entry>) -> Vec<Shown> {
    let mut shown: Vec<Shown> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let Some(about) = &entry.about else {
            places.insert(entry.id.clone(), shown.len());
            shown.push(Shown::new(entry));
            continue;
        };
        if let Some(message) = places.get(about).map(|at| &mut shown[*at]) {
            message.change(&entry);
        }
    }
    shown
}

impl Shown {
    fn new(entry: Entry) -> Self {
        Self { text: entry.text.clone(), entry, edited: false, deleted: false, reactions: Vec::new() }
    }

    fn change(&mut self, later: &Entry) {
        let own = later.from == self.entry.from;
        match later.kind.as_str() {
            _ if self.deleted => {}
            "reaction" => {
                self.reactions.retain(|(from, _)| *from != later.from);
                let emoji = later.text.clone().filter(|emoji| !emoji.is_empty());
                self.reactions.extend(emoji.map(|emoji| (later.from, emoji)));
            }
            "edit" if own => (self.text, self.edited) = (later.text.clone(), true),
            "delete" if own => {
                (self.text, self.deleted, self.edited) = (None, true, false);
                self.reactions.clear();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::an_entry;
    use super::*;

    const SHOP: u64 = 62_811_111;
    const RINA: u64 = 62_833_333;

    fn message(from: u64, id: &str, text: &str) -> Entry {
        let to = if from == SHOP { RINA } else { SHOP };
        Entry { text: Some(text.into()), ..an_entry(from, to, id) }
    }

    fn later(from: u64, kind: &str, about: &str, text: &str) -> Entry {
        let id = format!("{kind} {about} {text}");
        Entry { kind: kind.into(), about: Some(about.into()), ..message(from, &id, text) }
    }

    #[test]
    fn what_is_changed_stands_changed() {
        let shown = fold(vec![
            message(SHOP, "A", "Harga 10"),
            message(RINA, "B", "Mahal"),
            later(SHOP, "edit", "A", "Harga 9"),
            later(RINA, "reaction", "A", "👍"),
            later(SHOP, "reaction", "A", "😂"),
            later(RINA, "reaction", "A", "❤"),
            later(SHOP, "reaction", "A", ""),
            later(RINA, "delete", "B", ""),
        ]);
        let [first, second] = &shown[..] else { panic!("two messages, not {}", shown.len()) };
        assert_eq!((first.text.as_deref(), first.edited, first.deleted), (Some("Harga 9"), true, false));
        assert_eq!(first.reactions, [(Phone::from_number(RINA).unwrap(), "❤".to_owned())]);
        assert_eq!((&second.text, second.edited, second.deleted), (&None, false, true));
    }

    #[test]
    fn nobody_changes_what_others_said_and_nothing_deleted_comes_back() {
        let shown = fold(vec![
            message(SHOP, "A", "Harga 10"),
            later(RINA, "edit", "A", "Gratis"),
            later(RINA, "delete", "A", ""),
            later(RINA, "edit", "unknown", "Gratis"),
            message(RINA, "B", "Mahal"),
            later(RINA, "delete", "B", ""),
            later(RINA, "edit", "B", "Murah"),
            later(SHOP, "reaction", "B", "👍"),
        ]);
        assert_eq!(shown.len(), 2);
        assert_eq!((shown[0].text.as_deref(), shown[0].edited, shown[0].deleted), (Some("Harga 10"), false, false));
        assert_eq!((&shown[1].text, shown[1].deleted, shown[1].reactions.len()), (&None, true, 0));
    }
}
