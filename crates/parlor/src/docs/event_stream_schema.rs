//! Schemas of server-sent events in OpenAPI documents.

use parlor_kit::FINAL_DATA_EXTENSION;
use serde_json::{Map, Value, json};

const EVENT_STREAM: &str = "text/event-stream";

/// Replaces the schemas of event streams, which are those of the events' data, by schemas of whole events: the data is a
/// field, with JSON as its text.
pub(super) fn describe_whole_events(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = objects_of(paths).flat_map(|path| objects_of(Some(path)));
    for operation in operations {
        let responses = operation.get_mut("responses");
        for response in objects_of(responses.and_then(Value::as_object_mut)) {
            let stream = response
                .get_mut("content")
                .and_then(|content| content.get_mut(EVENT_STREAM));
            let Some(stream) = stream else { continue };
            let final_data = stream.get(FINAL_DATA_EXTENSION).cloned();
            if let Some(schema) = stream.get_mut("schema") {
                let data = json!({
                    "type": "string", "contentMediaType": "application/json", "contentSchema": schema.take(),
                });
                *schema = json!({
                    "type": "object",
                    "required": ["data"],
                    "properties": {
                        "id": { "type": "string" },
                        "event": { "type": "string" },
                        "data": match final_data {
                            Some(last) => json!({ "anyOf": [data, { "type": "string", "const": last }] }),
                            None => data,
                        },
                    },
                });
            }
        }
    }
}

fn objects_of(
    parent: Option<&mut Map<String, Value>>,
) -> impl Iterator<Item = &mut Map<String, Value>> {
    let values = parent.into_iter().flat_map(|parent| parent.values_mut());
    values.filter_map(Value::as_object_mut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_of_a_stream_is_that_of_an_event_with_its_data() {
        let mut document = json!({ "paths": { "/events": { "summary": "Events", "get": { "responses": {
            "200": { "content": {
                "application/json": { "schema": { "$ref": "#/a" } },
                "text/event-stream": { "schema": { "$ref": "#/b" } },
            } },
            "201": { "content": { "text/event-stream": {} } },
            "202": { "content": { "text/event-stream": { "schema": { "$ref": "#/c" }, "x-final-data": "over" } } },
            "204": {},
        } } } } });
        describe_whole_events(&mut document);
        let responses = &document["paths"]["/events"]["get"]["responses"];
        let content = &responses["200"]["content"];
        assert_eq!(
            content["application/json"]["schema"],
            json!({ "$ref": "#/a" })
        );
        let event = &content["text/event-stream"]["schema"];
        assert_eq!(
            event["properties"]["data"]["contentSchema"],
            json!({ "$ref": "#/b" })
        );
        assert_eq!(event["required"], json!(["data"]));
        let ending = &responses["202"]["content"]["text/event-stream"]["schema"]["properties"]["data"]
            ["anyOf"];
        assert_eq!(ending[0]["contentSchema"], json!({ "$ref": "#/c" }));
        assert_eq!(ending[1], json!({ "type": "string", "const": "over" }));
        assert_eq!(responses["201"]["content"]["text/event-stream"], json!({}));
    }
}
