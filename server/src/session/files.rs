//! Files of a session's messages: fetched for those that came, given to the network for those that wait.
//!
//! Beside the session, not within: a large file on a slow line holds up no message.

use super::Wake;
use crate::{
    Server,
    error::{Error, Result},
    media::{self, Source, store},
    outbox::{self, Sender},
    whatsapp::file::Place,
};
use domain::{
    Event, MediaId, MessageId, Millis,
    media::MediaProblem,
    message::{FailReason, MessageKind},
    time::{HOUR_MS, MINUTE_MS, SECOND_MS},
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use std::{collections::HashMap, fmt, sync::Arc, time::Duration};
use wa_rs::{Client, ErrorChainExt as _, MediaRetryResult, features::MediaReuploadRequest};
use wacore_binary::Jid;

/// Files that are fetched at once.
const AT_ONCE: usize = 3;
/// Nothing is lost without a nudge, only later.
const PERIOD: Duration = Duration::from_secs(30);
/// How long after an error of ours the next try comes.
const AFTER_ERROR: Duration = Duration::from_secs(5);
/// A file that is being fetched is nobody else's for so long.
const FETCHING_MS: i64 = HOUR_MS;
/// When a file that did not come is tried again: after the first try, the second, …
const AGAIN_MS: [i64; 5] = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 4 * HOUR_MS, 24 * HOUR_MS];
/// A file that was begun so often is given up.
const HOPELESS: i64 = 20;
/// Files of waiting messages that are looked at; those that could not be given meanwhile are not in each other's way.
const WANTED: i64 = 50;
/// When a file that the network did not take is tried again while the session is connected; after the last, the messages
/// that wait for it fail.
const GIVE_AGAIN_MS: [i64; 5] = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS];

/// The row in which an upload is sealed.
pub(super) fn upload_of(sender: Sender, media: MediaId, kind: MessageKind) -> Vec<u8> {
    format!("media_upload|{}|{media}|{kind}", sender.session).into_bytes()
}

/// Files that were tried in vain.
type Later = HashMap<(MediaId, MessageKind), Vain>;

/// How often a file was tried in vain, and when it is tried next.
#[derive(Clone, Copy, Default)]
struct Vain {
    tries: usize,
    next_at: Millis,
}

/// The files of one session.
pub(super) struct Files {
    pub server: Server,
    pub sender: Sender,
    pub client: Arc<Client>,
    pub wake: Wake,
}

impl Files {
    /// Runs until dropped.
    pub(super) async fn run(self) {
        tokio::join!(self.fetch_all(), self.give_all());
    }

