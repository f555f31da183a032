//! One conversation of a space.

use parlor_model::conversation::{Conversation, ConversationKey, ConversationKind};
use parlor_model::error::EntityKind;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation as repo, space};

use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// The conversation with this id, or the one that is used where none is named: there may be none yet. A conversation
/// of another space is as unknown as none at all, and so is a direct one. Asks for what finding a conversation asks.
pub async fn find_conversation(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    id: Option<ConversationId>,
) -> Result<Option<Conversation>> {
    find_authorized(engine, ctx, (space, id), ConversationPermission::Read).await
}

/// The same for a call about its messages, for which `messages:read` is enough.
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
    right: ConversationPermission,
) -> Result<Option<Conversation>> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| match id {
            Some(id) => find_in_space(tx, &ctx, space, id, right).map(Some),
            None => {
                let found = space::find(tx, ctx.ws(), space)?;
                let found = found.ok_or_else(|| Error::not_found(EntityKind::Space))?;
                found
                    .default_conversation
                    .map(|id| {
                        authority::find_conversation(tx, &ctx, ConversationKey::Id(id), right)
                    })
                    .transpose()
                    .map(|allowed| allowed.map(|allowed| allowed.conversation))
            }
        })
        .await
}

/// Within a transaction: the conversation of a space with this id.
pub(super) fn find_in_space(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    space: SpaceId,
    id: ConversationId,
    right: ConversationPermission,
) -> Result<Conversation> {
    if space::find_number(tx, ctx.ws(), space)?.is_none() {
        return Err(Error::not_found(EntityKind::Space));
    }
    let key = ConversationKey::Id(id);
    let found = repo::find(tx, ctx.ws(), key)?
        .filter(|found| found.space == Some(space) && found.kind != ConversationKind::Direct)
        .ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
    authority::authorize_number(tx, ctx, found.number, found.kind, right)?;
    Ok(found)
}
