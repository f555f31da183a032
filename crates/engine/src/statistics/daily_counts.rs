//! Conversations made per day.

use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::statistics as repo;

use crate::{Engine, authority};

/// A day on which conversations were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyCount {
    /// Its beginning, UTC.
    pub start: Timestamp,
    /// How many were made.
    pub count: i64,
}

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// How many conversations were made on each day between two instants that has some, oldest first. Direct ones are not
/// counted. Without `conversations:read` a member's own are.
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
