//! Credentials and users of `/live`.

use std::time::Duration;

use parlor_engine::api_key;
use parlor_testkit::{TestServer, TestSocket, both};
use serde_json::{Value, json};

use super::{
    add_participant, create_titled_chat, next_frame, next_frame_of_type, post_message, subscribe,
};
use crate::requests::{AsTenantA, path_of_chat};

async fn expect_refused(server: &TestServer, query: &str) -> (String, u16) {
    let mut socket = server.open_socket(&format!("/live?{query}"), &[]).await;
    let error = socket.next().await;
    assert_eq!(error["fatal"], true, "{error}");
    (
        error["error_code"].as_str().unwrap().to_owned(),
        socket.expect_close().await,
    )
}

async fn create_token(server: &TestServer, user: &str, seconds: u64) -> String {
    let request = server
        .post(&format!("/api/v1/users/{user}/tokens"))
        .by_a(server);
    let response: Value = request
        .json(&json!({ "ttl_seconds": seconds }))
        .send()
        .await
        .expect(201);
    response["token"].as_str().unwrap().to_owned()
}

async fn connect(server: &TestServer, query: &str) -> (TestSocket, Value) {
    let mut socket = server.open_socket(&format!("/live?{query}"), &[]).await;
    let first = socket.next().await;
    assert_eq!(first["event_type"], "connection_established", "{first}");
    (socket, first)
}

