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
    let remembered = match engine.principals.keys_by_id.get(&place) {
        Some(remembered) => remembered,
        None => {
            let since = engine.principals.epoch();
            let found = engine
                .store
                .read(move |tx| repo::find_by_id(tx, workspace.number, key))
                .await?
                .ok_or_else(refused)?;
            let remembered = Remembered::of(found);
            let principals = &engine.principals;
            principals.keep(&principals.keys_by_id, since, &place, remembered.clone());
            remembered
        }
    };
    opened(engine, &remembered, request).ok_or_else(refused)
}
