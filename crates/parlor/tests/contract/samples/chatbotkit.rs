use serde_json::json;

use super::SampleRequest;
use crate::ids::FixtureIds;

pub(super) fn samples(
    method: &str,
    path: &str,
    ids: &FixtureIds<'_>,
) -> Option<Vec<SampleRequest>> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let of_contact = || {
        SampleRequest::query(format!("contactId={}", ids.get("contact")))
            .with_open_parameters(&["contact"])
    };
    let old = |prefix: &str| format!("{prefix}01hv0000000000000000000001");
    Some(match (method, path) {
        ("POST", "/space/create") => vec![
            SampleRequest::body(
                json!({ "name": "A space", "description": "d", "contactId": ids.get("contact"), "meta": { "a": "b" } }),
            ),
            SampleRequest::body(
                json!({ "contactId": { "fingerprint": ids.get("fingerprint"), "name": "n" } }),
            )
            .with_open_parameters(&["fingerprint"]),
        ],
        ("POST", "/space/{space}/update") => {
            vec![SampleRequest::body(
                json!({ "name": "Renamed", "contactId": ids.get("contact") }),
            )]
        }
        ("POST", "/contact/create" | "/contact/ensure" | "/contact/upsert") => vec![
            SampleRequest::body(json!({ "fingerprint": ids.get("fingerprint"), "name": "Somebody" }))
                .with_open_parameters(&["fingerprint"]),
        ],
        ("POST", "/contact/{contact}/update") => {
            vec![SampleRequest::body(
                json!({ "name": "Renamed", "description": "d", "nick": "n", "preferences": "p" }),
            )]
        }
        (
            "POST",
            "/space/{space}/delete"
            | "/contact/{contact}/delete"
            | "/conversation/{conversation}/delete"
            | "/conversation/{conversation}/message/{message}/delete",
        ) => {
            vec![SampleRequest::body(json!({}))]
        }
        // Nothing is created under another tenant's id: a backup's references must exist.
        ("POST", "/contact/import") => vec![SampleRequest::body(
            json!({ "items": [{ "id": old("contact_"), "name": "Somebody", "meta": {} }] }),
        )],
        ("POST", "/space/import") => vec![
            SampleRequest::body(
                json!({ "items": [{ "id": old("space_"), "name": "A space", "contactId": ids.get("contact") }] }),
            )
            .with_open_parameters(&["contact"]),
        ],
        ("POST", "/conversation/import") => vec![
            SampleRequest::body(json!({ "items": [
                { "id": old("conversation_"), "spaceId": ids.get("space"), "contactId": ids.get("contact") },
                { "id": old("message_"), "conversationId": ids.get("conversation"), "type": "user", "text": "Hello" },
            ] }))
            .with_open_parameters(&["space", "contact", "conversation"]),
        ],
        ("POST", "/conversation/{conversation}/update") => vec![
            SampleRequest::body(json!({ "name": "Renamed", "description": "d", "botId": "b", "model": "m" })),
            SampleRequest::body(json!({ "spaceId": ids.get("space"), "contactId": ids.get("contact") })),
        ],
        ("POST", "/conversation/{conversation}/send") => {
            vec![SampleRequest::body(json!({ "text": "Hello" }))]
        }
        (
            "POST",
            "/conversation/{conversation}/receive"
            | "/conversation/{conversation}/complete"
            | "/conversation/{conversation}/dispatch"
            | "/conversation/{conversation}/compact"
            | "/conversation/{conversation}/message/{message}/synthesize"
            | "/conversation/compact",
        ) => vec![SampleRequest::body(json!({ "text": "Hello" }))],
        ("POST", "/conversation/complete" | "/conversation/dispatch") => vec![SampleRequest::body(
            json!({ "messages": [{ "type": "user", "text": "Hello" }], "backstory": "b", "model": "m" }),
        )],
        ("POST", "/conversation/{conversation}/session/create") => {
            vec![SampleRequest::body(json!({ "durationInSeconds": 3_600 }))]
        }
        ("POST", "/conversation/{conversation}/contact/upsert") => vec![
            SampleRequest::body(json!({ "fingerprint": ids.get("fingerprint"), "name": "Somebody" }))
                .with_open_parameters(&["fingerprint"]),
        ],
        ("POST", "/conversation/{conversation}/message/batch/create") => vec![SampleRequest::body(
            json!({ "items": [{ "id": "1", "type": "user", "text": "Hello" }, { "type": "bot", "text": "Hi" }] }),
        )],
        (
            "POST",
            "/conversation/{conversation}/message/{answer}/upvote"
            | "/conversation/{conversation}/message/{answer}/downvote",
        ) => vec![SampleRequest::body(json!({ "reason": "because" }))],
        ("POST", "/conversation/{conversation}/upvote" | "/conversation/{conversation}/downvote") => {
            vec![SampleRequest::body(json!({ "reason": "because" }))]
        }
        ("POST", "/space/{space}/storage/upload/{path}") => vec![
            SampleRequest::body(json!({ "file": "data:text/plain,hello" })).with_open_parameters(&["path"]),
            SampleRequest::body(json!({ "file": { "type": "text/plain", "size": 5 } })).with_open_parameters(&["path"]),
        ],
        (
            "POST",
            "/space/{space}/storage/copy/{path}" | "/space/{space}/storage/move/{path}",
        ) => vec![SampleRequest::body(json!({ "destinationPath": "elsewhere/file.txt" }))],
        ("POST", "/space/{space}/storage/delete/{path}") => {
            vec![SampleRequest::body(json!({ "recursive": false }))]
        }
        ("GET", "/space/{space}/storage/list/{path}") => {
            vec![SampleRequest::default().with_open_parameters(&["path"])]
        }
        (
            "POST",
            "/conversation/{conversation}/attachment/upload" | "/Attachment/{conversation}/upload",
        ) => vec![SampleRequest::body(json!({ "file": "data:text/plain,hello" }))],
        // A signed URL needs no credential.
        ("PUT", "/storage/upload/{token}") => vec![SampleRequest::default()],
        // Each account has its own channels under every id.
        ("POST", "/channel/{channel}/publish") => {
            vec![SampleRequest::body(json!({ "message": { "a": "b" } })).with_open_parameters(&["channel"])]
        }
        ("POST", "/channel/{channel}/subscribe") => {
            vec![SampleRequest::body(json!({ "historyLength": 10 })).with_open_parameters(&["channel"])]
        }
        ("POST", "/conversation/{conversation}/message/create") => vec![SampleRequest::body(
            json!({ "type": "user", "text": "Hello", "name": "n", "description": "d" }),
        )],
        ("POST", "/conversation/{conversation}/message/{message}/update") => {
            vec![SampleRequest::body(json!({ "text": "Changed", "name": "n" }))]
        }
        ("POST", "/conversation/create") => vec![SampleRequest::body(
            json!({ "name": "A talk", "spaceId": ids.get("space"), "contactId": ids.get("contact"), "meta": { "a": "b" } }),
        )],
        ("GET", "/space/list" | "/space/export") => vec![SampleRequest::default(), of_contact()],
        ("GET", "/conversation/list" | "/conversation/export") => vec![
            SampleRequest::default(),
            of_contact(),
            SampleRequest::query(format!("spaceId={}", ids.get("space"))).with_open_parameters(&["space"]),
        ],
        _ => return None,
    })
}
