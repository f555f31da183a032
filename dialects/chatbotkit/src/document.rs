//! Adapts the OpenAPI document to the operator's settings.

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::{Settings, TimestampFormat, body};

/// Added to the description of the API if times are numbers.
const UNIX_MS: &str =
    "This server writes times as milliseconds since 1970 (`timestamps = \"unix_ms\"`).";

/// With `timestamps = "unix_ms"`, documents every time in responses as a number only.
pub(crate) fn describe(document: &mut OpenApi, settings: &Settings) {
    if settings.timestamps == TimestampFormat::Iso {
        return;
    }
    let (either, millis) = (body::time_schema(), body::unix_ms_schema());
    if let (Ok(mut value), Ok(either), Ok(millis)) = (
        serde_json::to_value(&*document),
        serde_json::to_value(either),
        serde_json::to_value(millis),
    ) {
        replace(&mut value, &either, &millis);
        if let Ok(described) = serde_json::from_value(value) {
            *document = described;
        }
    }
    let before = document.info.description.take();
    document.info.description = Some(match before {
        Some(before) => format!("{before}\n\n{UNIX_MS}"),
        None => UNIX_MS.to_owned(),
    });
}

/// Replaces every occurrence of a value.
fn replace(value: &mut Value, from: &Value, to: &Value) {
    if value == from {
        value.clone_from(to);
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, from, to)),
        Value::Object(map) => map.values_mut().for_each(|item| replace(item, from, to)),
        _ => {}
    }
}
