use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use super::Sample;
use crate::ids::Ids;

/// Everything here stands under a workspace, but for two lists.
const WORKSPACE: &str = "/api/v2/w/{workspace}";

/// No number and no address is taken twice.
static TAKEN: AtomicU32 = AtomicU32::new(0);

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    let path = path.strip_prefix(WORKSPACE)?;
    let fresh = TAKEN.fetch_add(1, Ordering::Relaxed);
    let nothing = || vec![Sample::default()];
    Some(match (method, path) {
        ("POST", "/chats") => vec![
            Sample::body(json!({
                "channel": "web-chat", "title": "A chat", "memberId": ids.number("member"),
                "participants": [{ "memberId": ids.number("contact"), "role": "contributor" }],
            })),
            Sample::body(
                json!({ "channel": "web-chat", "workflowId": ids.get("workflow"), "workflowVersionNumber": 1 }),
            ),
            Sample::body(
                json!({ "channel": "web-chat", "assistantMemberId": ids.number("agent"), "chatType": "word" }),
            ),
            Sample::body(
                json!({ "channel": "phone-sms", "phoneNumberId": ids.number("phone_number"), "assistantEnabled": false }),
            ),
            Sample::body(
                json!({ "channel": "email", "inboxId": ids.number("inbox"), "assistantEnabled": false, "initialMessage": "Hello" }),
            ),
        ],
        ("POST", "/chats/dm") => vec![Sample::body(json!({ "memberId": ids.number("member") }))],
        ("PUT", "/chats/{conversation}") => vec![
            Sample::body(json!({ "title": "Renamed", "muted": true, "metadata": { "a": "b" } })),
            Sample::body(json!({ "assistantMemberId": ids.number("agent") })),
        ],
        ("GET", "/chats") => vec![
            Sample::default(),
            Sample::query(format!("memberId={}", ids.number("member"))).open(&["member"]),
            Sample::query(format!("assistantMemberId={}", ids.number("agent"))).open(&["agent"]),
            Sample::query("search=private-".to_owned()),
        ],
        ("PUT", "/members/{member}") => {
            vec![Sample::body(
                json!({ "name": "Renamed", "email": "somebody@example.org", "scopes": ["dm:read"] }),
            )]
        }
        ("POST", "/agents") => vec![Sample::body(
            json!({ "name": "An agent", "description": "d" }),
        )],
        ("POST", "/workflows") => vec![Sample::body(json!({
            "name": format!("A workflow {fresh}"), "agentMemberId": ids.number("agent"),
            "defaultPhoneNumberId": ids.number("phone_number"), "defaultInboxId": ids.number("inbox"),
            "tasks": [{ "id": 1, "name": "A task" }],
        }))],
        ("PUT", "/workflows/{workflow}") => vec![Sample::body(json!({
            "name": "Renamed", "agentMemberId": ids.number("agent"), "defaultPhoneNumberId": ids.number("phone_number"),
            "defaultInboxId": ids.number("inbox"),
        }))],
        ("POST", "/workflows/{workflow}/versions")
        | ("PATCH", "/workflows/{workflow}/versions/{version}") => {
            vec![Sample::body(json!({ "note": "A note" }))]
        }
        ("GET", "/workflows/{workflow}/versions/diff") => {
            vec![Sample::query("from_version=0&to_version=1".to_owned())]
        }
        ("GET", "/assignments") => vec![
            Sample::default(),
            Sample::query(format!("memberId={}", ids.number("member"))).open(&["member"]),
            Sample::query(format!("workflowId={}", ids.get("workflow"))).open(&["workflow"]),
        ],
        ("POST", "/phone-numbers") => {
            vec![Sample::body(
                json!({ "number": format!("+1501{fresh:07}"), "name": "A number" }),
            )]
        }
        ("PUT", "/phone-numbers/{phone_number}") => {
            vec![Sample::body(json!({ "name": "Renamed" }))]
        }
        ("POST", "/inboxes") => vec![Sample::body(json!({
            "address": format!("inbox-{fresh}@example.org"), "name": "An inbox", "workflowId": ids.get("workflow"),
        }))],
        ("PUT", "/inboxes/{inbox}") => {
            vec![Sample::body(
                json!({ "name": "Renamed", "workflowId": ids.get("workflow") }),
            )]
        }
        // They say all they say with their path.
        (
            "POST",
            "/agents/{agent}/archive"
            | "/workflows/{workflow}/versions/{version}/activate"
            | "/workflows/{workflow}/versions/{version}/deactivate"
            | "/assignments/{assignment}/cancel"
            | "/phone-numbers/{phone_number}/archive",
        ) => nothing(),
        _ => return None,
    })
}
