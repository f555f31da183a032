use serde_json::{Value, json};

use super::SampleRequest;
use crate::ids::FixtureIds;

pub(super) fn samples(
    method: &str,
    path: &str,
    ids: &FixtureIds<'_>,
    millis: i64,
) -> Option<Vec<SampleRequest>> {
    let organized =
        |sample: SampleRequest| sample.header("organizationid", ids.get("organization"));
    // These name no organization; those without a workspace in their path read it from the token.
    if let Some(below) = path.strip_prefix("/spaces/{space}") {
        return widget_samples(method, below, ids);
    }
    if let Some((_, below)) = path.split_once("/agent") {
        return agent_samples(method, below, ids);
    }
    let samples = match (method, path) {
        ("POST", "/workspaces/{workspace}/generate-access-key-token") => {
            let role = SampleRequest::body(json!({ "roleId": ids.get("role") }));
            return Some(vec![SampleRequest::body(json!({})), role]);
        }
        ("POST", "/workspaces/{workspace}/spaces") => {
            let user = json!({ "customSource": "WEB_CONTROL", "externalUserId": ids.get("user") });
            return Some(vec![
                SampleRequest::body(json!({})),
                SampleRequest::body(user).with_open_parameters(&["user"]),
            ]);
        }
        ("POST", "/spaces/validate-temporal-token") | ("GET", "/workspaces/{workspace}") => {
            return Some(vec![SampleRequest::default()]);
        }
        ("GET", "/spaces") => {
            let here = ids.get("workspace");
            let all = format!("roles=[%22GUEST%22]&workspaces=[%22{here}%22]");
            return Some(vec![
                SampleRequest::default(),
                SampleRequest::query(all).with_open_parameters(&["workspace"]),
            ]);
        }
        ("POST", "/v1/workspaces/{workspace}/api-authenticated") => {
            return Some(vec![SampleRequest::body(json!({ "token": "a.b.c" }))]);
        }
        ("GET", "/v1/workspaces/{workspace}") => vec![SampleRequest::default()],
        ("PUT", "/v1/workspaces/{workspace}") => vec![SampleRequest::body(json!({
            "name": "A workspace", "description": "About it", "greeting": "Good day",
            "greetingQuestions": ["Why?"], "spaceStyling": { "styles": {} }, "photo": null,
        }))],
        (_, path) if is_always_empty(path) => return empty_samples(method, path),
        ("PUT", "/workspaces/{workspace}/activate-or-retrieve-user-space") => vec![
            SampleRequest::body(json!({ "customerIdString": ids.get("user") }))
                .with_open_parameters(&["user"]),
            SampleRequest::body(json!({ "userId": ids.get("member") }))
                .with_open_parameters(&["member"]),
            SampleRequest::body(json!({
                "workspaceId": ids.get("workspace"), "customerIdString": "somebody",
                "roleId": ids.get("role"),
            })),
        ],
        (_, path) if path.starts_with("/v1/workspaces/{workspace}/r") => {
            role_samples(method, path, ids, millis)?
        }
        (_, path) => space_samples(
            method,
            path.strip_prefix("/v1/workspaces/{workspace}/spaces/{space}")?,
            ids,
        )?,
    };
    Some(samples.into_iter().map(organized).collect())
}

/// Requests of the widget's tabs, and goals.
fn is_always_empty(path: &str) -> bool {
    let families = ["/tags", "/workflows", "/knowledge", "/category", "/goals"];
    families.iter().any(|family| path.contains(family))
}

fn empty_samples(method: &str, path: &str) -> Option<Vec<SampleRequest>> {
    // The tenant has none of these, so every id is equally unknown.
    let open =
        |sample: SampleRequest| vec![sample.with_open_parameters(&["knowledge", "workflow"])];
    Some(match method {
        "GET" => open(SampleRequest::default()),
        _ if path.ends_with("/query") => open(SampleRequest::body(
            json!({ "text": "refund", "includeDescription": true, "topK": 30, "tags": null }),
        )),
        _ if path.ends_with("/query-title") => {
            open(SampleRequest::body(json!({ "value": "refund" })))
        }
        _ => open(SampleRequest::body(json!({ "categories": ["a category"] }))),
    })
}

fn space_samples(method: &str, below: &str, ids: &FixtureIds<'_>) -> Option<Vec<SampleRequest>> {
    Some(match (method, below) {
        ("POST", "/group") => vec![
            SampleRequest::body(json!({ "name": "A group" })),
            SampleRequest::body(json!({})),
        ],
        ("PUT", "/group/{conversation}") => vec![
            SampleRequest::body(json!({ "name": "Another" })),
            SampleRequest::body(json!({})),
        ],
        ("GET", "/message") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!(
                "groupId={}&limit=5&before={}",
                ids.get("conversation"),
                ids.get("message")
            )),
        ],
        ("POST", "/message") => vec![
            SampleRequest::body(json!({ "message": "Hello" })),
            SampleRequest::body(json!({
                "newMessage": "Hello", "groupId": ids.get("conversation"), "type": "USER",
                "content": "More", "sources": ["https://example.org"],
                "sourcesMetadata": [{ "title": "A page", "url": "https://example.org" }],
                "customerIdString": ids.get("user"),
            }))
            .with_open_parameters(&["user"]),
        ],
        ("POST", "/rag") => vec![SampleRequest::body(question_body())],
        ("GET" | "DELETE", _) => vec![SampleRequest::default()],
        _ => return None,
    })
}

