//! The default conversation of a space.

use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::space as repo;

use crate::{Engine, authority, conversation};

/// Returns the default conversation of a space, and creates it with `title` if there is none. Concurrent first calls
/// create one. Creating it requires what creating any conversation in the space requires.
pub async fn default_conversation(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    title: &str,
) -> Result<ConversationId> {
    let (ctx, title) = (*ctx, title.to_owned());
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let found =
                repo::find(tx, ws, space)?.ok_or_else(|| Error::not_found(EntityKind::Space))?;
            if let Some(id) = found.default_conversation {
                return Ok(id);
            }
            authority::authorize_create_conversation(tx, &ctx, Some(space))?;
            let new = CreateConversation {
                space: Some(space),
                title: Some(title.clone()),
                ..CreateConversation::new(ConversationKind::Group)
            };
            let made = conversation::insert(tx, &ctx, &new)?;
            repo::set_default_conversation(tx, ws, found.number, made.number)?;
            Ok(made.id)
        })
        .await
}
