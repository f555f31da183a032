//! What is remembered of keys and acting members.

use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use parlor_model::Timestamp;
use parlor_model::id::KeyId;
use parlor_store::repo::key::Found;
use quick_cache::sync::Cache;

use crate::member::Acting;

/// Keys and acting members that were looked up lately. Empty where another process may change them.
pub(crate) struct Principals {
    remember: bool,
    /// Counts the times everything was forgotten.
    epoch: AtomicU64,
    /// Keys by the hash of their secret.
    pub(crate) keys: Cache<[u8; 32], Arc<Remembered>>,
    /// Keys by workspace number and id, for tokens made from them.
    pub(crate) keys_by_id: Cache<(i64, KeyId), Arc<Remembered>>,
    /// Members by workspace number and handle.
    pub(crate) actors: Cache<(i64, String), Acting>,
}

/// A key that was found live.
pub(crate) struct Remembered {
    pub(super) found: Found,
    pub(super) touched: AtomicI64,
}

impl Remembered {
    pub(super) fn of(found: Found) -> Arc<Self> {
        // Another look-up, perhaps another node's, may have noted a use just now.
        let touched = found.last_used_at.map_or(0, Timestamp::micros);
        Arc::new(Self {
            found,
            touched: AtomicI64::new(touched),
        })
    }
}

/// Keys and members remembered at the most, each.
const CAPACITY: usize = 10_000;

impl Principals {
    pub(crate) fn new(remember: bool) -> Self {
        Self {
            remember,
            epoch: AtomicU64::new(0),
            keys: Cache::new(CAPACITY),
            keys_by_id: Cache::new(CAPACITY),
            actors: Cache::new(CAPACITY),
        }
    }

    /// To be read before a look-up whose result is to be kept.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// Keeps what a look-up begun at an epoch has found, unless everything was forgotten meanwhile: it may have been
    /// read before the change that asked for it.
    pub(crate) fn keep<K, V>(&self, cache: &Cache<K, V>, since: u64, key: &K, value: V)
    where
        K: Eq + Hash + Clone,
        V: Clone,
    {
        if !self.remember {
            return;
        }
        cache.insert(key.clone(), value);
        // Forgetting counts first and clears afterwards, so one of the two sees the other.
        if self.epoch() != since {
            cache.remove(key);
        }
    }

    /// After any change to keys, roles or scopes.
    pub(crate) fn forget_all(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
        self.keys.clear();
        self.keys_by_id.clear();
        self.actors.clear();
    }
}
