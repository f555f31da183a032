//! Context of tokens that were issued from a key.

use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::CredentialReason;
use parlor_model::id::ApiKeyId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::api_key as repo;
use uuid::Uuid;

use super::authenticate::build_context;
use crate::Engine;
use crate::cache::CachedApiKey;

/// Returns the context of a key by id, equal to that of its secret, for tokens issued from it.
///
/// # Errors
/// `Unauthenticated` for a key that is revoked, expired or of another workspace.
pub async fn context_by_id(
    engine: &Engine,
    workspace: WorkspaceRef,
    key: ApiKeyId,
    request: Uuid,
) -> Result<Ctx> {
    let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let cache_key = (workspace.number, key);
    let (keys, store) = (&engine.auth_cache.keys_by_id, &engine.store);
    let cached = match keys.get(store, &cache_key).await {
        Some(cached) => cached,
        None => {
            let before = keys.snapshot(store);
            let found = store
                .read(move |tx| repo::find_by_id(tx, workspace.number, key))
                .await?
                .ok_or_else(refused)?;
            let cached = CachedApiKey::new(found);
            keys.insert_if_fresh(store, before, workspace.number, cache_key, cached.clone());
            cached
        }
    };
    build_context(engine, &cached, request).ok_or_else(refused)
}
