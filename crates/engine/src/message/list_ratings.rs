//! Lists the ratings of messages.

use std::collections::HashMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::message::Message;
use parlor_model::rating::MessageRating;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, limit};
use parlor_store::repo::rating as repo;

use crate::Engine;
use crate::authority;

/// Maximum number of messages whose ratings are returned at once, so that their comments take at most 1 MiB.
pub const MAX_RATED_MESSAGES: usize = (1 << 20) / (limit::COMMENT.max_chars * 4);

/// Maximum number of ratings read per message: the reader's own and the newest others.
const MAX_RATINGS_PER_MESSAGE: i64 = 50;

/// Returns the ratings of messages of one conversation that the caller may read, by message number and then oldest
/// first: the caller's own and the newest others, at most 50 per message. Messages without ratings are omitted.
pub async fn list_ratings(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    shown: &[Message],
) -> Result<HashMap<i64, Vec<MessageRating>>> {
    let rated = rated_numbers(shown);
    if rated.is_empty() {
        return Ok(HashMap::new());
    }
    let ctx = *ctx;
    let rows = engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let reader = ctx.actor.map(|actor| actor.number);
            repo::list(
                tx,
                ctx.ws(),
                number,
                &rated,
                reader,
                MAX_RATINGS_PER_MESSAGE,
            )
        })
        .await?;
    let mut by_message: HashMap<i64, Vec<MessageRating>> = HashMap::new();
    for rating in rows {
        by_message.entry(rating.message).or_default().push(rating);
    }
    Ok(by_message)
}

/// Returns the numbers of the rated messages.
fn rated_numbers(shown: &[Message]) -> Vec<i64> {
    let rated = shown.iter().filter(|message| message.rating.is_some());
    rated.map(|message| message.number).collect()
}

/// Returns whether a rating is the caller's own.
pub fn is_own_rating(ctx: &Ctx, rating: &MessageRating) -> bool {
    rating.member.as_ref().map(|member| member.number) == ctx.actor.map(|actor| actor.number)
}

/// Replaces the rating of each message by the caller's own. Without an own rating, a caller with `conversations:read`
/// sees the newest one, and any other caller only one of unbound keys.
pub async fn apply_own_ratings(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    shown: &mut [Message],
) -> Result<()> {
    let rated = rated_numbers(shown);
    if rated.is_empty() {
        return Ok(());
    }
    let ctx = *ctx;
    let rows = engine
        .store
        .read(move |tx| {
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let reader = ctx.actor.map(|actor| actor.number);
            repo::list_visible(tx, ctx.ws(), number, &rated, reader, sees_all_ratings(&ctx))
        })
        .await?;
    let mut seen: HashMap<i64, MessageRating> =
        rows.into_iter().map(|row| (row.message, row)).collect();
    for message in shown {
        let seen = seen.remove(&message.number);
        message.rating = seen.as_ref().map(|seen| seen.rating);
        message.rating_comment = seen.and_then(|seen| seen.comment);
    }
    Ok(())
}

/// Returns whether the caller sees the ratings of others.
pub fn sees_all_ratings(ctx: &Ctx) -> bool {
    ctx.allows(Scope::read(Resource::Conversations))
}
