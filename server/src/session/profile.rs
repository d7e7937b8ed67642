//! What the account of a number shows of itself: the session tells the network what it is to be, and asks what it is.
//!
//! Beside the session, not within.

use super::{Wake, pictures::fetch, presence::Seen};
use crate::{
    Server,
    db::SystemTx,
    error::Result,
    number::profile::store::{self, Row, Told},
    outbox::{self, Sender},
    whatsapp::{content::phone, http::Http, silence::Silence},
};
use domain::{
    Event, MediaId,
    number::profile::ProfilePart,
    time::{DAY_MS, HOUR_MS},
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::timeout;
use wa_rs::{
    Client,
    features::{ContactError, ProfileError},
};

/// Nothing is lost without a nudge, only later.
const PERIOD: Duration = Duration::from_secs(60);
/// How long the network may take for one question or wish.
const PATIENCE: Duration = Duration::from_secs(30);
/// After the first time in vain; twice as long after each further one, up to the longest.
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3_600);
/// After a question that was not answered.
const AFTER_SILENCE: Duration = Duration::from_secs(600);
/// The network may wish for no more.
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// How long a profile is taken for known, and how long nobody asks for a picture that did not come.
const FRESH_MS: i64 = DAY_MS;
const AGAIN_MS: i64 = HOUR_MS;
/// Largest picture that is given to the network, in bytes; a square that was written anew is far smaller.
const LARGEST: usize = 1024 * 1024;

/// The profile of one session.
pub(super) struct Profile {
    pub server: Server,
    pub sender: Sender,
    pub client: Arc<Client>,
    pub http: Http,
    pub seen: Seen,
    pub wake: Wake,
}

/// What became of a wish.
enum Outcome {
    Taken,
    Refused,
    /// The line is gone: as soon as it is back.
    Gone,
    /// The network wants to be left alone for so long, or did not answer.
    Later(Duration),
}

/// Nothing is told before then.
struct Pause {
    until: Instant,
    /// The network wished for it: whatever is to be told waits.
    is_stated: bool,
    /// What was told in vain. Something else may be told at once.
    wishes: Row,
    /// How often in a row.
    failures: u32,
}

impl Pause {
    fn holds(&self, wishes: &Row) -> bool {
        Instant::now() < self.until && (self.is_stated || self.wishes.wishes_as(wishes))
    }
}

impl Profile {
    /// Runs until dropped.
    pub(super) async fn run(self) {
        let mut woken = self.wake.profile.subscribe();
        let (mut pause, mut ask_after) = (None, Instant::now());
        loop {
            if let Err(error) = self.look(&mut pause, &mut ask_after).await {
                tracing::warn!(number.id = %self.sender.number, %error, "a profile cannot be looked after");
            }
            tokio::select! {
                _ = woken.changed() => {}
                () = tokio::time::sleep(PERIOD) => {}
            }
        }
    }

    /// Tells and asks what is due.
    async fn look(&self, pause: &mut Option<Pause>, ask_after: &mut Instant) -> Result<()> {
        // Until it is written down whose line it is, the wishes may be another's.
        let Some(own) = self.client.pn().as_ref().and_then(phone) else { return Ok(()) };
        let mut tx = self.server.db.system_read().await?;
        if !self.client.is_logged_in() || !store::is_of(&mut tx, self.sender.number, &own).await? {
            return Ok(());
        }
        drop(tx);
        let row = self.row().await?;
        if row.wishes_something() && !pause.as_ref().is_some_and(|pause| pause.holds(&row)) {
            match self.tell_all(&row).await? {
                Outcome::Later(wait) => {
                    let failures = pause.as_ref().map_or(0, |pause| pause.failures);
                    let growing = PERIOD.saturating_mul(1 << failures.min(10)).min(LONGEST_WAIT);
                    let until = Instant::now() + wait.max(growing).min(DAY);
                    *pause = Some(Pause { until, is_stated: !wait.is_zero(), wishes: row, failures: failures + 1 });
                    return Ok(());
                }
                Outcome::Gone => return Ok(()),
                Outcome::Taken | Outcome::Refused => *pause = None,
            }
        }
        let row = self.row().await?;
        let is_fresh = row.asked_at.is_some_and(|asked| self.server.now().since(asked) < FRESH_MS);
        if is_fresh || row.wishes_something() || Instant::now() < *ask_after {
            return Ok(());
        }
        if let Some(wait) = self.ask(row).await? {
            *ask_after = Instant::now() + wait.max(AFTER_SILENCE).min(DAY);
        }
        Ok(())
    }

