//! Labels of chats: names and colors that the workspace shares.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod reference;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::label::Label;
use serde::Serialize;
use utoipa::ToSchema;

use crate::documented::DocumentedError;
use crate::ids;

const NO_LABEL: DocumentedError = (404, "No such label.");

/// A label.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LabelResponse {
    id: i64,
    uuid: String,
    name: String,
    /// A `#` and six hexadecimal digits.
    color: Option<String>,
    created_at: String,
}

impl LabelResponse {
    pub(crate) fn from_label(label: Label) -> Self {
        Self {
            id: label.number,
            uuid: ids::format_uuid(label.id),
            name: label.name,
            color: label.color,
            created_at: time::format_iso(label.created_at),
        }
    }
}
