use serde_json::json;

use super::SampleRequest;
use crate::ids::FixtureIds;
use crate::wallet;

pub(super) fn samples(
    method: &str,
    path: &str,
    ids: &FixtureIds<'_>,
    millis: i64,
) -> Option<Vec<SampleRequest>> {
    let queried = || SampleRequest::query(format!("channelUuid={}", ids.get("conversation")));
    let channel = || json!({ "channelUuid": ids.get("conversation") });
    let with = |name: &str, value: serde_json::Value| {
        let mut body = channel();
        body[name] = value;
        vec![SampleRequest::body(body)]
    };
    let Some(path) = path.strip_prefix("/api/v1/") else {
        let signs = (method, path) == ("POST", "/auth");
        return signs.then(|| vec![SampleRequest::body(wallet::signed_message(millis))]);
    };
    Some(match (method, path) {
        ("POST", "verify/eth") => vec![SampleRequest::body(wallet::signed_message(millis))],
        ("POST", "auth") => vec![SampleRequest::body(json!({ "inviteCode": "" }))],
        ("GET", "userInfo") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!("address={}", ids.get("member"))),
        ],
        ("GET", "userInfo/search") => vec![SampleRequest::query("keyword=private".to_owned())],
        ("GET", "follow/list") => vec![
            SampleRequest::default(),
            SampleRequest::query(format!("address={}", ids.get("member"))),
        ],
        ("POST", "follow/add" | "follow/remove") => {
            vec![SampleRequest::body(json!({ "address": ids.get("member") }))]
        }
        ("GET", "listAddress") => {
            vec![SampleRequest::query(format!(
                "relationId={}",
                ids.get("member")
            ))]
        }
        ("POST", "userInfo/update") => vec![SampleRequest::body(json!({ "avatar": "a.png" }))],
        ("POST", "channel/create") => vec![
            SampleRequest::body(
                json!({ "name": "A group", "type": "G", "members": [ids.get("member")] }),
            )
            .with_open_parameters(&["member"]),
            SampleRequest::body(json!({ "type": "P", "members": [ids.get("member")] }))
                .with_open_parameters(&["member"]),
        ],
        (
            "GET",
            "channel/info" | "channel/members" | "channel/isAdmin" | "channel/announcement/get",
        ) => vec![queried()],
        ("POST", "channel/join") => {
            vec![SampleRequest::body(
                json!({ "channelUuid": ids.get("unjoined") }),
            )]
        }
        ("POST", "channel/members/add" | "channel/members/remove") => {
            let mut samples = with("members", json!([ids.get("member")]));
            samples[0].open = &["member"];
            samples
        }
        ("POST", "channel/members/leave" | "channel/disband" | "userChannels/hide") => {
            vec![SampleRequest::body(channel())]
        }
        ("POST", "channel/ownerTransfer") => with("relationId", json!(ids.get("member"))),
        ("POST", "channel/announcement/update") => with("announcement", json!("Hear")),
        ("POST", "channel/update") => with("channelName", json!("Renamed")),
        ("POST", "userChannels/pin") => with("pin", json!(true)),
        ("POST", "userChannels/mute") => with("mute", json!("true")),
        ("GET", "userChannels/list") => {
            vec![SampleRequest::query("limit=100".to_owned()), queried()]
        }
        ("POST", "message/send") => vec![
            SampleRequest::body(
                json!({ "channelUuid": ids.get("conversation"), "content": "Hello", "type": "TEXT", "sendUuid": "s-1" }),
            ),
            SampleRequest::body(json!({ "toRelationId": ids.get("member"), "content": "Hi" }))
                .with_open_parameters(&["member"]),
        ],
        ("POST", "message/read") => with("total", json!(9_999)),
        ("POST", "message/hide") => vec![SampleRequest::body(json!({ "id": ids.get("message") }))],
        ("GET", "message/list") => vec![
            queried(),
            SampleRequest::query(format!("toRelationId={}", ids.get("member")))
                .with_open_parameters(&["member"]),
        ],
        _ => return None,
    })
}
