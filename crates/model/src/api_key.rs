//! API keys, shared by all dialects.

use crate::id::{ApiKeyId, IdOrNumber, MemberId, kind};
use crate::scope::Scopes;
use crate::time::Timestamp;

/// Prefix of every secret; 43 base64url characters (32 random bytes) follow.
pub const SECRET_PREFIX: &str = "sk-parlor-";

/// Key by which a caller addresses an API key.
pub type ApiKeyKey = IdOrNumber<kind::ApiKey>;

/// API key without its secret, of which only a keyed hash is stored.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Row number, unique in the workspace.
    pub number: i64,
    /// Public id.
    pub id: ApiKeyId,
    /// Display name.
    pub name: Option<String>,
    /// Last four characters of the secret, to tell keys apart.
    pub hint: String,
    /// Member the key is bound to; `None` for an unbound key.
    pub member: Option<MemberId>,
    /// That member's row number.
    pub member_number: Option<i64>,
    /// Granted scopes.
    pub scopes: Scopes,
    /// Creation time.
    pub created_at: Timestamp,
    /// Expiry time; `None` if the key does not expire.
    pub expires_at: Option<Timestamp>,
    /// Time of the last use, accurate to one minute.
    pub last_used_at: Option<Timestamp>,
    /// Revocation time; `None` while active.
    pub revoked_at: Option<Timestamp>,
}

/// Command that creates an API key.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// Display name.
    pub name: Option<String>,
    /// Member the key is bound to; `None` for an unbound key.
    pub member: Option<MemberId>,
    /// Granted scopes.
    pub scopes: Scopes,
    /// Expiry time.
    pub expires_at: Option<Timestamp>,
}
