//! What a token made from a key opens.

use parlor_model::ctx::WorkspaceRef;
use parlor_model::error::Credential;
use parlor_model::id::KeyId;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::key as repo;
use uuid::Uuid;

use super::authenticate::opened;
use super::principals::Remembered;
use crate::Engine;

/// The context of a key by id, for tokens made from it: the same as the key's secret opens. A key that is revoked,
/// past its end or of another workspace makes its tokens bad ones.
pub async fn ctx_of(
    engine: &Engine,
    workspace: WorkspaceRef,
    key: KeyId,
    request: Uuid,
) -> Result<Ctx> {
    let refused = || Error::unauthenticated(Credential::TokenInvalid);
    let place = (workspace.number, key);
    let (keys, store) = (&engine.principals.keys_by_id, &engine.store);
    let remembered = match keys.get(store, &place) {
        Some(remembered) => remembered,
        None => {
            let before = keys.before(store);
            let found = store
                .read(move |tx| repo::find_by_id(tx, workspace.number, key))
                .await?
                .ok_or_else(refused)?;
            let remembered = Remembered::of(found);
            keys.keep(store, before, workspace.number, place, remembered.clone());
            remembered
        }
    };
    opened(engine, &remembered, request).ok_or_else(refused)
}
