//! The cache of workspaces with a provider of their own.

use parlor_model::Result;
use parlor_store::{Store, Tables};

use super::ValidatedCache;

/// Whether the settings of a workspace's assistants, by its number, name a provider.
pub(crate) struct OwnProviderCache(ValidatedCache<i64, bool>);

/// Cached workspaces.
const CAPACITY: usize = 10_000;

impl Default for OwnProviderCache {
    fn default() -> Self {
        Self(ValidatedCache::new(Tables::ASSISTANT_SETTINGS, CAPACITY))
    }
}

impl OwnProviderCache {
    /// Returns the cached value, or that of `read`, for a caller whose credential was just checked. An absence is cached
    /// too: settings are written by an upsert, which counts as a change of the table.
    pub(crate) async fn find(
        &self,
        store: &Store,
        ws: i64,
        read: impl Future<Output = Result<bool>>,
    ) -> Result<bool> {
        self.0.find_or_read(store, (ws, ws), true, read).await
    }
}
