//! A key in the list.

use parlor_kit::{ids, time};
use parlor_model::Timestamp;
use parlor_model::api_key::ApiKey;
use parlor_model::scope::Scopes;

/// A key in the list.
pub(super) struct KeyRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) hint: String,
    pub(super) scopes: String,
    pub(super) member: Option<i64>,
    pub(super) expires_at: Option<String>,
    pub(super) has_expired: bool,
    pub(super) last_used_at: Option<String>,
}

impl KeyRow {
    pub(super) fn new(key: &ApiKey, now: Timestamp) -> Self {
        Self {
            id: ids::format_uuid(key.id),
            name: key
                .name
                .clone()
                .unwrap_or_else(|| "without a name".to_owned()),
            hint: key.hint.clone(),
            scopes: match key.scopes == Scopes::all() {
                true => "everything".to_owned(),
                false if key.scopes == Scopes::NONE => "nothing".to_owned(),
                false => key.scopes.to_string().replace(',', ", "),
            },
            member: key.member_number,
            expires_at: key.expires_at.map(time::format_iso),
            has_expired: key.expires_at.is_some_and(|end| end <= now),
            last_used_at: key.last_used_at.map(time::format_iso),
        }
    }
}
