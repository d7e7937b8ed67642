//! What the phone remembers: its history, handed over in parts when a device is linked, and its address book.
//!
//! Beside the session, not within: it may be much, and messages of people who write now go before it. The client tells the
//! network that it has a part before it has looked at it, so that a part comes once: what cannot be read is written down.

mod read;

pub(super) use read::Entry;

use super::{live::Live, store};
use crate::{
    Server,
    engine::NudgeAll,
    error::{Error, Result},
    inbox::history,
    outbox::Sender,
    whatsapp::content,
};
use anyhow::Context as _;
use domain::{ContactId, number::health::NumberEvent};
use read::Book;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use wa_rs::Client;
use wacore::types::{
    events::{Event, InboundMessage, LazyHistorySync},
    message::MessageCategory,
};
use waproto::whatsapp::message::protocol_message::Type;

/// Parts that wait, in bytes as they came: packed. A phone packs some megabytes into one.
const WAITING_BYTES: usize = 64 * 1024 * 1024;
/// Names that wait.
const WAITING_NAMES: usize = 50_000;
/// Chats that are read ahead of what is stored.
const AHEAD: usize = 2;
/// After so long without another part a history is whole.
const WHOLE_AFTER: Duration = Duration::from_secs(3);
/// How often is looked whether it is.
const LOOK: Duration = Duration::from_millis(500);
/// How long names that came with the link are held for people whose chats are not here yet: both come at the same time.
const NAMES_HELD: Duration = Duration::from_secs(60);
/// Between two tries to store a chat, and how many there are.
const AGAIN: Duration = Duration::from_secs(5);
const TRIES: u32 = 5;

/// What came and waits to be stored.
#[derive(Clone, Default)]
pub(super) struct Memory {
    held: Arc<Mutex<Held>>,
    wake: NudgeAll,
}

#[derive(Default)]
struct Held {
    parts: VecDeque<LazyHistorySync>,
    bytes: usize,
    names: BTreeMap<String, Entry>,
    /// Parts of which the phone said that they come.
    announced: BTreeSet<String>,
    /// Parts that came.
    came: u64,
}

impl Memory {
    /// Takes what is for the memory. Called on the receive path: never waits.
    pub(super) fn take(&self, event: &Event) -> bool {
        let mut held = self.held();
        match event {
            Event::HistorySync(part) => {
                let bytes = part.compressed_bytes().len();
                // Not counted as one that came: it is missed in the end.
                if held.bytes + bytes <= WAITING_BYTES {
                    (held.bytes, held.came) = (held.bytes + bytes, held.came + 1);
                    held.parts.push_back(LazyHistorySync::clone(part));
                }
            }
            Event::ContactUpdate(update) => held.note(read::saved(update)),
            Event::PushNameUpdate(update) => held.note(read::named(&update.jid, &update.new_push_name)),
            _ => return false,
        }
        drop(held);
        self.wake.now();
        true
    }

    /// The phone says which parts come.
    pub(super) fn announce(&self, parts: Vec<String>) {
        self.held().announced.extend(parts);
        self.wake.now();
    }

