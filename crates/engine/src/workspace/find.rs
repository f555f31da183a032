//! Finds workspaces.

use std::sync::Arc;

use parlor_model::id::WorkspaceId;
use parlor_model::scope::Scopes;
use parlor_model::workspace::Workspace;
use parlor_model::{Ctx, Result};
use parlor_store::repo::workspace as repo;

use crate::Engine;

/// Returns a workspace by id. Called before a [`Ctx`] exists.
///
/// # Errors
/// `NotFound` for an unknown id.
pub async fn find(engine: &Engine, id: WorkspaceId) -> Result<Arc<Workspace>> {
    engine.workspace_cache.find(&engine.store, id).await
}

/// Lists all workspaces, oldest first. For the server's operator.
pub async fn list(engine: &Engine) -> Result<Vec<Workspace>> {
    engine.store.read(repo::list).await
}

/// Returns at most 16 workspaces in which a member has the handle. Used for a token that the workspace of the path did
/// not sign, or without a workspace in the path: only these can have signed it.
pub async fn find_by_handle(engine: &Engine, handle: &str) -> Result<Vec<Workspace>> {
    let handle = handle.to_owned();
    engine
        .store
        .read(move |tx| repo::find_by_handle(tx, &handle))
        .await
}

/// Returns an unbound context with every scope, for the server's operator.
pub fn operator_context(engine: &Engine, workspace: &Workspace) -> Ctx {
    Ctx::unbound(workspace.key, Scopes::all(), engine.random_uuid())
}
