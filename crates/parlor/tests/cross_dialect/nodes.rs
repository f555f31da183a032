//! Two nodes on one PostgreSQL database: events on one node reach subscribers of the other, also after the connection
//! between the nodes was interrupted. Each test runs with both buses, PostgreSQL's own and NATS.
//!
//! Proves INV-26, INV-41 (`docs/invariants.md`).

use std::time::Duration;

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::tokio::time::{interval, timeout};
use parlor_testkit::{TestServer, TestSocket};
use serde_json::{Value, json};

use crate::live::assert_all_listeners_receive;
use crate::two_nodes::{TestBus, TwoNodes};

/// Deadline for expected frames.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(20);

/// Runs a test with each bus.
fn with_two_nodes(test: &impl AsyncFn(&TwoNodes)) {
    for bus in TestBus::ALL {
        block_on(async {
            let nodes = TwoNodes::start(bus).await;
            test(&nodes).await;
        });
    }
}

#[test]
fn stored_message_reaches_subscriber_on_other_node() {
    with_two_nodes(&async |nodes| {
        assert_all_listeners_receive(&nodes.server, nodes.node.url()).await;
    });
}

#[test]
fn messages_stored_during_partition_arrive_late_and_complete() {
    with_two_nodes(&async |nodes| {
        let (server, node) = (&nodes.server, &nodes.node);
        let breaking = async {
            let mut ticks = interval(nodes.break_interval());
            loop {
                ticks.tick().await;
                nodes.break_bus();
            }
        };
        tokio::select! {
            () = assert_all_listeners_receive(server, node.url()) => {}
            () = breaking => {}
        }
    });
}

/// A chat of two users.
pub(crate) async fn create_chat(server: &TestServer) -> String {
    let key = ("x-api-key", server.a.key.as_str());
    let create = server.post("/api/v1/chats/").header(key.0, key.1);
    let chat = create.json(&json!({ "user_id": "u1" })).send().await;
    let id = chat.expect(201)["id"].as_str().unwrap().to_owned();
    // The sender of a message becomes a participant.
    let post = server.post(&format!("/api/v1/chats/{id}/messages"));
    let body = json!({ "user_id": "u2", "content": "here" });
    post.header(key.0, key.1)
        .json(&body)
        .send()
        .await
        .expect(201);
    id
}

/// The next frame of a type.
async fn next_frame(socket: &mut TestSocket, kind: &str) -> Value {
    loop {
        let frame = socket.next().await;
        if frame["event_type"] == kind {
            return frame;
        }
    }
}

#[test]
fn ephemeral_event_reaches_other_node() {
    with_two_nodes(&async |nodes| {
        let (server, node) = (&nodes.server, &nodes.node);
        let (id, key) = (create_chat(server).await, &server.a.key);
        let path = |user: &str| format!("/ws/chat?api_key={key}&user_id={user}&chat_id={id}&v=2");
        let mut here = TestSocket::open_greeted(&server.url, &path("u1")).await;
        let mut there = TestSocket::open_greeted(node.url(), &path("u2")).await;
        here.send(&json!({ "action": "typing", "state": "start" }))
            .await;
        let typing = next_frame(&mut there, "typing").await;
        assert_eq!(
            (&typing["user_id"], &typing["state"]),
            (&json!("u1"), &json!("start"))
        );
        here.send(&json!({ "action": "send", "content": "read this" }))
            .await;
        let seq = next_frame(&mut there, "message_created").await["seq"].clone();
        there.send(&json!({ "action": "read", "seq": seq })).await;
        let read = next_frame(&mut here, "read").await;
        assert_eq!((&read["user_id"], &read["seq"]), (&json!("u2"), &seq));
    });
}

#[test]
fn presence_is_known_on_both_nodes() {
    with_two_nodes(&async |nodes| {
        let (server, node) = (&nodes.server, &nodes.node);
        let (id, key) = (create_chat(server).await, &server.a.key);
        let follow = async |node: &str, user: &str| {
            let path = format!("/live?api_key={key}&user_id={user}");
            let mut socket = TestSocket::open_greeted(node, &path).await;
            let frame = json!({ "action": "subscribe", "conversation": id });
            socket.send(&frame).await;
            next_frame(&mut socket, "presence").await;
            socket
        };
        let mut here = follow(&server.url, "u1").await;
        let there = follow(node.url(), "u2").await;
        let came = next_frame(&mut here, "presence").await;
        assert_eq!(
            (&came["online"][0], &came["count"]),
            (&json!("u2"), &json!(2)),
            "{came}"
        );
        there.close().await;
        let went = next_frame(&mut here, "presence").await;
        assert_eq!(
            (&went["offline"][0], &went["count"]),
            (&json!("u2"), &json!(1)),
            "{went}"
        );
    });
}

#[test]
fn conversation_list_updates_from_other_node_and_after_gap() {
    with_two_nodes(&async |nodes| {
        let (server, node) = (&nodes.server, &nodes.node);
        let (id, key) = (create_chat(server).await, &server.a.key);
        let mut list =
            TestSocket::open_greeted(node.url(), &format!("/live?api_key={key}&user_id=u2")).await;
        list.send(&json!({ "action": "list" })).await;
        next_frame(&mut list, "list_current").await;
        let path = format!("/api/v1/chats/{id}/messages");
        for (content, broken) in [("at once", false), ("after a gap", true)] {
            if broken {
                nodes.break_bus();
            }
            let post = server.post(&path).header("x-api-key", key);
            let body = json!({ "user_id": "u1", "content": content });
            post.json(&body).send().await.expect(201);
            loop {
                let frame = list.next().await;
                if frame.to_string().contains(content) {
                    break;
                }
            }
        }
    });
}

#[test]
fn channel_message_of_any_length_reaches_other_node() {
    with_two_nodes(&async |nodes| {
        let (server, node) = (&nodes.server, &nodes.node);
        let path = "/api/v1/channel/weather-0123456789";
        let subscribe = node.request(Method::POST, &format!("{path}/subscribe"));
        let subscribe = subscribe.bearer(&server.a.key).json(&json!({}));
        let mut lines = subscribe.send_streaming().await;
        assert_eq!(lines.status(), 200);
        let long = "x".repeat(60_000);
        for message in [json!({ "text": "short" }), json!({ "text": long })] {
            let publish = server.post(&format!("{path}/publish"));
            let body = json!({ "message": message });
            let reply = publish.bearer(&server.a.key).json(&body).send().await;
            reply.expect(200);
        }
        let mut came = String::new();
        while came.matches('\n').count() < 2 {
            let chunk = timeout(DELIVERY_TIMEOUT, lines.chunk())
                .await
                .unwrap()
                .unwrap();
            came += std::str::from_utf8(&chunk.unwrap()).unwrap();
        }
        assert!(
            came.contains("short") && came.contains(&long),
            "{} bytes",
            came.len()
        );
    });
}