    /// Tells the network every wish, until it does not answer.
    async fn tell_all(&self, row: &Row) -> Result<Outcome> {
        for part in wishes(row) {
            let told = self.tell(row, part).await?;
            if part == ProfilePart::Name {
                // With the name the client says that the number is online.
                self.seen.forget();
                self.wake.presence.now();
            }
            let is_taken = match told {
                Outcome::Taken => true,
                Outcome::Refused => false,
                Outcome::Gone | Outcome::Later(_) => return Ok(told),
            };
            let (number, wish) = (self.sender.number, row.clone());
            self.write(move |tx| {
                async move { store::settle(tx, number, &wish, part, is_taken).await.map(|()| true) }.boxed()
            })
            .await?;
        }
        Ok(Outcome::Taken)
    }

    async fn row(&self) -> Result<Row> {
        let mut tx = self.server.db.system_read().await?;
        Ok(store::get(&mut tx, self.sender.number).await?.unwrap_or_default())
    }

    /// Tells the network one wish.
    async fn tell(&self, row: &Row, part: ProfilePart) -> Result<Outcome> {
        let profile = self.client.profile();
        let told = match part {
            ProfilePart::Name => {
                let name = row.new_name.as_deref().unwrap_or_default();
                timeout(PATIENCE, profile.set_push_name(name)).await
            }
            ProfilePart::About => {
                let about = row.new_about.as_deref().unwrap_or_default();
                timeout(PATIENCE, profile.set_status_text(about)).await
            }
            ProfilePart::Picture => match row.new_media_id {
                Some(media) => {
                    let Some(picture) = self.picture(media).await? else { return Ok(Outcome::Refused) };
                    timeout(PATIENCE, async { profile.set_profile_picture(picture).await.map(|_| ()) }).await
                }
                None => timeout(PATIENCE, async { profile.remove_profile_picture().await.map(|_| ()) }).await,
            },
        };
        Ok(match told {
            Ok(Ok(())) => Outcome::Taken,
            Ok(Err(error)) => {
                tracing::info!(number.id = %self.sender.number, %part, %error, "the network did not take a profile");
                outcome(&error)
            }
            Err(_) => Outcome::Later(Duration::ZERO),
        })
    }

