//! Calls of tools in the form of this API.

use serde_json::{Map, Value};

type JsonObject = Map<String, Value>;

/// Returns a call in this API's form, if it has that of a function.
pub(super) fn from_function(call: &Value) -> Option<JsonObject> {
    let function = call.get("function")?;
    let mut object = Map::new();
    object.insert("id".to_owned(), call.get("id")?.clone());
    object.insert("name".to_owned(), function.get("name")?.clone());
    let input = parse(function.get("arguments")?.as_str()?);
    object.insert("input".to_owned(), input);
    object.insert("status".to_owned(), "completed".into());
    Some(object)
}

/// Returns a JSON text as a value; another text as a string.
pub(super) fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Returns the sentence of a tool's error.
pub(super) fn error_text(output: &Value) -> Value {
    output["error"]["message"].clone()
}
