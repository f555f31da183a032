//! What callers may say of a space. After the vendor's pages on creating and updating spaces.

use parlor_model::Result;
use parlor_model::id::kind;
use parlor_model::import::ImportSpace;
use parlor_model::space::{ContactKey, CreateSpace, UpdateSpace};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::body::{self, Field};
use crate::contact::Reference;
use crate::import::Head;

/// The body of `create` and `update`. Everything is optional; `id`, `createdAt`, `updatedAt` and unknown fields are
/// accepted and ignored, so that a fetched record can be sent back.
#[derive(Deserialize, ToSchema)]
#[schema(as = SpaceFields)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fields {
    /// What it is called; null for none.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    name: Field,
    /// A text about it; null for none.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// The contact's id, null for none, or an object with a `fingerprint`: that contact, made when there is none.
    #[serde(default, deserialize_with = "Reference::given")]
    #[schema(value_type = Reference)]
    contact_id: Option<Reference>,
    /// A name unique in the account; null for none.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, max_length = 512)]
    alias: Field,
    /// The id of a blueprint elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    blueprint_id: Field,
    /// Free JSON. An update merges it at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::meta")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
}

impl Fields {
    pub(super) fn create(self) -> Result<CreateSpace> {
        Ok(CreateSpace {
            name: self.name.flatten(),
            description: self.description.flatten(),
            contact: contact(self.contact_id)?.flatten(),
            alias: body::unique(self.alias, "alias")?.flatten(),
            blueprint: body::blank_is_null(self.blueprint_id).flatten(),
            metadata: body::new_metadata(self.meta)?,
        })
    }

    /// A space of a backup; its contact is one that is there.
    pub(super) fn import(self, head: Head<kind::Space>) -> Result<ImportSpace> {
        Ok(ImportSpace {
            id: head.id,
            name: self.name.flatten(),
            description: self.description.flatten(),
            contact: match self.contact_id {
                None => None,
                Some(reference) => reference.existing()?,
            },
            alias: body::unique(self.alias, "alias")?.flatten(),
            blueprint: body::blank_is_null(self.blueprint_id).flatten(),
            metadata: head.metadata,
            times: head.times,
        })
    }

    pub(super) fn update(self) -> Result<UpdateSpace> {
        Ok(UpdateSpace {
            name: self.name,
            description: self.description,
            contact: contact(self.contact_id)?,
            alias: body::unique(self.alias, "alias")?,
            blueprint: body::blank_is_null(self.blueprint_id),
            metadata: self.meta.map(body::metadata).transpose()?,
        })
    }
}

fn contact(reference: Option<Reference>) -> Result<Option<Option<ContactKey>>> {
    reference.map(Reference::key).transpose()
}
