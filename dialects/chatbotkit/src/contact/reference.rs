//! References to contacts in other records.

use std::borrow::Cow;

use parlor_model::id::MemberId;
use parlor_model::space::ContactRef;
use parlor_model::{Error, Result};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::ContactOptions;
use crate::ids;

/// The value of a `contactId`.
pub(crate) enum ContactReference {
    /// Null or an empty text.
    Null,
    /// An id.
    Id(String),
    /// The fingerprint of a contact, with its fields if it must be created.
    Options(Box<ContactOptions>),
}

impl<'de> Deserialize<'de> for ContactReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self::Null),
            Value::String(text) if text.is_empty() => Ok(Self::Null),
            Value::String(text) => Ok(Self::Id(text)),
            Value::Object(map) => {
                let fields = serde_json::from_value::<ContactOptions>(Value::Object(map));
                fields
                    .map(|fields| Self::Options(Box::new(fields)))
                    .map_err(D::Error::custom)
            }
            _ => Err(D::Error::custom("must be a string, null or an object")),
        }
    }
}

impl PartialSchema for ContactReference {
    fn schema() -> RefOr<Schema> {
        let with_fingerprint = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property(
                "fingerprint",
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some(1)),
            )
            .required("fingerprint");
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .item(ObjectBuilder::new().schema_type(Type::String))
            .item(
                AllOfBuilder::new()
                    .item(Ref::from_schema_name(ContactOptions::name()))
                    .item(with_fingerprint),
            )
            .into()
    }
}

impl ToSchema for ContactReference {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ContactReference")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((
            ContactOptions::name().into_owned(),
            ContactOptions::schema(),
        ));
    }
}

impl ContactReference {
    /// Deserializes a field that is present, so that null differs from an absent field.
    pub(crate) fn deserialize_nullable<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        Self::deserialize(deserializer).map(Some)
    }

    /// Converts to a reference that the engine resolves along with the record. `None` means no contact.
    ///
    /// # Errors
    /// `NotFound` for an id of another form, `Invalid` for an object without a fingerprint.
    pub(crate) fn into_contact_ref(self) -> Result<Option<ContactRef>> {
        match self {
            Self::Null => Ok(None),
            Self::Id(text) => Ok(Some(ContactRef::Id(ids::parse_contact_id(&text)?))),
            Self::Options(fields) if fields.has_fingerprint() => {
                // With a fingerprint the closure is not called.
                let command = fields.into_create_command(uuid::Uuid::nil)?;
                Ok(Some(ContactRef::Ensure(Box::new(command))))
            }
            Self::Options(_) => Err(Error::invalid(
                "contactId.fingerprint",
                "is required where contactId is an object",
            )),
        }
    }

    /// Converts to the id of an existing contact. `None` means no contact.
    ///
    /// # Errors
    /// `NotFound` for an id of another form, `Invalid` for an object.
    pub(crate) fn into_member_id(self) -> Result<Option<MemberId>> {
        match self {
            Self::Null => Ok(None),
            Self::Id(text) => ids::parse_contact_id(&text).map(Some),
            Self::Options(_) => Err(Error::invalid("contactId", "must be an id here")),
        }
    }
}
