//! The ledger, page by page, and its totals.

use axum::Json;
use axum::extract::State;

use super::Control;
use super::dto::{LedgerMessage, LedgerPage, MediaView, Summary};
use super::error::{Answer, Refusal};
use super::fields::Query;
use crate::world::ledger::Filter;

const DEFAULT_PAGE: usize = 100;
const LARGEST_PAGE: usize = 10_000;

pub(super) async fn page(State(control): State<Control>, mut query: Query) -> Answer<Json<LedgerPage>> {
    let filter = Filter {
        from: query.phone("from")?,
        to: query.parsed("to", &crate::address::InvalidRecipient.to_string())?,
        since_ms: query.parsed("since_ms", "must be milliseconds since 1970")?,
    };
    let limit = query.limit(DEFAULT_PAGE, LARGEST_PAGE)?;
    let cursor = query.parsed("cursor", "must be the `next` of an earlier page")?;
    let newest_first = query.parsed("newest_first", "must be true or false")?.unwrap_or(false);
    query.0.done()?;
    let ledger = &control.world.ledger;
    let (entries, next) = match (newest_first, cursor) {
        (true, Some(_)) => return Err(Refusal::field("cursor", "leads on from the oldest only")),
        (true, None) => (ledger.newest(&filter, limit), None),
        (false, cursor) => ledger.page(&filter, cursor.unwrap_or(0), limit),
    };
    let messages = entries.into_iter().map(|entry| LedgerMessage {
        id: entry.id,
        from: entry.from,
        to: entry.to,
        kind: entry.kind,
        text: entry.text,
        accepted_at_ms: entry.accepted_at_ms,
        delivered_at_ms: entry.delivered_at_ms,
        read_at_ms: entry.read_at_ms,
        wire_count: entry.wire_count,
        decrypted: entry.decrypted,
        quote: entry.quote,
        about: entry.about,
        media: entry.media.and_then(|media| MediaView::of(*media)),
    });
    Ok(Json(LedgerPage { messages: messages.collect(), next: next.map(|next| next.to_string()) }))
}

pub(super) async fn summary(State(control): State<Control>, mut query: Query) -> Answer<Json<Summary>> {
    let from = query.phone("from")?;
    query.0.done()?;
    Ok(Json(control.world.ledger.summary(from)))
}
