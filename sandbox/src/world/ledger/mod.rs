//! Every message that the network accepted, as its recipient decrypted it.

mod reading;

pub use reading::{Filter, Summary};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::audience::Reader;
use super::entry::{Arrival, Entry, EntryIndex};
use super::policy::{Limits, Policy, Refusal, Standing, Traffic};
use crate::address::Phone;
use crate::disk::{Journal, Record};
use crate::media::MediaState;

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

    /// Changes what became of a group's message with one participant, and returns the entry as it is then.
    pub fn update_reader(&self, at: EntryIndex, who: Phone, change: impl FnOnce(&mut Reader)) -> Option<Entry> {
        let mut books = self.books();
        let entry = books.entries.get_mut(at)?;
        let reader = entry.change_reader(who, change)?.clone();
        // Alone: with hundreds of participants the whole entry would be written over and over.
        self.journal.append_with(|| Record::Reader { at: at as u64, reader });
        Some(entry.clone())
    }

    /// Notes a repetition of a group's message for one participant: whether they had asked for it.
    pub fn note_resend(&self, at: EntryIndex, who: Phone) -> Arrival {
        let mut arrival = Arrival::Repeated;
        self.update_reader(at, who, |reader| {
            if reader.resends_due > 0 {
                reader.resends_due -= 1;
                arrival = Arrival::Resend;
            }
        });
        if arrival == Arrival::Repeated {
            self.update(at, |entry| entry.wire_count += 1);
        }
        arrival
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

    /// Entries whose recipient still has something to do, after a restart.
    pub fn unfinished(&self) -> Vec<(EntryIndex, Entry)> {
        let books = self.books();
        let open = |entry: &Entry| {
            // Of a group's message some may still have something to do.
            let readable = entry.decrypted || entry.audience.iter().any(|reader| reader.decrypted);
            !entry.from_person && readable && entry.receipts && (entry.read_at_ms.is_none() || !entry.answered)
        };
        books
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| open(entry))
            .map(|(at, entry)| (at, entry.clone()))
            .collect()
    }

    /// Entries whose recipient's phone was fetching a file, after a restart.
    pub fn awaiting_media(&self) -> Vec<(EntryIndex, Entry)> {
        let books = self.books();
        let awaits = |entry: &Entry| entry.media.as_ref().is_some_and(|media| media.state == MediaState::Coming);
        let entries = books.entries.iter().enumerate().filter(|(_, entry)| awaits(entry));
        entries.map(|(at, entry)| (at, entry.clone())).collect()
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

    /// Puts back what became of a group's message with one participant.
    pub fn restore_reader(&self, at: EntryIndex, reader: Reader) {
        if let Some(entry) = self.books().entries.get_mut(at) {
            entry.change_reader(reader.phone, |known| *known = reader);
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

#[cfg(test)]
mod tests {
    use super::super::entry::an_entry;
    use super::*;

    fn ledger() -> Ledger {
        Ledger::new(Arc::new(Journal::in_memory()))
    }

    #[test]
    fn a_resend_that_was_asked_for_is_no_duplicate() {
        let ledger = ledger();
        let (at, arrival) = ledger.accept(an_entry(62_811_111, 62_822_222, "A"));
        assert_eq!(arrival, Arrival::New);
        ledger.update(at, |entry| (entry.resend_due, entry.retries) = (true, 1));
        assert_eq!(ledger.summary(None).undecryptable, 1);
        assert_eq!(ledger.accept(an_entry(62_811_111, 62_822_222, "A")), (at, Arrival::Resend));
        assert_eq!(ledger.accept(an_entry(62_811_111, 62_822_222, "A")), (at, Arrival::Repeated));
        assert_eq!((ledger.summary(None).accepted, ledger.summary(None).wire_duplicates), (1, 1));
    }
}
