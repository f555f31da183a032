//! The fields that all imported records have.

use parlor_kit::request_body::{deserialize_map, parse_json};
use parlor_model::import::ImportTimestamps;
use parlor_model::{Error, Id, Metadata, Result, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::body;

/// The fields that all records have.
pub(crate) struct RecordHead<K> {
    pub(crate) id: Id<K>,
    pub(crate) timestamps: ImportTimestamps,
    /// Stored as it is: a null at the top level is a value.
    pub(crate) metadata: Metadata,
}

/// The common fields but the id, on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordTimestamps {
    #[serde(default, deserialize_with = "body::nullable_timestamp")]
    created_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "body::nullable_timestamp")]
    updated_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "body::nullable_object")]
    meta: Option<Map<String, Value>>,
}

/// Parses the object of a record, bare or in an event `{"type":"item","data":{...}}`.
///
/// # Errors
/// `Malformed` if there is none.
pub(super) fn parse_object(text: &[u8]) -> Result<Map<String, Value>> {
    let not_object = || Error::malformed("must be a JSON object");
    let value = parse_json(text).map_err(|_| Error::malformed("must be valid JSON"))?;
    let Value::Object(mut map) = value else {
        return Err(not_object());
    };
    if map.len() == 2 && map.get("type").is_some_and(|kind| kind == "item") {
        return match map.remove("data") {
            Some(Value::Object(inner)) => Ok(inner),
            _ => Err(not_object()),
        };
    }
    Ok(map)
}

/// Removes the common fields from a record and parses them. `parse_id` parses its id.
///
/// # Errors
/// `Invalid` for a missing or invalid field.
pub(crate) fn take_record_head<K>(
    map: &mut Map<String, Value>,
    parse_id: impl FnOnce(&str) -> Result<Id<K>>,
) -> Result<RecordHead<K>> {
    let id = match map.remove("id") {
        None => return Err(Error::invalid("id", "is required")),
        Some(Value::String(text)) => {
            parse_id(&text).map_err(|_| Error::invalid("id", "is not one of such a record"))?
        }
        Some(_) => return Err(Error::invalid("id", "must be a string")),
    };
    let mut common = Map::new();
    for name in ["createdAt", "updatedAt", "meta"] {
        if let Some(value) = map.remove(name) {
            common.insert(name.to_owned(), value);
        }
    }
    let common: RecordTimestamps = deserialize_map(common)?;
    Ok(RecordHead {
        id,
        timestamps: ImportTimestamps {
            created_at: common.created_at.flatten(),
            updated_at: common.updated_at.flatten(),
        },
        metadata: Metadata::new(common.meta.unwrap_or_default(), "meta")?,
    })
}