    async fn fetch_all(&self) {
        let (mut woken, mut asked) = (self.wake.files.subscribe(), self.server.nudge.media.subscribe());
        let mut fetching: FuturesUnordered<BoxFuture<'_, ()>> = FuturesUnordered::new();
        // Whoever owned the session before has left them.
        let mut fresh = true;
        loop {
            let pause = match self.claim(AT_ONCE.saturating_sub(fetching.len()), &mut fresh).await {
                Ok(due) => {
                    fetching.extend(due.into_iter().map(|due| self.fetch(due).boxed()));
                    PERIOD
                }
                Err(error) => {
                    tracing::error!(number.id = %self.sender.number, %error, "files cannot be looked up");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                Some(()) = fetching.next() => {}
                _ = woken.changed() => {}
                _ = asked.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn claim(&self, free: usize, fresh: &mut bool) -> Result<Vec<store::DueRow>> {
        if free == 0 || !self.client.is_logged_in() {
            return Ok(Vec::new());
        }
        let (sender, now, first) = (self.sender, self.server.now(), *fresh);
        let most = i64::try_from(free).unwrap_or(1);
        // Writing holds up others: not to find that there is nothing.
        if !first && !store::is_due(&mut self.server.db.system_read().await?, sender.number, now).await? {
            return Ok(Vec::new());
        }
        let due = self.server.db.write(move |tx| {
            Box::pin(async move {
                outbox::check_fence(tx, sender).await?;
                if first {
                    store::release_fetches(tx, sender.number, now).await?;
                }
                store::claim_due(tx, sender.number, now, now + FETCHING_MS, most).await
            })
        });
        let due = due.await?;
        *fresh = false;
        Ok(due)
    }

    async fn fetch(&self, due: store::DueRow) {
        let (message, attempts) = (due.message_id, due.attempts);
        let tried = match attempts {
            // Whatever it is that ends every try before its outcome can be written.
            HOPELESS.. => Err(Failure::Network(MediaProblem::Unreachable, anyhow::anyhow!("tried too often"))),
            _ => self.try_fetch(&due).await,
        };
        let outcome = match tried {
            Ok(()) => return,
            Err(Failure::Ours(error)) => {
                tracing::error!(number.id = %self.sender.number, %error, "a file could not be kept");
                Ok(AGAIN_MS[0])
            }
            Err(Failure::Network(problem, error)) => {
                tracing::info!(number.id = %self.sender.number, %problem, %error, "a file did not come");
                let tries = usize::try_from(attempts).unwrap_or(1).saturating_sub(1);
                match problem {
                    MediaProblem::Expired | MediaProblem::TooLarge => Err(problem),
                    // The same bytes come again: once more is enough.
                    MediaProblem::Damaged if tries > 0 => Err(problem),
                    _ => AGAIN_MS.get(tries).copied().ok_or(problem),
                }
            }
        };
        let next_at = outcome.ok().map(|wait| self.server.now() + wait);
        if let Err(error) =
            self.settle(message, move |tx| Box::pin(store::not_fetched(tx, message, outcome.err(), next_at))).await
        {
            tracing::error!(number.id = %self.sender.number, %error, "what became of a file could not be stored");
        }
    }

    async fn try_fetch(&self, due: &store::DueRow) -> std::result::Result<(), Failure> {
        let mut source = Source::open(&self.server, due.message_id, &due.source)?;
        let file = match source.place.download(&self.client, self.server.media.scratch()?).await {
            Err(error) if matches!(error.http_status(), Some(404 | 410)) => {
                source.place.path = self.ask_for(&source, &due.wa_id).await.ok_or(Failure::expired(error))?;
                source.place.download(&self.client, self.server.media.scratch()?).await
            }
            came => came,
        };
        let file = file.map_err(Failure::from_network)?;
        let kept = media::keep_received(&self.server, self.sender.tenant, file).await?;
        let (message, media) = (due.message_id, kept.media);
        self.settle(message, move |tx| Box::pin(store::fetched(tx, message, media))).await?;
        Ok(())
    }

    /// Where the file is again, after its sender's phone was asked for it.
    async fn ask_for(&self, source: &Source, wa_id: &str) -> Option<String> {
        let chat: Jid = source.chat.parse().ok()?;
        let request = MediaReuploadRequest {
            msg_id: wa_id,
            chat_jid: &chat,
            media_key: &source.place.key,
            is_from_me: source.from_me,
            participant: None,
        };
        match self.client.media_reupload().request(&request).await {
            Ok(MediaRetryResult::Success { direct_path }) if direct_path.starts_with('/') => Some(direct_path),
            _ => None,
        }
    }

    /// Writes what became of a file, and tells the pages that show its message.
    async fn settle<W>(&self, message: MessageId, write: W) -> Result<()>
    where
        W: for<'t> FnOnce(&'t mut crate::db::SystemTx) -> BoxFuture<'t, Result<()>> + Send + 'static,
    {
        let tenant = self.sender.tenant;
        let write = self.server.db.write(move |tx| {
            Box::pin(async move {
                write(tx).await?;
                if let Some(conversation) = store::conversation_of(tx, message).await? {
                    tx.publish(tenant, Event::ConversationChanged(conversation));
                }
                Ok(())
            })
        });
        write.await
    }

    async fn give_all(&self) {
        let (mut woken, mut nudged) = (self.wake.files.subscribe(), self.wake.outbox.subscribe());
        let mut later = Later::new();
        loop {
            let pause = match self.give_due(&mut later).await {
                Ok(pause) => pause,
                Err(Error::Stale(_)) => return,
                Err(error) => {
                    tracing::error!(number.id = %self.sender.number, %error, "files cannot be given to the network");
                    AFTER_ERROR
                }
            };
            tokio::select! {
                _ = woken.changed() => {}
                _ = nudged.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Gives what waiting messages need; how long until there is a reason to look again.
    async fn give_due(&self, later: &mut Later) -> Result<Duration> {
        if !self.client.is_logged_in() {
            return Ok(PERIOD);
        }
        let now = self.server.now();
        let wanted = {
            let mut tx = self.server.db.system_read().await?;
            store::wanted_uploads(&mut tx, self.sender, now, media::given_after(now), WANTED).await?
        };
        later.retain(|key, _| wanted.iter().any(|wanted| wanted.key() == *key));
        for wanted in wanted {
            if later.get(&wanted.key()).is_some_and(|vain| vain.next_at > self.server.now()) {
                continue;
            }
            match self.give(&wanted).await {
                Ok(()) => {
                    later.remove(&wanted.key());
                    self.server.nudge.outbox.now();
                }
                Err(Failure::Ours(error @ Error::Stale(_))) => return Err(error),
                Err(failure) => {
                    if let Some(reason) = self.not_given(&wanted, failure, later) {
                        later.remove(&wanted.key());
                        self.refuse(&wanted, reason).await?;
                    }
                }
            }
        }
        let next = later.values().map(|vain| vain.next_at.0 - self.server.now().0).min();
        let wait = next.map(|wait| Duration::from_millis(wait.max(10).unsigned_abs()));
        Ok(wait.unwrap_or(PERIOD).min(PERIOD))
    }

    async fn give(&self, wanted: &store::WantedUpload) -> std::result::Result<(), Failure> {
        let file = self.server.media.fetch(self.sender.tenant, wanted.media_id).await?;
        let place = Place::upload(&self.client, wanted.media_kind, file, self.server.media.scratch()?).await;
        let place = serde_json::to_vec(&place.map_err(Failure::from_network)?).map_err(anyhow::Error::from)?;
        let (sender, wanted, now) = (self.sender, wanted.clone(), self.server.now());
        let sealed = self.server.cipher.seal(&upload_of(sender, wanted.media_id, wanted.media_kind), &place);
        let write = self.server.db.write(move |tx| {
            Box::pin(async move {
                outbox::check_fence(tx, sender).await?;
                store::uploaded(tx, sender, &wanted, &sealed, now).await
            })
        });
        Ok(write.await?)
    }

    /// Why the messages that wait for a file that was not given will never be sent; nothing while it is tried again.
    fn not_given(&self, wanted: &store::WantedUpload, failure: Failure, later: &mut Later) -> Option<FailReason> {
        tracing::warn!(
            number.id = %self.sender.number, media.id = %wanted.media_id, error = %failure, "a file could not be given to the network"
        );
        let vain = later.entry(wanted.key()).or_default();
        match failure.again_in(vain.tries) {
            Ok(wait) => {
                *vain = Vain { tries: vain.tries + 1, next_at: self.server.now() + wait };
                None
            }
            Err(reason) => Some(reason),
        }
    }

    /// The file will not be with the network: what waits for it will never be sent.
    async fn refuse(&self, wanted: &store::WantedUpload, reason: FailReason) -> Result<()> {
        let waiting = {
            let mut tx = self.server.db.system_read().await?;
            store::waiting_for(&mut tx, self.sender, wanted).await?
        };
        for wa_id in waiting {
            outbox::failed(&self.server, self.sender, wa_id, reason).await?;
        }
        Ok(())
    }
}

/// Why a file is not where it should be.
enum Failure {
    /// The database, the disk.
    Ours(Error),
    Network(MediaProblem, anyhow::Error),
}

impl Failure {
    /// In how many milliseconds a file that was not given `tries` times before is tried again, or why never.
    fn again_in(&self, tries: usize) -> std::result::Result<i64, FailReason> {
        match self {
            Self::Ours(Error::Domain(domain::Error::NotFound)) => Err(FailReason::FileNotGiven),
            // A word about the file, not about the connection.
            Self::Network(_, error) if matches!(error.http_status(), Some(400 | 404..=407 | 409..=428 | 430..=499)) => {
                Err(FailReason::InvalidContent)
            }
            _ => GIVE_AGAIN_MS.get(tries).copied().ok_or(FailReason::FileNotGiven),
        }
    }

    fn expired(error: anyhow::Error) -> Self {
        Self::Network(MediaProblem::Expired, error)
    }

    fn from_network(error: anyhow::Error) -> Self {
        let io = |cause: &(dyn std::error::Error + 'static)| {
            cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
        };
        // The library's words for a file that is not what its message announced.
        let damaged = ["mismatch", "padding", "Invalid final media size", "Empty plaintext"];
        let words = format!("{error:#}");
        let problem = if matches!(error.http_status(), Some(404 | 410)) {
            MediaProblem::Expired
        } else if error.chain().any(|cause| io(cause) == Some(std::io::ErrorKind::FileTooLarge)) {
            MediaProblem::TooLarge
        } else if damaged.iter().any(|word| words.contains(word)) {
            MediaProblem::Damaged
        } else {
            MediaProblem::Unreachable
        };
        Self::Network(problem, error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours(error) => write!(f, "{error}"),
            Self::Network(_, error) => write!(f, "{error:#}"),
        }
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Ours(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_given_up_in_the_end_whoever_is_to_blame() {
        let broken = || Failure::Ours(anyhow::anyhow!("the disk is full").into());
        let away = || Failure::Network(MediaProblem::Unreachable, anyhow::anyhow!("no route"));
        for failure in [broken(), away()] {
            let waits: Vec<_> = (0..).map_while(|tries| failure.again_in(tries).ok()).collect();
            assert_eq!(waits, GIVE_AGAIN_MS);
            assert_eq!(failure.again_in(waits.len()), Err(FailReason::FileNotGiven));
        }
        let lost = Failure::Ours(Error::Domain(domain::Error::NotFound));
        assert_eq!(lost.again_in(0), Err(FailReason::FileNotGiven), "it will not come back");
    }
}
