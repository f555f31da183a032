//! Finding one thread.

use parlor_model::error::{Kind, Noun};
use parlor_model::id::ConversationId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::thread as repo;

use super::{Reach, Thread};
use crate::Engine;
use crate::authority::{self, Right};

/// A thread; one beyond the session's reach is as unknown as none at all. Asks for what finding a conversation asks.
pub async fn find(engine: &Engine, ctx: &Ctx, id: ConversationId, reach: Reach) -> Result<Thread> {
    authorized(engine, ctx, id, reach, Right::Read).await
}

/// The same for a call about its messages, for which `messages:read` is enough.
pub async fn find_of_messages(
    engine: &Engine,
    ctx: &Ctx,
    id: ConversationId,
    reach: Reach,
) -> Result<Thread> {
    authorized(engine, ctx, id, reach, Right::ReadMessages).await
}

async fn authorized(
    engine: &Engine,
    ctx: &Ctx,
    id: ConversationId,
    reach: Reach,
    right: Right,
) -> Result<Thread> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = repo::find(tx, ctx.ws(), id)?
                .map(Thread::from)
                .filter(|thread| {
                    (reach.space.is_none() || thread.conversation.space == reach.space)
                        && (reach.role.is_none() || thread.role == reach.role)
                })
                .ok_or_else(|| Error::not_found(Noun::Thread))?;
            let (number, kind) = (found.conversation.number, found.conversation.kind);
            authority::authorize_number(tx, &ctx, number, kind, right).map_err(unknown)?;
            Ok(found)
        })
        .await
}

/// A conversation that the caller may not see is a thread it does not know.
fn unknown(error: Error) -> Error {
    match error.kind() {
        Kind::NotFound(Noun::Conversation) => Error::not_found(Noun::Thread),
        _ => error,
    }
}
