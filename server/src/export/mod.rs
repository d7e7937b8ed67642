//! Everything of a number as one file: a ZIP with its messages, conversations and groups as tables, their files, and what is known of
//! the number.
//!
//! It is written while it is read: a page of rows at a time, and no connection to the database is held while the reader
//! takes what was written. The number goes on working meanwhile; what comes later than its page is not in the file.

mod store;

use crate::{
    Server,
    error::Result,
    media,
    number::{self, health},
    scope::Scope,
    spreadsheet::Table,
};
use anyhow::Context as _;
use async_zip::{Compression, ZipDateTimeBuilder, ZipEntryBuilder, base::write::ZipFileWriter};
use domain::{
    Millis, NumberId,
    number::{Network, NumberState},
};
use futures::{AsyncWrite, AsyncWriteExt as _, StreamExt as _};
use jiff::{Timestamp, Zoned, tz::Offset};
use serde::Serialize;
use store::Page;
use tokio_util::compat::TokioAsyncWriteCompatExt as _;

/// Rows read in one transaction.
const PAGE: i64 = 500;
/// Things that happened to a number: more than its page shows, all that is kept of most.
const EVENTS: u32 = 10_000;

/// A number that is about to be exported.
pub struct Export {
    server: Server,
    scope: Scope,
    id: NumberId,
    about: store::About,
    at: Millis,
}

/// Fails with `NotFound` unless it is a number of the tenant.
pub async fn open(server: &Server, scope: &Scope, id: NumberId) -> Result<Export> {
    let mut tx = server.db.read(scope).await?;
    number::store::check(&mut tx, id).await?;
    let about = store::about(&mut tx, id).await?;
    Ok(Export { server: server.clone(), scope: scope.clone(), id, about, at: server.now() })
}

impl Export {
    /// What the file is called, without its ending: the label and the day. The label is as people wrote it.
    pub fn name(&self) -> String {
        format!("{} {}", self.about.label, moment(self.at).date())
    }

    /// Writes the file. An error leaves one that no program takes for whole.
    ///
    /// Fails with `NotFound` when the number is deleted meanwhile.
    pub async fn write(&self, to: impl tokio::io::AsyncWrite + Send + Unpin) -> Result<()> {
        let mut zip = ZipFileWriter::new(to.compat_write());
        let about = self.number().await?;
        zip.write_entry_whole(self.entry("number.json"), &about).await.context("writing a number")?;
        self.pages::<store::Conversation, _>(&mut zip, "conversations.csv").await?;
        self.pages::<store::Message, _>(&mut zip, "messages.csv").await?;
        self.pages::<store::Group, _>(&mut zip, "groups.csv").await?;
        self.files(&mut zip).await?;
        zip.close().await.context("closing an export")?;
        Ok(())
    }

    /// One table, page after page.
    async fn pages<P, W>(&self, zip: &mut ZipFileWriter<W>, name: &str) -> Result<()>
    where
        P: Page,
        W: AsyncWrite + Send + Unpin,
    {
        let mut entry = zip.write_entry_stream(self.entry(name)).await.context("beginning a table")?;
        let mut table = Table::new(P::HEAD)?;
        let mut last: Option<P> = None;
        loop {
            let mut tx = self.server.db.read(&self.scope).await?;
            number::store::check(&mut tx, self.id).await?;
            let rows = P::read(&mut tx, self.id, last.as_ref(), PAGE).await?;
            // Before anything is written: the reader may be slow, and others want the connection.
            drop(tx);
            for line in rows.iter().flat_map(Page::lines) {
                table.add(&line)?;
            }
            entry.write_all(&table.take()?).await.context("writing a table")?;
            match rows.into_iter().last() {
                Some(row) => last = Some(row),
                None => break,
            }
        }
        entry.close().await.context("closing a table")?;
        Ok(())
    }

