//! What became of a group's message with each of those it was for.

use serde::{Deserialize, Serialize};

use super::entry::Entry;
use crate::address::Phone;

/// One participant that a group's message was for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reader {
    pub phone: Phone,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub decrypted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at_ms: Option<i64>,
    /// How often they asked for it again.
    #[serde(default)]
    pub retries: u32,
    /// How many repetitions they are still waiting for.
    #[serde(default)]
    pub resends_due: u32,
}

impl Reader {
    /// Somebody whom it has not reached yet.
    pub fn new(phone: Phone) -> Self {
        Self { phone, decrypted: false, delivered_at_ms: None, read_at_ms: None, retries: 0, resends_due: 0 }
    }

    /// Somebody who has read it.
    pub fn who_read(phone: Phone, at_ms: i64) -> Self {
        Self { decrypted: true, delivered_at_ms: Some(at_ms), read_at_ms: Some(at_ms), ..Self::new(phone) }
    }
}

impl Entry {
    /// What became of it with one participant.
    pub fn reader(&self, phone: Phone) -> Option<&Reader> {
        self.audience.iter().find(|reader| reader.phone == phone)
    }

    /// Whether it is for somebody, alone or with a group.
    pub fn is_for(&self, phone: Phone) -> bool {
        self.to == phone.into() || self.reader(phone).is_some()
    }

    /// Changes what became of it with one participant, and so perhaps with all.
    pub fn change_reader(&mut self, phone: Phone, change: impl FnOnce(&mut Reader)) -> Option<&Reader> {
        let at = self.audience.iter().position(|reader| reader.phone == phone)?;
        change(&mut self.audience[at]);
        self.sum_up();
        self.audience.get(at)
    }

    /// A group's message is delivered once the last one has it, and read once the last one has read it.
    pub fn sum_up(&mut self) {
        let latest = |of: fn(&Reader) -> Option<i64>| {
            let times: Option<Vec<i64>> = self.audience.iter().map(of).collect();
            times.and_then(|times| times.into_iter().max())
        };
        let (delivered, read) = (latest(|reader| reader.delivered_at_ms), latest(|reader| reader.read_at_ms));
        (self.delivered_at_ms, self.read_at_ms) = (delivered, read);
        self.decrypted = self.audience.iter().all(|reader| reader.decrypted);
        self.retries = self.audience.iter().map(|reader| reader.retries).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::an_entry;
    use super::*;

    #[test]
    fn the_last_one_decides() {
        let (rina, budi) = (62_833_331, 62_833_332);
        let phone = |number| Phone::from_number(number).expect("a phone");
        let mut entry = an_entry(62_811_111, rina, "A");
        entry.audience = vec![Reader::new(phone(rina)), Reader::new(phone(budi))];
        let deliver = |entry: &mut Entry, to, at_ms| {
            let reader = entry.change_reader(phone(to), |reader| {
                (reader.decrypted, reader.delivered_at_ms) = (true, Some(at_ms));
            });
            assert!(reader.is_some());
        };
        deliver(&mut entry, rina, 9);
        assert_eq!((entry.decrypted, entry.delivered_at_ms), (false, None));
        deliver(&mut entry, budi, 7);
        assert_eq!((entry.decrypted, entry.delivered_at_ms, entry.read_at_ms), (true, Some(9), None));
        assert!(entry.change_reader(phone(62_833_333), |_| panic!("is not there")).is_none());
    }
}
