//! API keys of the workspace, after features/developer/api-keys. The vendor's secrets begin with `gr_`; a key of this
//! server works for all its APIs and has their prefix.

pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod revoke;

use parlor_kit::time;
use parlor_model::api_key::ApiKey;
use serde::Serialize;
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids;
use crate::member::scope_names;

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "features/developer/api-keys";
const NO_KEY: DocumentedError = (404, "No such API key, or it is revoked.");

/// An API key, without its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyResponse {
    id: i64,
    uuid: String,
    name: Option<String>,
    /// The last four characters of its secret.
    hint: String,
    /// The member it acts for; null where it is the workspace's own.
    member_id: Option<i64>,
    member_uuid: Option<String>,
    /// What it may do, as far as its member may.
    scopes: Vec<String>,
    created_at: String,
    expires_at: Option<String>,
    /// About when it was last used.
    last_used_at: Option<String>,
}

impl ApiKeyResponse {
    pub(crate) fn from_api_key(key: ApiKey) -> Self {
        Self {
            id: key.number,
            uuid: ids::format_uuid(key.id),
            name: key.name,
            hint: key.hint,
            member_id: key.member_number,
            member_uuid: key.member.map(ids::format_uuid),
            scopes: scope_names(key.scopes),
            created_at: time::format_iso(key.created_at),
            expires_at: key.expires_at.map(time::format_iso),
            last_used_at: key.last_used_at.map(time::format_iso),
        }
    }
}
