use parlor_model::Timestamp;
use parlor_testkit::both;
use serde_json::json;

use crate::requests::{AsTenantA, CHATS_PATH, create_chat, get_json, path_of_chat, sample_body};

both! {
    async fn case_01_the_sample(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let mut fields: Vec<_> = chat.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["config", "created_at", "id", "last_message_at", "tenant_id", "title", "updated_at", "user_id"]
        );
        assert_eq!(chat["id"].as_str().unwrap().len(), 36);
        assert_eq!(chat["user_id"], "user123");
        assert_eq!(chat["tenant_id"], server.a.workspace);
        assert_eq!(chat["title"], "Support Session");
        assert_eq!(chat["config"], json!({ "metadata": { "department": "technical", "priority": "high" } }));
        assert_eq!(chat["created_at"], chat["updated_at"]);
        let made = chat["created_at"].as_str().unwrap();
        assert!(made.len() == 24 && made.ends_with('Z'), "{made}");
        assert!(chat["last_message_at"].is_null());
        // A later read returns the same chat.
        let mut kept = get_json(&server, &path_of_chat(&chat)).await;
        for name in ["message_count", "status"] {
            kept.as_object_mut().unwrap().remove(name);
        }
        assert_eq!(kept, chat);
    }

    async fn case_02_without_the_last_slash(server: TestServer) {
        let reply = server.post("/api/v1/chats").by_a(&server).json(&sample_body()).send().await;
        assert_eq!(reply.expect(201)["title"], "Support Session");
        assert_eq!(reply.header("content-type"), "application/json");
        assert_eq!(reply.header("x-request-id").len(), 36);
    }

    async fn case_03_only_a_user(server: TestServer) {
        // Early in a minute, so that the title and the time are of the same minute.
        server.clock.set(Timestamp::from_millis(1_800_000_000_000));
        for body in [
            json!({ "user_id": "u1" }),
            json!({ "user_id": "u1", "title": null, "metadata": null }),
            json!({ "user_id": "u1", "title": " \t" }),
        ] {
            let chat = create_chat(&server, body).await;
            let minute = chat["created_at"].as_str().unwrap()[..16].replace('T', " ");
            assert_eq!(chat["title"], format!("Chat {minute}"));
            assert_eq!(chat["config"], json!({ "metadata": {} }));
        }
    }

    async fn case_07_a_tenant_in_the_body_is_ignored(server: TestServer) {
        let body = json!({ "user_id": "u1", "tenant_id": server.b.workspace, "id": "mine", "status": "closed" });
        let chat = create_chat(&server, body).await;
        assert_eq!(chat["tenant_id"], server.a.workspace);
        assert_eq!(get_json(&server, &path_of_chat(&chat)).await["status"], "active");
    }

    async fn texts_are_stored_as_sent(server: TestServer) {
        let user = "a/b ü %2F?&\u{1F600}";
        let metadata = json!({ "z": [1, 2.50, "é\u{0}"], "a": { "deep": { "er": null } }, "": "" });
        let chat = create_chat(&server, json!({ "user_id": user, "title": "\"Ünï\" <b>", "metadata": metadata })).await;
        assert_eq!(chat["user_id"], user);
        assert_eq!(chat["title"], "\"Ünï\" <b>");
        let kept = get_json(&server, &path_of_chat(&chat)).await;
        assert_eq!(kept["config"]["metadata"], metadata);
        let longest = "x".repeat(255);
        let chat = create_chat(&server, json!({ "user_id": longest, "title": longest })).await;
        assert_eq!((&chat["user_id"], &chat["title"]), (&json!(longest), &json!(longest)));
    }

    async fn repeated_idempotency_key_creates_no_chat(server: TestServer) {
        let send = async |key: &str, body: &serde_json::Value| {
            server.post(CHATS_PATH).by_a(&server).header("Idempotency-Key", key).json(body).send().await
        };
        let first = send("k-1", &sample_body()).await;
        assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
        let again = send("k-1", &sample_body()).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
        assert_eq!(again.bytes, first.bytes);
        assert_eq!(again.header("content-type"), "application/json");
        // Another body, another idempotency key, another tenant.
        let other = send("k-1", &json!({ "user_id": "user123" })).await;
        assert_eq!(other.expect(409)["error_code"], "IDEMPOTENCY_CONFLICT");
        assert_ne!(send("k-2", &sample_body()).await.expect(201)["id"], first.json()["id"]);
        let theirs = server.post(CHATS_PATH).by_b(&server).header("Idempotency-Key", "k-1").json(&sample_body()).send().await;
        assert_eq!(theirs.expect(201)["tenant_id"], server.b.workspace);
        assert_eq!(get_json(&server, "/api/v1/chats/user/user123").await["total"], 2);
        // An invalid request does not use up its idempotency key.
        assert_eq!(send("k-3", &json!({ "user_id": "" })).await.status, 400);
        assert_eq!(send("k-3", &sample_body()).await.status, 201);
        // The idempotency key expires after a day.
        server.clock.advance(std::time::Duration::from_secs(24 * 3_600 + 1));
        let late = send("k-1", &sample_body()).await;
        assert_eq!((late.status, late.header("idempotent-replayed")), (201, ""));
        assert_ne!(late.json()["id"], first.json()["id"]);
        for bad in ["", "a\tb", &"x".repeat(256)] {
            let refused = send(bad, &sample_body()).await.expect(400);
            assert_eq!(refused["errors"][0]["loc"], json!(["header", "Idempotency-Key"]));
        }
    }

    async fn repeat_is_detected_after_a_restart(server: TestServer) {
        let mut server = server;
        let send = async |server: &parlor_testkit::TestServer| {
            server.post(CHATS_PATH).by_a(server).header("Idempotency-Key", "k").json(&sample_body()).send().await
        };
        let first = send(&server).await;
        server.restart().await;
        let again = send(&server).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
        assert_eq!(again.bytes, first.bytes);
        assert_eq!(get_json(&server, &path_of_chat(&first.json())).await["title"], "Support Session");
    }
}
