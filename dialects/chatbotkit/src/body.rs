//! What bodies have in common: how a field is read, and what is said of one that does not fit.
//!
//! Refusals name the field and the rule, never the value: they also reach the log.

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

/// Reads a body. An absent one is `{}`, fields nobody knows are ignored, the `Content-Type` does not matter.
pub(crate) async fn parse<T: DeserializeOwned>(payload: RequestBody) -> Result<T> {
    deserialize_map(payload.object(ContentTypePolicy::Any).await?)
}

/// An object of which nothing is read.
pub(crate) struct Anything;

impl PartialSchema for Anything {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new().schema_type(Type::Object);
        object.into()
    }
}

impl ToSchema for Anything {}

/// Reads and forgets a body that says nothing.
pub(crate) async fn ignore(payload: RequestBody) -> Result<()> {
    payload.object(ContentTypePolicy::Any).await.map(drop)
}

/// A field that is absent, null or a text.
pub(crate) type NullableText = Option<Option<String>>;

/// For `#[serde(default, deserialize_with = "body::nullable_text")]`.
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

/// A field that is absent, null, true or false.
pub(crate) fn nullable_bool<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<bool>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Some(None)),
        Value::Bool(flag) => Ok(Some(Some(flag))),
        _ => Err(D::Error::custom("must be true, false or null")),
    }
}

/// A `meta` field: an object; null is the same as absent.
pub(crate) fn nullable_object<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Map<String, Value>>, D::Error> {
    exact_object(deserializer)
}

/// A point in time: milliseconds, an ISO text or null.
pub(crate) fn nullable_timestamp<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<Timestamp>>, D::Error> {
    let read = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(Some(None)),
        Value::String(text) => time::parse_iso(&text),
        Value::Number(number) => number.as_i64().and_then(time::timestamp_from_millis),
        _ => None,
    };
    match read {
        Some(at) => Ok(Some(Some(at))),
        None => Err(D::Error::custom(
            "must be milliseconds since 1970, an ISO 8601 time or null",
        )),
    }
}

/// A point in time as answers have it.
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

/// The same where the server is set to write numbers.
pub(crate) fn unix_ms_schema() -> Schema {
    let millis = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("Milliseconds since 1970."));
    Schema::Object(millis.build())
}

/// What [`nullable_timestamp`] reads.
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

/// The wrapper in which the vendor's own server wants a merge asked for; here a merge is what always happens.
const UPDATE_WRAPPER_KEY: &str = "$update";

/// The metadata of a body, with the wrapper's content in the wrapper's place.
pub(crate) fn parse_metadata(map: Map<String, Value>) -> Result<Metadata> {
    let mut flat = Map::with_capacity(map.len());
    for (key, value) in map {
        match value {
            Value::Object(inner) if key == UPDATE_WRAPPER_KEY => flat.extend(inner),
            value => {
                flat.insert(key, value);
            }
        }
    }
    Metadata::new(flat, "meta")
}

/// The metadata of something new: a null means absent.
pub(crate) fn parse_new_metadata(map: Option<Map<String, Value>>) -> Result<Metadata> {
    Ok(parse_metadata(map.unwrap_or_default())?.without_nulls())
}

/// A field of which an empty text says as little as null, such as an id.
pub(crate) fn blank_to_null(field: NullableText) -> NullableText {
    field.map(|text| text.filter(|text| !text.is_empty()))
}

/// Such a field that must be unique, and so is bounded: indexes do not take texts of any length.
pub(crate) fn validated_unique(field: NullableText, name: &'static str) -> Result<NullableText> {
    const MAX_CHARS: usize = 512;
    let field = blank_to_null(field);
    if let Some(Some(value)) = &field {
        text::validate_length(value, name, MAX_CHARS)?;
    }
    Ok(field)
}
