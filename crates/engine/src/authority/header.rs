//! Access to a conversation by its cached header.

use std::sync::Arc;

use parlor_model::conversation::{ConversationKey, ConversationKind};
use parlor_model::conversation_header::ConversationHeader;
use parlor_model::error::EntityKind;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::conversation as repo;

use super::conversation::{AccessGrant, authorize_number};
use super::rules::{AccessBasis, ConversationPermission, access_basis};
use crate::Engine;

/// Checks a permission on the conversation of a header, and returns what it is based on. Reads nothing if a scope alone
/// gives the permission; whether the conversation still exists is then for the caller's statement to find out.
pub(crate) async fn authorize_header(
    engine: &Engine,
    ctx: &Ctx,
    header: &ConversationHeader,
    permission: ConversationPermission,
) -> Result<AccessBasis> {
    let (owned_ctx, number, kind) = (*ctx, header.number, header.kind);
    match access_basis(ctx, kind, permission)? {
        AccessBasis::HeldScope if kind != ConversationKind::Thread => Ok(AccessBasis::HeldScope),
        AccessBasis::HeldScope | AccessBasis::DelegatedScope | AccessBasis::Participation => {
            engine
                .store
                .read(move |tx| authorize_number(tx, &owned_ctx, number, kind, permission))
                .await
        }
    }
}

/// Returns the header of a conversation for which the caller has the permission, and what that is based on.
///
/// The header may be cached. Participation and the role of a thread are checked on each call.
pub(crate) async fn find_header_with_access(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    permission: ConversationPermission,
) -> Result<AccessGrant<Arc<ConversationHeader>>> {
    let (cache, store, cache_key) = (&engine.header_cache.0, &engine.store, (ctx.ws(), key));
    if let Some(found) = cache.get(store, &cache_key).await {
        let basis = authorize_header(engine, ctx, &found, permission).await?;
        return Ok(AccessGrant {
            conversation: found,
            basis,
        });
    }
    let (owned_ctx, before) = (*ctx, cache.snapshot(store));
    let (found, basis) = store
        .read(move |tx| {
            let found = repo::find_header(tx, owned_ctx.ws(), key)?
                .ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
            let basis = authorize_number(tx, &owned_ctx, found.number, found.kind, permission)?;
            Ok((Arc::new(found), basis))
        })
        .await?;
    cache.insert_if_fresh(store, before, ctx.ws(), cache_key, found.clone());
    Ok(AccessGrant {
        conversation: found,
        basis,
    })
}
