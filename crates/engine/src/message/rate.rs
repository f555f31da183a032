//! Rates messages: one rating per message and member.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::EntityKind;
use parlor_model::log::LogEntryKind;
use parlor_model::message::{Message, MessageKey, MessageRole};
use parlor_model::rating::{MessageRating, RateMessage, Rating};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::repo::rating::{self as repo, RatingKey};
use parlor_store::repo::{log, message};
use serde_json::json;

use super::list_ratings::is_own_rating;
use crate::Engine;
use crate::authority;

/// Sets or removes the caller's rating of an assistant message that it may read, and returns the message, which repeats
/// the newest rating. Ratings of other members stay; all unbound keys of a workspace share one rating. A change appends
/// a log entry, which notifies subscribers, and does not change the message's time.
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

/// Rates a message, or removes the caller's rating if it is the same.
pub async fn toggle_rating(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    rating: Rating,
) -> Result<Message> {
    change_rating(engine, ctx, key, message, move |own| {
        let is_same = own.is_some_and(|own| own.rating == rating);
        Ok(RateMessage {
            rating: (!is_same).then_some(rating),
            comment: None,
        })
    })
    .await
}

/// Sets the comment of the caller's rating.
///
/// # Errors
/// `NotFound` if it has not rated the message.
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

/// Replaces the caller's rating by the result of `change`, in one transaction.
async fn change_rating(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    change: impl Fn(Option<&MessageRating>) -> Result<RateMessage> + Send + Sync + 'static,
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
            let command = change(own)?;
            let comment = command.comment.as_ref().map(|comment| comment.as_str());
            let is_same = match (own, command.rating) {
                (None, None) => true,
                (Some(own), Some(rating)) => {
                    own.rating == rating
                        && own.comment.as_ref().map(|comment| comment.as_str()) == comment
                }
                (None, Some(_)) | (Some(_), None) => false,
            };
            let rating_key = RatingKey {
                conversation: number,
                message: found.number,
                member: reader,
            };
            match command.rating {
                Some(rating) => repo::save(tx, ws, rating_key, rating, comment)?,
                None => repo::delete(tx, ws, rating_key)?,
            }
            if !is_same {
                let payload = json!({ "message": found.id.uuid().to_string() }).to_string();
                let kind = LogEntryKind::MessageRated;
                log::append_untimed_entry(tx, ws, number, kind, reader, &payload)?;
            }
            message::find(tx, ws, number, MessageKey::Number(found.number))?
                .ok_or_else(|| Error::internal("a message vanished within its transaction"))
        })
        .await
}

fn find_rateable(tx: &mut dyn Tx, ws: i64, conversation: i64, key: MessageKey) -> Result<Message> {
    let found = message::find(tx, ws, conversation, key)?
        .ok_or_else(|| Error::not_found(EntityKind::Message))?;
    if found.role == MessageRole::Assistant {
        Ok(found)
    } else {
        Err(Error::invalid("message", "must be an assistant's"))
    }
}
