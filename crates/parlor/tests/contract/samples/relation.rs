use serde_json::json;

use super::Sample;
use crate::ids::Ids;
use crate::wallet;

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>, millis: i64) -> Option<Vec<Sample>> {
    let channel = || Sample::query(format!("channelUuid={}", ids.get("conversation")));
    Some(match (method, path) {
        ("POST", "/api/v1/verify/eth" | "/auth") => vec![Sample::body(wallet::signed(millis))],
        ("POST", "/api/v1/auth") => vec![Sample::body(json!({ "inviteCode": "" }))],
        ("POST", "/api/v1/channel/create") => vec![
            Sample::body(json!({ "name": "A group", "type": "G", "members": [ids.get("member")] }))
                .open(&["member"]),
            Sample::body(json!({ "type": "P", "members": [ids.get("member")] })).open(&["member"]),
        ],
        ("GET", "/api/v1/channel/info" | "/api/v1/channel/members" | "/api/v1/channel/isAdmin") => {
            vec![channel()]
        }
        _ => return None,
    })
}
