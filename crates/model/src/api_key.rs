//! API keys: one form for every dialect.

use crate::id::{ApiKeyId, IdOrNumber, MemberId, kind};
use crate::scope::Scopes;
use crate::time::Timestamp;

/// What every key's secret begins with; 43 base64url characters (32 random bytes) follow.
pub const SECRET_PREFIX: &str = "sk-parlor-";

/// How a caller names a key.
pub type ApiKeyKey = IdOrNumber<kind::ApiKey>;

/// A key as lists show it: never its secret, of which only a keyed hash is stored.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ApiKeyId,
    /// The name its maker gave it.
    pub name: Option<String>,
    /// The last four characters of the secret, to tell keys apart.
    pub hint: String,
    /// The member it acts for.
    pub member: Option<MemberId>,
    /// That member's number.
    pub member_number: Option<i64>,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// After this it no longer opens anything.
    pub expires_at: Option<Timestamp>,
    /// About when it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What to make a key of.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// A name for lists.
    pub name: Option<String>,
    /// The member it acts for.
    pub member: Option<MemberId>,
    /// What it may do.
    pub scopes: Scopes,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}
