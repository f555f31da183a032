use serde_json::json;

use super::Sample;
use crate::ids::Ids;

/// Paths are those below a workspace.
pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>, millis: i64) -> Option<Vec<Sample>> {
    let path = path.strip_prefix("/api/v2/w/{workspace}")?;
    Some(match (method, path) {
        ("GET", "/chats") => vec![
            Sample::default(),
            Sample::query(format!(
                "memberId={}&assistantMemberId={}&search=private",
                ids.get("member"),
                ids.get("agent")
            ))
            .open(&["member", "agent"]),
        ],
        ("POST", "/chats") => chats(ids),
        ("POST", "/chats/dm") => vec![Sample::body(json!({ "memberId": ids.get("member") }))],
        ("PUT", "/chats/{conversation}") => vec![
            Sample::body(json!({ "title": "Another", "metadata": { "a": "b" }, "muted": true })),
            Sample::body(json!({
                "assistantMemberId": ids.get("agent"), "assistantChatModelId": "a model",
            })),
        ],
        ("PUT", "/members/{member}") => vec![Sample::body(
            json!({ "name": "Another", "email": "a@example.org", "phone": "+15005550006", "scopes": ["dm:write"] }),
        )],
        ("POST", "/agents") => vec![Sample::body(
            json!({ "name": "An agent", "description": "Answers" }),
        )],
        ("POST", "/workflows") => vec![Sample::body(workflow(ids))],
        ("PUT", "/workflows/{workflow}") => vec![Sample::body(workflow(ids))],
        ("POST", "/workflows/{workflow}/versions")
        | ("PATCH", "/workflows/{workflow}/versions/{version}") => {
            vec![Sample::body(json!({ "note": "A note" }))]
        }
        ("GET", "/workflows/{workflow}/versions/diff") => vec![Sample::query(format!(
            "from_version=0&to_version={}",
            ids.get("version")
        ))],
        ("GET", "/assignments") => vec![
            Sample::default(),
            Sample::query(format!(
                "memberId={}&workflowId={}&status=active",
                ids.get("member"),
                ids.get("workflow")
            ))
            .open(&["member", "workflow"]),
        ],
        ("POST", "/phone-numbers") => vec![Sample::body(
            json!({ "number": format!("+{millis}"), "name": "A number" }),
        )],
        ("PUT", "/phone-numbers/{phone_number}") => {
            vec![Sample::body(
                json!({ "name": "A number", "smsEnabled": false }),
            )]
        }
        ("POST", "/inboxes") => vec![Sample::body(json!({
            "address": format!("a{millis}@example.org"), "name": "An inbox",
            "workflowId": ids.get("workflow"),
        }))],
        ("PUT", "/inboxes/{inbox}") => vec![Sample::body(
            json!({ "name": "An inbox", "workflowId": ids.get("workflow") }),
        )],
        (
            "POST",
            "/agents/{agent}/archive"
            | "/workflows/{workflow}/versions/{version}/activate"
            | "/workflows/{workflow}/versions/{version}/deactivate"
            | "/assignments/{assignment}/cancel"
            | "/phone-numbers/{phone_number}/archive",
        ) => vec![Sample::default()],
        _ => return None,
    })
}

fn chats(ids: &Ids<'_>) -> Vec<Sample> {
    let bodies = [
        json!({ "channel": "web-chat", "title": "A chat", "chatType": "talk" }),
        json!({
            "channel": "phone-sms", "workflowId": ids.get("workflow"),
            "workflowVersionNumber": ids.get("version").parse::<i64>().unwrap(),
            "phoneNumberId": ids.get("phone_number"), "assistantMemberId": ids.get("agent"),
        }),
        json!({
            "channel": "email", "memberId": ids.get("member"), "inboxId": ids.get("inbox"),
            "assistantEnabled": false, "initialMessage": "Hello",
        }),
        json!({ "channel": "web-chat", "participants": [{ "memberId": ids.get("member"), "role": "operator" }] }),
    ];
    bodies.into_iter().map(Sample::body).collect()
}

fn workflow(ids: &Ids<'_>) -> serde_json::Value {
    json!({
        "name": "A workflow", "agentMemberId": ids.get("agent"),
        "defaultPhoneNumberId": ids.get("phone_number"), "defaultInboxId": ids.get("inbox"),
        "tasks": [{ "name": "First" }],
    })
}
