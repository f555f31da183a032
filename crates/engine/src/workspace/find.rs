//! Finding workspaces.

use std::sync::Arc;

use parlor_model::error::Noun;
use parlor_model::id::WorkspaceId;
use parlor_model::scope::Scopes;
use parlor_model::workspace::Workspace;
use parlor_model::{Ctx, Error, Result};
use parlor_store::repo::workspace as repo;
use quick_cache::sync::Cache;

use crate::Engine;

/// Workspaces that were looked up lately. Empty where another process may change them.
pub(crate) struct Workspaces {
    remember: bool,
    known: Cache<WorkspaceId, Arc<Workspace>>,
}

impl Workspaces {
    pub(crate) fn new(remember: bool) -> Self {
        Self {
            remember,
            known: Cache::new(10_000),
        }
    }

    pub(crate) fn forget(&self, id: WorkspaceId) {
        self.known.remove(&id);
    }
}

/// A workspace by id. For the edge, before there is a context.
pub async fn find(engine: &Engine, id: WorkspaceId) -> Result<Arc<Workspace>> {
    if let Some(workspace) = engine.workspaces.known.get(&id) {
        return Ok(workspace);
    }
    let found = engine.store.read(move |tx| repo::find(tx, id)).await?;
    let workspace = Arc::new(found.ok_or_else(|| Error::not_found(Noun::Workspace))?);
    if engine.workspaces.remember {
        engine.workspaces.known.insert(id, workspace.clone());
    }
    Ok(workspace)
}

/// Every workspace of the server, oldest first. For the operator.
pub async fn list(engine: &Engine) -> Result<Vec<Workspace>> {
    engine.store.read(repo::list).await
}

/// The workspaces in which a handle names somebody, sixteen at the most. For the edge, where a token has arrived that
/// the workspace in the path did not sign, or without a workspace in the path: only these can have signed it.
pub async fn of_handle(engine: &Engine, handle: &str) -> Result<Vec<Workspace>> {
    let handle = handle.to_owned();
    engine
        .store
        .read(move |tx| repo::of_handle(tx, &handle))
        .await
}

/// A context with every scope that acts for nobody. For the operator, who holds the machine.
pub fn owner_ctx(engine: &Engine, workspace: &Workspace) -> Ctx {
    Ctx::unbound(workspace.key, Scopes::all(), engine.random_uuid())
}
