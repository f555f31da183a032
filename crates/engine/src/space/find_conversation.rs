//! Finds a conversation of a space.

use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, space};

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// Returns the conversation of a space with this id, or the default conversation, if any. Requires what finding a
/// conversation requires.
///
/// # Errors
/// `NotFound` also for a conversation of another space and for a direct one.
pub async fn find_conversation(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    id: Option<ConversationId>,
) -> Result<Option<Conversation>> {
    find_authorized(engine, ctx, (space, id), ConversationPermission::Read).await
}

/// Finds like [`find_conversation`], for an operation on its messages, for which `messages:read` suffices.
pub async fn find_conversation_for_messages(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    id: Option<ConversationId>,
) -> Result<Option<Conversation>> {
    find_authorized(
        engine,
        ctx,
        (space, id),
        ConversationPermission::ReadMessages,
    )
    .await
}

async fn find_authorized(
    engine: &Engine,
    ctx: &Ctx,
    (space, id): (SpaceId, Option<ConversationId>),
    permission: ConversationPermission,
) -> Result<Option<Conversation>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| match id {
            Some(id) => find_in_space(tx, &ctx, space, id, permission).map(Some),
            None => {
                let found = space::find(tx, ctx.ws(), space)?;
                let found = found.ok_or_else(|| Error::not_found(EntityKind::Space))?;
                found
                    .default_conversation
                    .map(|id| {
                        authority::find_conversation(tx, &ctx, ConversationKey::Id(id), permission)
                    })
                    .transpose()
                    .map(|allowed| allowed.map(|allowed| allowed.conversation))
            }
        })
        .await
}

/// Returns the conversation of a space with this id.
pub(super) fn find_in_space(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    space: SpaceId,
    id: ConversationId,
    permission: ConversationPermission,
) -> Result<Conversation> {
    if space::find_number(tx, ctx.ws(), space)?.is_none() {
        return Err(Error::not_found(EntityKind::Space));
    }
    let key = ConversationKey::Id(id);
    let found = repo::find(tx, ctx.ws(), key)?
        .filter(|found| found.space == Some(space) && found.kind != ConversationKind::Direct)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    authority::authorize_number(tx, ctx, found.number, found.kind, permission)?;
    Ok(found)
}
