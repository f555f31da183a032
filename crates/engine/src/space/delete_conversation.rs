//! Deletes a conversation of a space.

use parlor_model::error::{ConflictReason, EntityKind};
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::space as repo;

use super::find_conversation::find_in_space;
use crate::authority::ConversationPermission;
use crate::{Engine, conversation};

/// Deletes a conversation of a space with all its messages. Requires `conversations:write`.
///
/// # Errors
/// `Conflict` for the space's default conversation.
pub async fn delete_conversation(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    id: ConversationId,
) -> Result<()> {
    ctx.require(Scope::write(Resource::Conversations))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let found = find_in_space(tx, &ctx, space, id, ConversationPermission::Manage)?;
            let space_row = repo::find(tx, ctx.ws(), space)?;
            let space_row = space_row.ok_or_else(|| Error::not_found(EntityKind::Space))?;
            if space_row.default_conversation == Some(id) {
                return Err(Error::conflict(ConflictReason::DefaultConversation));
            }
            conversation::delete_in_tx(tx, &ctx, &found)
        })
        .await
}
