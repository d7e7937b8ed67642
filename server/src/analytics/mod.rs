//! What has happened, in numbers. Reads the tables of every feature and writes none.

mod store;

use crate::{Scope, Server, error::Result};
use domain::{
    Millis, Permission,
    analytics::{FrameState, Overview, in_steps},
    time::{DAY_MS, HOUR_MS},
};

/// Tenants live by the clock of Jakarta.
const ZONE_MS: i64 = 7 * HOUR_MS;

/// Everything the home page shows.
pub async fn overview(server: &Server, scope: &Scope) -> Result<Overview> {
    scope.require(Permission::View)?;
    let now = server.now();
    let mut tx = server.db.read(scope).await?;
    let counts = store::counts(&mut tx).await?;
    let minutes = store::minutes_since(&mut tx, start_of_day(now)).await?;
    let (today, step_ms) = in_steps(&minutes, now);
    Ok(Overview {
        steps: store::first_steps(&mut tx).await?,
        open_conversations: counts.open_conversations,
        unread: counts.unread,
        month: store::totals_since(&mut tx, now - 30 * DAY_MS).await?,
        today,
        step_ms,
        campaigns: store::list_campaigns(&mut tx, 5).await?,
        numbers: store::list_numbers(&mut tx, 8).await?,
    })
}

/// What the frame around every page shows.
pub async fn frame_state(server: &Server, scope: &Scope) -> Result<FrameState> {
    scope.require(Permission::View)?;
    let stored = store::frame_state(&mut server.db.read(scope).await?).await?;
    Ok(FrameState { sandbox: crate::sandbox::is_on(server), ..stored })
}

fn start_of_day(now: Millis) -> Millis {
    Millis((now.0 + ZONE_MS).div_euclid(DAY_MS) * DAY_MS - ZONE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_at_midnight_in_jakarta() {
        // 2026-11-19 16:32 WIB → 2026-11-19 00:00 WIB.
        assert_eq!(start_of_day(Millis(1_795_080_720_000)), Millis(1_795_021_200_000));
        assert_eq!(start_of_day(Millis(1_795_021_200_000)), Millis(1_795_021_200_000));
        assert_eq!(start_of_day(Millis(1_795_021_199_999)), Millis(1_794_934_800_000));
    }
}