both! {
    async fn error_frame_precedes_the_close(server: TestServer) {
        let a = &server.a.key;
        let reads = server.a.create_key("messages:read,conversations:read", None).await;
        let narrow = server.a.create_key("spaces:read", None).await;
        let blind = server.a.create_key("messages:read", None).await;
        let long = "u".repeat(256);
        for (query, code, error_code) in [
            (String::new(), 4401, "AUTH_ERROR"),
            ("api_key=nope".to_owned(), 4401, "AUTH_ERROR"),
            ("token=nope".to_owned(), 4401, "INVALID_TOKEN"),
            (format!("api_key={a}&user_id={long}"), 4400, "INVALID_PARAMETERS"),
            (format!("api_key={narrow}"), 4403, "FORBIDDEN"),
            (format!("api_key={blind}"), 4403, "FORBIDDEN"),
            // Acting for a user requires more than the scope to read.
            (format!("api_key={reads}&user_id=u1"), 4403, "FORBIDDEN"),
        ] {
            assert_eq!(expect_refused(&server, &query).await, (error_code.to_owned(), code), "{query}");
        }
        assert_eq!(server.get(&format!("/live?api_key={a}")).send().await.status, 426);
    }

    async fn key_acts_for_its_own_member_or_a_named_user(server: TestServer) {
        let theirs = create_titled_chat(&server, "u1", "Theirs").await;
        let (mut own, first) = connect(&server, &format!("api_key={}", server.a.key)).await;
        assert_eq!(first["user_id"], server.a.owner.id.uuid().to_string());
        // Its scopes allow it to read conversations in which it does not participate.
        subscribe(&mut own, &[&theirs]).await;
        // An unknown user is created, and has no conversations.
        let (mut new, _) = connect(&server, &format!("api_key={}&user_id=new", server.a.key)).await;
        assert_eq!(new.next().await["event_type"], "user_created");
        new.send(&json!({ "action": "subscribe", "conversation": theirs["id"] })).await;
        assert_eq!(next_frame(&mut new).await["error_code"], "CHAT_NOT_FOUND");
        let headers = [("X-API-Key", server.a.key.as_str()), ("X-User-ID", "u1")];
        let mut by_header = server.open_socket("/live?user_id=somebody-else", &headers).await;
        assert_eq!(by_header.next().await["user_id"], "u1");
    }

    async fn unbound_key_is_read_only(server: TestServer) {
        let one = create_titled_chat(&server, "u1", "One").await;
        let key = server.a.create_key("messages:write,conversations:read", None).await;
        let (mut socket, first) = connect(&server, &format!("api_key={key}")).await;
        assert_eq!(first["user_id"], Value::Null);
        subscribe(&mut socket, &[&one]).await;
        for frame in [
            json!({ "action": "list" }),
            json!({ "conversation": one["id"], "content": "hello" }),
            json!({ "action": "typing", "conversation": one["id"], "state": "start" }),
            json!({ "action": "read", "conversation": one["id"], "seq": 1 }),
        ] {
            socket.send(&frame).await;
            assert_eq!(next_frame(&mut socket).await["error_code"], "FORBIDDEN", "{frame}");
        }
        post_message(&server, &one, json!({ "content": "heard" })).await;
        assert_eq!(next_frame(&mut socket).await["message"]["content"], "heard");
    }

    async fn read_only_key_cannot_send(server: TestServer) {
        let person = server.a.create_person("Rea", None, "messages:read").await;
        let one = create_titled_chat(&server, &person.id.uuid().to_string(), "One").await;
        let key = server.a.create_key("messages:read", Some(&person)).await;
        let (mut socket, _) = connect(&server, &format!("api_key={key}")).await;
        subscribe(&mut socket, &[&one]).await;
        for action in ["send", "typing", "read"] {
            socket.send(&json!({ "action": action, "conversation": one["id"], "content": "x", "state": "start", "seq": 1 })).await;
            assert_eq!(next_frame(&mut socket).await["error_code"], "FORBIDDEN", "{action}");
        }
        socket.send(&json!({ "action": "history", "conversation": one["id"] })).await;
        assert_eq!(next_frame(&mut socket).await["event_type"], "history");
    }

    async fn user_token_opens_only_live(server: TestServer) {
        let one = create_titled_chat(&server, "u1", "One").await;
        add_participant(&server, &one, "u2").await;
        let users = create_token(&server, "u2", 60).await;
        let (mut socket, first) = connect(&server, &format!("token={users}")).await;
        assert_eq!(first["user_id"], "u2");
        subscribe(&mut socket, &[&one]).await;
        assert_eq!(expect_refused(&server, &format!("token={users}&user_id=u1")).await.0, "FORBIDDEN");
        let mut other = server.open_socket(&format!("/ws/chat?token={users}&chat_id={}", one["id"].as_str().unwrap()), &[]).await;
        assert_eq!(other.next().await["error_code"], "INVALID_TOKEN");
        // A chat's token does not open this socket.
        let request = server.post(&format!("{}/tokens", path_of_chat(&one))).by_a(&server);
        let chats: Value = request.json(&json!({ "user_id": "u2" })).send().await.expect(201);
        let chats = chats["token"].as_str().unwrap();
        assert_eq!(expect_refused(&server, &format!("token={chats}")).await.0, "INVALID_TOKEN");
        server.clock.advance(Duration::from_secs(61));
        assert_eq!(expect_refused(&server, &format!("token={users}")).await.0, "INVALID_TOKEN");
        let again = create_token(&server, "u2", 60).await;
        let ctx = server.a.ctx();
        for found in api_key::list(&server.engine, &ctx).await.unwrap() {
            api_key::revoke(&server.engine, &ctx, found.id).await.unwrap();
        }
        assert_eq!(expect_refused(&server, &format!("token={again}")).await.0, "INVALID_TOKEN");
    }

    async fn a_users_sockets_are_counted_together(server: TestServer) {
        let one = create_titled_chat(&server, "u1", "One").await;
        let query = format!("api_key={}&user_id=u1", server.a.key);
        let mut open = Vec::new();
        for _ in 0..19 {
            open.push(connect(&server, &query).await.0);
        }
        let path = format!("/ws/chat?{query}&chat_id={}", one["id"].as_str().unwrap());
        let mut last = server.open_socket(&path, &[]).await;
        next_frame_of_type(&mut last, "connection_established").await;
        assert_eq!(expect_refused(&server, &query).await, ("RATE_LIMITED".to_owned(), 4429));
    }
}
