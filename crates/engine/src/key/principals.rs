//! What is remembered of keys and acting members.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use parlor_model::Timestamp;
use parlor_model::id::KeyId;
use parlor_store::Tables;
use parlor_store::repo::key::Found;

use crate::member::Acting;
use crate::validated_cache::ValidatedCache;

/// Keys and acting members that were looked up lately.
pub(crate) struct Principals {
    /// Keys by the hash of their secret.
    pub(crate) keys: ValidatedCache<[u8; 32], Arc<Remembered>>,
    /// Keys by workspace number and id, for tokens made from them.
    pub(crate) keys_by_id: ValidatedCache<(i64, KeyId), Arc<Remembered>>,
    /// Members by workspace number and handle.
    pub(crate) actors: ValidatedCache<(i64, String), Acting>,
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
/// What a key is read from: itself, its member, its workspace.
const OF_KEYS: Tables = Tables::API_KEY
    .and(Tables::MEMBER)
    .and(Tables::WORKSPACE)
    .and(Tables::ORGANIZATION);

impl Default for Principals {
    fn default() -> Self {
        Self {
            keys: ValidatedCache::new(OF_KEYS, CAPACITY),
            keys_by_id: ValidatedCache::new(OF_KEYS, CAPACITY),
            actors: ValidatedCache::new(Tables::MEMBER, CAPACITY),
        }
    }
}
