//! Rating an answer.

use parlor_model::conversation::ConversationKey;
use parlor_model::error::Noun;
use parlor_model::message::{Message, MessageKey, RateMessage, Role};
use parlor_model::{Ctx, Error, Result, limit, text};
use parlor_store::repo::message as repo;

use crate::Engine;
use crate::authority;

/// Says what the caller thinks of what an assistant said; the last word counts, and nothing takes it back. Whoever
/// may read the conversation may. It is no event of the conversation: it takes no position and moves no time.
pub async fn rate(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: MessageKey,
    command: RateMessage,
) -> Result<Message> {
    if let Some(comment) = &command.comment {
        text::limit(comment, "comment", limit::COMMENT.max_chars)?;
    }
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let number = authority::number(tx, &ctx, key)?;
            let mut found = repo::find(tx, ws, number, message)?
                .ok_or_else(|| Error::not_found(Noun::Message))?;
            if found.role != Role::Assistant {
                return Err(Error::invalid("message", "must be an assistant's"));
            }
            let comment = command.comment.as_ref().map(|comment| comment.as_str());
            repo::rate(tx, ws, found.number, command.rating, comment)?;
            found.rating = command.rating;
            found.rating_comment.clone_from(&command.comment);
            Ok(found)
        })
        .await
}
