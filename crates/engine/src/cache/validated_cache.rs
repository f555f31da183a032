//! Rows that were looked up lately, each for as long as no commit changes what it was read from.

use std::hash::Hash;

use parlor_store::{Store, Tables};
use quick_cache::sync::Cache;

/// A bounded cache of rows that were found. Each entry holds the store's revision of its tables from before it was read
/// and is given while that stands, so that the commit of a change ends it, whatever becomes of the request that asked
/// for the change. Keeps nothing where other processes may change the rows. An absence must not be kept: new rows do
/// not count.
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

/// The revision before a look-up.
#[derive(Clone, Copy)]
pub(crate) struct RevisionSnapshot(Option<u64>);

impl<K: Eq + Hash, V: Clone> ValidatedCache<K, V> {
    /// For rows that are read from these tables, so many at the most.
    pub(crate) fn new(tables: Tables, capacity: usize) -> Self {
        Self {
            tables,
            entries: Cache::new(capacity),
        }
    }

    /// What was kept, unless its workspace's rows have changed since.
    pub(crate) fn get(&self, store: &Store, key: &K) -> Option<V> {
        let entry = self.entries.get(key)?;
        let revision = store.revision(Some(entry.ws), self.tables)?;
        (revision == entry.revision).then_some(entry.value)
    }

    /// To be taken before the look-up whose result is to be kept.
    pub(crate) fn snapshot(&self, store: &Store) -> RevisionSnapshot {
        RevisionSnapshot(store.revision(None, self.tables))
    }

    /// Keeps what a look-up has found in a workspace, unless any commit came between: it may have been read before it.
    pub(crate) fn insert_if_fresh(
        &self,
        store: &Store,
        before: RevisionSnapshot,
        ws: i64,
        key: K,
        value: V,
    ) {
        // In this order: a commit that comes after the first is seen by the second.
        let revision = store.revision(Some(ws), self.tables);
        let now = store.revision(None, self.tables);
        if let (Some(revision), Some(before), Some(now)) = (revision, before.0, now)
            && before == now
        {
            let entry = CachedRow {
                ws,
                revision,
                value,
            };
            self.entries.insert(key, entry);
        }
    }
}