fn role_samples(
    method: &str,
    path: &str,
    ids: &FixtureIds<'_>,
    millis: i64,
) -> Option<Vec<SampleRequest>> {
    let role = || {
        json!({
            "name": "A role", "description": "Sells", "customerRoleId": format!("role-{millis}-{}", &ids.get("role")[30..]),
        })
    };
    Some(match (method, path) {
        ("POST", _) => vec![SampleRequest::body(role()).with_open_parameters(&["role"])],
        ("PUT", "/v1/workspaces/{workspace}/rbac-status") => {
            vec![
                SampleRequest::body(json!({ "rbacEnabled": false })),
                SampleRequest::body(json!({ "rbacStatus": "INACTIVE" })),
            ]
        }
        ("PUT", _) => vec![SampleRequest::body(
            json!({ "name": "Another", "description": null }),
        )],
        ("GET" | "DELETE", _) => vec![SampleRequest::default()],
        _ => return None,
    })
}

fn agent_samples(method: &str, below: &str, ids: &FixtureIds<'_>) -> Option<Vec<SampleRequest>> {
    Some(match (method, below) {
        ("GET", "/threads") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!(
                "spaceId={}&userId={}&limit=5",
                ids.get("space"),
                ids.get("user")
            ))
            .with_open_parameters(&["space", "user"]),
            SampleRequest::query("limit=1".to_owned()),
        ],
        ("POST", "/threads") => vec![
            SampleRequest::body(json!({ "title": "A thread", "agentServerId": "a server" })),
            SampleRequest::body(json!({ "title": "A thread", "spaceId": ids.get("space") })),
            SampleRequest::body(json!({ "title": "A thread", "userId": ids.get("user") }))
                .with_open_parameters(&["user"]),
            SampleRequest::body(json!({ "title": "A thread", "roleId": ids.get("role") })),
        ],
        ("PUT", "/threads/{thread}") => vec![
            SampleRequest::body(json!({ "title": "Another", "status": "ARCHIVED" })),
            SampleRequest::body(json!({})),
        ],
        ("POST", "/threads/{thread}/messages") => {
            let id = |head: u32| format!("{head:08x}{}", &ids.get("thread")[8..]);
            vec![
                SampleRequest::body(json!({ "id": id(1), "role": "assistant", "content": null })),
                SampleRequest::body(json!({
                    "id": id(2), "role": "user", "content": "Hello", "model": "a model",
                    "thinkingSteps": "[]", "metadata": { "a": "b" },
                })),
            ]
        }
        ("POST", "/threads/{thread}/chat") => {
            vec![SampleRequest::body(json!({ "message": "Hello" }))]
        }
        ("POST", "/rag") => vec![SampleRequest::body(question_body())],
        ("POST", "/tools/{tool}/execute") => vec![
            SampleRequest::body(json!({ "input": { "query": "message" } })),
            SampleRequest::body(json!({
                "input": { "query": "message" }, "context": { "spaceId": ids.get("space") },
            })),
        ],
        ("GET" | "DELETE", _) => vec![SampleRequest::default()],
        _ => return None,
    })
}

fn widget_samples(method: &str, below: &str, ids: &FixtureIds<'_>) -> Option<Vec<SampleRequest>> {
    let rated = |more: Value| {
        let mut body = more;
        body["spaceConversationId"] = ids.get("signal").into();
        body["groupId"] = ids.get("conversation").into();
        vec![SampleRequest::body(body)]
    };
    Some(match (method, below) {
        ("GET", "/messages") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!("groupId={}", ids.get("conversation"))),
        ],
        ("POST", "/messages") => vec![SampleRequest::body(
            json!({ "newMessage": "Hello", "groupId": ids.get("conversation") }),
        )],
        ("POST", "/thumb-signal") => rated(json!({ "thumbType": "THUMB_DOWN" })),
        ("POST", "/thumb-signal/{signal}/feedback") => rated(json!({ "feedback": "Well said" })),
        ("POST", "/event") => vec![SampleRequest::body(
            json!({ "type": "OPENED", "metadata": { "a": "b" } }),
        )],
        ("PUT", "/groups/{conversation}") => vec![SampleRequest::body(
            json!({ "groupId": ids.get("conversation"), "name": "Another" }),
        )],
        ("GET" | "DELETE", _) => vec![SampleRequest::default()],
        _ => return None,
    })
}

fn question_body() -> Value {
    json!({ "text": "Where was the message?", "topK": 5, "languageId": "en" })
}