    /// The bytes of a picture; nothing when it is gone, or too large.
    async fn picture(&self, media: MediaId) -> Result<Option<Vec<u8>>> {
        use std::io::Read as _;
        let mut file = match self.server.media.fetch(self.sender.tenant, media).await {
            Ok(file) => file,
            Err(crate::error::Error::Domain(domain::Error::NotFound)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        (&mut file).take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
        Ok((bytes.len() <= LARGEST).then_some(bytes))
    }

    /// Asks what the account shows, and keeps it; how long to wait when there was no answer.
    async fn ask(&self, row: Row) -> Result<Option<Duration>> {
        let Some(own) = self.client.pn().map(|jid| jid.to_non_ad()) else { return Ok(None) };
        let now = self.server.now();
        let told = async {
            let info = self.client.contacts().get_user_info(std::slice::from_ref(&own)).await?;
            let shown = self.client.contacts().get_profile_picture(&own, false).await?;
            Ok::<_, ContactError>((info.into_values().next(), shown))
        };
        let (info, shown) = match timeout(PATIENCE, told).await {
            Ok(Ok(told)) => told,
            Ok(Err(error)) => {
                tracing::info!(number.id = %self.sender.number, %error, "the network does not tell the profile");
                return Ok(match error {
                    ContactError::Iq(error) => match Silence::from(&error) {
                        Silence::Line => None,
                        Silence::Busy(wait) => Some(wait.unwrap_or_default()),
                        Silence::Question(_) => Some(Duration::ZERO),
                    },
                    _ => Some(Duration::ZERO),
                });
            }
            Err(_) => return Ok(Some(Duration::ZERO)),
        };
        let about = match info {
            Some(info) if info.status_error.is_none() => info.status.unwrap_or_default(),
            _ => row.about,
        };
        let (mut asked_at, mut wa_id, mut media) = (now, None, None);
        match shown {
            None => {}
            Some(shown) if Some(&shown.id) == row.wa_id.as_ref() && row.media_id.is_some() => {
                (wa_id, media) = (row.wa_id, row.media_id);
            }
            Some(shown) => match fetch(&self.server, self.sender, &self.http, shown.url).await {
                Ok(fetched) => (wa_id, media) = (Some(shown.id), Some(fetched)),
                Err(error) => {
                    tracing::info!(number.id = %self.sender.number, %error, "the picture of a profile did not come");
                    // What was shown before is shown until it comes.
                    (asked_at, media) = (now + AGAIN_MS - FRESH_MS, row.media_id);
                }
            },
        }
        let (number, name, changes) = (self.sender.number, self.client.push_name(), row.changes);
        self.write(move |tx| {
            async move {
                let told = Told { name: &name, about: &about, wa_id: wa_id.as_deref(), media, asked_at, changes };
                store::told(tx, number, &told).await
            }
            .boxed()
        })
        .await?;
        Ok(None)
    }

    /// Only the owner of the session writes; pages are told when it is news.
    async fn write<W>(&self, write: W) -> Result<()>
    where
        W: for<'t> FnOnce(&'t mut SystemTx) -> BoxFuture<'t, Result<bool>> + Send + 'static,
    {
        let sender = self.sender;
        let written = self.server.db.write(move |tx| {
            async move {
                outbox::check_fence(tx, sender).await?;
                if write(tx).await? {
                    tx.publish(sender.tenant, Event::NumberChanged(sender.number));
                }
                Ok(())
            }
            .boxed()
        });
        written.await
    }
}

/// What the network is to be told, in the order in which it is.
fn wishes(row: &Row) -> Vec<ProfilePart> {
    let wished = [
        (row.new_name.is_some(), ProfilePart::Name),
        (row.new_about.is_some(), ProfilePart::About),
        (row.new_media_id.is_some() || row.no_picture, ProfilePart::Picture),
    ];
    wished.into_iter().filter_map(|(is_wished, part)| is_wished.then_some(part)).collect()
}

fn outcome(error: &ProfileError) -> Outcome {
    match error {
        ProfileError::Iq(error) => match Silence::from(error) {
            Silence::Line => Outcome::Gone,
            Silence::Busy(wait) => Outcome::Later(wait.unwrap_or_default()),
            // A word about the wish, not about the moment.
            Silence::Question(Some(400..=499)) => Outcome::Refused,
            Silence::Question(_) => Outcome::Later(Duration::ZERO),
        },
        ProfileError::Client(_) => Outcome::Gone,
        ProfileError::InvalidArgument(_) => Outcome::Refused,
        _ => Outcome::Later(Duration::ZERO),
    }
}

/// The account shows another picture or other words: it is asked for as soon as it can be.
pub(super) async fn changed(server: &Server, sender: Sender) -> Result<()> {
    let written = server.db.write(move |tx| {
        async move {
            outbox::check_fence(tx, sender).await?;
            store::changed(tx, sender.number).await
        }
        .boxed()
    });
    written.await
}
