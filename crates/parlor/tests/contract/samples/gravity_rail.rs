use serde_json::json;

use super::SampleRequest;
use crate::ids::FixtureIds;

/// Paths are relative to a workspace.
pub(super) fn samples(
    method: &str,
    path: &str,
    ids: &FixtureIds<'_>,
    millis: i64,
) -> Option<Vec<SampleRequest>> {
    let path = path.strip_prefix("/api/v2/w/{workspace}")?;
    Some(match (method, path) {
        ("GET", "/chats") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!(
                "memberId={}&assistantMemberId={}&labels={}&search=private",
                ids.get("member"),
                ids.get("agent"),
                ids.get("label")
            ))
            .with_open_parameters(&["member", "agent", "label"]),
        ],
        ("GET", "/chats/export") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!(
                "labels={}&memberId={}",
                ids.get("label"),
                ids.get("member")
            ))
            .with_open_parameters(&["member", "label"]),
        ],
        ("POST" | "PUT", path) if message_samples(path, ids, millis).is_some() => {
            message_samples(path, ids, millis)?
        }
        ("POST", "/chats") => chat_samples(ids),
        ("POST", "/chats/dm") => vec![SampleRequest::body(
            json!({ "memberId": ids.get("member") }),
        )],
        ("PUT", "/chats/{conversation}") => vec![
            SampleRequest::body(
                json!({ "title": "Another", "metadata": { "a": "b" }, "muted": true }),
            ),
            SampleRequest::body(json!({
                "assistantMemberId": ids.get("agent"), "assistantChatModelId": "a model",
            })),
        ],
        ("PUT", "/members/{member}") => vec![SampleRequest::body(json!({
            "name": "Another", "email": format!("p{millis}@example.org"), "phone": unique_phone_number(millis), "scopes": ["dm:write"],
            "notifyEmail": "b@example.org", "labels": ["new"], "locale": "en",
            "dateOfBirth": "1990-01-31", "tosAccepted": true, "data": { "a": "b" },
        }))],
        ("POST", "/members") => vec![SampleRequest::body(json!({
            "name": "Somebody", "email": format!("n{millis}@example.org"), "phone": unique_phone_number(millis + 1),
            "externalId": format!("made-{millis}"), "labels": ["new"], "locale": "en", "data": { "a": "b" },
        }))],
        ("POST", "/api-keys") => vec![
            SampleRequest::body(json!({ "name": "A key", "expiresInDays": 30 })),
            SampleRequest::body(json!({ "name": "A key", "memberId": ids.get("member") })),
        ],
        ("POST", "/roles") => vec![SampleRequest::body(json!({ "name": "Night shift" }))],
        ("PUT", "/roles/{role}") => vec![SampleRequest::body(json!({ "description": "d" }))],
        ("POST", "/event-rules") => vec![SampleRequest::body(event_rule_body("webhook:send"))],
        ("PUT", "/event-rules/{event_rule}") => {
            let mut body = event_rule_body("webhook:send");
            // Otherwise its webhooks would be cancelled.
            body["conditions"] = serde_json::Value::Null;
            vec![SampleRequest::body(body)]
        }
        // Any bytes are a file.
        ("POST", "/chats/{conversation}/attachments") => {
            vec![SampleRequest::body(json!({ "any": "bytes" }))]
        }
        ("POST", "/event-rules/{event_rule}/rotate-secret") => {
            vec![SampleRequest::body(json!({ "overlap": 60 }))]
        }
        ("POST", "/event-rules/{event_rule}/deliveries/replay") => vec![SampleRequest::body(
            json!({ "since": "2026-01-01T00:00:00Z", "includeSent": true }),
        )],
        ("POST", "/agents") => vec![SampleRequest::body(
            json!({ "name": "An agent", "description": "Answers", "systemPrompt": "Be kind", "chatModelId": "a-model" }),
        )],
        ("PUT", "/agents/{agent}") => vec![SampleRequest::body(
            json!({ "name": "An agent", "description": null, "systemPrompt": "Be brief", "chatModelId": null }),
        )],
        ("POST", "/workflows") => vec![SampleRequest::body(workflow_body(ids))],
        ("PUT", "/workflows/{workflow}") => vec![SampleRequest::body(workflow_body(ids))],
        ("POST", "/workflows/{workflow}/versions")
        | ("PATCH", "/workflows/{workflow}/versions/{version}") => {
            vec![SampleRequest::body(json!({ "note": "A note" }))]
        }
        ("GET", "/workflows/{workflow}/versions/diff") => vec![SampleRequest::query(format!(
            "from_version=0&to_version={}",
            ids.get("version")
        ))],
        ("GET", "/assignments") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!(
                "memberId={}&workflowId={}&status=active",
                ids.get("member"),
                ids.get("workflow")
            ))
            .with_open_parameters(&["member", "workflow"]),
        ],
        ("POST", "/phone-numbers") => vec![SampleRequest::body(json!({
            "number": unique_phone_number(millis), "name": "A number", "defaultWorkflowId": ids.get("workflow"),
            "voiceWorkMode": "voicemail", "restartDelay": 60,
        }))],
        ("PUT", "/phone-numbers/{phone_number}") => {
            vec![SampleRequest::body(
                json!({ "name": "A number", "smsEnabled": false, "defaultWorkflowId": ids.get("workflow") }),
            )]
        }
        ("POST", "/inboxes") => vec![SampleRequest::body(json!({
            "address": format!("a{millis}@example.org"), "name": "An inbox",
            "workflowId": ids.get("workflow"), "footer": "Bye", "rules": [{ "a": "b" }],
        }))],
        ("PUT", "/inboxes/{inbox}") => vec![SampleRequest::body(json!({
            "name": "An inbox", "workflowId": ids.get("workflow"), "footer": "Bye", "rules": [{ "a": "b" }],
        }))],
        (
            "POST",
            "/agents/{agent}/archive"
            | "/workflows/{workflow}/versions/{version}/activate"
            | "/workflows/{workflow}/versions/{version}/deactivate"
            | "/assignments/{assignment}/cancel"
            | "/phone-numbers/{phone_number}/archive"
            | "/chats/{conversation}/summarize"
            | "/chats/{conversation}/archive"
            | "/chats/{conversation}/unarchive"
            | "/members/{member}/archive"
            | "/members/{member}/unarchive"
            | "/event-rules/{event_rule}/resume"
            | "/event-rules/{event_rule}/deliveries/{delivery}/replay",
        )
        | ("PUT", "/assignments/{assignment}/tasks/{task}/select") => {
            vec![SampleRequest::default()]
        }
        _ => return None,
    })
}

