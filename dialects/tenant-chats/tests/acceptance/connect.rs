//! Scopes and request limits of a chat's socket.

use std::num::NonZeroU32;

use parlor_testkit::backend::run;
use parlor_testkit::{TestBackend, TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::requests::{create_chat, get_json, path_of_chat};

async fn connect(server: &TestServer, chat: &Value, key: &str, user: &str) -> (TestSocket, Value) {
    let id = chat["id"].as_str().unwrap();
    let path = format!("/ws/chat?v=2&api_key={key}&user_id={user}&chat_id={id}");
    let mut socket = server.open_socket(&path, &[]).await;
    let first = socket.next().await;
    (socket, first)
}

both! {
    async fn key_without_read_scope_is_refused(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1", "title": "Parcel" })).await;
        for scopes in ["conversations:write", "members:admin", "spaces:read"] {
            let key = server.a.create_key(scopes, None).await;
            let (mut socket, error) = connect(&server, &chat, &key, "u1").await;
            assert_eq!((&error["error_code"], &error["fatal"]), (&json!("FORBIDDEN"), &json!(true)), "{scopes}");
            assert_eq!(socket.expect_close().await, 4403, "{scopes}");
        }
    }

    async fn read_only_key_cannot_send(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1", "title": "Parcel" })).await;
        let key = server.a.create_key("messages:read,conversations:read", None).await;
        let (mut reader, first) = connect(&server, &chat, &key, "u1").await;
        assert_eq!(first["event_type"], "connection_established");
        reader.send(&json!({ "content": "not allowed", "ref": "1" })).await;
        let error = reader.next().await;
        assert_eq!((&error["error_code"], &error["fatal"], &error["ref"]), (&json!("FORBIDDEN"), &json!(false), &json!("1")));
        assert_eq!(get_json(&server, &format!("{}/messages", path_of_chat(&chat))).await["total"], 0);
        // The socket stays open and receives messages.
        let (mut writer, _) = connect(&server, &chat, &server.a.key, "u1").await;
        writer.send(&json!({ "content": "allowed" })).await;
        assert_eq!(reader.next().await["message"]["content"], "allowed");
        // An unknown user would have to be created and added, which requires the scope to write.
        let (mut stranger, error) = connect(&server, &chat, &key, "stranger").await;
        assert_eq!(error["error_code"], "FORBIDDEN");
        assert_eq!(stranger.expect_close().await, 4403);
    }

    async fn pipelined_messages_are_stored_in_order(server: TestServer) {
        let chat = create_chat(&server, json!({ "user_id": "u1", "title": "Parcel" })).await;
        let (mut writer, first) = connect(&server, &chat, &server.a.key, "u1").await;
        let (mut reader, _) = connect(&server, &chat, &server.a.key, "u1").await;
        let head = first["seq"].as_i64().unwrap();
        for n in 0..150 {
            writer.send(&json!({ "content": format!("m{n}"), "ref": n.to_string() })).await;
            if n == 70 {
                writer.send(&json!({ "content": " " })).await;
                writer.send(&json!({ "action": "ping" })).await;
            }
        }
        let mut confirmed = Vec::new();
        let mut beside = Vec::new();
        while confirmed.len() < 150 {
            let frame = writer.next().await;
            match frame["event_type"].as_str().unwrap() {
                "message_received" => confirmed.push((frame["seq"].as_i64().unwrap(), frame["ref"].as_str().unwrap().to_owned())),
                other => beside.push(other.to_owned()),
            }
        }
        assert_eq!(beside, ["error", "pong"]);
        let expected: Vec<_> = (0..150).map(|n| (head + 1 + n, n.to_string())).collect();
        assert_eq!(confirmed, expected);
        for n in 0..150 {
            assert_eq!(reader.next().await["message"]["content"], format!("m{n}"));
        }
    }
}

async fn start_with_limit(per_minute: u32) -> TestServer {
    TestServer::start_with(TestBackend::Sqlite, |options| {
        options.requests_per_minute = NonZeroU32::new(per_minute);
    })
    .await
}

#[test]
fn connecting_counts_as_a_request() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        // The first request creates the chat.
        let server = start_with_limit(4).await;
        let chat = create_chat(&server, json!({ "user_id": "u1", "title": "Parcel" })).await;
        let mut held = Vec::new();
        for _ in 0..3 {
            let (socket, first) = connect(&server, &chat, &server.a.key, "u1").await;
            assert_eq!(first["event_type"], "connection_established");
            held.push(socket);
        }
        let (mut socket, error) = connect(&server, &chat, &server.a.key, "u1").await;
        let code_and_fatal = (&error["error_code"], &error["fatal"]);
        assert_eq!(code_and_fatal, (&json!("RATE_LIMITED"), &json!(true)));
        assert_eq!(socket.expect_close().await, 4429);
    });
}

#[test]
fn sending_counts_as_a_request_over_http_and_sockets() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        // Two requests create the chat and open the socket.
        let server = start_with_limit(6).await;
        let chat = create_chat(&server, json!({ "user_id": "u1", "title": "Parcel" })).await;
        let (mut socket, _) = connect(&server, &chat, &server.a.key, "u1").await;
        let messages = format!("{}/messages", path_of_chat(&chat));
        let post = server.post(&messages).header("X-API-Key", &server.a.key);
        let sent = post.json(&json!({ "content": "by request" })).send().await;
        assert_eq!(sent.status, 201);
        assert_eq!(socket.next().await["message"]["content"], "by request");
        for _ in 0..3 {
            socket.send(&json!({ "content": "by socket" })).await;
            assert_eq!(socket.next().await["event_type"], "message_received");
        }
        socket.send(&json!({ "content": "too much" })).await;
        let error = socket.next().await;
        let code_and_fatal = (&error["error_code"], &error["fatal"]);
        assert_eq!(code_and_fatal, (&json!("RATE_LIMITED"), &json!(false)));
        socket.send(&json!({ "action": "ping" })).await;
        assert_eq!(socket.next().await["event_type"], "pong");
        let post = server.post(&messages).header("X-API-Key", &server.a.key);
        assert_eq!(
            post.json(&json!({ "content": "more" })).send().await.status,
            429
        );
    });
}
