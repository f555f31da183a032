//! What is remembered of keys and acting members.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use parlor_model::Timestamp;
use parlor_model::id::ApiKeyId;
use parlor_store::Tables;
use parlor_store::repo::api_key::ActiveApiKey;

use crate::member::ActorGrant;
use crate::validated_cache::ValidatedCache;

/// Keys and acting members that were looked up lately.
pub(crate) struct AuthCache {
    /// Keys by the hash of their secret.
    pub(crate) keys: ValidatedCache<[u8; 32], Arc<CachedApiKey>>,
    /// Keys by workspace number and id, for tokens made from them.
    pub(crate) keys_by_id: ValidatedCache<(i64, ApiKeyId), Arc<CachedApiKey>>,
    /// Members by workspace number and handle.
    pub(crate) actors: ValidatedCache<(i64, String), ActorGrant>,
}

/// A key that was found live.
pub(crate) struct CachedApiKey {
    pub(super) api_key: ActiveApiKey,
    pub(super) last_use_recorded_at: AtomicI64,
}

impl CachedApiKey {
    pub(super) fn new(found: ActiveApiKey) -> Arc<Self> {
        // Another look-up, perhaps another node's, may have noted a use just now.
        let touched = found.last_used_at.map_or(0, Timestamp::micros);
        Arc::new(Self {
            api_key: found,
            last_use_recorded_at: AtomicI64::new(touched),
        })
    }
}

/// Keys and members remembered at the most, each.
const CAPACITY: usize = 10_000;
/// What a key is read from: itself, its member, its workspace.
const API_KEY_TABLES: Tables = Tables::API_KEY
    .union(Tables::MEMBER)
    .union(Tables::WORKSPACE)
    .union(Tables::ORGANIZATION);

impl Default for AuthCache {
    fn default() -> Self {
        Self {
            keys: ValidatedCache::new(API_KEY_TABLES, CAPACITY),
            keys_by_id: ValidatedCache::new(API_KEY_TABLES, CAPACITY),
            actors: ValidatedCache::new(Tables::MEMBER, CAPACITY),
        }
    }
}
