//! What is asked of the ledger: pages of it, chats, totals.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::address::{GroupId, Phone, Recipient};
use crate::world::chat::{self, Shown};
use crate::world::entry::Entry;

/// Totals, as `GET /api/ledger/summary` gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Messages of accounts that the network took.
    pub accepted: u64,
    pub distinct_ids: u64,
    pub distinct_recipients: u64,
    /// Unasked repetitions of a (sender, id).
    pub wire_duplicates: u64,
    /// Accepted messages that their recipient could not read, so far.
    pub undecryptable: u64,
    pub delivered: u64,
    pub read: u64,
    /// Messages from people.
    pub replies: u64,
    /// Messages that the network refused.
    pub nacked: u64,
    pub max_distinct_ids_per_recipient: u64,
    /// How often a message counter of a Signal chain came with two different ciphertexts.
    pub signal_counter_reuse: u64,
}

/// What a page of the ledger is chosen by.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub from: Option<Phone>,
    pub to: Option<Recipient>,
    /// Only what was accepted at or after this time.
    pub since_ms: Option<i64>,
}

impl Ledger {
    /// Up to `limit` entries from `cursor` on, each with its place, and the cursor of the next page.
    pub fn page(&self, filter: &Filter, cursor: usize, limit: usize) -> (Vec<Entry>, Option<usize>) {
        let books = self.books();
        let mut page = Vec::new();
        for (at, entry) in books.entries.iter().enumerate().skip(cursor) {
            if !filter.admits(entry) {
                continue;
            }
            if page.len() == limit {
                return (page, Some(at));
            }
            page.push(entry.clone());
        }
        (page, None)
    }

    /// The last `limit` entries, the newest first.
    pub fn newest(&self, filter: &Filter, limit: usize) -> Vec<Entry> {
        let books = self.books();
        books.entries.iter().rev().filter(|entry| filter.admits(entry)).take(limit).cloned().collect()
    }

    /// Everybody who ever wrote or was written to, accounts as well.
    pub fn everybody(&self) -> HashSet<Phone> {
        let books = self.books();
        let of = |entry: &Entry| [Some(entry.from), entry.to.phone()].into_iter().flatten();
        let readers = |entry: &Entry| entry.audience.iter().map(|reader| reader.phone).collect::<Vec<_>>();
        books.entries.iter().flat_map(|entry| of(entry).chain(readers(entry))).collect()
    }

    /// The latest entry of each chat of `account` with somebody, the newest first, of up to `limit` chats.
    pub fn latest_of_chats(&self, account: Phone, limit: usize) -> Vec<Entry> {
        let books = self.books();
        let mut seen = HashSet::new();
        let of_chat = |entry: &&Entry| match (entry.from == account, entry.to) {
            (true, Recipient::One(to)) => seen.insert(to),
            (false, Recipient::One(to)) if to == account => seen.insert(entry.from),
            _ => false,
        };
        books.entries.iter().rev().filter(of_chat).take(limit).cloned().collect()
    }

    /// Whether one of them ever wrote to the other.
    pub fn know_each_other(&self, one: Phone, other: Phone) -> bool {
        let spoke =
            |entry: &Entry| (entry.from == one && entry.is_for(other)) || (entry.from == other && entry.is_for(one));
        self.books().entries.iter().rev().any(spoke)
    }

    /// Everybody who ever wrote to somebody, or got something of them, in groups as well.
    pub fn acquaintances(&self, of: Phone) -> HashSet<Phone> {
        let books = self.books();
        let mut met = HashSet::new();
        for entry in books.entries.iter().filter(|entry| entry.from == of || entry.is_for(of)) {
            met.insert(entry.from);
            met.extend(entry.to.phone());
            met.extend(entry.audience.iter().map(|reader| reader.phone));
        }
        met
    }

    /// Totals of all accounts, or of one sender.
    pub fn summary(&self, from: Option<Phone>) -> Summary {
        let books = self.books();
        let mut summary = Summary::default();
        let mut ids: HashMap<Recipient, HashSet<&str>> = HashMap::new();
        for entry in &books.entries {
            // Without a sender the totals speak of accounts; what people write counts as replies.
            if entry.from_person && from.is_none_or(|from| entry.is_for(from)) {
                summary.replies += 1;
            }
            if from.map_or(entry.from_person, |from| from != entry.from) {
                continue;
            }
            summary.accepted += 1;
            summary.wire_duplicates += u64::from(entry.wire_count.saturating_sub(1));
            summary.undecryptable += u64::from(!entry.decrypted && entry.retries > 0);
            summary.delivered += u64::from(entry.delivered_at_ms.is_some());
            summary.read += u64::from(entry.read_at_ms.is_some());
            ids.entry(entry.to).or_default().insert(&entry.id);
        }
        summary.distinct_recipients = ids.len() as u64;
        summary.max_distinct_ids_per_recipient = ids.values().map(HashSet::len).max().unwrap_or(0) as u64;
        summary.distinct_ids = ids.into_values().flatten().collect::<HashSet<_>>().len() as u64;
        for (account, tally) in &books.tallies {
            if from.is_none_or(|from| from == *account) {
                summary.nacked += tally.nacked;
                summary.signal_counter_reuse += tally.counter_reuse;
            }
        }
        summary
    }

