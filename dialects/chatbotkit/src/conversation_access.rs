//! Look-up of the conversation in a path, with the caller's access to it.

use parlor_engine::conversation;
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::{EntityKind, ErrorKind, ForbiddenReason};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use crate::ids;

/// Finds the conversation of a path.
///
/// # Errors
/// `NotFound` for an unknown conversation, and for a direct one unless the actor is one of its two participants or the key is
/// unbound and may read direct conversations.
pub(crate) async fn find(app: &AppState, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let key = ConversationKey::Id(ids::parse_conversation_id(id)?);
    let found = conversation::find(&app.engine, ctx, key).await;
    found.map_err(map_to_not_found_error)
}

/// Finds the conversation of a path for reading its messages, for which the scope of messages is sufficient. Errors are those
/// of [`find`].
pub(crate) async fn find_for_messages(app: &AppState, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let key = ConversationKey::Id(ids::parse_conversation_id(id)?);
    let found = conversation::find_for_messages(&app.engine, ctx, key).await;
    found.map_err(map_to_not_found_error)
}

fn map_to_not_found_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Forbidden(ForbiddenReason::NotParticipant) => {
            Error::not_found(EntityKind::Conversation)
        }
        _ => error,
    }
}

/// Finds the conversation of a path for an update.
///
/// # Errors
/// Those of [`find`], and `Forbidden` for a direct conversation with an unbound key without `dm:write`.
pub(crate) async fn find_for_update(app: &AppState, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let found = find(app, ctx, id).await?;
    authorize_change(ctx, found)
}

/// Finds the conversation of a path for writing messages. Errors are those of [`find_for_update`].
pub(crate) async fn find_for_message_update(
    app: &AppState,
    ctx: &Ctx,
    id: &str,
) -> Result<Conversation> {
    let found = find_for_messages(app, ctx, id).await?;
    authorize_change(ctx, found)
}

fn authorize_change(ctx: &Ctx, found: Conversation) -> Result<Conversation> {
    if found.kind == ConversationKind::Direct && ctx.actor.is_none() {
        ctx.require(Scope::write(Resource::Dm))?;
    }
    Ok(found)
}
