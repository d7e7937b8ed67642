//! Asking the network for the pictures of people the team talks with.
//!
//! Beside the session, not within, one question at a time: a number that asks for many people at once looks like one that
//! collects them.

use crate::{
    Server,
    contact::{
        Identity,
        picture::{self, Due},
    },
    engine::NudgeAll,
    error::Result,
    inbox, media,
    outbox::{self, Sender},
    whatsapp::{
        content::{lid, phone},
        http::Http,
        silence::Silence,
    },
};
use anyhow::ensure;
use domain::{
    MediaId, Millis,
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};
use futures::FutureExt as _;
use std::{io::Write as _, sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};
use wa_rs::{Client, features::ContactError};
use wacore::net::{HttpClient as _, HttpRequest};
use wacore_binary::{Jid, JidExt as _};

/// Between two questions.
const GAP: Duration = Duration::from_secs(1);
/// Nothing is lost without a nudge, only later.
const PERIOD: Duration = Duration::from_secs(30);
/// How long the network may take to answer, or to give the picture.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long nobody asks when the network wants not to be asked and does not say for how long.
const BUSY: Duration = Duration::from_secs(3_600);
/// The longest that it may wish for.
const LONGEST_BUSY: Duration = Duration::from_secs(24 * 3_600);
/// When a question in vain is asked again: after the first, the second, …
const AGAIN_MS: [i64; 3] = [MINUTE_MS, HOUR_MS, DAY_MS];
/// People whose pictures changed that are written down in one transaction.
const TOGETHER: usize = 100;
/// The largest picture that is kept, in bytes. The network's have some ten thousand.
const LARGEST: usize = 512 * 1024;

/// The pictures that one session asks for.
pub(super) struct Pictures {
    pub server: Server,
    pub sender: Sender,
    pub client: Arc<Client>,
    pub http: Http,
    /// Somebody wrote, somebody shows another picture, or the session is connected.
    pub wake: NudgeAll,
}

/// Why there is no answer.
enum Failure {
    /// The line is gone: nobody was asked.
    Line,
    /// The network wants not to be asked for so long.
    Busy(Duration),
    /// Something about this question.
    Vain(anyhow::Error),
}

impl Pictures {
    /// Runs until dropped.
    pub(super) async fn run(self) {
        let mut woken = self.wake.subscribe();
        loop {
            let pause = match self.ask_next().await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::warn!(number.id = %self.sender.number, %error, "pictures cannot be asked for");
                    Some(PERIOD)
                }
            };
            match pause {
                Some(pause) => sleep(pause).await,
                // Whatever happens, no two questions in a moment.
                None => _ = timeout(PERIOD, woken.changed()).await,
            }
        }
    }

    /// Asks for one; how long to wait before the next, or nothing when nobody is asked for.
    async fn ask_next(&self) -> Result<Option<Duration>> {
        if !self.client.is_logged_in() {
            return Ok(None);
        }
        let asked_at = self.server.now();
        let due = { picture::due(&mut self.server.db.system_read().await?, self.sender.number, asked_at).await? };
        let Some(due) = due else { return Ok(None) };
        match self.ask(&due).await {
            Ok(shown) => self.settle(due, shown, asked_at).await?,
            Err(Failure::Line) => return Ok(None),
            Err(Failure::Busy(wait)) => return Ok(Some(wait)),
            Err(Failure::Vain(error)) => {
                tracing::info!(number.id = %self.sender.number, contact.id = %due.contact_id, %error, "a picture did not come");
                let tries = usize::try_from(due.attempts).unwrap_or(usize::MAX);
                let next_at = AGAIN_MS.get(tries).map(|wait| asked_at + *wait);
                let contact = due.contact_id;
                self.write(move |tx| picture::unanswered(tx, contact, asked_at, next_at).boxed()).await?;
            }
        }
        Ok(Some(GAP))
    }

    /// The picture somebody shows, kept: its name at the network, and ours.
    async fn ask(&self, due: &Due) -> std::result::Result<Option<(String, MediaId)>, Failure> {
        let who = match (&due.phone, &due.lid) {
            (Some(phone), _) => Jid::pn(phone.as_str()),
            (None, Some(lid)) => Jid::lid(lid.as_str()),
            (None, None) => return Ok(None),
        };
        let answer = timeout(PATIENCE, self.client.contacts().get_profile_picture(&who, true)).await;
        let shown = answer.map_err(|_| Failure::Vain(anyhow::anyhow!("no answer")))?.map_err(why)?;
        let Some(shown) = shown else { return Ok(None) };
        if let (Some(wa_id), Some(media)) = (&due.wa_id, due.media_id)
            && *wa_id == shown.id
        {
            return Ok(Some((shown.id, media)));
        }
        let media = fetch(&self.server, self.sender, &self.http, shown.url).await.map_err(Failure::Vain)?;
        Ok(Some((shown.id, media)))
    }

    /// Writes down what is shown, and tells the pages that show the person if it is news.
    async fn settle(&self, due: Due, shown: Option<(String, MediaId)>, asked_at: Millis) -> Result<()> {
        let (tenant, is_news) = (self.sender.tenant, shown.as_ref().map(|(_, media)| *media) != due.media_id);
        let settled = self.write(move |tx| {
            async move {
                let shown = shown.as_ref().map(|(wa_id, media)| (wa_id.as_str(), *media));
                picture::answered(tx, due.contact_id, shown, asked_at).await?;
                if is_news { inbox::tell_contact(tx, tenant, due.contact_id).await } else { Ok(()) }
            }
            .boxed()
        });
        settled.await
    }

    /// Only the owner of the session writes.
    async fn write<W>(&self, write: W) -> Result<()>
    where
        W: for<'t> FnOnce(&'t mut crate::db::SystemTx) -> futures::future::BoxFuture<'t, Result<()>> + Send + 'static,
    {
        let sender = self.sender;
        let written = self.server.db.write(move |tx| {
            async move {
                outbox::check_fence(tx, sender).await?;
                write(tx).await
            }
            .boxed()
        });
        written.await
    }
}

