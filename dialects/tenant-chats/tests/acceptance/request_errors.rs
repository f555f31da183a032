use parlor_testkit::both;
use serde_json::{Value, json};

use crate::requests::{AsTenantA, CHATS_PATH, create_chat, get_json, sample_body};

both! {
    async fn case_04_without_a_proper_user(server: TestServer) {
        for (body, kind) in [
            (json!({}), "missing"),
            (json!({ "user_id": "" }), "value_error"),
            (json!({ "user_id": " " }), "value_error"),
            (json!({ "user_id": 7 }), "type_error"),
            (json!({ "user_id": null }), "type_error"),
            (json!({ "user_id": ["u"] }), "type_error"),
            (json!({ "user_id": "x".repeat(256) }), "value_error"),
            (json!({ "user_id": "a\u{0}b" }), "value_error"),
            (json!({ "user_id": "a\nb" }), "value_error"),
        ] {
            let refused = server.post(CHATS_PATH).by_a(&server).json(&body).send().await.expect(400);
            assert!(refused["detail"].is_string() && refused["error_code"] == "INVALID_REQUEST");
            let fault = &refused["errors"][0];
            assert_eq!(fault["loc"], json!(["body", "user_id"]), "{body}");
            assert_eq!(fault["type"], kind, "{body}");
        }
        assert_no_rows(&server).await;
    }

    async fn case_04_what_is_not_a_json_object(server: TestServer) {
        let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        for body in ["{bad", "[]", "\"u1\"", "7", "null", "{} {}", r#"{"user_id":"\ud800"}"#, &deep] {
            let reply = server.post(CHATS_PATH).by_a(&server).header("content-type", "application/json").body(body).send().await;
            let refused = reply.expect(400);
            assert_eq!(refused["errors"][0]["loc"], json!(["body"]), "{body}");
            assert_eq!(refused["errors"][0]["type"], "json_invalid", "{body}");
        }
        let damaged = b"{\"user_id\":\"\xff\"}".to_vec();
        let reply = server.post(CHATS_PATH).by_a(&server).header("content-type", "application/json").body(damaged).send().await;
        assert_eq!(reply.status, 400);
        // An absent body is missing the user.
        let reply = server.post(CHATS_PATH).by_a(&server).send().await;
        assert_eq!(reply.expect(400)["errors"][0]["loc"], json!(["body", "user_id"]));
        assert_no_rows(&server).await;
    }

    async fn case_05_metadata_is_an_object(server: TestServer) {
        let deep = (0..40).fold(json!(1), |inner, _| json!({ "a": inner }));
        for metadata in [json!([1]), json!("a"), json!(7), json!(true), deep, json!({ "a": "x".repeat(16 * 1024) })] {
            let body = json!({ "user_id": "u1", "metadata": metadata });
            let refused = server.post(CHATS_PATH).by_a(&server).json(&body).send().await.expect(400);
            assert_eq!(refused["errors"][0]["loc"], json!(["body", "metadata"]));
        }
        for title in [json!(7), json!({}), json!("x".repeat(256)), json!("a\u{0}")] {
            let body = json!({ "user_id": "u1", "title": title });
            let refused = server.post(CHATS_PATH).by_a(&server).json(&body).send().await.expect(400);
            assert_eq!(refused["errors"][0]["loc"], json!(["body", "title"]));
        }
        assert_no_rows(&server).await;
        // The largest metadata allowed: braces, quotes, colon and the key take eight bytes.
        let largest = json!({ "a": "x".repeat(16 * 1024 - 8) });
        let chat = create_chat(&server, json!({ "user_id": "u1", "metadata": largest })).await;
        assert_eq!(chat["config"]["metadata"], largest);
    }

    async fn case_06_invalid_key(server: TestServer) {
        let plain = || server.post(CHATS_PATH).json(&sample_body());
        let revoked = server.a.create_key("*", None).await;
        let listed = parlor_engine::api_key::list(&server.engine, &server.a.ctx()).await.unwrap();
        parlor_engine::api_key::revoke(&server.engine, &server.a.ctx(), listed.last().unwrap().id).await.unwrap();
        let bad = server.post(CHATS_PATH).header("X-API-Key", "nope").header("content-type", "application/json");
        let mut replies = vec![
            plain().send().await,
            plain().header("X-API-Key", "").send().await,
            plain().header("X-API-Key", "nope").send().await,
            plain().header("X-API-Key", format!("sk-parlor-{}", "A".repeat(43))).send().await,
            plain().header("X-API-Key", &revoked).send().await,
            // The key is read from its own header only.
            plain().bearer(&server.a.key).send().await,
            server.post(&format!("{CHATS_PATH}?api_key={}", server.a.key)).json(&sample_body()).send().await,
            bad.body("{bad").send().await,
        ];
        for path in ["/api/v1/chats/user/u", "/api/v1/chats/x?offset=-1", "/api/v1/chats/x/messages?limit=0"] {
            replies.push(server.get(path).send().await);
        }
        replies.push(server.delete("/api/v1/chats/x?force=7").header("X-API-Key", "nope").send().await);
        for reply in &replies {
            assert_eq!(reply.status, 401, "{}", reply.text());
            assert_eq!(reply.bytes, replies[0].bytes);
        }
        assert_eq!(replies[0].json(), json!({ "detail": "Invalid or missing API key", "error_code": "INVALID_API_KEY" }));
        assert_no_rows(&server).await;
        assert!(!server.logs().contains(&revoked) && !server.logs().contains(&server.a.key));
    }

    async fn key_without_the_scope_is_refused(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let path = crate::requests::path_of_chat(&chat);
        let reader = server.a.create_key("conversations:read", None).await;
        let writer = server.a.create_key("conversations:write", None).await;
        let blind = server.a.create_key("spaces:admin", None).await;
        let with = |request: parlor_testkit::TestRequest, key: &str| request.header("X-API-Key", key);
        for (request, key, status) in [
            (server.post(CHATS_PATH).json(&sample_body()), &reader, 403),
            (server.post(CHATS_PATH).body("{bad"), &reader, 403),
            (server.get("/api/v1/chats/user/u1"), &blind, 403),
            (server.get("/api/v1/chats/user/u1"), &reader, 200),
            (server.get(&path), &blind, 403),
            (server.get(&path), &reader, 200),
            (server.get(&format!("{path}/messages")), &reader, 403),
            (server.delete(&path), &reader, 403),
            (server.post(CHATS_PATH).json(&sample_body()), &writer, 201),
            (server.delete(&path), &writer, 200),
        ] {
            let reply = with(request, key).send().await;
            assert_eq!(reply.status, status, "{}", reply.text());
            if status == 403 {
                assert_eq!(reply.json()["error_code"], "FORBIDDEN");
            }
        }
    }

    async fn errors_of_the_edge_have_this_dialects_form(server: TestServer) {
        let reply = server.put(CHATS_PATH).by_a(&server).send().await;
        assert_eq!((reply.status, reply.header("allow")), (405, "POST"));
        assert_eq!(reply.json()["error_code"], "METHOD_NOT_ALLOWED");
        let reply = server.post(CHATS_PATH).by_a(&server).header("content-type", "text/plain").body("{}").send().await;
        assert_eq!(reply.expect(415)["error_code"], "UNSUPPORTED_MEDIA_TYPE");
        let large = json!({ "user_id": "u1", "metadata": { "a": "x".repeat(2 << 20) } });
        let reply = server.post(CHATS_PATH).by_a(&server).json(&large).send().await;
        assert_eq!(reply.expect(413)["error_code"], "PAYLOAD_TOO_LARGE");
        let reply = server.get("/api/v1/chats/a/b/c").by_a(&server).send().await;
        assert_eq!(reply.expect(404)["error_code"], "NOT_FOUND");
        assert_no_rows(&server).await;
    }

    async fn refused_bodies_are_not_logged(server: TestServer) {
        for body in [
            json!({ "user_id": { "secret-word": 1 } }),
            json!({ "user_id": "u", "title": ["secret-word"] }),
            json!({ "user_id": "secret-word\n" }),
        ] {
            assert_eq!(server.post(CHATS_PATH).by_a(&server).json(&body).send().await.status, 400);
        }
        create_chat(&server, json!({ "user_id": "secret-word", "title": "secret-word", "metadata": { "a": "secret-word" } })).await;
        get_json(&server, "/api/v1/chats/user/secret-word?order=desc").await;
        assert!(server.logs().contains("/api/v1/chats/"));
        assert!(!server.logs().contains("secret-word"));
    }
}

async fn assert_no_rows(server: &parlor_testkit::TestServer) {
    let ctx = server.a.ctx();
    let filter = parlor_model::conversation::ConversationFilter::default();
    let listing = parlor_engine::conversation::ListConversations {
        sort: parlor_model::conversation::ConversationSort::CreatedAt,
        order: parlor_model::keyset::SortOrder::Descending,
        limit: 1,
        offset: 0,
    };
    let chats = parlor_engine::conversation::list(&server.engine, &ctx, filter, listing).await;
    assert_eq!(chats.unwrap().1, 0);
    let members = parlor_engine::member::page(&server.engine, &ctx, None, 10, 0).await;
    assert_eq!(members.unwrap().1, 1, "only the owner");
    let none: Value = get_json(server, "/api/v1/chats/user/u1").await;
    assert_eq!(none["total"], 0);
}
