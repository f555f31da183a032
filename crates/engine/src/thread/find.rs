//! Finds a thread.

use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::ConversationId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::thread as repo;

use super::{Thread, ThreadAccess};
use crate::Engine;
use crate::authority::{self, ConversationPermission};

/// Returns a thread within the session's access. Requires what finding a conversation requires.
///
/// # Errors
/// `NotFound` also for a thread outside of that access.
pub async fn find(
    engine: &Engine,
    ctx: &Ctx,
    id: ConversationId,
    access: ThreadAccess,
) -> Result<Thread> {
    find_authorized(engine, ctx, id, access, ConversationPermission::Read).await
}

/// Finds like [`find`], for an operation on its messages, for which `messages:read` suffices.
pub async fn find_for_messages(
    engine: &Engine,
    ctx: &Ctx,
    id: ConversationId,
    access: ThreadAccess,
) -> Result<Thread> {
    find_authorized(
        engine,
        ctx,
        id,
        access,
        ConversationPermission::ReadMessages,
    )
    .await
}

async fn find_authorized(
    engine: &Engine,
    ctx: &Ctx,
    id: ConversationId,
    access: ThreadAccess,
    permission: ConversationPermission,
) -> Result<Thread> {
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let found = repo::find(tx, ctx.ws(), id)?
                .map(Thread::from)
                .filter(|thread| {
                    (access.space.is_none() || thread.conversation.space == access.space)
                        && (access.role.is_none() || thread.role == access.role)
                })
                .ok_or_else(|| Error::not_found(EntityKind::Thread))?;
            let (number, kind) = (found.conversation.number, found.conversation.kind);
            authority::authorize_number(tx, &ctx, number, kind, permission)
                .map_err(map_to_thread_error)?;
            Ok(found)
        })
        .await
}

/// Reports a hidden conversation as an unknown thread.
fn map_to_thread_error(error: Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound(EntityKind::Conversation) => Error::not_found(EntityKind::Thread),
        _ => error,
    }
}
