//! People write to a number at the same time, and what they write is stored together.
//!
//! The client hands over each chat by itself and waits for it. Whoever finds nobody storing stores for all who wait: one
//! write at a time, so that a number that is flooded takes its turn at the database and no more.

use super::{Wake, pulse::Pulse};
use crate::{
    Server,
    error::{Error, Result},
    inbox::{self, Received},
    outbox::Sender,
    whatsapp::content::Said,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex as SyncMutex, MutexGuard, PoisonError},
};
use tokio::sync::{Mutex, oneshot};

/// Messages stored in one write: some 20 ms.
const PIECE: usize = 16;

/// The way of one session's messages to the database.
pub(super) struct Intake {
    server: Server,
    sender: Sender,
    wake: Wake,
    pulse: Arc<Pulse>,
    /// In the order in which they came.
    waiting: SyncMutex<VecDeque<Waiting>>,
    /// Held by whoever stores.
    turn: Mutex<()>,
}

struct Waiting {
    message: Received,
    /// Whoever waits may have gone: then the network sends the message again.
    answer: oneshot::Sender<Result<()>>,
}

impl Intake {
    pub(super) fn new(server: Server, sender: Sender, wake: Wake, pulse: Arc<Pulse>) -> Self {
        Self { server, sender, wake, pulse, waiting: SyncMutex::default(), turn: Mutex::default() }
    }

    /// Returns once all of them are on the disk. Not acknowledged unless it succeeds: the network sends them again, to
    /// whoever owns the session then.
    pub(super) async fn store(&self, received: Vec<Received>) -> Result<()> {
        let queue = |message| {
            let (answer, stored) = oneshot::channel();
            (Waiting { message, answer }, stored)
        };
        let (waiting, answers): (Vec<_>, Vec<_>) = received.into_iter().map(queue).unzip();
        self.waiting().extend(waiting);
        for answer in answers {
            self.stored(answer).await?;
        }
        Ok(())
    }

    /// Waits until a message is stored, and stores what waits when it is our turn.
    async fn stored(&self, mut answer: oneshot::Receiver<Result<()>>) -> Result<()> {
        loop {
            tokio::select! {
                biased;
                stored = &mut answer => {
                    return stored.unwrap_or(Err(Error::Other(anyhow::anyhow!("whoever stored it went away"))));
                }
                _turn = self.turn.lock() => self.store_piece().await,
            }
        }
    }

    async fn store_piece(&self) {
        let piece: Vec<_> = {
            let mut waiting = self.waiting();
            let until = waiting.len().min(PIECE);
            waiting.drain(..until).collect()
        };
        let (messages, answers): (Vec<_>, Vec<_>) = piece.into_iter().map(|one| (one.message, one.answer)).unzip();
        if self.write(messages.clone()).await.is_ok() {
            for answer in answers {
                let _ = answer.send(Ok(()));
            }
            return;
        }
        // One that cannot be stored takes nobody with it.
        for (message, answer) in messages.into_iter().zip(answers) {
            let stored = self.write(vec![message]).await.inspect_err(|error| {
                if !matches!(error, Error::Stale(_)) {
                    tracing::error!(number.id = %self.sender.number, %error, "an inbound message could not be stored");
                }
            });
            let _ = answer.send(stored);
        }
    }

    async fn write(&self, messages: Vec<Received>) -> Result<()> {
        let has_file = |message: &Received| matches!(&message.said, Said::Message(content) if content.file.is_some());
        let with_files = messages.iter().any(has_file);
        let fresh = inbox::receive(&self.server, self.sender, messages).await?;
        self.pulse.receive(fresh);
        if with_files {
            self.wake.files.now();
        }
        self.wake.pictures.now();
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
