//! The cache of API keys and acting members.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use parlor_model::Timestamp;
use parlor_model::access::WorkspaceRole;
use parlor_model::ctx::Actor;
use parlor_model::id::ApiKeyId;
use parlor_model::scope::Scopes;
use parlor_store::Tables;
use parlor_store::repo::actor::ActorRow;
use parlor_store::repo::api_key::ActiveApiKey;

use super::ValidatedCache;

/// Recently authenticated API keys and acting members.
pub(crate) struct AuthCache {
    /// Keys by the hash of the secret.
    pub(crate) keys: ValidatedCache<[u8; 32], Arc<CachedApiKey>>,
    /// Keys by workspace number and id, for tokens issued from them.
    pub(crate) keys_by_id: ValidatedCache<(i64, ApiKeyId), Arc<CachedApiKey>>,
    /// Members by workspace number and handle.
    pub(crate) actors: ValidatedCache<(i64, String), ActorGrant>,
}

/// A member that may act, with its scopes.
#[derive(Debug, Clone, Copy)]
pub struct ActorGrant {
    /// The member.
    pub actor: Actor,
    /// Scopes of its role and its own.
    pub scopes: Scopes,
    /// Its token epoch: tokens of an earlier epoch are revoked.
    pub token_epoch: i64,
}

impl From<ActorRow> for ActorGrant {
    fn from(row: ActorRow) -> Self {
        let role = row.actor.role.map_or(Scopes::NONE, WorkspaceRole::scopes);
        Self {
            actor: row.actor,
            scopes: role.union(row.scopes),
            token_epoch: row.token_epoch,
        }
    }
}

/// A key that is not revoked.
pub(crate) struct CachedApiKey {
    pub(crate) api_key: ActiveApiKey,
    pub(crate) last_use_recorded_at: AtomicI64,
}

impl CachedApiKey {
    pub(crate) fn new(found: ActiveApiKey) -> Arc<Self> {
        // Another lookup, perhaps on another node, may have recorded a use just now.
        let last_used_at = found.last_used_at.map_or(0, Timestamp::micros);
        Arc::new(Self {
            api_key: found,
            last_use_recorded_at: AtomicI64::new(last_used_at),
        })
    }
}

/// Cached entries of each kind.
const CAPACITY: usize = 10_000;
/// Tables from which a key is read: the key, its member, its workspace.
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