    fn next_part(&self) -> Option<LazyHistorySync> {
        let mut held = self.held();
        let part = held.parts.pop_front()?;
        held.bytes = held.bytes.saturating_sub(part.compressed_bytes().len());
        Some(part)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn note(&mut self, entry: Option<(String, Entry)>) {
        let Some((who, entry)) = entry else { return };
        if self.names.len() < WAITING_NAMES || self.names.contains_key(&who) {
            self.names.entry(who).or_default().learn(entry);
        }
    }
}

/// The parts of a history that messages of the phone announce.
pub(super) fn announced(batch: &[InboundMessage]) -> Vec<String> {
    let announces = |inbound: &&InboundMessage| {
        let told = inbound.message.protocol_message.as_option().and_then(|told| told.r#type);
        inbound.info.category == MessageCategory::Peer && told == Some(Type::HISTORY_SYNC_NOTIFICATION)
    };
    let id = |inbound: &InboundMessage| content::wire_id(Some(&inbound.info.id.to_string()));
    batch.iter().filter(announces).filter_map(id).collect()
}

/// The history of one session.
pub(super) struct History {
    pub server: Server,
    pub sender: Sender,
    pub client: Arc<Client>,
    pub memory: Memory,
}

/// What a history has brought so far.
#[derive(Default)]
struct Course {
    messages: u64,
    known: u64,
    chats: BTreeSet<ContactId>,
    /// Parts that came and could not be read, or not all of them.
    broken: u64,
    /// Files that are fetched by themselves.
    fetches: u64,
    /// What people are called of whom the history may tell yet.
    names: Vec<Entry>,
    /// When something happened last; none when nothing is to be told.
    moved: Option<Instant>,
}

impl History {
    /// Runs until dropped.
    pub(super) async fn run(self) {
        let mut woken = self.memory.wake.subscribe();
        let mut course = Course::default();
        let held_until = Instant::now() + NAMES_HELD;
        let before = match store::announced_before(&self.server, self.sender).await {
            Ok(before) => before,
            Err(error) => {
                tracing::warn!(number.id = %self.sender.number, %error, "what was left of a history is not known");
                BTreeSet::new()
            }
        };
        if !before.is_empty() {
            course.moved = Some(Instant::now());
        }
        loop {
            match self.turn(&mut course, &before, held_until).await {
                Ok(()) => {}
                // Another process owns the session, and soon ends this one.
                Err(Error::Stale(_)) => return std::future::pending().await,
                Err(error) => {
                    tracing::error!(number.id = %self.sender.number, %error, "a history could not be taken in");
                    tokio::time::sleep(AGAIN).await;
                }
            }
            let is_open = course.moved.is_some();
            tokio::select! {
                _ = woken.changed() => {}
                () = tokio::time::sleep(LOOK), if is_open => {}
            }
        }
    }

    async fn turn(&self, course: &mut Course, before: &BTreeSet<String>, held_until: Instant) -> Result<()> {
        if !self.memory.held().announced.is_empty() {
            course.moved.get_or_insert_with(Instant::now);
        }
        while let Some(part) = self.memory.next_part() {
            let taken = self.take_in(&part, course).await;
            course.moved = Some(Instant::now());
            match taken {
                Ok(()) => {}
                Err(error @ Error::Stale(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(number.id = %self.sender.number, %error, "a part of a history could not be read");
                    course.broken += 1;
                }
            }
        }
        let names: Vec<_> = std::mem::take(&mut self.memory.held().names).into_values().collect();
        if course.moved.is_some() || Instant::now() < held_until {
            course.names.extend(names.iter().take(WAITING_NAMES.saturating_sub(course.names.len())).cloned());
        }
        store::learn_names(&self.server, self.sender, names).await?;
        if course.moved.is_some_and(|moved| moved.elapsed() >= WHOLE_AFTER) && self.is_whole().await {
            self.tell(course, before).await?;
        }
        Ok(())
    }

    /// Whether the client has nothing more in hand.
    async fn is_whole(&self) -> bool {
        let (announced, came) = {
            let held = self.memory.held();
            (held.announced.len() as u64, held.came)
        };
        // A part may be here before the word that it comes.
        came <= announced && self.client.wait_for_startup_sync(Duration::ZERO).await.is_ok()
    }

    /// Takes in a part, chat by chat as it is read.
    async fn take_in(&self, part: &LazyHistorySync, course: &mut Course) -> Result<()> {
        let (tell, mut told) = mpsc::channel(AHEAD);
        let reading = {
            let (packed, bytes) = (part.compressed_bytes().clone(), part.decompressed_size() as u64);
            tokio::task::spawn_blocking(move || read::part(&packed, bytes, |chat| tell.blocking_send(chat).is_ok()))
        };
        while let Some(chat) = told.recv().await {
            let brought = self.store(chat, &mut course.fetches).await?;
            course.messages += brought.messages;
            course.known += brought.known;
            course.chats.extend(brought.contact.filter(|_| brought.messages > 0));
        }
        let read = reading.await.context("reading a history")?;
        let Book { entries, is_whole } = read.context("a history that nobody can read")?;
        store::learn_names(&self.server, self.sender, entries).await?;
        course.broken += u64::from(!is_whole);
        Ok(())
    }

    /// Stores a chat; the database may be busy for a while.
    async fn store(&self, chat: history::Chat, fetches: &mut u64) -> Result<history::Brought> {
        let mut tries = 0;
        loop {
            let before = *fetches;
            match history::take_in(&self.server, self.sender, chat.clone(), fetches).await {
                Err(error @ Error::Stale(_)) => return Err(error),
                Err(error) if tries < TRIES => {
                    tracing::warn!(number.id = %self.sender.number, %error, "a chat could not be stored yet");
                    (tries, *fetches) = (tries + 1, before);
                    tokio::time::sleep(AGAIN).await;
                }
                stored => return stored,
            }
        }
    }

    /// Writes down what the history brought, once.
    async fn tell(&self, course: &mut Course, before: &BTreeSet<String>) -> Result<()> {
        let missing = {
            let held = self.memory.held();
            let gone = before.difference(&held.announced).count() as u64;
            gone + (held.announced.len() as u64).saturating_sub(held.came)
        };
        store::learn_names(&self.server, self.sender, std::mem::take(&mut course.names)).await?;
        let lost = missing + course.broken;
        let (messages, chats) = (course.messages, course.chats.len() as u64);
        let event = NumberEvent::History { messages, chats, lost };
        let is_news = messages > 0 || course.known > 0 || lost > 0;
        if lost > 0 {
            tracing::warn!(number.id = %self.sender.number, lost, "parts of a history are lost");
        }
        store::end_history(&self.server, self.sender, is_news.then_some(event)).await?;
        *course = Course::default();
        let mut held = self.memory.held();
        held.came = held.came.saturating_sub(held.announced.len() as u64);
        held.announced.clear();
        Ok(())
    }
}

impl Live {
    /// What takes in the phone's memory while the session runs.
    pub(super) fn history(&self, client: Arc<Client>) -> History {
        History { server: self.server.clone(), sender: self.sender, client, memory: self.memory.clone() }
    }
}
