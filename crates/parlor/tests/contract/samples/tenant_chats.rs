use serde_json::json;

use super::SampleRequest;
use crate::ids::FixtureIds;

pub(super) fn samples(
    method: &str,
    path: &str,
    ids: &FixtureIds<'_>,
) -> Option<Vec<SampleRequest>> {
    Some(match (method, path) {
        ("POST", "/api/v1/chats/") => vec![
            SampleRequest::body(
                json!({ "user_id": ids.get("user"), "title": "A chat", "metadata": { "a": "b" } }),
            )
            .with_open_parameters(&["user"]),
            SampleRequest::body(json!({ "user_id": "somebody", "tenant_id": ids.get("workspace") }))
                .with_open_parameters(&["workspace"]),
        ],
        // The name is a customer's own: another customer may use the same one.
        ("GET", "/api/v1/chats/user/{user}") | ("GET" | "DELETE", "/api/v1/users/{user}") => {
            vec![SampleRequest::default().with_open_parameters(&["user"])]
        }
        ("PATCH", "/api/v1/chats/{conversation}") => vec![
            SampleRequest::body(json!({ "title": "Another", "metadata": { "c": 1 }, "status": "active" })),
            SampleRequest::body(json!({})),
        ],
        ("POST", "/api/v1/chats/{conversation}/messages") => vec![
            SampleRequest::body(json!({
                "content": "hello", "user_id": ids.get("user"), "metadata": { "a": "b" },
                "media_type": "image", "media_url": "https://example.org/p.png", "client_message_id": "c-1"
            }))
            .with_open_parameters(&["user"]),
            SampleRequest::body(json!({ "content": "hello", "sender_role": "assistant" })),
        ],
        ("POST", "/api/v1/chats/{conversation}/tokens") => vec![
            // The name is a customer's own here too; a token opens only the chat.
            SampleRequest::body(json!({ "user_id": ids.get("user"), "ttl_seconds": 60 })).with_open_parameters(&["user"]),
        ],
        ("POST", "/api/v1/users/{user}/tokens") => {
            // An unknown user is created when the token is used: any name is valid.
            vec![SampleRequest::body(json!({ "ttl_seconds": 60 })).with_open_parameters(&["user"])]
        }
        _ => return None,
    })
}
