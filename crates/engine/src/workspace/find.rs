//! Finding workspaces.

use std::sync::Arc;

use parlor_model::error::EntityKind;
use parlor_model::id::WorkspaceId;
use parlor_model::scope::Scopes;
use parlor_model::workspace::Workspace;
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tables;
use parlor_store::repo::workspace as repo;

use crate::Engine;
use crate::validated_cache::ValidatedCache;

/// Workspaces that were looked up lately.
pub(crate) struct WorkspaceCache(ValidatedCache<WorkspaceId, Arc<Workspace>>);

impl Default for WorkspaceCache {
    fn default() -> Self {
        let tables = Tables::WORKSPACE | Tables::ORGANIZATION;
        Self(ValidatedCache::new(tables, 10_000))
    }
}

/// A workspace by id. For the edge, before there is a context.
pub async fn find(engine: &Engine, id: WorkspaceId) -> Result<Arc<Workspace>> {
    let (known, store) = (&engine.workspace_cache.0, &engine.store);
    if let Some(workspace) = known.get(store, &id) {
        return Ok(workspace);
    }
    let before = known.snapshot(store);
    let found = store.read(move |tx| repo::find(tx, id)).await?;
    let workspace = Arc::new(found.ok_or_else(|| Error::not_found(EntityKind::Workspace))?);
    known.insert_if_fresh(store, before, workspace.key.number, id, workspace.clone());
    Ok(workspace)
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
