//! A cache whose entries are valid until a commit changes the tables they were read from.
//!
//! Keeps INV-5 (`docs/invariants.md`).

use std::hash::Hash;

use parlor_model::Result;
use parlor_store::{Store, Tables};
use quick_cache::sync::Cache;

/// A bounded cache of rows.
///
/// Each entry stores the store's revision of its tables from before it was read, and is returned while the revision is
/// unchanged. The commit of a change therefore invalidates it even if the request that made the change is dropped, or
/// ran on another node. An absence must not be cached, because inserts do not change the revision.
pub(crate) struct ValidatedCache<K, V> {
    tables: Tables,
    entries: Cache<K, CachedRow<V>>,
}

#[derive(Clone)]
struct CachedRow<V> {
    ws: i64,
    revision: u64,
    value: V,
}

/// The store's revision before a lookup.
#[derive(Clone, Copy)]
pub(crate) struct RevisionSnapshot(u64);

impl<K: Eq + Hash, V: Clone> ValidatedCache<K, V> {
    /// Creates a cache of at most `capacity` rows that are read from these tables.
    pub(crate) fn new(tables: Tables, capacity: usize) -> Self {
        Self {
            tables,
            entries: Cache::new(capacity),
        }
    }

    /// Returns the cached value unless rows of its workspace have changed before this call, on any node.
    pub(crate) async fn get(&self, store: &Store, key: &K) -> Option<V> {
        let entry = self.entries.get(key)?;
        let is_fresh = store.refresh_revisions().await
            && store.revision(Some(entry.ws), self.tables) == entry.revision;
        is_fresh.then_some(entry.value)
    }

    /// Returns the cached value unless rows of its workspace had changed when the store's revisions were last refreshed: a
    /// request that has used another cache before has just done that.
    pub(crate) fn get_as_refreshed(&self, store: &Store, key: &K) -> Option<V> {
        let entry = self.entries.get(key)?;
        let is_fresh = store.revision(Some(entry.ws), self.tables) == entry.revision;
        is_fresh.then_some(entry.value)
    }

    /// Returns the cached value of a workspace's key, or that of `read`, which is cached. With `is_refreshed` the cached one
    /// is taken as [`Self::get_as_refreshed`] does.
    pub(crate) async fn find_or_read(
        &self,
        store: &Store,
        (ws, key): (i64, K),
        is_refreshed: bool,
        read: impl Future<Output = Result<V>>,
    ) -> Result<V> {
        let known = match is_refreshed {
            true => self.get_as_refreshed(store, &key),
            false => self.get(store, &key).await,
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let before = self.snapshot(store);
        let found = read.await?;
        self.insert_if_fresh(store, before, ws, key, found.clone());
        Ok(found)
    }

    /// Takes a snapshot of the revision. Call it before the lookup whose result is to be cached.
    pub(crate) fn snapshot(&self, store: &Store) -> RevisionSnapshot {
        RevisionSnapshot(store.revision(None, self.tables))
    }

    /// Caches the result of a lookup, unless any commit happened since the snapshot: the result may be older than that
    /// commit.
    pub(crate) fn insert_if_fresh(
        &self,
        store: &Store,
        before: RevisionSnapshot,
        ws: i64,
        key: K,
        value: V,
    ) {
        // The order matters: a commit after the first read is visible to the second.
        let revision = store.revision(Some(ws), self.tables);
        let now = store.revision(None, self.tables);
        if before.0 == now {
            let entry = CachedRow {
                ws,
                revision,
                value,
            };
            self.entries.insert(key, entry);
        }
    }
}
