use serde_json::{Value, json};

use super::Sample;
use crate::ids::Ids;

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>, millis: i64) -> Option<Vec<Sample>> {
    let organized = |sample: Sample| sample.header("organizationid", ids.get("organization"));
    // These name no organization, and those without a workspace in their path find it in the token.
    if let Some(below) = path.strip_prefix("/spaces/{space}") {
        return widget(method, below, ids);
    }
    if let Some((_, below)) = path.split_once("/agent") {
        return agent(method, below, ids);
    }
    let samples = match (method, path) {
        ("POST", "/workspaces/{workspace}/generate-access-key-token") => {
            let role = Sample::body(json!({ "roleId": ids.get("role") }));
            return Some(vec![Sample::body(json!({})), role]);
        }
        ("POST", "/workspaces/{workspace}/spaces") => {
            let user = json!({ "customSource": "WEB_CONTROL", "externalUserId": ids.get("user") });
            return Some(vec![
                Sample::body(json!({})),
                Sample::body(user).open(&["user"]),
            ]);
        }
        ("POST", "/spaces/validate-temporal-token") | ("GET", "/workspaces/{workspace}") => {
            return Some(vec![Sample::default()]);
        }
        ("GET", "/spaces") => {
            let here = ids.get("workspace");
            let all = format!("roles=[%22GUEST%22]&workspaces=[%22{here}%22]");
            return Some(vec![
                Sample::default(),
                Sample::query(all).open(&["workspace"]),
            ]);
        }
        ("POST", "/v1/workspaces/{workspace}/api-authenticated") => {
            return Some(vec![Sample::body(json!({ "token": "a.b.c" }))]);
        }
        ("GET", "/v1/workspaces/{workspace}") => vec![Sample::default()],
        ("PUT", "/v1/workspaces/{workspace}") => vec![Sample::body(json!({
            "name": "A workspace", "description": "About it", "greeting": "Good day",
            "greetingQuestions": ["Why?"], "spaceStyling": { "styles": {} }, "photo": null,
        }))],
        (_, path) if is_empty(path) => return nothing(method, path),
        ("PUT", "/workspaces/{workspace}/activate-or-retrieve-user-space") => vec![
            Sample::body(json!({ "customerIdString": ids.get("user") })).open(&["user"]),
            Sample::body(json!({ "userId": ids.get("member") })).open(&["member"]),
            Sample::body(json!({
                "workspaceId": ids.get("workspace"), "customerIdString": "somebody",
                "roleId": ids.get("role"),
            })),
        ],
        (_, path) if path.starts_with("/v1/workspaces/{workspace}/r") => {
            roles(method, path, ids, millis)?
        }
        (_, path) => space(
            method,
            path.strip_prefix("/v1/workspaces/{workspace}/spaces/{space}")?,
            ids,
        )?,
    };
    Some(samples.into_iter().map(organized).collect())
}

/// What the widget's tabs ask for, and goals.
fn is_empty(path: &str) -> bool {
    let families = ["/tags", "/workflows", "/knowledge", "/category", "/goals"];
    families.iter().any(|family| path.contains(family))
}

fn nothing(method: &str, path: &str) -> Option<Vec<Sample>> {
    // Of what there is none every id is as good as another.
    let open = |sample: Sample| vec![sample.open(&["knowledge", "workflow"])];
    Some(match method {
        "GET" => open(Sample::default()),
        _ if path.ends_with("/query") => open(Sample::body(
            json!({ "text": "refund", "includeDescription": true, "topK": 30, "tags": null }),
        )),
        _ if path.ends_with("/query-title") => open(Sample::body(json!({ "value": "refund" }))),
        _ => open(Sample::body(json!({ "categories": ["a category"] }))),
    })
}

fn space(method: &str, below: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    Some(match (method, below) {
        ("POST", "/group") => vec![
            Sample::body(json!({ "name": "A group" })),
            Sample::body(json!({})),
        ],
        ("PUT", "/group/{conversation}") => vec![
            Sample::body(json!({ "name": "Another" })),
            Sample::body(json!({})),
        ],
        ("GET", "/message") => vec![
            Sample::default(),
            Sample::query(format!(
                "groupId={}&limit=5&before={}",
                ids.get("conversation"),
                ids.get("message")
            )),
        ],
        ("POST", "/message") => vec![
            Sample::body(json!({ "message": "Hello" })),
            Sample::body(json!({
                "newMessage": "Hello", "groupId": ids.get("conversation"), "type": "USER",
                "content": "More", "sources": ["https://example.org"],
                "sourcesMetadata": [{ "title": "A page", "url": "https://example.org" }],
                "customerIdString": ids.get("user"),
            }))
            .open(&["user"]),
        ],
        ("POST", "/rag") => vec![Sample::body(question())],
        ("GET" | "DELETE", _) => vec![Sample::default()],
        _ => return None,
    })
}