fn chat_samples(ids: &FixtureIds<'_>) -> Vec<SampleRequest> {
    let bodies = [
        json!({ "channel": "web-chat", "title": "A chat", "chatType": "talk", "metadata": { "a": "b" } }),
        json!({ "channel": "web-chat", "siteId": ids.get("site"), "labels": [ids.get("label")] }),
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
    bodies.into_iter().map(SampleRequest::body).collect()
}

fn workflow_body(ids: &FixtureIds<'_>) -> serde_json::Value {
    json!({
        "name": "A workflow", "agentMemberId": ids.get("agent"),
        "defaultPhoneNumberId": ids.get("phone_number"), "defaultInboxId": ids.get("inbox"),
        "tasks": [{ "name": "First" }], "description": "Asks", "openingMessage": "Hello",
        "permissions": { "a": "b" }, "memberRoleAccess": [{ "memberRoleId": 3, "accessMode": 1 }],
    })
}

fn event_rule_body(action: &str) -> serde_json::Value {
    json!({
        "name": "A rule", "objectType": "chat", "eventType": "chat:archived", "actionType": action,
        "conditions": "chat.isTest == false", "delay": 60, "actionParams": { "url": "https://example.org/hook" },
    })
}

/// Messages of a chat, and entities that depend on chats and assignments.
fn message_samples(path: &str, ids: &FixtureIds<'_>, millis: i64) -> Option<Vec<SampleRequest>> {
    let body = match path {
        "/chats/{conversation}/participants" => {
            json!({ "memberId": ids.get("agent"), "role": "operator" })
        }
        "/chats/{conversation}/send-assistant-message" => json!({
            "message": "Hello",
            "tool_calls": [{ "id": "call-1", "function": { "name": "look", "arguments": "{}" } }],
        }),
        "/dms/{dm}/messages" => json!({ "content": "Hello" }),
        "/chats/{conversation}/messages" => json!({ "content": "Hello", "stream": false }),
        "/chats/{conversation}/messages/{answer}/rate" => {
            json!({ "rating": "up", "comment": "Good" })
        }
        "/chats/{conversation}/read" => json!({ "messageUuid": ids.get("message") }),
        "/chats/{conversation}/labels" => json!({ "labels": [ids.get("label")] }),
        "/chats/labels" => json!({ "name": format!("A label {millis}"), "color": "#00ff00" }),
        "/chats/labels/{label}" => json!({ "name": format!("B label {millis}") }),
        "/chats/filters" => {
            json!({ "name": format!("A filter {millis}"), "filters": { "paused": true } })
        }
        "/chats/filters/{filter}" => json!({ "name": format!("B filter {millis}") }),
        "/create-signup" => json!({
            "member": {
                "email": format!("s{millis}@example.org"), "phone": unique_phone_number(millis), "name": "Somebody",
                "externalId": format!("external-{millis}"), "dateOfBirth": "1990-01-31", "locale": "en",
                "tosAccepted": true, "labels": ["new"],
            },
            "data": { "a": "b" },
        }),
        "/assignments" => {
            json!({ "workflowId": ids.get("workflow"), "memberId": ids.get("member") })
        }
        "/assignments/{assignment}" => json!({ "status": "completed" }),
        "/phone-numbers/{phone_number}/link" => json!({ "workflowId": ids.get("workflow") }),
        "/sites" => {
            json!({ "name": "A site", "workflowId": ids.get("workflow"), "locale": "en-GB" })
        }
        "/sites/{site}" => json!({ "name": "A site", "workflowId": ids.get("workflow") }),
        _ => return None,
    };
    Some(vec![SampleRequest::body(body)])
}

/// An unused phone number that is valid in its country.
fn unique_phone_number(millis: i64) -> String {
    format!("+12{:09}", millis.rem_euclid(1_000_000_000))
}
