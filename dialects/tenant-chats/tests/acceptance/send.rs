//! `POST /api/v1/chats/{id}/messages`.

use std::collections::BTreeSet;

use parlor_model::conversation::{ConversationKey, ConversationState, UpdateConversation};
use parlor_testkit::tokio::task::JoinSet;
use parlor_testkit::{TestResponse, TestServer, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, get_json, path_of_chat, sample_body};

/// Sends a message with tenant A's key.
async fn post_message(server: &TestServer, chat: &Value, body: Value) -> TestResponse {
    let path = format!("{}/messages", path_of_chat(chat));
    server.post(&path).by_a(server).json(&body).send().await
}

async fn list_messages(server: &TestServer, chat: &Value) -> Vec<Value> {
    let page = get_json(server, &format!("{}/messages", path_of_chat(chat))).await;
    page["messages"].as_array().unwrap().clone()
}

async fn set_state(server: &TestServer, chat: &Value, state: ConversationState) {
    let id = parlor_kit::ids::parse_uuid(chat["id"].as_str().unwrap()).unwrap();
    let change = UpdateConversation {
        state: Some(state),
        ..UpdateConversation::default()
    };
    let ctx = server.a.ctx();
    parlor_engine::conversation::update(&server.engine, &ctx, ConversationKey::Id(id), change)
        .await
        .unwrap();
}

