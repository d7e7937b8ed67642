//! Every message that the network accepted, as its recipient decrypted it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use super::entry::{Arrival, Entry, EntryIndex};
use super::policy::{Limits, Policy, Refusal, Standing, Traffic};
use crate::address::Phone;
use crate::disk::{Journal, Record};

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
    pub to: Option<Phone>,
    /// Only what was accepted at or after this time.
    pub since_ms: Option<i64>,
}

/// The ledger of a world.
pub struct Ledger {
    journal: Arc<Journal>,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    entries: Vec<Entry>,
    places: HashMap<(Phone, String), EntryIndex>,
    tallies: HashMap<Phone, Tally>,
    policy: Policy,
    /// Made when a limit needs it for the first time; what has no limits keeps nothing.
    traffic: Option<Traffic>,
}

#[derive(Default, Clone, Copy)]
struct Tally {
    nacked: u64,
    counter_reuse: u64,
    standing: Standing,
}

impl Ledger {
    /// An empty ledger that writes to `journal`.
    pub fn new(journal: Arc<Journal>) -> Self {
        Self { journal, books: Mutex::default() }
    }

    /// The same ledger, from now on writing to `journal`.
    pub fn into_journal(self, journal: Arc<Journal>) -> Self {
        Self { journal, ..self }
    }

    /// Records that the network took a message, unless a limit forbids it: then it is counted as refused. Both under one
    /// lock, so that two devices of an account cannot share the last place.
    pub fn admit(&self, entry: Entry) -> Result<(EntryIndex, Arrival), Refusal> {
        let mut books = self.books();
        let judged = if books.policy.is_unlimited() { Ok(()) } else { books.judge(&entry) };
        if let Err(refusal) = judged {
            // What followed from it is in the journal before anybody is told.
            if let Some(tally) = books.tallies.get(&entry.from).filter(|_| refusal != Refusal::Banned) {
                self.journal.append(&tally.record(entry.from));
            }
            return Err(refusal);
        }
        Ok(self.enter(&mut books, entry))
    }

    /// Records that the network took a message. A known (sender, id) is counted, not entered again.
    pub fn accept(&self, entry: Entry) -> (EntryIndex, Arrival) {
        self.enter(&mut self.books(), entry)
    }

    fn enter(&self, books: &mut Books, entry: Entry) -> (EntryIndex, Arrival) {
        let key = (entry.from, entry.id.clone());
        if let Some(at) = books.places.get(&key).copied() {
            let known = &mut books.entries[at];
            let arrival = if known.resend_due { Arrival::Resend } else { Arrival::Repeated };
            known.resend_due = false;
            known.wire_count += u32::from(arrival == Arrival::Repeated);
            self.write(at, known);
            return (at, arrival);
        }
        let at = books.entries.len();
        self.write(at, &entry);
        if let Some(traffic) = &mut books.traffic {
            traffic.note(&entry);
        }
        books.places.insert(key, at);
        books.entries.push(entry);
        (at, Arrival::New)
    }

    /// Changes an entry and returns it as it is then.
    pub fn update(&self, at: EntryIndex, change: impl FnOnce(&mut Entry)) -> Option<Entry> {
        let mut books = self.books();
        let entry = books.entries.get_mut(at)?;
        change(entry);
        self.write(at, entry);
        Some(entry.clone())
    }

    /// The entry at a place.
    pub fn get(&self, at: EntryIndex) -> Option<Entry> {
        self.books().entries.get(at).cloned()
    }

    /// Where the message of this sender is.
    pub fn find(&self, from: Phone, id: &str) -> Option<EntryIndex> {
        self.books().places.get(&(from, id.to_owned())).copied()
    }

    /// Counts a message that the network refused.
    pub fn count_nack(&self, account: Phone) {
        self.tally(account, |tally| tally.nacked += 1);
    }

    /// Counts a counter that an account used for two different ciphertexts.
    pub fn count_counter_reuse(&self, account: Phone) {
        self.tally(account, |tally| tally.counter_reuse += 1);
    }

