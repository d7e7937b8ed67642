//! The address book of every account's phone: who is saved in it, and under which name.
//!
//! Kept as changes in the order they came: linked devices have the book up to one of them and ask for the next.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use crate::address::Phone;

/// One change of the book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub phone: Phone,
    /// None when they are not in the book any more.
    pub name: Option<String>,
    pub at_ms: i64,
}

/// The book.
#[derive(Default)]
pub struct AddressBook(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    changes: Vec<Saved>,
    names: BTreeMap<Phone, String>,
}

impl AddressBook {
    /// Somebody is saved under a name, or not any more. If that is news, it is handed to `keep`, and the book has a
    /// new version.
    pub fn save(&self, saved: Saved, keep: impl FnOnce(&Saved)) -> Option<u64> {
        let mut pages = self.pages();
        if pages.names.get(&saved.phone) == saved.name.as_ref() {
            return None;
        }
        // Under the lock, so that the journal has the changes in their order.
        keep(&saved);
        pages.turn(saved);
        Some(pages.changes.len() as u64)
    }

    /// Puts back a change from the journal.
    pub fn restore(&self, saved: Saved) {
        self.pages().turn(saved);
    }

    /// Every change there ever was: the book's version is their number.
    pub fn changes(&self) -> Vec<Saved> {
        self.pages().changes.clone()
    }

    /// The name somebody is saved under.
    pub fn name(&self, phone: Phone) -> Option<String> {
        self.pages().names.get(&phone).cloned()
    }

    /// Forgets everybody.
    pub fn clear(&self) {
        *self.pages() = Pages::default();
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Pages {
    fn turn(&mut self, saved: Saved) {
        match &saved.name {
            Some(name) => self.names.insert(saved.phone, name.clone()),
            None => self.names.remove(&saved.phone),
        };
        self.changes.push(saved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_news_turn_a_page() {
        let book = AddressBook::default();
        let rina = Phone::from_number(6_281_311_110_001).expect("a phone");
        let save =
            |name: Option<&str>| book.save(Saved { phone: rina, name: name.map(str::to_owned), at_ms: 0 }, |_| {});
        assert_eq!(save(None), None, "nobody was there");
        assert_eq!((save(Some("Rina")), save(Some("Rina"))), (Some(1), None));
        assert_eq!((save(Some("Bu Rina")), save(None), save(Some("Rina"))), (Some(2), Some(3), Some(4)));
        assert_eq!((book.name(rina).as_deref(), book.changes().len()), (Some("Rina"), 4));
    }
}
