//! The cache of the outbox queues that take events of a workspace.

use std::sync::Arc;

use parlor_model::Result;
use parlor_store::repo::outbox::EventQueue;
use parlor_store::{Store, Tables};

use super::ValidatedCache;

/// The queues that take events, by workspace number: none, in most.
pub(crate) struct EventQueueCache(ValidatedCache<i64, Arc<[EventQueue]>>);

/// Cached workspaces.
const CAPACITY: usize = 10_000;

impl Default for EventQueueCache {
    fn default() -> Self {
        Self(ValidatedCache::new(Tables::OUTBOX_QUEUE, CAPACITY))
    }
}

impl EventQueueCache {
    /// Returns the cached value, or that of `read`. An absence is cached too: queues are written by an upsert, which counts
    /// as a change of the table. With `is_refreshed` the caller's credential was just checked.
    pub(crate) async fn find(
        &self,
        store: &Store,
        ws: i64,
        is_refreshed: bool,
        read: impl Future<Output = Result<Vec<EventQueue>>>,
    ) -> Result<Arc<[EventQueue]>> {
        let read = async { read.await.map(Arc::from) };
        let (cache, key) = (&self.0, (ws, ws));
        cache.find_or_read(store, key, is_refreshed, read).await
    }
}
