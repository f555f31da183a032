//! Counts conversations by day.

use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::statistics as repo;

use crate::{Engine, authority};

/// A day on which conversations were created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyCount {
    /// Start of the day in UTC.
    pub start: Timestamp,
    /// Number of conversations.
    pub count: i64,
}

/// Microseconds per day.
pub(super) const DAY_MICROS: i64 = 86_400_000_000;

/// Returns the number of conversations created on each day between two times, oldest first, without empty days and
/// direct conversations. Without `conversations:read` only the acting member's own are counted.
pub async fn daily_counts(
    engine: &Engine,
    ctx: &Ctx,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<DailyCount>> {
    let ctx = *ctx;
    let days = engine
        .store
        .read_throttled(ctx.ws(), move |tx| {
            let seen = authority::list_visibility(tx, &ctx)?;
            repo::count_daily(tx, ctx.ws(), from, until, seen)
        })
        .await?;
    Ok(days
        .into_iter()
        .map(|(day, count)| DailyCount {
            start: Timestamp::from_micros(day.saturating_mul(DAY_MICROS)),
            count,
        })
        .collect())
}
