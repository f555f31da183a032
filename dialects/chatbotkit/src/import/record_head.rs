//! A line of a backup.

use parlor_kit::request_body::{deserialize_map, parse_json};
use parlor_model::import::ImportTimestamps;
use parlor_model::{Error, Id, Metadata, Result, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::body;

/// What every record begins and ends with.
pub(crate) struct RecordHead<K> {
    pub(crate) id: Id<K>,
    pub(crate) timestamps: ImportTimestamps,
    /// Kept as it is: also a null at its top means what it says.
    pub(crate) metadata: Metadata,
}

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

/// A record's object; the event around it, where there is one, is taken off.
pub(super) fn parse_object(text: &[u8]) -> Result<Map<String, Value>> {
    let no_object = || Error::malformed("must be a JSON object");
    let value = parse_json(text).map_err(|_| Error::malformed("must be valid JSON"))?;
    let Value::Object(mut map) = value else {
        return Err(no_object());
    };
    if map.len() == 2 && map.get("type").is_some_and(|kind| kind == "item") {
        return match map.remove("data") {
            Some(Value::Object(inner)) => Ok(inner),
            _ => Err(no_object()),
        };
    }
    Ok(map)
}

/// Takes out of a record what all records have; `read` reads their ids.
pub(crate) fn take_record_head<K>(
    map: &mut Map<String, Value>,
    read: impl FnOnce(&str) -> Result<Id<K>>,
) -> Result<RecordHead<K>> {
    let id = match map.remove("id") {
        None => return Err(Error::invalid("id", "is required")),
        Some(Value::String(text)) => {
            read(&text).map_err(|_| Error::invalid("id", "is not one of such a record"))?
        }
        Some(_) => return Err(Error::invalid("id", "must be a string")),
    };
    let mut common = Map::new();
    for name in ["createdAt", "updatedAt", "meta"] {
        if let Some(value) = map.remove(name) {
            common.insert(name.to_owned(), value);
        }
    }
    let stamps: RecordTimestamps = deserialize_map(common)?;
    Ok(RecordHead {
        id,
        timestamps: ImportTimestamps {
            created_at: stamps.created_at.flatten(),
            updated_at: stamps.updated_at.flatten(),
        },
        metadata: Metadata::new(stamps.meta.unwrap_or_default(), "meta")?,
    })
}
