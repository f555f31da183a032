//! Limits per tenant, their headers, and the vendor's documented limits.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use http::Method;
use parlor_testkit::backend::run;
use parlor_testkit::{TestBackend, TestResponse, TestServer, TestSocket};
use serde_json::{Value, json};

use crate::requests::{AsTenantA, create_chat, path_of_chat};

/// Starts a server with the vendor's documented limits.
async fn start_with_documented_limits() -> TestServer {
    TestServer::start_with(TestBackend::Sqlite, |options| {
        let limits = json!({ "limits": "documented" });
        options
            .dialect_settings
            .insert("tenant-chats".to_owned(), limits);
    })
    .await
}

/// Returns the limit and the remaining requests from a response's headers.
#[track_caller]
fn remaining_quota(reply: &TestResponse) -> (u32, u32) {
    let number = |name: &str| -> u32 {
        let text = reply.header(name);
        assert!(!text.is_empty(), "{name} is missing: {}", reply.text());
        text.parse().unwrap()
    };
    assert!(number("x-ratelimit-reset") <= 60);
    (number("x-ratelimit-limit"), number("x-ratelimit-remaining"))
}

async fn connect(server: &TestServer, path: &str) -> (TestSocket, Value) {
    let mut socket = server.open_socket(path, &[]).await;
    let first = socket.next().await;
    (socket, first)
}

fn chat_path(key: &str, chat: &Value, user: &str) -> String {
    format!(
        "/ws/chat?api_key={key}&user_id={user}&chat_id={}",
        chat["id"].as_str().unwrap()
    )
}

#[test]
fn requests_are_counted_per_tenant() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        for (server, limit) in [
            (start_with_documented_limits().await, 100),
            (
                TestServer::start_with(TestBackend::Sqlite, |options| {
                    options.requests_per_minute = NonZeroU32::new(20);
                })
                .await,
                20,
            ),
        ] {
            let other = server.a.create_key("conversations:read", None).await;
            let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
            let one = path_of_chat(&chat);
            let mut used = 1;
            // Every response to a tenant has the headers, also those of errors.
            for (method, path, key, body, status) in [
                (Method::GET, one.clone(), &server.a.key, None, 200),
                (Method::GET, one.clone(), &other, None, 200),
                (Method::GET, format!("{one}/messages"), &other, None, 403),
                (
                    Method::GET,
                    "/api/v1/chats/user/u1".to_owned(),
                    &server.a.key,
                    None,
                    200,
                ),
                (
                    Method::GET,
                    "/api/v1/chats/none".to_owned(),
                    &server.a.key,
                    None,
                    404,
                ),
                (
                    Method::GET,
                    "/api/v1/users/none".to_owned(),
                    &server.a.key,
                    None,
                    404,
                ),
                (
                    Method::GET,
                    "/api/v1/chats/user/u1?limit=0".to_owned(),
                    &server.a.key,
                    None,
                    400,
                ),
                (
                    Method::POST,
                    "/api/v1/chats/".to_owned(),
                    &server.a.key,
                    Some(json!({})),
                    400,
                ),
                (
                    Method::POST,
                    format!("{one}/messages"),
                    &server.a.key,
                    Some(json!({ "content": "x" })),
                    201,
                ),
                (
                    Method::PATCH,
                    one.clone(),
                    &server.a.key,
                    Some(json!({ "title": "T" })),
                    200,
                ),
                (Method::DELETE, one.clone(), &server.a.key, None, 200),
            ] {
                let request = server
                    .request(method.clone(), &path)
                    .header("X-API-Key", key);
                let reply = match body {
                    Some(body) => request.json(&body).send().await,
                    None => request.send().await,
                };
                used += 1;
                assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
                let (most, remaining) = remaining_quota(&reply);
                assert_eq!(most, limit, "{method} {path}");
                // The quota may have been refilled in the meantime.
                assert!(
                    remaining >= limit - used && remaining < limit,
                    "{method} {path}: {remaining} after {used}"
                );
            }
            let refused = loop {
                let reply = server
                    .get("/api/v1/chats/user/u1")
                    .by_a(&server)
                    .send()
                    .await;
                if reply.status != 200 {
                    break reply;
                }
                used += 1;
                assert!(used < limit * 2, "nothing is counted");
            };
            assert_eq!(
                (refused.status, remaining_quota(&refused)),
                (429, (limit, 0))
            );
            assert_eq!(refused.json()["error_code"], "RATE_LIMITED");
            let wait: u32 = refused.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait));
            // All keys and sockets of a tenant share its count; another tenant has its own.
            let (mut socket, error) = connect(
                &server,
                &format!("/live?api_key={}&user_id=u1", server.a.key),
            )
            .await;
            assert_eq!(
                (&error["error_code"], &error["fatal"]),
                (&json!("RATE_LIMITED"), &json!(true))
            );
            assert_eq!(socket.expect_close().await, 4429);
            let theirs = server
                .get("/api/v1/chats/user/u1")
                .by_b(&server)
                .send()
                .await;
            assert_eq!(
                (theirs.status, remaining_quota(&theirs)),
                (200, (limit, limit - 1))
            );
        }
        // Without limits there are no headers.
        let free = TestServer::start_with(TestBackend::Sqlite, |_| {}).await;
        let reply = free.get("/api/v1/chats/user/u1").by_a(&free).send().await;
        assert_eq!((reply.status, reply.header("x-ratelimit-limit")), (200, ""));
    });
}

