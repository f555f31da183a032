//! Rating an answer: one opinion per message and member.

use std::collections::HashMap;

use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::log::LogEntryKind;
use parlor_model::message::{Message, MessageKey, MessageRole};
use parlor_model::rating::{MessageRating, RateMessage};
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::rating::{self as repo, RatingKey};
use parlor_store::repo::{log, message as messages};
use serde_json::json;

use crate::Engine;
use crate::authority;

/// Messages of an answer whose opinions are shown at a time: as many comments reach a mebibyte at the most.
pub const MAX_RATED_MESSAGES: usize = (1 << 20) / (limit::COMMENT.max_chars * 4);

/// Opinions of one message that are read at the most: the reader's own and the newest of others.
const MAX_RATINGS_PER_MESSAGE: i64 = 50;

/// Replaces what the caller thinks of what an assistant said, or takes it back; other members' opinions stay. Gives the
/// message, which repeats the newest opinion. A credential that acts for no member has one opinion together with all
/// others of its workspace that do. Whoever may read the conversation may. A change takes a position of the conversation's
/// log, so that whoever listens hears of it, and moves no time.
pub async fn rate(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    command: RateMessage,
) -> Result<Message> {
    if let Some(comment) = &command.comment {
        limit::COMMENT.validate(comment, "comment")?;
    }
    change_rating(engine, ctx, key, message, move |_| Ok(command.clone())).await
}

/// Rates a message, or takes the caller's opinion back where it is the same already.
pub async fn toggle_rating(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    wanted: parlor_model::rating::Rating,
) -> Result<Message> {
    change_rating(engine, ctx, key, message, move |own| {
        let is_same = own.is_some_and(|own| own.rating == wanted);
        Ok(RateMessage {
            rating: (!is_same).then_some(wanted),
            comment: None,
        })
    })
    .await
}

/// Says why the caller thinks so of a message. Where it has no opinion, there is nothing to explain: not found.
pub async fn set_rating_comment(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    comment: Redacted<String>,
) -> Result<Message> {
    limit::COMMENT.validate(&comment, "comment")?;
    change_rating(engine, ctx, key, message, move |own| {
        let own = own.ok_or_else(|| Error::not_found(EntityKind::Message))?;
        Ok(RateMessage {
            rating: Some(own.rating),
            comment: Some(comment.clone()),
        })
    })
    .await
}

/// What readers think of messages of one conversation that the caller may see, by message number and then oldest first:
/// the caller's own opinion and the newest of others, at most 50 of each message. Messages without any are left out.
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

/// The numbers of those that somebody has rated.
fn rated_numbers(shown: &[Message]) -> Vec<i64> {
    let rated = shown.iter().filter(|message| message.rating.is_some());
    rated.map(|message| message.number).collect()
}

/// Whether an opinion is the caller's.
pub fn is_own_rating(ctx: &Ctx, rating: &MessageRating) -> bool {
    rating.member.as_ref().map(|member| member.number) == ctx.actor.map(|actor| actor.number)
}

/// Has messages repeat the caller's own opinion. Where it has none: the newest of anybody to a caller with
/// `conversations:read`, and to others one that is nobody's in particular, if there is one.
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

/// Whether the caller is shown what others think of messages.
pub fn sees_all_ratings(ctx: &Ctx) -> bool {
    ctx.allows(Scope::read(Resource::Conversations))
}

/// Within one transaction: what the caller thinks so far becomes what `wanted` makes of it.
async fn change_rating(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    wanted: impl Fn(Option<&MessageRating>) -> Result<RateMessage> + Send + Sync + 'static,
) -> Result<Message> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let number = authority::find_readable_number(tx, &ctx, key)?;
            let found = find_rateable(tx, ws, number, message)?;
            let reader = ctx.actor.map(|actor| actor.number);
            let earlier = repo::list(tx, ws, number, &[found.number], reader, 1)?;
            let own = earlier.iter().find(|rating| is_own_rating(&ctx, rating));
            let command = wanted(own)?;
            let comment = command.comment.as_ref().map(|comment| comment.as_str());
            let is_same = match (own, command.rating) {
                (None, None) => true,
                (Some(own), Some(rating)) => {
                    own.rating == rating
                        && own.comment.as_ref().map(|comment| comment.as_str()) == comment
                }
                (None, Some(_)) | (Some(_), None) => false,
            };
            let place = RatingKey {
                conversation: number,
                message: found.number,
                member: reader,
            };
            match command.rating {
                Some(rating) => repo::save(tx, ws, place, rating, comment)?,
                None => repo::delete(tx, ws, place)?,
            }
            if !is_same {
                let payload = json!({ "message": found.id.uuid().to_string() }).to_string();
                let kind = LogEntryKind::MessageRated;
                log::append_untimed_entry(tx, ws, number, kind, reader, &payload)?;
            }
            messages::find(tx, ws, number, MessageKey::Number(found.number))?
                .ok_or_else(|| Error::internal("a message vanished within its transaction"))
        })
        .await
}

fn find_rateable(tx: &mut dyn Tx, ws: i64, conversation: i64, key: MessageKey) -> Result<Message> {
    let found = messages::find(tx, ws, conversation, key)?
        .ok_or_else(|| Error::not_found(EntityKind::Message))?;
    if found.role == MessageRole::Assistant {
        Ok(found)
    } else {
        Err(Error::invalid("message", "must be an assistant's"))
    }
}
