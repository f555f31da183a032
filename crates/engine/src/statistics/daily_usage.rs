//! Counts what a workspace uses, by day.

use std::collections::HashMap;

use parlor_model::id::MessageId;
use parlor_model::scope::{Resource, Scope};
use parlor_model::turn::TurnUsage;
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::repo::{statistics as repo, turn};

use super::daily_counts::{DAY_MICROS, daily_counts};
use crate::Engine;

/// What a workspace has used on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DailyUsage {
    /// Start of the day in UTC.
    pub start: Timestamp,
    /// Conversations that were created, without direct ones.
    pub conversations: i64,
    /// Messages that were stored, including those that were deleted since. Imported ones count on the day that their ids
    /// name.
    pub messages: i64,
    /// Requests to models.
    pub requests: i64,
    /// Tokens of those.
    pub tokens: TurnUsage,
}

/// Returns what a workspace has used on each of the last days, oldest first, today included. Reads no more than a day at a
/// time. It has
/// numbers only: requires `conversations:read`.
pub async fn daily_usage(engine: &Engine, ctx: &Ctx, days: i64) -> Result<Vec<DailyUsage>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    let ws = ctx.ws();
    let end = engine.now().micros().div_euclid(DAY_MICROS) + 1;
    let begin = end - days.max(1);
    let start_of = |day: i64| Timestamp::from_micros(day.saturating_mul(DAY_MICROS));
    let conversations = daily_counts(engine, ctx, start_of(begin), start_of(end)).await?;
    let conversations: HashMap<_, _> = conversations
        .into_iter()
        .map(|day| (day.start, day.count))
        .collect();
    let used = engine
        .store
        .read(move |tx| turn::daily_usage(tx, ws, (begin, end)))
        .await?;
    let used: HashMap<_, _> = used.into_iter().collect();
    let mut usage = Vec::new();
    for day in begin..end {
        let start = start_of(day);
        let range = (
            MessageId::lower_bound_at(start),
            MessageId::lower_bound_at(start_of(day + 1)),
        );
        let messages = engine
            .store
            .read_throttled(ws, move |tx| repo::count_messages_in_range(tx, ws, range))
            .await?;
        let models = used.get(&day).copied().unwrap_or_default();
        usage.push(DailyUsage {
            start,
            conversations: conversations.get(&start).copied().unwrap_or(0),
            messages,
            requests: models.requests,
            tokens: models.tokens,
        });
    }
    Ok(usage)
}
