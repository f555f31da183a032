//! Finding workspaces.

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

/// Every workspace of the server, oldest first. For the operator.
pub async fn list(engine: &Engine) -> Result<Vec<Workspace>> {
    engine.store.read(repo::list).await
}

/// The workspaces in which a handle names somebody, sixteen at the most. For the edge, where a token has arrived that
/// the workspace in the path did not sign, or without a workspace in the path: only these can have signed it.
pub async fn find_by_handle(engine: &Engine, handle: &str) -> Result<Vec<Workspace>> {
    let handle = handle.to_owned();
    engine
        .store
        .read(move |tx| repo::find_by_handle(tx, &handle))
        .await
}

/// A context with every scope that acts for nobody. For the operator, who holds the machine.
pub fn operator_context(engine: &Engine, workspace: &Workspace) -> Ctx {
    Ctx::unbound(workspace.key, Scopes::all(), engine.random_uuid())
}
