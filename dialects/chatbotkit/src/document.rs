//! What the operator's choices change of the OpenAPI document.

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::{Settings, TimestampFormat, body};

/// Said of the whole API where times are numbers.
const UNIX_MS: &str =
    "This server writes times as milliseconds since 1970 (`timestamps = \"unix_ms\"`).";

/// States how times are written where that is not the default: each time in an answer is described by that form alone.
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
