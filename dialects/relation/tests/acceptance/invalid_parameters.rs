//! Errors name the invalid parameter. Each field of each route in the OpenAPI document is sent with invalid values.

use parlor_testkit::{TestResponse, TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{TestMember, create_three_members, response_code, response_data};
use crate::wallet::{TestWallet, server_time};

const UNKNOWN_CHANNEL: &str = "0123456789abcdef0123456789abcdef";

/// The signer responds without a body, and the socket with frames.
const WITHOUT_ENVELOPE: &[&str] = &["/auth", "/jwk", "/ws"];

/// A server with the entities that valid requests name.
struct ParameterFixture {
    server: TestServer,
    ada: TestMember,
    group: String,
}

impl ParameterFixture {
    async fn new(server: TestServer) -> Self {
        let (ada, bob, _) = create_three_members(&server).await;
        let group = ada.group(&server, &[&bob]).await;
        Self { server, ada, group }
    }

    /// Returns a valid body of a route.
    fn valid_body(&self, path: &str) -> Value {
        let with = |name: &str, value: Value| json!({ "channelUuid": self.group, name: value });
        match path.trim_start_matches("/api/v1/") {
            "verify/eth" => TestWallet::from_byte(1).signed_body(&server_time(&self.server)),
            "auth" => json!({ "inviteCode": "" }),
            "userInfo/update" => json!({ "name": "Ada" }),
            "follow/add" | "follow/remove" => json!({ "address": "2vxsx-fae" }),
            "channel/create" => json!({ "type": "G", "name": "n" }),
            "channel/members/add" | "channel/members/remove" => {
                with("members", json!(["2vxsx-fae"]))
            }
            "channel/ownerTransfer" => with("relationId", json!("2vxsx-fae")),
            "channel/announcement/update" => with("announcement", json!("Hear")),
            "channel/update" => with("channelName", json!("n")),
            "userChannels/pin" => with("pin", json!(true)),
            "userChannels/mute" => with("mute", json!(true)),
            "message/send" => with("content", json!("hi")),
            "message/read" => with("total", json!(1)),
            "message/hide" => json!({ "id": "1" }),
            "channel/join" | "channel/members/leave" | "channel/disband" | "userChannels/hide" => {
                with("channelUuid", json!(self.group))
            }
            other => panic!("no body for {other}"),
        }
    }

    /// Returns invalid values of a body's field, besides an object.
    fn invalid_values(&self, path: &str, field: &str) -> Vec<Value> {
        let long = |chars: usize| json!("x".repeat(chars + 1));
        let wallet = TestWallet::from_byte(77).address();
        match field {
            "channelUuid" => vec![json!(7), json!("x"), json!(""), json!(UNKNOWN_CHANNEL)],
            "members" => vec![
                json!("A"),
                json!([7]),
                json!(["A b"]),
                json!([""]),
                relation_ids(501),
            ],
            "relationId" => vec![json!(7), json!("A b"), json!("")],
            "address" if path.ends_with("/add") => {
                vec![json!(7), json!("A b"), json!(""), json!(self.ada.id)]
            }
            "address" => vec![json!(7), json!("A b"), json!("")],
            "toRelationId" => vec![json!(7), json!("A b"), json!(self.ada.id), json!(wallet)],
            "name" => vec![json!(7), json!(""), json!(" "), long(128), json!("a\0")],
            "channelName" => vec![json!(7), json!(""), long(128), json!("a\0")],
            "channelIcon" | "avatar" => vec![json!(7), long(2_048), json!("a\0")],
            "announcement" => vec![json!(7), long(4_096), json!("a\0")],
            "openAccess" | "pin" | "mute" | "pinAnnouncement" => vec![json!(7), json!("yes")],
            "content" => vec![json!(7), json!(""), long(65_536), json!("a\0")],
            "type" => vec![json!(7), json!(""), long(32), json!("a\0")],
            "sendUuid" => vec![json!(7), long(256), json!("a\0")],
            "quoteId" => vec![json!("x"), json!(1.5), json!("99999999"), json!(true)],
            "mentionedUser" => vec![json!("x"), json!([7]), json!(vec!["x"; 501])],
            "total" => vec![json!("x"), json!(0), json!(1.5)],
            "id" => vec![json!(""), json!("x"), json!(1.5), json!("99999999")],
            "inviteCode" | "pk" | "decoded_signature" => vec![json!(7)],
            "message" => vec![json!(7), long(8 * 1024)],
            "algorithm" => vec![json!(7), json!("sr25519")],
            other => panic!("no bad value for {other} of {path}"),
        }
    }

    /// Returns invalid values of a query parameter, percent-encoded.
    fn invalid_query_values(path: &str, field: &str) -> &'static [&'static str] {
        match field {
            "channelUuid" => &["x", UNKNOWN_CHANNEL],
            "toRelationId" | "relationId" | "address" => &["A%20b", "%00", "%F0%9F%98%80"],
            "keyword" => &["a%00"],
            "limit" => &["0", "-1", "x", "1.5", ""],
            "cursor" => &["zz", "%00", "0123456789ABCDEF0123456789ABCDEF"],
            "maxCreateAt" => &["x", "1.5", ""],
            "order" => &["up", ""],
            other => panic!("no bad value for {other} of {path}"),
        }
    }

    async fn send(&self, path: &str, body: &Value) -> TestResponse {
        let server = &self.server;
        let mut request = server.post(path).header("ApiKey", &server.a.key);
        request = match path {
            "/api/v1/auth" => {
                let token = crate::wallet::address_token(server, &TestWallet::from_byte(8)).await;
                request.header("I-Authorization", token)
            }
            _ => request.bearer(&self.ada.token),
        };
        let reply = request.json(body).send().await;
        // The clock advances, so that no signature is used twice.
        server.clock.advance(std::time::Duration::from_millis(1));
        reply
    }
}

