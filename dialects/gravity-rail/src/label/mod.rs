//! Labels of chats: names and colors that the workspace shares.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod mark;
pub(crate) mod unmark;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::Result;
use parlor_model::error::Noun;
use parlor_model::label::{Label, LabelKey};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::{self, Reference};

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
    pub(crate) fn of(label: Label) -> Self {
        Self {
            id: label.number,
            uuid: ids::uuid(label.id),
            name: label.name,
            color: label.color,
            created_at: time::iso(label.created_at),
        }
    }
}

/// A label's name in a path.
fn key(text: &str) -> Result<LabelKey> {
    Reference::of_path(text, Noun::Label).map(Reference::locator)
}
