//! One chat: archiving by its own paths, its export, its tokens; and DMs by themselves.

use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn chat_is_archived_and_brought_back(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}", chat["id"]);
        for (verb, archived) in [("archive", true), ("archive", true), ("unarchive", false), ("unarchive", false), ("archive", true)] {
            let changed = world.post(&world.u, &format!("{path}/{verb}"), json!({})).await.expect(200);
            assert_eq!((&changed["archived"], changed["archivedAt"].is_string()), (&json!(archived), archived));
            assert_eq!(world.get(&world.u, &path).await.expect(200), changed);
        }
        world.post(&world.g, &format!("{path}/unarchive"), json!({})).await.expect(200);
        for verb in ["archive", "unarchive"] {
            world.post(&world.v, &format!("{path}/{verb}"), json!({})).await.expect(403);
            world.post(&world.g, &format!("/chats/900000001/{verb}"), json!({})).await.expect(404);
        }
    }

    async fn chat_that_is_closed_stays_closed(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let made = world.server.post("/api/v1/chats/").header("x-api-key", &world.server.a.key).json(&json!({ "user_id": "u1" })).send().await.expect(201);
        let id = made["id"].as_str().unwrap();
        world.server.request(http::Method::PATCH, &format!("/api/v1/chats/{id}")).header("x-api-key", &world.server.a.key).json(&json!({ "status": "closed" })).send().await.expect(200);
        assert_eq!(world.post(&world.g, &format!("/chats/{id}/archive"), json!({})).await.expect(200)["archived"], true);
        assert_eq!(world.post(&world.g, &format!("/chats/{id}/unarchive"), json!({})).await.expect(409)["code"], "conflict");
    }

    async fn export_has_all_that_was_said(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat", "title": "Parcel" })).await;
        let path = format!("/chats/{}/export", chat["id"]);
        let empty = world.get(&world.u, &path).await.expect(200);
        assert_eq!((&empty["chat"], &empty["messages"]), (&chat, &json!([])));
        let (engine, ctx) = (&world.server.engine, world.server.a.ctx());
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        // More than one look, and more than a piece of an answer holds.
        for n in 0..1_100 {
            let text = if n % 100 == 0 { "x".repeat(60_000) } else { n.to_string() };
            message::create(engine, &ctx, CreateMessage::new(key, None, MessageRole::User, text)).await.unwrap();
        }
        let whole = world.get(&world.g, &path).await.expect(200);
        let messages = whole["messages"].as_array().unwrap();
        assert_eq!((messages.len(), &whole["chat"]["messageCount"]), (1_100, &json!(1_100)));
        for (n, row) in messages.iter().enumerate().filter(|(n, _)| n % 100 != 0) {
            assert_eq!(row["content"], n.to_string());
        }
        world.get(&world.v, &path).await.expect(403);
        world.get(&world.g, "/chats/900000001/export").await.expect(404);
    }

    async fn no_model_has_used_anything(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/chats/{}/token-usage", chat["id"]);
        let usage = world.get(&world.u, &path).await.expect(200);
        assert_eq!(usage, json!({ "chatId": chat["id"], "inputTokens": 0, "outputTokens": 0, "totalTokens": 0 }));
        world.get(&world.v, &path).await.expect(403);
        world.get(&world.g, "/chats/900000001/token-usage").await.expect(404);
    }

    async fn dms_are_listed_read_and_answered_by_their_two(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let dm = world.post(&world.g, "/chats/dm", json!({ "memberId": world.u.number })).await.expect(200);
        let other = world.post(&world.u, "/chats/dm", json!({ "memberId": world.agent })).await.expect(200);
        world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/dms/{}", dm["id"]);
        let said = world.post(&world.u, &format!("{path}/messages"), json!({ "content": "Hello" })).await.expect(200);
        let plain = world.post(&world.g, &format!("{path}/messages"), json!("Hi")).await.expect(200);
        assert_eq!((&said["memberId"], &plain["memberId"], &plain["chatId"]), (&json!(world.u.number), &json!(world.g.number), &dm["id"]));
        assert_eq!(world.get(&world.u, &format!("{path}/messages")).await.expect(200), json!([plain, said]));
        let listed = world.get(&world.u, "/dms").await.expect(200);
        assert_eq!((field_values(&listed, "id"), &listed["total"]), (vec![dm["id"].clone(), other["id"].clone()], &json!(2)));
        assert_eq!(field_values(&world.get(&world.g, "/dms?sortBy=createdAt&sortOrder=asc").await.expect(200), "id"), [dm["id"].clone()]);
        assert_eq!(world.get(&world.u, &format!("/dms/{}", dm["uuid"].as_str().unwrap())).await.expect(200)["unreadCount"], 1);
        let streamed = world.post(&world.u, &format!("{path}/messages"), json!({ "content": "And?", "stream": true })).await;
        assert!(streamed.header("content-type").starts_with("text/event-stream") && streamed.text().ends_with("data: [DONE]\n\n"));
        // Archived ones are apart, and pages are pages.
        world.post(&world.u, &format!("/chats/{}/archive", other["id"]), json!({})).await.expect(200);
        assert_eq!(field_values(&world.get(&world.u, "/dms?archived=true").await.expect(200), "id"), [other["id"].clone()]);
        assert_eq!(world.get(&world.u, "/dms?page=2&pageSize=1").await.expect(200)["items"], json!([]));
        for bad in ["?archived=maybe", "?page=0", "?sortBy=age"] {
            world.get(&world.u, &format!("/dms{bad}")).await.expect(400);
        }
        world.post(&world.u, &format!("{path}/messages"), json!({ "content": " " })).await.expect(400);
    }

    async fn dms_are_nobody_elses(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let dm = world.post(&world.g, "/chats/dm", json!({ "memberId": world.u.number })).await.expect(200);
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let path = format!("/dms/{}", dm["id"]);
        assert_eq!(world.get(&world.v, "/dms").await.expect(200)["items"], json!([]));
        let owner = &world.server.a.key;
        for path in [path.clone(), format!("{path}/messages")] {
            world.get(&world.v, &path).await.expect(403);
            world.server.get(&world.path(&path)).bearer(owner).send().await.expect(403);
        }
        world.post(&world.v, &format!("{path}/messages"), json!("x")).await.expect(403);
        // A chat of another type is none.
        for path in [format!("/dms/{}", chat["id"]), "/dms/900000001".to_owned(), "/dms/x".to_owned()] {
            world.get(&world.u, &path).await.expect(404);
            world.post(&world.u, &format!("{path}/messages"), json!("x")).await.expect(404);
        }
        // A credential that is narrower than its member.
        let hour = std::time::Duration::from_secs(3_600);
        let member = parlor_engine::member::find(&world.server.engine, &world.server.a.ctx(), parlor_model::member::MemberKey::Number(world.u.number)).await.unwrap();
        let narrow = async |scopes: &str| world.server.a.issue_token(&member.member.key, Some(scopes), hour).await;
        let (blind, mute) = (narrow("chats:read").await, narrow("dm:read").await);
        assert_eq!(world.server.get(&world.path("/dms")).bearer(&blind).send().await.expect(403)["scope"], "dm:read");
        world.server.get(&world.path(&path)).bearer(&blind).send().await.expect(404);
        assert_eq!(field_values(&world.server.get(&world.path("/dms")).bearer(&mute).send().await.expect(200), "id"), [dm["id"].clone()]);
        let say = world.server.post(&world.path(&format!("{path}/messages"))).bearer(&mute).json(&json!("x")).send().await;
        assert_eq!(say.expect(403)["scope"], "dm:write");
        // A key of the workspace's own fetches one by id, and has none to list.
        let unbound = world.server.a.create_key("dm:read", None).await;
        assert_eq!(world.server.get(&world.path(&path)).bearer(&unbound).send().await.expect(200)["id"], dm["id"]);
        world.server.get(&world.path("/dms")).bearer(&unbound).send().await.expect(401);
        assert_eq!(world.get(&world.u, &format!("{path}/messages")).await.expect(200), Value::Array(Vec::new()));
    }
}