/// Returns different relationIds.
fn relation_ids(count: usize) -> Value {
    (0..count)
        .map(|n| format!("a-{n}"))
        .collect::<Vec<_>>()
        .into()
}

/// Checks that an error names `field`, possibly with a path within it, and no other. Returns a description if not.
fn wrong_field_in_error(reply: &TestResponse, field: &str, what: &str) -> Option<String> {
    let body = reply.expect(200);
    let desc = body["desc"].as_str().unwrap();
    let named = desc.strip_prefix("parameter error: ").unwrap_or_default();
    let rest = named.strip_prefix(field);
    let is_named = rest.is_some_and(|rest| rest.starts_with([' ', '[']));
    let is_right = body["code"] == "10112" && is_named && body["data"].is_null();
    (!is_right).then(|| format!("{what}: {body}"))
}

#[track_caller]
fn assert_error_names_field(reply: &TestResponse, field: &str, what: &str) {
    assert_eq!(wrong_field_in_error(reply, field, what), None);
}

/// Resolves a schema reference.
fn resolve_schema<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    match schema["$ref"].as_str() {
        Some(name) => document.pointer(name.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

both! {
    async fn every_invalid_field_is_named(server: TestServer) {
        let stage = ParameterFixture::new(server).await;
        let document = stage.server.get("/openapi/relation.json").send().await.expect(200);
        let (mut bodies, mut queries, mut wrong) = (0, 0, Vec::new());
        for (path, item) in document["paths"].as_object().unwrap() {
            if path.ends_with('/') || WITHOUT_ENVELOPE.contains(&path.as_str()) {
                continue;
            }
            for (method, operation) in item.as_object().unwrap() {
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                if method == "post" && !schema.is_null() {
                    let schema = resolve_schema(&document, schema);
                    let required = schema["required"].as_array().cloned().unwrap_or_default();
                    let fields = schema["properties"].as_object().unwrap();
                    assert!(!fields.is_empty(), "{path}");
                    for field in fields.keys() {
                        bodies += 1;
                        let mut values = stage.invalid_values(path, field);
                        values.push(json!({ "x": 1 }));
                        for value in values {
                            let mut body = stage.valid_body(path);
                            if field == "toRelationId" {
                                body.as_object_mut().unwrap().remove("channelUuid");
                            }
                            body[field] = value;
                            let what = format!("{path} {field} {:.80}", body[field].to_string());
                            let reply = stage.send(path, &body).await;
                            if (path.as_str(), field.as_str()) == ("/api/v1/channel/create", "type") {
                                assert_eq!(response_code(&reply), "13101", "{what}");
                            } else {
                                wrong.extend(wrong_field_in_error(&reply, field, &what));
                            }
                        }
                        if required.contains(&json!(field)) && field != "type" {
                            let mut body = stage.valid_body(path);
                            body.as_object_mut().unwrap().remove(field);
                            let what = format!("{path} without {field}");
                            wrong.extend(wrong_field_in_error(&stage.send(path, &body).await, field, &what));
                        }
                    }
                }
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    if parameter["in"] != "query" {
                        continue;
                    }
                    queries += 1;
                    let field = parameter["name"].as_str().unwrap();
                    for value in ParameterFixture::invalid_query_values(path, field) {
                        let others = match (path.as_str(), field) {
                            ("/api/v1/message/list", "channelUuid" | "toRelationId") => String::new(),
                            ("/api/v1/message/list", _) => format!("channelUuid={}&", stage.group),
                            _ => String::new(),
                        };
                        let path_and_query = format!("{path}?{others}{field}={value}");
                        let request = stage.ada.with_credentials(&stage.server, stage.server.get(&path_and_query));
                        wrong.extend(wrong_field_in_error(&request.send().await, field, &path_and_query));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(bodies > 35 && queries > 20, "{bodies} fields of bodies, {queries} of queries");
    }

    async fn every_missing_field_is_named(server: TestServer) {
        let stage = ParameterFixture::new(server).await;
        for (path, body, named) in [
            ("channel/create", json!({ "type": "G" }), "name"),
            ("channel/create", json!({ "type": "P" }), "members"),
            ("channel/create", json!({ "type": "P", "members": [stage.ada.id] }), "members"),
            ("channel/update", json!({ "channelUuid": stage.group }), "channelName"),
            ("message/send", json!({ "content": "hi" }), "channelUuid"),
            ("message/send", json!({ "content": "hi", "channelUuid": null, "toRelationId": "" }), "channelUuid"),
            ("channel/members/add", json!({ "channelUuid": stage.group, "members": [] }), "members"),
            ("channel/members/remove", json!({ "channelUuid": stage.group, "members": [] }), "members"),
            ("channel/members/remove", json!({ "channelUuid": stage.group, "members": [stage.ada.id] }), "members"),
        ] {
            let path = format!("/api/v1/{path}");
            let what = format!("{path} {body}");
            assert_error_names_field(&stage.send(&path, &body).await, named, &what);
        }
        let none = stage.ada.with_credentials(&stage.server, stage.server.get("/api/v1/message/list")).send().await;
        assert_error_names_field(&none, "channelUuid", "no channel");
        let broken = stage.ada.with_credentials(&stage.server, stage.server.post("/api/v1/message/send"));
        let broken = broken.body("{").send().await;
        assert_eq!(response_code(&broken), "10112");
        assert!(broken.json()["desc"].as_str().unwrap().starts_with("parameter error: "));
    }

    async fn invalid_message_creates_no_channel(server: TestServer) {
        let (ada, bob, _) = create_three_members(&server).await;
        for bad in [json!({ "quoteId": "1" }), json!({ "quoteId": "x" }), json!({ "content": "" }), json!({ "type": "" })] {
            let mut body = json!({ "toRelationId": bob.id, "content": "hi" });
            body.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
            assert_eq!(response_code(&ada.post(&server, "/api/v1/message/send", &body).await), "10112", "{body}");
        }
        let stranger = json!({ "toRelationId": "2vxsx-fae", "content": "hi", "quoteId": "1" });
        assert_eq!(response_code(&ada.post(&server, "/api/v1/message/send", &stranger).await), "10112");
        assert_eq!(ada.chats(&server, "").await, [] as [Value; 0]);
        let unknown = ada.with_credentials(&server, server.get("/api/v1/userInfo?address=2vxsx-fae"));
        assert_eq!(response_code(&unknown.send().await), "11602");
        // A valid message creates the channel and mentions the other member.
        let good = json!({ "toRelationId": bob.id, "content": "hi", "quoteId": 0, "mentionedUser": [bob.id, ada.id] });
        let sent = response_data(&ada.post(&server, "/api/v1/message/send", &good).await);
        assert_eq!(bob.unread(&server).await, (1, 1));
        assert_eq!(ada.unread(&server).await, (0, 0));
        let quoting = json!({ "toRelationId": ada.id, "content": "ho", "quoteId": sent["id"] });
        response_data(&bob.post(&server, "/api/v1/message/send", &quoting).await);
        let listed = bob.messages(&server, sent["channelUuid"].as_str().unwrap(), "limit=1").await;
        assert_eq!(listed[0]["quote"]["id"], sent["id"]);
    }
}