/// Sends many messages at once. Returns the number of accepted ones and the errors of the others.
async fn send_many(
    socket: &mut TestSocket,
    chat: Option<&Value>,
    count: usize,
) -> (usize, Vec<Value>) {
    for n in 0..count {
        let mut frame = json!({ "content": format!("m{n}"), "ref": n.to_string() });
        if let Some(chat) = chat {
            frame["action"] = json!("send");
            frame["conversation"] = chat["id"].clone();
        }
        socket.send(&frame).await;
    }
    let (mut taken, mut refused) = (0, Vec::new());
    while taken + refused.len() < count {
        let frame = socket.next().await;
        match frame["event_type"].as_str().unwrap() {
            "message_received" => taken += 1,
            "error" => refused.push(frame),
            _ => {}
        }
    }
    (taken, refused)
}

#[test]
fn connection_sends_ten_messages_a_second() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        let server = start_with_documented_limits().await;
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        for path in [
            chat_path(&server.a.key, &chat, "u1"),
            format!("{}&v=2", chat_path(&server.a.key, &chat, "u1")),
            format!("/live?api_key={}&user_id=u1", server.a.key),
        ] {
            let (mut socket, first) = connect(&server, &path).await;
            assert_eq!(first["event_type"], "connection_established", "{path}");
            let about = path.starts_with("/live").then_some(&chat);
            if let Some(chat) = about {
                socket
                    .send(&json!({ "action": "subscribe", "conversation": chat["id"] }))
                    .await;
                assert_eq!(socket.next().await["event_type"], "subscribed");
            }
            let began = Instant::now();
            let (taken, refused) = send_many(&mut socket, about, 60).await;
            let seconds = usize::try_from(began.elapsed().as_secs()).unwrap() + 1;
            assert!(
                taken >= 10 && taken <= 10 + 10 * seconds,
                "{path}: {taken} in {seconds} s"
            );
            // Any number of these errors leaves the socket open.
            for error in &refused {
                assert_eq!(
                    (&error["error_code"], &error["fatal"]),
                    (&json!("RATE_LIMITED"), &json!(false)),
                    "{error}"
                );
                assert!(
                    error["error_message"]
                        .as_str()
                        .is_some_and(|text| !text.is_empty()),
                    "{error}"
                );
                assert!(
                    error["details"]["fix"].as_str().unwrap().contains("Wait"),
                    "{error}"
                );
            }
            assert!(
                refused.len() > 10 || seconds > 4,
                "{path}: {} were refused",
                refused.len()
            );
            // Each connection has its own count.
            let (mut other, _) = connect(&server, &chat_path(&server.a.key, &chat, "u2")).await;
            assert_eq!(send_many(&mut other, None, 10).await.0, 10, "{path}");
            // After a second the connection may send again.
            let end = Instant::now() + Duration::from_secs(20);
            while send_many(&mut socket, about, 1).await.0 == 0 {
                assert!(Instant::now() < end, "{path}: no room comes");
            }
        }
    });
}

#[test]
fn tenant_has_fifty_connections() {
    run(TestBackend::Sqlite, async |_: TestServer| {
        let server = start_with_documented_limits().await;
        let chat = create_chat(&server, json!({ "user_id": "u1" })).await;
        let path = |n: usize| match n % 2 {
            0 => chat_path(&server.a.key, &chat, &format!("u{}", n % 8)),
            _ => format!("/live?api_key={}&user_id=u{}", server.a.key, n % 8),
        };
        let mut held = Vec::new();
        for n in 0..50 {
            let (socket, first) = connect(&server, &path(n)).await;
            assert_eq!(
                first["event_type"], "connection_established",
                "{n}: {first}"
            );
            held.push(socket);
        }
        for n in [50, 51] {
            let (mut socket, error) = connect(&server, &path(n)).await;
            assert_eq!(
                (&error["error_code"], &error["fatal"]),
                (&json!("RATE_LIMITED"), &json!(true))
            );
            assert_eq!(
                error["error_message"],
                "Too many connections of this tenant"
            );
            assert!(
                error["details"]["fix"].as_str().unwrap().contains("Close"),
                "{error}"
            );
            assert_eq!(socket.expect_close().await, 4429);
        }
        // A closed connection frees its place, and another tenant has its own limit.
        held.pop().unwrap().close().await;
        let end = Instant::now() + Duration::from_secs(20);
        while connect(&server, &path(50)).await.1["event_type"] != "connection_established" {
            assert!(Instant::now() < end, "no room comes");
        }
        let theirs = format!("/live?api_key={}&user_id=u1", server.b.key);
        assert_eq!(
            connect(&server, &theirs).await.1["event_type"],
            "connection_established"
        );
    });
}
