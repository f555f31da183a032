use serde_json::json;

use super::Sample;
use crate::ids::Ids;
use crate::wallet;

pub(super) fn samples(method: &str, path: &str, ids: &Ids<'_>, millis: i64) -> Option<Vec<Sample>> {
    let queried = || Sample::query(format!("channelUuid={}", ids.get("conversation")));
    let channel = || json!({ "channelUuid": ids.get("conversation") });
    let with = |name: &str, value: serde_json::Value| {
        let mut body = channel();
        body[name] = value;
        vec![Sample::body(body)]
    };
    let Some(path) = path.strip_prefix("/api/v1/") else {
        let signs = (method, path) == ("POST", "/auth");
        return signs.then(|| vec![Sample::body(wallet::signed(millis))]);
    };
    Some(match (method, path) {
        ("POST", "verify/eth") => vec![Sample::body(wallet::signed(millis))],
        ("POST", "auth") => vec![Sample::body(json!({ "inviteCode": "" }))],
        ("GET", "userInfo") => vec![
            Sample::default(),
            Sample::query(format!("address={}", ids.get("member"))),
        ],
        ("GET", "userInfo/search") => vec![Sample::query("keyword=private".to_owned())],
        ("GET", "follow/list") => vec![
            Sample::default(),
            Sample::query(format!("address={}", ids.get("member"))),
        ],
        ("POST", "follow/add" | "follow/remove") => {
            vec![Sample::body(json!({ "address": ids.get("member") }))]
        }
        ("GET", "listAddress") => {
            vec![Sample::query(format!("relationId={}", ids.get("member")))]
        }
        ("POST", "userInfo/update") => vec![Sample::body(json!({ "avatar": "a.png" }))],
        ("POST", "channel/create") => vec![
            Sample::body(json!({ "name": "A group", "type": "G", "members": [ids.get("member")] }))
                .open(&["member"]),
            Sample::body(json!({ "type": "P", "members": [ids.get("member")] })).open(&["member"]),
        ],
        (
            "GET",
            "channel/info" | "channel/members" | "channel/isAdmin" | "channel/announcement/get",
        ) => vec![queried()],
        ("POST", "channel/join") => {
            vec![Sample::body(json!({ "channelUuid": ids.get("unjoined") }))]
        }
        ("POST", "channel/members/add" | "channel/members/remove") => {
            let mut samples = with("members", json!([ids.get("member")]));
            samples[0].open = &["member"];
            samples
        }
        ("POST", "channel/members/leave" | "channel/disband" | "userChannels/hide") => {
            vec![Sample::body(channel())]
        }
        ("POST", "channel/ownerTransfer") => with("relationId", json!(ids.get("member"))),
        ("POST", "channel/announcement/update") => with("announcement", json!("Hear")),
        ("POST", "channel/update") => with("channelName", json!("Renamed")),
        ("POST", "userChannels/pin") => with("pin", json!(true)),
        ("POST", "userChannels/mute") => with("mute", json!("true")),
        ("GET", "userChannels/list") => vec![Sample::query("limit=100".to_owned()), queried()],
        ("POST", "message/send") => vec![
            Sample::body(
                json!({ "channelUuid": ids.get("conversation"), "content": "Hello", "type": "TEXT", "sendUuid": "s-1" }),
            ),
            Sample::body(json!({ "toRelationId": ids.get("member"), "content": "Hi" }))
                .open(&["member"]),
        ],
        ("POST", "message/read") => with("total", json!(9_999)),
        ("POST", "message/hide") => vec![Sample::body(json!({ "id": ids.get("message") }))],
        ("GET", "message/list") => vec![
            queried(),
            Sample::query(format!("toRelationId={}", ids.get("member"))).open(&["member"]),
        ],
        _ => return None,
    })
}
