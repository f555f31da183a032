//! Request bodies: reading, field deserializers and the rules that several bodies share.
//!
//! Errors name the field and the rule, but never the value, since they are also logged.

use parlor_kit::request_body::deserialize_map;
use parlor_kit::{ContentTypePolicy, RequestBody, time};
use parlor_model::json::exact_object;
use parlor_model::{Metadata, Result, Timestamp, text};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    KnownFormat, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, Type,
};
use utoipa::{PartialSchema, ToSchema};

/// Reads a JSON object. An absent body is `{}`; unknown fields and the `Content-Type` are ignored.
pub(crate) async fn parse<T: DeserializeOwned>(payload: RequestBody) -> Result<T> {
    deserialize_map(payload.object(ContentTypePolicy::Any).await?)
}

/// Documents an object with any fields, all of them ignored.
pub(crate) struct Anything;

impl PartialSchema for Anything {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::Object);
        object.into()
    }
}

impl ToSchema for Anything {}

/// Reads a body and discards it.
///
/// # Errors
/// `Malformed` if it is not a JSON object.
pub(crate) async fn ignore(payload: RequestBody) -> Result<()> {
    payload.object(ContentTypePolicy::Any).await.map(drop)
}

/// A text field: absent, null or a text.
pub(crate) type NullableText = Option<Option<String>>;

/// Deserializes a text field that is present. For `#[serde(default, deserialize_with = "body::nullable_text")]`.
pub(crate) fn nullable_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<NullableText, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Some(None)),
        Value::String(text) if text.contains('\0') => {
            Err(D::Error::custom("must not contain U+0000"))
        }
        Value::String(text) => Ok(Some(Some(text))),
        _ => Err(D::Error::custom("must be a string or null")),
    }
}

/// Deserializes a boolean field that is present.
pub(crate) fn nullable_bool<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<bool>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Some(None)),
        Value::Bool(flag) => Ok(Some(Some(flag))),
        _ => Err(D::Error::custom("must be true, false or null")),
    }
}

/// Deserializes a `meta` field: an object, or null, which is treated as absent.
pub(crate) fn nullable_object<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Map<String, Value>>, D::Error> {
    exact_object(deserializer)
}

/// Deserializes a time that is present: milliseconds since 1970, an ISO 8601 text or null.
pub(crate) fn nullable_timestamp<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<Timestamp>>, D::Error> {
    let parsed = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(Some(None)),
        Value::String(text) => time::parse_iso(&text),
        Value::Number(number) => number.as_i64().and_then(time::timestamp_from_millis),
        _ => None,
    };
    match parsed {
        Some(at) => Ok(Some(Some(at))),
        None => Err(D::Error::custom(
            "must be milliseconds since 1970, an ISO 8601 time or null",
        )),
    }
}

/// Documents a time in responses, in either format.
pub(crate) fn time_schema() -> Schema {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some("ISO 8601 with milliseconds: the default."));
    let millis = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some(
            "Milliseconds since 1970, where the server is set to `timestamps = \"unix_ms\"`.",
        ));
    Schema::OneOf(OneOfBuilder::new().item(text).item(millis).build())
}

/// Documents a time in responses in the format `unix_ms`.
pub(crate) fn unix_ms_schema() -> Schema {
    let millis = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("Milliseconds since 1970."));
    Schema::Object(millis.build())
}

/// Documents the values that [`nullable_timestamp`] accepts.
pub(crate) fn nullable_timestamp_schema() -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    let millis = ObjectBuilder::new().schema_type(Type::Integer);
    let any = OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .item(text.format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))))
        .item(
            millis
                .minimum(Some(Timestamp::EARLIEST.millis()))
                .maximum(Some(Timestamp::LATEST.millis())),
        )
        .build();
    Schema::OneOf(any)
}

/// The key of an object that the vendor's server merges into the metadata. Here all metadata is merged.
const UPDATE_WRAPPER_KEY: &str = "$update";

/// Converts the metadata of a body; the fields of a [`UPDATE_WRAPPER_KEY`] object are moved to the top level.
///
/// # Errors
/// `Invalid` if it is too large or too deep.
pub(crate) fn parse_metadata(map: Map<String, Value>) -> Result<Metadata> {
    let mut fields = Map::with_capacity(map.len());
    for (key, value) in map {
        match value {
            Value::Object(inner) if key == UPDATE_WRAPPER_KEY => fields.extend(inner),
            value => {
                fields.insert(key, value);
            }
        }
    }
    Metadata::new(fields, "meta")
}

/// Converts the metadata of a new record: nulls are removed.
pub(crate) fn parse_new_metadata(map: Option<Map<String, Value>>) -> Result<Metadata> {
    Ok(parse_metadata(map.unwrap_or_default())?.without_nulls())
}

/// Converts an empty text to null, as for ids.
pub(crate) fn blank_to_null(field: NullableText) -> NullableText {
    field.map(|text| text.filter(|text| !text.is_empty()))
}

/// Validates the length of a field with a unique index, whose keys are limited. An empty text is converted to null.
pub(crate) fn validated_unique(field: NullableText, name: &'static str) -> Result<NullableText> {
    const MAX_CHARS: usize = 512;
    let field = blank_to_null(field);
    if let Some(Some(value)) = &field {
        text::validate_length(value, name, MAX_CHARS)?;
    }
    Ok(field)
}