both! {
    async fn case_17_message_sent_over_http_is_stored_and_listed(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        server.clock.advance(std::time::Duration::from_secs(5));
        let sent = post_message(&server, &chat, json!({ "content": "hello" })).await;
        assert_eq!(sent.header("idempotent-replayed"), "");
        let sent = sent.expect(201);
        let mut displayed = sent.clone();
        for name in ["id", "created_at", "seq"] {
            assert!(!displayed.as_object_mut().unwrap().remove(name).unwrap().is_null());
        }
        assert_eq!(displayed, json!({
            "content": "hello", "sender_role": "user", "media_type": null, "media_url": null, "metadata": {},
            "sender_id": "user123", "client_message_id": null, "status": "complete"
        }));
        assert_eq!(list_messages(&server, &chat).await, std::slice::from_ref(&sent));
        let found = get_json(&server, &path_of_chat(&chat)).await;
        assert_eq!((&found["last_message_at"], &found["message_count"]), (&sent["created_at"], &json!(1)));
        assert_eq!(found["updated_at"], sent["created_at"]);
    }

    async fn message_is_returned_with_all_fields(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let text = "  \u{1F469}\u{200D}\u{1F467} \"Grüße\"\n<b>\\ ";
        let metadata = json!({ "z": [1, 2.50, null], "a": { "b": "é" } });
        let sent = post_message(&server, &chat, json!({
            "content": text, "sender_role": "assistant", "metadata": metadata, "media_type": "image",
            "media_url": "https://example.org/p.png", "client_message_id": "c-1", "tenant_id": server.b.workspace,
        })).await.expect(201);
        assert_eq!((&sent["content"], &sent["metadata"]), (&json!(text), &metadata));
        assert_eq!((&sent["media_type"], &sent["media_url"]), (&json!("image"), &json!("https://example.org/p.png")));
        assert_eq!((&sent["sender_role"], &sent["sender_id"]), (&json!("assistant"), &Value::Null), "the chat has no assistant");
        assert_eq!(sent["client_message_id"], "c-1");
        let file = post_message(&server, &chat, json!({ "content": "see", "media_url": "x:y" })).await.expect(201);
        assert_eq!((&file["media_type"], &file["media_url"]), (&json!("file"), &json!("x:y")));
        let nulls = json!({
            "content": "n", "user_id": null, "sender_role": null, "metadata": null, "media_type": null,
            "media_url": null, "client_message_id": null
        });
        let plain = post_message(&server, &chat, nulls).await.expect(201);
        assert_eq!((&plain["sender_id"], &plain["sender_role"]), (&json!("user123"), &json!("user")));
        assert_eq!(list_messages(&server, &chat).await, [sent, file, plain]);
        let longest = "ü".repeat(32_768);
        assert_eq!(post_message(&server, &chat, json!({ "content": longest })).await.expect(201)["content"], longest);
    }

    async fn another_user_of_the_tenant_joins(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let nobody = server.get("/api/v1/users/second").by_a(&server).send().await;
        assert_eq!(nobody.status, 404);
        let body = json!({ "content": "me too", "user_id": "second" });
        assert_eq!(post_message(&server, &chat, body.clone()).await.expect(201)["sender_id"], "second");
        post_message(&server, &chat, body).await.expect(201);
        post_message(&server, &chat, json!({ "content": "I", "user_id": "user123" })).await.expect(201);
        let listed = get_json(&server, "/api/v1/chats/user/second").await;
        assert_eq!((&listed["total"], &listed["chats"][0]["id"]), (&json!(1), &chat["id"]));
        assert_eq!(listed["chats"][0]["user_id"], "user123", "it is still the first user's chat");
        let log = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await;
        let joined: Vec<_> =
            log["entries"].as_array().unwrap().iter().filter(|entry| entry["event_type"] == "participant_joined").collect();
        assert_eq!(joined.len(), 1, "{log}");
        assert_eq!((&joined[0]["user_id"], &joined[0]["user_ids"]), (&json!("second"), &json!(["second"])));
    }

    async fn repeat_returns_the_first_message(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let body = |text: &str, user: &str, id: &str| json!({ "content": text, "user_id": user, "client_message_id": id });
        let first = post_message(&server, &chat, body("one", "user123", "c-1")).await;
        for text in ["one", "something else"] {
            let again = post_message(&server, &chat, body(text, "user123", "c-1")).await;
            assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
            assert_eq!(again.bytes, first.bytes);
        }
        // The id of another user, another id, another chat.
        for request in [body("one", "second", "c-1"), body("one", "user123", "c-2")] {
            let reply = post_message(&server, &chat, request).await;
            assert_eq!((reply.status, reply.header("idempotent-replayed")), (201, ""));
        }
        let other = create_chat(&server, sample_body()).await;
        assert_eq!(post_message(&server, &other, body("one", "user123", "c-1")).await.header("idempotent-replayed"), "");
        assert_eq!(list_messages(&server, &chat).await.len(), 3);
    }

    async fn fifty_concurrent_repeats_store_one_message(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let mut calls = JoinSet::new();
        for _ in 0..50 {
            let request = server.post(&format!("{}/messages", path_of_chat(&chat))).by_a(&server);
            let body = json!({ "content": "once", "user_id": "newcomer", "client_message_id": "c" });
            calls.spawn(request.json(&body).send());
        }
        let (mut bodies, mut firsts) = (BTreeSet::new(), 0);
        while let Some(reply) = calls.join_next().await {
            let reply = reply.unwrap();
            assert_eq!(reply.status, 201, "{}", reply.text());
            firsts += usize::from(reply.header("idempotent-replayed").is_empty());
            bodies.insert(reply.bytes);
        }
        assert_eq!((bodies.len(), firsts), (1, 1));
        assert_eq!(list_messages(&server, &chat).await.len(), 1);
        assert_eq!(get_json(&server, "/api/v1/users/newcomer").await["chat_count"], 1);
    }

    async fn repeat_is_detected_after_a_restart(server: TestServer) {
        let mut server = server;
        let chat = create_chat(&server, sample_body()).await;
        let body = json!({ "content": "once", "client_message_id": "c" });
        let first = post_message(&server, &chat, body.clone()).await;
        server.restart().await;
        let again = post_message(&server, &chat, body).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
        assert_eq!(again.bytes, first.bytes);
    }

    async fn closed_chat_refuses_messages(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        post_message(&server, &chat, json!({ "content": "before" })).await.expect(201);
        for state in [ConversationState::Closed, ConversationState::Archived] {
            set_state(&server, &chat, state).await;
            for body in [json!({ "content": "x" }), json!({ "content": "x", "user_id": "stranger" })] {
                let refused = post_message(&server, &chat, body).await.expect(409);
                assert_eq!(refused, json!({ "detail": "The chat is closed", "error_code": "CHAT_CLOSED" }));
            }
        }
        assert_eq!(server.get("/api/v1/users/stranger").by_a(&server).send().await.status, 404, "nobody was made");
        assert_eq!(list_messages(&server, &chat).await.len(), 1);
        set_state(&server, &chat, ConversationState::Active).await;
        post_message(&server, &chat, json!({ "content": "again" })).await.expect(201);
    }

    async fn invalid_messages_change_nothing(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let before = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await;
        for (field, body) in [
            ("content", json!({})),
            ("content", json!({ "content": null })),
            ("content", json!({ "content": 7 })),
            ("content", json!({ "content": "" })),
            ("content", json!({ "content": " \n\t" })),
            ("content", json!({ "content": "a\u{0}" })),
            ("content", json!({ "content": "x".repeat(32_769) })),
            ("user_id", json!({ "content": "x", "user_id": "" })),
            ("user_id", json!({ "content": "x", "user_id": 7 })),
            ("user_id", json!({ "content": "x", "user_id": "a\n" })),
            ("sender_role", json!({ "content": "x", "sender_role": "system" })),
            ("sender_role", json!({ "content": "x", "sender_role": "" })),
            ("metadata", json!({ "content": "x", "metadata": [1] })),
            ("metadata", json!({ "content": "x", "metadata": { "a": "x".repeat(64 * 1024) } })),
            ("media_type", json!({ "content": "x", "media_type": "video" })),
            ("media_url", json!({ "content": "x", "media_url": " " })),
            ("media_url", json!({ "content": "x", "media_url": "x".repeat(2_049) })),
            ("client_message_id", json!({ "content": "x", "client_message_id": "" })),
            ("client_message_id", json!({ "content": "x", "client_message_id": "x".repeat(256) })),
            ("client_message_id", json!({ "content": "x", "client_message_id": "a\u{0}" })),
        ] {
            let refused = post_message(&server, &chat, body.clone()).await.expect(400);
            assert_eq!(refused["errors"][0]["loc"], json!(["body", field]), "{body:.100}");
        }
        for (text, status) in [("{bad", 400), ("[]", 400), ("", 400)] {
            let request = server.post(&format!("{}/messages", path_of_chat(&chat))).by_a(&server);
            let reply = request.header("content-type", "application/json").body(text).send().await;
            assert_eq!(reply.status, status, "{text}");
        }
        let request = server.post(&format!("{}/messages", path_of_chat(&chat))).by_a(&server);
        assert_eq!(request.header("content-type", "text/plain").body("{}").send().await.status, 415);
        assert_eq!(get_json(&server, &format!("{}/log", path_of_chat(&chat))).await, before);
    }

    async fn case_12_another_tenants_chat_refuses_messages(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let body = json!({ "content": "x", "user_id": "intruder" });
        let unknown = server.post("/api/v1/chats/00000000-0000-4000-8000-000000000000/messages");
        let unknown = unknown.by_b(&server).json(&body).send().await;
        assert_eq!(unknown.expect(404)["error_code"], "CHAT_NOT_FOUND");
        let theirs = server.post(&format!("{}/messages", path_of_chat(&chat))).by_b(&server).json(&body).send().await;
        assert_eq!((theirs.status, theirs.bytes), (404, unknown.bytes));
        assert_eq!(server.get("/api/v1/users/intruder").by_b(&server).send().await.status, 404);
        assert_eq!(list_messages(&server, &chat).await, Vec::<Value>::new());
        let reader = server.a.create_key("conversations:admin,messages:read", None).await;
        let request = server.post(&format!("{}/messages", path_of_chat(&chat))).header("X-API-Key", &reader);
        assert_eq!(request.json(&body).send().await.expect(403)["error_code"], "FORBIDDEN");
        // Also with an unbound key the chat's user is the default sender.
        let writer = server.a.create_key("conversations:read,messages:write", None).await;
        let request = server.post(&format!("{}/messages", path_of_chat(&chat))).header("X-API-Key", &writer);
        assert_eq!(request.json(&json!({ "content": "x" })).send().await.expect(201)["sender_id"], "user123");
        assert!(!server.logs().contains("intruder"));
    }

    async fn the_first_message_names_an_unnamed_chat(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        post_message(&server, &chat, json!({ "content": "Hello, what is it?", "sender_role": "assistant" })).await.expect(201);
        assert_eq!(get_json(&server, &path_of_chat(&chat)).await["title"], chat["title"]);
        post_message(&server, &chat, json!({ "content": "\n Late parcel \nsince May" })).await.expect(201);
        post_message(&server, &chat, json!({ "content": "Another matter" })).await.expect(201);
        assert_eq!(get_json(&server, &path_of_chat(&chat)).await["title"], "Late parcel");
    }
}
