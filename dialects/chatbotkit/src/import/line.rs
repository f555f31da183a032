//! A line of a backup.

use parlor_kit::body::{parse, typed};
use parlor_model::import::Times;
use parlor_model::{Error, Id, Metadata, Result, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::body;

/// What every record begins and ends with.
pub(crate) struct Head<K> {
    pub(crate) id: Id<K>,
    pub(crate) times: Times,
    /// Kept as it is: also a null at its top means what it says.
    pub(crate) metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stamps {
    #[serde(default, deserialize_with = "body::instant")]
    created_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "body::instant")]
    updated_at: Option<Option<Timestamp>>,
    #[serde(default, deserialize_with = "body::meta")]
    meta: Option<Map<String, Value>>,
}

/// A record's object; the event around it, where there is one, is taken off.
pub(super) fn object(text: &[u8]) -> Result<Map<String, Value>> {
    let no_object = || Error::malformed("must be a JSON object");
    let value = parse(text).map_err(|_| Error::malformed("must be valid JSON"))?;
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
pub(crate) fn head<K>(
    map: &mut Map<String, Value>,
    read: impl FnOnce(&str) -> Result<Id<K>>,
) -> Result<Head<K>> {
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
    let stamps: Stamps = typed(common)?;
    Ok(Head {
        id,
        times: Times {
            created_at: stamps.created_at.flatten(),
            updated_at: stamps.updated_at.flatten(),
        },
        metadata: Metadata::new(stamps.meta.unwrap_or_default(), "meta")?,
    })
}
