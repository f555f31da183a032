//! One chat: archive paths, export, token usage; and the DM endpoints.

use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn chat_is_archived_and_restored(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}", chat["id"]);
        for (verb, archived) in [("archive", true), ("archive", true), ("unarchive", false), ("unarchive", false), ("archive", true)] {
            let changed = setup.post(&setup.u, &format!("{path}/{verb}"), json!({})).await.expect(200);
            assert_eq!((&changed["archived"], changed["archivedAt"].is_string()), (&json!(archived), archived));
            assert_eq!(setup.get(&setup.u, &path).await.expect(200), changed);
        }
        setup.post(&setup.g, &format!("{path}/unarchive"), json!({})).await.expect(200);
        for verb in ["archive", "unarchive"] {
            setup.post(&setup.v, &format!("{path}/{verb}"), json!({})).await.expect(403);
            setup.post(&setup.g, &format!("/chats/900000001/{verb}"), json!({})).await.expect(404);
        }
    }

    async fn closed_chat_stays_closed(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let created = setup.server.post("/api/v1/chats/").header("x-api-key", &setup.server.a.key).json(&json!({ "user_id": "u1" })).send().await.expect(201);
        let id = created["id"].as_str().unwrap();
        setup.server.request(http::Method::PATCH, &format!("/api/v1/chats/{id}")).header("x-api-key", &setup.server.a.key).json(&json!({ "status": "closed" })).send().await.expect(200);
        assert_eq!(setup.post(&setup.g, &format!("/chats/{id}/archive"), json!({})).await.expect(200)["archived"], true);
        assert_eq!(setup.post(&setup.g, &format!("/chats/{id}/unarchive"), json!({})).await.expect(409)["code"], "conflict");
    }

    async fn export_has_all_messages(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "title": "Parcel" })).await;
        let path = format!("/chats/{}/export", chat["id"]);
        let empty = setup.get(&setup.u, &path).await.expect(200);
        assert_eq!((&empty["chat"], &empty["messages"]), (&chat, &json!([])));
        let (engine, ctx) = (&setup.server.engine, setup.server.a.ctx());
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        // More than one read batch, and more than one chunk of the response.
        for n in 0..1_100 {
            let text = if n % 100 == 0 { "x".repeat(60_000) } else { n.to_string() };
            message::create(engine, &ctx, CreateMessage::new(key, None, MessageRole::User, text)).await.unwrap();
        }
        let whole = setup.get(&setup.g, &path).await.expect(200);
        let messages = whole["messages"].as_array().unwrap();
        assert_eq!((messages.len(), &whole["chat"]["messageCount"]), (1_100, &json!(1_100)));
        for (n, row) in messages.iter().enumerate().filter(|(n, _)| n % 100 != 0) {
            assert_eq!(row["content"], n.to_string());
        }
        setup.get(&setup.v, &path).await.expect(403);
        setup.get(&setup.g, "/chats/900000001/export").await.expect(404);
    }

    async fn token_usage_is_zero(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/token-usage", chat["id"]);
        let usage = setup.get(&setup.u, &path).await.expect(200);
        assert_eq!(usage, json!({ "chatId": chat["id"], "inputTokens": 0, "outputTokens": 0, "totalTokens": 0 }));
        setup.get(&setup.v, &path).await.expect(403);
        setup.get(&setup.g, "/chats/900000001/token-usage").await.expect(404);
    }

    async fn dms_are_listed_read_and_answered_by_their_members(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let dm = setup.post(&setup.g, "/chats/dm", json!({ "memberId": setup.u.number })).await.expect(200);
        let other = setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/dms/{}", dm["id"]);
        let sent = setup.post(&setup.u, &format!("{path}/messages"), json!({ "content": "Hello" })).await.expect(200);
        let plain = setup.post(&setup.g, &format!("{path}/messages"), json!("Hi")).await.expect(200);
        assert_eq!((&sent["memberId"], &plain["memberId"], &plain["chatId"]), (&json!(setup.u.number), &json!(setup.g.number), &dm["id"]));
        assert_eq!(setup.get(&setup.u, &format!("{path}/messages")).await.expect(200), json!([plain, sent]));
        let listed = setup.get(&setup.u, "/dms").await.expect(200);
        assert_eq!((field_values(&listed, "id"), &listed["total"]), (vec![dm["id"].clone(), other["id"].clone()], &json!(2)));
        assert_eq!(field_values(&setup.get(&setup.g, "/dms?sortBy=createdAt&sortOrder=asc").await.expect(200), "id"), [dm["id"].clone()]);
        assert_eq!(setup.get(&setup.u, &format!("/dms/{}", dm["uuid"].as_str().unwrap())).await.expect(200)["unreadCount"], 1);
        let streamed = setup.post(&setup.u, &format!("{path}/messages"), json!({ "content": "And?", "stream": true })).await;
        assert!(streamed.header("content-type").starts_with("text/event-stream") && streamed.text().ends_with("data: [DONE]\n\n"));
        // Archived DMs are listed separately, and pages work.
        setup.post(&setup.u, &format!("/chats/{}/archive", other["id"]), json!({})).await.expect(200);
        assert_eq!(field_values(&setup.get(&setup.u, "/dms?archived=true").await.expect(200), "id"), [other["id"].clone()]);
        assert_eq!(setup.get(&setup.u, "/dms?page=2&pageSize=1").await.expect(200)["items"], json!([]));
        for bad in ["?archived=maybe", "?page=0", "?sortBy=age"] {
            setup.get(&setup.u, &format!("/dms{bad}")).await.expect(400);
        }
        setup.post(&setup.u, &format!("{path}/messages"), json!({ "content": " " })).await.expect(400);
    }

    async fn dms_are_hidden_from_others(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let dm = setup.post(&setup.g, "/chats/dm", json!({ "memberId": setup.u.number })).await.expect(200);
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/dms/{}", dm["id"]);
        assert_eq!(setup.get(&setup.v, "/dms").await.expect(200)["items"], json!([]));
        let owner = &setup.server.a.key;
        for path in [path.clone(), format!("{path}/messages")] {
            setup.get(&setup.v, &path).await.expect(403);
            setup.server.get(&setup.path(&path)).bearer(owner).send().await.expect(403);
        }
        setup.post(&setup.v, &format!("{path}/messages"), json!("x")).await.expect(403);
        // A chat of another type is not found.
        for path in [format!("/dms/{}", chat["id"]), "/dms/900000001".to_owned(), "/dms/x".to_owned()] {
            setup.get(&setup.u, &path).await.expect(404);
            setup.post(&setup.u, &format!("{path}/messages"), json!("x")).await.expect(404);
        }
        // A credential narrower than its member.
        let hour = std::time::Duration::from_secs(3_600);
        let member = parlor_engine::member::find(&setup.server.engine, &setup.server.a.ctx(), parlor_model::member::MemberKey::Number(setup.u.number)).await.unwrap();
        let narrow = async |scopes: &str| setup.server.a.issue_token(&member.member.key, Some(scopes), hour).await;
        let (blind, mute) = (narrow("chats:read").await, narrow("dm:read").await);
        assert_eq!(setup.server.get(&setup.path("/dms")).bearer(&blind).send().await.expect(403)["scope"], "dm:read");
        setup.server.get(&setup.path(&path)).bearer(&blind).send().await.expect(404);
        assert_eq!(field_values(&setup.server.get(&setup.path("/dms")).bearer(&mute).send().await.expect(200), "id"), [dm["id"].clone()]);
        let say = setup.server.post(&setup.path(&format!("{path}/messages"))).bearer(&mute).json(&json!("x")).send().await;
        assert_eq!(say.expect(403)["scope"], "dm:write");
        // An unbound key gets a DM by id and has none to list.
        let unbound = setup.server.a.create_key("dm:read", None).await;
        assert_eq!(setup.server.get(&setup.path(&path)).bearer(&unbound).send().await.expect(200)["id"], dm["id"]);
        setup.server.get(&setup.path("/dms")).bearer(&unbound).send().await.expect(401);
        assert_eq!(setup.get(&setup.u, &format!("{path}/messages")).await.expect(200), Value::Array(Vec::new()));
    }
}
