//! JSON request bodies, checked in the vendor's order and refused with its messages.

use axum::body::Bytes;
use http::HeaderMap;
use parlor_kit::credential::header;
use parlor_kit::{RequestBody, request_body};
use parlor_model::error::ErrorKind;
use parlor_model::{Error, Result};
use serde_json::{Map, Value};

/// Body as received, with the parsed object; an absent body is the empty object.
pub(crate) struct JsonBody {
    pub(crate) bytes: Bytes,
    pub(crate) map: Map<String, Value>,
}

/// Reads and parses the body. A `Content-Type` must be JSON even without a body, and is required with one.
///
/// # Errors
/// `UnsupportedMediaType`, `TooLarge`, `Malformed` for invalid JSON, `Invalid` if it is no object.
pub(crate) async fn read_json_body(headers: &HeaderMap, payload: RequestBody) -> Result<JsonBody> {
    let media_type = header(headers, "content-type");
    if media_type.is_some_and(|text| !is_json_media_type(text)) {
        return Err(Error::new(ErrorKind::UnsupportedMediaType));
    }
    let bytes = payload.bytes().await?;
    let map = if bytes.trim_ascii().is_empty() {
        Map::new()
    } else if media_type.is_none() {
        return Err(Error::new(ErrorKind::UnsupportedMediaType));
    } else {
        match request_body::parse_json(&bytes).map_err(|_| Error::malformed("Invalid JSON body"))? {
            Value::Object(map) => map,
            _ => return Err(Error::invalid("body", "must be a JSON object")),
        }
    };
    Ok(JsonBody { bytes, map })
}

fn is_json_media_type(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Checks that the databases can store a text.
///
/// # Errors
/// `Invalid` with the field's name if the text contains U+0000.
pub(crate) fn check_storable(text: &str, field: &'static str) -> Result<()> {
    if text.contains('\0') {
        return Err(Error::invalid(field, "must not contain U+0000"));
    }
    Ok(())
}
