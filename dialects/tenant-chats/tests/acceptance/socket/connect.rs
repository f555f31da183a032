//! Opening and closing a chat's socket.

use std::time::Duration;

use parlor_testkit::both;
use serde_json::{Value, json};

use super::{connect, create_user_chat, socket_path};
use crate::requests::{AsTenantA, create_chat, path_of_chat};

both! {
    async fn case_14_the_first_event_names_user_chat_and_tenant(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (_socket, first) = connect(&server, &chat, "u1", "").await;
        assert_eq!(first["event_type"], "connection_established");
        assert!(first["timestamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!((&first["user_id"], &first["chat_id"]), (&json!("u1"), &chat["id"]));
        assert_eq!(first["tenant_id"], server.a.workspace.to_string());
        assert!(first.get("seq").is_none(), "version 1 knows no positions: {first}");
    }

    async fn case_15_headers_take_precedence_over_the_query(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let headers = [
            ("X-API-Key", server.a.key.as_str()),
            ("X-User-ID", "u1"),
            ("X-Chat-ID", chat["id"].as_str().unwrap()),
        ];
        let mut socket = server.open_socket("/ws/chat?user_id=somebody-else", &headers).await;
        let first = socket.next().await;
        assert_eq!((&first["event_type"], &first["user_id"]), (&json!("connection_established"), &json!("u1")));
    }

    async fn case_16_error_frame_precedes_the_close(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let id = chat["id"].as_str().unwrap();
        let (a, b) = (&server.a.key, &server.b.key);
        let unknown = "00000000-0000-7000-8000-000000000000";
        for (query, code, word) in [
            (format!("user_id=u1&chat_id={id}"), 4401, "AUTH_ERROR"),
            (format!("api_key=nope&user_id=u1&chat_id={id}"), 4401, "AUTH_ERROR"),
            (format!("api_key={a}&user_id=u1"), 4400, "AUTH_ERROR"),
            (format!("api_key={a}&chat_id={id}"), 4400, "AUTH_ERROR"),
            (format!("api_key={a}&user_id=u1&chat_id=nope"), 4400, "INVALID_PARAMETERS"),
            (format!("api_key={a}&user_id=u1&chat_id={id}&v=3"), 4400, "INVALID_PARAMETERS"),
            (format!("api_key={a}&user_id=u1&chat_id={unknown}"), 4404, "CHAT_NOT_FOUND"),
            (format!("api_key={b}&user_id=u1&chat_id={id}"), 4404, "CHAT_NOT_FOUND"),
        ] {
            let mut socket = server.open_socket(&format!("/ws/chat?{query}"), &[]).await;
            let error = socket.next().await;
            let kind = (&error["event_type"], &error["error_code"], &error["fatal"]);
            assert_eq!(kind, (&json!("error"), &json!(word), &json!(true)), "{query}");
            assert_eq!(error["error_message"], error["message"], "{query}");
            assert!(error["details"]["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{error}");
            assert_eq!(socket.expect_close().await, code, "{query}");
        }
        // As on the vendor's page, the error names the missing parameter, or the chat.
        for (query, message, fix) in [
            (format!("api_key={a}&chat_id={id}"), "Missing user_id parameter", "X-User-ID"),
            (format!("api_key={a}&user_id=u1"), "Missing chat_id parameter", "X-Chat-ID"),
            (format!("api_key={a}&user_id=u1&chat_id={unknown}"), unknown, "POST /api/v1/chats/"),
            (format!("api_key={b}&user_id=u1&chat_id={id}"), "not found or does not belong to your tenant", "POST /api/v1/chats/"),
        ] {
            let mut socket = server.open_socket(&format!("/ws/chat?{query}"), &[]).await;
            let error = socket.next().await;
            assert!(error["error_message"].as_str().unwrap().contains(message), "{error}");
            assert!(error["details"]["fix"].as_str().unwrap().contains(fix), "{error}");
        }
        let plain = server.get(&socket_path(&server, &chat, "u1", "")).send().await;
        assert_eq!(plain.status, 426);
    }

    async fn case_20_unknown_user_is_created_once_and_joins(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, first) = connect(&server, &chat, "second", "").await;
        assert_eq!(first["user_id"], "second");
        let response = socket.next().await;
        assert_eq!((&response["event_type"], &response["user_id"]), (&json!("user_created"), &json!("second")));
        socket.close().await;
        let (mut again, _) = connect(&server, &chat, "second", "").await;
        again.send(&json!({ "content": "me again" })).await;
        assert_eq!(again.next().await["event_type"], "message_received");
    }

    async fn case_21_chat_with_open_sockets_is_deleted_only_by_force(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (socket, _) = connect(&server, &chat, "u1", "").await;
        let busy = server.delete(&path_of_chat(&chat)).by_a(&server).send().await;
        assert_eq!((busy.status, busy.json()["error_code"].clone()), (409, json!("CHAT_IN_USE")));
        socket.close().await;
        // The server handles the close a moment after the client.
        let mut status = 409;
        for _ in 0..200 {
            let reply = server.delete(&path_of_chat(&chat)).by_a(&server).send().await;
            status = reply.status;
            if status != 409 {
                assert_eq!(reply.json()["success"], true);
                assert!(reply.json()["deleted_at"].is_string());
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(status, 200);
        assert_eq!(server.delete(&path_of_chat(&chat)).by_a(&server).send().await.status, 404);

        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        let forced = server.delete(&format!("{}?force=true", path_of_chat(&chat))).by_a(&server).send().await;
        assert_eq!(forced.status, 200);
        assert_eq!(socket.next().await["error_code"], "CHAT_DELETED");
        assert_eq!(socket.expect_close().await, 4410);
    }

    async fn closed_chat_closes_its_sockets_and_refuses_new_ones(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let (mut socket, _) = connect(&server, &chat, "u1", "").await;
        let close = server.patch(&path_of_chat(&chat)).by_a(&server);
        close.json(&json!({ "status": "closed" })).send().await.expect(200);
        assert_eq!(socket.next().await["error_code"], "CHAT_CLOSED");
        assert_eq!(socket.expect_close().await, 4403);
        let (mut late, error) = connect(&server, &chat, "u1", "").await;
        assert_eq!(error["error_code"], "CHAT_CLOSED");
        assert_eq!(late.expect_close().await, 4403);
    }

    async fn user_may_open_twenty_sockets(server: TestServer) {
        let chat = create_user_chat(&server).await;
        let mut held = Vec::new();
        for _ in 0..20 {
            held.push(connect(&server, &chat, "u1", "").await);
        }
        let (mut socket, error) = connect(&server, &chat, "u1", "").await;
        assert_eq!(error["error_code"], "RATE_LIMITED");
        assert_eq!(socket.expect_close().await, 4429);
        let (_, first) = connect(&server, &chat, "another", "").await;
        assert_eq!(first["event_type"], "connection_established");
    }

    async fn token_opens_one_chat_for_one_user_until_it_expires(server: TestServer) {
        let (chat, other) = (create_user_chat(&server).await, create_user_chat(&server).await);
        let tokens = format!("{}/tokens", path_of_chat(&chat));
        let create_token = async |body: Value| server.post(&tokens).by_a(&server).json(&body).send().await;
        let response = create_token(json!({ "user_id": "u1", "ttl_seconds": 60 })).await.expect(201);
        let token = response["token"].as_str().unwrap();
        assert!(response["expires_at"].as_str().unwrap().ends_with('Z'));
        let mut socket = server.open_socket(&format!("/ws/chat?token={token}"), &[]).await;
        let first = socket.next().await;
        assert_eq!((&first["user_id"], &first["chat_id"]), (&json!("u1"), &chat["id"]));
        socket.send(&json!({ "content": "by token" })).await;
        assert_eq!(socket.next().await["event_type"], "message_received");
        let other = other["id"].as_str().unwrap();
        for more in [format!("&chat_id={other}"), "&user_id=second".to_owned()] {
            let mut socket = server.open_socket(&format!("/ws/chat?token={token}{more}"), &[]).await;
            assert_eq!(socket.next().await["error_code"], "FORBIDDEN", "{more}");
            assert_eq!(socket.expect_close().await, 4403);
        }
        server.clock.advance(Duration::from_secs(61));
        for bad in [token, "nonsense", ""] {
            let mut socket = server.open_socket(&format!("/ws/chat?token={bad}"), &[]).await;
            let word = if bad.is_empty() { "AUTH_ERROR" } else { "INVALID_TOKEN" };
            assert_eq!(socket.next().await["error_code"], word);
            assert_eq!(socket.expect_close().await, 4401);
        }
        for bad in [json!({}), json!({ "user_id": "u1", "ttl_seconds": 59 }), json!({ "user_id": "u1", "ttl_seconds": 86_401 })] {
            assert_eq!(create_token(bad).await.status, 400);
        }
    }
}
