use serde_json::json;

use super::Sample;
use crate::ids::Ids;

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let of_contact =
        || Sample::query(format!("contactId={}", ids.get("contact"))).open(&["contact"]);
    let old = |prefix: &str| format!("{prefix}01hv0000000000000000000001");
    Some(match (method, path) {
        ("POST", "/space/create") => vec![
            Sample::body(
                json!({ "name": "A space", "description": "d", "contactId": ids.get("contact"), "meta": { "a": "b" } }),
            ),
            Sample::body(
                json!({ "contactId": { "fingerprint": ids.get("fingerprint"), "name": "n" } }),
            )
            .open(&["fingerprint"]),
        ],
        ("POST", "/space/{space}/update") => {
            vec![Sample::body(
                json!({ "name": "Renamed", "contactId": ids.get("contact") }),
            )]
        }
        ("POST", "/contact/create" | "/contact/ensure" | "/contact/upsert") => vec![
            Sample::body(json!({ "fingerprint": ids.get("fingerprint"), "name": "Somebody" }))
                .open(&["fingerprint"]),
        ],
        ("POST", "/contact/{contact}/update") => {
            vec![Sample::body(
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
            vec![Sample::body(json!({}))]
        }
        // Nothing is made under another's id: what a backup refers to must be there.
        ("POST", "/contact/import") => vec![Sample::body(
            json!({ "items": [{ "id": old("contact_"), "name": "Somebody", "meta": {} }] }),
        )],
        ("POST", "/space/import") => vec![
            Sample::body(
                json!({ "items": [{ "id": old("space_"), "name": "A space", "contactId": ids.get("contact") }] }),
            )
            .open(&["contact"]),
        ],
        ("POST", "/conversation/import") => vec![
            Sample::body(json!({ "items": [
                { "id": old("conversation_"), "spaceId": ids.get("space"), "contactId": ids.get("contact") },
                { "id": old("message_"), "conversationId": ids.get("conversation"), "type": "user", "text": "Hello" },
            ] }))
            .open(&["space", "contact", "conversation"]),
        ],
        ("POST", "/conversation/{conversation}/update") => vec![
            Sample::body(json!({ "name": "Renamed", "description": "d", "botId": "b", "model": "m" })),
            Sample::body(json!({ "spaceId": ids.get("space"), "contactId": ids.get("contact") })),
        ],
        ("POST", "/conversation/{conversation}/send") => {
            vec![Sample::body(json!({ "text": "Hello" }))]
        }
        (
            "POST",
            "/conversation/{conversation}/receive"
            | "/conversation/{conversation}/complete"
            | "/conversation/{conversation}/dispatch"
            | "/conversation/{conversation}/compact"
            | "/conversation/{conversation}/message/{message}/synthesize"
            | "/conversation/complete"
            | "/conversation/dispatch"
            | "/conversation/compact",
        ) => vec![Sample::body(json!({ "text": "Hello" }))],
        ("POST", "/conversation/{conversation}/session/create") => {
            vec![Sample::body(json!({ "durationInSeconds": 3_600 }))]
        }
        ("POST", "/conversation/{conversation}/contact/upsert") => vec![
            Sample::body(json!({ "fingerprint": ids.get("fingerprint"), "name": "Somebody" }))
                .open(&["fingerprint"]),
        ],
        ("POST", "/conversation/{conversation}/message/batch/create") => vec![Sample::body(
            json!({ "items": [{ "id": "1", "type": "user", "text": "Hello" }, { "type": "bot", "text": "Hi" }] }),
        )],
        (
            "POST",
            "/conversation/{conversation}/message/{answer}/upvote"
            | "/conversation/{conversation}/message/{answer}/downvote",
        ) => vec![Sample::body(json!({ "reason": "because" }))],
        ("POST", "/conversation/{conversation}/upvote" | "/conversation/{conversation}/downvote") => {
            vec![Sample::body(json!({ "reason": "because" }))]
        }
        ("POST", "/space/{space}/storage/upload/{path}") => vec![
            Sample::body(json!({ "file": "data:text/plain,hello" })).open(&["path"]),
            Sample::body(json!({ "file": { "type": "text/plain", "size": 5 } })).open(&["path"]),
        ],
        (
            "POST",
            "/space/{space}/storage/copy/{path}" | "/space/{space}/storage/move/{path}",
        ) => vec![Sample::body(json!({ "destinationPath": "elsewhere/file.txt" }))],
        ("POST", "/space/{space}/storage/delete/{path}") => {
            vec![Sample::body(json!({ "recursive": false }))]
        }
        ("GET", "/space/{space}/storage/list/{path}") => {
            vec![Sample::default().open(&["path"])]
        }
        (
            "POST",
            "/conversation/{conversation}/attachment/upload" | "/Attachment/{conversation}/upload",
        ) => vec![Sample::body(json!({ "file": "data:text/plain,hello" }))],
        // Whoever has an address needs no more.
        ("PUT", "/storage/upload/{token}") => vec![Sample::default()],
        // Each account has channels of its own under every id.
        ("POST", "/channel/{channel}/publish") => {
            vec![Sample::body(json!({ "message": { "a": "b" } })).open(&["channel"])]
        }
        ("POST", "/channel/{channel}/subscribe") => {
            vec![Sample::body(json!({ "historyLength": 10 })).open(&["channel"])]
        }
        ("POST", "/conversation/{conversation}/message/create") => vec![Sample::body(
            json!({ "type": "user", "text": "Hello", "name": "n", "description": "d" }),
        )],
        ("POST", "/conversation/{conversation}/message/{message}/update") => {
            vec![Sample::body(json!({ "text": "Changed", "name": "n" }))]
        }
        ("POST", "/conversation/create") => vec![Sample::body(
            json!({ "name": "A talk", "spaceId": ids.get("space"), "contactId": ids.get("contact"), "meta": { "a": "b" } }),
        )],
        ("GET", "/space/list" | "/space/export") => vec![Sample::default(), of_contact()],
        ("GET", "/conversation/list" | "/conversation/export") => vec![
            Sample::default(),
            of_contact(),
            Sample::query(format!("spaceId={}", ids.get("space"))).open(&["space"]),
        ],
        _ => return None,
    })
}