    /// Puts other limits in force.
    pub fn limit(&self, policy: Policy) {
        let mut books = self.books();
        books.tallies.values_mut().for_each(|tally| policy.pardon(&mut tally.standing));
        // Without limits nothing is kept for them; with limits it is the same as before.
        books.traffic = books.traffic.take().filter(|_| !policy.is_unlimited());
        books.policy = policy;
    }

    /// The limits in force.
    pub fn policy(&self) -> Policy {
        self.books().policy.clone()
    }

    /// How an account stands with the limits.
    pub fn limits(&self, account: Phone, now: i64) -> Limits {
        let mut books = self.books();
        if books.policy.is_unlimited() {
            return Limits::default();
        }
        let standing = books.tallies.get(&account).map(|tally| tally.standing).unwrap_or_default();
        let Books { policy, traffic, entries, .. } = &mut *books;
        policy.limits(account, traffic.get_or_insert_with(|| Traffic::of(entries)), standing, now)
    }

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

    /// The latest entry of each chat of `account`, the newest first, of up to `limit` chats.
    pub fn latest_of_chats(&self, account: Phone, limit: usize) -> Vec<Entry> {
        let books = self.books();
        let mut seen = HashSet::new();
        let of_chat = |entry: &&Entry| match (entry.from == account, entry.to == account) {
            (true, _) => seen.insert(entry.to),
            (false, true) => seen.insert(entry.from),
            (false, false) => false,
        };
        books.entries.iter().rev().filter(of_chat).take(limit).cloned().collect()
    }