fn roles(method: &str, path: &str, ids: &Ids<'_>, millis: i64) -> Option<Vec<Sample>> {
    let role = || {
        json!({
            "name": "A role", "description": "Sells", "customerRoleId": format!("role-{millis}-{}", &ids.get("role")[30..]),
        })
    };
    Some(match (method, path) {
        ("POST", _) => vec![Sample::body(role()).open(&["role"])],
        ("PUT", "/v1/workspaces/{workspace}/rbac-status") => {
            vec![
                Sample::body(json!({ "rbacEnabled": false })),
                Sample::body(json!({ "rbacStatus": "INACTIVE" })),
            ]
        }
        ("PUT", _) => vec![Sample::body(
            json!({ "name": "Another", "description": null }),
        )],
        ("GET" | "DELETE", _) => vec![Sample::default()],
        _ => return None,
    })
}

fn agent(method: &str, below: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    Some(match (method, below) {
        ("GET", "/threads") => vec![
            Sample::default(),
            Sample::query(format!(
                "spaceId={}&userId={}&limit=5",
                ids.get("space"),
                ids.get("user")
            ))
            .open(&["space", "user"]),
            Sample::query("limit=1".to_owned()),
        ],
        ("POST", "/threads") => vec![
            Sample::body(json!({ "title": "A thread", "agentServerId": "a server" })),
            Sample::body(json!({ "title": "A thread", "spaceId": ids.get("space") })),
            Sample::body(json!({ "title": "A thread", "userId": ids.get("user") })).open(&["user"]),
            Sample::body(json!({ "title": "A thread", "roleId": ids.get("role") })),
        ],
        ("PUT", "/threads/{thread}") => vec![
            Sample::body(json!({ "title": "Another", "status": "ARCHIVED" })),
            Sample::body(json!({})),
        ],
        ("POST", "/threads/{thread}/messages") => {
            let id = |head: u32| format!("{head:08x}{}", &ids.get("thread")[8..]);
            vec![
                Sample::body(json!({ "id": id(1), "role": "assistant", "content": null })),
                Sample::body(json!({
                    "id": id(2), "role": "user", "content": "Hello", "model": "a model",
                    "thinkingSteps": "[]", "metadata": { "a": "b" },
                })),
            ]
        }
        ("POST", "/threads/{thread}/chat") => vec![Sample::body(json!({ "message": "Hello" }))],
        ("POST", "/rag") => vec![Sample::body(question())],
        ("POST", "/tools/{tool}/execute") => vec![
            Sample::body(json!({ "input": { "query": "message" } })),
            Sample::body(json!({
                "input": { "query": "message" }, "context": { "spaceId": ids.get("space") },
            })),
        ],
        ("GET" | "DELETE", _) => vec![Sample::default()],
        _ => return None,
    })
}

fn widget(method: &str, below: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    let rated = |more: Value| {
        let mut body = more;
        body["spaceConversationId"] = ids.get("signal").into();
        body["groupId"] = ids.get("conversation").into();
        vec![Sample::body(body)]
    };
    Some(match (method, below) {
        ("GET", "/messages") => vec![
            Sample::default(),
            Sample::query(format!("groupId={}", ids.get("conversation"))),
        ],
        ("POST", "/messages") => vec![Sample::body(
            json!({ "newMessage": "Hello", "groupId": ids.get("conversation") }),
        )],
        ("POST", "/thumb-signal") => rated(json!({ "thumbType": "THUMB_DOWN" })),
        ("POST", "/thumb-signal/{signal}/feedback") => rated(json!({ "feedback": "Well said" })),
        ("POST", "/event") => vec![Sample::body(
            json!({ "type": "OPENED", "metadata": { "a": "b" } }),
        )],
        ("PUT", "/groups/{conversation}") => vec![Sample::body(
            json!({ "groupId": ids.get("conversation"), "name": "Another" }),
        )],
        ("GET" | "DELETE", _) => vec![Sample::default()],
        _ => return None,
    })
}

fn question() -> Value {
    json!({ "text": "Where was the message?", "topK": 5, "languageId": "en" })
}
