//! How a number is doing: what its page shows, and what engines write down for it.

pub(crate) mod store;

use super::{group, profile};
use crate::{Server, error::Result, scope::Scope};
use domain::{
    NumberId,
    number::health::{DAYS, NumberDay, NumberDetail},
    time::Zone,
};
use std::collections::HashMap;

/// Things that happened, as many as a page shows.
const TIMELINE: u32 = 50;

/// The calendar by which days are told apart, until tenants have one of their own.
pub(crate) fn zone() -> Zone {
    Zone::default()
}

/// A number with its days and what happened to it.
pub async fn open(server: &Server, scope: &Scope, id: NumberId) -> Result<NumberDetail> {
    let number = super::get(server, scope, id).await?;
    let mut tx = server.db.read(scope).await?;
    let health = store::get(&mut tx, id).await?;
    let today = zone().day(server.now());
    let busy = store::days(&mut tx, id, today).await?;
    let busy: HashMap<_, _> = busy.into_iter().map(|day| (day.day, day)).collect();
    let days = today.last(DAYS).map(|day| busy.get(&day).copied().unwrap_or_else(|| NumberDay::quiet(day))).collect();
    let timeline = store::timeline(&mut tx, id, TIMELINE).await?;
    let groups = group::store::count(&mut tx, id).await?;
    let profile = profile::view(server, &mut tx, id).await?;
    Ok(NumberDetail { number, health, days, timeline, groups, profile })
}
