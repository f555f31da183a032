//! What a token made from a key opens.

use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::CredentialReason;
use parlor_model::id::ApiKeyId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::api_key as repo;
use uuid::Uuid;

use super::authenticate::build_context;
use crate::Engine;
use crate::cache::CachedApiKey;

/// The context of a key by id, for tokens made from it: the same as the key's secret opens. A key that is revoked,
/// past its end or of another workspace makes its tokens bad ones.
pub async fn context_by_id(
    engine: &Engine,
    workspace: WorkspaceRef,
    key: ApiKeyId,
    request: Uuid,
) -> Result<Ctx> {
    let refused = || Error::unauthenticated(CredentialReason::TokenInvalid);
    let place = (workspace.number, key);
    let (keys, store) = (&engine.auth_cache.keys_by_id, &engine.store);
    let remembered = match keys.get(store, &place) {
        Some(remembered) => remembered,
        None => {
            let before = keys.snapshot(store);
            let found = store
                .read(move |tx| repo::find_by_id(tx, workspace.number, key))
                .await?
                .ok_or_else(refused)?;
            let remembered = CachedApiKey::new(found);
            keys.insert_if_fresh(store, before, workspace.number, place, remembered.clone());
            remembered
        }
    };
    build_context(engine, &remembered, request).ok_or_else(refused)
}
