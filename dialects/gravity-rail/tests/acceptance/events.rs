//! Event streams of a chat.
//!
//! Proves INV-42 (`docs/invariants.md`).

use parlor_engine::{api_key, member};
use parlor_model::access::WorkspaceRole;
use parlor_model::id::ApiKeyId;
use parlor_model::member::{MemberKey, UpdateMember};
use parlor_testkit::{TestServer, both};
use serde_json::json;

use crate::test_chat::{TestChat, chat_path, open_stream};

/// Finds a key by its name.
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
    async fn stream_sends_every_kind_of_event(server: TestServer) {
        let setup = TestChat::new(server).await;
        let (mut events, first) = setup.open_stream(&setup.u).await;
        assert_eq!((&first.data["resumed"], &first.data["replayed"]), (&json!(false), &json!(0)));
        let retry = events.retry.unwrap();
        assert!((1_000..=5_000).contains(&retry), "{retry}");

        let sent = setup.send_message(&setup.u, "Hello\n\ndata: no event\r\u{2028}").await;
        let event = events.next().await;
        assert_eq!((event.name.as_str(), &event.data), ("chat:message_created", &sent));
        let (epoch, seq) = event.id.split_once(':').unwrap();
        assert_eq!(first.id, format!("{epoch}:{}", seq.parse::<i64>().unwrap() - 1));

        setup.add_participant(&setup.v).await;
        let event = events.next().await;
        assert_eq!((event.name.as_str(), &event.data["participants"][0]["name"]), ("chat:participant_added", &json!("Vera")));
        assert_eq!((&event.data["chatId"], &event.data["participants"][0]["memberId"]), (&setup.chat["id"], &json!(setup.v.number)));

        let path = format!("/api/v2/w/{}{}", setup.server.a.workspace, chat_path(&setup.chat));
        for (change, name) in [(json!({ "title": "Letter" }), "chat:updated"), (json!({ "archived": true }), "chat:archived"), (json!({ "archived": false }), "chat:updated")] {
            setup.server.put(&path).bearer(&setup.u.token).json(&change).send().await.expect(200);
            let event = events.next().await;
            assert_eq!(event.name, name);
            for (field, value) in change.as_object().unwrap() {
                assert_eq!(&event.data[field], value);
            }
        }
        setup.remove_participant(&setup.v).await;
        assert_eq!(events.next().await.name, "chat:participant_removed");
        // Ephemeral events have no position and are not replayed.
        let read = setup.post(&setup.u, &format!("{}/read", chat_path(&setup.chat)), json!({})).await;
        assert_eq!(read["unreadCount"], 0);
        let event = events.next().await;
        assert_eq!((event.name.as_str(), &event.data["memberId"]), ("chat:read", &json!(setup.u.number)));
        let answer = setup.post(&setup.g, &format!("{}/send-assistant-message", chat_path(&setup.chat)), json!({ "message": "Yes?" })).await;
        let event = events.next().await;
        assert_eq!((&event.data["uuid"], &event.data["role"]), (&answer["messageUuid"], &json!("assistant")));
    }

    async fn resumed_stream_replays_each_missed_event_once(server: TestServer) {
        let setup = TestChat::new(server).await;
        let (mut events, first) = setup.open_stream(&setup.u).await;
        for n in 0..3 {
            setup.send_message(&setup.u, &format!("early {n}")).await;
        }
        let early = [events.next().await, events.next().await, events.next().await];
        drop(events);
        for n in 0..300 {
            setup.send_message(&setup.u, &format!("missed {n}")).await;
        }
        // By header, or by query parameter where the header is absent.
        let query = format!("?last_event_id={}", early[2].id);
        let resumed = [
            open_stream(&setup.server, &setup.u.token, &setup.chat, "", Some(&early[2].id)).await,
            open_stream(&setup.server, &setup.u.token, &setup.chat, &query, None).await,
            open_stream(&setup.server, &setup.u.token, &setup.chat, "?last_event_id=0", Some(&early[2].id)).await,
        ];
        for (mut events, first) in resumed {
            assert_eq!((&first.data["resumed"], &first.data["replayed"]), (&json!(true), &json!(300)));
            assert_eq!(first.id, early[2].id);
            for n in 0..300 {
                assert_eq!(events.next().await.data["content"], format!("missed {n}"));
            }
            setup.send_message(&setup.u, "live again").await;
            assert_eq!(events.next().await.data["content"], "live again");
            setup.server.clock.advance(std::time::Duration::from_millis(1));
        }
        // From the beginning, by `0` and by the position.
        let start = format!("{}:0", first.id.split(':').next().unwrap());
        for id in ["0", &start] {
            let (mut events, _) = setup.resume_stream(&setup.u, id).await;
            assert_eq!(events.next().await.name, "chat:created");
            for sent in &early {
                assert_eq!(&events.next().await, sent);
            }
        }
    }

    async fn message_during_connect_is_received_once(server: TestServer) {
        let setup = TestChat::new(server).await;
        let mut last = setup.open_stream(&setup.u).await.1.id;
        for round in 0..30 {
            let speaking = async {
                for n in 0..4 {
                    setup.send_message(&setup.u, &format!("{round} {n}")).await;
                }
            };
            let coming = async {
                let (mut events, _) = setup.resume_stream(&setup.u, &last).await;
                let mut event = Vec::new();
                while event.len() < 4 {
                    event.push(events.next().await);
                }
                event
            };
            let (event, ()) = tokio::join!(coming, speaking);
            let texts: Vec<_> = event.iter().map(|sent| sent.data["content"].as_str().unwrap().to_owned()).collect();
            let expected: Vec<_> = (0..4).map(|n| format!("{round} {n}")).collect();
            assert_eq!(texts, expected);
            last.clone_from(&event[3].id);
        }
    }

    async fn unknown_position_starts_at_the_head(server: TestServer) {
        let mut setup = TestChat::new(server).await;
        setup.send_message(&setup.u, "old").await;
        let (_, first) = setup.open_stream(&setup.u).await;
        let (epoch, seq) = first.id.split_once(':').unwrap();
        let (seq, long) = (seq.parse::<i64>().unwrap(), "9".repeat(4_000));
        let beyond = format!("{epoch}:{}", seq + 1);
        let other = format!("{}:1", "0".repeat(32));
        let huge = format!("{epoch}:99999999999999999999");
        let signed = format!("{epoch}:-1");
        for void in [&beyond, &other, &huge, &signed, epoch, "1", "null", "' or 1=1", "..", ":::", &long] {
            let (_, again) = setup.resume_stream(&setup.u, void).await;
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
            let (_, again) = open_stream(&setup.server, &setup.u.token, &setup.chat, void, None).await;
            assert_eq!((&again.data["resumed"], &again.id), (&json!(false), &first.id), "{void}");
        }
        // A restart keeps the epoch.
        setup.server.restart().await;
        let (mut events, again) = setup.resume_stream(&setup.u, &format!("{epoch}:{}", seq - 1)).await;
        assert_eq!(again.data["resumed"], true);
        assert_eq!(events.next().await.data["content"], "old");
    }

    async fn stream_without_read_access_is_refused(server: TestServer) {
        let setup = TestChat::new(server).await;
        let server = &setup.server;
        let path = format!("/api/v2/w/{}/chats", server.a.workspace);
        let ask = async |path: &str, bearer: &str| {
            let reply = server.get(path).bearer(bearer).send().await;
            (reply.status, reply.json()["code"].clone())
        };
        let events = format!("{path}/{}/events", setup.chat["id"]);
        assert_eq!(ask(&events, &setup.v.token).await, (403, json!("forbidden")));
        assert_eq!(ask(&events, "nonsense").await, (401, json!("unauthenticated")));
        assert_eq!(ask(&format!("{path}/900000001/events"), &setup.u.token).await, (404, json!("not_found")));
        // Another tenant's chat and workspace are not found.
        let foreign = server.b.sign_in(&server.b.owner).await;
        let theirs = server.post(&format!("/api/v2/w/{}/chats", server.b.workspace)).bearer(&foreign);
        let theirs = theirs.json(&json!({ "channel": "web-chat" })).send().await.expect(200);
        let named = format!("{path}/{}/events", theirs["uuid"].as_str().unwrap());
        assert_eq!(ask(&named, &setup.g.token).await, (404, json!("not_found")));
        assert_eq!(ask(&events, &foreign).await, (404, json!("not_found")));
        // A manager reads every chat; a key as far as its scopes and its member's role allow.
        setup.open_stream(&setup.g).await;
        let narrow = server.a.create_key("members:read", Some(&server.a.owner)).await;
        let wide = server.a.create_key("conversations:read", Some(&server.a.owner)).await;
        assert_eq!(ask(&events, &narrow).await, (403, json!("forbidden")));
        open_stream(server, &wide, &setup.chat, "", None).await;
        let head = server.request(http::Method::HEAD, &events).bearer(&setup.u.token).send().await;
        assert_eq!((head.status, head.header("content-type"), head.bytes.len()), (200, "text/event-stream", 0));
    }

    async fn stream_limit_per_caller_is_enforced(server: TestServer) {
        let setup = TestChat::new(server).await;
        let mut held = Vec::new();
        for _ in 0..100 {
            held.push(setup.open_stream(&setup.u).await);
        }
        let path = format!("/api/v2/w/{}{}/events", setup.server.a.workspace, chat_path(&setup.chat));
        let more = setup.server.get(&path).bearer(&setup.u.token).send().await;
        assert_eq!((more.status, more.header("retry-after")), (429, "30"));
        assert_eq!(more.json()["code"], "rate_limited");
        setup.open_stream(&setup.g).await;
        // A closed stream frees its slot shortly after.
        held.pop();
        let mut status = 429;
        for _ in 0..500 {
            status = setup.server.get(&path).bearer(&setup.u.token).send().await.status;
            if status == 200 {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(status, 200);
    }

    async fn stream_ends_when_read_access_ends(server: TestServer) {
        let setup = TestChat::new(server).await;
        setup.add_participant(&setup.v).await;
        let (mut events, _) = setup.open_stream(&setup.v).await;
        let (mut managers, _) = setup.open_stream(&setup.g).await;
        setup.send_message(&setup.u, "before").await;
        setup.remove_participant(&setup.v).await;
        setup.send_message(&setup.u, "after").await;
        let event = [events.next().await, events.next().await, events.next().await];
        let names = event.each_ref().map(|sent| sent.name.as_str());
        assert_eq!(names, ["chat:message_created", "chat:participant_removed", "stream:ended"]);
        assert_eq!(event[2].data["code"], "forbidden");
        assert_eq!(events.try_next().await, None);
        // Readers by scope keep their streams.
        for _ in 0..2 {
            managers.next().await;
        }
        assert_eq!(managers.next().await.data["content"], "after");

        let path = format!("/api/v2/w/{}{}", setup.server.a.workspace, chat_path(&setup.chat));
        let (mut own, _) = setup.open_stream(&setup.u).await;
        assert_eq!(setup.server.delete(&path).bearer(&setup.g.token).send().await.status, 204);
        for events in [&mut own, &mut managers] {
            let last = events.next().await;
            assert_eq!((last.name.as_str(), &last.data["code"]), ("stream:ended", &json!("not_found")));
            assert_eq!(events.try_next().await, None);
        }
    }

    async fn stream_ends_soon_after_credential_is_revoked(server: TestServer) {
        let setup = TestChat::new(server).await;
        let server = &setup.server;
        let secret = server.a.create_key("conversations:read", Some(&server.a.owner)).await;
        let (mut by_key, _) = open_stream(server, &secret, &setup.chat, "", None).await;
        let (mut by_token, _) = setup.open_stream(&setup.g).await;
        let (mut other, _) = setup.open_stream(&setup.u).await;
        let id = find_key_id(server, "another").await;
        api_key::revoke(&server.engine, &server.a.ctx(), id).await.unwrap();
        let number = MemberKey::Number(setup.g.number);
        let found = member::find(&server.engine, &server.a.ctx(), number).await.unwrap();
        let less = UpdateMember { role: Some(Some(WorkspaceRole::User)), ..UpdateMember::default() };
        server.a.update_member(&found.member.key, less).await;
        for (events, code) in [(&mut by_key, "unauthenticated"), (&mut by_token, "forbidden")] {
            let last = events.next().await;
            assert_eq!((last.name.as_str(), &last.data["code"]), ("stream:ended", &json!(code)));
            assert_eq!(events.try_next().await, None);
        }
        setup.send_message(&setup.u, "still there").await;
        assert_eq!(other.next().await.data["content"], "still there");
    }
}
