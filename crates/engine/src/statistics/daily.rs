//! Conversations made per day.

use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::statistics as repo;

use crate::{Engine, authority};

/// A day on which conversations were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Its beginning, UTC.
    pub start: Timestamp,
    /// How many were made.
    pub count: i64,
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// How many conversations were made on each day between two instants that has some, oldest first. Direct ones are not
/// counted. Without `conversations:read` a member's own are.
pub async fn daily(
    engine: &Engine,
    ctx: &Ctx,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Day>> {
    let ctx = *ctx;
    let days = engine
        .store
        .scan(ctx.ws(), move |tx| {
            let seen = authority::visibility(tx, &ctx)?;
            repo::daily(tx, ctx.ws(), from, until, seen)
        })
        .await?;
    Ok(days
        .into_iter()
        .map(|(day, count)| Day {
            start: Timestamp::from_micros(day.saturating_mul(DAY)),
            count,
        })
        .collect())
}