    /// What the phone of `person` shows of the chat with `account`, oldest first.
    pub fn chat(&self, person: Phone, account: Phone) -> Vec<Shown> {
        let books = self.books();
        let has = |entry: &&Entry| {
            (entry.from == person && entry.to == account.into())
                || (entry.from == account
                    && entry.to == person.into()
                    && entry.decrypted
                    && entry.delivered_at_ms.is_some())
        };
        chat::fold(books.entries.iter().filter(has).cloned().collect())
    }
}

impl Ledger {
    /// What the phone of `person` shows of a group, oldest first: what they wrote and what reached them.
    pub fn group_chat(&self, person: Phone, group: GroupId) -> Vec<Shown> {
        let books = self.books();
        let reached = |entry: &Entry| {
            let reader = entry.reader(person);
            reader.is_some_and(|reader| reader.decrypted && reader.delivered_at_ms.is_some())
        };
        let has = |entry: &&Entry| entry.to == group.into() && (entry.from == person || reached(entry));
        chat::fold(books.entries.iter().filter(has).cloned().collect())
    }
}

impl Ledger {
    /// What the phone of `account` itself has of its chats: each as it is now, oldest message first, and the chats in no
    /// order. Of the last `most` messages and changes of messages.
    pub fn chats_of(&self, account: Phone, most: usize) -> HashMap<Recipient, Vec<Shown>> {
        let mut chats: HashMap<Recipient, Vec<Entry>> = HashMap::new();
        let books = self.books();
        let with = |entry: &Entry| match entry.to {
            Recipient::Group(_) if entry.from == account || entry.reader(account).is_some() => Some(entry.to),
            Recipient::One(_) if entry.from == account => Some(entry.to),
            Recipient::One(to) if to == account => Some(entry.from.into()),
            _ => None,
        };
        // Of what a client wrote the network knows nothing before somebody has read it.
        let known = books.entries.iter().rev().filter(|entry| entry.from_person || entry.kind != "unknown");
        for (with, entry) in known.filter_map(|entry| Some((with(entry)?, entry))).take(most) {
            chats.entry(with).or_default().push(entry.clone());
        }
        drop(books);
        let in_order = |mut entries: Vec<Entry>| {
            entries.reverse();
            chat::fold(entries)
        };
        chats.into_iter().map(|(with, entries)| (with, in_order(entries))).collect()
    }
}

impl Filter {
    fn admits(&self, entry: &Entry) -> bool {
        self.from.is_none_or(|from| from == entry.from)
            && self.to.is_none_or(|to| to == entry.to)
            && self.since_ms.is_none_or(|since| entry.accepted_at_ms >= since)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::disk::Journal;
    use crate::world::entry::an_entry;

    fn phone(number: u64) -> Phone {
        Phone::from_number(number).expect("a phone")
    }

    #[test]
    fn totals_without_sender_speak_of_accounts() {
        let ledger = Ledger::new(Arc::new(Journal::in_memory()));
        for (from, to, id) in [
            (62_811_111, 62_822_222, "A"),
            (62_811_111, 62_822_222, "B"),
            (62_811_111, 62_833_333, "C"),
            (62_844_444, 62_822_222, "A"),
            (62_833_333, 62_811_111, "R"),
        ] {
            ledger.accept(an_entry(from, to, id));
        }
        ledger.count_nack(phone(62_844_444));
        let all = ledger.summary(None);
        assert_eq!((all.accepted, all.replies, all.nacked, all.distinct_recipients), (4, 1, 1, 2));
        let one = ledger.summary(Some(phone(62_811_111)));
        assert_eq!((one.accepted, one.replies, one.nacked), (3, 1, 0));
        assert_eq!((one.distinct_ids, one.max_distinct_ids_per_recipient), (3, 2));
        let other = ledger.summary(Some(phone(62_844_444)));
        assert_eq!((other.accepted, other.replies, other.nacked), (1, 0, 1));
    }

    #[test]
    fn pages_follow_each_other_without_gap() {
        let ledger = Ledger::new(Arc::new(Journal::in_memory()));
        for id in ["A", "B", "C", "D"] {
            ledger.accept(an_entry(62_811_111, if id == "B" { 62_833_333 } else { 62_822_222 }, id));
        }
        let filter = Filter { to: Some(phone(62_822_222).into()), ..Filter::default() };
        let (first, next) = ledger.page(&filter, 0, 2);
        let (second, last) = ledger.page(&filter, next.expect("another page"), 2);
        let ids: Vec<_> = first.iter().chain(&second).map(|entry| entry.id.as_str()).collect();
        assert_eq!((ids, last), (vec!["A", "C", "D"], None));
    }
}
