//! A space in responses, lists and exports.

use parlor_model::Timestamp;
use parlor_model::id::{SpaceId, kind};
use parlor_model::space::{Space, SpaceRow};
use utoipa::ToSchema;

use crate::body;
use crate::encode::{CsvRowWriter, JsonObjectWriter, ListRow};
use crate::ids::{CONTACT_PREFIX, SPACE_PREFIX};

/// A space. What is unset is left out.
#[derive(ToSchema)]
#[schema(as = Space)]
#[expect(dead_code, reason = "the document's view of what is written below")]
pub(super) struct SpaceInstance {
    /// Its id.
    id: String,
    /// What it is called.
    name: Option<String>,
    /// A text about it.
    description: Option<String>,
    /// Its contact's id.
    #[schema(rename = "contactId")]
    contact_id: Option<String>,
    /// A name unique in the account.
    alias: Option<String>,
    /// The id of a blueprint elsewhere.
    #[schema(rename = "blueprintId")]
    blueprint_id: Option<String>,
    /// Free JSON.
    #[schema(value_type = Object)]
    meta: serde_json::Value,
    /// When it was made.
    #[schema(rename = "createdAt", schema_with = body::time_schema)]
    created_at: String,
    /// When it last changed.
    #[schema(rename = "updatedAt", schema_with = body::time_schema)]
    updated_at: String,
}

/// A page of spaces.
#[derive(ToSchema)]
#[schema(as = SpacePage)]
#[expect(dead_code, reason = "the document's view of what the listing writes")]
pub(super) struct SpaceListResponse {
    /// The spaces.
    items: Vec<SpaceInstance>,
    /// Goes into the next request; empty when there is nothing on this page.
    cursor: String,
}

impl ListRow for SpaceRow<'_> {
    type Kind = kind::Space;
    const PREFIX: &'static str = SPACE_PREFIX;
    const COLUMNS: &'static str =
        "id,name,description,blueprintId,contactId,createdAt,updatedAt,meta";

    fn id(&self) -> SpaceId {
        self.id
    }

    fn listed_at(&self) -> Option<Timestamp> {
        Some(self.created_at)
    }

    fn write_fields(&self, object: &mut JsonObjectWriter<'_>) {
        object
            .text("name", self.name)
            .text("description", self.description)
            .id("contactId", CONTACT_PREFIX, self.contact)
            .text("alias", self.alias)
            .text("blueprintId", self.blueprint)
            .json("meta", self.metadata)
            .time("createdAt", Some(self.created_at))
            .time("updatedAt", Some(self.updated_at));
    }

    fn write_cells(&self, cells: &mut CsvRowWriter<'_>) {
        cells
            .text(self.name)
            .text(self.description)
            .text(self.blueprint)
            .id(CONTACT_PREFIX, self.contact)
            .time(Some(self.created_at))
            .time(Some(self.updated_at))
            .yaml(self.metadata);
    }
}

/// Converts a space to a row of a list, so that both are encoded by the same code.
pub(super) fn to_row<'s>(space: &'s Space, metadata: &'s str) -> SpaceRow<'s> {
    SpaceRow {
        id: space.id,
        name: space.name.as_deref(),
        description: space.description.as_deref(),
        contact: space.contact,
        alias: space.alias.as_deref(),
        blueprint: space.blueprint.as_deref(),
        metadata,
        created_at: space.created_at,
        updated_at: space.updated_at,
    }
}