    /// Totals of all accounts, or of one sender.
    pub fn summary(&self, from: Option<Phone>) -> Summary {
        let books = self.books();
        let mut summary = Summary::default();
        let mut ids: HashMap<Phone, HashSet<&str>> = HashMap::new();
        for entry in &books.entries {
            // Without a sender the totals speak of accounts; what people write counts as replies.
            if entry.from_person && from.is_none_or(|from| from == entry.to) {
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
    pub fn chat(&self, person: Phone, account: Phone) -> Vec<Entry> {
        let books = self.books();
        let shown = |entry: &&Entry| {
            (entry.from == person && entry.to == account)
                || (entry.from == account && entry.to == person && entry.decrypted && entry.delivered_at_ms.is_some())
        };
        books.entries.iter().filter(shown).cloned().collect()
    }

    /// Entries whose recipient still has something to do, after a restart.
    pub fn unfinished(&self) -> Vec<(EntryIndex, Entry)> {
        let books = self.books();
        let open = |entry: &Entry| {
            !entry.from_person && entry.decrypted && entry.receipts && (entry.read_at_ms.is_none() || !entry.answered)
        };
        books
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| open(entry))
            .map(|(at, entry)| (at, entry.clone()))
            .collect()
    }

    /// Everything, for the journal.
    pub fn records(&self) -> Vec<Record> {
        let books = self.books();
        let entries = books.entries.iter().enumerate();
        let entries = entries.map(|(at, entry)| Record::Message { at: at as u64, entry: entry.clone() });
        let tallies = books.tallies.iter().map(|(account, tally)| tally.record(*account));
        entries.chain(tallies).collect()
    }

    /// Puts back an entry from the journal.
    pub fn restore(&self, at: EntryIndex, entry: Entry) {
        let mut books = self.books();
        books.places.insert((entry.from, entry.id.clone()), at);
        match books.entries.get_mut(at) {
            Some(known) => *known = entry,
            None => books.entries.push(entry),
        }
    }

    /// Puts back a tally from the journal.
    pub fn restore_tally(&self, account: Phone, nacked: u64, counter_reuse: u64, standing: Standing) {
        self.books().tallies.insert(account, Tally { nacked, counter_reuse, standing });
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.books() = Books::default();
    }

    fn tally(&self, account: Phone, count: impl FnOnce(&mut Tally)) {
        let mut books = self.books();
        let tally = books.tallies.entry(account).or_default();
        count(tally);
        self.journal.append(&tally.record(account));
    }

    /// Under the lock, so that the journal has the entry's states in their order.
    fn write(&self, at: EntryIndex, entry: &Entry) {
        self.journal.append_with(|| Record::Message { at: at as u64, entry: entry.clone() });
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Books {
    /// Whether a message may pass the limits; one that may not is counted.
    fn judge(&mut self, entry: &Entry) -> Result<(), Refusal> {
        let Self { policy, traffic, entries, tallies, places } = self;
        let traffic = traffic.get_or_insert_with(|| Traffic::of(entries));
        let tally = tallies.entry(entry.from).or_default();
        if tally.standing.banned_until(entry.accepted_at_ms).is_some() {
            return Err(Refusal::Banned);
        }
        // What was accepted once is accepted again, or a resend that somebody asked for could be lost.
        if places.contains_key(&(entry.from, entry.id.clone())) {
            return Ok(());
        }
        policy.judge(entry, traffic, &mut tally.standing).inspect_err(|_| tally.nacked += 1)
    }
}

impl Tally {
    fn record(self, account: Phone) -> Record {
        let Self { nacked, counter_reuse, standing } = self;
        Record::Tally { account, nacked, counter_reuse, standing }
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
    use super::*;

    fn phone(text: &str) -> Phone {
        text.parse().unwrap()
    }

    fn entry(from: &str, to: &str, id: &str) -> Entry {
        let json = serde_json::json!({
            "id": id, "from": from, "to": to, "kind": "text", "text": null, "accepted_at_ms": 1, "delivered_at_ms": null,
            "read_at_ms": null, "wire_count": 1, "decrypted": false, "from_person": from.starts_with("6283"),
            "device": 1, "by_lid": true, "fingerprint": 0, "retries": 0, "resend_due": false, "receipts": true,
            "answered": false,
        });
        serde_json::from_value(json).unwrap()
    }

    fn ledger() -> Ledger {
        Ledger::new(Arc::new(Journal::in_memory()))
    }

    #[test]
    fn a_resend_that_was_asked_for_is_no_duplicate() {
        let ledger = ledger();
        let (at, arrival) = ledger.accept(entry("62811111", "62822222", "A"));
        assert_eq!(arrival, Arrival::New);
        ledger.update(at, |entry| (entry.resend_due, entry.retries) = (true, 1));
        assert_eq!(ledger.summary(None).undecryptable, 1);
        assert_eq!(ledger.accept(entry("62811111", "62822222", "A")), (at, Arrival::Resend));
        assert_eq!(ledger.accept(entry("62811111", "62822222", "A")), (at, Arrival::Repeated));
        assert_eq!((ledger.summary(None).accepted, ledger.summary(None).wire_duplicates), (1, 1));
    }

    #[test]
    fn totals_without_sender_speak_of_accounts() {
        let ledger = ledger();
        for (from, to, id) in [
            ("62811111", "62822222", "A"),
            ("62811111", "62822222", "B"),
            ("62811111", "62833333", "C"),
            ("62844444", "62822222", "A"),
            ("62833333", "62811111", "R"),
        ] {
            ledger.accept(entry(from, to, id));
        }
        ledger.count_nack(phone("62844444"));
        let all = ledger.summary(None);
        assert_eq!((all.accepted, all.replies, all.nacked, all.distinct_recipients), (4, 1, 1, 2));
        let one = ledger.summary(Some(phone("62811111")));
        assert_eq!((one.accepted, one.replies, one.nacked), (3, 1, 0));
        assert_eq!((one.distinct_ids, one.max_distinct_ids_per_recipient), (3, 2));
        let other = ledger.summary(Some(phone("62844444")));
        assert_eq!((other.accepted, other.replies, other.nacked), (1, 0, 1));
    }

    #[test]
    fn pages_follow_each_other_without_gap() {
        let ledger = ledger();
        for id in ["A", "B", "C", "D"] {
            ledger.accept(entry("62811111", if id == "B" { "62833333" } else { "62822222" }, id));
        }
        let filter = Filter { to: Some(phone("62822222")), ..Filter::default() };
        let (first, next) = ledger.page(&filter, 0, 2);
        let (second, last) = ledger.page(&filter, next.unwrap(), 2);
        let ids: Vec<_> = first.iter().chain(&second).map(|entry| entry.id.as_str()).collect();
        assert_eq!((ids, last), (vec!["A", "C", "D"], None));
    }
}
