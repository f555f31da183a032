//! A contact as other records refer to it.

use std::borrow::Cow;

use parlor_model::id::MemberId;
use parlor_model::space::ContactKey;
use parlor_model::{Error, Result};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Fields;
use crate::ids;

/// What `contactId` may hold.
pub(crate) enum Reference {
    /// Null or an empty text.
    Nobody,
    /// An id.
    Id(String),
    /// A fingerprint and what the contact is made of when there is none.
    Fields(Box<Fields>),
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self::Nobody),
            Value::String(text) if text.is_empty() => Ok(Self::Nobody),
            Value::String(text) => Ok(Self::Id(text)),
            Value::Object(map) => {
                let fields = serde_json::from_value::<Fields>(Value::Object(map));
                fields
                    .map(|fields| Self::Fields(Box::new(fields)))
                    .map_err(D::Error::custom)
            }
            _ => Err(D::Error::custom("must be a string, null or an object")),
        }
    }
}

impl PartialSchema for Reference {
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
                    .item(Ref::from_schema_name(Fields::name()))
                    .item(told),
            )
            .into()
    }
}

impl ToSchema for Reference {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ContactReference")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Fields::name().into_owned(), Fields::schema()));
    }
}

impl Reference {
    /// A field that is there: null says nobody, where an absent field says nothing.
    pub(crate) fn given<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        Self::deserialize(deserializer).map(Some)
    }

    /// Nobody, or somebody found or made with what refers to them.
    pub(crate) fn key(self) -> Result<Option<ContactKey>> {
        match self {
            Self::Nobody => Ok(None),
            Self::Id(text) => Ok(Some(ContactKey::Id(ids::contact(&text)?))),
            Self::Fields(fields) if fields.is_identified() => {
                // It has a fingerprint, so chance is not asked.
                let command = fields.create(uuid::Uuid::nil)?;
                Ok(Some(ContactKey::Ensure(Box::new(command))))
            }
            Self::Fields(_) => Err(Error::invalid(
                "contactId.fingerprint",
                "is required where contactId is an object",
            )),
        }
    }

    /// For records that only name somebody who exists.
    pub(crate) fn existing(self) -> Result<Option<MemberId>> {
        match self {
            Self::Nobody => Ok(None),
            Self::Id(text) => ids::contact(&text).map(Some),
            Self::Fields(_) => Err(Error::invalid("contactId", "must be an id here")),
        }
    }
}
