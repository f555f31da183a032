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

/// Returns the header of a conversation for which the caller has the permission, and what that is based on.
///
/// The header may be cached. Participation and the role of a thread are checked on each call.
pub(crate) async fn find_header_with_access(
    engine: &Engine,
    ctx: &Ctx,
    key: ConversationKey,
    right: ConversationPermission,
) -> Result<AccessGrant<Arc<ConversationHeader>>> {
    let (outlines, store, place) = (&engine.header_cache.0, &engine.store, (ctx.ws(), key));
    if let Some(found) = outlines.get(store, &place) {
        let (scope, number, kind) = (*ctx, found.number, found.kind);
        let basis = match access_basis(ctx, kind, right)? {
            AccessBasis::HeldScope if kind != ConversationKind::Thread => AccessBasis::HeldScope,
            AccessBasis::HeldScope | AccessBasis::DelegatedScope | AccessBasis::Participation => {
                store
                    .read(move |tx| authorize_number(tx, &scope, number, kind, right))
                    .await?
            }
        };
        return Ok(AccessGrant {
            conversation: found,
            basis,
        });
    }
    let (scope, before) = (*ctx, outlines.snapshot(store));
    let (found, basis) = store
        .read(move |tx| {
            let found = repo::find_header(tx, scope.ws(), key)?
                .ok_or_else(|| Error::not_found(EntityKind::Conversation))?;
            let basis = authorize_number(tx, &scope, found.number, found.kind, right)?;
            Ok((Arc::new(found), basis))
        })
        .await?;
    outlines.insert_if_fresh(store, before, ctx.ws(), place, found.clone());
    Ok(AccessGrant {
        conversation: found,
        basis,
    })
}
