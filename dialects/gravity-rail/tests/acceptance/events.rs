//! A chat as a stream of events.

use parlor_engine::{api_key, member};
use parlor_model::access::WorkspaceRole;
use parlor_model::id::ApiKeyId;
use parlor_model::member::{MemberKey, UpdateMember};
use parlor_testkit::{SseClient, SseClientEvent, TestServer, both};
use serde_json::{Value, json};

use crate::fixture::{TestMember, create_member};

/// A chat's path below the workspace.
pub(crate) fn chat_path(chat: &Value) -> String {
    format!("/chats/{}", chat["id"])
}

/// A stream and its first event.
pub(crate) async fn open_stream(
    server: &TestServer,
    who: &str,
    chat: &Value,
    more: &str,
    after: Option<&str>,
) -> (SseClient, SseClientEvent) {
    let path = format!(
        "/api/v2/w/{}{}/events{more}",
        server.a.workspace,
        chat_path(chat)
    );
    let bearer = format!("Bearer {who}");
    let mut headers = vec![("authorization", bearer.as_str())];
    headers.extend(after.map(|id| ("last-event-id", id)));
    let mut events = server.open_events(&path, &headers).await;
    let first = events.next().await;
    assert_eq!(
        (first.name.as_str(), &first.data["chatId"]),
        ("stream:opened", &chat["id"])
    );
    (events, first)
}

/// A workspace with two people and a manager, and a chat of the first.
pub(crate) struct TestChat {
    pub(crate) server: TestServer,
    pub(crate) u: TestMember,
    pub(crate) v: TestMember,
    pub(crate) g: TestMember,
    pub(crate) chat: Value,
}

impl TestChat {
    pub(crate) async fn new(server: TestServer) -> Self {
        let u = create_member(&server, "Uma", Some(WorkspaceRole::User)).await;
        let v = create_member(&server, "Vera", Some(WorkspaceRole::User)).await;
        let g = create_member(&server, "Gus", Some(WorkspaceRole::Manager)).await;
        let mut scene = Self {
            server,
            u,
            v,
            g,
            chat: Value::Null,
        };
        let body = json!({ "channel": "web-chat", "title": "Parcel" });
        scene.chat = scene.post(&scene.u, "/chats", body).await;
        scene
    }

    pub(crate) async fn post(&self, who: &TestMember, rest: &str, body: Value) -> Value {
        let path = format!("/api/v2/w/{}{rest}", self.server.a.workspace);
        let request = self.server.post(&path).bearer(&who.token).json(&body);
        request.send().await.expect(200)
    }

    pub(crate) async fn send_message(&self, who: &TestMember, text: &str) -> Value {
        let path = format!("{}/messages", chat_path(&self.chat));
        self.post(who, &path, json!({ "content": text })).await
    }

    pub(crate) async fn add_participant(&self, who: &TestMember) {
        let path = format!("{}/participants", chat_path(&self.chat));
        self.post(&self.g, &path, json!({ "memberId": who.number }))
            .await;
    }

    pub(crate) async fn remove_participant(&self, who: &TestMember) {
        let path = format!(
            "/api/v2/w/{}{}/participants/{}",
            self.server.a.workspace,
            chat_path(&self.chat),
            who.number
        );
        let reply = self.server.delete(&path).bearer(&self.g.token).send().await;
        assert_eq!(reply.status, 204);
    }

    pub(crate) async fn open_stream(&self, who: &TestMember) -> (SseClient, SseClientEvent) {
        open_stream(&self.server, &who.token, &self.chat, "", None).await
    }

    pub(crate) async fn resume_stream(
        &self,
        who: &TestMember,
        id: &str,
    ) -> (SseClient, SseClientEvent) {
        open_stream(&self.server, &who.token, &self.chat, "", Some(id)).await
    }
}

/// The key of this secret.
async fn find_key_id(server: &TestServer, name: &str) -> ApiKeyId {
    let keys = api_key::list(&server.engine, &server.a.ctx())
        .await
        .unwrap();
    let found = keys
        .into_iter()
        .find(|key| key.name.as_deref() == Some(name));
    found.unwrap().id
}

