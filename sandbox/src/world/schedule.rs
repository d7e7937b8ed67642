//! What will happen later: one heap and one task, driven by the world's clock.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;
use wacore_binary::Node;

use super::World;
use super::entry::EntryIndex;
use crate::address::Phone;
use crate::wire::channel::Line;

/// Something that is due at a moment.
pub enum Due {
    /// The recipient's phone receives a message.
    Deliver(EntryIndex),
    /// The recipient reads it.
    Read(EntryIndex),
    /// A participant's phone receives a group's message.
    DeliverTo(EntryIndex, Phone),
    /// A participant reads it.
    ReadBy(EntryIndex, Phone),
    /// The recipient begins to type an answer.
    Type(EntryIndex),
    /// The recipient answers it.
    Reply(EntryIndex, String),
    /// A stanza goes out late.
    Send(Line, Node),
    /// A connection ends.
    HangUp(Line),
}

/// Everything that is due, soonest first.
#[derive(Default)]
pub struct Schedule {
    agenda: Mutex<Agenda>,
    sooner: Notify,
}

#[derive(Default)]
struct Agenda {
    next: u64,
    moments: BinaryHeap<Reverse<(i64, u64)>>,
    due: std::collections::HashMap<u64, Due>,
}

impl Schedule {
    /// Lets something happen at a moment.
    pub fn at(&self, at_ms: i64, due: Due) {
        let mut agenda = self.agenda();
        let ticket = agenda.next;
        agenda.next += 1;
        let first = agenda.moments.peek().is_none_or(|Reverse((earliest, _))| at_ms < *earliest);
        agenda.moments.push(Reverse((at_ms, ticket)));
        agenda.due.insert(ticket, due);
        drop(agenda);
        if first {
            self.sooner.notify_one();
        }
    }

    /// Cancels everything.
    pub fn clear(&self) {
        let mut agenda = self.agenda();
        agenda.moments.clear();
        agenda.due.clear();
    }

    /// Lets things happen when they are due, until the task is dropped.
    pub async fn run(world: Arc<World>) {
        loop {
            let now = world.clock.now_ms();
            let (due, next) = world.schedule.take_due(now);
            for due in due {
                world.perform(due);
            }
            let wait = async {
                match next {
                    Some(at_ms) => world.clock.wait_until(at_ms).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => {}
                () = world.schedule.sooner.notified() => {}
            }
        }
    }

    fn take_due(&self, now: i64) -> (Vec<Due>, Option<i64>) {
        let mut agenda = self.agenda();
        let mut taken = Vec::new();
        while let Some(Reverse((at_ms, ticket))) = agenda.moments.peek().copied() {
            if at_ms > now {
                return (taken, Some(at_ms));
            }
            agenda.moments.pop();
            taken.extend(agenda.due.remove(&ticket));
        }
        (taken, None)
    }

    fn agenda(&self) -> MutexGuard<'_, Agenda> {
        self.agenda.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