/// Keeps the picture at an address of the network.
pub(super) async fn fetch(server: &Server, sender: Sender, http: &Http, url: String) -> anyhow::Result<MediaId> {
    let answer = timeout(PATIENCE, http.execute(HttpRequest::get(url))).await??;
    ensure!(answer.status_code == 200, "the network answers {}", answer.status_code);
    ensure!(answer.body.len() <= LARGEST, "a picture of {} bytes", answer.body.len());
    let mut file = server.media.scratch()?;
    file.write_all(&answer.body)?;
    let kept = media::keep_received(server, sender.tenant, file).await?;
    ensure!(kept.is_picture, "what came is no picture but {}", kept.mime);
    Ok(kept.media)
}

/// These people show other pictures, or none.
pub(super) async fn changed(server: &Server, sender: Sender, who: &[Jid]) -> Result<()> {
    let person = |jid: &Jid| {
        let (phone, lid) = if jid.server.is_lid_family() { (None, lid(jid)) } else { (phone(jid), None) };
        let is_person = !jid.is_group() && (phone.is_some() || lid.is_some());
        is_person.then(|| Identity { phone, lid, push_name: String::new() })
    };
    // In one order everywhere, and each once.
    let mut people: Vec<_> = who.iter().filter_map(person).map(|who| (who.phone, who.lid)).collect();
    people.sort_unstable();
    people.dedup();
    for some in people.chunks(TOGETHER) {
        let (some, now) = (some.to_vec(), server.now());
        let written = server.db.write_again(|| {
            let some = some.clone();
            move |tx: &mut crate::db::SystemTx| {
                async move {
                    outbox::check_fence(tx, sender).await?;
                    for (phone, lid) in some {
                        let who = Identity { phone, lid, push_name: String::new() };
                        picture::changed(tx, sender.tenant, sender.number, &who, now).await?;
                    }
                    Ok(())
                }
                .boxed()
            }
        });
        written.await?;
    }
    Ok(())
}

fn why(error: ContactError) -> Failure {
    let ContactError::Iq(error) = error else { return Failure::Vain(error.into()) };
    match Silence::from(&error) {
        Silence::Line => Failure::Line,
        Silence::Busy(wait) => Failure::Busy(wait.unwrap_or(BUSY).clamp(GAP, LONGEST_BUSY)),
        Silence::Question(_) => Failure::Vain(error.into()),
    }
}
