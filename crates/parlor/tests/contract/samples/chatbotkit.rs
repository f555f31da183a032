use serde_json::json;

use super::Sample;
use crate::ids::Ids;

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>) -> Option<Vec<Sample>> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let of_contact =
        || Sample::query(format!("contactId={}", ids.get("contact"))).open(&["contact"]);
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
        ("POST", "/contact/create" | "/contact/ensure") => vec![
            Sample::body(json!({ "fingerprint": ids.get("fingerprint"), "name": "Somebody" }))
                .open(&["fingerprint"]),
        ],
        ("POST", "/contact/{contact}/update") => {
            vec![Sample::body(
                json!({ "name": "Renamed", "description": "d", "nick": "n", "preferences": "p" }),
            )]
        }
        ("POST", "/space/{space}/delete" | "/contact/{contact}/delete") => {
            vec![Sample::body(json!({}))]
        }
        ("POST", "/conversation/create") => vec![Sample::body(
            json!({ "name": "A talk", "spaceId": ids.get("space"), "contactId": ids.get("contact"), "meta": { "a": "b" } }),
        )],
        ("GET", "/space/list" | "/space/export") => vec![Sample::default(), of_contact()],
        _ => return None,
    })
}
