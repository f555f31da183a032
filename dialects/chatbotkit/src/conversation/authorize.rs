//! What every call about one conversation asks first.

use parlor_engine::conversation;
use parlor_kit::AppState;
use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::{EntityKind, ErrorKind as Refusal, ForbiddenReason};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use crate::ids;

/// The conversation of a path. A direct one is its two participants' alone, and a key's that acts for nobody and may
/// read such ones: to everybody else it is as unknown as none.
pub(crate) async fn find(app: &AppState, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let key = ConversationKey::Id(ids::parse_conversation_id(id)?);
    let found = conversation::find(&app.engine, ctx, key).await;
    found.map_err(map_to_not_found_error)
}

/// The same for a call about its messages, for which the scope of messages is enough.
pub(crate) async fn find_for_messages(app: &AppState, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let key = ConversationKey::Id(ids::parse_conversation_id(id)?);
    let found = conversation::find_for_messages(&app.engine, ctx, key).await;
    found.map_err(map_to_not_found_error)
}

fn map_to_not_found_error(error: Error) -> Error {
    match error.kind() {
        Refusal::Forbidden(ForbiddenReason::NotParticipant) => {
            Error::not_found(EntityKind::Conversation)
        }
        _ => error,
    }
}

/// The same before something in it is changed: a key that acts for nobody must be one that may write direct messages.
pub(crate) async fn find_for_update(app: &AppState, ctx: &Ctx, id: &str) -> Result<Conversation> {
    let found = find(app, ctx, id).await?;
    authorize_change(ctx, found)
}

/// The same for a call that changes its messages.
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