    /// The files of its messages, each once. One that was lost meanwhile is missing.
    async fn files<W>(&self, zip: &mut ZipFileWriter<W>) -> Result<()>
    where
        W: AsyncWrite + Send + Unpin,
    {
        let mut last = None;
        loop {
            let mut tx = self.server.db.read(&self.scope).await?;
            // Also at the end: without it, what is missing would look whole.
            number::store::check(&mut tx, self.id).await?;
            let files = store::files(&mut tx, self.id, last, PAGE).await?;
            drop(tx);
            let Some((newest, _)) = files.last() else { return Ok(()) };
            last = Some(*newest);
            for (media, mime) in files {
                let Some(mut content) = media::open(&self.server, &self.scope, media).await? else { continue };
                let mut entry = zip
                    .write_entry_stream(self.entry(&store::file_name(media, &mime)))
                    .await
                    .context("beginning a file")?;
                while let Some(part) = content.next().await {
                    entry.write_all(&part?).await.context("writing a file")?;
                }
                entry.close().await.context("closing a file")?;
            }
        }
    }

    /// What is known of the number itself, as JSON.
    async fn number(&self) -> Result<Vec<u8>> {
        let mut tx = self.server.db.read(&self.scope).await?;
        let events = health::store::timeline(&mut tx, self.id, EVENTS).await?;
        let days = store::days(&mut tx, self.id).await?;
        let about = &self.about;
        let number = NumberFile {
            label: &about.label,
            phone: about.phone.as_ref().map(|phone| phone.e164()),
            network: about.network,
            state: about.state,
            added_at: written(about.created_at),
            linked_at: about.linked_at.map(written),
            exported_at: written(self.at),
            days,
            events: events.into_iter().map(|entry| event(entry.at, entry.event)).collect(),
        };
        Ok(serde_json::to_vec_pretty(&number).context("a number as JSON")?)
    }

    fn entry(&self, name: &str) -> ZipEntryBuilder {
        let at = moment(self.at);
        let small = |n: i8| u32::from(n.unsigned_abs());
        let date = ZipDateTimeBuilder::new()
            .year(i32::from(at.year()))
            .month(small(at.month()))
            .day(small(at.day()))
            .hour(small(at.hour()))
            .minute(small(at.minute()))
            .second(small(at.second()));
        ZipEntryBuilder::new(name.into(), Compression::Deflate).last_modification_date(date.build())
    }
}

#[derive(Serialize)]
struct NumberFile<'a> {
    label: &'a str,
    phone: Option<String>,
    network: Network,
    state: NumberState,
    added_at: String,
    linked_at: Option<String>,
    exported_at: String,
    /// Days on which something happened, oldest first.
    days: Vec<store::DayFile>,
    /// What happened to it, newest first.
    events: Vec<serde_json::Value>,
}

/// As it crosses the wire, with times that people can read.
fn event(at: Millis, event: impl Serialize) -> serde_json::Value {
    let mut event = serde_json::to_value(event).unwrap_or_default();
    if let Some(until) = event.get("until").and_then(serde_json::Value::as_i64) {
        event["until"] = written(Millis(until)).into();
    }
    event["at"] = written(at).into();
    event
}

/// On the calendar by which days are told apart.
fn moment(at: Millis) -> Zoned {
    let offset = Offset::from_seconds(health::zone().offset_minutes * 60).unwrap_or(Offset::UTC);
    Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned(offset.to_time_zone())
}

/// RFC 3339, with the distance from UTC.
fn written(at: Millis) -> String {
    let at = moment(at);
    at.timestamp().display_with_offset(at.offset()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::number::health::NumberEvent;

    #[test]
    fn times_say_how_far_they_are_from_utc() {
        assert_eq!(written(Millis(1_795_150_800_000)), "2026-11-20T12:00:00+07:00");
        assert_eq!(written(Millis(1_795_150_800_120)), "2026-11-20T12:00:00.12+07:00");
        let held = event(Millis(0), NumberEvent::Held { until: Millis(1_795_150_800_000) });
        assert_eq!(held["until"], "2026-11-20T12:00:00+07:00");
        assert_eq!((&held["kind"], &held["at"]), (&"held".into(), &"1970-01-01T07:00:00+07:00".into()));
    }
}
