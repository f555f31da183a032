//! Cancels the turn under way.

use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::turn::TurnChange;
use parlor_model::{Ctx, Result};
use parlor_store::repo::turn as repo;

use super::work::publish;
use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// Asks the worker of the turn under way to cancel it: it stops the provider's request, and stores what was generated.
/// Returns the id of the turn's message; `None` if no turn is under way, or it is not that of the given message.
///
/// # Errors
/// Those of writing a message.
pub async fn cancel(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    message: Option<MessageId>,
) -> Result<Option<MessageId>> {
    let scope = *ctx;
    let cancelled = engine
        .store
        .write(move |tx| {
            let permission = ConversationPermission::Write;
            let head = authority::authorize(tx, &scope, key, permission)?.conversation;
            let under_way = repo::find_under_way(tx, scope.ws(), head.number)?;
            let is_meant =
                under_way.is_some_and(|turn| message.is_none_or(|message| message == turn.message));
            if !is_meant {
                return Ok(None);
            }
            let cancelled = repo::request_cancel(tx, scope.ws(), head.number)?;
            Ok(cancelled.map(|message| (head.number, message)))
        })
        .await?;
    if let Some((conversation, message)) = cancelled {
        let change = TurnChange::CancelRequested;
        publish(engine, (ctx.ws(), conversation), message, change);
    }
    Ok(cancelled.map(|(_, message)| message))
}
