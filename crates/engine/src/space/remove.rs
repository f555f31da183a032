//! Deleting a conversation of a space.

use parlor_model::error::{Conflict, Noun};
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::space as repo;

use super::conversation::within;
use crate::authority::Right;
use crate::{Engine, conversation};

/// Deletes a conversation of a space with all its messages, for good. The one that is used where none is named stays
/// as long as the space does. Asks for `conversations:write`.
pub async fn remove(engine: &Engine, ctx: &Ctx, space: SpaceId, id: ConversationId) -> Result<()> {
    ctx.require(Scope::write(Resource::Conversations))?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let found = within(tx, &ctx, space, id, Right::Manage)?;
            let place = repo::find(tx, ctx.ws(), space)?;
            let place = place.ok_or_else(|| Error::not_found(Noun::Space))?;
            if place.default_conversation == Some(id) {
                return Err(Error::conflict(Conflict::DefaultConversation));
            }
            conversation::erase(tx, &ctx, &found)
        })
        .await
}
