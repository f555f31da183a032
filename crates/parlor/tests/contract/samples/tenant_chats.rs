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
        ("GET", "/api/v1/chats/user/{user}") => vec![Sample::default().open(&["user"])],
        _ => return None,
    })
}
