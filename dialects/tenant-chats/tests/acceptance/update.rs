//! `PATCH /api/v1/chats/{id}`.

use parlor_testkit::{TestResponse, TestServer, both};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, get_json, path_of_chat, sample_body};

async fn patch_chat(server: &TestServer, chat: &Value, body: Value) -> TestResponse {
    let request = server.patch(&path_of_chat(chat)).by_a(server);
    request.json(&body).send().await
}

both! {
    async fn absent_fields_stay_unchanged(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        server.clock.advance(std::time::Duration::from_secs(3));
        let changed = patch_chat(&server, &chat, json!({ "title": " New \"name\" " })).await.expect(200);
        assert_eq!((&changed["title"], &changed["config"]), (&json!("New \"name\""), &chat["config"]));
        assert_eq!((&changed["status"], &changed["created_at"]), (&json!("active"), &chat["created_at"]));
        assert!(changed["updated_at"].as_str() > chat["updated_at"].as_str());
        assert_eq!(changed, get_json(&server, &path_of_chat(&chat)).await);
        // Metadata is replaced, not merged.
        let changed = patch_chat(&server, &chat, json!({ "metadata": { "only": [1.50] } })).await.expect(200);
        assert_eq!(changed["config"], json!({ "metadata": { "only": [1.50] } }));
        let changed = patch_chat(&server, &chat, json!({ "metadata": {}, "title": "T", "status": "closed" })).await.expect(200);
        assert_eq!(changed["config"], json!({ "metadata": {} }));
        assert_eq!((&changed["title"], &changed["status"]), (&json!("T"), &json!("closed")));
        let changed = patch_chat(&server, &chat, json!({ "status": "active" })).await.expect(200);
        assert_eq!(changed["status"], "active");
        assert_eq!(changed, get_json(&server, &format!("{}/", path_of_chat(&chat))).await);
    }

    async fn unchanged_values_add_no_log_entry(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let log = format!("{}/log", path_of_chat(&chat));
        let before = (get_json(&server, &path_of_chat(&chat)).await, get_json(&server, &log).await);
        server.clock.advance(std::time::Duration::from_secs(3));
        for body in [
            json!({}),
            json!({ "title": null, "metadata": null, "status": null }),
            json!({ "title": "Support Session", "status": "active" }),
            json!({ "metadata": { "department": "technical", "priority": "high" } }),
            json!({ "status": null, "unknown": 1, "user_id": "somebody", "tenant_id": server.b.workspace }),
        ] {
            assert_eq!(patch_chat(&server, &chat, body).await.expect(200), before.0);
        }
        let empty = server.patch(&path_of_chat(&chat)).by_a(&server).send().await;
        assert_eq!(empty.expect(200), before.0);
        assert_eq!(get_json(&server, &log).await, before.1);
    }

    async fn a_given_title_is_never_replaced(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        patch_chat(&server, &chat, json!({ "title": "Mine" })).await.expect(200);
        let request = server.post(&format!("{}/messages", path_of_chat(&chat))).by_a(&server).json(&json!({ "content": "Yours" }));
        request.send().await.expect(201);
        assert_eq!(get_json(&server, &path_of_chat(&chat)).await["title"], "Mine");
    }

    async fn invalid_updates_change_nothing(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let before = get_json(&server, &path_of_chat(&chat)).await;
        for (field, body) in [
            ("title", json!({ "title": "", "metadata": {} })),
            ("title", json!({ "title": " \t" })),
            ("title", json!({ "title": 7 })),
            ("title", json!({ "title": "x".repeat(256) })),
            ("title", json!({ "title": "a\u{0}" })),
            ("metadata", json!({ "metadata": [], "title": "x" })),
            ("metadata", json!({ "metadata": { "a": "x".repeat(16 * 1024) }, "title": "x" })),
            ("status", json!({ "status": "archived", "title": "x" })),
            ("status", json!({ "status": "" })),
            ("status", json!({ "status": true })),
            ("unknown", json!({ "unknown": 1, "user_id": "somebody" })),
            ("config", json!({ "config": { "metadata": {} } })),
            ("Title", json!({ "Title": "x" })),
        ] {
            let refused = patch_chat(&server, &chat, body.clone()).await.expect(400);
            assert_eq!(refused["errors"][0]["loc"], json!(["body", field]), "{body:.100}");
        }
        let request = server.patch(&path_of_chat(&chat)).by_a(&server).header("content-type", "application/json");
        assert_eq!(request.body("[]").send().await.status, 400);
        assert_eq!(get_json(&server, &path_of_chat(&chat)).await, before);
    }

    async fn update_requires_the_tenant_and_the_scope(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let body = json!({ "title": "Taken over" });
        let unknown = server.patch("/api/v1/chats/00000000-0000-4000-8000-000000000000").by_b(&server).json(&body).send().await;
        assert_eq!(unknown.expect(404)["error_code"], "CHAT_NOT_FOUND");
        for request in [server.patch(&path_of_chat(&chat)).by_b(&server), server.patch("/api/v1/chats/x").by_a(&server)] {
            let reply = request.json(&body).send().await;
            assert_eq!((reply.status, &reply.bytes), (404, &unknown.bytes));
        }
        let reader = server.a.create_key("conversations:read,messages:admin", None).await;
        let reply = server.patch(&path_of_chat(&chat)).header("X-API-Key", &reader).json(&body).send().await;
        assert_eq!(reply.expect(403)["error_code"], "FORBIDDEN");
        let nobody = server.patch(&path_of_chat(&chat)).json(&body).send().await;
        assert_eq!(nobody.expect(401)["error_code"], "INVALID_API_KEY");
        assert_eq!(get_json(&server, &path_of_chat(&chat)).await["title"], chat["title"]);
    }

    async fn concurrent_updates_are_all_stored(server: TestServer) {
        let chat = create_chat(&server, sample_body()).await;
        let mut calls = parlor_testkit::tokio::task::JoinSet::new();
        for index in 0..20 {
            let body = if index % 2 == 0 { json!({ "title": format!("t{index}") }) } else { json!({ "metadata": { "n": index } }) };
            calls.spawn(server.patch(&path_of_chat(&chat)).by_a(&server).json(&body).send());
        }
        while let Some(reply) = calls.join_next().await {
            assert_eq!(reply.unwrap().status, 200);
        }
        // Both kinds of changes are stored.
        let found = get_json(&server, &path_of_chat(&chat)).await;
        assert!(found["title"].as_str().unwrap().starts_with('t'), "{found}");
        assert!(found["config"]["metadata"]["n"].is_number(), "{found}");
        let log = get_json(&server, &format!("{}/log", path_of_chat(&chat))).await;
        assert_eq!(log["last_seq"], 21, "one entry a change, and the first");
    }
}
