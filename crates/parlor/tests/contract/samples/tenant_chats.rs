use serde_json::json;

use super::Sample;
use crate::ids::Ids;

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    Some(match (method, path) {
        ("POST", "/api/v1/chats/") => vec![
            Sample::body(
                json!({ "user_id": ids.get("user"), "title": "A chat", "metadata": { "a": "b" } }),
            )
            .open(&["user"]),
            Sample::body(json!({ "user_id": "somebody", "tenant_id": ids.get("workspace") }))
                .open(&["workspace"]),
        ],
        // A name is a customer's own: the same one may be somebody here too.
        ("GET", "/api/v1/chats/user/{user}") | ("GET" | "DELETE", "/api/v1/users/{user}") => {
            vec![Sample::default().open(&["user"])]
        }
        ("PATCH", "/api/v1/chats/{conversation}") => vec![
            Sample::body(json!({ "title": "Another", "metadata": { "c": 1 }, "status": "active" })),
            Sample::body(json!({})),
        ],
        ("POST", "/api/v1/chats/{conversation}/messages") => vec![
            Sample::body(json!({
                "content": "hello", "user_id": ids.get("user"), "metadata": { "a": "b" },
                "media_type": "image", "media_url": "https://example.org/p.png", "client_message_id": "c-1"
            }))
            .open(&["user"]),
            Sample::body(json!({ "content": "hello", "sender_role": "assistant" })),
        ],
        ("POST", "/api/v1/chats/{conversation}/tokens") => vec![
            // A name is a customer's own here too; a token opens nothing but the chat.
            Sample::body(json!({ "user_id": ids.get("user"), "ttl_seconds": 60 })).open(&["user"]),
        ],
        ("POST", "/api/v1/users/{user}/tokens") => {
            // Whoever is new to a tenant is made when the token is used: any name will do.
            vec![Sample::body(json!({ "ttl_seconds": 60 })).open(&["user"])]
        }
        _ => return None,
    })
}
