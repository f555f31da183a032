use serde_json::json;

use super::Sample;
use crate::ids::Ids;

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    let samples = match (method, path) {
        // The one call that does not name the organization.
        ("POST", "/workspaces/{workspace}/generate-access-key-token") => {
            return Some(vec![Sample::body(json!({}))]);
        }
        ("PUT", "/workspaces/{workspace}/activate-or-retrieve-user-space") => vec![
            Sample::body(json!({ "customerIdString": ids.get("user") })).open(&["user"]),
            Sample::body(json!({ "userId": ids.get("member") })).open(&["member"]),
            Sample::body(
                json!({ "workspaceId": ids.get("workspace"), "customerIdString": "somebody" }),
            ),
        ],
        ("POST", "/v1/workspaces/{workspace}/spaces/{space}/group") => vec![
            Sample::body(json!({ "name": "A group" })),
            Sample::body(json!({})),
        ],
        ("GET", "/v1/workspaces/{workspace}/spaces/{space}") => vec![Sample::default()],
        _ => return None,
    };
    Some(
        samples
            .into_iter()
            .map(|sample| sample.header("organizationid", ids.get("organization")))
            .collect(),
    )
}
