//! What an assistant did, in the metadata of a message: a function that it asked for, or the result of one.

use parlor_model::message_details::ToolResult;
use serde_json::{Map, Value, json};

/// Returns the activity of a message: a result, or calls; `None` for a message without either, and for calls in another
/// form.
pub(crate) fn activity_of(
    calls: Option<&Value>,
    result: Option<&ToolResult>,
    text: &str,
) -> Option<Value> {
    if let Some(result) = result {
        let mut function = function_of(&result.name, &result.arguments);
        function.insert("result".to_owned(), parse(text));
        return Some(json!({ "type": "response", "function": function }));
    }
    let calls = calls?.as_array()?;
    let functions: Option<Vec<_>> = calls
        .iter()
        .map(|call| {
            let call = &call["function"];
            Some(function_of(
                call["name"].as_str()?,
                call["arguments"].as_str()?,
            ))
        })
        .collect();
    let functions = functions?;
    let first = functions.first()?;
    let mut activity = json!({ "type": "request", "function": first });
    if functions.len() > 1 {
        activity["functions"] = json!(functions);
    }
    Some(activity)
}

/// Returns metadata, which is a JSON object, with an activity.
pub(super) fn with_activity(metadata: &str, activity: Value) -> String {
    let mut metadata: Map<String, Value> = serde_json::from_str(metadata).unwrap_or_default();
    metadata.insert("activity".to_owned(), activity);
    Value::Object(metadata).to_string()
}

fn function_of(name: &str, arguments: &str) -> Map<String, Value> {
    let mut function = Map::new();
    function.insert("name".to_owned(), name.into());
    function.insert("arguments".to_owned(), parse(arguments));
    function
}

/// Returns a JSON text as a value; another text, as a model may write it, as a string.
fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}
