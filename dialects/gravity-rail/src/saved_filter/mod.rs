//! Saved filters: named filters of the list of chats. They are private to their member and require no scope.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::saved_filter::SavedFilter;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids;

const NO_FILTER: DocumentedError = (404, "The caller has no such filter.");

/// A saved filter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FilterResponse {
    id: i64,
    uuid: String,
    name: String,
    /// What the list's `filters` takes: an object, or a list of rules.
    #[schema(value_type = Object, additional_properties = true)]
    filters: Value,
    created_at: String,
    updated_at: String,
}

impl FilterResponse {
    pub(crate) fn from_saved_filter(filter: SavedFilter) -> Self {
        Self {
            id: filter.number,
            uuid: ids::format_uuid(filter.id),
            name: filter.name,
            filters: filter.rules,
            created_at: time::format_iso(filter.created_at),
            updated_at: time::format_iso(filter.updated_at),
        }
    }
}
