//! Values of a body that may also be given as JSON text.

use parlor_model::json::{self, exact};
use parlor_model::{Error, Result};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A list of objects, or its JSON text.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = List)]
pub(super) enum ListOrJsonText {
    /// As it is.
    #[schema(value_type = Vec<Object>)]
    Plain(Vec<Map<String, Value>>),
    /// As text.
    Text(String),
}

/// An object, or its JSON text.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Entry)]
pub(super) enum ObjectOrJsonText {
    /// As it is.
    #[schema(value_type = Object)]
    Plain(Map<String, Value>),
    /// As text.
    Text(String),
}

// Not derived, because an untagged enum buffers numbers and would lose the digits of large ones.
impl<'de> Deserialize<'de> for ListOrJsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let invalid = || D::Error::custom("must be an array of objects, or its JSON text");
        match exact(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            value => json::objects(value).map(Self::Plain).ok_or_else(invalid),
        }
    }
}

impl<'de> Deserialize<'de> for ObjectOrJsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match exact(deserializer)? {
            Value::String(text) => Ok(Self::Text(text)),
            Value::Object(object) => Ok(Self::Plain(object)),
            _ => Err(D::Error::custom("must be an object, or its JSON text")),
        }
    }
}

impl ListOrJsonText {
    /// Returns the list.
    ///
    /// # Errors
    /// `Invalid` with the field's name if the text is no JSON array of objects.
    pub(super) fn into_value(self, field: &'static str) -> Result<Value> {
        let items = match self {
            Self::Plain(items) => items,
            Self::Text(text) => json::parse(text.as_bytes())
                .ok()
                .and_then(json::objects)
                .ok_or_else(|| Error::invalid(field, "must be a JSON array of objects"))?,
        };
        Ok(Value::Array(items.into_iter().map(Value::Object).collect()))
    }
}

impl ObjectOrJsonText {
    /// Returns the object.
    ///
    /// # Errors
    /// `Invalid` with the field's name if the text is no JSON object.
    pub(super) fn into_map(self, field: &'static str) -> Result<Map<String, Value>> {
        match self {
            Self::Plain(object) => Ok(object),
            Self::Text(text) => match json::parse(text.as_bytes()) {
                Ok(Value::Object(object)) => Ok(object),
                _ => Err(Error::invalid(field, "must be a JSON object")),
            },
        }
    }
}
