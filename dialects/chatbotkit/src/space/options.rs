//! The fields of a space in requests, after the vendor's pages on creating and updating spaces.

use parlor_kit::route::Route;
use parlor_model::Result;
use parlor_model::id::kind;
use parlor_model::import::ImportSpace;
use parlor_model::scope::{Resource, Scope};
use parlor_model::space::{ContactRef, CreateSpace, UpdateSpace};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::body::{self, NullableText};
use crate::contact::ContactReference;
use crate::import::RecordHead;

/// The body of `create` and `update`. Everything is optional; `id`, `createdAt`, `updatedAt` and unknown fields are
/// accepted and ignored, so that a fetched record can be sent back.
#[derive(Deserialize, ToSchema)]
#[schema(as = SpaceFields)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpaceOptions {
    /// What it is called; null for none.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    name: NullableText,
    /// A text about it; null for none.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    description: NullableText,
    /// The contact's id, null for none, or an object with a `fingerprint`: that contact, made when there is none.
    #[serde(default, deserialize_with = "ContactReference::deserialize_nullable")]
    #[schema(value_type = ContactReference)]
    contact_id: Option<ContactReference>,
    /// A name unique in the account; null for none.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, max_length = 512)]
    alias: NullableText,
    /// The id of a blueprint elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    blueprint_id: NullableText,
    /// Free JSON. An update merges it at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::nullable_object")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
}

impl SpaceOptions {
    pub(super) fn into_create_command(self) -> Result<CreateSpace> {
        Ok(CreateSpace {
            name: self.name.flatten(),
            description: self.description.flatten(),
            contact: parse_contact(self.contact_id)?.flatten(),
            alias: body::validated_unique(self.alias, "alias")?.flatten(),
            blueprint: body::blank_to_null(self.blueprint_id).flatten(),
            metadata: body::parse_new_metadata(self.meta)?,
        })
    }

    /// Converts to a record of an import. Its contact must exist.
    pub(super) fn into_import_record(self, head: RecordHead<kind::Space>) -> Result<ImportSpace> {
        Ok(ImportSpace {
            id: head.id,
            name: self.name.flatten(),
            description: self.description.flatten(),
            contact: match self.contact_id {
                None => None,
                Some(reference) => reference.into_member_id()?,
            },
            alias: body::validated_unique(self.alias, "alias")?.flatten(),
            blueprint: body::blank_to_null(self.blueprint_id).flatten(),
            metadata: head.metadata,
            times: head.timestamps,
        })
    }

    pub(super) fn into_update_command(self) -> Result<UpdateSpace> {
        Ok(UpdateSpace {
            name: self.name,
            description: self.description,
            contact: parse_contact(self.contact_id)?,
            alias: body::validated_unique(self.alias, "alias")?,
            blueprint: body::blank_to_null(self.blueprint_id),
            metadata: self.meta.map(body::parse_metadata).transpose()?,
        })
    }
}

/// Documents the scope for creating a contact along with a space.
pub(super) fn with_contact_scope(route: Route) -> Route {
    route.conditional_scope(
        Scope::write(Resource::Members),
        "a contact is given by its fields, and may have to be made",
    )
}

fn parse_contact(reference: Option<ContactReference>) -> Result<Option<Option<ContactRef>>> {
    reference
        .map(ContactReference::into_contact_ref)
        .transpose()
}