both! {
    async fn what_happens_in_a_chat_comes_in_its_words(server: TestServer) {
        let scene = TestChat::new(server).await;
        let (mut events, first) = scene.open_stream(&scene.u).await;
        assert_eq!((&first.data["resumed"], &first.data["replayed"]), (&json!(false), &json!(0)));
        let retry = events.retry.unwrap();
        assert!((1_000..=5_000).contains(&retry), "{retry}");

        let said = scene.send_message(&scene.u, "Hello\n\ndata: no event\r\u{2028}").await;
        let heard = events.next().await;
        assert_eq!((heard.name.as_str(), &heard.data), ("chat:message_created", &said));
        let (epoch, seq) = heard.id.split_once(':').unwrap();
        assert_eq!(first.id, format!("{epoch}:{}", seq.parse::<i64>().unwrap() - 1));

        scene.add_participant(&scene.v).await;
        let heard = events.next().await;
        assert_eq!((heard.name.as_str(), &heard.data["participants"][0]["name"]), ("chat:participant_added", &json!("Vera")));
        assert_eq!((&heard.data["chatId"], &heard.data["participants"][0]["memberId"]), (&scene.chat["id"], &json!(scene.v.number)));

        let path = format!("/api/v2/w/{}{}", scene.server.a.workspace, chat_path(&scene.chat));
        for (change, name) in [(json!({ "title": "Letter" }), "chat:updated"), (json!({ "archived": true }), "chat:archived"), (json!({ "archived": false }), "chat:updated")] {
            scene.server.put(&path).bearer(&scene.u.token).json(&change).send().await.expect(200);
            let heard = events.next().await;
            assert_eq!(heard.name, name);
            for (field, value) in change.as_object().unwrap() {
                assert_eq!(&heard.data[field], value);
            }
        }
        scene.remove_participant(&scene.v).await;
        assert_eq!(events.next().await.name, "chat:participant_removed");
        // What passes has no position: who comes back is not told of it.
        let read = scene.post(&scene.u, &format!("{}/read", chat_path(&scene.chat)), json!({})).await;
        assert_eq!(read["unreadCount"], 0);
        let heard = events.next().await;
        assert_eq!((heard.name.as_str(), &heard.data["memberId"]), ("chat:read", &json!(scene.u.number)));
        let answer = scene.post(&scene.g, &format!("{}/send-assistant-message", chat_path(&scene.chat)), json!({ "message": "Yes?" })).await;
        let heard = events.next().await;
        assert_eq!((&heard.data["uuid"], &heard.data["role"]), (&answer["messageUuid"], &json!("assistant")));
    }

    async fn nothing_that_was_missed_is_missing_and_nothing_comes_twice(server: TestServer) {
        let scene = TestChat::new(server).await;
        let (mut events, first) = scene.open_stream(&scene.u).await;
        for n in 0..3 {
            scene.send_message(&scene.u, &format!("early {n}")).await;
        }
        let early = [events.next().await, events.next().await, events.next().await];
        drop(events);
        for n in 0..300 {
            scene.send_message(&scene.u, &format!("missed {n}")).await;
        }
        // In the header, or in the query, where the header is absent.
        let query = format!("?last_event_id={}", early[2].id);
        let resumed = [
            open_stream(&scene.server, &scene.u.token, &scene.chat, "", Some(&early[2].id)).await,
            open_stream(&scene.server, &scene.u.token, &scene.chat, &query, None).await,
            open_stream(&scene.server, &scene.u.token, &scene.chat, "?last_event_id=0", Some(&early[2].id)).await,
        ];
        for (mut events, first) in resumed {
            assert_eq!((&first.data["resumed"], &first.data["replayed"]), (&json!(true), &json!(300)));
            assert_eq!(first.id, early[2].id);
            for n in 0..300 {
                assert_eq!(events.next().await.data["content"], format!("missed {n}"));
            }
            scene.send_message(&scene.u, "live again").await;
            assert_eq!(events.next().await.data["content"], "live again");
            scene.server.clock.advance(std::time::Duration::from_millis(1));
        }
        // From the beginning, by the word for it and by the position.
        let start = format!("{}:0", first.id.split(':').next().unwrap());
        for id in ["0", &start] {
            let (mut events, _) = scene.resume_stream(&scene.u, id).await;
            assert_eq!(events.next().await.name, "chat:created");
            for said in &early {
                assert_eq!(&events.next().await, said);
            }
        }
    }

    async fn what_is_said_while_a_reader_comes_in_is_heard_once(server: TestServer) {
        let scene = TestChat::new(server).await;
        let mut last = scene.open_stream(&scene.u).await.1.id;
        for round in 0..30 {
            let speaking = async {
                for n in 0..4 {
                    scene.send_message(&scene.u, &format!("{round} {n}")).await;
                }
            };
            let coming = async {
                let (mut events, _) = scene.resume_stream(&scene.u, &last).await;
                let mut heard = Vec::new();
                while heard.len() < 4 {
                    heard.push(events.next().await);
                }
                heard
            };
            let (heard, ()) = tokio::join!(coming, speaking);
            let texts: Vec<_> = heard.iter().map(|said| said.data["content"].as_str().unwrap().to_owned()).collect();
            let expected: Vec<_> = (0..4).map(|n| format!("{round} {n}")).collect();
            assert_eq!(texts, expected);
            last.clone_from(&heard[3].id);
        }
    }

    async fn another_history_and_whatever_is_no_position_begin_with_now(server: TestServer) {
        let mut scene = TestChat::new(server).await;
        scene.send_message(&scene.u, "old").await;
        let (_, first) = scene.open_stream(&scene.u).await;
        let (epoch, seq) = first.id.split_once(':').unwrap();
        let (seq, long) = (seq.parse::<i64>().unwrap(), "9".repeat(4_000));
        let beyond = format!("{epoch}:{}", seq + 1);
        let other = format!("{}:1", "0".repeat(32));
        let huge = format!("{epoch}:99999999999999999999");
        let signed = format!("{epoch}:-1");
        for void in [&beyond, &other, &huge, &signed, epoch, "1", "null", "' or 1=1", "..", ":::", &long] {
            let (_, again) = scene.resume_stream(&scene.u, void).await;
            assert_eq!((&again.data["resumed"], &again.id), (&json!(false), &first.id), "{void:.40}");
            let reason = match void {
                _ if *void == beyond => "UNKNOWN_POSITION",
                _ if *void == other => "UNKNOWN_EPOCH",
                _ => "INVALID_POSITION",
            };
            assert_eq!(again.data["reason"], reason, "{void:.40}");
        }
        assert_eq!(first.data.get("reason"), None);
        for void in ["?last_event_id=%00", "?last_event_id=%ff", "?last_event_id=%F0%9F%98%80", "?last_event_id="] {
            let (_, again) = open_stream(&scene.server, &scene.u.token, &scene.chat, void, None).await;
            assert_eq!((&again.data["resumed"], &again.id), (&json!(false), &first.id), "{void}");
        }
        // The same database under another server is the same history.
        scene.server.restart().await;
        let (mut events, again) = scene.resume_stream(&scene.u, &format!("{epoch}:{}", seq - 1)).await;
        assert_eq!(again.data["resumed"], true);
        assert_eq!(events.next().await.data["content"], "old");
    }

    async fn who_may_not_read_is_refused_as_elsewhere(server: TestServer) {
        let scene = TestChat::new(server).await;
        let server = &scene.server;
        let path = format!("/api/v2/w/{}/chats", server.a.workspace);
        let ask = async |path: &str, bearer: &str| {
            let reply = server.get(path).bearer(bearer).send().await;
            (reply.status, reply.json()["code"].clone())
        };
        let events = format!("{path}/{}/events", scene.chat["id"]);
        assert_eq!(ask(&events, &scene.v.token).await, (403, json!("forbidden")));
        assert_eq!(ask(&events, "nonsense").await, (401, json!("unauthenticated")));
        assert_eq!(ask(&format!("{path}/900000001/events"), &scene.u.token).await, (404, json!("not_found")));
        // Another tenant's chat is as unknown, and so is the workspace to another tenant.
        let foreign = server.b.sign_in(&server.b.owner).await;
        let theirs = server.post(&format!("/api/v2/w/{}/chats", server.b.workspace)).bearer(&foreign);
        let theirs = theirs.json(&json!({ "channel": "web-chat" })).send().await.expect(200);
        let named = format!("{path}/{}/events", theirs["uuid"].as_str().unwrap());
        assert_eq!(ask(&named, &scene.g.token).await, (404, json!("not_found")));
        assert_eq!(ask(&events, &foreign).await, (404, json!("not_found")));
        // A manager reads every chat, a key as far as its scopes and its member's role go.
        scene.open_stream(&scene.g).await;
        let narrow = server.a.create_key("members:read", Some(&server.a.owner)).await;
        let wide = server.a.create_key("conversations:read", Some(&server.a.owner)).await;
        assert_eq!(ask(&events, &narrow).await, (403, json!("forbidden")));
        open_stream(server, &wide, &scene.chat, "", None).await;
        let head = server.request(http::Method::HEAD, &events).bearer(&scene.u.token).send().await;
        assert_eq!((head.status, head.header("content-type"), head.bytes.len()), (200, "text/event-stream", 0));
    }

    async fn nobody_has_more_streams_than_may_be(server: TestServer) {
        let scene = TestChat::new(server).await;
        let mut held = Vec::new();
        for _ in 0..100 {
            held.push(scene.open_stream(&scene.u).await);
        }
        let path = format!("/api/v2/w/{}{}/events", scene.server.a.workspace, chat_path(&scene.chat));
        let more = scene.server.get(&path).bearer(&scene.u.token).send().await;
        assert_eq!((more.status, more.header("retry-after")), (429, "30"));
        assert_eq!(more.json()["code"], "rate_limited");
        scene.open_stream(&scene.g).await;
        // The place of one that goes is free, a moment later.
        held.pop();
        let mut status = 429;
        for _ in 0..500 {
            status = scene.server.get(&path).bearer(&scene.u.token).send().await.status;
            if status == 200 {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(status, 200);
    }

    async fn a_stream_ends_with_the_right_to_read(server: TestServer) {
        let scene = TestChat::new(server).await;
        scene.add_participant(&scene.v).await;
        let (mut events, _) = scene.open_stream(&scene.v).await;
        let (mut managers, _) = scene.open_stream(&scene.g).await;
        scene.send_message(&scene.u, "before").await;
        scene.remove_participant(&scene.v).await;
        scene.send_message(&scene.u, "after").await;
        let heard = [events.next().await, events.next().await, events.next().await];
        let names = heard.each_ref().map(|said| said.name.as_str());
        assert_eq!(names, ["chat:message_created", "chat:participant_removed", "stream:ended"]);
        assert_eq!(heard[2].data["code"], "forbidden");
        assert_eq!(events.try_next().await, None);
        // Who reads by a scope reads on.
        for _ in 0..2 {
            managers.next().await;
        }
        assert_eq!(managers.next().await.data["content"], "after");

        let path = format!("/api/v2/w/{}{}", scene.server.a.workspace, chat_path(&scene.chat));
        let (mut own, _) = scene.open_stream(&scene.u).await;
        assert_eq!(scene.server.delete(&path).bearer(&scene.g.token).send().await.status, 204);
        for events in [&mut own, &mut managers] {
            let last = events.next().await;
            assert_eq!((last.name.as_str(), &last.data["code"]), ("stream:ended", &json!("not_found")));
            assert_eq!(events.try_next().await, None);
        }
    }

    async fn a_stream_ends_soon_after_its_credential(server: TestServer) {
        let scene = TestChat::new(server).await;
        let server = &scene.server;
        let secret = server.a.create_key("conversations:read", Some(&server.a.owner)).await;
        let (mut by_key, _) = open_stream(server, &secret, &scene.chat, "", None).await;
        let (mut by_token, _) = scene.open_stream(&scene.g).await;
        let (mut other, _) = scene.open_stream(&scene.u).await;
        let id = find_key_id(server, "another").await;
        api_key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        let number = MemberKey::Number(scene.g.number);
        let found = member::find(&server.engine, &server.a.ctx(), number).await.unwrap();
        let less = UpdateMember { role: Some(Some(WorkspaceRole::User)), ..UpdateMember::default() };
        server.a.update_member(&found.member.key, less).await;
        for (events, code) in [(&mut by_key, "unauthenticated"), (&mut by_token, "forbidden")] {
            let last = events.next().await;
            assert_eq!((last.name.as_str(), &last.data["code"]), ("stream:ended", &json!(code)));
            assert_eq!(events.try_next().await, None);
        }
        scene.send_message(&scene.u, "still there").await;
        assert_eq!(other.next().await.data["content"], "still there");
    }
}
