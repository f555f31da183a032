//! A contact as other records refer to it.

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

/// What `contactId` may hold.
pub(crate) enum ContactReference {
    /// Null or an empty text.
    Null,
    /// An id.
    Id(String),
    /// A fingerprint and what the contact is made of when there is none.
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
        let told = ObjectBuilder::new()
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
                    .item(told),
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
    /// A field that is there: null says nobody, where an absent field says nothing.
    pub(crate) fn deserialize_nullable<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        Self::deserialize(deserializer).map(Some)
    }

    /// Nobody, or somebody found or made with what refers to them.
    pub(crate) fn into_contact_ref(self) -> Result<Option<ContactRef>> {
        match self {
            Self::Null => Ok(None),
            Self::Id(text) => Ok(Some(ContactRef::Id(ids::parse_contact_id(&text)?))),
            Self::Options(fields) if fields.has_fingerprint() => {
                // It has a fingerprint, so chance is not asked.
                let command = fields.into_create_command(uuid::Uuid::nil)?;
                Ok(Some(ContactRef::Ensure(Box::new(command))))
            }
            Self::Options(_) => Err(Error::invalid(
                "contactId.fingerprint",
                "is required where contactId is an object",
            )),
        }
    }

    /// For records that only name somebody who exists.
    pub(crate) fn into_member_id(self) -> Result<Option<MemberId>> {
        match self {
            Self::Null => Ok(None),
            Self::Id(text) => ids::parse_contact_id(&text).map(Some),
            Self::Options(_) => Err(Error::invalid("contactId", "must be an id here")),
        }
    }
}
