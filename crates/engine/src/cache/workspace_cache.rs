//! The cache of workspaces.

use std::sync::Arc;

use parlor_model::error::EntityKind;
use parlor_model::id::WorkspaceId;
use parlor_model::workspace::Workspace;
use parlor_model::{Error, Result};
use parlor_store::repo::workspace as repo;
use parlor_store::{Store, Tables};

use super::ValidatedCache;

/// Workspaces by id.
pub(crate) struct WorkspaceCache(ValidatedCache<WorkspaceId, Arc<Workspace>>);

/// Cached workspaces.
const CAPACITY: usize = 10_000;

impl Default for WorkspaceCache {
    fn default() -> Self {
        let tables = Tables::WORKSPACE | Tables::ORGANIZATION;
        Self(ValidatedCache::new(tables, CAPACITY))
    }
}

impl WorkspaceCache {
    /// Returns a workspace from the cache, or reads it and caches it.
    ///
    /// # Errors
    /// `NotFound` for an unknown id.
    pub(crate) async fn find(&self, store: &Store, id: WorkspaceId) -> Result<Arc<Workspace>> {
        if let Some(workspace) = self.0.get(store, &id).await {
            return Ok(workspace);
        }
        let before = self.0.snapshot(store);
        let found = store.read(move |tx| repo::find(tx, id)).await?;
        let workspace = Arc::new(found.ok_or_else(|| Error::not_found(EntityKind::Workspace))?);
        self.0
            .insert_if_fresh(store, before, workspace.key.number, id, workspace.clone());
        Ok(workspace)
    }
}
